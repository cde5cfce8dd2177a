"""Means and medians that may be shown, and those that may not."""

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats
from statsmodels.stats.multitest import multipletests

from surveytools.analysis.estimation import Estimation
from surveytools.analysis.numbers import NumberTable
from surveytools.cleaning.codebook import Choice
from surveytools.cli import main
from surveytools.disclosure import SafeNumbers, protect_numbers
from surveytools.disclosure.number_letters import compare_numbers
from surveytools.disclosure.number_rules import hidden_deviations, hidden_numbers
from surveytools.disclosure.number_writing import (
    numbers_csv,
    numbers_html,
    numbers_json,
    numbers_markdown,
    tidy_numbers,
)
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile

MANY = np.arange(1.0, 41.0)
SOME = np.linspace(3, 9, 12)
FEW = np.array([5.0, 7.0, 1.0])


@pytest.fixture
def numbers(make_table):
    """A table of numbers; each argument has those of a group."""

    def make(*groups, outside=(), population=None, partition=True):
        table = make_table(
            [[len(group)] for group in groups],
            answers=(Choice("a0", "Answered"),),
            groups_partition=partition,
            no_group=len(outside),
            stub_label="Hours",
            estimation=Estimation(population=population or {}),
        )
        return NumberTable(table, *apart(*groups, outside=outside))

    return make


def apart(*groups, outside=()):
    """Numbers one after the other, and who is in which group, or in any."""
    sizes = [len(group) for group in groups]
    place = np.repeat([*range(len(groups)), -1], [*sizes, len(outside)])
    members = np.array([*(place == n for n in range(len(groups))), place >= 0])
    return np.concatenate([*groups, np.array(outside, dtype=float)]), members


def shown(table, *, threshold=5, profile=Profile.WORKSHOP):
    safe = protect_numbers(table, threshold=threshold, profile=profile)
    return safe.cells.set_index("group")


def hidden(table, **options):
    cells = shown(table, **options)
    assert (
        cells[cells["withheld"]][["mean", "low", "deviation", "median"]]
        .isna()
        .all(axis=None)
    )
    return cells.index[cells["withheld"]].tolist()


def test_means_and_deviations_as_scipy_computes_them(numbers):
    found = shown(numbers(MANY, SOME)).loc["g0"]
    low, high = stats.t.interval(0.95, 39, MANY.mean(), stats.sem(MANY))

    assert found["mean"] == pytest.approx(MANY.mean())
    assert found["deviation"] == pytest.approx(np.std(MANY, ddof=1))
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    assert found["median"] == 20.5
    tested = stats.quantile_test(MANY, p=0.5).confidence_interval()
    assert (found["median_low"], found["median_high"]) == (tested.low, tested.high)
    assert found["low_base"] == 1


def test_a_known_headcount_narrows_the_interval_of_a_mean(numbers):
    found = shown(numbers(MANY, SOME, population={"g0": 50})).loc["g0"]
    error = stats.sem(MANY) * np.sqrt(1 - 40 / 50)  # Cochran 1977, 2.6
    low, high = stats.t.interval(0.95, 39, MANY.mean(), error)

    assert (found["low"], found["high"]) == pytest.approx((low, high))


def test_a_small_group_is_withheld_with_another_that_hides_it(numbers):
    assert hidden(numbers(MANY, FEW, SOME)) == ["g1", "g2"]
    assert hidden(numbers(MANY, FEW, SOME), threshold=1) == []
    assert hidden(numbers(MANY, SOME)) == []


def test_one_who_has_nearly_all_is_withheld_though_the_base_is_shown(numbers):
    giant = np.array([1000.0, 30, 20, 10, 5, 4])
    table = numbers(MANY, giant, np.array([1.0, 2, 3, 1, 2, 3]), MANY + 3)
    cells = shown(table)

    # All but the two largest have 39 of the giant, and 10 % of 1000 are needed; with
    # the six others 51, so one more group goes.
    assert cells["withheld"].tolist() == [True, True, True, False, False]
    assert cells["base"].notna().all()


def could_be_shown(values):
    """The threshold of 5, and the p% rule with p = 10, written down anew."""
    largest_last = np.sort(values)
    enough = len(values) >= 5
    return enough and largest_last[:-2].sum() >= 0.1 * largest_last[-1]


