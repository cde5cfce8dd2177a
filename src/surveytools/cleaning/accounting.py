"""What became of each cell: every one counted once, and the sum checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.columns import ColumnMatch, Matched
from surveytools.cleaning.responses import State
from surveytools.errors import SurveyError
from surveytools.reading.table import RawTable

__all__ = ["COLUMNS", "LEFT_OUT", "Outcomes", "account", "summary"]

COLUMNS = ("export", "column", "item", "outcome", "cells")
"""Columns of the accounting."""

LEFT_OUT = "left out: "
"""Before the rule in an outcome."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What cleaning knows of the rows and cells.

    Attributes
    ----------
    states
        States of the rows that were kept.
    lost
        Cells that aren't known, of items that have a column a choice.
    left_out
        Rows left out as a whole, by rule.
    """

    states: pd.DataFrame
    lost: Mapping[str, NDArray[np.bool_]]
    left_out: Mapping[str, pd.Index[str]]


def account(
    raws: Sequence[RawTable],
    names: Sequence[str],
    matches: Sequence[Matched],
    outcomes: Outcomes,
) -> pd.DataFrame:
    """Count the cells of each column of each export by what became of them.

    Returns
    -------
    DataFrame
        One row per export, column and outcome, columns `COLUMNS`.

    Raises
    ------
    SurveyError
        If the counts don't add up to the cells of the exports. That is a fault of
        this program, and no result of it may be used.
    """
    lines: list[tuple[str, str, str | None, str, int]] = []
    for raw, name, match in zip(raws, names, matches, strict=True):
        here = np.asarray(outcomes.states.index.get_level_values("export") == name)
        dropped = {
            LEFT_OUT + rule: int((rows.get_level_values("export") == name).sum())
            for rule, rows in outcomes.left_out.items()
        }
        rows = outcomes.states.index.get_level_values("row")[here]
        for entry in match.columns:
            counts = _of_column(raw, entry, outcomes, here, rows)
            for outcome, cells in (*counts.items(), *dropped.items()):
                if cells:
                    lines.append(
                        (name, entry.column.name, entry.item, outcome, int(cells))
                    )
    frame = pd.DataFrame(lines, columns=list(COLUMNS)).astype(
        dict.fromkeys(COLUMNS[:4], "str") | {"cells": "int64"}
    )
    _check(frame, raws, names)
    return frame


def _of_column(
    raw: RawTable,
    entry: ColumnMatch,
    outcomes: Outcomes,
    here: NDArray[np.bool_],
    rows: pd.Index[int],
) -> dict[str, int]:
    """Count the cells of one column in the rows that were kept."""
    if entry.left_out is not None:
        return {LEFT_OUT + entry.left_out: int(here.sum())}
    if entry.item is None or entry.name is None:
        filled = int(raw.frame.loc[rows, entry.column.name].notna().sum())
        return {
            State.UNRESOLVED.value: filled,
            State.UNKNOWN.value: int(here.sum()) - filled,
        }
    if entry.name in outcomes.states:
        counts = outcomes.states[entry.name][here].value_counts(sort=False)
        return {str(state): int(n) for state, n in counts.items()}
    lost = outcomes.lost[entry.name][here]
    known = outcomes.states[entry.item][here][~lost].value_counts(sort=False)
    counted = {str(state): int(n) for state, n in known.items()}
    counted[State.UNRESOLVED.value] += int(lost.sum())
    return counted


def _check(frame: pd.DataFrame, raws: Sequence[RawTable], names: Sequence[str]) -> None:
    counted = frame.groupby("export")["cells"].sum()
    for raw, name in zip(raws, names, strict=True):
        cells, found = raw.frame.size, int(counted.get(name, 0))
        if found != cells:
            msg = f"{found} of {cells} cells are accounted for"
            hint = "this is a fault of surveytools; report it"
            raise SurveyError(msg, raw.locate(), hint)


def summary(accounting: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Give each outcome that occurs and its number of cells, states first."""
    cells = accounting.groupby("outcome")["cells"].sum()
    order = [state.value for state in State]
    for outcome in (*order, *_rules(cells.index)):
        if outcome in cells.index:
            yield outcome, int(cells[outcome])


def _rules(outcomes: Iterable[str]) -> list[str]:
    return sorted(o for o in outcomes if o.startswith(LEFT_OUT))
