"""Coding texts that stand in a column of their own beside an item's answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.coded import STATES, Coded, state_of_choice
from surveytools.cleaning.findings import Finding, Findings, places
from surveytools.cleaning.flags import is_true, state_is
from surveytools.cleaning.layout import Layout
from surveytools.cleaning.others import other_choice, write_in_name
from surveytools.cleaning.responses import State

__all__ = ["with_write_in"]


def with_write_in(
    item: Item, coded: Coded, texts: pd.DataFrame, layout: Layout
) -> Coded:
    """Let what was written in count as the item's choice "other".

    It counts where there is no other answer, and where options have a column each
    but "other" has none. Beside another answer, or where "other" was offered and not
    ticked, the answer stays as it is: the text is unresolved, and becomes a finding.

    Parameters
    ----------
    item, coded
        The item, coded without these texts.
    texts, layout
        As in `surveytools.cleaning.coding.code_item`.
    """
    choice = other_choice(item)
    if choice is None:
        return coded
    name = write_in_name(item, choice)
    if name not in layout.columns:
        return coded
    written = texts[name].notna().to_numpy(dtype=bool)
    states = coded.states[item.code]
    blank = state_is(states, State.NO_ANSWER)
    chosen = _chosen(item, choice, coded)
    counts = blank
    if item.kind is Kind.MULTIPLE and not _offered(item, choice, layout):
        counts = blank | state_is(states, State.ANSWERED)
    counts = written & counts & ~chosen
    odd = written & ~counts & ~chosen
    state = STATES[state_of_choice(choice)].value
    return replace(
        coded,
        frame=_with_choice(item, choice, coded, counts),
        states={item.code: states.mask(counts & blank, state)},
        findings=[*coded.findings, *_not_selected(item, choice, odd, texts.index)],
        lost={**coded.lost, name: odd},
    )


def _offered(item: Item, choice: Choice, layout: Layout) -> bool:
    """Whether the choice could be selected by itself."""
    own = f"{item.code}__{choice.code}"
    return item.code in layout.columns or own in layout.columns


def _chosen(item: Item, choice: Choice, coded: Coded) -> NDArray[np.bool_]:
    if item.kind is Kind.MULTIPLE:
        return is_true(coded.frame[f"{item.code}__{choice.code}"])
    return np.asarray(coded.frame[item.code].eq(choice.code).to_numpy(dtype=bool))


def _with_choice(
    item: Item, choice: Choice, coded: Coded, rows: NDArray[np.bool_]
) -> dict[str, pd.Series[Any]]:
    """Select the choice in some rows; in those without answer, it alone."""
    if item.kind is not Kind.MULTIPLE:
        return {item.code: coded.frame[item.code].mask(rows, choice.code)}
    own = f"{item.code}__{choice.code}"
    frame = {
        name: answers.mask(rows & answers.isna().to_numpy(dtype=bool), other=False)
        for name, answers in coded.frame.items()
    }
    frame[own] = frame[own].mask(rows, other=True)
    return frame


def _not_selected(
    item: Item, choice: Choice, odd: NDArray[np.bool_], index: pd.Index[str]
) -> Findings:
    if not odd.any():
        return []
    at = np.flatnonzero(odd)
    export, row, others = places(index, at)
    return [
        Finding(
            "written in though not selected",
            f"a text for {choice.code!r}, which was not selected",
            f"answers are kept as selected; decide what was meant{others}",
            export,
            row,
            item.code,
            write_in_name(item, choice),
            len(at),
            at,
        )
    ]