def test_what_is_withheld_can_not_be_subtracted_from_totals():
    rng = np.random.default_rng(7)
    kept_some = 0
    for _ in range(300):
        sizes = rng.integers(1, 30, size=rng.integers(2, 6))
        groups = [rng.lognormal(1, 1.8, size=size) for size in sizes]
        outside = rng.lognormal(1, 1.8, size=rng.integers(0, 7))
        everybody = np.concatenate(groups)
        gone = hidden_numbers(
            *apart(*groups, outside=outside),
            np.zeros(len(groups) + 1, dtype=bool),
            threshold=5,
            profile=Profile.INTERNAL,
            partition=True,
        )
        kept = [g for g, out in zip(groups, gone[:-1], strict=True) if not out]
        rest = [g for g, out in zip(groups, gone[:-1], strict=True) if out]
        kept_some += len(kept)
        assert all(could_be_shown(group) for group in kept)
        if not gone[-1]:
            assert could_be_shown(everybody)
            assert not rest or could_be_shown(np.concatenate(rest))
            # The same table without groups gives the sum of those outside.
            assert not len(outside) or could_be_shown(outside)
        beyond = np.concatenate([*rest, outside])
        if kept and len(beyond) and (gone[-1] or not could_be_shown(outside)):
            assert could_be_shown(beyond) or not could_be_shown(everybody)
    assert kept_some > 300


def test_a_few_in_no_group_are_hidden_by_a_group_and_the_total(numbers):
    assert hidden(numbers(MANY, SOME, outside=[900.0])) == ["g0", "g1", "total"]
    assert hidden(numbers(MANY, SOME, outside=[2.0])) == ["g1", "total"]


EIGHT = np.array([0.0, 1, 1, 2, 3, 3, 4, 7])


def test_a_small_group_shows_its_mean_but_no_deviation(numbers):
    cells = shown(numbers(MANY, EIGHT, SOME, MANY + 5))

    assert cells.loc["g1", "mean"] == EIGHT.mean()
    # Nor does the next one, or the squares of all others would be told by subtraction.
    for group in ("g1", "g2"):
        assert cells.loc[group, ["low", "high", "deviation"]].isna().all()
        assert not cells.loc[group, "withheld"]
    for group in ("g0", "g3", "total"):
        assert cells.loc[group, ["low", "high", "deviation"]].notna().all()
    text = numbers_markdown(
        protect_numbers(
            numbers(MANY, EIGHT, SOME), threshold=5, profile=Profile.WORKSHOP
        )
    )
    assert "| G1 | 8 (below 30) | 2.62 | withheld | withheld |" in text
    assert "deviations and intervals of means below 11 respondents" in text


