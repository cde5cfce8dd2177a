"""Oracles: ``svy``, R's documented post-stratification, published effective bases."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from surveytools.analysis.statistics import estimate_mean, sampling_design
from surveytools.analysis.weights import (
    margin,
    post_stratify,
    rake,
    trim,
    weighting_report,
)
from surveytools.errors import SurveyError, SurveyErrors

SIZE = 3000


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(20274)
    department = rng.choice(list("abcdefgh"), SIZE)
    grade = np.where(
        (department == "a") & (rng.random(SIZE) < 0.7),
        "low",
        rng.choice(["low", "mid", "high"], SIZE),
    )
    return pd.DataFrame(
        {
            "department": department,
            "grade": grade,
            "site": rng.choice(["m", "p"], SIZE, p=[0.8, 0.2]),
            "weight": rng.choice([1.0, 2.5, 4.0], SIZE),
        }
    )


TARGETS = {
    "department": dict(
        zip("abcdefgh", (0.2, 0.1, 0.1, 0.15, 0.05, 0.2, 0.1, 0.1), strict=True)
    ),
    "grade": {"low": 0.3, "mid": 0.45, "high": 0.25},
    "site": {"m": 0.6, "p": 0.4},
}


def margins(answers):
    return [margin(name, answers[name], goal) for name, goal in TARGETS.items()]


def reached(answers, weights, name):
    sums = pd.Series(weights).groupby(answers[name].to_numpy()).sum()
    return (sums / sums.sum()).to_dict()


def raked_by_svy(answers, *, population, **options):
    svy = pytest.importorskip("svy", reason="needs the extra 'oracles'")
    polars = pytest.importorskip("polars", reason="needs the extra 'oracles'")
    data = polars.DataFrame({name: answers[name].to_list() for name in answers})
    controls = {
        name: {category: share * population for category, share in goal.items()}
        for name, goal in TARGETS.items()
    }
    sample = svy.Sample(data, svy.Design(wgt="weight"))
    raked = sample.weighting.rake(
        controls=controls, tol=1e-12, max_iter=1000, **options
    )
    return raked.data["rk_wgt"].to_numpy()


def test_raking_agrees_with_svy(answers):
    plain = answers.assign(weight=1.0)

    found = rake(margins(answers), tolerance=1e-12)

    expected = raked_by_svy(plain, population=SIZE)
    assert found.weights == pytest.approx(expected, rel=1e-6)
    for name, goal in TARGETS.items():
        assert reached(answers, found.weights, name) == pytest.approx(goal)


def test_raking_from_base_weights_agrees_with_svy(answers):
    totals = [
        margin(name, answers[name], {c: share * 12_000 for c, share in goal.items()})
        for name, goal in TARGETS.items()
    ]

    found = rake(totals, base_weights=answers["weight"], tolerance=1e-12)

    expected = raked_by_svy(answers, population=12_000)
    assert found.weights == pytest.approx(expected, rel=1e-6)
    assert found.report.mean == pytest.approx(4)


def test_base_weights_that_all_differ_are_raked_alike(answers):
    rng = np.random.default_rng(20275)
    jittered = answers.assign(weight=rng.random(SIZE) + 0.5)

    found = rake(margins(answers), base_weights=jittered["weight"], tolerance=1e-12)

    expected = raked_by_svy(jittered, population=SIZE)
    assert found.weights == pytest.approx(expected, rel=1e-6)


def test_post_stratification_is_that_of_r(shared_data):
    """``postStratify(dclus1, ~stype, pop.types)``: tests/api.R; mean 642.31.

    Its summary shows probabilities, one over the weights, from 0.01854 to 0.03257.
    """
    clus = pd.read_csv(shared_data / "rsurvey" / "apiclus1.csv")
    schools = margin("stype", clus.stype, {"E": 4421, "H": 755, "M": 1018})

    found = post_stratify(schools, base_weights=clus.pw)

    assert f"{1 / found.report.largest:.5f}" == "0.01854"
    assert f"{1 / found.report.smallest:.5f}" == "0.03257"
    design = sampling_design(
        len(clus), weights=found.weights, clusters=clus.dnum, population=clus.fpc
    )
    assert f"{estimate_mean(clus.api00, design).value:.2f}" == "642.31"


def test_report_says_what_weights_cost():
    """Weights 10, 1, 1 … for ten: effective base 3.311927, as R gives it."""
    report = weighting_report([10, *[1] * 9, 0])

    assert report.base == 10
    assert report.effective_base == pytest.approx(3.311927, abs=1e-6)
    assert report.efficiency == pytest.approx(0.3311927, abs=1e-7)
    assert (report.smallest, report.mean, report.largest) == (1, 1.9, 10)
    assert weighting_report([]).base == 0


def test_weighting_reports_how_it_went(answers):
    found = rake(margins(answers))

    assert found.report.base == SIZE
    assert found.report.mean == pytest.approx(1)
    assert 0 < found.report.efficiency < 1
    assert found.report.smallest < 1 < found.report.largest
    assert 1 < found.iterations < 50
    assert found.misfit <= 1e-8
    assert found.trimmed == 0


def test_trimmed_weights_keep_limits_and_margins(answers):
    free = rake(margins(answers))
    found = rake(margins(answers), limits=(0.25, 2.5))

    assert free.report.largest > 2.5
    assert found.report.largest <= 2.5 * (1 + 1.1e-6)
    assert found.report.smallest >= 0.25 * (1 - 1.1e-6)
    assert found.report.mean == pytest.approx(1)
    assert found.trimmed > 0
    assert found.trimmed == np.isclose(found.weights, 2.5, rtol=1e-5).sum() + (
        np.isclose(found.weights, 0.25, rtol=1e-5).sum()
    )
    assert found.report.efficiency > free.report.efficiency
    for name, goal in TARGETS.items():
        assert reached(answers, found.weights, name) == pytest.approx(goal)


def test_who_has_no_category_keeps_the_others_weights(answers):
    holes = answers["site"].where(np.arange(SIZE) % 10 > 0)
    goal = margin("site", holes, TARGETS["site"])

    found = rake([margins(answers)[0], goal])

    known = holes.notna()
    assert reached(answers[known], found.weights[known], "site") == pytest.approx(
        TARGETS["site"]
    )
    assert reached(answers, found.weights, "department") == pytest.approx(
        TARGETS["department"]
    )


def test_who_has_no_base_weight_gets_none(answers):
    base = np.where(np.arange(SIZE) % 3, 1.0, 0.0)

    found = rake(margins(answers), base_weights=base)

    assert (found.weights[base == 0] == 0).all()
    assert found.report.base == np.count_nonzero(base)
    assert found.report.mean == pytest.approx(1)


def test_margin_names_every_category_that_cannot_be_met():
    with pytest.raises(SurveyErrors) as caught:
        margin(
            "department",
            ["ep", "it", "it", "be", None],
            {"ep": 100, "it": 0, "hse": 20, "te": -1},
        )

    problems = str(caught.value).splitlines()
    assert [problem.split(";")[0] for problem in problems] == [
        "margin 'department' has respondents in 'be' and no target",
        "margin 'department' has respondents in 'it' and the target 0",
        "margin 'department' has a target for 'hse' and nobody in it",
        "margin 'department' has the target -1.0 for 'te'",
    ]
    assert problems[2].endswith(
        "merge it with one that has respondents, or leave it out (without)"
    )


def test_shares_must_add_up_to_one():
    with pytest.raises(SurveyError) as caught:
        margin("site", ["m", "p"], {"m": 0.6, "p": 0.3})

    assert str(caught.value) == (
        "the shares of margin 'site' add up to 0.9; make them add up to 1"
    )


def test_totals_that_contradict_one_another_are_named():
    one = margin("department", ["ep", "it"], {"ep": 600, "it": 400})
    other = margin("site", ["m", "p"], {"m": 700, "p": 400})
    shares = margin("grade", ["low", "low"], {"low": 1})

    with pytest.raises(SurveyError) as caught:
        rake([one, other, shares])

    assert str(caught.value) == (
        "margin 'site' adds up to 1100 and margin 'department' to 1000; "
        "correct a total, or give shares that add up to 1"
    )


def test_shares_and_totals_go_together():
    one = margin("department", list("aabb"), {"a": 600, "b": 400})
    other = margin("site", list("mpmp"), {"m": 0.7, "p": 0.3})

    found = rake([one, other])

    assert found.weights == pytest.approx([420, 180, 280, 120])


def test_margins_that_no_weights_meet_are_named():
    """All of department a are on site m, so that m can't be fewer than a."""
    one = margin("department", list("aabb"), {"a": 0.6, "b": 0.4})
    other = margin("site", list("mmmp"), {"m": 0.5, "p": 0.5})

    with pytest.raises(SurveyError) as caught:
        rake([one, other], iterations=100)

    assert str(caught.value) == (
        "no weights met all margins: after 100 passes, margin 'department' has 0.5 in "
        "'b' where 0.4 is wanted; merge its categories, or leave the margin out"
    )


