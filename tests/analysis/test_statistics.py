"""Oracle: statsmodels' ``proportion_confint(method="wilson")``."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from surveytools.analysis import wilson_interval


@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.5, 0.8, 0.95, 0.99]),
)
def test_wilson_interval_agrees_with_statsmodels(counts, level):
    count, base = counts

    low, high = wilson_interval(count, base, level=level)

    expected = proportion_confint(count, base, alpha=1 - level, method="wilson")
    assert (low, high) == pytest.approx(expected, abs=1e-9)
    assert 0 <= low <= count / base <= high <= 1


def test_wilson_interval_of_newcombe_1998():
    """81 of 263: 0.2553 to 0.3662, Newcombe, Statistics in Medicine 17, table I."""
    low, high = wilson_interval([81, 15], [263, 148])

    assert low == pytest.approx([0.2553, 0.0624], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605], abs=5e-5)


def test_wilson_interval_is_exact_at_the_ends():
    low, high = wilson_interval([0, 7], [7, 7])

    assert low[0] == 0
    assert high[1] == 1


def test_wilson_interval_without_base_is_unknown():
    low, high = wilson_interval([[0], [0]], [0, 3])

    assert low.shape == (2, 2)
    assert np.isnan([low[:, 0], high[:, 0]]).all()


@pytest.mark.parametrize(
    ("count", "base"),
    [pytest.param(-1, 3, id="negative"), pytest.param(4, 3, id="above its base")],
)
def test_wilson_interval_refuses_impossible_counts(count, base):
    with pytest.raises(ValueError, match="count must lie between 0 and base"):
        wilson_interval(count, base)
