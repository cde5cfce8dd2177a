"""Oracles: statsmodels' ``confint_proportions_2indep`` and Newcombe's own table."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import confint_proportions_2indep

from surveytools.analysis.statistics import difference_interval, proportion_interval

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def newcombe(count, base, other_count, other_base):
    return confint_proportions_2indep(
        count, base, other_count, other_base, method="newcomb", compare="diff"
    )


@given(COUNTS, COUNTS)
def test_difference_interval_agrees_with_statsmodels(first, other):
    interval = difference_interval(*first, *other)

    assert interval == pytest.approx(newcombe(*first, *other), abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param((56, 70, 48, 80), (0.0524, 0.3339), id="a"),
        pytest.param((9, 10, 3, 10), (0.1705, 0.8090), id="b"),
        pytest.param((10, 10, 0, 20), (0.6791, 1.0000), id="e"),
        pytest.param((10, 10, 0, 10), (0.6075, 1.0000), id="f"),
    ],
)
def test_difference_interval_of_newcombe_1998(counts, expected):
    """Newcombe, Statistics in Medicine 17, 1998, 873-890, table II, method 10."""
    assert difference_interval(*counts) == pytest.approx(expected, abs=5e-5)


def test_difference_interval_takes_the_population_into_account():
    low, high = difference_interval(12, 30, 10, 40, population=30, other_population=50)

    # The first group answered wholly, so only the other one is uncertain.
    other_low, other_high = proportion_interval(10, 40, population=50)
    assert (low, high) == pytest.approx((0.4 - other_high, 0.4 - other_low))


def test_difference_from_a_part_of_the_group_is_that_from_the_rest():
    """With a part in it: p - p_all = (1 - n/N) (p - p_rest), so both bounds scale."""
    count, base, total_count, total_base = 30, 50, 60, 150

    interval = difference_interval(
        count, base, total_count, total_base, shared_count=count, shared_base=base
    )

    rest = newcombe(count, base, total_count - count, total_base - base)
    assert interval == pytest.approx(np.multiply(1 - base / total_base, rest))


def test_difference_of_a_group_from_itself_is_nothing():
    same = difference_interval(8, 20, 8, 20, shared_count=8, shared_base=20)

    assert same == (0, 0)


def test_difference_without_base_is_unknown():
    assert np.isnan(difference_interval(0, 0, 3, 5)).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"shared_count": 9}, "counted in both groups", id="answers"),
        pytest.param({"shared_count": 0}, "counted in both groups", id="others"),
        pytest.param({"population": 90}, "where groups overlap", id="population"),
    ],
)
def test_difference_interval_refuses_contradictions(changed, message):
    options = {"shared_count": 5, "shared_base": 12, **changed}

    with pytest.raises(ValueError, match=message):
        difference_interval(8, 14, 10, 30, **options)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_interval_of_overlapping_groups_covers_as_often_as_it_says(share):
    """Exact, by summing over the three binomials of the parts; no difference."""
    sizes = (14, 10, 18)  # first group alone, both, other alone
    counts = np.array(list(itertools.product(*(range(n + 1) for n in sizes))))
    likely = np.prod(
        [binom.pmf(counts[:, i], n, share) for i, n in enumerate(sizes)], axis=0
    )

    low, high = difference_interval(
        counts[:, 0] + counts[:, 1], 24, counts[:, 1] + counts[:, 2], 28,
        shared_count=counts[:, 1], shared_base=10,
    )  # fmt: skip

    assert likely.sum() == pytest.approx(1)
    assert 0.94 <= likely[(low <= 0) & (high >= 0)].sum() <= 0.99
