"""Items as classes of respondents: what stands in the rows, or columns, of a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.bases import MISSING, States, missing_rows, states_of
from surveytools.analysis.membership import (
    Marks,
    Membership,
    Places,
    everyone,
)
from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.responses import Responses, State
from surveytools.errors import SurveyError
from surveytools.study.tabplan import BaseKind

__all__ = ["Block", "Classes", "by_choice", "classes_of", "countable"]

_GIVEN = Choice("answered", {"en": "Answered", "fr": "Ont répondu"})
"""What is counted of a numeric item."""


@dataclass(frozen=True, slots=True)
class Block:
    """One item, or one row of a matrix.

    Attributes
    ----------
    answers
        Who gave which answer; nobody outside the base.
    base
        Who is in the base: one class, or one an answer where each answer has its own
        base.
    """

    answers: Membership
    base: Membership


@dataclass(frozen=True, slots=True)
class Classes:
    """An item as classes of respondents.

    Attributes
    ----------
    rows
        Rows of a matrix; empty for other items.
    answers
        Classes, in codebook order, rows for missing answers behind them.
    blocks
        One for each row, or a single one.
    unresolved
        Respondents outside the base because an answer is unresolved.
    """

    rows: tuple[Choice, ...]
    answers: tuple[Choice, ...]
    blocks: tuple[Block, ...]
    unresolved: NDArray[np.bool_]


def by_choice(item: Item) -> bool:
    """Whether each choice of a multiple-response item has a state of its own."""
    return item.kind is Kind.MULTIPLE and item.state_columns() == item.columns()


def classes_of(responses: Responses, item: Item, base: BaseKind) -> Classes:
    """Read an item as classes of respondents.

    Parameters
    ----------
    base
        Whom to count: see `surveytools.analysis.bases.States.counted`. Under
        ``answered`` and ``mentions``, choices that say that there is no answer are
        left out.

    Raises
    ------
    SurveyError
        If the item holds text or ranks, or has no choices for that base.
    """
    if base is BaseKind.SELECTED_ANY:
        return _selecting(responses, item)
    if item.kind is Kind.NUMBER:
        return _number(responses, item, base)
    if item.kind is Kind.TEXT:
        return _text(responses, item, base)
    if item.kind is Kind.RANKING:
        msg = f"item {item.code!r} is a ranking, and tables count choices"
        hint = 'derive an item from it with `how = "first"`'
        raise SurveyError(msg, hint=hint)
    if by_choice(item):
        return _choices_with_states(responses, item, base)
    if item.kind is Kind.MULTIPLE:
        return _multiple(responses, item, base)
    return _one_answer(responses, item, base)


def _one_answer(responses: Responses, item: Item, base: BaseKind) -> Classes:
    states = [states_of(responses.states, name) for name in item.state_columns()]
    kept = _kept(item.choices, base)
    given = [
        _positions(responses.frame[name], item.choices, kept, state, base)
        for name, state in zip(item.columns(), states, strict=True)
    ]
    missing = [
        state
        for state in missing_rows(base)
        if any(_unplaced(g, s, state).any() for g, s in zip(given, states, strict=True))
    ]
    answers = (*kept, *(MISSING[state] for state in missing))
    blocks = []
    for codes, state in zip(given, states, strict=True):
        placed = codes
        for position, kind in enumerate(missing, start=len(kept)):
            placed = np.where(_unplaced(codes, state, kind), position, placed)
        blocks.append(Block(Places(placed, len(answers)), everyone(placed >= 0)))
    return Classes(item.rows, answers, tuple(blocks), _unresolved(states, base))


def countable(item: Item) -> Item:
    """Give a numeric item the one answer that tables count: that there is a number."""
    return replace(item, choices=(_GIVEN,)) if item.kind is Kind.NUMBER else item


def _number(responses: Responses, item: Item, base: BaseKind) -> Classes:
    """Count who gave a number."""
    states = states_of(responses.states, item.code)
    counted = states.counted(base)
    missing = [s for s in missing_rows(base) if (states.are(s) & counted).any()]
    placed = np.where(states.are(State.ANSWERED) & counted, 0, -1)
    for position, state in enumerate(missing, start=1):
        placed = np.where(states.are(state) & counted, position, placed)
    answers = (_GIVEN, *(MISSING[state] for state in missing))
    block = Block(Places(placed, len(answers)), everyone(placed >= 0))
    return Classes((), answers, (block,), _unresolved([states], base))


def _text(responses: Responses, item: Item, base: BaseKind) -> Classes:
    """Count who wrote something: what it says is nothing that a table can count.

    Raises
    ------
    SurveyError
        If the base is one of coded answers, which free text has none of.
    """
    if base not in (BaseKind.ALL, BaseKind.ASKED):
        msg = f"item {item.code!r} holds free text, of which only who wrote any counts"
        hint = "take base all or asked, or code its texts as choices in the codebook"
        raise SurveyError(msg, hint=hint)
    states = states_of(responses.states, item.code)
    counted = states.counted(base)
    shown = [
        state
        for state in missing_rows(base)
        if state is State.TEXT or (states.are(state) & counted).any()
    ]
    placed = np.full(len(counted), -1)
    for position, state in enumerate(shown):
        placed = np.where(states.are(state) & counted, position, placed)
    answers = tuple(MISSING[state] for state in shown)
    block = Block(Places(placed, len(answers)), everyone(placed >= 0))
    return Classes((), answers, (block,), _unresolved([states], base))


def _positions(
    column: pd.Series,
    choices: Sequence[Choice],
    kept: Sequence[Choice],
    states: States,
    base: BaseKind,
) -> NDArray[np.intp]:
    """Give each respondent's answer as its position among the kept choices, or -1."""
    dtype = pd.CategoricalDtype([choice.code for choice in choices])
    codes = column.astype(dtype).cat.codes.to_numpy()
    place = {choice.code: position for position, choice in enumerate(kept)}
    # The last entry is for missing answers, whose code is -1.
    table = np.array([place.get(choice.code, -1) for choice in choices] + [-1])
    found: NDArray[np.intp] = np.where(states.counted(base), table[codes], -1)
    return found