@pytest.mark.parametrize("limits", [(0.3, 2.5), (0.645, 3), (0.3, 8)])
def test_trimmed_weights_are_the_nearest(answers, limits):
    """Oracle: scipy's SLSQP minimises the distance of raking under the same bounds."""
    few = answers.head(60)
    goals = [
        margin(name, few[name], {c: TARGETS[name][c] for c in TARGETS[name]})
        for name in ("grade", "site")
    ]

    found = rake(goals, limits=limits, tolerance=1e-11)

    sides = [goal.codes == k for goal in goals for k in range(len(goal.categories))]
    sides = np.array(sides[:-1], dtype=float)  # the last one follows from the others
    wanted = np.concatenate([goal.targets for goal in goals])[:-1] * 60
    best = minimize(
        lambda w: np.sum(w * np.log(w) - w + 1),
        np.ones(60),
        jac=np.log,
        bounds=[limits] * 60,
        constraints={"type": "eq", "fun": lambda w: sides @ w - wanted},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert best.success
    assert (found.trimmed > 0) == (limits[1] < 8)
    assert found.weights == pytest.approx(best.x, abs=1e-4)


def test_limits_that_no_weights_meet_are_named():
    """A fifth of the respondents should be half of all: a weight of 2.5."""
    one = margin("site", list("mpppp"), {"m": 0.5, "p": 0.5})

    with pytest.raises(SurveyError) as caught:
        rake([one], limits=(0.2, 2), iterations=50)

    assert str(caught.value) == (
        "no weights from 0.2 to 2 met all margins: after 50 passes, margin 'site' has "
        "0.4444 in 'm' where 0.5 is wanted; widen the limits, merge its categories, or "
        "leave the margin out"
    )


def test_trim_keeps_the_sum_and_the_proportions_between():
    weights = np.array([0.1, 0.5, 1, 1, 1.4, 2, 8, 0])

    found = trim(weights, limits=(0.3, 2))

    assert found.sum() == pytest.approx(14)
    assert found[[0, 6, 7]] == pytest.approx([0.6, 4, 0])
    assert found[2:6] / found[2] == pytest.approx([1, 1, 1.4, 2])


def test_trim_keeps_the_sum_where_all_weights_are_cut():
    assert trim([0.1, 1.9], limits=(0.5, 1.2)) == pytest.approx([0.8, 1.2])
    assert trim([3, 3], limits=(0.5, 1.2)) == pytest.approx([3, 3])
    assert trim([0, 0], limits=(0.5, 1.2)).tolist() == [0, 0]


@pytest.mark.parametrize("limits", [(1.2, 3), (0.3, 0.9), (-1, 2)])
def test_limits_must_have_the_mean_between_them(limits, answers):
    with pytest.raises(ValueError, match="limits must have the mean weight"):
        trim([1, 2], limits=limits)
    with pytest.raises(ValueError, match="limits must have the mean weight"):
        rake(margins(answers), limits=limits)


def test_weights_refuse_what_does_not_fit(answers):
    with pytest.raises(ValueError, match="no margin to weight to"):
        rake([])
    with pytest.raises(ValueError, match="margin 'site' has 2 respondents of 3000"):
        rake([*margins(answers), margin("site", ["m", "p"], TARGETS["site"])])
    with pytest.raises(ValueError, match="weights must be numbers of 0 or more"):
        rake(margins(answers), base_weights=np.full(SIZE, -1.0))
    with pytest.raises(SurveyError, match="nobody has a weight to begin with"):
        rake(margins(answers), base_weights=np.zeros(SIZE))


def test_reprs_show_no_respondents(answers):
    one, *_ = margins(answers)

    assert repr(one) == "Margin('department', 8 categories)"
    assert repr(rake([one])).startswith("Weighting(WeightingReport(base=3000,")
