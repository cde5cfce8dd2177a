"""What was read and what became of it, in numbers of cells: nobody's answers.

Sums over many items tell of none of them. What would tell of a single one, that tables
count, is left out: tables may have to withhold it.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from surveytools.cleaning import Codebook, summary
from surveytools.cleaning.responses import State
from surveytools.disclosure.rules import cell_by_cell
from surveytools.errors import SurveyError, SurveyErrors
from surveytools.reading import Role
from surveytools.running.linked import sources_of
from surveytools.running.processed import Source

if TYPE_CHECKING:
    from surveytools.running.survey import Survey

__all__ = [
    "accounting",
    "clean",
    "columns_of",
    "findings_summary",
    "told_columns",
    "without_few",
]


def clean(self: "Survey") -> pd.DataFrame:
    """Clean all waves whose inputs changed, and count what came out.

    Returns
    -------
    DataFrame
        One row a wave: respondents, items, changes in the audit, findings. Missing are
        a small number of respondents, and findings where few are of items that no
        table counts.
    """
    few = self.study.disclosure.threshold
    rows = {}
    for name, responses in self.all_responses().items():
        free = ~responses.findings["item"].isin(_tabulated(self, responses.codebook))
        known = few == 1 or free.sum() >= few
        respondents = len(responses.frame)
        rows[name] = {
            "respondents": pd.NA if 1 <= respondents < few else respondents,
            "items": len(responses.codebook.items),
            "changes": len(responses.audit),
            "findings": len(responses.findings) if known else pd.NA,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").astype("Int64")
    return frame.rename_axis("wave")


def columns_of(sources: Sequence[Source]) -> pd.DataFrame:
    """Describe the columns of the exports without their contents.

    Returns
    -------
    DataFrame
        One row a column: wave, export, header, role, number of cells, of filled ones
        and of distinct texts.
    """
    return pd.DataFrame(
        [
            {
                "wave": source.wave.name,
                "export": raw.file,
                "column": column.header,
                "role": column.role.value,
                "cells": len(raw.frame),
                "filled": int(raw.frame[column.name].count()),
                "distinct": int(raw.frame[column.name].nunique()),
            }
            for source in sources
            for raw in source.raws()
            for column in raw.columns
        ]
    )


def told_columns(self: "Survey", columns: pd.DataFrame) -> "pd.Series[bool]":
    """Say of which columns no table counts the answers.

    How many cells of others are blank would be how many gave no answer, and how many
    different texts they hold, whether an answer was given at all.
    """
    if not _named(self):
        return pd.Series(data=True, index=columns.index)
    try:
        waves = self.all_responses()
    except (SurveyError, SurveyErrors):  # the exports have yet to be corrected
        return pd.Series(data=False, index=columns.index)
    told = []
    for wave, export, header in columns[["wave", "export", "column"]].to_numpy():
        known = waves[wave].accounting
        name = re.compile(rf"{re.escape(header)}( ?\(?column \d+\)?)?")
        own = known["export"].eq(export) & known["column"].str.fullmatch(name)
        tabulated = _tabulated(self, waves[wave].codebook)
        told.append(own.any() and not known["item"][own].isin(tabulated).any())
    return pd.Series(told, columns.index, dtype=bool)


def without_few(
    columns: pd.DataFrame, threshold: int, *, told: "pd.Series[bool]"
) -> pd.DataFrame:
    """Leave out numbers that count answers, of columns as `columns_of` gives them.

    Many platforms give each option a column of its own that holds one text or nothing:
    how many cells are filled is then how many selected the option, which tables may
    have to withhold. Of other columns it is how many answered, and left out if small,
    or if tables count them: they aren't ``told`` then.
    """
    if threshold == 1:
        return columns
    filled, several = columns["filled"], columns["distinct"].gt(1)
    shown = filled.ge(threshold) & several & told
    shown |= columns["role"].ne(Role.ANSWER.value)
    numbers = columns[["filled", "distinct"]].astype("Int64").where(shown)
    return columns.assign(**numbers)


def accounting(self: "Survey") -> pd.DataFrame:
    """Say what became of every cell of the exports.

    Returns
    -------
    DataFrame
        One row an outcome, one column a wave, numbers of cells; the last row is all
        cells of the exports. An outcome's number is missing where few of its cells
        are of items that no table counts: it would tell of the others.
    """
    few = self.study.disclosure.threshold
    columns = {
        name: _outcomes(each.accounting, _tabulated(self, each.codebook), few)
        for name, each in self.all_responses().items()
    }
    frame = pd.DataFrame(columns).astype("Int64")
    rules = sorted(each for each in frame.index if each not in _STATES)
    left_out = frame.loc[rules].fillna(0)
    states = frame.reindex([each for each in _STATES if each in frame.index])
    cells = {
        name: [each.accounting["cells"].sum()]
        for name, each in self.all_responses().items()
    }
    everything = pd.DataFrame(cells, index=["all cells"], dtype="Int64")
    frame = pd.concat([states, left_out, everything])
    return frame.rename_axis("outcome")


_STATES = tuple(state.value for state in State)


def _outcomes(known: pd.DataFrame, tabulated: set[str], few: int) -> "pd.Series[int]":
    """Count the cells of each outcome; missing where they can't be told."""
    cells = pd.Series(dict(summary(known)), dtype="Int64")
    if few == 1:
        return cells
    states = list(_STATES)
    own = known[~known["item"].isin(tabulated)].groupby("outcome")["cells"].sum()
    free = own.reindex(states).fillna(0)
    counted = cells.reindex(states).fillna(0)
    hidden = free.lt(few)
    # All cells less those that are shown are those that are hidden, together.
    while hidden.any() and not hidden.all() and free[hidden].sum() < few:
        least = counted[~hidden].astype(float).idxmin()
        hidden |= hidden.index == least
    shown = counted.mask(hidden.to_numpy())
    return pd.concat([shown, cells.drop(states, errors="ignore")])


