"""How the cells of a table hang together, as a system of equations."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from surveytools.analysis.table import Table
from surveytools.disclosure.attack import System
from surveytools.disclosure.rules import Grid, Need, Primary
from surveytools.disclosure.suppression import Needs
from surveytools.errors import DisclosureError
from surveytools.study.tabplan import BaseKind

__all__ = ["Layout", "Places", "lay_out"]

_BASE_WEIGHT = 2.0  # a base is missed more than one count of that size,
_TOTAL_WEIGHT = 4.0  # and a total most


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where in the system each number of a table is.

    All are arrays of groups by rows by answers. Cells that share a base share its
    place. ``rest`` is base minus count, -1 where the system doesn't need it.
    """

    count: NDArray[np.intp]
    base: NDArray[np.intp]
    rest: NDArray[np.intp]
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A table as a system.

    Attributes
    ----------
    system
        Counts, bases and rests as one list of cells.
    places
        Where each number of the table is in it.
    hidden
        Whether each cell of the system is hidden in itself.
    needs
        How uncertain an observer must stay about each.
    """

    system: System
    places: Places
    hidden: NDArray[np.bool_]
    needs: Needs


def lay_out(table: Table, grid: Grid, primary: Primary) -> Layout:
    """Write down what an observer knows about a table.

    Answers that partition respondents add up to the base; of others, each count is at
    most its base, less those who gave no answer. Groups that partition respondents
    add up to the total; of others, none exceeds the total, and together they reach it.

    Raises
    ------
    DisclosureError
        If the table's numbers aren't like that.
    """
    places = _places(table, grid, primary)
    values = np.zeros(places.size)
    values[places.count] = grid.counts
    values[places.base] = grid.bases
    values[places.rest[primary.rest]] = (grid.bases - grid.counts)[primary.rest]
    equal, less = _Rows(), _Rows()
    _add_answers(table, grid, places, equal=equal, less=less)
    for at in zip(*np.nonzero(primary.rest), strict=True):
        equal.add((places.rest[at], places.count[at]), (places.base[at],))
    _add_groups(table, places, equal=equal, less=less)
    system = System(
        values=values,
        equal=equal.matrix(places.size),
        less=less.matrix(places.size),
        published=~np.isin(np.arange(places.size), places.rest),
        parent=_parents(places),
        weights=_weights(values, places),
    )
    if (system.equal @ values).any() or (system.less @ values > 0).any():
        msg = f"the numbers of table {table.id!r} don't add up"
        raise DisclosureError(msg, hint="make tables with tabulate only")
    hidden = np.zeros(places.size, dtype=bool)
    hidden[places.count[primary.count]] = True
    hidden[places.base[primary.base]] = True
    return Layout(system, places, hidden, _needs(primary, places))


@dataclass(slots=True)
class _Rows:
    """Rows of a sparse matrix in the making."""

    factors: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    length: int = 0

    def add(self, plus: ArrayLike, minus: ArrayLike) -> None:
        """Add a row: the sum of some cells minus the sum of others."""
        for factor, positions in ((1.0, plus), (-1.0, minus)):
            columns = np.ravel(positions).tolist()
            self.columns += columns
            self.factors += [factor] * len(columns)
            self.rows += [self.length] * len(columns)
        self.length += 1

    def matrix(self, width: int) -> csr_array:
        """Give the rows as a matrix; entries at one place add up."""
        entries = (self.factors, (self.rows, self.columns))
        return csr_array(entries, shape=(self.length, width), dtype=float)


def _places(table: Table, grid: Grid, primary: Primary) -> Places:
    shape = grid.counts.shape
    groups, rows, _ = shape
    count = np.arange(grid.counts.size).reshape(shape)
    if table.base is BaseKind.ALL:  # everybody, in whichever row
        base = np.broadcast_to(np.arange(groups).reshape(-1, 1, 1), shape)
    elif _shared_base(grid):
        own = np.arange(groups * rows).reshape(groups, rows, 1)
        base = np.broadcast_to(own, shape)
    else:
        base = count
    base = base + count.size
    first = int(base.max()) + 1
    rest = np.full(shape, -1)
    rest[primary.rest] = first + np.arange(primary.rest.sum())
    return Places(count, base, rest, first + int(primary.rest.sum()))


def _shared_base(grid: Grid) -> bool:
    """Say whether the answers of a row have one base, not one each."""
    return bool((grid.bases == grid.bases[:, :, :1]).all())


def _add_answers(
    table: Table, grid: Grid, places: Places, *, equal: _Rows, less: _Rows
) -> None:
    counts, bases = places.count, places.base
    groups, rows, _ = counts.shape
    lines = [(group, row) for group in range(groups) for row in range(rows)]
    if table.answers_partition:
        for line in lines:
            equal.add(counts[line], bases[line][:1])
        return
    silent = np.array([a.code.startswith("~") for a in table.answers])
    chosen = grid.counts.sum(axis=2) >= grid.bases[:, :, 0]
    for line in lines:
        unanswered = counts[line][silent]
        for answer in np.flatnonzero(~silent):
            less.add([counts[line][answer], *unanswered], bases[line][answer])
        if _shared_base(grid):
            less.add(unanswered, bases[line][0])
            if chosen.all():  # who answers selects something
                less.add(bases[line][0], counts[line])


def _add_groups(table: Table, places: Places, *, equal: _Rows, less: _Rows) -> None:
    groups, rows, answers = places.count.shape
    if groups == 1:
        return
    flat = places.base.reshape(groups, -1)
    sums = [places.count.reshape(groups, -1), np.unique(flat, axis=1)]
    for column in np.concatenate(sums, axis=1).T:
        inner, total = column[:-1], column[-1]
        if table.groups_partition:
            equal.add(inner, total)
            continue
        less.add(total, inner)
        for cell in inner:
            less.add(cell, total)
    if table.answers_partition or table.groups_partition:
        return
    # Who did not select a choice: the same for overlapping groups.
    for row, answer in np.ndindex(rows, answers):
        counts, bases = places.count[:, row, answer], places.base[:, row, answer]
        less.add([bases[-1], *counts[:-1]], [counts[-1], *bases[:-1]])
        for group in range(groups - 1):
            less.add([bases[group], counts[-1]], [counts[group], bases[-1]])


def _parents(places: Places) -> NDArray[np.intp]:
    parent = np.full(places.size, -1)
    parent[places.count] = places.base
    return parent


def _weights(values: NDArray[np.float64], places: Places) -> NDArray[np.float64]:
    factor = np.ones(places.size)
    factor[places.base] = _BASE_WEIGHT
    factor[places.count[-1]] *= _TOTAL_WEIGHT
    factor[places.base[-1]] = _BASE_WEIGHT * _TOTAL_WEIGHT
    weights: NDArray[np.float64] = factor * (1 + np.log1p(values))
    return weights


def _needs(primary: Primary, places: Places) -> Needs:
    """Collect the needs; of cells that share a base, the greatest holds."""
    high, width = np.zeros(places.size), np.zeros(places.size)
    parts: tuple[tuple[Need, NDArray[np.intp]], ...] = (
        (primary.count_need, places.count),
        (primary.base_need, places.base),
    )
    for need, positions in parts:
        np.maximum.at(high, positions, need.high)
        np.maximum.at(width, positions, need.width)
    rests = places.rest[primary.rest]
    high[rests] = primary.rest_need.high[primary.rest]
    width[rests] = primary.rest_need.width[primary.rest]
    return Needs(high, width)
