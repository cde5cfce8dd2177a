"""A codebook and responses made from a few dictionaries."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import pytest

from surveytools.cleaning.codebook import (
    Choice,
    Codebook,
    Derivation,
    Item,
    Kind,
    Missing,
)
from surveytools.cleaning.responses import Responses, State

Answers = Mapping[str, Sequence[object]]


def _choices(*codes: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, code.upper()) for code in codes)


_SCALE = (
    Choice("low", "Low", value=1),
    Choice("mid", "Middling", value=2),
    Choice("top", {"en": "High", "fr": "Haut"}, value=3),
    Choice("na", "Can't say", missing=Missing.NOT_APPLICABLE),
)

CODEBOOK = Codebook(
    file="codebook.toml",
    items=(
        Item("dept", "Department", Kind.SINGLE, choices=_choices("it", "ep", "hse")),
        Item("use", "Use", Kind.SINGLE, choices=_choices("yes", "trial", "no")),
        Item("view", "View", Kind.LIKERT, choices=_SCALE, sensitive=True),
        Item("tools", "Tools", Kind.MULTIPLE, choices=_choices("git", "svn", "none")),
        Item(
            "needs",
            "Needs",
            Kind.MULTIPLE,
            choices=(
                *_choices("gpu", "disk"),
                Choice("unsure", "Unsure", missing=Missing.DONT_KNOW),
            ),
        ),
        Item(
            "often", "Often", Kind.MATRIX, choices=_SCALE, rows=_choices("swan", "lxb")
        ),
        Item(
            "used",
            "Used",
            Kind.MULTIPLE,
            choices=_choices("swan", "lxb"),
            derivation=Derivation("often", "selected", {"selected": ("mid", "top")}),
        ),
        Item("hours", "Hours", Kind.NUMBER),
        Item("remark", "Remark", Kind.TEXT),
    ),
)


@pytest.fixture(scope="session")
def responses() -> Callable[[Answers], Responses]:
    """Make responses: one list of answers an item, or a row of a matrix.

    An answer is a choice's code, several joined by ``+``, or a `State` for a missing
    one. Items that aren't given weren't answered. Item ``used`` follows from the rows
    of ``often``.
    """
    return make_responses


def make_responses(answers: Answers, codebook: Codebook = CODEBOOK) -> Responses:
    length = len(next(iter(answers.values())))
    index = pd.MultiIndex.from_product(
        [["export.xlsx"], range(2, length + 2)], names=["export", "row"]
    )
    frame, states = {}, {}
    for item in codebook.items:
        if item.code == "used":
            for choice in item.choices:
                row, name = frame[f"often__{choice.code}"], f"used__{choice.code}"
                states[name] = states[f"often__{choice.code}"]
                used = pd.Series(row).isin(["mid", "top"]).astype("boolean")
                frame[name] = used.mask(states[name] != State.ANSWERED).array
            continue
        for column in item.columns() if item.kind is Kind.MATRIX else (item.code,):
            given = list(answers.get(column, [State.NO_ANSWER] * length))
            values, state = _cells(item, given)
            frame |= {f"{column}{end}": value for end, value in values.items()}
            states[column] = pd.Categorical(state, categories=list(State))
    empty = pd.DataFrame()
    return Responses(
        pd.DataFrame(frame, index=range(length)).set_axis(index),
        pd.DataFrame(states, index=range(length)).set_axis(index),
        codebook,
        "2026",
        empty,
        empty,
        empty,
    )


def _cells(item: Item, given: list[object]) -> tuple[dict[str, object], list[State]]:
    state = [_state(item, answer) for answer in given]
    texts = [None if isinstance(answer, State) else str(answer) for answer in given]
    if item.kind is Kind.MULTIPLE:
        return {
            f"__{choice.code}": pd.array(
                [None if t is None else choice.code in t.split("+") for t in texts],
                dtype="boolean",
            )
            for choice in item.choices
        }, state
    if item.kind in (Kind.NUMBER, Kind.TEXT):
        numbers = [None if t is None or item.kind is Kind.TEXT else t for t in texts]
        return {"": pd.array(numbers, dtype="Float64")}, state
    codes = [choice.code for choice in item.choices]
    return {"": pd.Categorical(texts, categories=codes, ordered=True)}, state


def _state(item: Item, answer: object) -> State:
    if isinstance(answer, State):
        return answer
    if item.kind is Kind.TEXT:
        return State.TEXT
    if item.kind is Kind.NUMBER:
        return State.ANSWERED
    said = {choice.code: choice.missing for choice in item.choices}
    kinds = [said[code] for code in str(answer).split("+") if code]
    only = kinds[0] if len(kinds) == 1 else None
    return State(only.value) if only else State.ANSWERED
