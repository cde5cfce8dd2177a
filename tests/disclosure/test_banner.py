"""Letters, nets and summaries: right by other programs, and blind to hidden numbers."""

import itertools
from dataclasses import replace
from io import BytesIO, StringIO

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import stats
from scipy.stats.contingency import association
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from surveytools.analysis.table import TOTAL
from surveytools.cleaning.codebook import Choice, Kind, Missing
from surveytools.disclosure import protect
from surveytools.disclosure.banner import compare_groups
from surveytools.disclosure.details import details_of
from surveytools.disclosure.summaries import net_answers, summarise_scale
from surveytools.disclosure.writing import (
    as_csv,
    as_html,
    as_json,
    as_markdown,
    as_workbook,
    tidy,
)
from surveytools.errors import ParameterError
from surveytools.study.tabplan import BaseKind
from tests.disclosure.conftest import make_table

BIG = [[80, 20], [40, 60], [55, 45]]


def safe_of(counts, *, threshold=5, profile="workshop", **options):
    return protect(make_table(counts, **options), threshold=threshold, profile=profile)


def letters(safe, **options):
    cells = compare_groups(safe, **options).cells
    return {(c.group, c.answer): c.letters for c in cells.itertuples() if c.letters}


def test_letters_agree_with_statsmodels():
    """Pooled z tests of all pairs and answers, Holm over the table."""
    safe = safe_of(BIG)
    pairs = list(itertools.combinations(range(3), 2))
    tests = [
        (answer, one, other, proportions_ztest(
            [BIG[one][answer], BIG[other][answer]], [100, 100])[1])
        for answer in range(2)
        for one, other in pairs
    ]  # fmt: skip
    found = multipletests([p for *_, p in tests], method="holm")[0]
    expected = {}
    for (answer, one, other, _), differs in zip(tests, found, strict=True):
        if differs:
            high, low = sorted((one, other), key=lambda g: -BIG[g][answer])
            expected.setdefault((f"g{high}", f"a{answer}"), []).append("ABC"[low])

    assert letters(safe) == {
        place: " ".join(sorted(names)) for place, names in expected.items()
    }
    assert letters(safe)  # the example has differences


def test_each_group_is_compared_with_all_others_together():
    """statsmodels' z test of group A against B and C together."""
    cells = compare_groups(safe_of(BIG), correction="none").cells
    cell = cells[cells["group"].eq("g0") & cells["answer"].eq("a0")].iloc[0]

    p = proportions_ztest([80, 40 + 55], [100, 200])[1]
    assert cell["rest_p"] == pytest.approx(p)
    assert cell["rest_difference"] == pytest.approx(0.80 - 95 / 200)
    assert cell["rest_low"] < cell["rest_difference"] < cell["rest_high"]


def test_pairs_have_differences_with_intervals_and_p():
    """statsmodels' z test and Newcombe's interval of A and B."""
    pairs = compare_groups(safe_of(BIG)).pairs.set_index(["answer", "group", "other"])
    pair = pairs.loc[("a0", "g0", "g1")]

    assert len(pairs) == 2 * 3
    assert pair["difference"] == pytest.approx(0.4)
    bounds = confint_proportions_2indep(80, 100, 40, 100, method="newcomb")
    assert (pair["low"], pair["high"]) == pytest.approx(bounds)
    assert pair["p"] == pytest.approx(proportions_ztest([80, 40], [100, 100])[1])


def test_association_and_its_strength_agree_with_scipy():
    safe = safe_of(BIG)
    (line,) = compare_groups(safe).associations.itertuples()
    expected = stats.chi2_contingency(BIG, correction=False)

    assert (line.test, line.groups, line.degrees) == ("chi-square", 3, 2)
    assert line.statistic == pytest.approx(expected.statistic)
    assert line.p == pytest.approx(expected.pvalue)
    assert line.v == pytest.approx(association(BIG, method="cramer"))
    assert line.v_low < line.v < line.v_high
    text = as_markdown(safe, details=details_of(safe, correction="holm"))
    assert f"chi-square {expected.statistic:.1f} on 2 degrees of freedom" in text
    # Bergsma 2013, equations 8 to 11.
    phi = max(0, expected.statistic / 300 - 2 * 1 / 299)
    corrected = np.sqrt(phi / min(3 - 4 / 299 - 1, 2 - 1 / 299 - 1))
    assert f"Cramér's V less its bias {corrected:.2f} (" in text


