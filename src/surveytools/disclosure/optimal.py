"""The best choice of cells to hide, with a proof, where a system is small enough.

After Fischetti and Salazar [1]_: an integer programme chooses which cells to hide; an
observer who could still tell some cell gives an inequality that every choice must
fulfil; the programme is solved again, until no observer can. What the programme costs
is less than any choice costs, so that the gap is known even if the search ends early.
It ends after a number of rounds, never after a time: equal inputs give equal bytes.

References
----------
.. [1] M. Fischetti, J. J. Salazar, "Solving the cell suppression problem on tabular
   data with linear constraints", Management Science 47(7), 2001, 1008-1027.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from surveytools.disclosure.attack import Bools, Floats, Needs, System
from surveytools.disclosure.loss import TINY, Unproven, gap_of
from surveytools.disclosure.solver import silent_solver

__all__ = ["LIMITS", "Found", "Limits", "cost_of", "improve"]


@dataclass(frozen=True, slots=True)
class Limits:
    """When the search ends, or isn't begun: numbers of steps, never a time.

    Attributes
    ----------
    cells
        That may be hidden: above, the first answer stays.
    free
        Numbers in a system for each cell that may be hidden: as above.
    effort
        Cells times programmes of the observer; the search ends then,
    programmes
        or after so many of them.
    nodes
        Of one integer programme.
    """

    cells: int = 3_000
    free: int = 20
    effort: int = 3_000_000
    programmes: int = 6_000
    nodes: int = 2_000


LIMITS = Limits()
"""Those that tables are protected within."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A choice of cells to hide.

    Attributes
    ----------
    hidden
        Whether each cell is hidden.
    cost
        Sum of the weights of the cells that are hidden beside those that must be; of
        equal cells, the later weigh a little more.
    bound
        What every choice costs at least, where no cell has to move further than the
        one that it protects; in tables with rows, columns and totals none ever has to.
    large
        Whether the system is too large to look for any.
    """

    hidden: Bools
    cost: float
    bound: float
    large: bool = False

    @property
    def gap(self) -> float:
        """How much dearer the choice may be than the best one, as a fraction."""
        return gap_of(self.cost, self.bound)

    @property
    def unproven(self) -> Unproven | None:
        """Why the gap isn't 0; ``None`` if it is."""
        if self.gap == 0:
            return None
        return Unproven.SIZE if self.large else Unproven.STEPS


def cost_of(system: System, hidden: Bools, primary: Bools) -> float:
    """Add up how much is missed what is hidden beside what must be."""
    fixed = system.with_dependents(primary)
    return float(_missed(system)[hidden & ~fixed & system.published].sum())


def _missed(system: System) -> Floats:
    """Weigh cells; of equal ones, the first is missed least."""
    size = len(system.weights)
    return system.weights * (1 + 1e-3 * np.arange(size) / size)


def improve(
    system: System,
    hidden: Bools,
    primary: Bools,
    needs: Needs,
    limits: Limits = LIMITS,
) -> Found:
    """Look for the cheapest choice of cells to hide.

    Parameters
    ----------
    hidden
        A choice that protects all cells.
    primary
        Cells to hide in any case.
    needs
        What the choice must achieve.
    limits
        When the search ends.

    Returns
    -------
    Found
        The cheapest choice that was found: ``hidden``, if none is cheaper.
    """
    fixed = system.with_dependents(primary)
    cells = np.flatnonzero(system.published & ~fixed)
    large = len(cells) > limits.cells or len(cells) * limits.free < len(fixed)
    first = Found(hidden, cost_of(system, hidden, primary), 0.0, large=large)
    if first.cost == 0 or large:
        return first
    return _Search(system, fixed, cells, _missed(system), needs, limits).best(first)


