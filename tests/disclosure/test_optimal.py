"""The best choice of cells, compared with all choices that there are."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from surveytools.disclosure.attack import audit
from surveytools.disclosure.optimal import improve
from surveytools.disclosure.suppression import suppress

sys.path.insert(0, str(Path(__file__).parent))
from grids import drawn, table_of


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

    found = suppress(system, small, needs).hidden

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

    found = suppress(system, small, needs).hidden

    for cell in np.flatnonzero(found & ~small):
        without = found.copy()
        without[cell] = False
        assert not is_protected(system, without, needs)


def test_what_needs_nothing_costs_nothing():
    system, small, needs = table_of(np.full((4, 4), 20))

    found = improve(system, small, small, needs)

    assert (found.cost, found.gap) == (0, 0)
