"""From text to codes, numbers and states; what isn't known is never guessed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Item, Kind
from surveytools.cleaning.coded import (
    CODE,
    Coded,
    state_column,
    state_of_choice,
    states_of_texts,
    unknown_parts,
)
from surveytools.cleaning.findings import Findings, TextFinding, findings_by_text
from surveytools.cleaning.layout import Layout, TextColumn
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.options import Reading
from surveytools.cleaning.ranking import code_ranking
from surveytools.cleaning.responses import State
from surveytools.cleaning.several import code_several
from surveytools.cleaning.texts import Distinct, by_distinct
from surveytools.cleaning.write_ins import with_write_in

__all__ = ["code_item"]

_Column = tuple["pd.Series[Any]", NDArray[np.integer[Any]], Findings]


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
        return with_write_in(item, code_several(item, texts, layout), texts, layout)
    if item.kind is Kind.RANKING:
        return code_ranking(item, texts, layout)
    parts = [_code_column(item, name, texts, layout) for name in item.columns()]
    coded = Coded(
        {name: part.frame[name] for part in parts for name in part.frame},
        {name: part.states[name] for part in parts for name in part.states},
        [finding for part in parts for finding in part.findings],
    )
    return with_write_in(item, coded, texts, layout)


def _code_column(item: Item, name: str, texts: pd.DataFrame, layout: Layout) -> Coded:
    column = layout.columns.get(name)
    if item.kind is Kind.TEXT:
        return _code_text(name, texts, known=column is not None)
    cells = (
        by_distinct(texts[name])
        if column is not None
        else Distinct([], np.full(len(texts), -1))
    )
    if item.kind is Kind.NUMBER:
        values, codes, found = _code_numbers(item, name, cells, texts.index)
    else:
        values, codes, found = _code_single(item, name, column, cells, texts.index)
    states = state_column(codes, texts.index)
    return Coded({name: values}, {name: states}, found)


def _code_text(name: str, texts: pd.DataFrame, *, known: bool) -> Coded:
    values: pd.Series[Any] = pd.Series(None, index=texts.index, dtype="str")
    if known:
        values = texts[name].astype("str")
    blank = values.isna().to_numpy(dtype=bool)
    codes = np.where(blank, CODE[State.NO_ANSWER], CODE[State.TEXT])
    return Coded({name: values}, {name: state_column(codes, texts.index)})


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
            states.append(state_of_choice(item.choice(reading.codes[0])))
        else:
            codes.append(-1)
            states.append(CODE[State.UNRESOLVED])
            if column is not None:
                entries += unknown_parts(at, reading, column)
    taken = np.array([*codes, -1], dtype=np.int64)[cells.codes]
    values = pd.Series(
        pd.Categorical.from_codes(
            taken, pd.Index(list(order), dtype="str"), ordered=True
        ),
        index=index,
    )
    found = findings_by_text(entries, cells, index, item=item.code, column=name)
    return values, states_of_texts(states, cells), found


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
        states.append(CODE[State.UNRESOLVED if problem else State.ANSWERED])
        numbers.append(np.nan if problem else number)
        if problem:
            advice = f"correct the cell, or change item {item.code!r} in the codebook"
            entries.append(TextFinding(at, problem, text, advice))
    taken = np.array([*numbers, np.nan])[cells.codes]
    values = pd.Series(
        pd.arrays.FloatingArray(np.nan_to_num(taken), np.isnan(taken)), index=index
    )
    found = findings_by_text(entries, cells, index, item=item.code, column=name)
    return values, states_of_texts(states, cells), found


def _number_problem(item: Item, number: float) -> str | None:
    if np.isnan(number) or np.isinf(number):
        return "unreadable number"
    if item.minimum is not None and number < item.minimum:
        return "number out of range"
    if item.maximum is not None and number > item.maximum:
        return "number out of range"
    return None
