"""What an observer can compute about hidden cells from those that are shown.

The observer knows how cells add up, that no count is negative and that no count
exceeds its base, and solves linear programmes for the smallest and largest value that
each hidden cell may have.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from surveytools.errors import DisclosureError

__all__ = [
    "Bools",
    "Floats",
    "Needs",
    "System",
    "audit",
    "cheapest_move",
    "furthest_move",
    "joint_move",
]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SOLVED, _INFEASIBLE = 0, 2
_ROUNDING = 6  # decimals; HiGHS works to about 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Cells of a table, and how an observer knows them to hang together.

    Attributes
    ----------
    values
        True values, one a cell, none negative.
    equal
        One row an equation: ``equal @ values == 0``.
    less
        One row an inequality: ``less @ values <= 0``.
    published
        Whether a cell would be printed at all; others, such as the number of
        respondents who did *not* select a choice, only follow from printed ones.
    under
        Pairs of positions, base and count: where a base is hidden, its counts are too.
    weights
        How much readers would miss each cell, above 0.
    room
        How far each inequality is from its limit, where cells that are not in the
        system take part in it; by default as the values say.
    some
        Whether an observer knows that a cell isn't 0, since a 0 would be printed;
        by default of none.
    """

    values: Floats
    equal: csr_array
    less: csr_array
    published: Bools
    under: NDArray[np.intp]
    weights: Floats
    room: Floats | None = None
    some: Bools | None = None

    @property
    def falls(self) -> Floats:
        """How far each cell may lie below its value, as an observer sees it."""
        return self.values if self.some is None else self.values - self.some

    def with_dependents(self, hidden: Bools) -> Bools:
        """Add the counts whose base is hidden; they may be bases themselves."""
        bases, counts = self.under.T
        found, grown = hidden, hidden.copy()
        grown[counts[hidden[bases]]] = True
        while (grown & ~found).any():
            found = grown.copy()
            grown[counts[found[bases]]] = True
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """How uncertain an observer must stay about each cell.

    Attributes
    ----------
    high
        The largest value that the observer must hold possible, at least.
    width
        What must lie between the smallest and the largest possible value, at least.
        Cells with 0 in both need no protection.
    """

    high: Floats
    width: Floats


def audit(system: System, hidden: Bools) -> tuple[Floats, Floats]:
    """Bound each cell as closely as an observer can.

    Returns
    -------
    low, high
        One bound a cell. Both are the true value where a cell is shown, or can be
        computed; ``high`` is infinite where nothing bounds it.
    """
    low, high = system.values.copy(), system.values.copy()
    far = 10 * system.values.sum() + 1000  # bounded cells never get that far
    for cell in np.flatnonzero(hidden | ~system.published):
        down = furthest_move(system, hidden, int(cell), change=-system.falls[cell])
        low[cell] += down[cell]
        up = furthest_move(system, hidden, int(cell), change=far)
        high[cell] = np.inf if up[cell] > far / 2 else high[cell] + up[cell]
    return low, high


def furthest_move(system: System, hidden: Bools, cell: int, *, change: float) -> Floats:
    """Move one cell as far towards a change as the shown cells allow.

    Parameters
    ----------
    change
        Wanted change of the cell, negative for down.

    Returns
    -------
    ndarray
        Change of every cell.
    """
    return joint_move(system, hidden, np.array([cell]), np.array([change]))


def joint_move(
    system: System, hidden: Bools, cells: NDArray[np.intp], wanted: Floats
) -> Floats:
    """Move many cells at once towards what is wanted of each.

    Parameters
    ----------
    wanted
        Wanted change of each of ``cells``, negative for down. None moves the other
        way or further, and the sum of changes is made as large as possible.

    Returns
    -------
    ndarray
        Change of every cell.
    """
    free = np.flatnonzero(hidden | ~system.published)
    places = np.searchsorted(free, cells)
    bounds = np.column_stack([-system.falls[free], np.full(len(free), np.inf)])
    bounds[places, 0] = np.clip(wanted, bounds[places, 0], 0)
    bounds[places, 1] = np.maximum(wanted, 0)
    objective = np.zeros(len(free))
    objective[places] = -np.sign(wanted)
    found = _solve(objective, _rows(system, free), bounds)
    if found is None:
        msg = "the shown cells of a table contradict each other"
        raise DisclosureError(msg, hint="report this as an error of the program")
    return _spread(system, free, found[: len(free)])


def cheapest_move(
    system: System,
    hidden: Bools,
    cells: NDArray[np.intp],
    wanted: Floats,
    *,
    costs: Floats,
    worth: float | None = None,
) -> Floats | None:
    """Move cells towards what is wanted where shown cells may move at a cost.

    Cells that have to move are the ones to hide as well [1]_.

    Parameters
    ----------
    costs
        Cost of each cell for moving by 1, if it is shown.
    worth
        What moving one of ``cells`` by 1 is worth; if it costs more, it stays behind.
        By default, all move by exactly what is wanted, whatever the cost.

    Returns
    -------
    ndarray or None
        Change of every cell; ``None`` if the cells can't move that far together.

    References
    ----------
    .. [1] J. P. Kelly, B. L. Golden, A. A. Assad, "Cell suppression: disclosure
       protection for sensitive tabular data", Networks 22, 1992, 397-417.
    """
    size = len(system.values)
    equal, less, slack = _rows(system, np.arange(size))
    price = np.where(hidden | ~system.published, 0.0, costs)
    bounds = np.zeros((2 * size, 2))  # moves up, then moves down
    bounds[:size, 1] = np.inf
    bounds[size:, 1] = system.falls
    goal = np.concatenate([np.maximum(wanted, 0), np.maximum(-wanted, 0)])
    both = np.concatenate([cells, size + cells])
    bounds[both] = np.column_stack([goal if worth is None else 0 * goal, goal])
    price = np.concatenate([price, price])
    price[both] -= worth or 0.0
    rows = (
        csr_array(hstack([equal, -equal])),
        csr_array(hstack([less, -less])),
        slack,
    )
    found = _solve(price, rows, bounds)
    return None if found is None else np.round(found[:size] - found[size:], _ROUNDING)


def _rows(
    system: System, free: NDArray[np.intp]
) -> tuple[csr_array, csr_array, Floats]:
    """Cut the system to free cells: the shown ones don't move."""
    slack = system.room
    if slack is None:
        slack = -(system.less @ system.values)
    equal, less = system.equal[:, free], system.less[:, free]
    some = np.diff(equal.indptr) > 0
    same = np.diff(less.indptr) > 0
    return equal[some], less[same], slack[same]


def _spread(system: System, free: NDArray[np.intp], found: Floats) -> Floats:
    move = np.zeros(len(system.values))
    move[free] = np.round(found, _ROUNDING)
    return move


def _solve(
    objective: Floats, rows: tuple[csr_array, csr_array, Floats], bounds: NDArray[Any]
) -> Floats | None:
    equal, less, slack = rows
    low = np.concatenate([np.zeros(equal.shape[0]), np.full(less.shape[0], -np.inf)])
    high = np.concatenate([np.zeros(equal.shape[0]), slack])
    limits = LinearConstraint(csr_array(vstack([equal, less])), low, high)
    result = milp(  # without whole numbers a linear programme, and quicker to call
        objective,
        constraints=limits if len(low) else None,
        bounds=Bounds(bounds[:, 0], bounds[:, 1]),
    )
    if result.status == _INFEASIBLE:
        return None
    if result.status != _SOLVED:
        msg = f"the solver gave up on a table: {result.message}"
        raise DisclosureError(msg, hint="report this as an error of the program")
    return np.asarray(result.x, dtype=float)
