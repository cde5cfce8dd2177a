"""Whether the groups of a protected table differ at all, of shown numbers only."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import (
    Correction,
    RaoScott,
    adjust_p,
    chi_square_test,
    multiple_response_of_counts,
)
from surveytools.analysis.table import TOTAL
from surveytools.disclosure.safe import SafeTable
from surveytools.study.tabplan import BaseKind

__all__ = [
    "ASSOCIATIONS",
    "FEW_EXPECTED",
    "associations",
    "groups_with_respondents",
]

ASSOCIATIONS = (
    "row",
    "test",
    "groups",
    "statistic",
    "degrees",
    "p",
    "adjusted",
    "v",
    "corrected_v",
    "v_low",
    "v_high",
    "smallest_expected",
)
"""Columns of `associations`."""

FEW_EXPECTED = 5
"""Smallest expected count below which p is approximate, by convention."""


def associations(
    safe: SafeTable, *, correction: Correction = "holm", level: float = 0.95
) -> pd.DataFrame:
    """Test whether answers and groups are associated.

    Parameters
    ----------
    correction
        How p is corrected over the rows of a matrix.
    level
        Coverage of the interval of V.

    Returns
    -------
    DataFrame
        One row a row of the table, columns `ASSOCIATIONS`. ``test`` is ``chi-square``,
        with Cramér's V, V less its bias, and the interval; ``rao-scott`` for multiple
        response, of first order, which has none; or empty where nothing can be tested:
        groups overlap or are of different dates, the base is mentions, or fewer than
        two groups are shown. ``groups`` are those that are shown wholly and have
        respondents: only they are tested.

    Notes
    -----
    `surveytools.analysis.statistics.chi_square_test` and
    `surveytools.analysis.statistics.multiple_response_test`.
    """
    codes = [row.code for row in safe.rows] or [""]
    found = pd.DataFrame(
        [_tested(safe, at, level) for at in range(len(codes))],
        columns=list(ASSOCIATIONS[1:]),
    )
    found["adjusted"] = adjust_p(found["p"].to_numpy(dtype=float), method=correction)
    return found.assign(row=codes)[list(ASSOCIATIONS)]


def _tested(safe: SafeTable, row: int, level: float) -> dict[str, object]:
    comparable = safe.groups_partition and safe.of_one_date
    if not comparable or safe.base is BaseKind.MENTIONS:
        return {"test": "", "groups": 0}
    counts, bases = _shown_groups(safe, row)
    groups = len(counts)
    if groups < 2 or counts.shape[1] == 0:  # noqa: PLR2004  # a pair
        return {"test": "", "groups": groups}
    if safe.answers_partition:
        found = chi_square_test(counts, level=level)
        return {
            "test": "chi-square" if found.degrees else "",
            "groups": groups,
            "statistic": found.statistic,
            "degrees": found.degrees,
            "p": found.p,
            "v": found.v,
            "corrected_v": found.corrected_v,
            "v_low": found.low,
            "v_high": found.high,
            "smallest_expected": found.smallest_expected,
        }
    corrected: RaoScott = multiple_response_of_counts(counts, bases)
    return {
        "test": "rao-scott" if corrected.degrees else "",
        "groups": groups,
        "statistic": corrected.corrected,
        "degrees": corrected.degrees,
        "p": corrected.p,
        "smallest_expected": _expected(counts, bases),
    }


def _expected(counts: NDArray[np.float64], bases: NDArray[np.float64]) -> float:
    """Find the smallest count that would be expected, of selected or not."""
    share = counts.sum(axis=0) / bases.sum(axis=0)
    tested = (share > 0) & (share < 1)
    rarer = np.minimum(share, 1 - share)[tested]
    return float((bases[:, tested] * rarer).min()) if tested.any() else np.nan


def _shown_groups(
    safe: SafeTable, row: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give counts and bases of one row, groups by answers: those wholly shown."""
    shape = (len(safe.groups), len(safe.rows) or 1, len(safe.answers))
    own = [at for at, group in enumerate(safe.groups) if group.code != TOTAL]

    def shown(name: str) -> NDArray[np.float64]:
        values = safe.cells[name].astype("Float64").mask(safe.cells["withheld"])
        wide = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(wide.reshape(shape)[own, row], dtype=np.float64)

    counts, bases = shown("count"), shown("base")
    whole = ~np.isnan(counts).any(axis=1) & (bases > 0).all(axis=1)
    return counts[whole], bases[whole]


def groups_with_respondents(safe: SafeTable) -> int:
    """Count the groups that aren't known to be empty."""
    empty = safe.cells.groupby("group")["base"].max().eq(0).fillna(value=False)
    return sum(g.code != TOTAL and not empty[g.code] for g in safe.groups)
