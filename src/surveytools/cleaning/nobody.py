"""Cleaned answers of nobody: what a codebook asks, without anybody who answered."""

import pandas as pd

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.responses import Responses, State

__all__ = ["answers_of_nobody"]


def answers_of_nobody(codebook: Codebook, *, wave: str = "") -> Responses:
    """Give responses without a row, to find out what can be asked of a codebook.

    What can be tabulated, and what can't, is the same as with respondents.
    """
    frame = pd.DataFrame(
        {name: _empty(item) for item in codebook.items for name in item.columns()}
    )
    of_states = pd.CategoricalDtype([state.value for state in State])
    columns = [name for item in codebook.items for name in item.state_columns()]
    states = pd.DataFrame(columns=columns, dtype="str").astype(of_states)
    nothing = pd.DataFrame()
    return Responses(
        frame,
        states,
        codebook,
        wave,
        accounting=nothing,
        audit=nothing,
        findings=nothing,
    )


def _empty(item: Item) -> pd.Series:
    match item.kind:
        case Kind.TEXT:
            return pd.Series(dtype="str")
        case Kind.NUMBER | Kind.RANKING:
            return pd.Series(dtype="Float64")
        case Kind.MULTIPLE:
            return pd.Series(dtype="boolean")
    codes = pd.Index([choice.code for choice in item.choices], dtype="str")
    return pd.Series(dtype=pd.CategoricalDtype(codes, ordered=True))
