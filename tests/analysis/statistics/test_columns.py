"""Oracles: statsmodels' z test and corrections, scipy's Welch test, pair by pair."""

import itertools

import numpy as np
import pytest
from scipy.stats import ttest_ind
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from surveytools.analysis.likert import likert_summary
from surveytools.analysis.statistics import (
    column_letters,
    column_names,
    compare_column_means,
    compare_columns,
    moments,
    one_family,
)

COUNT = np.array([[40, 20, 10, 9], [5, 30, 6, 1]])
BASE = np.array([50, 60, 40, 10])


def test_columns_are_tested_in_pairs_and_corrected_over_the_table():
    tests = compare_columns(COUNT, BASE)

    pairs = list(itertools.combinations(range(3), 2))  # the fourth is below 30
    p = [
        proportions_ztest(COUNT[row, [i, j]], BASE[[i, j]])[1]
        for row in range(2)
        for i, j in pairs
    ]
    _, adjusted, _, _ = multipletests(p, method="holm")
    found = [tests.adjusted[row, i, j] for row in range(2) for i, j in pairs]
    assert found == pytest.approx(adjusted)
    assert tests.adjusted[:, 1, 0] == pytest.approx(tests.adjusted[:, 0, 1])
    assert tests.difference[0, 1, 0] == pytest.approx(20 / 60 - 40 / 50)
    assert tests.low[0, 1, 0] == -tests.high[0, 0, 1]
    assert np.isnan(tests.p[:, 3]).all()
    assert np.isnan(tests.p[:, :, 3]).all()
    assert np.isfinite(tests.low[0, 0, 3])  # the difference has its interval


def test_letters_name_the_columns_that_a_column_exceeds():
    tests = compare_columns(COUNT, BASE, correction="benjamini-hochberg")

    letters = column_letters(
        tests.adjusted, tests.difference, BASE, column_names(4), level=0.95
    )

    assert letters.tolist() == [["B C", "", "", ""], ["", "A C", "", ""]]


def test_no_letters_below_base_30():
    p = np.full((2, 2), 0.001)
    difference = np.array([[0, 0.5], [-0.5, 0]])

    def letters(*base, **options):
        return column_letters(p, difference, base, "AB", level=0.95, **options).tolist()

    assert letters(30, 30) == ["B", ""]
    assert letters(29, 3000) == letters(3000, 29) == ["", ""]
    assert letters(29, 3000, min_base=20) == ["B", ""]


def test_what_was_not_tested_gets_no_letter():
    p = np.full((2, 2), np.nan)
    difference = np.array([[0, 0.5], [-0.5, 0]])

    letters = column_letters(p, difference, [90, 90], "AB", level=0.95)

    assert letters.tolist() == ["", ""]


def test_letters_need_one_label_per_column():
    with pytest.raises(ValueError, match="3 labels for columns of shape"):
        column_letters(np.ones((2, 2)), np.ones((2, 2)), [90, 90], "ABC", level=0.95)
    with pytest.raises(ValueError, match="two columns have one label"):
        column_letters(np.ones((2, 2)), np.ones((2, 2)), [90, 90], "AA", level=0.95)


def test_columns_are_named_as_in_a_spreadsheet():
    names = column_names(53)

    assert names[:3] == ("A", "B", "C")
    assert names[25:28] == ("Z", "AA", "AB")
    assert names[52] == "BA"


def test_overlapping_columns_use_the_dependent_form():
    """A column within another gets the p of its test against the rest."""
    shared_count = np.array([[30, 30], [30, 60]])
    shared_base = np.array([[50, 50], [50, 150]])

    tests = compare_columns(
        [30, 60], [50, 150], shared_count=shared_count, shared_base=shared_base
    )

    assert tests.p[0, 1] == pytest.approx(proportions_ztest([30, 30], [50, 100])[1])


def test_means_of_columns_are_tested_in_pairs():
    rng = np.random.default_rng(20263)
    groups = np.repeat([0, 1, 2, 3], [40, 50, 30, 6])
    values = rng.normal(groups * 0.8, 1 + groups)

    tests = compare_column_means(moments(values, groups=groups, size=4))

    pairs = list(itertools.combinations(range(3), 2))
    p = [
        ttest_ind(values[groups == i], values[groups == j], equal_var=False).pvalue
        for i, j in pairs
    ]
    assert [tests.p[pair] for pair in pairs] == pytest.approx(p)
    _, adjusted, _, _ = multipletests(p, method="holm")
    assert [tests.adjusted[pair] for pair in pairs] == pytest.approx(adjusted)
    assert np.isnan(tests.p[3]).all()


def test_columns_that_do_not_differ_seldom_get_letters():
    """Holm over 40 answers by 6 columns, all alike: any letter in at most 5 %."""
    rng = np.random.default_rng(20264)
    base = np.array([200, 150, 120, 90, 60, 40])
    any_letter = []
    for _ in range(200):
        count = rng.binomial(base, 0.4, size=(40, 6))
        tests = compare_columns(count, base)
        any_letter.append((tests.adjusted < 0.05).any())

    assert np.mean(any_letter) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)


def test_shares_nets_and_means_that_do_not_differ_seldom_get_letters():
    """As one family 5 % of tables at most; corrected apart, 9 % would have letters."""
    rng = np.random.default_rng(5)
    one, apart = [], []
    for _ in range(500):
        count = rng.multinomial(80, [0.15, 0.2, 0.3, 0.2, 0.15], size=4)
        nets = np.array(
            [count[:, :2].sum(1), count[:, 3:].sum(1), count[:, 1:4].sum(1)]
        )
        means = likert_summary(count[None]).moments
        parts = {
            correction: (
                compare_columns(count.T, np.full((5, 4), 80), correction=correction),
                compare_columns(nets, np.full((3, 4), 80), correction=correction),
                compare_column_means(means, correction=correction),
            )
            for correction in ("none", "holm")
        }
        together = one_family(*parts["none"], correction="holm")
        one.append((together.adjusted < 0.05).any())
        apart.append(any((part.adjusted < 0.05).any() for part in parts["holm"]))

    allowed = 0.05 + 2 * np.sqrt(0.05 * 0.95 / 500)
    assert np.mean(one) <= allowed < np.mean(apart)


def test_one_family_keeps_lines_in_order_and_both_halves_alike():
    """Corrected over the lines of all parts: statsmodels."""
    parts = [
        compare_columns(COUNT, BASE, correction="none"),
        compare_columns(COUNT[:1] // 2, BASE, correction="none"),
    ]

    found = one_family(*parts, correction="benjamini-hochberg")

    pairs = np.triu_indices(3, 1)
    p = np.concatenate([part.p[:, *pairs].ravel() for part in parts])
    expected = multipletests(p, method="fdr_bh")[1]
    assert found.adjusted[:, *pairs].ravel() == pytest.approx(expected)
    assert found.p[:2] == pytest.approx(parts[0].p, nan_ok=True)
    mirrored = found.adjusted.swapaxes(-1, -2)
    assert found.adjusted == pytest.approx(mirrored, nan_ok=True)
    assert np.isnan(found.adjusted[:, 3]).all()
