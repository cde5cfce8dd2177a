"""Consistency: answers that are known each by itself but don't go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.equal import equal_rows
from surveytools.cleaning.findings import Finding, Findings, places
from surveytools.cleaning.flags import is_true, state_is
from surveytools.cleaning.layout import Layout
from surveytools.cleaning.responses import State
from surveytools.cleaning.rows import ANSWERS, persons_of

__all__ = ["check_answers", "check_duplicates"]

_NONE_OF_THESE = "none"
_STRAIGHT = 5  # equal answers in fewer rows are too likely to say anything
_ENOUGH = 5  # rows with fewer answers are often equal by chance


def check_answers(
    frame: pd.DataFrame, states: pd.DataFrame, codebook: Codebook
) -> Findings:
    """Look for answers that don't go together; nothing is changed.

    More choices than an item allows; ``none``, or an answer that says that there is
    none, beside other choices; the same answer in all rows of a matrix.

    Parameters
    ----------
    frame, states
        As in `surveytools.cleaning.responses.Responses`.
    codebook
        What was asked.

    Returns
    -------
    list of Finding
        One finding an item and kind.
    """
    found: Findings = []
    for item in codebook.asked():
        if item.kind is Kind.MULTIPLE:
            found += _too_many(item, frame)
            found += _none_and_others(item, frame)
        elif item.kind is Kind.MATRIX:
            found += _straight_lines(item, frame, states)
    return found


def check_duplicates(texts: pd.DataFrame, layout: Layout) -> Findings:
    """Name rows that seem to be one person's, where no rule leaves them out.

    That is rows whose answers are all equal, and rows that share a pseudonym.
    """
    by = () if layout.rules.duplicates == "keep" else layout.rules.duplicates_by
    found = [] if ANSWERS in by else _equal_answers(texts, layout)
    for code in layout.persons:
        if code not in by:
            found += _same_person(texts, layout, str(code))
    return found


def _same_person(texts: pd.DataFrame, layout: Layout, code: str) -> Findings:
    person = persons_of(texts, layout, code)
    repeated = person[person.notna() & person.duplicated(keep=False)]
    return _groups(
        texts.index,
        repeated,
        kind="rows of one person",
        found=f"{{}} rows with one {code!r}",
        advice=f"decide with `duplicates_by = [{code!r}]` under `rows`",
    )


def _equal_answers(texts: pd.DataFrame, layout: Layout) -> Findings:
    group = equal_rows(texts, layout)
    shared = (group.ge(0) & group.duplicated(keep=False)).to_numpy()
    enough = texts[shared].notna().sum(axis=1).ge(_ENOUGH)
    repeated = group[shared][enough]
    return _groups(
        texts.index,
        repeated,
        kind="duplicate rows",
        found="{} rows with equal answers",
        advice="decide with `duplicates` under `rows`",
    )


def _groups(
    index: pd.Index[str],
    repeated: pd.Series[Any],
    *,
    kind: str,
    found: str,
    advice: str,
) -> Findings:
    """One finding a group of rows; what makes them a group isn't told."""
    findings: Findings = []
    if repeated.empty:
        return findings
    positions = pd.Series(np.flatnonzero(index.isin(repeated.index)))
    for _, at in positions.groupby(repeated.to_numpy(), sort=False):
        export, row, others = places(index, at.to_numpy())
        what = found.format(len(at))
        findings.append(
            Finding(kind, what, advice + others, export, row, cells=len(at))
        )
    return findings


def _too_many(item: Item, frame: pd.DataFrame) -> Iterator[Finding]:
    if item.max_choices is None:
        return
    number = _selected(item, frame).sum(axis=1)
    yield from _finding(
        item,
        number > item.max_choices,
        frame.index,
        kind="more choices than allowed",
        found=f"more than {item.max_choices} choices",
        advice="answers are kept; check `max_choices`",
    )


def _none_and_others(item: Item, frame: pd.DataFrame) -> Iterator[Finding]:
    empty = np.array(
        [c.code == _NONE_OF_THESE or bool(c.missing) for c in item.choices]
    )
    selected = _selected(item, frame)
    none, others = selected[:, empty], selected[:, ~empty]
    both = np.asarray(none.any(axis=1) & others.any(axis=1))
    words = " or ".join(c.code for c, e in zip(item.choices, empty, strict=True) if e)
    yield from _finding(
        item,
        both,
        frame.index,
        kind="none and others",
        found=f"{words} beside other choices",
        advice="answers are kept; decide what the respondents meant",
    )


def _straight_lines(
    item: Item, frame: pd.DataFrame, states: pd.DataFrame
) -> Iterator[Finding]:
    codes = np.column_stack([frame[name].cat.codes for name in item.columns()])
    answered = np.column_stack(
        [state_is(states[name], State.ANSWERED) for name in item.columns()]
    )
    many = answered.sum(axis=1) >= _STRAIGHT
    low = np.where(answered, codes, np.iinfo(codes.dtype).max).min(axis=1)
    high = np.where(answered, codes, -1).max(axis=1)
    yield from _finding(
        item,
        many & (low == high),
        frame.index,
        kind="same answer in all rows",
        found=f"the same answer in {_STRAIGHT} rows or more",
        advice="answers are kept; judge whether these were read",
    )


def _selected(item: Item, frame: pd.DataFrame) -> NDArray[np.bool_]:
    return np.column_stack([is_true(frame[name]) for name in item.columns()])


def _finding(
    item: Item,
    odd: NDArray[np.bool_],
    index: pd.Index[str],
    *,
    kind: str,
    found: str,
    advice: str,
) -> Iterator[Finding]:
    if odd.any():
        export, row, others = places(index, np.flatnonzero(odd))
        count = int(odd.sum())
        yield Finding(
            kind, found, advice + others, export, row, item.code, item.code, count
        )
