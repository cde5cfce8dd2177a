"""The best choice of cells, compared with all choices that there are."""

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array

from surveytools.disclosure.attack import Needs, System, audit
from surveytools.disclosure.optimal import improve
from surveytools.disclosure.suppression import suppress

THRESHOLD = 5


def table_of(inner):
    """Lines and columns with sums, as a system; small cells need protection."""
    grid = np.pad(inner, (0, 1))
    grid[:-1, -1] = inner.sum(axis=1)
    grid[-1] = grid[:-1].sum(axis=0)
    place = np.arange(grid.size).reshape(grid.shape)
    rows = np.zeros((sum(grid.shape), grid.size))
    for row, line in zip(rows, (*place, *place.T), strict=True):
        row[line[:-1]], row[line[-1]] = 1, -1
    values = grid.ravel().astype(float)
    system = System(
        values=values,
        equal=csr_array(rows),
        less=csr_array((0, grid.size)),
        published=np.ones(grid.size, dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=1 + np.log1p(values),
    )
    small = (values >= 1) & (values < THRESHOLD)
    needs = Needs(np.where(small, THRESHOLD, 0.0), np.where(small, THRESHOLD - 1, 0.0))
    return system, small, needs


def drawn(seed, shape, scale):
    random = np.random.default_rng(seed)
    return random.poisson(random.gamma(1, scale, size=shape))


def is_protected(system, hidden, needs):
    low, high = audit(system, hidden)
    return bool(
        (high >= needs.high - 1e-6).all() and (high - low >= needs.width - 1e-6).all()
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_other_choice_is_cheaper(seed):
    system, small, needs = table_of(drawn(seed, (3, 3), 10))
    others = np.flatnonzero(~small)
    dearest = system.weights[others].sum()

    found = suppress(system, small, needs)

    assert is_protected(system, found, needs)
    cost = system.weights[found & ~small].sum()
    for size in range(min(3, len(others)) + 1):
        for some in itertools.combinations(others, size):
            if system.weights[list(some)].sum() < min(cost, dearest) - 0.01:
                tried = small.copy()
                tried[list(some)] = True
                assert not is_protected(system, tried, needs)


@pytest.mark.parametrize("seed", range(3))
def test_tables_of_10_by_10_are_solved_with_proof(seed):
    system, small, needs = table_of(drawn(seed, (10, 10), 30))
    everything = np.ones(len(small), dtype=bool)

    found = improve(system, everything, small, needs)

    assert found.gap == 0
    assert found.cost < system.weights[~small].sum()
    assert is_protected(system, found.hidden, needs)


@pytest.mark.parametrize("seed", range(3))
def test_each_cell_of_the_best_choice_is_needed(seed):
    system, small, needs = table_of(drawn(seed, (8, 8), 30))

    found = suppress(system, small, needs)

    for cell in np.flatnonzero(found & ~small):
        without = found.copy()
        without[cell] = False
        assert not is_protected(system, without, needs)


def test_what_needs_nothing_costs_nothing():
    system, small, needs = table_of(np.full((4, 4), 20))

    found = improve(system, small, small, needs)

    assert (found.cost, found.gap) == (0, 0)