def findings_summary(self: "Survey") -> pd.DataFrame:
    """Count the findings; what was found stays in ``data/processed``.

    Returns
    -------
    DataFrame
        One row a wave, kind and item: number of findings, and of their cells. Both
        are missing of an item that tables count, and where few cells are of one whose
        small counts are withheld.
    """
    few, profile = self.study.disclosure.threshold, self.study.disclosure.profile
    frames = []
    for name, responses in self.all_responses().items():
        found = (
            responses.findings.assign(wave=name)
            .fillna({"item": ""})
            .groupby(["wave", "kind", "item"], sort=False)
            .agg(findings=("kind", "size"), cells=("cells", "sum"))
            .astype("Int64")
            .reset_index()
        )
        items = responses.codebook.items
        secret = [
            i.code
            for i in items
            if cell_by_cell(sensitive=i.sensitive, profile=profile)
        ]
        tabulated = found["item"].isin(_tabulated(self, responses.codebook))
        hidden = found["cells"].lt(few) & found["item"].isin(secret)
        hidden |= tabulated & (few > 1)
        numbers = {each: found[each].mask(hidden) for each in ("findings", "cells")}
        frames.append(found.assign(**numbers))
    return pd.concat(frames, ignore_index=True)


def _named(self: "Survey") -> set[str]:
    """Name what the tab plan counts, and by what."""
    plan = self.tabplan
    named = {self.study.roles.department} if plan.tables or plan.trends else set()
    for each in plan.tables:
        named |= {each.stub, each.by, *re.findall(_CODE, each.where or "")}
    for trend in plan.trends:
        named |= {trend.stub, *re.findall(_CODE, trend.where or "")}
    return {code for code in named if code is not None}


_CODE = r"[a-z][a-z0-9_]*"


def _tabulated(self: "Survey", codebook: Codebook) -> set[str]:
    """Name the items that tables count, and those that these are computed from."""
    known = {item.code: item for item in codebook.items}
    found: set[str] = set()
    new = _named(self) & set(known)
    while new:
        found |= new
        new = {code for one in new for code in sources_of(codebook, known[one])}
        new = (new & set(known)) - found
    return found
