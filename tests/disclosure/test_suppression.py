"""The solver by itself, on systems small enough to do by hand."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from surveytools.disclosure.attack import Needs, System, audit
from surveytools.disclosure.suppression import suppress


def sum_of(*parts, costs=None):
    """Make the parts of a sum, and behind them the sum."""
    values = np.array([*parts, sum(parts)], dtype=float)
    row = np.append(np.ones(len(parts)), -1.0)
    return System(
        values=values,
        equal=csr_array(row[np.newaxis]),
        less=csr_array((0, len(values))),
        published=np.ones(len(values), dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=1 + values if costs is None else np.array(costs, dtype=float),
    )


def mask(length, *cells):
    return np.isin(np.arange(length), cells)


def needs(length, threshold, *cells):
    chosen = mask(length, *cells)
    return Needs(np.where(chosen, threshold, 0.0), np.where(chosen, threshold - 1, 0.0))


@pytest.mark.parametrize(
    ("hidden", "low", "high"),
    [
        pytest.param((), [2, 9, 20, 31], [2, 9, 20, 31], id="all shown"),
        pytest.param((0,), [2, 9, 20, 31], [2, 9, 20, 31], id="found by subtraction"),
        pytest.param((0, 1), [0, 0, 20, 31], [11, 11, 20, 31], id="share eleven"),
        pytest.param(
            (0, 3), [0, 9, 20, 29], [np.inf, 9, 20, np.inf], id="nothing bounds it"
        ),
    ],
)
def test_audit_bounds_what_is_hidden(hidden, low, high):
    found = audit(sum_of(2, 9, 20), mask(4, *hidden))

    assert found[0].tolist() == low
    assert found[1].tolist() == high


@pytest.mark.parametrize(
    ("parts", "small", "threshold", "hidden"),
    [
        pytest.param((2, 9, 20), (0,), 5, {0, 1}, id="the next smallest"),
        pytest.param((2, 1, 9, 20), (0, 1), 5, {0, 1, 2}, id="two are too few"),
        pytest.param((3, 3, 9, 20), (0, 1), 5, {0, 1}, id="two are enough"),
        pytest.param((0, 2, 9), (1,), 5, {1, 2}, id="a zero has nothing to give"),
        pytest.param((20, 30), (), 5, set(), id="nothing small"),
    ],
)
def test_suppress_hides_the_least_that_is_enough(parts, small, threshold, hidden):
    system = sum_of(*parts)
    length = len(parts) + 1

    found = suppress(
        system, mask(length, *small), needs(length, threshold, *small)
    ).hidden

    assert set(np.flatnonzero(found)) == hidden


def test_suppress_takes_what_is_missed_least():
    system = sum_of(2, 9, 9, 9, costs=[1, 5, 2, 5, 50])

    found = suppress(system, mask(5, 0), needs(5, 5, 0)).hidden

    assert set(np.flatnonzero(found)) == {0, 2}


def test_suppress_hides_counts_with_their_base():
    system = sum_of(2, 9, 20)
    counts = System(
        values=np.append(system.values, [4.0, 7.0]),
        equal=csr_array(np.append(system.equal.toarray(), [[0, 0]], axis=1)),
        less=csr_array([[0, -1, 0, 0, 1, 0], [0, 0, -1, 0, 0, 1]], dtype=float),
        published=np.ones(6, dtype=bool),
        under=np.array([[1, 4], [2, 5]]),
        weights=np.array([1.0, 1, 1, 50, 1, 1]),
    )

    found = suppress(counts, mask(6, 0), needs(6, 5, 0)).hidden

    assert set(np.flatnonzero(found)) == {0, 1, 4}


def test_what_is_told_already_costs_no_other_cell():
    """An equation of one cell fixes it, whatever is hidden."""
    fixed = System(
        values=np.array([0.0, 8.0]),
        equal=csr_array([[1.0, 0.0]]),
        less=csr_array((0, 2)),
        published=np.ones(2, dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=np.ones(2),
    )

    found = suppress(fixed, mask(2, 0), needs(2, 5, 0))

    assert found.hidden.tolist() == [True, False]


def test_no_more_is_told_of_what_is_told_in_part():
    """Earlier tables tell that the first is at most 3; to show the second tells it."""
    bounded = System(
        values=np.array([2.0, 6.0, 8.0, 30.0]),
        equal=csr_array([[1.0, 1.0, -1.0, 0.0]]),
        less=csr_array([[1.0, 0.0, 0.0, 0.0]]),
        published=np.ones(4, dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=np.array([1.0, 7, 9, 31]),
        room=np.array([1.0]),
    )

    found = suppress(bounded, mask(4, 0), needs(4, 5, 0)).hidden

    assert found.tolist() == [True, True, False, False]
    low, high = audit(bounded, found)
    assert (low[0], high[0]) == (0, 3)


@pytest.mark.parametrize("seed", range(4))
def test_many_small_cells_of_a_large_table_are_protected(seed):
    """20 lines and 8 columns with sums: the audit solves for each cell anew."""
    random = np.random.default_rng(seed)
    inner = random.poisson(random.gamma(1, 4, size=(20, 8)))
    grid = np.pad(inner, (0, 1))
    grid[:-1, -1] = inner.sum(axis=1)
    grid[-1] = grid[:-1].sum(axis=0)
    place = np.arange(grid.size).reshape(grid.shape)
    rows = []
    for line in (*place, *place.T):
        row = np.zeros(grid.size)
        row[line[:-1]], row[line[-1]] = 1, -1
        rows.append(row)
    values = grid.ravel().astype(float)
    system = System(
        values=values,
        equal=csr_array(np.array(rows)),
        less=csr_array((0, grid.size)),
        published=np.ones(grid.size, dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=1 + np.log1p(values),
    )
    small = (values >= 1) & (values < 5)

    hidden = suppress(
        system, small, Needs(np.where(small, 5.0, 0), np.where(small, 4.0, 0))
    ).hidden

    low, high = audit(system, hidden)
    assert (high[small] >= 5).all()
    assert (high[small] - low[small] >= 4).all()
    assert hidden.sum() < 1.5 * small.sum()
