"""Who differs from whom: column letters and comparisons, of shown numbers only.

Everything here is computed from what a `SafeTable` shows. A cell that is withheld
takes part in no test and in no correction, so that no letter depends on it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import (
    MIN_BASE,
    ColumnTests,
    Correction,
    ProportionTest,
    adjust_p,
    column_letters,
    column_names,
    compare_columns,
    compare_with_complement,
)
from surveytools.analysis.table import TOTAL
from surveytools.disclosure.association import associations
from surveytools.disclosure.rates import low_bases
from surveytools.disclosure.safe import SafeTable
from surveytools.study.tabplan import BaseKind

__all__ = [
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

PAIRS = (
    "row",
    "answer",
    "group",
    "other",
    "difference",
    "low",
    "high",
    "p",
    "adjusted",
)
"""Columns of `Comparisons.pairs`."""

NO_LETTERS = ("mentions", "alone", "dates", "overlap")
"""Why a table has no letters; the words are those of `legend.` and `no_letters.`."""


@dataclass(frozen=True, slots=True)
class Method:
    """How groups are compared.

    Attributes
    ----------
    correction, test
        How p is corrected over the table; how two groups are compared.
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
class Comparisons:
    """How the groups of a table differ.

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
    pairs
        One row per row, answer and pair of groups that was tested, columns `PAIRS`:
        the share of ``group`` less that of ``other``, with its interval and p.
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
    pairs: pd.DataFrame
    associations: pd.DataFrame
    method: Method
    reason: str

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
) -> Comparisons:
    """Compare the groups of a protected table with each other and with the rest.

    Parameters
    ----------
    correction
        How p values are corrected over all tests of the table.
    test
        ``z`` (two proportions, pooled) or ``fisher`` (exact).
    level
        Letters stand where the corrected p is below 1 - ``level``.
    min_base
        Groups with a smaller base get no letters and give none.

    Returns
    -------
    Comparisons
        Overlapping groups get no letters: how many respondents two of them share is
        not in a protected table. With the rest they can be compared all the same.
        Groups of a release whose numbers are of different dates aren't compared.

    Notes
    -----
    Methods are those of `surveytools.analysis.statistics`: `compare_columns`,
    `compare_with_complement`, `column_letters`.
    """
    groups = [group.code for group in safe.groups if group.code != TOTAL]
    cells = safe.cells[["group", "row", "answer"]].copy()
    letters = dict(zip(groups, column_names(len(groups)), strict=True))
    cells["letter"] = [letters.get(code, "") for code in cells["group"]]
    cells["letters"] = ""
    shown = _grid(safe, groups)
    reason = _why_no_letters(safe, groups)
    pairs = pd.DataFrame(columns=list(PAIRS))
    if not reason:
        tests = compare_columns(
            *shown, test=test, correction=correction, min_base=min_base, level=level
        )
        given = column_letters(
            tests.adjusted,
            tests.difference,
            shown[1],
            list(letters.values()),
            level=level,
            min_base=min_base,
        )
        inside = cells["group"].isin(groups).to_numpy()
        cells.loc[inside, "letters"] = given.T.ravel()
        pairs = _pairs(cells, groups, tests)
    cells["no_letters"] = _beside(safe, reason, min_base)
    rest = _with_rest(safe, groups, shown, test=test, level=level, min_base=min_base)
    for name, values in rest.items():
        cells[f"rest_{name}"] = values
    cells["rest_adjusted"] = adjust_p(cells["rest_p"].to_numpy(), method=correction)
    cells["low_base"] = low_bases(safe)
    associated = associations(safe, correction=correction, level=level)
    method = Method(correction, test, level, min_base)
    return Comparisons(cells[list(CELLS)], pairs, associated, method, reason)


def _pairs(cells: pd.DataFrame, groups: list[str], tests: ColumnTests) -> pd.DataFrame:
    """List the pairs of groups that were tested."""
    first, other = np.triu_indices(len(groups), 1)
    lines = cells[cells["group"].eq(groups[0])][["row", "answer"]]
    found = lines.loc[lines.index.repeat(len(first))].reset_index(drop=True)
    names = np.array(groups, dtype=object)
    found["group"] = np.tile(names[first], len(lines))
    found["other"] = np.tile(names[other], len(lines))
    for name in PAIRS[PAIRS.index("difference") :]:
        found[name] = getattr(tests, name)[:, first, other].ravel()
    return found[found["p"].notna()].reset_index(drop=True)


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


def _grid(
    safe: SafeTable, groups: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give shown counts and bases, lines of the table by groups; NaN elsewhere."""
    own = [at for at, group in enumerate(safe.groups) if group.code in groups]

    def shown(name: str) -> NDArray[np.float64]:
        values = safe.cells[name].astype("Float64").mask(safe.cells["withheld"])
        wide = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(wide.reshape(len(safe.groups), -1)[own].T, dtype=np.float64)

    return shown("count"), shown("base")


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
    total_k, total_n = _grid(safe, [TOTAL])
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
