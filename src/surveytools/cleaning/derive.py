"""Items that are computed from other items, with the states of their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Codebook, Derivation, Item, Kind
from surveytools.cleaning.coded import STATES, state_column
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.flags import is_false, is_true, state_is
from surveytools.cleaning.responses import State

__all__ = ["derive"]

_Columns = dict[str, "pd.Series[Any]"]
_Made = tuple[_Columns, _Columns]

_STATES = pd.CategoricalDtype(
    pd.Index([state.value for state in State], dtype="str"), ordered=False
)
_WORST_FIRST = (State.UNRESOLVED, State.UNKNOWN, State.NO_ANSWER, State.NOT_ASKED)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """All items so far: answers, their states, and how they were asked."""

    frame: pd.DataFrame
    states: pd.DataFrame
    codebook: Codebook

    def source(self, how: Derivation) -> Item:
        return self.codebook.item(how.source)


def derive(
    frame: pd.DataFrame, states: pd.DataFrame, codebook: Codebook
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the columns of all derived items, in codebook order.

    Where the source has no answer, the derived item has none either, for the same
    reason.

    Parameters
    ----------
    frame, states
        The asked items, as in `surveytools.cleaning.responses.Responses`.
    codebook
        How each derived item is computed; each stands after its sources.

    Returns
    -------
    frame, states
        With the derived items behind the others.
    """
    for item in codebook.derived():
        if item.derivation is None:
            continue
        make = _HOWS[item.derivation.how]
        given = _Given(frame, states, codebook)
        made, why = make(item, item.derivation, given)
        reasons = {name: state.astype(_STATES) for name, state in why.items()}
        frame = pd.concat([frame, pd.DataFrame(made)], axis="columns")
        states = pd.concat([states, pd.DataFrame(reasons)], axis="columns")
    return frame, states


def _regroup(item: Item, how: Derivation, given: _Given) -> _Made:
    """Put each answer into the group that lists it."""
    group_of = {code: group for group, codes in how.groups.items() for code in codes}
    values, why = {}, {}
    for name, old in _paired(item, given.source(how)):
        values[name] = _looked_up(given.frame[old], group_of, item)
        why[name] = _answered_where(values[name].notna().to_numpy(), given.states[old])
    return values, why


def _net(item: Item, how: Derivation, given: _Given) -> _Made:
    """Say yes where any of the choices listed was selected."""
    source = given.source(how)
    listed = how.groups["yes"]
    state = _state_of(source, given.states)
    yes = np.asarray(_flags(given.frame, source, listed).any(axis=1))
    return _yes_no(item, yes, state_is(state, State.ANSWERED) | yes, state)


def _selected(item: Item, how: Derivation, given: _Given) -> _Made:
    """Select the rows of a matrix whose answer is listed."""
    listed = how.groups["selected"]
    values: _Columns = {}
    why: _Columns = {}
    for name, old in _paired(item, given.source(how)):
        chosen = given.frame[old].isin(listed).to_numpy()
        known = chosen | state_is(given.states[old], State.ANSWERED)
        values[name] = pd.Series(
            pd.arrays.BooleanArray(chosen, ~known), index=given.frame.index
        )
        why[name] = _answered_where(known, given.states[old])
    return values, why


def _count(item: Item, how: Derivation, given: _Given) -> _Made:
    """Count the choices selected, without those that say that there is no answer."""
    source = given.source(how)
    says = [choice.code for choice in source.choices if not choice.missing]
    number = pd.Series(
        _flags(given.frame, source, says).sum(axis=1), index=given.frame.index
    )
    state = _state_of(source, given.states)
    known = state_is(state, State.ANSWERED)
    return {item.code: number.astype("Float64").mask(~known)}, {item.code: state}


def _first(item: Item, how: Derivation, given: _Given) -> _Made:
    """Take the choice that is ranked first, if one alone is."""
    source = given.source(how)
    first = np.column_stack(
        [given.frame[n].eq(1).fillna(value=False) for n in source.columns()]
    )
    one = first.sum(axis=1) == 1
    taken = np.where(one, first.argmax(axis=1), -1)
    codes = pd.Index([choice.code for choice in source.choices], dtype="str")
    values = pd.Series(
        pd.Categorical.from_codes(taken, codes, ordered=True), index=given.frame.index
    )
    state = given.states[source.code]
    unclear = state_is(state, State.ANSWERED) & ~one
    return {item.code: values}, {item.code: state.mask(unclear, State.UNRESOLVED.value)}


