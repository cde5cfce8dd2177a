"""Golden cases from the issues of likert packages; statsmodels, scipy as oracles."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from surveytools.analysis.likert import likert_summary
from surveytools.analysis.statistics import compare_means, moments


def counted(answers, groups, levels):
    """Counts of codes from 1, groups by levels."""
    counts = np.zeros((len(set(groups)), levels))
    np.add.at(counts, (groups, np.asarray(answers) - 1), 1)
    return counts


def test_a_level_that_nobody_chose_does_not_shift_the_others_jbryer_likert_70():
    """jbryer/likert#70: item 4 is never answered 1; its shares are 0, 20, 20 … %."""
    groups = np.repeat([0, 1], 30)
    item = np.tile([2, 3, 4, 5, 6], 12)

    found = likert_summary(counted(item, groups, 6))

    assert found.shares.tolist() == [[0, 0.2, 0.2, 0.2, 0.2, 0.2]] * 2
    assert found.bottom.share.tolist() == [0.2, 0.2]
    assert found.top.share.tolist() == [0.4, 0.4]
    assert found.below == pytest.approx([0.4, 0.4])
    assert found.above == pytest.approx([0.6, 0.6])
    assert found.moments.mean.tolist() == [4, 4]


def test_a_side_that_nobody_chose_is_zero_jbryer_likert_103():
    """jbryer/likert#103: answers neutral and higher only."""
    found = likert_summary([[0, 0, 0, 2, 1], [0, 0, 1, 2, 0], [0, 0, 1, 1, 1]])

    assert found.below.tolist() == [0, 0, 0]
    assert found.middle == pytest.approx([0, 1 / 3, 1 / 3])
    assert found.above == pytest.approx([1, 2 / 3, 2 / 3])


def test_groups_have_their_own_middle_jbryer_likert_130():
    found = likert_summary([[1, 2, 3, 2, 2], [4, 1, 0, 3, 2]])

    assert found.middle == pytest.approx([0.3, 0])
    assert found.below + found.middle + found.above == pytest.approx([1, 1])


def test_dont_know_stays_apart_jbryer_likert_94():
    """jbryer/likert#94: "not sure" must not enter the percentages of the scale."""
    found = likert_summary([5, 5, 10, 20], dont_know=10)

    assert found.base == 40
    assert found.shares == pytest.approx([0.125, 0.125, 0.25, 0.5])
    assert found.top.share == pytest.approx(0.75)
    assert found.dont_know == pytest.approx(0.2)


def test_an_even_scale_has_no_middle():
    found = likert_summary([1, 2, 3, 4])

    assert (found.below, found.middle, found.above) == pytest.approx((0.3, 0, 0.7))


def test_boxes_and_mean_have_intervals():
    counts = [3, 4, 10, 12, 6]
    answers = np.repeat([1, 2, 3, 4, 5], counts)

    found = likert_summary(counts)

    top = proportion_confint(18, 35, method="wilson")
    bottom = proportion_confint(7, 35, method="wilson")
    mean = stats.ttest_1samp(answers, 0).confidence_interval()
    assert (found.top.low, found.top.high) == pytest.approx(top)
    assert (found.bottom.low, found.bottom.high) == pytest.approx(bottom)
    assert found.moments.mean == pytest.approx(answers.mean())
    assert found.moments.deviation == pytest.approx(answers.std(ddof=1))
    assert (found.low, found.high) == pytest.approx(tuple(mean))


def test_moments_of_a_summary_are_compared_as_those_of_the_answers():
    counts = np.array([[3, 4, 10, 12, 6], [8, 9, 9, 3, 3]])
    first, other = (np.repeat([1, 2, 3, 4, 5], row) for row in counts)

    found = likert_summary(counts).moments

    p = stats.ttest_ind(first, other, equal_var=False).pvalue
    compared = compare_means(found.take(np.array([0])), found.take(np.array([1])))
    assert compared.p == pytest.approx(p)
    assert compare_means(moments(first), moments(other)).p == pytest.approx(p)


def test_levels_have_values_of_their_own():
    found = likert_summary([2, 0, 2], values=[-1, 0, 4], box=1)

    assert found.moments.mean == 1.5
    assert (found.bottom.share, found.top.share) == (0.5, 0.5)


def test_weighted_counts_are_as_sure_as_their_effective_base():
    found = likert_summary([10.5, 20.25, 9.25], effective_base=25, box=1)

    expected = proportion_confint(9.25 / 40 * 25, 25, method="wilson")
    assert found.base == 40
    assert (found.top.low, found.top.high) == pytest.approx(expected)
    assert found.moments.effective_base == 25


def test_a_known_population_narrows_the_intervals():
    found = likert_summary([2, 3, 5], population=10, box=1)

    assert (found.top.low, found.top.high) == (0.5, 0.5)
    assert (found.low, found.high) == pytest.approx((2.3, 2.3))


def test_nobody_with_an_opinion_is_unknown():
    found = likert_summary([[0, 0, 0], [1, 2, 3]], dont_know=[4, 0], box=1)

    assert np.isnan([found.top.share[0], found.top.low[0], found.moments.mean[0]]).all()
    assert np.isnan([found.below[0], found.low[0]]).all()
    assert found.dont_know.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ([1, 2, 3], {"values": [1, 2]}, r"\(2,\) values for 3 levels"),
        ([1, 2, 3], {"box": 2}, "a box of 2 levels on a scale of 3"),
        ([1, -2, 3, 4], {}, "counts must not be negative"),
    ],
)
def test_likert_summary_refuses(counts, options, message):
    with pytest.raises(ValueError, match=message):
        likert_summary(counts, **options)


@pytest.mark.parametrize(
    ("method", "known_as"),
    [("clopper-pearson", "beta"), ("agresti-coull", "agresti_coull")],
)
def test_boxes_have_the_interval_that_is_named(method, known_as):
    found = likert_summary([3, 10, 24, 120, 190], method=method)

    low, high = proportion_confint(310, 347, method=known_as)
    assert (found.top.low, found.top.high) == (pytest.approx(low), pytest.approx(high))
