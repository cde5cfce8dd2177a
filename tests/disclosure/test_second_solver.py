"""Cost and safety of suppression, checked by a solver that shares no code with ours.

The problem is that of M. Fischetti, J. J. Salazar, "Solving the cell suppression
problem on tabular data with linear constraints", Management Science 47(7), 2001,
1008-1027. Theirs and ours solve it by inequalities in the space of the choice; here it
is written out whole, as in J. P. Kelly, B. L. Golden, A. A. Assad, "Cell suppression:
disclosure protection for sensitive tabular data", Networks 22, 1992, 397-417: two
tables beside the true one for each cell that needs protection, which differ from it
only in cells that are hidden, in one mixed integer programme.
"""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, csr_array, diags_array

from surveytools.disclosure.suppression import suppress

sys.path.insert(0, str(Path(__file__).parent))
from grids import THRESHOLD, drawn, table_of


def protected(inner):
    """Table, sums, cells below the threshold and what the program hides."""
    system, small, needs = table_of(inner)
    return (
        system.values,
        system.equal.toarray(),
        small,
        suppress(system, small, needs).hidden,
    )


def weights_of(values):
    """Larger counts are missed more."""
    return 1 + np.log1p(values)


def observed(values, sums, hidden, cell):
    """The smallest and largest value that an observer can't rule out."""
    limits = [(0, None) if at else (v, v) for v, at in zip(values, hidden, strict=True)]
    aim = np.eye(len(values))[cell]
    ends = []
    for sign in (1, -1):
        found = linprog(sign * aim, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=limits)
        assert found.status in {0, 3}, found.message
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends


def too_closely(values, sums, hidden, cell):
    low, high = observed(values, sums, hidden, cell)
    return high < THRESHOLD - 1e-6 or high - low < THRESHOLD - 1 - 1e-6


def least_cost(values, sums, small):
    """Cost of the cheapest choice that keeps each small cell uncertain enough.

    A move that takes a cell by d never needs to take another by more than d, in
    tables of rows and columns: d is the largest capacity, which keeps the relaxation
    close.
    """
    size, cells = len(values), np.flatnonzero(small)
    fixed = np.where(small, 1.0, 0.0)
    most = float(THRESHOLD)
    down = -np.minimum(values, most)
    one, none = diags_array(np.ones(size)), csr_array(sums.shape)
    rows, low, high = [], [], []
    blocks = 2 * len(cells)
    for number in range(blocks):  # moves up and down for each cell
        own = [None] * (1 + blocks)
        own[0], own[1 + number] = none, csr_array(sums)
        rows.append(own)
        low.append(np.zeros(len(sums)))
        high.append(np.zeros(len(sums)))
        for factor, ends in ((most, (-np.inf, 0)), (down, (0, np.inf))):
            own = [None] * (1 + blocks)
            own[0] = diags_array(np.full(size, -1.0) * factor)
            own[1 + number] = one
            rows.append(own)
            low.append(np.full(size, ends[0]))
            high.append(np.full(size, ends[1]))
    total = size * (1 + blocks)
    matrix = block_array(rows, format="csr")
    reach = np.zeros((2 * len(cells), total))
    goal = np.zeros(2 * len(cells))
    for at, cell in enumerate(cells):
        up = size * (1 + 2 * at) + cell
        reach[2 * at, up], goal[2 * at] = 1, THRESHOLD - values[cell]
        reach[2 * at + 1, [up, up + size]] = 1, -1
        goal[2 * at + 1] = THRESHOLD - 1
    lowest = np.concatenate([fixed, np.tile(down, blocks)])
    highest = np.concatenate([np.ones(size), np.full(size * blocks, most)])
    of_moves = np.zeros(size * blocks)
    found = milp(
        np.concatenate(
            [np.where(small, 0.0, weights_of(values)), np.zeros(size * blocks)]
        ),
        integrality=np.concatenate([np.ones(size), of_moves]),
        constraints=[
            LinearConstraint(matrix, np.concatenate(low), np.concatenate(high)),
            LinearConstraint(csr_array(reach), goal, np.inf),
        ],
        bounds=Bounds(lowest, highest),
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0, found.message
    return found.fun


# The program makes later cells dearer by up to a thousandth, for a choice among equals.
AMONG_EQUALS = 1.001
SIZES = [
    *[pytest.param(seed, (4, 4), 15, id=f"4x4-{seed}") for seed in range(1, 7)],
    *[pytest.param(seed, (5, 6), 25, id=f"5x6-{seed}") for seed in range(3)],
    *[pytest.param(seed, (10, 10), 40, id=f"10x10-{seed}") for seed in range(4)],
]


@pytest.mark.parametrize(("seed", "shape", "scale"), SIZES)
def test_what_is_hidden_costs_no_more_than_a_second_solver_says(seed, shape, scale):
    values, sums, small, hidden = protected(drawn(seed, shape, scale))
    assert small.any()

    cost = weights_of(values)[hidden & ~small].sum()

    best = least_cost(values, sums, small)
    assert best - 1e-4 <= cost <= best * AMONG_EQUALS + 1e-4
    for cell in np.flatnonzero(small):
        assert not too_closely(values, sums, hidden, cell)


@pytest.mark.parametrize("seed", range(20))
def test_no_cell_is_hidden_without_need(seed):
    values, sums, small, hidden = protected(drawn(100 + seed, (4, 5), 20))

    for cell in np.flatnonzero(hidden & ~small):
        without = hidden & (np.arange(len(hidden)) != cell)
        assert any(
            too_closely(values, sums, without, each) for each in np.flatnonzero(small)
        )
