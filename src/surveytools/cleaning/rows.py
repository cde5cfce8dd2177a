"""Rows that are left out as a whole, each by a rule that has a name."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.equal import blank_rows, equal_rows
from surveytools.cleaning.layout import Layout
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.texts import by_distinct

__all__ = [
    "ANSWERS",
    "RULES",
    "leave_out_duplicates",
    "leave_out_empty_rows",
    "leave_out_marked_tests",
    "leave_out_partial_rows",
    "leave_out_repeats",
    "leave_out_test_rows",
    "persons_of",
]

ANSWERS = "answers"
"""Entry of `RowRules.duplicates_by` that compares answers, not pseudonyms."""

RULES = {
    "leave_out_marked_tests": "test or preview row",
    "leave_out_partial_rows": "partial row",
    "leave_out_empty_rows": "row without answers",
    "leave_out_test_rows": "test row",
    "leave_out_duplicates": "duplicate row",
    "leave_out_repeats": "another row of the same person",
}
"""The rule that each of these steps stands for, in the words of the accounting."""


def leave_out_marked_tests(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Drop rows that the platform marks as made by a test or a preview."""
    if layout.rules.tests == "keep":
        return texts
    test = _of_rows(layout.tests, texts)
    return texts[~test] if test.any() else texts


def leave_out_partial_rows(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Drop rows that the platform marks as not completed, if the rules say so."""
    if layout.rules.partial != "drop":
        return texts
    partial = _of_rows(layout.partial, texts)
    return texts[~partial] if partial.any() else texts


def leave_out_empty_rows(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Drop rows without any answer, known to the codebook or not."""
    if not layout.rules.empty:
        return texts
    filled = ~blank_rows(texts)
    if len(layout.filled_elsewhere):
        filled |= texts.index.isin(layout.filled_elsewhere)
    return texts if filled.all() else texts[filled]


def leave_out_test_rows(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Drop rows in which some free text is just one of the test words."""
    words = {normalise(word) for word in layout.rules.test_words}
    if not words:
        return texts
    test = np.zeros(len(texts), dtype=bool)
    for column in layout.of_kind(Kind.TEXT):
        test |= _is_one_of(texts[column.name], words)
    return texts[~test] if test.any() else texts


def leave_out_duplicates(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Drop all but the first, or the last, of rows whose answers are all equal.

    Rows are in the order of the exports and of their rows.
    """
    keep = layout.rules.duplicates
    if keep == "keep" or ANSWERS not in layout.rules.duplicates_by:
        return texts
    group = equal_rows(texts, layout)
    repeated = group.duplicated(keep="first" if keep == "later" else "last")
    drop = (repeated & group.ge(0)).to_numpy()
    return texts[~drop] if drop.any() else texts


def leave_out_repeats(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Drop all but one of the rows that share a pseudonym.

    A completed row is kept rather than a partial one, then the first rather than the
    last, or the reverse. Rows without a pseudonym are nobody's.
    """
    if layout.rules.duplicates == "keep":
        return texts
    for code in layout.rules.duplicates_by:
        if code == ANSWERS:
            continue
        person = persons_of(texts, layout, code)
        at = np.arange(len(texts))
        age = at if layout.rules.duplicates == "later" else -at
        order = np.lexsort((age, _of_rows(layout.partial, texts)))
        ordered = person.iloc[order]
        drop = np.zeros(len(texts), dtype=bool)
        drop[order] = (ordered.duplicated() & ordered.notna()).to_numpy()
        texts = texts[~drop] if drop.any() else texts
    return texts


def persons_of(texts: pd.DataFrame, layout: Layout, code: str) -> pd.Series[str]:
    """Give the pseudonyms of the rows that are still there."""
    persons = layout.persons[code]
    return persons if len(persons) == len(texts) else persons.loc[texts.index]


def _of_rows(marks: pd.Series[bool], texts: pd.DataFrame) -> NDArray[np.bool_]:
    """Give the marks of the rows that are still there."""
    if len(marks) == len(texts):
        return marks.to_numpy()
    return marks.loc[texts.index].to_numpy()


def _is_one_of(texts: pd.Series[str], words: set[str]) -> NDArray[np.bool_]:
    distinct = by_distinct(texts)
    hit = [normalise(text) in words for text in distinct.texts]
    return np.array([*hit, False], dtype=bool)[distinct.codes]
