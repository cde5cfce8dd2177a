"""From text to codes, numbers and states; what isn't known is never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Choice, Item, Kind, Missing
from surveytools.cleaning.findings import Findings, TextFinding, findings_by_text
from surveytools.cleaning.layout import Layout, TextColumn
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.options import Reading
from surveytools.cleaning.responses import State
from surveytools.cleaning.texts import Distinct, by_distinct

__all__ = ["STATES", "Coded", "code_item", "state_column"]

STATES = tuple(State)
"""Categories of a state column, in order."""

_CODE = {state: at for at, state in enumerate(STATES)}
_OF_MISSING = {
    Missing.DONT_KNOW: _CODE[State.DONT_KNOW],
    Missing.NOT_APPLICABLE: _CODE[State.NOT_APPLICABLE],
}
_SUGGESTED = 200  # texts of an item; a column with more holds another item's answers


@dataclass(frozen=True, slots=True)
class Coded:
    """One item, coded.

    Attributes
    ----------
    frame
        Its columns of `Responses.frame`.
    states
        Its columns of `Responses.states`; blank cells are ``asked, no answer``,
        whatever the skip rule says.
    findings
        What isn't known.
    lost
        Cells that aren't known, by column, where an item has a column a choice: the
        item may be answered all the same.
    """

    frame: dict[str, pd.Series[Any]]
    states: dict[str, pd.Series[str]]
    findings: Findings = field(default_factory=list)
    lost: dict[str, NDArray[np.bool_]] = field(default_factory=dict)


def state_column(
    codes: NDArray[np.integer[Any]], index: pd.Index[str]
) -> pd.Series[str]:
    """Make a state column from positions in `STATES`."""
    categories = pd.Index([state.value for state in STATES], dtype="str")
    return pd.Series(
        pd.Categorical.from_codes(codes.astype(np.int8), categories), index=index
    )


def code_item(item: Item, texts: pd.DataFrame, layout: Layout) -> Coded:
    """Code the columns of one item.

    Parameters
    ----------
    item
        Item with columns in the exports.
    texts
        Text after all steps. A column of an optional item that no export has is
        taken as blank.
    layout
        Which columns there are, and how to read their cells.
    """
    if item.kind is Kind.MULTIPLE:
        whole = layout.columns.get(item.code)
        if whole is None:
            return _code_choice_columns(item, texts, layout)
        return _code_lists(whole, texts)
    parts = [_code_column(item, name, texts, layout) for name in item.columns()]
    return Coded(
        {name: part.frame[name] for part in parts for name in part.frame},
        {name: part.states[name] for part in parts for name in part.states},
        [finding for part in parts for finding in part.findings],
    )


def _code_column(item: Item, name: str, texts: pd.DataFrame, layout: Layout) -> Coded:
    column = layout.columns.get(name)
    cells = (
        by_distinct(texts[name])
        if column is not None
        else Distinct([], np.full(len(texts), -1))
    )
    if item.kind is Kind.TEXT:
        values: pd.Series[Any] = _taken(cells, cells.texts, texts.index).astype("str")
        codes = np.where(cells.codes < 0, _CODE[State.NO_ANSWER], _CODE[State.TEXT])
        found: Findings = []
    elif item.kind is Kind.NUMBER:
        values, codes, found = _code_numbers(item, name, cells, texts.index)
    else:
        values, codes, found = _code_single(item, name, column, cells, texts.index)
    states = state_column(codes, texts.index)
    return Coded({name: values}, {name: states}, found)


def _taken(
    cells: Distinct, values: Sequence[Any], index: pd.Index[str]
) -> pd.Series[Any]:
    """Give each row the value of its text; blank rows have none."""
    lookup = pd.Series([*values, None], dtype="object")
    return pd.Series(lookup.to_numpy()[cells.codes], index=index)


_Column = tuple["pd.Series[Any]", NDArray[np.integer[Any]], Findings]


def _code_single(
    item: Item,
    name: str,
    column: TextColumn | None,
    cells: Distinct,
    index: pd.Index[str],
) -> _Column:
    order = {choice.code: at for at, choice in enumerate(item.choices)}
    codes: list[int] = []
    states: list[int] = []
    entries: list[TextFinding] = []
    for at, text in enumerate(cells.texts):
        reading = column.reader.read(text) if column and column.reader else Reading()
        if reading.codes:
            codes.append(order[reading.codes[0]])
            states.append(_state_of(item.choice(reading.codes[0])))
        else:
            codes.append(-1)
            states.append(_CODE[State.UNRESOLVED])
            if column is not None:
                entries += _unknown(at, reading, column)
    taken = np.array([*codes, -1], dtype=np.int64)[cells.codes]
    values = pd.Series(
        pd.Categorical.from_codes(
            taken, pd.Index(list(order), dtype="str"), ordered=True
        ),
        index=index,
    )
    found = findings_by_text(entries, cells, index, item=item.code, column=name)
    return values, _states(states, cells), found


def _state_of(choice: Choice) -> int:
    return _OF_MISSING[choice.missing] if choice.missing else _CODE[State.ANSWERED]


def _states(states: Sequence[int], cells: Distinct) -> NDArray[np.integer[Any]]:
    return np.array([*states, _CODE[State.NO_ANSWER]], dtype=np.int8)[cells.codes]


def _code_numbers(
    item: Item, name: str, cells: Distinct, index: pd.Index[str]
) -> _Column:
    numbers: list[float] = []
    states: list[int] = []
    entries: list[TextFinding] = []
    for at, text in enumerate(cells.texts):
        plain = plain_number(text, suffixes=item.suffixes)
        number = float(plain) if plain is not None else np.nan
        problem = _number_problem(item, number)
        states.append(_CODE[State.UNRESOLVED if problem else State.ANSWERED])
        numbers.append(np.nan if problem else number)
        if problem:
            advice = f"correct the cell, or change item {item.code!r} in the codebook"
            entries.append(TextFinding(at, problem, text, advice))
    taken = np.array([*numbers, np.nan])[cells.codes]
    values = pd.Series(
        pd.arrays.FloatingArray(np.nan_to_num(taken), np.isnan(taken)), index=index
    )
    found = findings_by_text(entries, cells, index, item=item.code, column=name)
    return values, _states(states, cells), found


def _number_problem(item: Item, number: float) -> str | None:
    if np.isnan(number) or np.isinf(number):
        return "unreadable number"
    if item.minimum is not None and number < item.minimum:
        return "number out of range"
    if item.maximum is not None and number > item.maximum:
        return "number out of range"
    return None


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
        entries += _unknown(at, reading, column)
    codes = _states(states, cells)
    states_column = state_column(codes, texts.index)
    frame = _choice_columns(item, selected[cells.codes], codes, texts.index)
    found = findings_by_text(
        entries, cells, texts.index, item=item.code, column=item.code
    )
    return Coded(frame, {item.code: states_column}, found)


def _list_state(item: Item, codes: Sequence[str]) -> int:
    """State of a set of choices; one that says nothing counts only by itself."""
    states = [_state_of(item.choice(code)) for code in codes]
    if _CODE[State.ANSWERED] in states:
        return _CODE[State.ANSWERED]
    return states[0] if states else _CODE[State.UNRESOLVED]


def _choice_columns(
    item: Item,
    selected: NDArray[np.bool_],
    codes: NDArray[np.integer[Any]],
    index: pd.Index[str],
) -> dict[str, pd.Series[Any]]:
    """One nullable column a choice, missing where there is no answer."""
    known = (_CODE[State.ANSWERED], *_OF_MISSING.values())
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
        entries = [e for i, r in enumerate(readings) for e in _unknown(i, r, column)]
        found += findings_by_text(
            entries, cells, texts.index, item=item.code, column=name
        )
    codes = _wide_states(item, selected, filled, unknown)
    states = state_column(codes, texts.index)
    frame = _choice_columns(item, selected, codes, texts.index)
    return Coded(frame, {item.code: states}, found, unknown)


def _wide_states(
    item: Item,
    selected: NDArray[np.bool_],
    filled: NDArray[np.bool_],
    unknown: dict[str, NDArray[np.bool_]],
) -> NDArray[np.integer[Any]]:
    codes = np.where(filled, _CODE[State.ANSWERED], _CODE[State.NO_ANSWER])
    for lost in unknown.values():
        codes = np.where(lost & ~filled, _CODE[State.UNRESOLVED], codes)
    says = np.array([choice.missing is None for choice in item.choices])
    for at, choice in enumerate(item.choices):
        if choice.missing is not None:
            alone = selected[:, at] & ~selected[:, says].any(axis=1)
            codes = np.where(alone, _OF_MISSING[choice.missing], codes)
    return codes


def _unknown(at: int, reading: Reading, column: TextColumn) -> Iterator[TextFinding]:
    """One finding for each part of a text that the codebook doesn't know."""
    for part in reading.unknown:
        reason = reading.reasons.get(part)
        if reason is not None:
            yield TextFinding(at, "ambiguous answer", part, f"decide: {reason}")
            continue
        close = None
        if at < _SUGGESTED and column.reader is not None:
            close = column.reader.index.suggest(part)
        advice = f"add an alias or a choice to item {column.item.code!r}"
        if close is not None:
            advice = f"did you mean {close!r}? {advice}"
        yield TextFinding(at, "unknown answer", part, advice)
