"""Titles: a claim only where intervals don't overlap and all is shown."""

import dataclasses

import numpy as np
import pytest

from surveytools.analysis.table import TOTAL
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure import select_group
from surveytools.presenting import finding
from surveytools.study import BaseKind

NEUTRAL = "Use of ML by department"


def by_two_departments(make, shares, base=200):
    """ML use in two departments and in all, first answer of given shares."""
    first = [int(share * base) for share in shares]
    counts = np.array([[k, base - k] for k in first])
    counts = np.vstack([counts, counts.sum(axis=0)])
    return make.table_of(
        counts,
        counts.sum(axis=1)[:, None, None],
        groups=[Choice("ep", "EP"), Choice("it", "IT"), Choice(TOTAL, "Total")],
        answers=make.choices(["Uses ML", "Doesn't"]),
    )


def test_a_group_far_above_is_named_with_its_share(make, words):
    table = by_two_departments(make, [0.8, 0.4])
    title = finding(make.sealed(table), make.plan("stacked"), words)
    assert title == f"{NEUTRAL}: “Uses ML” is highest in EP (80% of those who answered)"


def test_groups_with_overlapping_intervals_are_not_ranked(make, words):
    table = by_two_departments(make, [0.52, 0.49])
    title = finding(make.sealed(table), make.plan("stacked"), words)
    assert title == NEUTRAL


def test_a_withheld_group_stops_every_comparison(make, words):
    table = by_two_departments(make, [0.8, 0.2])
    hidden = table.cells["group"].eq("it")
    title = finding(make.sealed(table, hidden), make.plan("stacked"), words)
    assert title == NEUTRAL


def test_a_majority_of_everybody_needs_only_everybody(make, words):
    table = by_two_departments(make, [0.8, 0.75])
    hidden = table.cells["group"].eq("it")
    title = finding(make.sealed(table, hidden), make.plan("stacked"), words)
    assert title == f"{NEUTRAL}: most respondents answer “Uses ML” (78%)"


def test_the_highest_and_lowest_of_several_may_differ(make, words):
    counts = np.array([[80, 20], [75, 25], [40, 60], [195, 105]])
    table = make.table_of(
        counts,
        counts.sum(axis=1)[:, None, None],
        groups=[*make.choices(["EP", "IT", "BE"]), Choice(TOTAL, "Total")],
        answers=make.choices(["Uses ML", "Doesn't"]),
    )
    title = finding(make.sealed(table), make.plan("stacked"), words)
    assert title == (
        f"{NEUTRAL}: “Uses ML” is higher in EP (80% of those who answered) "
        "than in BE (40%)"
    )


@pytest.mark.parametrize(
    ("rates", "claim"),
    [
        pytest.param(
            [0.8, 0.3, 0.2],
            ": highest for a (80% of those who answered)",
            id="one leads",
        ),
        pytest.param([0.8, 0.79, 0.2], ": highest for a and b", id="two lead"),
        pytest.param([0.5, 0.5, 0.49], "", id="none leads"),
    ],
)
def test_the_first_answers_are_named_where_they_lead(make, words, rates, claim):
    table = make.sealed(make.chosen(["a", "b", "c"], rates, 150))
    assert finding(table, make.plan("bars"), words) == NEUTRAL + claim


@pytest.mark.parametrize(
    ("base", "of"),
    [
        ("all", "of respondents"),
        ("asked", "of those asked"),
        ("answered", "of those who answered"),
        ("selected-any", "of those who selected something"),
    ],
)
def test_a_share_is_said_to_be_of_its_base(make, words, base, of):
    table = make.chosen(["a", "b"], [0.8, 0.3], 150)
    table = dataclasses.replace(table, base=BaseKind(base))
    title = finding(make.sealed(table), make.plan("bars"), words)
    assert title == f"{NEUTRAL}: highest for a (80% {of})"


def test_a_small_base_supports_no_rank(make, words):
    table = make.sealed(make.chosen(["a", "b"], [0.8, 0.4], 10))
    assert finding(table, make.plan("bars"), words) == NEUTRAL