def test_association_of_multiple_response_is_the_sum_over_choices():
    """scipy choice by choice; the first-order correction is 1 (Bilder et al. 2000)."""
    bases = [100, 110, 120]
    safe = safe_of(BIG, bases=bases, answers_partition=False, total_base=330)
    (line,) = compare_groups(safe).associations.itertuples()
    parts = [
        stats.chi2_contingency(
            [[row[at], base - row[at]] for row, base in zip(BIG, bases, strict=True)],
            correction=False,
        ).statistic
        for at in range(2)
    ]

    assert (line.test, line.degrees) == ("rao-scott", 4)
    assert line.statistic == pytest.approx(sum(parts))
    assert line.p == pytest.approx(stats.chi2.sf(sum(parts), 4))
    assert np.isnan(line.v)
    assert line.smallest_expected == pytest.approx(100 * 125 / 330)  # of a1, in A


def test_only_groups_that_are_shown_are_tested_for_association():
    one, other = (
        safe_of([*BIG, *hidden]) for hidden in ([[2, 1], [3, 30]], [[1, 2], [4, 29]])
    )
    compared = [compare_groups(safe).associations for safe in (one, other)]

    pd.testing.assert_frame_equal(*compared)
    expected = stats.chi2_contingency(BIG, correction=False)
    assert compared[0]["groups"].tolist() == [3]
    assert compared[0]["p"].iloc[0] == pytest.approx(expected.pvalue)
    text = as_markdown(one, details=details_of(one, correction="holm"))
    assert "of 3 groups that are shown, of 5" in text


def test_no_letters_below_a_base_of_thirty():
    counts = [[25, 4], [10, 90], [50, 50]]

    found = letters(safe_of(counts, threshold=1))

    assert all(group != "g0" for group, _ in found)
    assert "A" not in "".join(found.values())
    cells = compare_groups(safe_of(counts, threshold=1)).cells
    assert set(cells.loc[cells["group"].eq("g0"), "low_base"]) == {2}


@pytest.mark.parametrize(
    ("options", "reason", "why"),
    [
        pytest.param(
            {"groups_partition": False}, "overlap", "the groups overlap", id="overlap"
        ),
        pytest.param(
            {"base": BaseKind.MENTIONS, "respondents": (90, 90, 90, 270)},
            "mentions",
            "mentions are not",
            id="mentions",
        ),
    ],
)
def test_no_letters_where_the_test_does_not_hold(options, reason, why):
    safe = safe_of(BIG, **options)
    compared = compare_groups(safe)

    assert (compared.tested, compared.reason) == (False, reason)
    assert why in as_markdown(safe, details=details_of(safe, correction="holm"))
    assert compared.associations["test"].tolist() == [""]
    assert compared.pairs.empty
    assert set(compared.cells["letters"]) == {""}


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "groups overlap"),
        ("de", "groups overlap"),
        ("fr", "groupes se recoupent"),
    ],
)
@pytest.mark.parametrize(
    "write",
    [as_csv, as_html, as_json, as_markdown, as_workbook],
    ids=["csv", "html", "json", "md", "xlsx"],
)
def test_every_format_says_why_overlapping_groups_have_no_letters(write, language, why):
    safe = safe_of(BIG, groups_partition=False)
    content = write(
        safe, details=details_of(safe, correction="holm"), language=language
    )
    if isinstance(content, bytes):
        book = openpyxl.load_workbook(BytesIO(content))
        content = " ".join(
            str(v)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for v in row
        )

    assert why in content