def test_whole_numbers_of_a_small_group_can_not_be_listed(numbers):
    def fitting(count, total, squares, least=0):
        """Sets of whole numbers with such a sum and, if known, sum of squares."""
        if count == 0:
            return int(total == 0 and squares in {0, None})
        return sum(
            fitting(
                count - 1,
                total - n,
                None if squares is None else squares - n * n,
                n,
            )
            for n in range(least, total // count + 1)
            if squares is None or count * n * n <= squares
        )

    cell = shown(numbers(MANY, EIGHT, SOME)).loc["g1"]
    total = round(cell["mean"] * 8)

    assert fitting(8, total, int((EIGHT**2).sum())) < 20  # with a deviation
    assert np.isnan(cell["deviation"])
    assert fitting(8, total, None) > 300


def test_one_with_nearly_all_squares_hides_the_deviation(numbers):
    # The others sum up to more than 10 % of it, their squares to less than 21 %.
    giant = np.array([100.0, 30, *np.full(12, 2.0)])

    cells = shown(numbers(MANY, giant, MANY + 3))

    assert cells.loc["g1", "mean"] == giant.mean()
    assert np.isnan(cells.loc["g1", "deviation"])


def test_deviations_that_are_withheld_can_not_be_subtracted():
    rng = np.random.default_rng(5)
    kept_some = 0
    for _ in range(200):
        sizes = rng.integers(1, 60, size=rng.integers(2, 6))
        outside = rng.normal(50, 10, size=rng.integers(0, 20))
        groups = [rng.normal(50, 10, size=size) for size in sizes]
        gone = hidden_deviations(
            *apart(*groups, outside=outside),
            np.zeros(len(groups) + 1, dtype=bool),
            threshold=5,
            partition=True,
        )
        rest = sizes[gone[:-1]].sum()
        kept_some += int((~gone[:-1]).sum())
        assert all(sizes[~gone[:-1]] >= 11)
        if not gone[-1]:
            assert rest == 0 or rest >= 11
            assert len(outside) == 0 or len(outside) >= 11
        elif not gone[:-1].all():
            # A table without groups tells the squares of all these together.
            assert rest + len(outside) >= 11
    assert kept_some > 300


def overlapping(*groups, numbers=MANY, threshold=5, profile=Profile.INTERNAL):
    """Groups are ranges of respondents; the last one said is all in any of them."""
    members = np.zeros((len(groups) + 1, len(numbers)), dtype=bool)
    for group, (first, last) in zip(members, groups, strict=False):
        group[first:last] = True
    members[-1] = members[:-1].any(axis=0)
    return hidden_numbers(
        numbers,
        members,
        np.zeros(len(members), dtype=bool),
        threshold=threshold,
        profile=profile,
        partition=False,
    ).tolist()


def test_all_less_a_group_that_overlaps_is_no_small_group():
    # One respondent is in the second group only, and no small group may be left over.
    assert overlapping((0, 39), (10, 40)) == [True, True, False]
    assert overlapping((0, 30), (10, 40)) == [False, False, False]
    assert overlapping((0, 39), (10, 40), threshold=1) == [False, False, False]


def test_groups_within_a_group_leave_no_few_over():
    # The second and third make the first but for two respondents.
    assert overlapping((0, 30), (0, 12), (14, 30), (5, 40))[1] is True
    assert overlapping((0, 30), (0, 12), (20, 30), (5, 40)) == [False] * 5


def test_one_with_nearly_all_is_not_left_over_by_overlapping_groups():
    rich = np.append(MANY, 1e6)

    # Those outside of the first group are ten, and one of them has nearly all.
    assert overlapping((0, 31), (10, 41), numbers=rich)[1] is True


def test_overlapping_groups_tell_no_one_number_by_least_squares():
    rng = np.random.default_rng(11)
    shown_some = 0
    for _ in range(150):
        people, groups = int(rng.integers(25, 60)), int(rng.integers(2, 6))
        members = rng.random((groups, people)) < rng.choice([0.3, 0.6, 0.9])
        members = np.vstack([members, members.any(axis=0)])
        numbers = rng.normal(50, 10, people)
        gone = hidden_numbers(
            numbers,
            members,
            np.zeros(groups + 1, dtype=bool),
            threshold=5,
            profile=Profile.INTERNAL,
            partition=False,
        )
        told = np.vstack([members[~gone], np.ones(people)]).astype(float)
        shown_some += int((~gone).sum())
        # The nearest that equations come to one respondent's number alone.
        nearest = told.T @ np.linalg.lstsq(told.T, np.eye(people), rcond=None)[0]
        assert np.abs(np.diag(nearest) - 1).min() > 1e-6
    assert shown_some > 150


def test_where_all_gave_the_same_number_only_an_internal_circle_sees_it(numbers):
    table = numbers(MANY, np.full(8, 3.0), SOME)

    assert hidden(table) == ["g1", "g2"]
    assert hidden(table, profile=Profile.INTERNAL) == []


def test_a_median_needs_as_many_numbers_on_either_side(numbers):
    cells = shown(numbers(MANY, np.linspace(1, 5, 9), np.linspace(1, 5, 11)))

    assert np.isnan(cells.loc["g1", "median"])
    assert cells.loc["g2", "median"] == 3
    # The interval of 11 numbers ends at the second smallest and second largest.
    assert cells.loc["g2", ["median_low", "median_high"]].isna().all()


def test_nobody_else_makes_safe_numbers(numbers):
    safe = protect_numbers(numbers(MANY, SOME), threshold=5, profile=Profile.PUBLIC)

    with pytest.raises(DisclosureError):
        SafeNumbers(safe.bases, safe.cells)
    with pytest.raises(DisclosureError):
        dataclasses.replace(safe, cells=safe.cells.assign(mean=1.0))
    safe.cells.loc[0, "mean"] = 1.0
    for write in (numbers_csv, numbers_html, numbers_json, numbers_markdown):
        with pytest.raises(DisclosureError):
            write(safe)


def test_formats_for_people_and_programs(numbers):
    table = numbers(MANY, FEW, SOME, np.array([]))
    safe = protect_numbers(table, threshold=5, profile=Profile.WORKSHOP)

    text = numbers_markdown(safe)
    assert (
        "| G0 | 40 (below 100) | 20.50 (16.76 to 24.24) | 11.69 "
        "| 20.50 (14.00 to 27.00) |" in text
    )
    assert "| G1 | withheld | withheld | withheld | withheld |" in text
    assert "| G3 | 0 | \N{EN DASH} | \N{EN DASH} | \N{EN DASH} |" in text
    assert "<td>20.50 (16.76 to 24.24)</td>" in numbers_html(safe)
    assert "t,g1,G1,,,,,,,,,true,0," in numbers_csv(safe)
    content = json.loads(numbers_json(safe))
    assert content["groups"][1]["mean"] is None
    assert content["groups"][0]["mean"] == 20.5


def test_hidden_numbers_change_no_output(numbers):
    one, other = (
        numbers_json(
            protect_numbers(
                numbers(MANY, few, some), threshold=5, profile=Profile.WORKSHOP
            )
        )
        for few, some in [(FEW, SOME), (SOME[:3], np.concatenate([SOME[3:], FEW]))]
    )

    assert one == other


def test_letters_of_means_agree_with_scipys_welch_test(numbers):
    groups = [MANY, MANY + 20, np.linspace(10, 50, 35), FEW]
    safe = protect_numbers(numbers(*groups), threshold=5, profile=Profile.INTERNAL)
    known = safe.cells["withheld"].tolist()
    compared = compare_numbers(safe)
    tested = [(0, 1), (0, 2), (1, 2)]
    tested = [pair for pair in tested if not (known[pair[0]] or known[pair[1]])]
    raw = [
        stats.ttest_ind(groups[one], groups[other], equal_var=False)
        for one, other in tested
    ]
    holm = multipletests([test.pvalue for test in raw], method="holm")[1]

    assert len(tested) >= 1
    assert compared.pairs["p"].tolist() == pytest.approx([t.pvalue for t in raw])
    assert compared.pairs["adjusted"].tolist() == pytest.approx(list(holm))
    bounds = raw[0].confidence_interval()
    assert tuple(compared.pairs.loc[0, ["low", "high"]]) == pytest.approx(tuple(bounds))
    assert compared.letters["g1"].startswith("A")
    assert compared.letters["g3"] == ""
    beside = tidy_numbers(safe, compared=compared).set_index("group")["no_letters"]
    assert beside[["g0", "g1", "g3"]].tolist() == ["", "", "withheld"]
    text = numbers_markdown(safe, compared=compared)
    assert "| G1 (B) | 40 (below 100) | 40.50 (36.76 to 44.24) A" in text
    assert "Welch's t test, Holm's correction over the table, 95% level" in text
    assert json.loads(numbers_json(safe, compared=compared))["pairs"]
    overlap = protect_numbers(
        numbers(MANY, SOME, partition=False), threshold=5, profile=Profile.INTERNAL
    )
    text = numbers_markdown(overlap, compared=compare_numbers(overlap))
    assert "No letters: the groups overlap, and Welch's test has no form" in text


def test_letters_of_means_that_were_made_otherwise_are_not_written(numbers):
    safe = protect_numbers(
        numbers(MANY, MANY + 20), threshold=5, profile=Profile.INTERNAL
    )
    compared = compare_numbers(safe)
    raw = compared.pairs.assign(difference=FEW[0])

    with pytest.raises(DisclosureError, match="compare_numbers alone"):
        dataclasses.replace(compared, pairs=raw)
    compared.pairs["difference"] = FEW[0]
    with pytest.raises(DisclosureError, match="compare_numbers alone"):
        numbers_json(safe, compared=compared)


CODEBOOK = """\
title = "Small survey"
[[items]]
code = "dept"
header = "Department?"
label = "Department"
kind = "single-response"
choices = [{ code = "it", label = "IT" }, { code = "ep", label = "EP" }]
[[items]]
code = "hours"
header = "Hours?"
label = "Hours"
kind = "number"
"""


def test_the_table_command_gives_means_of_a_numeric_item(tmp_path):
    lines = ["Department?,Hours?"]
    lines += [f"IT,{n}" for n in range(1, 21)] + [f"EP,{n}" for n in range(11, 31)]
    (tmp_path / "export.csv").write_text("\n".join([*lines, "EP,", ""]))
    (tmp_path / "codebook.toml").write_text(CODEBOOK)
    names = [str(tmp_path / name) for name in ("export.csv", "codebook.toml", "clean")]
    run = CliRunner().invoke
    cleaned = run(main, ["clean", names[0], "--codebook", names[1], "--out", names[2]])
    assert cleaned.exit_code == 0, cleaned.output

    options = ["table", names[2], "hours", "--by", "dept", "--threshold", "5"]
    result = run(main, options)
    assert result.exit_code == 0, result.output
    assert "| IT | 20 (below 30) | 10.50 (7.73 to 13.27) | 5.92 |" in result.output
    counted = run(main, [*options, "--base", "all"])
    assert "| Answered |" in counted.output
    book = tmp_path / "book.xlsx"
    assert run(main, [*options, "--format", "xlsx", "--out", str(book)]).exit_code == 0
    assert book.read_bytes()[:2] == b"PK"
    refused = run(main, [*options, "--net", "a=b", "--summary"])
    assert refused.exit_code == 1
    assert "item 'hours' holds numbers: --net, --summary is of counts" in refused.output