@dataclass(slots=True, eq=False)
class _Search:
    """Inequalities that every choice fulfils, and programmes solved to find them.

    A move that a programme found stays possible while the cells that it moves stay
    hidden as much: then it needs no programme again.
    """

    system: System
    fixed: Bools
    cells: NDArray[np.intp]
    missed: Floats
    needs: Needs
    until: Limits
    factors: list[Floats] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    programmes: int = 0
    moves: dict[tuple[int, float], list[Floats]] = field(default_factory=dict)

    def best(self, first: Found) -> Found:
        """Solve, attack and solve again."""
        bound = 0.0
        for whole in (False, True):
            while self.programmes < self._most():
                solved = self._choice(whole=whole)
                if solved is None:
                    return Found(first.hidden, first.cost, bound)
                choice, least = solved
                bound = max(bound, least)
                if bound >= first.cost - TINY:
                    return Found(first.hidden, first.cost, first.cost)
                if self._attack(choice):
                    continue
                if not whole:
                    break
                hidden = self.fixed.copy()
                hidden[self.cells[choice > 0.5]] = True  # noqa: PLR2004
                cost = float(self.missed[hidden & ~self.fixed].sum())
                return Found(hidden, cost, min(bound, cost))
        return Found(first.hidden, first.cost, bound)

    def _most(self) -> int:
        return min(self.until.programmes, self.until.effort // len(self.fixed))

    def _choice(self, *, whole: bool) -> tuple[Floats, float] | None:
        """Choose the least missed cells that fulfil what is known so far."""
        rows, low = [*self._together()], [0.0] * len(self.system.under)
        low = low[: len(rows)]
        rows += self.factors
        low += self.limits
        with silent_solver():
            result = milp(
                self.missed[self.cells],
                integrality=np.full(len(self.cells), int(whole)),
                constraints=LinearConstraint(csr_array(np.array(rows)), low, np.inf)
                if rows
                else None,
                bounds=Bounds(0, 1),
                options={"node_limit": self.until.nodes, "mip_rel_gap": 0.0},
            )
        if result.x is None or result.status not in {0, 1}:
            return None
        least = result.fun if not whole else (result.mip_dual_bound or 0.0)
        return np.asarray(result.x, dtype=float), float(least)

    def _together(self) -> list[Floats]:
        """Where a base is hidden, its counts are too."""
        place = np.full(len(self.fixed), -1)
        place[self.cells] = np.arange(len(self.cells))
        rows = []
        for base, count in place[self.system.under]:
            if base >= 0 and count >= 0:
                row = np.zeros(len(self.cells))
                row[count], row[base] = 1.0, -1.0
                rows.append(row)
        return rows

    def _attack(self, choice: Floats) -> bool:
        """Add what is wrong with a choice; say whether anything is."""
        found = False
        values, needs = self.system.values, self.needs
        share = np.where(self.system.published & ~self.fixed, 0.0, 1.0)
        share[self.cells] = np.clip(choice, 0.0, 1.0)
        for cell in np.flatnonzero((needs.high > 0) | (needs.width > 0)):
            high = max(needs.high[cell] - values[cell], 0.0)
            width = needs.width[cell]
            up_most = max(high, width)
            down_most = min(up_most, self.system.falls[cell])
            ends = (int(cell), 1.0, up_most), (int(cell), -1.0, down_most)
            up, down = (self._known(share, *end) for end in ends)
            if up >= high - TINY and up + down >= width - TINY:
                continue  # moves that were found before are still possible
            up, by_up = self._reach(share, *ends[0])
            if high > 0 and up < high - TINY:
                found |= self._cut(choice, by_up, up, high)
            if up < width - TINY:
                down, by_down = self._reach(share, *ends[1])
                if up + down < width - TINY:
                    found |= self._cut(choice, by_up + by_down, up + down, width)
        return found

    def _known(self, share: Floats, cell: int, sign: float, most: float) -> float:
        """Say how far moves that were found before take a cell, if still possible."""
        moves = self.moves.get((cell, sign), [])
        if not moves:
            return 0.0
        lower, upper = self._bounds(share, cell, sign, most)
        far = np.array(moves)
        possible = ((far >= lower - TINY) & (far <= upper + TINY)).all(axis=1)
        return float((sign * far[possible, cell]).max(initial=0.0))

    def _bounds(
        self, share: Floats, cell: int, sign: float, most: float
    ) -> tuple[Floats, Floats]:
        """How far each cell may move where a cell is to move as far as ``most``."""
        system = self.system
        capacity = np.full(len(system.values), max(most, 0.0))
        upper = capacity * share
        lower = -np.minimum(system.falls, capacity) * share
        free = ~system.published | self.fixed
        upper[free] = np.inf
        lower[free] = -system.falls[free]
        upper[cell] = most if sign > 0 else np.inf
        return lower, upper

    def _reach(
        self, share: Floats, cell: int, sign: float, most: float
    ) -> tuple[float, Floats]:
        """Move a cell as far as a choice allows; what each cell would add to that."""
        self.programmes += 1
        system = self.system
        lower, upper = self._bounds(share, cell, sign, most)
        objective = np.zeros(len(share))
        objective[cell] = -sign
        slack = system.room
        if slack is None:
            slack = -(system.less @ system.values)
        result = linprog(  # type: ignore[call-overload]  # its stubs know no sparse
            objective,
            A_ub=system.less if system.less.shape[0] else None,
            b_ub=slack if system.less.shape[0] else None,
            A_eq=system.equal if system.equal.shape[0] else None,
            b_eq=np.zeros(system.equal.shape[0]) if system.equal.shape[0] else None,
            bounds=np.column_stack([lower, upper]),
            method="highs-ds",
        )
        if result.status != 0:
            return np.inf, np.zeros(len(self.cells))
        self.moves.setdefault((cell, sign), []).append(result.x)
        capacity = np.full(len(system.values), max(most, 0.0))
        down = np.minimum(system.falls, capacity)
        worth = -result.upper.marginals * capacity + result.lower.marginals * down
        return float(-result.fun), np.maximum(worth[self.cells], 0.0)

    def _cut(self, choice: Floats, worth: Floats, reached: float, goal: float) -> bool:
        """Ask that cells worth enough be hidden; say whether the choice hides fewer."""
        missing = goal - (reached - float(worth @ choice))
        if missing <= TINY:
            return False
        factors = np.minimum(worth / missing, 1.0)
        if float(factors @ choice) >= 1.0 - TINY:
            return False
        self.factors.append(factors)
        self.limits.append(1.0)
        return True