def _midpoint(item: Item, how: Derivation, given: _Given) -> _Made:
    """Take the number that stands for the answer."""
    source = given.source(how)
    numbers = [np.nan if c.value is None else c.value for c in source.choices]
    state = given.states[source.code]
    taken = np.array([*numbers, np.nan])[given.frame[source.code].cat.codes]
    blank = np.isnan(taken) | ~state_is(state, State.ANSWERED)
    values = pd.arrays.FloatingArray(np.where(blank, 0.0, taken), blank)
    return {item.code: pd.Series(values, index=given.frame.index)}, {item.code: state}


def _condition(item: Item, how: Derivation, given: _Given) -> _Made:
    """Say yes where the condition holds, no where it doesn't."""
    condition = parse_condition(how.condition or "", given.codebook)
    holds = condition.holds(given.frame, given.states, given.codebook)
    sources = [
        name
        for code in sorted(condition.items())
        for name in given.codebook.item(code).state_columns()
    ]
    known = holds.notna().to_numpy(dtype=bool)
    return _yes_no(item, is_true(holds), known, _worst(given.states[sources]))


def _where(item: Item, how: Derivation, given: _Given) -> _Made:
    """Keep the answers for which the condition holds; others weren't asked."""
    source = given.source(how)
    condition = parse_condition(how.condition or "", given.codebook)
    parts: list[str | None] = [row.code for row in source.rows] or [None]
    holds = [
        condition.holds(given.frame, given.states, given.codebook, row=row)
        for row in parts
    ]
    per_column = source.kind is Kind.MATRIX
    values: _Columns = {}
    why: _Columns = {}
    for at, (name, old) in enumerate(_paired(item, source)):
        truth = holds[at if per_column else 0]
        values[name] = given.frame[old].where(is_true(truth))
    old_states = source.state_columns()
    for at, (name, old) in enumerate(
        zip(item.state_columns(), old_states, strict=True)
    ):
        truth = holds[at if per_column else 0]
        kept = given.states[old].mask(
            truth.isna().to_numpy(dtype=bool), State.UNKNOWN.value
        )
        why[name] = kept.mask(is_false(truth), State.NOT_ASKED.value)
    return values, why


_How = Callable[[Item, Derivation, _Given], _Made]

_HOWS: Mapping[str, _How] = {
    "regroup": _regroup,
    "merge-units": _regroup,
    "net": _net,
    "selected": _selected,
    "count": _count,
    "first": _first,
    "midpoint": _midpoint,
    "condition": _condition,
    "where": _where,
}


def _paired(item: Item, source: Item) -> list[tuple[str, str]]:
    """Columns of the item, each with the column of the source that it comes from."""
    return list(zip(item.columns(), source.columns(), strict=True))


def _state_of(source: Item, states: pd.DataFrame) -> pd.Series[Any]:
    """State of a multiple-response item, which may have one a choice."""
    names = list(source.state_columns())
    return states[names[0]] if len(names) == 1 else _worst(states[names])


def _flags(
    frame: pd.DataFrame, source: Item, codes: Iterable[str]
) -> NDArray[np.bool_]:
    """Choices selected, one column each."""
    return np.column_stack([is_true(frame[f"{source.code}__{c}"]) for c in codes])


def _looked_up(
    answers: pd.Series[Any], group_of: Mapping[str, str], item: Item
) -> pd.Series[Any]:
    codes = [choice.code for choice in item.choices]
    place = {code: at for at, code in enumerate(codes)}
    lookup = [place.get(group_of.get(old, ""), -1) for old in answers.cat.categories]
    taken = np.array([*lookup, -1], dtype=np.int64)[answers.cat.codes]
    return pd.Series(
        pd.Categorical.from_codes(taken, pd.Index(codes, dtype="str"), ordered=True),
        index=answers.index,
    )


def _yes_no(
    item: Item,
    yes: NDArray[np.bool_],
    known: NDArray[np.bool_],
    state: pd.Series[Any],
) -> _Made:
    codes = [choice.code for choice in item.choices]
    taken = np.where(known, np.where(yes, codes.index("yes"), codes.index("no")), -1)
    values = pd.Series(
        pd.Categorical.from_codes(taken, pd.Index(codes, dtype="str"), ordered=True),
        index=state.index,
    )
    return {item.code: values}, {item.code: _answered_where(known, state)}


def _answered_where(known: NDArray[np.bool_], state: pd.Series[Any]) -> pd.Series[Any]:
    """Answered where the result is known; else the reason of the source."""
    return state.mask(known, State.ANSWERED.value)


def _worst(states: pd.DataFrame) -> pd.Series[Any]:
    """Give the reason why something computed from several answers isn't known."""
    worst = np.full(len(states), STATES.index(State.ANSWERED))
    for state in reversed(_WORST_FIRST):
        found = [state_is(states[name], state) for name in states.columns]
        worst[np.any(found, axis=0)] = STATES.index(state)
    return state_column(worst, states.index)
