"""Oracles: R's documented results (``survey`` package, its own tests) and ``svy``."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from surveytools.analysis.statistics import (
    compare_domains,
    estimate_mean,
    estimate_proportion,
    estimate_ratio,
    estimate_total,
    kish_effect,
    sampling_design,
)
from surveytools.errors import SurveyError, SurveyErrors


@pytest.fixture(scope="module")
def strat(shared_data):
    return pd.read_csv(shared_data / "rsurvey" / "apistrat.csv")


@pytest.fixture(scope="module")
def clus(shared_data):
    return pd.read_csv(shared_data / "rsurvey" / "apiclus1.csv")


@pytest.fixture(scope="module")
def dstrat(strat):
    return sampling_design(
        len(strat), weights=strat.pw, strata=strat.stype, population=strat.fpc
    )


@pytest.fixture(scope="module")
def dclus(clus):
    return sampling_design(
        len(clus), weights=clus.pw, clusters=clus.dnum, population=clus.fpc
    )


def printed(number, digits):
    return f"{number:.{digits}f}"


def test_stratified_mean_and_total_are_those_of_r(strat, dstrat):
    """``svymean(~api00, dstrat)``, ``svytotal(~enroll, dstrat)``: tests/api.R."""
    mean = estimate_mean(strat.api00, dstrat)
    total = estimate_total(strat.enroll, dstrat)

    assert (printed(mean.value, 2), printed(mean.error, 4)) == ("662.29", "9.4089")
    assert (printed(total.value, 0), printed(total.error, 0)) == ("3687178", "114642")
    assert mean.degrees == 200 - 3


def test_cluster_mean_and_total_are_those_of_r(clus, dclus):
    """The same of ``dclus1``; DEff of ``svymean(~api00, dclus1, deff = TRUE)``."""
    mean = estimate_mean(clus.api00, dclus)
    total = estimate_total(clus.enroll, dclus)

    assert (printed(mean.value, 2), printed(mean.error, 3)) == ("644.17", "23.542")
    assert (printed(total.value, 0), printed(total.error, 0)) == ("3404940", "932235")
    assert printed(mean.effect, 4) == "9.3459"
    assert mean.degrees == 15 - 1


@pytest.mark.parametrize(
    ("school", "share", "total"),
    [
        ("E", ("0.786885", "0.0463"), ("4873.97", "1333.32")),
        ("H", ("0.076503", "0.0268"), ("473.86", "158.70")),
        ("M", ("0.136612", "0.0296"), ("846.17", "167.55")),
    ],
)
def test_shares_and_numbers_of_schools_are_those_of_r(
    clus, dclus, school, share, total
):
    """``svymean(~stype, dclus1)``, ``svytotal(~stype, dclus1)``: the package's site."""
    found = estimate_proportion(clus.stype == school, dclus)
    number = estimate_total(clus.stype == school, dclus)

    assert (printed(found.value, 6), printed(found.error, 4)) == share
    assert (printed(number.value, 2), printed(number.error, 2)) == total
    assert found.low < found.value < found.high


def test_domain_keeps_the_whole_design_as_r_does(shared_data):
    """``svymean(~x, subset(dfpc, x > 4))``: tests/domain.R; 6.195, SE 0.7555."""
    fpc = pd.read_csv(shared_data / "rsurvey" / "fpc.csv")
    design = sampling_design(
        len(fpc), weights=fpc.weight, strata=fpc.stratid, clusters=fpc.psuid
    )
    x = fpc.x.round(1)  # the file has single precision

    inside = estimate_mean(x, design, domain=x > 4)
    outside = estimate_mean(x, design, domain=x <= 4)
    ratio = estimate_ratio(x * (x > 4), x > 4, design)

    assert (printed(inside.value, 3), printed(inside.error, 7)) == (
        "6.195",
        "0.7555129",
    )
    assert (printed(outside.value, 6), printed(outside.error, 7)) == (
        "3.314286",
        "0.3117042",
    )
    assert (ratio.value, ratio.error) == pytest.approx((inside.value, inside.error))


def test_lonely_cluster_is_treated_as_in_r(clus):
    """``options(survey.lonely.psu)``: tests/lonely.psu.R."""

    def error(**options):
        design = sampling_design(
            len(clus), weights=clus.pw, strata=clus.dnum, **options
        )
        return printed(estimate_mean(clus.api00, design).error, 4)

    assert error(lonely="certainty") == "5.8058"
    assert error(lonely="centre") == "5.8281"  # R's "adjust"
    assert error(population=np.where(clus.dnum == 413, 1, 1000)) == "5.7344"
    with pytest.raises(SurveyError, match="one cluster only in '413'") as caught:
        error()
    assert "merge it with another stratum" in str(caught.value)


