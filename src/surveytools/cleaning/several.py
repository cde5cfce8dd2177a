"""Coding multiple-response items, in one cell or in a column a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Item
from surveytools.cleaning.coded import (
    CODE,
    OF_MISSING,
    Coded,
    state_column,
    state_of_choice,
    states_of_texts,
    unknown_parts,
)
from surveytools.cleaning.findings import Findings, TextFinding, findings_by_text
from surveytools.cleaning.flags import state_is
from surveytools.cleaning.layout import Layout, TextColumn
from surveytools.cleaning.options import Reading
from surveytools.cleaning.responses import State
from surveytools.cleaning.texts import by_distinct

__all__ = ["code_several"]


def code_several(item: Item, texts: pd.DataFrame, layout: Layout) -> Coded:
    """Code a multiple-response item, as `coding.code_item`."""
    whole = layout.columns.get(item.code)
    if whole is None:
        return _code_choice_columns(item, texts, layout)
    if not any(name in layout.columns for name in item.columns()):
        return _code_lists(whole, texts)
    lists = _code_lists(whole, texts)
    return _either(item, lists, _code_choice_columns(item, texts, layout))


def _code_lists(column: TextColumn, texts: pd.DataFrame) -> Coded:
    """Code a multiple-response item whose options share a cell."""
    item = column.item
    cells = by_distinct(texts[column.name])
    order = {choice.code: at for at, choice in enumerate(item.choices)}
    selected = np.zeros((len(cells.texts) + 1, len(order)), dtype=bool)
    states: list[int] = []
    entries: list[TextFinding] = []
    for at, text in enumerate(cells.texts):
        reading = column.reader.read(text) if column.reader else Reading()
        for code in reading.codes:
            selected[at, order[code]] = True
        states.append(_list_state(item, reading.codes))
        entries += unknown_parts(at, reading, column)
    codes = states_of_texts(states, cells)
    states_column = state_column(codes, texts.index)
    frame = _choice_columns(item, selected[cells.codes], codes, texts.index)
    found = findings_by_text(
        entries, cells, texts.index, item=item.code, column=item.code
    )
    return Coded(frame, {item.code: states_column}, found)


def _list_state(item: Item, codes: Sequence[str]) -> int:
    """State of a set of choices; one that says nothing counts only by itself."""
    states = [state_of_choice(item.choice(code)) for code in codes]
    if CODE[State.ANSWERED] in states:
        return CODE[State.ANSWERED]
    return states[0] if states else CODE[State.UNRESOLVED]


def _choice_columns(
    item: Item,
    selected: NDArray[np.bool_],
    codes: NDArray[np.integer[Any]],
    index: pd.Index[str],
) -> dict[str, pd.Series[Any]]:
    """One nullable column a choice, missing where there is no answer."""
    known = (CODE[State.ANSWERED], *OF_MISSING.values())
    none = ~np.isin(codes, known)
    return {
        name: pd.Series(
            pd.arrays.BooleanArray(selected[:, at] & ~none, none.copy()), index=index
        )
        for at, name in enumerate(item.columns())
    }


def _code_choice_columns(item: Item, texts: pd.DataFrame, layout: Layout) -> Coded:
    """Code a multiple-response item that has a column a choice.

    A respondent answered the item if some of its columns has something to say.
    """
    selected = np.zeros((len(texts), len(item.choices)), dtype=bool)
    filled = np.zeros(len(texts), dtype=bool)
    unknown: dict[str, NDArray[np.bool_]] = {}
    found: Findings = []
    for at, name in enumerate(item.columns()):
        column = layout.columns.get(name)
        if column is None or column.reader is None:
            continue
        cells = by_distinct(texts[name])
        readings = [column.reader.read(text) for text in cells.texts]
        yes = np.array([*(bool(r.codes) for r in readings), False])[cells.codes]
        lost = np.array([*(bool(r.unknown) for r in readings), False])[cells.codes]
        selected[:, at] = yes
        filled |= (cells.codes >= 0) & ~lost
        unknown[name] = lost
        entries = [
            e for i, r in enumerate(readings) for e in unknown_parts(i, r, column)
        ]
        found += findings_by_text(
            entries, cells, texts.index, item=item.code, column=name
        )
    codes = _wide_states(item, selected, filled, unknown)
    states = state_column(codes, texts.index)
    frame = _choice_columns(item, selected, codes, texts.index)
    return Coded(frame, {item.code: states}, found, unknown)


def _either(item: Item, lists: Coded, columns: Coded) -> Coded:
    """Join the two ways in which exports write an item; a row has one of them."""
    blank = state_is(lists.states[item.code], State.NO_ANSWER)
    states = lists.states[item.code].where(~blank, columns.states[item.code])
    frame = {
        name: answers.where(~blank, columns.frame[name])
        for name, answers in lists.frame.items()
    }
    found = [*lists.findings, *columns.findings]
    return Coded(frame, {item.code: states}, found, columns.lost)


def _wide_states(
    item: Item,
    selected: NDArray[np.bool_],
    filled: NDArray[np.bool_],
    unknown: dict[str, NDArray[np.bool_]],
) -> NDArray[np.integer[Any]]:
    codes = np.where(filled, CODE[State.ANSWERED], CODE[State.NO_ANSWER])
    for lost in unknown.values():
        codes = np.where(lost & ~filled, CODE[State.UNRESOLVED], codes)
    says = np.array([choice.missing is None for choice in item.choices])
    for at, choice in enumerate(item.choices):
        if choice.missing is not None:
            alone = selected[:, at] & ~selected[:, says].any(axis=1)
            codes = np.where(alone, OF_MISSING[choice.missing], codes)
    return codes
