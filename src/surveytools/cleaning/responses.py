"""Cleaned answers, and why each missing one is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from surveytools.cleaning.codebook import Codebook
from surveytools.cleaning.unresolved_cells import no_cells

__all__ = ["Responses", "State"]


class State(StrEnum):
    """What became of an answer; each cell of the export ends as exactly one."""

    ANSWERED = "coded answer"
    TEXT = "free text"
    NO_ANSWER = "asked, no answer"
    NOT_ASKED = "not asked"
    UNKNOWN = "unknown whether asked"
    DONT_KNOW = "don't know"
    NOT_APPLICABLE = "not applicable"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True, repr=False)
class Responses:
    """The cleaned answers of a wave.

    Attributes
    ----------
    frame
        One row per respondent; index levels ``export`` (file name) and ``row`` (row
        number in that spreadsheet). Columns as `Item.columns` gives them:
        single-response and Likert items and rows of a matrix as ordered
        categoricals of choice codes (all choices, in order); multiple-response as
        one nullable ``boolean`` a choice, missing where the item has no answer;
        numbers as ``Float64``; text as ``str``. An answer that says that there is
        none ("don't know") keeps its code; its state tells it from other answers.
    states
        `State` of each answer as a categorical; same index, columns as
        `Item.state_columns` gives them, derived items too. A multiple-response cell
        of which some part is known counts as answered.
    codebook
        What was asked.
    wave
        Name of the wave.
    accounting
        One row per export, column of the export and outcome: ``export``, ``column``
        (header), ``item`` (code or missing), ``outcome`` (a `State`, or ``left out:``
        and the rule), ``cells``. Sums to all cells of the exports.
    audit
        One row per cell or row that a step changed: ``step``, ``export``, ``row``,
        ``column``, ``before``, ``after``.
    findings
        One row per thing to look at: ``kind``, ``export``, ``row``, ``item``,
        ``column``, ``found``, ``cells`` (how many it concerns), ``advice``. Contents:
        stays in ``data/processed``.
    rows
        Number of rows ``read``, left out by each rule, and ``kept``; and of those
        ``partial``, where a platform tells.
    pseudonyms
        Keyed pseudonyms of the respondents, one column a code, same index; without
        columns where the codebook keeps none. They find rows of one person: they are
        no items, and no table or output has them.
    key
        Name of the key that made the pseudonyms, for comparing waves.
    unresolved
        One row per cell of an item that is unresolved, as a whole or in part, columns
        as `unresolved_cells` gives them. Contents: stays in ``data/processed``, as
        ``unresolved.csv``; it isn't read back from there.
    """

    frame: pd.DataFrame
    states: pd.DataFrame
    codebook: Codebook
    wave: str
    accounting: pd.DataFrame
    audit: pd.DataFrame
    findings: pd.DataFrame
    rows: Mapping[str, int] = field(default_factory=dict)
    pseudonyms: pd.DataFrame = field(default_factory=pd.DataFrame)
    key: str | None = None
    unresolved: pd.DataFrame = field(default_factory=no_cells)

    def __repr__(self) -> str:
        n, items = len(self.frame), len(self.codebook.items)
        return f"Responses({self.wave}: {n} respondents, {items} items)"