def test_each_cell_says_why_it_has_no_letters():
    counts = [[80, 20], [40, 60], [2, 1], [2, 2], [10, 15]]
    safe = safe_of(counts)
    cells = tidy(safe, details=details_of(safe, correction="holm"))
    why = cells.groupby("group")["no_letters"].agg(set)

    assert why.drop(TOTAL).to_dict() == {
        "g0": {""},
        "g1": {""},
        "g2": {"withheld"},
        "g3": {"withheld"},
        "g4": {"base below 30"},
    }
    assert why[TOTAL] == {""}


def test_groups_of_different_dates_are_not_compared():
    """One group's numbers may be of an earlier release than the total's."""
    dates = (("g0", "2026-03-01"), ("g1", "2026-04-01"), ("g2", "2026-04-01"))
    safe = replace(safe_of(BIG), as_of=dates)
    compared = compare_groups(safe)

    assert compared.reason == "dates"
    assert compared.cells["rest_p"].isna().all()
    assert compared.associations["test"].tolist() == [""]
    text = as_markdown(safe, details=details_of(safe, correction="holm"))
    assert "numbers of the groups are of different dates" in text


def test_no_letter_depends_on_a_withheld_number():
    """Two tables alike in all that is shown give the same letters, byte by byte."""
    one = [[80, 20], [40, 60], [2, 1], [3, 30]]
    other = [[80, 20], [40, 60], [1, 2], [4, 29]]
    first, second = safe_of(one), safe_of(other)
    shown = [tidy(safe)[["count", "base", "share"]] for safe in (first, second)]
    pd.testing.assert_frame_equal(*shown)

    compared = [compare_groups(safe).cells for safe in (first, second)]
    pd.testing.assert_frame_equal(*compared)
    hidden = first.cells["withheld"].to_numpy()
    assert compared[0].loc[hidden, "rest_p"].isna().all()
    assert set(compared[0].loc[hidden, "letters"]) == {""}


SCALE = tuple(
    Choice(code, code.title(), value=value)
    for code, value in (
        ("awful", 1),
        ("bad", 2),
        ("fair", 3),
        ("good", 4),
        ("great", 5),
    )
)
UNSURE = Choice("unsure", "Don't know", missing=Missing.DONT_KNOW)


def likert(counts, answers=SCALE):
    table = make_table(counts, stub_kind=Kind.LIKERT, answers=answers)
    codes = [answer.code for answer in answers]
    names = dict(zip([f"a{i}" for i in range(len(codes))], codes, strict=True))
    cells = table.cells.assign(answer=table.cells["answer"].map(names))
    return protect(replace(table, cells=cells), threshold=5, profile="internal")


def test_boxes_and_mean_of_a_scale():
    """By numpy from the single answers."""
    counts = [10, 20, 30, 25, 15]
    answers = np.repeat([1, 2, 3, 4, 5], counts)

    found = summarise_scale(likert([counts])).set_index("group").loc["g0"]

    assert found["base"] == 100
    assert found["top"] == pytest.approx(np.mean(answers >= 4))
    assert found["bottom"] == pytest.approx(np.mean(answers <= 2))
    assert found["mean"] == pytest.approx(answers.mean())
    assert found["mean_low"] < answers.mean() < found["mean_high"]
    assert found["middle"] == pytest.approx(0.3)


def test_likert_70_a_level_that_nobody_chose_stays_in_its_place():
    """jbryer/likert#70: a level without answers shifted all the others."""
    found = summarise_scale(likert([[10, 20, 30, 40, 0]])).set_index("group").loc["g0"]

    assert found["top"] == pytest.approx(0.4)
    assert found["mean"] == pytest.approx((10 + 40 + 90 + 160) / 100)


def test_no_opinion_is_outside_the_scale():
    with_unsure = likert([[10, 20, 30, 25, 15, 50]], answers=(*SCALE, UNSURE))
    without = likert([[10, 20, 30, 25, 15]])

    pd.testing.assert_frame_equal(
        summarise_scale(with_unsure), summarise_scale(without)
    )


def test_nets_add_up_answers_that_are_shown():
    safe = likert([[10, 20, 30, 25, 15], [10, 10, 10, 10, 10]])

    found = net_answers(safe, {"Fine": ["good", "great"]}).set_index("group")

    assert found["count"].to_dict() == {"g0": 40, "g1": 20, "total": 60}
    assert found.loc["g0", "share"] == pytest.approx(0.4)


