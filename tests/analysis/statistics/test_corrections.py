"""Oracle: statsmodels' ``multipletests``; and simulations with a named seed."""

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from surveytools.analysis.statistics import adjust_p

METHODS = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("tests", [1, 2, 5, 40])
def test_adjusted_p_agrees_with_statsmodels(tests, method):
    rng = np.random.default_rng(tests)
    for p in (
        rng.random(tests),
        rng.random(tests) ** 6,
        np.round(rng.random(tests), 1),
    ):
        _, expected, _, _ = multipletests(p, method=METHODS[method])

        assert adjust_p(p, method=method) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_what_was_not_tested_is_no_part_of_the_family(method):
    p = np.array([[0.01, np.nan, 0.04], [0.03, 0.005, np.nan]])

    adjusted = adjust_p(p, method=method)

    tested = ~np.isnan(p)
    _, expected, _, _ = multipletests(p[tested], method=METHODS[method])
    assert adjusted[tested] == pytest.approx(expected)
    assert np.isnan(adjusted[~tested]).all()


def test_nothing_tested_stays_nothing():
    assert np.isnan(adjust_p([np.nan], method="holm")).all()
    assert adjust_p([0.2, 0.01], method="none").tolist() == [0.2, 0.01]


def test_adjustment_refuses():
    with pytest.raises(ValueError, match="p must lie between 0 and 1"):
        adjust_p([1.2], method="holm")
    with pytest.raises(ValueError, match="no correction 'bonferroni'; there are holm"):
        adjust_p([0.2], method="bonferroni")


def p_values(rng, *, effects, repetitions):
    """Two-sided p of normal statistics whose means are the effects."""
    z = rng.normal(size=(repetitions, len(effects))) + effects
    return 2 * norm.sf(np.abs(z))


def test_holm_keeps_the_family_wise_error_at_its_level():
    rng = np.random.default_rng(20261)
    effects = np.array([0] * 12 + [3] * 8)

    false = [
        (adjust_p(p, method="holm")[effects == 0] < 0.05).any()
        for p in p_values(rng, effects=effects, repetitions=4000)
    ]

    error = np.sqrt(0.05 * 0.95 / 4000)
    assert np.mean(false) <= 0.05 + 2 * error
    assert np.mean(false) > 0.02  # it isn't just blind


def test_benjamini_hochberg_keeps_false_discoveries_at_their_level():
    """Their expected share is 0.05 times the share of true null hypotheses, 0.6."""
    rng = np.random.default_rng(20262)
    effects = np.array([0] * 12 + [3] * 8)

    shares = []
    for p in p_values(rng, effects=effects, repetitions=4000):
        found = adjust_p(p, method="benjamini-hochberg") < 0.05
        shares.append(found[effects == 0].sum() / max(found.sum(), 1))

    error = np.std(shares) / np.sqrt(4000)
    assert np.mean(shares) <= 0.05
    assert np.mean(shares) == pytest.approx(0.05 * 0.6, abs=3 * error)
