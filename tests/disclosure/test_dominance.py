"""Rules for totals, with the numbers that others published."""

import numpy as np
import pytest

from surveytools.disclosure.dominance import n_k_rule, p_percent_rule


@pytest.mark.parametrize(
    ("p", "hidden"),
    [pytest.param(20, False, id="20"), pytest.param(25, True, id="25")],
)
def test_p_percent_rule_as_labour_statistics_explain_it(p, hidden):
    """Utah's handbook of the QCEW (page "08 disclosure test"): 75 employees in the
    largest firm, 8 in the second, 18 in all others are 24 % of the largest."""
    assert p_percent_rule([8, 75, 10, 8], p=p).hidden is hidden


@pytest.mark.parametrize(
    ("largest", "hidden"),
    [pytest.param([45, 41], True, id="86 %"), pytest.param([45, 40], False, id="85 %")],
)
def test_n_k_rule_is_strict(largest, hidden):
    """sdcLog (R): hidden if the sum of the n largest is *more than* k % of the total;
    its default is n = 2, k = 85."""
    others = [1] * (100 - sum(largest))

    assert n_k_rule([*others, *largest], n=2, k=85).hidden is hidden


def test_protection_makes_the_bound_wide_enough():
    contributions = np.array([75.0, 8, 10, 8])

    above = p_percent_rule(contributions, p=30).above

    bound = contributions.sum() + above - 10  # what the second largest can tell
    assert bound == pytest.approx(1.3 * 75)


def test_one_contributor_is_told_by_any_total():
    assert p_percent_rule([7], p=5).hidden
    assert n_k_rule([7], n=1, k=99).hidden


def test_nothing_is_told_by_nothing():
    assert not p_percent_rule([], p=5).hidden
    assert not p_percent_rule([0, 0], p=5).hidden
    assert not n_k_rule([], n=1, k=50).hidden


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        pytest.param(p_percent_rule, {"p": 0}, id="p"),
        pytest.param(n_k_rule, {"n": 0, "k": 50}, id="n"),
        pytest.param(n_k_rule, {"n": 1, "k": 100}, id="k"),
    ],
)
def test_rules_refuse_limits_that_make_no_sense(rule, options):
    with pytest.raises(ValueError, match=r"above 0|at least 1"):
        rule([1, 2], **options)


def test_rules_refuse_what_is_no_number():
    with pytest.raises(ValueError, match="finite"):
        p_percent_rule([1, np.nan], p=5)