def _unplaced(
    codes: NDArray[np.intp], states: States, state: State
) -> NDArray[np.bool_]:
    """Say who has that state without an answer that stands for it."""
    return (codes < 0) & states.are(state)


def _multiple(responses: Responses, item: Item, base: BaseKind) -> Classes:
    (name,) = item.state_columns()
    states = states_of(responses.states, name)
    counted = states.counted(base)
    kept = _kept(item.choices, base)
    marks = [_selected(responses, item, choice) & counted for choice in kept]
    missing = [state for state in missing_rows(base) if states.are(state).any()]
    # Who ticked "don't know" is in that choice's row, not in a second one.
    said = {choice.missing.value for choice in kept if choice.missing is not None}
    missing = [state for state in missing if state.value not in said]
    marks += [states.are(state) for state in missing]
    answers = (*kept, *(MISSING[state] for state in missing))
    block = Block(Marks(tuple(marks), len(responses.frame)), everyone(counted))
    return Classes((), answers, (block,), _unresolved([states], base))


def _selecting(responses: Responses, item: Item) -> Classes:
    """Count those who selected some choice, whatever it is.

    Raises
    ------
    SurveyError
        If the item isn't multiple-response: who answers any other gives one answer.
    """
    if item.kind is not Kind.MULTIPLE:
        msg = f"item {item.code!r} is {item.kind}, and nobody selects several of it"
        raise SurveyError(msg, hint="take base answered")
    kept = _kept(item.choices, BaseKind.SELECTED_ANY)
    marks = tuple(_selected(responses, item, choice) for choice in kept)
    length = len(responses.frame)
    some = np.zeros(length, dtype=bool)
    for mark in marks:
        some = some | mark
    states = [states_of(responses.states, name) for name in item.state_columns()]
    unresolved = _unresolved(states, BaseKind.SELECTED_ANY) & ~some
    return Classes((), kept, (Block(Marks(marks, length), everyone(some)),), unresolved)


def _choices_with_states(responses: Responses, item: Item, base: BaseKind) -> Classes:
    kept = _kept(item.choices, base)
    states = [states_of(responses.states, f"{item.code}__{c.code}") for c in kept]
    counted = [state.counted(base) for state in states]
    marks = [
        _selected(responses, item, choice) & inside
        for choice, inside in zip(kept, counted, strict=True)
    ]
    length = len(responses.frame)
    block = Block(Marks(tuple(marks), length), Marks(tuple(counted), length))
    return Classes((), kept, (block,), _unresolved(states, base))


def _kept(choices: tuple[Choice, ...], base: BaseKind) -> tuple[Choice, ...]:
    if base in (BaseKind.ALL, BaseKind.ASKED):
        return choices
    return tuple(choice for choice in choices if choice.missing is None)


def _selected(responses: Responses, item: Item, choice: Choice) -> NDArray[np.bool_]:
    column = responses.frame[f"{item.code}__{choice.code}"]
    return column.to_numpy(dtype=bool, na_value=False)


def _unresolved(states: Sequence[States], base: BaseKind) -> NDArray[np.bool_]:
    """Say whose answer, in any row, is left out because it is unresolved."""
    found = np.zeros(len(states[0].codes) if states else 0, dtype=bool)
    for state in states:
        found = found | (state.are(State.UNRESOLVED) & ~state.counted(base))
    return found
