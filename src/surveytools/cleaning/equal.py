"""Rows whose answers are all equal."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.layout import Layout, TextColumn
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.numbers import plain_number

__all__ = ["blank_rows", "equal_rows"]


def equal_rows(texts: pd.DataFrame, layout: Layout) -> pd.Series[int]:
    """Give rows whose answers are all equal the same number.

    Answers are compared as what they mean: the same choice in two languages is the
    same answer. Identity and time take no part.

    Returns
    -------
    Series
        One number per row, equal where all answers are; -1 for rows without any.
    """
    group = np.full(len(texts), -1, dtype=np.int64)
    columns = [(texts[name].array, column) for name, column in layout.columns.items()]
    if columns:
        rows = np.flatnonzero(~blank_rows(texts))
        group[rows] = rows
        # The columns with most texts come first: a row that differs from all others
        # in those seen needn't be looked at further, and most do after a few.
        columns.sort(key=lambda pair: -len(pair[0].categories))
        alike = np.zeros(len(rows), dtype=np.int64)
        for cells, column in columns:
            meaning = _meaning(cells, column, rows)
            alike, _ = pd.factorize(alike * (meaning.max(initial=0) + 1) + meaning)
            shared = np.bincount(alike)[alike] > 1
            rows, alike = rows[shared], alike[shared]
        _, first, place = np.unique(alike, return_index=True, return_inverse=True)
        group[rows] = rows[first[place]]
    return pd.Series(group, index=texts.index)


def blank_rows(texts: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark rows that have no text at all."""
    blank = np.ones(len(texts), dtype=bool)
    for name in texts.columns:
        blank &= texts[name].isna().to_numpy()
        if not blank.any():
            break
    return blank


def _meaning(
    cells: pd.Categorical[str], column: TextColumn, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the answers of some rows numbers, equal where they mean the same.

    Blank is 0.
    """
    codes = cells.codes[rows].astype(np.int64)
    if column.reader is None and column.item.kind is not Kind.NUMBER:
        return codes + 1  # distinct texts are distinct answers
    found = np.unique(codes[codes >= 0])
    lookup = np.zeros(len(cells.categories) + 1, dtype=np.int64)
    numbers: dict[object, int] = {}
    for code, text in zip(found, cells.categories[found], strict=True):
        meaning = _meaning_of(text, column)
        lookup[code] = numbers.setdefault(meaning, len(numbers) + 1)
    return lookup[codes]  # the last entry, 0, is for blank cells, code -1


def _meaning_of(text: str, column: TextColumn) -> object:
    if column.item.kind is Kind.NUMBER:
        return plain_number(text, suffixes=column.item.suffixes) or text
    if column.reader is None:
        return text
    reading = column.reader.read(text)
    left = frozenset(map(normalise, (*reading.unknown, *reading.written_in)))
    return reading.codes, left
