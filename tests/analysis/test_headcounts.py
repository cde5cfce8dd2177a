"""Intervals of tables: method, level, and headcounts of departments."""

import dataclasses

import pytest
from statsmodels.stats.proportion import proportion_confint

from surveytools.analysis import tabulate
from surveytools.analysis.estimation import Headcounts
from surveytools.cleaning.codebook import Choice, Derivation, Item, Kind
from surveytools.errors import StudyError, SurveyErrors

KNOWN = Headcounts("dept", {"it": 40, "ep": 12, "sales": 9}, "List, 2026")


@pytest.fixture
def answers(responses):
    return responses(
        {
            "dept": ["it"] * 10 + ["ep"] * 12 + ["hse"] * 8,
            "use": ["yes"] * 4 + ["no"] * 6 + ["yes"] * 3 + ["no"] * 17,
        }
    )


def cell(table, group, answer="yes"):
    cells = table.cells.set_index(["group", "answer"])
    return cells.loc[(group, answer)]


@pytest.mark.parametrize(
    ("method", "known_as"),
    [("wilson", "wilson"), ("clopper-pearson", "beta"), ("agresti-coull", None)],
)
def test_intervals_by_name_as_statsmodels_computes_them(answers, method, known_as):
    table = tabulate(answers, "use", by="dept", interval=method, level=0.9)
    found = cell(table, "it")
    low, high = proportion_confint(
        4, 10, alpha=0.1, method=known_as or method.replace("-", "_")
    )

    assert (found["low"], found["high"]) == pytest.approx((low, high))


def test_a_known_headcount_narrows_the_interval_as_n_star_does(answers):
    table = tabulate(answers, "use", by="dept", headcounts=KNOWN)
    found = cell(table, "it")
    corrected = 10 * 39 / 30  # n* = n (N - 1) / (N - n), Cochran 1977, 3.2
    low, high = proportion_confint(0.4 * corrected, corrected, method="wilson")

    assert (found["low"], found["high"]) == pytest.approx((low, high))


def test_where_everybody_answered_the_interval_is_the_share(answers):
    found = cell(tabulate(answers, "use", by="dept", headcounts=KNOWN), "ep")

    assert found["low"] == found["high"] == found["share"] == 3 / 12


def test_without_a_headcount_nothing_is_corrected(answers):
    table = tabulate(answers, "use", by="dept", headcounts=KNOWN)
    plain = tabulate(answers, "use", by="dept")

    for group in ("hse", "total"):
        assert cell(table, group).equals(cell(plain, group))


def test_all_together_are_corrected_where_each_department_is_known(answers):
    known = dataclasses.replace(KNOWN, people={"it": 40, "ep": 12, "hse": 48})
    found = cell(tabulate(answers, "use", headcounts=known), "total")
    corrected = 30 * 99 / 70
    low, high = proportion_confint(7 / 30 * corrected, corrected, method="wilson")

    assert (found["low"], found["high"]) == pytest.approx((low, high))


def test_mentions_are_not_people(responses):
    answers = responses({"dept": ["it"] * 3, "tools": ["git+svn"] * 3})
    known = Headcounts("dept", {"it": 3})

    table = tabulate(answers, "tools", by="dept", base="mentions", headcounts=known)

    assert cell(table, "it", "git")["base"] == 6
    assert not table.estimation.population


def test_departments_with_more_answers_than_people_are_all_named(answers):
    wrong = Headcounts("dept", {"it": 9, "ep": 3}, file="people.csv")
    with pytest.raises(SurveyErrors) as caught:
        tabulate(answers, "use", by="dept", headcounts=wrong)
    with pytest.raises(StudyError, match="'ep'"):
        tabulate(answers, "dept", headcounts=Headcounts("dept", {"ep": 3}))

    assert [str(problem) for problem in caught.value.exceptions] == [
        (
            "people.csv: the headcount of 'it' is 9, and more answered; "
            "correct it, or leave the line out"
        ),
        (
            "people.csv: the headcount of 'ep' is 3, and more answered; "
            "correct it, or leave the line out"
        ),
    ]


def test_merged_departments_have_the_sum_of_their_headcounts(answers):
    groups = {"tech": ("it", "hse"), "ep": ("ep",)}
    merged = Item(
        "merged",
        "Department",
        Kind.SINGLE,
        choices=(Choice("tech", "Technical"), Choice("ep", "Physics")),
        derivation=Derivation("dept", "merge-units", groups),
    )
    sector = dataclasses.replace(
        merged,
        code="sector",
        choices=(Choice("all", "All"),),
        derivation=Derivation("merged", "regroup", {"all": ("tech", "ep")}),
    )
    items = (*answers.codebook.items, merged, sector)
    codebook = dataclasses.replace(answers.codebook, items=items)
    known = Headcounts("merged", {"it": 40, "ep": 12, "hse": 48})

    assert known.of(merged, codebook) == {"tech": 88, "ep": 12}
    assert known.of(sector, codebook) == {"all": 100}
    assert known.of(codebook.item("dept"), codebook) == {"it": 40, "ep": 12, "hse": 48}
    assert known.of(codebook.item("use"), codebook) == {}
    unknown = Headcounts("merged", {"it": 40, "ep": 12})
    assert unknown.of(merged, codebook) == {"ep": 12}
    assert unknown.of(sector, codebook) == {}
