"""Complementary suppression: hide what would give hidden cells away.

First a heuristic after Kelly, Golden and Assad [1]_: as long as an observer can bound
some hidden cell too closely, find the least missed cells that must be hidden so that it
can move, hide them, and look again. Then `surveytools.disclosure.optimal` looks for
the best choice. Where it finds no proof within its limits, the answer of the heuristic
stays, without the cells that turn out not to be needed.

References
----------
.. [1] J. P. Kelly, B. L. Golden, A. A. Assad, "Cell suppression: disclosure protection
   for sensitive tabular data", Networks 22, 1992, 397-417.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from surveytools.disclosure.attack import (
    Bools,
    Floats,
    Needs,
    System,
    cheapest_move,
    furthest_move,
    joint_move,
)
from surveytools.disclosure.loss import TINY, Chosen, Unproven
from surveytools.disclosure.optimal import LIMITS, Limits, cost_of, improve

__all__ = ["suppress"]

_EPSILON = 1e-4
_MANY = 40  # weak cells above which several are protected by one move
_EFFORT = 100_000  # programmes times hidden cells, for showing cells again


def suppress(
    system: System, primary: Bools, needs: Needs, limits: Limits = LIMITS
) -> Chosen:
    """Choose the cells to hide.

    Parameters
    ----------
    primary
        Cells to hide in any case.
    needs
        What the choice must achieve.
    limits
        When the search for a better choice than the first one ends.

    Returns
    -------
    Chosen
        What is hidden: the primary cells, counts whose base is hidden, and as many
        others as it takes; and how near that is to the best choice.

    Notes
    -----
    What earlier tables tell of a cell can't be hidden any more. Where even a table that
    shows nothing leaves a cell less uncertain than it should be, as much is hidden as
    it takes to tell no more of it.
    """
    hidden = system.with_dependents(primary)
    search = _Search(system, needs)
    search.move_together(hidden)
    while len(weak := search.weak()):
        grown = search.hide_for_many(hidden) if len(weak) > _MANY else None
        if grown is None:
            search.move_alone(hidden, int(weak[0]))
            grown = search.hide_for(hidden, int(weak[0]))
        if grown is None and search.ask_less(int(weak[0])):
            continue
        if grown is None:  # nothing would protect it, so nothing may be shown
            cost = cost_of(system, system.published, primary)
            everything = system.published
            return Chosen(everything, everything, cost, 0.0, Unproven.NOTHING)
        if (grown & ~hidden).any():
            hidden = hidden | grown
            search.move_together(hidden)
    return _improved(search, hidden, primary, limits)


def _improved(
    search: "_Search", greedy: Bools, primary: Bools, limits: Limits
) -> Chosen:
    """Take the best choice, if it is proven and stands the audit; else the first."""
    system, needs = search.system, search.needs  # perhaps less than was asked for
    best = improve(system, greedy, primary, needs, limits)
    bound, unproven = best.bound, best.unproven
    if unproven is None:
        if _holds(_Search(system, needs), best.hidden):
            return Chosen(best.hidden, greedy, best.cost, best.cost)
        bound, unproven = 0.0, Unproven.AUDIT
    hidden = _without_superfluous(search, greedy, primary)
    cost = cost_of(system, hidden, primary)
    if cost - bound <= TINY:
        bound, unproven = cost, None
    return Chosen(hidden, greedy, cost, bound, unproven)


class _Search:
    """Moves that an observer can't exclude, and how far they took each cell.

    A cell that some move took far enough needs no linear programme of its own, and a
    move stays possible when more cells are hidden.
    """

    def __init__(
        self, system: System, needs: Needs, moves: Iterable[Floats] = ()
    ) -> None:
        self.system = system
        self.needs = needs
        self.told: set[int] = set()  # cells of which earlier tables tell too much
        self.moves: list[Floats] = []
        self.programmes = 0  # solved so far
        self.low = system.values.copy()
        self.high = system.values.copy()
        for move in moves:
            self.add(move)

    def add(self, move: Floats) -> None:
        self.moves.append(move)
        self.low = np.minimum(self.low, self.system.values + move)
        self.high = np.maximum(self.high, self.system.values + move)

    def weak(self) -> NDArray[np.intp]:
        low_high = self.high < self.needs.high - _EPSILON
        narrow = self.high - self.low < self.needs.width - _EPSILON
        return np.flatnonzero(low_high | narrow)

    def is_weak(self, cell: int) -> bool:
        return bool(np.isin(cell, self.weak()))

    def wanted(self) -> Floats:
        """Change of each cell that would satisfy its need, preferably downwards."""
        values, needs = self.system.values, self.needs
        down = np.maximum(self.high - values - needs.width, -self.system.falls)
        up = np.maximum(needs.high - values, needs.width - (values - self.low))
        return np.where(values >= np.maximum(needs.high, needs.width), down, up)

    def move_together(self, hidden: Bools) -> None:
        """Move weak cells, many that don't get in each other's way at a time."""
        waiting = self.weak()
        while len(waiting):
            chosen = _apart(self.system, waiting)
            wanted = self.wanted()[chosen]
            self.add(joint_move(self.system, hidden, chosen, wanted))
            self.programmes += 1
            waiting = np.intersect1d(np.setdiff1d(waiting, chosen), self.weak())

    def move_alone(self, hidden: Bools, cell: int) -> None:
        """Move a cell down as far as it needs, then up."""
        self.programmes += 1
        lowest = -min(self.system.falls[cell], self.needs.width[cell])
        if lowest < 0:
            self.add(furthest_move(self.system, hidden, cell, change=lowest))
        if self.is_weak(cell):
            up = max(
                self.needs.high[cell] - self.system.values[cell],
                self.needs.width[cell] - self.system.values[cell] + self.low[cell],
            )
            self.add(furthest_move(self.system, hidden, cell, change=up))

    def hide_for(self, hidden: Bools, cell: int) -> Bools | None:
        """Choose the least missed cells that must move so that a cell can."""
        if not self.is_weak(cell):
            return hidden
        costs, wanted = _costs(self.system, hidden), self.wanted()
        at = np.array([cell])
        move = cheapest_move(self.system, hidden, at, wanted[at], costs=costs)
        if move is not None:
            return self._moved(move)
        moves, low, high = list(self.moves), self.low, self.high
        grown = self._hide_both_ways(hidden, at)
        if grown is None:  # what would have been hidden isn't, so it doesn't move
            self.moves, self.low, self.high = moves, low, high
        return grown

    def _hide_both_ways(self, hidden: Bools, at: NDArray[np.intp]) -> Bools | None:
        """Let a cell move up as far as it ever can, and down for what is missing."""
        (cell,) = at
        value, width = self.system.values[cell], self.needs.width[cell]
        everything = hidden | self.system.published
        most = max(self.needs.high[cell] - value, width)
        up = furthest_move(self.system, everything, cell, change=most)[cell]
        for change in (up, -min(width - up, self.system.falls[cell])):
            if np.sign(change) == 0 or not self.is_weak(cell):
                continue
            costs = _costs(self.system, hidden)
            wanted = np.array([change])
            move = cheapest_move(self.system, hidden, at, wanted, costs=costs)
            if move is None:
                return None
            hidden = hidden | self._moved(move)
        return None if self.is_weak(cell) else hidden

    def ask_less(self, cell: int) -> bool:
        """Want of a cell what is left if all is hidden; say whether that is new."""
        if cell in self.told:
            return False
        self.told.add(cell)
        value, width = self.system.values[cell], self.needs.width[cell]
        everything = self.system.published
        most = max(self.needs.high[cell] - value, width)
        up = furthest_move(self.system, everything, cell, change=most)[cell]
        least = -min(self.system.falls[cell], width)
        down = furthest_move(self.system, everything, cell, change=least)[cell]
        high, wide = self.needs.high.copy(), self.needs.width.copy()
        high[cell] = min(high[cell], value + up - _EPSILON)
        wide[cell] = min(width, up - down - _EPSILON)
        self.needs = Needs(high, wide)
        return True

    def hide_for_many(self, hidden: Bools) -> Bools | None:
        """Choose cells for many weak ones at a time, if that protects any."""
        weak = self.weak()
        cells, wanted = _apart(self.system, weak), self.wanted()
        costs = _costs(self.system, hidden)
        worth = 10 * float(np.median(costs))
        move = cheapest_move(
            self.system, hidden, cells, wanted[cells], costs=costs, worth=worth
        )
        if move is None:
            return None
        moved = self._moved(move)
        return moved if len(self.weak()) < len(weak) else None

    def _moved(self, move: Floats) -> Bools:
        self.add(move)
        moved = (np.abs(move) > _EPSILON) & self.system.published
        return self.system.with_dependents(moved)


def _apart(system: System, cells: NDArray[np.intp]) -> NDArray[np.intp]:
    """Choose cells of which no two are in one equation, the first ones first."""
    rows = system.equal.tocsc()
    taken: set[int] = set()
    chosen = []
    for cell in cells:
        own = rows.indices[rows.indptr[cell] : rows.indptr[cell + 1]].tolist()
        if taken.isdisjoint(own):
            taken.update(own)
            chosen.append(cell)
    return np.array(chosen)


def _costs(system: System, hidden: Bools) -> Floats:
    """Weigh each cell by what would be hidden with it; equal ones by their order."""
    size = len(system.values)
    bases, counts = system.under[(~hidden & system.published)[system.under[:, 1]]].T
    costs = system.weights.copy()
    np.add.at(costs, bases, system.weights[counts])
    return costs * (1 + 1e-3 * np.arange(size) / size)


def _without_superfluous(search: _Search, hidden: Bools, primary: Bools) -> Bools:
    """Show cells again that nothing needs, the most missed first, while it is cheap."""
    system = search.system
    extra = np.flatnonzero(hidden & ~system.with_dependents(primary))
    bases = np.isin(extra, system.under[:, 0])
    order = np.lexsort((extra, -system.weights[extra], ~bases))
    left = _EFFORT // (100 + int(hidden.sum()))
    for cell in extra[order]:
        if hidden[system.under[system.under[:, 1] == cell, 0]].any():
            continue
        trial = hidden.copy()
        trial[cell] = False
        still = [move for move in search.moves if abs(move[cell]) < _EPSILON]
        smaller = _Search(system, search.needs, still)
        if _holds(smaller, trial, most=left):
            search, hidden = smaller, trial
        left -= smaller.programmes
        if left <= 0:
            break
    return hidden


def _holds(search: _Search, hidden: Bools, *, most: int | None = None) -> bool:
    """Say whether all needs are met; no, if it takes more programmes than ``most``."""
    search.move_together(hidden)
    for cell in search.weak():
        if most is not None and search.programmes > most:
            return False
        search.move_alone(hidden, int(cell))
        if search.is_weak(int(cell)):
            return False
    return True