def test_heat_map_compares_everybody(make, words):
    title = finding(make.sealed(make.service_use()), make.plan("heatmap"), words)
    assert title == NEUTRAL  # thirty services, none apart from the next three


def test_top_two_levels_are_compared_over_rows(make, words):
    counts = [[5, 5, 10, 40, 40], [30, 30, 20, 10, 10]]
    table = make.sealed(make.scale(["SWAN", "EOS"], make.levels, counts))
    title = finding(table, make.plan("likert"), words)
    assert title == (
        f"{NEUTRAL}: highest for SWAN (“Satisfied” or “Very satisfied”: "
        "80% of those who answered)"
    )


def test_a_row_with_withheld_levels_stops_the_comparison(make, words):
    counts = [[5, 5, 10, 40, 40], [30, 30, 20, 10, 10]]
    table = make.scale(["SWAN", "EOS"], make.levels, counts)
    hidden = table.cells["row"].eq("r1") & table.cells["answer"].eq("c5")
    title = finding(make.sealed(table, hidden), make.plan("likert"), words)
    assert title == NEUTRAL


def test_services_that_most_do_not_know_are_named(make, words):
    aware = make.sealed(make.chosen(["a", "b"], [0.9, 0.3], 200))
    used = make.sealed(make.chosen(["a", "b"], [0.4, 0.1], 200))
    title = finding(used, make.plan("awareness"), words, second=aware)
    assert title == f"{NEUTRAL}: fewer than half of the respondents know b"


def test_awareness_that_may_be_one_half_is_not_called_less(make, words):
    aware = make.sealed(make.chosen(["a", "b"], [0.9, 0.46], 200))
    used = make.sealed(make.chosen(["a", "b"], [0.4, 0.1], 200))
    title = finding(used, make.plan("awareness"), words, second=aware)
    assert title == f"{NEUTRAL}: highest for a (40% of those who answered)"


def by_departments(make, shares, base):
    """Two answers of a multiple-response item in two departments and in all."""
    counts = [[[round(share * base) for share in of]] for of in shares]
    counts.append(
        [[sum(column) for column in zip(*(c[0] for c in counts), strict=True)]]
    )
    bases = np.array([base, base, 2 * base])[:, None, None]
    return make.table_of(
        counts,
        bases,
        groups=[*make.choices(["EP", "BE"]), Choice(TOTAL, "Total")],
        answers=make.choices(["SWAN", "NXCALS"]),
        answers_partition=False,
    )


def test_heat_map_names_the_answer_that_differs_most(make, words):
    table = by_departments(make, [(0.5, 0.05), (0.6, 0.7)], 100)
    title = finding(make.sealed(table), make.plan("heatmap"), words)
    assert title == (f"{NEUTRAL}: NXCALS 70% in BE, 5% in EP")


def test_heat_map_claims_no_difference_that_one_interval_alone_would_allow(make, words):
    # 95 % intervals of 20/100 and 36/100 don't overlap much: 4 comparisons want more.
    table = by_departments(make, [(0.5, 0.20), (0.5, 0.36)], 100)
    title = finding(make.sealed(table), make.plan("heatmap"), words)
    assert "NXCALS" not in title


def test_a_selected_group_stands_before_the_title(make, words):
    safe = select_group(make.sealed(make.ml_use()), "it")
    title = finding(safe, make.plan("bars"), words)
    assert title.startswith(f"IT: {NEUTRAL}")


def test_no_rank_among_answers_that_say_nothing(make, words):
    table = make.table_of(
        [[[20, 15, 165]]],
        200,
        groups=[Choice(TOTAL, "Total")],
        answers=[*make.choices(["a", "b"]), Choice("~no_answer", "No answer")],
    )
    assert finding(make.sealed(table), make.plan("bars"), words) == NEUTRAL


def test_french_titles(make, french):
    table = by_two_departments(make, [0.8, 0.4])
    title = finding(make.sealed(table), make.plan("stacked"), french)
    assert title.replace("\N{NO-BREAK SPACE}", " ") == (
        "Usage du ML : « Uses ML » est au maximum pour EP "
        "(80 % de ceux qui ont répondu)"
    )
