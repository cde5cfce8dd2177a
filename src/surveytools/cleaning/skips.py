"""Why a blank cell is blank: skip rules, and items that an export lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Codebook, Item
from surveytools.cleaning.columns import Matched
from surveytools.cleaning.conditions import Condition, parse_condition
from surveytools.cleaning.findings import Finding, Findings, places
from surveytools.cleaning.flags import is_false, is_true, state_is
from surveytools.cleaning.responses import State
from surveytools.cleaning.told import Told

__all__ = ["absent_not_asked", "apply_skip_rules"]


def absent_not_asked(
    states: pd.DataFrame, matches: Sequence[Matched], names: Sequence[str]
) -> pd.DataFrame:
    """Mark optional items as not asked in the exports that lack them."""
    exports = states.index.get_level_values("export")
    changed = states.copy()
    for match, name in zip(matches, names, strict=True):
        here = np.asarray(exports == name)
        for column in match.absent:
            if column in changed:
                changed[column] = changed[column].mask(here, State.NOT_ASKED.value)
    return changed


def apply_skip_rules(
    frame: pd.DataFrame, states: pd.DataFrame, codebook: Codebook, told: Told
) -> tuple[pd.DataFrame, Findings]:
    """Say of each blank answer whether its item was asked.

    Where the rule doesn't hold, the item was not asked; where it isn't known whether
    it holds, it is unknown whether the item was asked. Rules are applied in codebook
    order. An answer that is there although the rule says that the item was not asked
    stays, and becomes a finding. Where the file itself tells whether the question was
    shown, the file is believed, and a rule that says otherwise becomes a finding.

    Parameters
    ----------
    frame, states
        As in `surveytools.cleaning.responses.Responses`.
    codebook
        Where the rules stand.
    told
        What the exports tell; ``states`` has what they say of questions not shown.

    Returns
    -------
    states, findings
        New states, and one finding an item and kind.
    """
    changed = states.copy()
    found: Findings = []
    for item in codebook.asked():
        if item.asked_if is None:
            continue
        rule = parse_condition(item.asked_if, codebook)
        holds = rule.holds(frame, changed, codebook)
        unknown = holds.isna().to_numpy(dtype=bool)
        behind = unknown & _filter_not_asked(rule, changed, codebook)
        not_asked = is_false(holds) | behind
        unknown = unknown & ~behind
        odd, left, hidden = np.zeros((3, len(states)), dtype=bool)
        for name in item.state_columns():
            state = changed[name]
            blank = state_is(state, State.NO_ANSWER)
            if name in told.unclear:  # here the rule knows more than the file
                unclear = told.unclear[name] & state_is(state, State.UNKNOWN)
                state = state.mask(unclear, State.NO_ANSWER.value)
                blank = blank | unclear
            absent = state_is(state, State.NOT_ASKED)
            odd |= not_asked & ~blank & ~absent
            if name in told.not_shown:
                hidden |= told.not_shown[name] & absent & is_true(holds)
            if name in told.shown:
                left |= told.shown[name] & blank & not_asked
                blank = blank & ~told.shown[name]
            changed[name] = state.mask(blank & not_asked, State.NOT_ASKED.value).mask(
                blank & unknown, State.UNKNOWN.value
            )
        rule_text = item.asked_if
        for rows, kind, what in (
            (odd, "answered though not asked", f"answers although not {rule_text}"),
            (left, "shown though not asked", f"shown although not {rule_text}"),
            (hidden, "not shown though asked", f"not shown although {rule_text}"),
        ):
            found += _against_the_rule(item, rows, states.index, kind, what)
    return changed, found


def _filter_not_asked(
    rule: Condition, states: pd.DataFrame, codebook: Codebook
) -> NDArray[np.bool_]:
    """Mark who wasn't asked a question that the rule depends on: nor what follows."""
    marks = np.zeros(len(states), dtype=bool)
    for code in rule.items():
        columns = [c for c in codebook.item(code).state_columns() if c in states]
        if columns:
            each = [state_is(states[c], State.NOT_ASKED) for c in columns]
            marks |= np.logical_and.reduce(each)
    return marks


def _against_the_rule(
    item: Item, odd: NDArray[np.bool_], index: pd.Index[str], kind: str, what: str
) -> Findings:
    if not odd.any():
        return []
    export, row, others = places(index, np.flatnonzero(odd))
    advice = f"check the skip rule of item {item.code!r}{others}"
    count = int(odd.sum())
    return [Finding(kind, what, advice, export, row, item.code, item.code, count)]
