"""Rankings: options in one cell, a column a place, or a column an option."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Item
from surveytools.cleaning.coded import CODE, Coded, state_column, unknown_parts
from surveytools.cleaning.findings import (
    Finding,
    Findings,
    TextFinding,
    findings_by_text,
    places,
)
from surveytools.cleaning.layout import Layout, TextColumn
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.responses import State
from surveytools.cleaning.texts import Distinct, by_distinct

__all__ = ["code_ranking"]


def code_ranking(item: Item, texts: pd.DataFrame, layout: Layout) -> Coded:
    """Code a ranking, as `coding.code_item`: the place of each choice, from 1.

    A cell that lists options is unresolved as a whole if one of them isn't known: the
    places behind it would be guesses.
    """
    shape = (len(texts), len(item.choices))
    ranks = np.zeros(shape, dtype=np.int64)
    unknown = np.zeros(len(texts), dtype=bool)
    lost: dict[str, NDArray[np.bool_]] = {}
    found: Findings = []
    for column in _columns(item, layout):
        cells = by_distinct(texts[column.name])
        own, entries = _ranks_of_texts(item, column, cells)
        here = np.vstack([own, np.zeros((1, shape[1]), np.int64)])[cells.codes]
        ranks = np.where(ranks == 0, here, ranks)
        bad = np.zeros(len(cells.texts) + 1, dtype=bool)
        bad[[entry.text for entry in entries]] = True
        unknown |= bad[cells.codes]
        if column.part is not None:
            lost[column.name] = bad[cells.codes]
        found += findings_by_text(
            entries, cells, texts.index, item=item.code, column=column.name
        )
    ranked = (ranks > 0).any(axis=1)
    codes = np.where(ranked, CODE[State.ANSWERED], CODE[State.NO_ANSWER])
    codes = np.where(unknown & ~ranked, CODE[State.UNRESOLVED], codes)
    found += _equal_ranks(item, ranks, texts.index)
    frame: dict[str, pd.Series[Any]] = {
        name: pd.Series(
            pd.arrays.IntegerArray(ranks[:, at].copy(), ranks[:, at] == 0),
            index=texts.index,
        )
        for at, name in enumerate(item.columns())
    }
    states = {item.code: state_column(codes, texts.index)}
    return Coded(frame, states, found, lost)


def _columns(item: Item, layout: Layout) -> Iterator[TextColumn]:
    """Columns of an item: for all choices, of a place, or of a choice."""
    parts = [entry.code for entry in (*item.places(), *item.choices)]
    for name in (item.code, *(f"{item.code}__{part}" for part in parts)):
        if name in layout.columns:
            yield layout.columns[name]


def _ranks_of_texts(
    item: Item, column: TextColumn, cells: Distinct
) -> tuple[NDArray[np.int64], list[TextFinding]]:
    """Give the places that each distinct text says, and what isn't known."""
    order = {choice.code: at for at, choice in enumerate(item.choices)}
    place = [entry.code for entry in item.places()]
    ranks = np.zeros((len(cells.texts), len(order)), dtype=np.int64)
    entries: list[TextFinding] = []
    for at, text in enumerate(cells.texts):
        if column.reader is None:
            number = plain_number(text)
            if number is None or float(number) not in range(1, len(order) + 1):
                advice = f"correct the cell: ranks go from 1 to {len(order)}"
                entries.append(TextFinding(at, "unreadable number", text, advice))
            else:
                ranks[at, order[str(column.part)]] = int(float(number))
            continue
        reading = column.reader.read(text)
        if reading.unknown:
            entries += unknown_parts(at, reading, column)
            continue
        first = place.index(column.part) + 1 if column.part in place else 1
        for rank, code in enumerate(reading.codes, start=first):
            ranks[at, order[code]] = rank
    return ranks, entries


def _equal_ranks(
    item: Item, ranks: NDArray[np.int64], index: pd.Index[str]
) -> Findings:
    """Name rows in which two choices have one rank; nothing is changed."""
    ordered = np.sort(ranks, axis=1)
    same = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] > 0)
    odd = same.any(axis=1)
    if not odd.any():
        return []
    export, row, others = places(index, np.flatnonzero(odd))
    advice = f"ranks are kept; decide what the respondents meant{others}"
    kind, what, n = "equal ranks", "two choices with one rank", int(odd.sum())
    return [Finding(kind, what, advice, export, row, item.code, item.code, n)]
