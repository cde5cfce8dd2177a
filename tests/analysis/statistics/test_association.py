"""Oracles: scipy, R's documented ``svychisq`` and ``ci.cramer``, exact expectations."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association

from surveytools.analysis.statistics import (
    chi_square_test,
    rao_scott_test,
    sampling_design,
)


@given(arrays(int, (3, 4), elements=st.integers(0, 30)))
def test_chi_square_and_v_agree_with_scipy(table):
    assume((table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).all())

    found = chi_square_test(table)

    expected = chi2_contingency(table, correction=False)
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
    assert (found.p, found.degrees) == (pytest.approx(expected.pvalue), expected.dof)
    assert found.smallest_expected == pytest.approx(expected.expected_freq.min())
    assert found.v == pytest.approx(association(table, method="cramer"), abs=1e-9)


def test_empty_rows_and_columns_are_left_out():
    found = chi_square_test([[8, 0, 2], [0, 0, 0], [3, 0, 9]])

    assert found == chi_square_test([[8, 2], [3, 9]])
    assert np.isnan(chi_square_test([[8, 2], [0, 0]]).p)
    assert np.isnan(chi_square_test([[0, 0], [0, 0]]).v)


def test_interval_of_v_is_that_of_r():
    """``ci.cramer(.05, 19.21, 2, 3, 200)`` of statpsych: .3099, .1601 to .4417."""
    # A table of 2 by 3 with 200 respondents, tilted until its chi-square is 19.21.
    base = np.array([[40, 30, 30], [40, 30, 30]], dtype=float)
    tilt = np.array([[1, -1, 0], [-1, 1, 0]])
    table = base + tilt * np.sqrt(19.21 / (2 / 40 + 2 / 30))

    found = chi_square_test(table)

    assert found.statistic == pytest.approx(19.21)
    assert found.v == pytest.approx(0.3099, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((0.1601, 0.4417), abs=5e-5)


def test_corrected_v_of_no_and_of_complete_association():
    """Bergsma 2013: the correction takes away chi-square's mean without association."""
    nothing = chi_square_test([[20, 20, 20], [20, 20, 20]])
    complete = chi_square_test(np.diag([10, 20, 30]))

    assert (nothing.v, nothing.corrected_v, nothing.low) == (0, 0, 0)
    assert complete.v == pytest.approx(1)
    assert complete.corrected_v == pytest.approx(1)


def test_interval_of_v_covers_as_often_as_it_says():
    """Simulated at a true V of 0 and of 0.3, in tables of 2 by 3 of 150 respondents."""
    rng = np.random.default_rng(20278)
    base = np.full((2, 3), 1 / 6)
    tilt = np.array([[1, -1, 0], [-1, 1, 0]])

    for v in (0, 0.3):
        shares = base + tilt * v / np.sqrt(4 * 6)
        tables = rng.multinomial(150, shares.ravel(), size=1000).reshape(-1, 2, 3)
        found = [chi_square_test(table) for table in tables]
        covered = np.mean([one.low <= v <= one.high for one in found])
        assert covered == pytest.approx(0.96, abs=0.025)


def test_impossible_counts_are_refused():
    for count in (-1, np.nan):
        with pytest.raises(ValueError, match="counts must be numbers of 0 or more"):
            chi_square_test([[1, 2], [3, count]])


def test_corrected_v_is_hardly_biased():
    rng = np.random.default_rng(20265)
    shares = np.full(20, 1 / 20)

    tables = rng.multinomial(60, shares, size=300).reshape(-1, 4, 5)
    found = [chi_square_test(table) for table in tables]

    assert np.mean([one.v for one in found]) > 0.2
    assert np.mean([one.corrected_v for one in found]) < 0.1


@pytest.fixture(scope="module")
def clus(shared_data):
    return pd.read_csv(shared_data / "rsurvey" / "apiclus1.csv")


def test_rao_scott_corrections_are_those_of_r(clus):
    """``svychisq(~sch.wide + stype, dclus1)``: the survey package's documentation.

    First order (``statistic = "Chisq"``): X-squared = 11.9409, df = 2, p = 0.005553.
    Second order: F = 5.1934, p = 0.02175.
    """
    design = sampling_design(
        len(clus), weights=clus.pw, clusters=clus.dnum, population=clus.fpc
    )
    rows, columns = (pd.factorize(clus[name])[0] for name in ("sch.wide", "stype"))

    found = rao_scott_test(rows, columns, design)

    assert f"{found.statistic:.4f}" == "11.9409"
    assert f"{found.corrected / found.degrees:.4f}" == "5.1934"
    assert (found.degrees, f"{found.p:.6f}") == (2, "0.005553")
    assert f"{found.second_p:.5f}" == "0.02175"


def test_rao_scott_leaves_out_who_did_not_answer():
    rng = np.random.default_rng(20266)
    rows, columns = rng.integers(-1, 3, 200), rng.integers(-1, 2, 200)

    found = rao_scott_test(rows, columns, sampling_design(200))

    table = pd.crosstab(
        rows[(rows >= 0) & (columns >= 0)], columns[(rows >= 0) & (columns >= 0)]
    )
    assert found.statistic == pytest.approx(
        chi2_contingency(table, correction=False).statistic
    )
    assert found.effect == pytest.approx(1, abs=0.15)
    assert np.isnan(rao_scott_test(rows, np.zeros(200), sampling_design(200)).p)