def test_a_net_with_a_withheld_answer_is_withheld():
    safe = safe_of([[80, 20], [2, 1]])

    found = net_answers(safe, {"Any": ["a0", "a1"]}).set_index("group")

    assert np.isnan(found.loc["g1", "count"])
    assert np.isnan(found.loc["g1", "share"])


def test_csv_has_nets_boxes_and_means_below_the_cells():
    """As the tables of people have them; of withheld answers, nothing."""
    safe = safe_of([[10, 20, 70], [2, 1, 0], [1, 1, 2]], stub_kind=Kind.LIKERT)
    details = details_of(safe, nets={"=Any": ("a0", "a1")}, summary=True, box=1)
    lines = pd.read_csv(StringIO(as_csv(safe, details=details)), keep_default_na=False)
    lines = lines.set_index(["line", "group"])

    assert list(lines.index.unique("line")) == [
        "answer",
        "net",
        "top",
        "bottom",
        "mean",
    ]
    assert lines.loc[("net", "g0"), "answer_label"] == "'=Any"
    assert float(lines.loc[("net", "g0"), "share"]) == pytest.approx(0.3)
    assert float(lines.loc[("top", "g0"), "share"]) == pytest.approx(0.7)
    assert lines.loc[("top", "g0"), "answer_label"] == "Top 1"
    assert float(lines.loc[("mean", "g0"), "mean"]) == pytest.approx(2.6)
    hidden = lines.xs("g1", level="group")
    assert hidden["withheld"].all()
    assert (hidden[["count", "share", "low", "high", "mean"]] == "").all(axis=None)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: net_answers(safe_of(BIG), {"X": ["a9"]}),
            "no answer 'a9'",
            id="code",
        ),
        pytest.param(
            lambda: net_answers(safe_of(BIG, bases=[90, 90, 90]), {"X": ["a0"]}),
            "overlap",
            id="multiple response",
        ),
        pytest.param(lambda: summarise_scale(safe_of(BIG)), "not a scale", id="kind"),
        pytest.param(
            lambda: summarise_scale(likert([[9, 9, 9, 9, 9]]), box=3),
            "no box of 3",
            id="box",
        ),
    ],
)
def test_what_cannot_be_computed_says_so(call, message):
    with pytest.raises(ParameterError, match=message):
        call()


def test_a_page_shows_letters_and_escapes_every_text():
    evil = "<script>alert(1)</script> | *x*"
    safe = safe_of(BIG, stub_label=evil, title=evil)
    details = details_of(safe, correction="holm", nets={evil: ["a0"]})

    page, text = as_html(safe, details=details), as_markdown(safe, details=details)

    assert "<script>" not in page + text
    assert "&lt;script&gt;" in page
    assert '<th scope="col">G0 (A)</th>' in page
    assert "80.0 % (80) B C" in page + text
    assert "Holm" in page
    assert "self-selection" in page


def test_fishers_test_leaves_withheld_numbers_out():
    """Shown cells as scipy has them; a withheld cell takes part in no test."""
    safe = safe_of([[40, 20], [20, 40], [38, 2], [28, 12]], sensitive=True)
    hidden = safe.cells["withheld"]

    compared = compare_groups(safe, test="fisher", correction="none").cells

    assert hidden.any()
    assert compared.loc[hidden, "rest_p"].isna().all()
    shown = compared["rest_p"].notna()
    assert shown.any()
    for cell in compared[shown].itertuples():
        own, total = (
            safe.cells[safe.cells["group"].eq(g) & safe.cells["answer"].eq(cell.answer)]
            for g in (cell.group, "total")
        )
        k, n = int(own["count"].iloc[0]), int(own["base"].iloc[0])
        rest = int(total["count"].iloc[0]) - k, int(total["base"].iloc[0]) - n
        table = [[k, n - k], [rest[0], rest[1] - rest[0]]]
        assert cell.rest_p == pytest.approx(stats.fisher_exact(table).pvalue)
