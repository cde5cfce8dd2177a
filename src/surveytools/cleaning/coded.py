"""What coding gives: answers and their states, and what all its rooms share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Choice, Missing
from surveytools.cleaning.findings import Findings, TextFinding
from surveytools.cleaning.layout import TextColumn
from surveytools.cleaning.options import Reading
from surveytools.cleaning.responses import State
from surveytools.cleaning.texts import Distinct

__all__ = [
    "CODE",
    "OF_MISSING",
    "STATES",
    "Coded",
    "state_column",
    "state_of_choice",
    "states_of_texts",
    "unknown_parts",
]

STATES = tuple(State)
"""Categories of a state column, in order."""

CODE = {state: at for at, state in enumerate(STATES)}
"""Position of each state in `STATES`."""

OF_MISSING = {
    Missing.DONT_KNOW: CODE[State.DONT_KNOW],
    Missing.NOT_APPLICABLE: CODE[State.NOT_APPLICABLE],
}
"""Position of the state of an answer that says that there is none."""

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


def state_of_choice(choice: Choice) -> int:
    """Give the position of the state of an answer."""
    return OF_MISSING[choice.missing] if choice.missing else CODE[State.ANSWERED]


def states_of_texts(states: Sequence[int], cells: Distinct) -> NDArray[np.integer[Any]]:
    """Give each row the state of its text; blank rows have no answer."""
    return np.array([*states, CODE[State.NO_ANSWER]], dtype=np.int8)[cells.codes]


def unknown_parts(
    at: int, reading: Reading, column: TextColumn
) -> Iterator[TextFinding]:
    """Give a finding for each part of a text that the codebook doesn't know."""
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
