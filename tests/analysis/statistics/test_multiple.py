"""Oracles: scipy's Pearson test choice by choice, and simulations with a named seed."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, chi2_contingency

from surveytools.analysis.statistics import multiple_response_test, sampling_design


def answers(rng, respondents, *, choices=5, effect=0.0, group=None):
    """Choices that go together: who takes the first takes the next two."""
    likely = 0.3 if group is None else 0.3 + effect * (group == 0)[:, None]
    selected = rng.random((respondents, choices)) < likely
    selected[:, 1] |= selected[:, 0]
    selected[:, 2] |= selected[:, 0]
    return selected


def test_statistic_is_the_sum_of_pearsons_over_choices():
    """Agresti and Liu 1999: with (groups - 1) times choices degrees of freedom."""
    rng = np.random.default_rng(20267)
    group, selected = rng.integers(0, 4, 300), answers(rng, 300)

    found = multiple_response_test(selected, group)

    expected = sum(
        chi2_contingency(pd.crosstab(group, choice), correction=False).statistic
        for choice in selected.T
    )
    assert found.statistic == pytest.approx(expected)
    assert (found.effect, found.degrees) == (pytest.approx(1), 15)
    assert found.p == pytest.approx(chi2.sf(expected, 15))


def test_one_choice_is_pearsons_test():
    rng = np.random.default_rng(20268)
    group, selected = rng.integers(0, 3, 100), rng.random((100, 1)) < 0.4

    found = multiple_response_test(selected, group)

    expected = chi2_contingency(pd.crosstab(group, selected[:, 0]), correction=False)
    assert (found.statistic, found.p) == pytest.approx(
        (expected.statistic, expected.pvalue)
    )
    assert found.second_p == pytest.approx(found.p)


def test_two_overlapping_groups_are_tested_as_the_dependent_form_does():
    """Everybody against a part of them: the test of the part against the rest."""
    rng = np.random.default_rng(20269)
    part, selected = rng.random(120) < 0.4, rng.random((120, 1)) < 0.3

    found = multiple_response_test(selected, np.column_stack([np.ones(120), part]))

    expected = chi2_contingency(pd.crosstab(part, selected[:, 0]), correction=False)
    assert found.degrees == 1
    assert (found.corrected, found.p) == pytest.approx(
        (expected.statistic, expected.pvalue)
    )


def rejections(rng, *, overlap, effect=0.0, design=None, repetitions=400):
    first, second = [], []
    for _ in range(repetitions):
        group = rng.integers(0, 4, 200)
        selected = answers(rng, 200, effect=effect, group=group)
        groups = rng.random((200, 4)) < 0.4 if overlap else group
        found = multiple_response_test(selected, groups, design=design)
        first.append(found.p < 0.05)
        second.append(found.second_p < 0.05)
    return np.mean(first), np.mean(second)


@pytest.mark.parametrize("overlap", [False, True])
def test_multiple_response_test_errs_about_as_often_as_it_says(overlap):
    """First order is somewhat too ready where choices go together; second isn't."""
    first, second = rejections(np.random.default_rng(20270), overlap=overlap)

    assert first <= 0.11
    assert second <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def test_multiple_response_test_finds_a_difference():
    first, second = rejections(
        np.random.default_rng(20271), overlap=False, effect=0.25, repetitions=50
    )

    assert min(first, second) > 0.9


def test_design_of_equal_weights_changes_little():
    rng = np.random.default_rng(20272)
    group, selected = rng.integers(0, 4, 2000), answers(rng, 2000)

    plain = multiple_response_test(selected, group)
    designed = multiple_response_test(selected, group, design=sampling_design(2000))

    assert designed.statistic == pytest.approx(plain.statistic)
    assert designed.effect == pytest.approx(1, abs=0.02)


def test_doubled_respondents_count_once_under_their_clusters():
    """Each respondent twice, said to be a cluster: the test of the single ones."""
    rng = np.random.default_rng(20273)
    group, selected = rng.integers(0, 3, 400), answers(rng, 400)

    once = multiple_response_test(selected, group, design=sampling_design(400))
    design = sampling_design(800, clusters=np.tile(np.arange(400), 2))
    twice = multiple_response_test(
        np.tile(selected, (2, 1)), np.tile(group, 2), design=design
    )

    assert twice.statistic == pytest.approx(2 * once.statistic)
    assert (twice.corrected, twice.p) == pytest.approx((once.corrected, once.p))


def test_what_cannot_differ_is_left_out():
    selected = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 0, 0]])

    found = multiple_response_test(selected, [0, 0, 1, -1])

    assert found.degrees == 1
    assert np.isnan(multiple_response_test(selected, [0, 0, 0, 0]).p)
    assert np.isnan(multiple_response_test(selected[:, [0, 2]], [0, 0, 1, 1]).p)
    with pytest.raises(ValueError, match="for 3 respondents"):
        multiple_response_test(selected, [0, 0, 1])


def test_who_gave_no_answer_is_left_out():
    rng = np.random.default_rng(20277)
    group, selected = rng.integers(0, 3, 100), answers(rng, 100).astype(float)
    silent = np.arange(100) % 7 == 0

    found = multiple_response_test(np.where(silent[:, None], np.nan, selected), group)

    assert found == multiple_response_test(selected[~silent], group[~silent])
