"""Who differs from whom: column letters and comparisons, of shown numbers only.

Everything here is computed from what a `SafeTable` shows. A cell that is withheld
takes part in no test and in no correction, so that no letter depends on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import (
    MIN_BASE,
    Correction,
    ProportionTest,
    adjust_p,
    column_names,
    compare_with_complement,
)
from surveytools.analysis.table import TOTAL
from surveytools.disclosure.association import associations
from surveytools.disclosure.pairs import (
    PAIRS,
    compare_pairs,
    extra_lines,
    shown_grid,
)
from surveytools.disclosure.rates import low_bases
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.seals import Sealed
from surveytools.study.tabplan import BaseKind

__all__ = [
    "BELOW",
    "CELLS",
    "NO_LETTERS",
    "Comparisons",
    "Method",
    "compare_groups",
]

CELLS = (
    "group",
    "row",
    "answer",
    "letter",
    "letters",
    "no_letters",
    "rest_difference",
    "rest_low",
    "rest_high",
    "rest_p",
    "rest_adjusted",
    "low_base",
)
"""Columns of `Comparisons.cells`."""

BELOW = ("line", "group", "row", "answer", "letter", "letters", "no_letters")
"""Columns of `Comparisons.below`."""

NO_LETTERS = ("mentions", "alone", "dates", "overlap")
"""Why a table has no letters; the words are those of `legend.` and `no_letters.`."""


@dataclass(frozen=True, slots=True)
class Method:
    """How groups are compared.

    Attributes
    ----------
    correction, test
        How p is corrected over the table; how two groups are compared (their means by
        Welch's t test).
    level
        Letters stand where the corrected p is below 1 - ``level``.
    min_base
        Groups below this base get no letters.
    """

    correction: Correction = "holm"
    test: ProportionTest = "z"
    level: float = 0.95
    min_base: int = MIN_BASE


@dataclass(frozen=True, slots=True, repr=False)
class Comparisons(Sealed):
    """How the groups of a table differ. Only `compare_groups` makes them.

    Attributes
    ----------
    cells
        One row per group, row and answer, in the order of the table's cells, columns
        `CELLS`: ``letter`` names the group; ``letters`` are those of the groups whose
        share is smaller beyond chance; ``no_letters`` says why a cell can have none:
        one of `NO_LETTERS`, ``below`` (its base), ``withheld``, or nothing.
        ``rest_difference`` is the share less that of
        all respondents outside the group, with its interval and p, as tested and as
        corrected over the table; missing where it isn't tested. ``low_base`` is 0, 1
        (below 100) or 2 (below 30).
    below
        The same for nets, boxes and means that were compared, columns `BELOW`: one row
        per line, group and row, in the order of
        `surveytools.disclosure.pairs.extra_lines`. ``answer`` is the label of a net.
    pairs
        One row per row, answer and pair of groups that was tested, columns
        `surveytools.disclosure.pairs.PAIRS`: the share (or mean) of ``group`` less that
        of ``other``, with its interval and p. Where nets, boxes or means were compared,
        a column ``line`` before them says of what the row is.
    associations
        Whether groups and answers are associated, as
        `surveytools.disclosure.association.associations` gives it.
    method
        How they were compared.
    reason
        Why letters could be given to no group, one of `NO_LETTERS`; empty where they
        could.
    """

    cells: pd.DataFrame
    below: pd.DataFrame
    pairs: pd.DataFrame
    associations: pd.DataFrame
    method: Method
    reason: str

    maker = "disclosure.compare_groups"

    @property
    def tested(self) -> bool:
        """Whether letters could be given at all."""
        return not self.reason


def compare_groups(
    safe: SafeTable,
    *,
    correction: Correction = "holm",
    test: ProportionTest = "z",
    level: float = 0.95,
    min_base: int = MIN_BASE,
    nets: Mapping[str, Sequence[str]] | None = None,
    box: int | None = None,
) -> Comparisons:
    """Compare the groups of a protected table with each other and with the rest.

    Parameters
    ----------
    correction
        How p values are corrected over all tests of the table: those of pairs, of
        answers, nets, boxes and means together, are one family; those with the rest
        another.
    test
        ``z`` (two proportions, pooled) or ``fisher`` (exact).
    level
        Letters stand where the corrected p is below 1 - ``level``.
    min_base
        Groups with a smaller base get no letters and give none.
    nets
        Answers that are counted together, as in
        `surveytools.disclosure.summaries.net_answers`, and compared like answers.
    box
        Levels in each box of a scale, as in
        `surveytools.disclosure.summaries.summarise_scale`: boxes are compared like
        answers, means of the levels' values by Welch's t test. Without it neither is.

    Returns
    -------
    Comparisons
        Overlapping groups get no letters: how many respondents two of them share is
        not in a protected table. With the rest they can be compared all the same.
        Groups of a release whose numbers are of different dates aren't compared.

    Raises
    ------
    ParameterError
        As `net_answers` and `summarise_scale`.

    Notes
    -----
    Methods are those of `surveytools.analysis.statistics`: `compare_columns`,
    `compare_column_means`, `one_family`, `compare_with_complement`, `column_letters`.
    """
    groups = [group.code for group in safe.groups if group.code != TOTAL]
    cells = safe.cells[["group", "row", "answer"]].copy()
    letters = dict(zip(groups, column_names(len(groups)), strict=True))
    cells["letter"] = [letters.get(code, "") for code in cells["group"]]
    cells["letters"] = ""
    shown = shown_grid(safe, groups)
    reason = _why_no_letters(safe, groups)
    below = extra_lines(safe, nets, box)
    below["letter"] = [letters.get(code, "") for code in below["group"]]
    below["letters"] = ""
    pairs = pd.DataFrame(columns=list(PAIRS))
    if not reason:
        compared = compare_pairs(
            safe,
            groups,
            shown,
            below,
            names=list(letters.values()),
            test=test,
            correction=correction,
            min_base=min_base,
            level=level,
        )
        pairs = compared.found
        given = np.split(compared.letters, [len(shown[0])])
        inside = cells["group"].isin(groups).to_numpy()
        cells.loc[inside, "letters"] = given[0].T.ravel()
        # Below, groups stand outside the rows of a matrix within each line.
        inside = below["group"].isin(groups).to_numpy()
        by_line = given[1].reshape(-1, len(safe.rows) or 1, len(groups))
        below.loc[inside, "letters"] = by_line.swapaxes(1, 2).ravel()
    below["no_letters"] = _beside_extra(below, reason, min_base)
    cells["no_letters"] = _beside(safe, reason, min_base)
    rest = _with_rest(safe, groups, shown, test=test, level=level, min_base=min_base)
    for name, values in rest.items():
        cells[f"rest_{name}"] = values
    cells["rest_adjusted"] = adjust_p(cells["rest_p"].to_numpy(), method=correction)
    cells["low_base"] = low_bases(safe)
    associated = associations(safe, correction=correction, level=level)
    method = Method(correction, test, level, min_base)
    return Comparisons.sealed(
        cells=cells[list(CELLS)],
        below=below[list(BELOW)],
        pairs=pairs,
        associations=associated,
        method=method,
        reason=reason,
    )


def _why_no_letters(safe: SafeTable, groups: list[str]) -> str:
    """Give one of `NO_LETTERS`, or nothing."""
    if safe.base is BaseKind.MENTIONS:
        return "mentions"
    if len(groups) < 2:  # noqa: PLR2004 - a pair
        return "alone"
    if not safe.of_one_date:
        return "dates"
    return "" if safe.groups_partition else "overlap"


def _beside(safe: SafeTable, reason: str, min_base: int) -> "pd.Series[str]":
    """Say of each cell of a group why it can't have letters; empty where it can."""
    cells = safe.cells
    why = pd.Series(reason, cells.index)
    if not reason:
        low = cells["base"].lt(min_base).fillna(value=False).astype(bool)
        why = why.mask(low, "below")
        why = why.mask(cells["withheld"].astype(bool), "withheld")
    return why.mask(cells["group"].eq(TOTAL), "")


def _beside_extra(below: pd.DataFrame, reason: str, min_base: int) -> "pd.Series[str]":
    """Say the same of each net, box and mean."""
    why = pd.Series(reason, below.index, dtype=object)
    if not reason and len(below):
        value = below["mean"].where(below["line"].eq("mean"), below["count"])
        base = below["base"]
        why = why.mask(base < min_base, "below")
        why = why.mask(value.isna() & ~base.eq(0), "withheld")
    return why.mask(below["group"].eq(TOTAL), "")


def _with_rest(
    safe: SafeTable,
    groups: list[str],
    shown: tuple[NDArray[np.float64], NDArray[np.float64]],
    *,
    test: ProportionTest,
    level: float,
    min_base: int,
) -> dict[str, NDArray[np.float64]]:
    """Compare each group with everybody outside it, where both are shown."""
    size = len(safe.cells)
    found = {name: np.full(size, np.nan) for name in ("difference", "low", "high", "p")}
    codes = [group.code for group in safe.groups]
    if safe.base is BaseKind.MENTIONS or TOTAL not in codes or not groups:
        return found
    if not safe.of_one_date:
        return found
    total_k, total_n = shown_grid(safe, [TOTAL])
    k, n = shown
    enough = (n >= min_base) & (total_n - n >= min_base)
    enough &= ~np.isnan(k) & ~np.isnan(total_k)
    filled = [np.where(enough, part, 0.0) for part in np.broadcast_arrays(k, n)]
    total = [np.where(enough, part, 0.0) for part in (total_k, total_n)]
    compared = compare_with_complement(*filled, *total, test=test, level=level)
    inside = safe.cells["group"].isin(groups).to_numpy()
    for name, values in found.items():
        tested = np.where(enough, getattr(compared, name), np.nan)
        values[inside] = tested.T.ravel()
    return found
