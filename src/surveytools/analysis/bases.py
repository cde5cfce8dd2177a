"""Who is counted under each kind of base, and rows for those who gave no answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning import codebook as cb
from surveytools.cleaning.responses import State
from surveytools.study.tabplan import BaseKind

__all__ = ["MISSING", "States", "missing_rows", "states_of"]

MISSING: dict[State, cb.Choice] = {
    State.TEXT: cb.Choice("~text", {"en": "Free text", "fr": "Texte libre"}),
    State.DONT_KNOW: cb.Choice("~dont_know", {"en": "Don't know", "fr": "Ne sait pas"}),
    State.NOT_APPLICABLE: cb.Choice(
        "~not_applicable", {"en": "Not applicable", "fr": "Sans objet"}
    ),
    State.UNRESOLVED: cb.Choice(
        "~unresolved", {"en": "Unresolved", "fr": "Non interprété"}
    ),
    State.NO_ANSWER: cb.Choice("~no_answer", {"en": "No answer", "fr": "Sans réponse"}),
    State.UNKNOWN: cb.Choice(
        "~unknown_if_asked",
        {"en": "Unknown whether asked", "fr": "Question posée ou non : inconnu"},
    ),
    State.NOT_ASKED: cb.Choice(
        "~not_asked", {"en": "Not asked", "fr": "Question non posée"}
    ),
}
"""Rows that a table gets for missing answers, in the order of outputs."""

_OUTSIDE_ASKED = (State.UNKNOWN, State.NOT_ASKED)
_POSITION = {state: position for position, state in enumerate(State)}
_DTYPE = pd.CategoricalDtype([state.value for state in State])


@dataclass(frozen=True, slots=True)
class States:
    """`State` of each respondent for one item, or one row of a matrix, as numbers."""

    codes: NDArray[Any]

    def are(self, *states: State) -> NDArray[np.bool_]:
        """Whether each respondent's state is one of these."""
        return np.isin(self.codes, [_POSITION[state] for state in states])

    def counted(self, base: BaseKind) -> NDArray[np.bool_]:
        """Whether each respondent belongs to the base.

        Parameters
        ----------
        base
            ``all``: everybody. ``asked``: everybody but those who were not asked, or
            of whom that isn't known. All others: those with a coded answer; "don't
            know" and "not applicable" are no such answers.
        """
        if base is BaseKind.ALL:
            return np.ones(len(self.codes), dtype=bool)
        if base is BaseKind.ASKED:
            return ~self.are(*_OUTSIDE_ASKED)
        return self.are(State.ANSWERED)


def states_of(states: pd.DataFrame, column: str) -> States:
    """Read one column of `Responses.states`."""
    return States(states[column].astype(_DTYPE).cat.codes.to_numpy())


def missing_rows(base: BaseKind) -> tuple[State, ...]:
    """List the states that get a row of their own under a base."""
    if base is BaseKind.ALL:
        return tuple(MISSING)
    if base is BaseKind.ASKED:
        return tuple(state for state in MISSING if state not in _OUTSIDE_ASKED)
    return ()