def test_simple_random_sample_with_fpc_samplics_60():
    """samplics#60: mean 31.9; SE 2.0905 in R where samplics gave 167.248257.

    The issue says where the wrong error came from, a factor of the root of the
    population of 6194 schools, and so the deviation of the 200 schools' growth. Any
    values with this mean and deviation must give R's error.
    """
    deviation = 167.248257 / np.sqrt(6194) * np.sqrt(200)
    values = stats.zscore(np.arange(200), ddof=1) * deviation + 31.9

    design = sampling_design(200, population=6194)
    mean = estimate_mean(values, design)

    assert (printed(mean.value, 1), printed(mean.error, 4)) == ("31.9", "2.0905")
    assert design.weights == pytest.approx(6194 / 200)


def test_simple_random_sample_gives_the_usual_interval():
    values = [3, 8, 4, 9, 11, 2]

    mean = estimate_mean(values, sampling_design(6))

    interval = stats.ttest_1samp(values, 0).confidence_interval()
    assert (mean.low, mean.high) == pytest.approx(tuple(interval))
    assert mean.effect == pytest.approx(1)


def svy_sample(frame, **design):
    svy = pytest.importorskip("svy", reason="needs the extra 'oracles'")
    polars = pytest.importorskip("polars", reason="needs the extra 'oracles'")
    columns = ["api00", "enroll", "api.stu", "stype", "dnum", "pw", "fpc", "awards"]
    data = polars.DataFrame({name: frame[name].to_list() for name in columns})
    return svy.Sample(data, svy.Design(wgt="pw", pop_size="fpc", **design))


def svy_values(estimate):
    (row,) = estimate.estimates
    return row.est, row.se, row.lci, row.uci


def values(estimate):
    return estimate.value, estimate.error, estimate.low, estimate.high


def test_estimates_agree_with_svy(strat, dstrat):
    estimation = svy_sample(strat, stratum="stype").estimation

    for ours, theirs in (
        (estimate_mean(strat.api00, dstrat), estimation.mean("api00")),
        (estimate_total(strat.enroll, dstrat), estimation.total("enroll")),
        (
            estimate_ratio(strat["api.stu"], strat.enroll, dstrat),
            estimation.ratio("api.stu", "enroll"),
        ),
    ):
        assert values(ours) == pytest.approx(svy_values(theirs), rel=1e-6)


def test_domain_estimates_agree_with_svy(clus, dclus):
    svy = pytest.importorskip("svy", reason="needs the extra 'oracles'")
    estimation = svy_sample(clus, psu="dnum").estimation
    domain = clus.awards == "Yes"

    mean = estimate_mean(clus.api00, dclus, domain=domain)

    theirs = estimation.mean("api00", where=svy.col("awards") == "Yes")
    assert values(mean) == pytest.approx(svy_values(theirs), rel=1e-6)


def test_clopper_pearson_interval_agrees_with_svy(clus, dclus):
    """svy's ``beta``, which is R's ``svyciprop(method = "beta")``."""
    estimation = svy_sample(clus, psu="dnum").estimation

    theirs = estimation.prop("stype", ci_method="beta").estimates
    for school, row in zip("EHM", theirs, strict=True):
        ours = estimate_proportion(
            clus.stype == school, dclus, method="clopper-pearson"
        )
        expected = (row.est, row.se, row.lci, row.uci)
        assert values(ours) == pytest.approx(expected, rel=1e-6)


def test_means_of_two_parts_are_compared_as_by_svy(clus, dclus):
    """svy's two-sample test, which is R's ``svyttest``."""
    categorical = svy_sample(clus, psu="dnum").categorical
    awarded = clus.awards == "Yes"

    found = compare_domains(clus.api00, dclus, domain=awarded, other=~awarded)

    theirs = categorical.ttest("api00", group="awards")
    assert found.difference == pytest.approx(theirs.diff[0].diff, rel=1e-6)
    assert found.statistic == pytest.approx(theirs.stats.t, rel=1e-6)
    assert found.p == pytest.approx(theirs.stats.p_value, rel=1e-6)


def test_a_part_within_the_other_is_compared_as_with_the_rest(clus, dclus):
    """With all: the mean of a part less that of all is (1 - W) times part less rest."""
    part, everybody = clus.stype == "E", np.ones(len(clus), dtype=bool)

    nested = compare_domains(clus.api00, dclus, domain=part, other=everybody)
    apart = compare_domains(clus.api00, dclus, domain=part, other=~part)

    others = 1 - clus.pw[part].sum() / clus.pw.sum()
    assert nested.difference == pytest.approx(others * apart.difference)


