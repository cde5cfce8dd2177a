"""Oracles: scipy's t distribution and ``quantile_test``, pandas, exact enumeration."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surveytools.analysis.statistics import (
    effective_base,
    low_base,
    mean_interval,
    median_interval,
    moments,
)


def test_moments_of_groups_agree_with_pandas():
    values = np.array([3, 5, np.nan, 8, 1, 4, 7])
    groups = np.array([0, 0, 0, 2, 2, -1, 3])

    found = moments(values, groups=groups, size=5)

    frame = pd.DataFrame({"value": values, "group": groups}).query("group >= 0")
    by = frame.groupby("group")["value"]
    present = [0, 2, 3]
    assert found.base.tolist() == [2, 0, 2, 1, 0]
    assert found.mean[present] == pytest.approx(by.mean()[present])
    assert found.deviation[[0, 2]] == pytest.approx(by.std()[[0, 2]])
    assert np.isnan(found.mean[[1, 4]]).all()
    assert np.isnan(found.deviation[[1, 3, 4]]).all()


def test_weighted_moments_have_an_effective_base():
    """Base 10 with weights 10, 1, 1 …: effective base 3.311927, as R gives it."""
    weights = [10, *[1] * 9]

    found = moments(np.arange(10), weights=weights)

    assert found.base == 10
    assert found.effective_base == pytest.approx(3.311927, abs=1e-6)
    assert effective_base(weights) == pytest.approx(3.311927, abs=1e-6)
    assert found.mean == pytest.approx(np.average(np.arange(10), weights=weights))


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=40))
def test_mean_interval_agrees_with_scipy(values):
    found = moments(values)
    low, high = mean_interval(found.mean, found.deviation, found.base, level=0.9)

    interval = (
        stats.ttest_1samp(values, 0).confidence_interval(0.9)
        if len(set(values)) > 1
        else (np.mean(values),) * 2
    )
    assert (low[0], high[0]) == pytest.approx(tuple(interval))


def test_known_population_narrows_the_interval_of_a_mean():
    """Cochran 1977, 2.8: the standard error times the root of 1 - n/N."""
    low, high = mean_interval(5, 2, [16, 16, 16], population=[25, 16, np.nan])

    reach = stats.t.ppf(0.975, 15) * 2 / 4
    assert high - 5 == pytest.approx([reach * 0.6, 0, reach])
    assert 5 - low == pytest.approx(high - 5)


def test_mean_of_one_has_no_interval():
    assert np.isnan(mean_interval(5, np.nan, 1)).all()
    assert np.isnan(mean_interval(np.nan, np.nan, 0)).all()
    assert mean_interval(5, np.nan, 1, population=1) == (5, 5)


@given(st.lists(st.integers(0, 99), min_size=6, max_size=80, unique=True))
def test_median_interval_agrees_with_scipy(values):
    median, low, high = median_interval(values)

    interval = stats.quantile_test(values, p=0.5).confidence_interval(0.95)
    assert median == np.median(values)
    assert (low, high) == (interval.low, interval.high)


@pytest.mark.parametrize(
    ("base", "ranks"),
    [(6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33)), (100, (40, 61))],
)
def test_median_interval_has_the_ranks_of_published_tables(base, ranks):
    """95 % ranks of Conover, *Practical Nonparametric Statistics*, table A3."""
    _, low, high = median_interval(np.arange(1, base + 1))

    assert (low, high) == ranks


def test_median_of_few_has_no_interval():
    assert median_interval([1, 2, 3, 4, 9])[0] == 3
    assert np.isnan(median_interval([1, 2, 3, 4, 9])[1:]).all()
    assert np.isnan(median_interval([np.nan])).all()


@pytest.mark.parametrize("people", [11, 12])
@pytest.mark.parametrize("base", [7, 9, 10])
def test_median_interval_of_a_known_population_covers_in_all_samples(people, base):
    """Every sample of a small department: at least 95 % cover its median."""
    everyone = np.arange(people) ** 2
    covers, wider = [], []
    for sample in itertools.combinations(everyone, base):
        _, low, high = median_interval(sample, population=people)
        covers.append(low <= np.median(everyone) <= high)
        _, plain_low, plain_high = median_interval(sample)
        wider.append(plain_high - plain_low >= high - low)

    assert np.mean(covers) >= 0.95
    assert all(wider)


def test_median_where_everybody_answered_is_known():
    assert median_interval([1, 5, 6, 9], population=4) == (5.5, 5.5, 5.5)


def test_more_answers_than_people_are_refused():
    with pytest.raises(ValueError, match="base must not exceed population"):
        median_interval([1, 2, 3], population=2)
    with pytest.raises(ValueError, match="base must not exceed population"):
        mean_interval(5, 1, 3, population=2)


def test_low_bases_are_flagged_below_30_and_100():
    assert low_base([np.nan, 29, 30, 99, 100]).tolist() == [2, 2, 1, 1, 0]
    assert low_base([4, 5], limits=(5,)).tolist() == [1, 0]
