"""Oracles: statsmodels' ``proportions_ztest``; scipy's Fisher and Welch tests."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact, ttest_ind
from statsmodels.stats.proportion import proportions_ztest

from surveytools.analysis.statistics import (
    compare_means,
    compare_proportions,
    compare_with_complement,
    difference_interval,
    moments,
)

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_z_test_agrees_with_statsmodels(first, other):
    assume(0 < first[0] + other[0] < first[1] + other[1])

    found = compare_proportions(*first, *other)

    z, p = proportions_ztest([first[0], other[0]], [first[1], other[1]])
    assert (found.statistic, found.p) == pytest.approx((z, p), abs=1e-9)
    assert found.difference == pytest.approx(first[0] / first[1] - other[0] / other[1])
    assert (found.low, found.high) == difference_interval(*first, *other)


@given(COUNTS, COUNTS)
def test_fishers_test_agrees_with_scipy(first, other):
    found = compare_proportions(*first, *other, test="fisher")

    table = [[first[0], first[1] - first[0]], [other[0], other[1] - other[0]]]
    assert found.p == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert np.isnan(found.statistic)


def test_comparisons_are_of_whole_arrays():
    count, base = np.array([[3, 8], [0, 12]]), np.array([[10, 20], [10, 20]])

    z = compare_proportions(count, base, 5, 25)
    fisher = compare_proportions(count, base, 5, 25, test="fisher")

    assert z.p.shape == fisher.p.shape == (2, 2)
    for place in np.ndindex(2, 2):
        pair = ([count[place], 5], [base[place], 25])
        assert z.p[place] == pytest.approx(proportions_ztest(*pair)[1])
        table = [[count[place], base[place] - count[place]], [5, 20]]
        assert fisher.p[place] == pytest.approx(fisher_exact(table).pvalue)


def test_nothing_differs_where_all_or_none_gave_the_answer():
    found = compare_proportions([0, 9, 0], [9, 9, 0], [0, 5, 2], [5, 5, 4])

    assert found.p.tolist()[:2] == [1, 1]
    assert np.isnan(found.p[2])  # no base


def test_a_part_of_the_total_is_compared_with_the_rest():
    """The dependent-sample form of a nested group is the usual test of its rest."""
    nested = compare_proportions(30, 50, 60, 150, shared_count=30, shared_base=50)
    complement = compare_with_complement(30, 50, 60, 150)

    z, p = proportions_ztest([30, 30], [50, 100])
    assert (nested.statistic, nested.p) == pytest.approx((z, p))
    assert (complement.statistic, complement.p) == pytest.approx((z, p))
    assert complement.difference == pytest.approx(0.6 - 0.3)


def overlapping(share):
    """Every outcome of groups of 60 and 50 with 40 in both, and how likely it is."""
    sizes = (20, 40, 10)
    counts = np.array(list(itertools.product(*(range(n + 1) for n in sizes))))
    likely = [binom.pmf(counts[:, i], n, share) for i, n in enumerate(sizes)]
    return counts, np.prod(likely, axis=0)


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_overlap_corrected_test_errs_as_often_as_it_says(share):
    """Exact, by summing binomials: the plain test hardly ever finds anything."""
    counts, likely = overlapping(share)
    first, other = counts[:, 0] + counts[:, 1], counts[:, 1] + counts[:, 2]

    corrected = compare_proportions(
        first, 60, other, 50, shared_count=counts[:, 1], shared_base=40
    )
    plain = compare_proportions(first, 60, other, 50)

    assert 0.035 <= likely[corrected.p < 0.05].sum() <= 0.06
    assert likely[plain.p < 0.05].sum() < 0.001


def test_groups_of_the_same_respondents_are_not_tested():
    found = compare_proportions(8, 20, 8, 20, shared_count=8, shared_base=20)

    assert found.difference == 0
    assert np.isnan(found.p)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"test": "fisher", "shared_base": 2}, "in common", id="overlap"),
        pytest.param({"test": "g"}, "no test 'g'; there are z, fisher", id="unknown"),
    ],
)
def test_comparison_refuses(options, message):
    with pytest.raises(ValueError, match=message):
        compare_proportions(8, 20, 8, 20, **options)


def test_weighted_counts_may_be_off_by_rounding():
    weights = np.full(3, 0.1)
    count, base = weights.sum(), 0.3  # 0.30000000000000004 of 0.3

    assert compare_proportions(count, base, 0.1, 0.2).difference == pytest.approx(0.5)
    assert compare_with_complement(count, base, base, 0.9).difference == pytest.approx(
        1
    )


def test_comparison_refuses_impossible_counts():
    with pytest.raises(ValueError, match="Fisher's test needs whole numbers"):
        compare_proportions(1.5, 20, 8, 20, test="fisher")
    with pytest.raises(ValueError, match="a group must not exceed the total"):
        compare_with_complement(10, 20, 9, 40)


@given(
    st.lists(st.integers(0, 10), min_size=2, max_size=30),
    st.lists(st.integers(0, 10), min_size=2, max_size=30),
)
def test_means_agree_with_scipys_welch_test(first, other):
    assume(len(set(first)) > 1 and len(set(other)) > 1)

    found = compare_means(moments(first), moments(other), level=0.9)

    expected = ttest_ind(first, other, equal_var=False)
    interval = expected.confidence_interval(0.9)
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
    assert found.p == pytest.approx(expected.pvalue, abs=1e-9)
    assert found.low == pytest.approx(interval.low)
    assert found.high == pytest.approx(interval.high)


def test_means_are_not_tested_where_nothing_varies():
    constant, one = moments([3, 3, 3]), moments([4])

    assert np.isnan(compare_means(constant, moments([5, 5])).p)
    assert np.isnan(compare_means(constant, one).p)
    assert compare_means(constant, one).difference == -1
