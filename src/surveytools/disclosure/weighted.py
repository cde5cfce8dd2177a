"""Weighted shares of protected tables, from numbers that could all be shown.

A weighted share is a sum over kinds of respondents. With the plain counts beside it,
it is one more equation for what is hidden. So the table of each kind of respondents is
protected together with the table itself, and weighted shares come out of those
protected tables alone: where one kind's number is withheld, so is the weighted share.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import proportion_interval
from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.table import Table
from surveytools.analysis.tables import tabulate
from surveytools.analysis.weighted import StudyWeights
from surveytools.cleaning.responses import Responses
from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.safe import SafeTable
from surveytools.errors import ParameterError
from surveytools.study.tabplan import BaseKind

__all__ = [
    "CELLS",
    "Weighted",
    "parts_of",
    "protect_weighted",
    "weighted_shares",
]

CELLS = ("weighted_share", "weighted_low", "weighted_high", "effective_base")
"""Columns of `Weighted.cells`."""


@dataclass(frozen=True, slots=True, repr=False)
class Weighted:
    """Weighted shares of a table.

    Attributes
    ----------
    cells
        One row a cell of the table, in its order, columns `CELLS`; missing where
        withheld, or where nobody with a weight is in the base.
    label
        What is weighted to.
    """

    cells: pd.DataFrame
    label: str


def protect_weighted(
    table: Table,
    responses: Responses,
    weights: StudyWeights,
    *,
    ledger: Ledger,
) -> tuple[SafeTable, Weighted]:
    """Protect a table, and give the weighted shares that may be shown beside it.

    Parameters
    ----------
    table
        Unprotected counts, with base ``answered``.
    responses
        What it counts.
    ledger
        Tables that are protected already, with the owner's decision.

    Raises
    ------
    ParameterError
        If the table has another base, or exact combinations.

    Notes
    -----
    Errors are those of the weighted share under its design, weights taken as given
    (`surveytools.analysis.statistics.estimate_proportion`), each group a sample of its
    own; intervals are the table's, with the base p (1 - p) / error². The effective base
    is Kish's, (Σw)² / Σw².
    """
    parts = parts_of(table, responses, weights)
    safe, *kinds = ledger.beside([table, *parts])
    return safe, weighted_shares(safe, kinds, weights)


def parts_of(table: Table, responses: Responses, weights: StudyWeights) -> list[Table]:
    """Count the kinds of respondents of a table who are weighted alike, each alone.

    Raises
    ------
    ParameterError
        As `protect_weighted`.
    """
    if table.base is not BaseKind.ANSWERED or table.combinations:
        msg = "weighted shares are of those who answered, by single answers"
        raise ParameterError(msg, hint="leave out the base, and combinations")
    return [
        replace(
            tabulate(
                responses,
                table.stub,
                by=table.banner,
                where=f"({table.where}) and {kind}" if table.where else kind,
            ),
            id=f"{table.id}~{at}",
            names_groups=table.names_groups,
        )
        for at, kind in enumerate(weights.conditions)
    ]


def weighted_shares(
    safe: SafeTable, kinds: Sequence[SafeTable], weights: StudyWeights
) -> Weighted:
    """Give weighted shares of a table out of those of `parts_of`, all protected."""
    return Weighted(_cells(safe, kinds, weights.weights), weights.label)


def _cells(
    safe: SafeTable, kinds: Sequence[SafeTable], weights: Floats
) -> pd.DataFrame:
    w = weights[:, None]
    k, n = (
        np.stack([_shown(kind, name) for kind in kinds]) for name in ("count", "base")
    )
    hidden = np.isnan(k).any(axis=0) | np.isnan(n).any(axis=0)
    hidden |= safe.cells["withheld"].to_numpy(dtype=bool)
    k, n = np.where(hidden, 0.0, k), np.where(hidden, 0.0, n)
    whole, base = (w * n).sum(axis=0), n.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (w * k).sum(axis=0) / whole
        kish = whole**2 / (w**2 * n).sum(axis=0)
        spread = (w**2 * (k * (1 - share) ** 2 + (n - k) * share**2)).sum(axis=0)
        variance = spread / whole**2 * base / (base - 1)
        given = k.sum(axis=0)
        alike = (given == 0) | (given == base)  # nothing varies: Kish's base
        share = np.where(alike, given / base, share)
        full = np.where(alike, kish, share * (1 - share) / variance)
    some = whole > 0
    low, high = proportion_interval(
        np.where(some, share * full, 0.0),
        np.where(some, full, 0.0),
        method=safe.estimation.method,
        level=safe.estimation.level,
    )
    columns = (share, low, high, kish)
    found = dict(zip(CELLS, columns, strict=True))
    return pd.DataFrame(found, index=safe.cells.index).where(pd.Series(some))


def _shown(safe: SafeTable, name: str) -> NDArray[np.float64]:
    values = safe.cells[name].astype("Float64").mask(safe.cells["withheld"])
    wide = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(wide, dtype=np.float64)
