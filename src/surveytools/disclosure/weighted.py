"""Weighted shares of protected tables, from numbers that could all be shown.

A weighted share is a sum over kinds of respondents. With the plain counts beside it,
it is one more equation for what is hidden. So the table of each kind of respondents is
protected together with the table itself, and weighted shares come out of those
protected tables alone: where one kind's number is withheld, so is the weighted share.

The weights themselves come from how many respondents of each kind there are. So these
numbers are protected, too, and where one is withheld, what depends on it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.estimation import interval_of
from surveytools.analysis.table import TOTAL, Table
from surveytools.analysis.tables import tabulate
from surveytools.analysis.weighted import StudyWeights
from surveytools.cleaning.responses import Responses
from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.seals import Sealed
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
class Weighted(Sealed):
    """Weighted shares of a table. Only `weighted_shares` makes them.

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

    maker = "disclosure.protect_weighted"


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
    """Count what the weighted shares of a table are made of.

    Returns
    -------
    list of Table
        How many respondents of each kind there are, all kinds together; then the
        table of each kind alone, in the order of ``weights.conditions``.

    Raises
    ------
    ParameterError
        As `protect_weighted`.
    """
    if table.base is not BaseKind.ANSWERED or table.combinations:
        msg = "weighted shares are of those who answered, by single answers"
        raise ParameterError(msg, hint="leave out the base, and combinations")
    kinds = [
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
    return [*_sizes(table, responses, weights), *kinds]


def _sizes(table: Table, responses: Responses, weights: StudyWeights) -> list[Table]:
    """Count the respondents of each kind: of two items in a table, the rest fixed."""
    stub, *others = weights.items
    return [
        replace(
            tabulate(
                responses,
                stub,
                by=others[0] if others else None,
                where=" and ".join(
                    f"{item} = {choice}"
                    for item, choice in zip(others[1:], rest, strict=True)
                )
                or None,
            ),
            id=f"{table.id}~size{at}",
            names_groups=True,
        )
        for at, rest in enumerate(_rests(weights))
    ]


def _rests(weights: StudyWeights) -> list[tuple[str, ...]]:
    """List what kinds chose of the third item and those behind it, each once."""
    return list(dict.fromkeys(choices[2:] for choices in weights.choices))


def weighted_shares(
    safe: SafeTable, parts: Sequence[SafeTable], weights: StudyWeights
) -> Weighted:
    """Give weighted shares of a table out of those of `parts_of`, all protected."""
    rests = _rests(weights)
    sizes, kinds = parts[: len(rests)], parts[len(rests) :]
    counted = [
        _size(sizes[rests.index(choices[2:])], choices) for choices in weights.choices
    ]
    cells = _cells(safe, kinds, weights, np.array(counted))
    return Weighted.sealed(cells=cells, label=weights.label)


def _size(sizes: SafeTable, choices: tuple[str, ...]) -> bool:
    """Say whether the number of respondents of a kind could be shown."""
    group = choices[1] if len(choices) > 1 else TOTAL
    own = sizes.cells["answer"].eq(choices[0]) & sizes.cells["group"].eq(group)
    return not sizes.cells.loc[own, "withheld"].any()


def _cells(
    safe: SafeTable,
    kinds: Sequence[SafeTable],
    weights: StudyWeights,
    known: NDArray[np.bool_],
) -> pd.DataFrame:
    w = weights.weights[:, None]
    k, n = (
        np.stack([_shown(kind, name) for kind in kinds]) for name in ("count", "base")
    )
    hidden = np.isnan(k).any(axis=0) | np.isnan(n).any(axis=0)
    hidden |= safe.cells["withheld"].to_numpy(dtype=bool)
    # Where one kind alone is counted, its weight is in no number. Otherwise weights
    # tell sizes: of the kinds that are counted, or of all, as `StudyWeights` says.
    counted = np.nan_to_num(n) > 0
    unknown = counted[~known].any(axis=0) if weights.apart else not known.all()
    hidden |= unknown & (counted.sum(axis=0) > 1)
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
    low, high = interval_of(
        np.where(some, share * full, 0.0), np.where(some, full, 0.0), safe.estimation
    )
    columns = (share, low, high, kish)
    found = dict(zip(CELLS, columns, strict=True))
    return pd.DataFrame(found, index=safe.cells.index).where(pd.Series(some))


def _shown(safe: SafeTable, name: str) -> NDArray[np.float64]:
    values = safe.cells[name].astype("Float64").mask(safe.cells["withheld"])
    wide = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(wide, dtype=np.float64)