def test_overlapping_parts_of_a_simple_sample_err_as_often_as_they_say():
    """Simulated, no difference: the mean of a column in which many are in both."""
    rng = np.random.default_rng(20276)
    both, first = np.arange(100) < 60, np.arange(100) < 80
    design = sampling_design(100)

    p = np.array(
        [
            compare_domains(
                rng.normal(size=100), design, domain=first, other=both | ~first
            ).p
            for _ in range(1000)
        ]
    )

    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.025)


def test_parts_that_are_the_same_or_empty_are_not_compared():
    design, values = sampling_design(6), [1, 5, 2, 8, 3, 3]

    same = compare_domains(values, design, domain=[1] * 6, other=[1] * 6)
    nobody = compare_domains(values, design, domain=[1] * 6, other=[0] * 6)

    assert (same.difference, same.low, same.high) == (0, 0, 0)
    assert np.isnan([same.p, nobody.p, nobody.difference]).all()


def test_missing_answers_are_outside_the_domain(clus, dclus):
    holes = clus.api00.where(clus.stype != "H").to_numpy(dtype=float)

    with_holes = estimate_mean(holes, dclus)

    assert with_holes == estimate_mean(clus.api00, dclus, domain=clus.stype != "H")


def test_share_of_none_or_all_has_an_interval():
    design = sampling_design(30, weights=[1] * 20 + [3] * 10)

    none = estimate_proportion(np.zeros(30), design)
    everybody = estimate_proportion(np.ones(30), design)

    assert (none.value, none.low) == (0, 0)
    effective = 30 / kish_effect(design.weights)
    assert effective == pytest.approx(50**2 / 110)  # Kish: square of sum by squares
    z = stats.norm.ppf(0.975)
    assert none.high == pytest.approx(z**2 / (effective + z**2))  # Wilson's at 0
    assert everybody.low == pytest.approx(1 - none.high)
    assert everybody.high == 1


def test_share_of_a_census_is_known():
    known = estimate_proportion([1, 0, 1, 1], sampling_design(4, population=4))

    assert (known.low, known.value, known.high) == (0.75, 0.75, 0.75)


@pytest.mark.parametrize("answer", [0, 1])
def test_share_of_a_census_is_known_also_where_all_gave_one_answer(answer):
    known = estimate_proportion([answer] * 4, sampling_design(4, population=4))

    assert (known.low, known.value, known.high) == (answer, answer, answer)


@pytest.mark.parametrize("people", [40, 70, 1000])
def test_weights_that_round_do_not_make_a_share_of_all_surer(people):
    """30 times 40/30 by their own sum isn't 1: a bound would be 0.99999."""
    design = sampling_design(30, population=people)

    everybody = estimate_proportion([1] * 30, design)

    low, _ = proportion_confint(30, 30, method="wilson")
    assert everybody.value == 1
    assert everybody.low == pytest.approx(low)


def test_nobody_in_the_domain_is_unknown():
    design = sampling_design(3)

    for estimate in (estimate_mean, estimate_total, estimate_proportion):
        nobody = estimate([1, 0, 1], design, domain=[False] * 3)
        assert np.isnan([nobody.value, nobody.error, nobody.low]).all()
        assert nobody.base == 0


def test_design_says_what_is_wrong_with_it():
    with pytest.raises(SurveyErrors) as caught:
        sampling_design(4, strata=list("aabb"), population=[1, 1, 9, 8])
    first, second = str(caught.value).splitlines()
    assert first == (
        "stratum 'a' has 2 clusters in the sample and 1 in the population; "
        "correct the population"
    )
    assert second == (
        "stratum 'b' has more than one population size; give one number per stratum"
    )
    for options, message in (
        ({"weights": [1, 2]}, r"\(2,\) weights for 3 respondents"),
        ({"weights": [1, 2, -1]}, "weights must be numbers of 0 or more"),
        ({"strata": ["a", "b"]}, "2 strata for 3 respondents"),
        ({"clusters": ["a", None, "b"]}, "some of the clusters are missing"),
        ({"lonely": "average"}, "no treatment 'average'; there are error, certainty"),
    ):
        with pytest.raises(ValueError, match=message):
            sampling_design(3, **options)


def test_design_shows_no_respondents():
    design = sampling_design(3, weights=[7, 8, 9], clusters=["a", "a", "b"])

    assert repr(design) == "Design(3 respondents, 1 strata, 2 clusters)"
    assert design.degrees == 1


def test_estimates_refuse_what_does_not_fit():
    design = sampling_design(3)
    with pytest.raises(ValueError, match=r"\(2,\) values for 3 respondents"):
        estimate_mean([1, 2], design)
    with pytest.raises(ValueError, match="selected must be 1, 0 or missing"):
        estimate_proportion([1, 2, 0], design)
