"""Letters of nets, boxes and means: one family, right by other programs, blind."""

import csv
import itertools
import json
from dataclasses import replace
from html import escape
from io import BytesIO, StringIO

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from surveytools.cleaning.codebook import Choice, Kind, Missing
from surveytools.disclosure import protect
from surveytools.disclosure.banner import compare_groups
from surveytools.disclosure.details import details_of
from surveytools.disclosure.writing import (
    as_csv,
    as_html,
    as_json,
    as_markdown,
    as_workbook,
    tidy,
)
from surveytools.study.tabplan import BaseKind
from tests.disclosure.conftest import make_table

VALUES = (1, 2, 3, 4, 6)
"""Not evenly spaced, so that the mean isn't that of places."""
ANSWERS = (
    *(Choice(f"a{i}", f"A{i}", value=value) for i, value in enumerate(VALUES)),
    Choice("a5", "Don't know", missing=Missing.DONT_KNOW),
)
NETS = {"Unhappy": ["a0", "a1"], "Unsure": ["a2", "a5"]}
COUNTS = [
    [30, 25, 20, 15, 10, 12],
    [10, 15, 20, 25, 30, 8],
    [22, 20, 18, 20, 20, 9],
    [9, 8, 7, 8, 6, 40],
]
GROUPS = [f"g{i}" for i in range(4)]
LINES = ("net", "net", "top", "bottom", "mean")


def scale_of(counts):
    table = make_table(counts, stub_kind=Kind.LIKERT, answers=ANSWERS)
    return protect(table, threshold=5, profile="internal")


def answers_of(group):
    """Give every single answer of those with an opinion, as its value."""
    return np.repeat(VALUES, group[:5]).astype(float)


def p_of(one, other, test):
    """Test two counts with bases by statsmodels, or scipy."""
    (k, n), (other_k, other_n) = one, other
    if test == "fisher":
        return stats.fisher_exact([[k, n - k], [other_k, other_n - other_k]]).pvalue
    return proportions_ztest([k, other_k], [n, other_n])[1]


def expected_tests(counts, test):
    """List all comparisons of the table, with value of either group and p."""
    parts = [("answer", f"a{at}", [at], range(6)) for at in range(6)]
    parts += [
        ("net", label, [int(code[1]) for code in codes], range(6))
        for label, codes in NETS.items()
    ]
    parts += [("top", "", [3, 4], range(5)), ("bottom", "", [0, 1], range(5))]
    found = []
    for one, other in itertools.combinations(range(len(counts)), 2):
        for line, name, chosen, base in parts:
            of_both = [
                (sum(counts[g][at] for at in chosen), sum(counts[g][at] for at in base))
                for g in (one, other)
            ]
            shares = [k / n for k, n in of_both]
            found.append((line, name, one, other, *shares, p_of(*of_both, test)))
        both = [answers_of(counts[group]) for group in (one, other)]
        means = [values.mean() for values in both]
        p = stats.ttest_ind(*both, equal_var=False).pvalue
        found.append(("mean", "", one, other, *means, p))
    return found


@pytest.mark.parametrize("test", ["z", "fisher"])
@pytest.mark.parametrize(
    ("correction", "theirs"),
    [("holm", "holm"), ("benjamini-hochberg", "fdr_bh"), ("none", None)],
)
def test_all_lines_are_one_family_as_statsmodels_corrects_it(test, correction, theirs):
    """Answers and nets by z or Fisher, means by scipy's Welch test; corrected once."""
    tests = expected_tests(COUNTS, test)
    p = [each[-1] for each in tests]
    adjusted = multipletests(p, method=theirs)[1] if theirs else p
    details = details_of(
        scale_of(COUNTS), correction=correction, test=test, nets=NETS, summary=True
    )
    compared = details.comparisons

    pairs = compared.pairs.set_index(["line", "answer", "group", "other"])
    assert len(pairs) == len(tests) == 6 * (6 + 2 + 3)
    letters = {}
    for (line, name, one, other, value, beside, raw), corrected in zip(
        tests, adjusted, strict=True
    ):
        pair = pairs.loc[(line, name, f"g{one}", f"g{other}")]
        assert pair["difference"] == pytest.approx(value - beside)
        assert pair["p"] == pytest.approx(raw, rel=1e-7)
        assert pair["adjusted"] == pytest.approx(corrected, rel=1e-7)
        if corrected < 0.05:
            high, low = (one, other) if value > beside else (other, one)
            given = letters.setdefault((line, name, f"g{high}"), [])
            given.append("ABCD"[low])
    shown = {
        ("answer", c.answer, c.group): c.letters for c in compared.cells.itertuples()
    }
    shown |= {
        (c.line, c.answer, c.group): c.letters for c in compared.below.itertuples()
    }
    expected = {place: " ".join(sorted(names)) for place, names in letters.items()}
    assert {place: text for place, text in shown.items() if text} == expected
    assert {place[0] for place in expected} == {"answer", *LINES}


def test_the_family_grows_with_what_is_compared():
    """A net makes the correction of the answers stricter, and says so."""
    safe = scale_of(COUNTS)
    alone = compare_groups(safe).pairs
    beside = compare_groups(safe, nets=NETS).pairs
    answers = beside[beside["line"].eq("answer")].reset_index(drop=True)

    assert "line" not in alone
    pd.testing.assert_series_equal(answers["p"], alone["p"])
    assert (answers["adjusted"] >= alone["adjusted"]).all()
    assert answers["adjusted"].gt(alone["adjusted"]).any()


def test_deviation_of_the_values_is_that_of_the_shown_counts():
    summary = details_of(scale_of(COUNTS), summary=True).summary.set_index("group")

    for group, counts in zip(GROUPS, COUNTS, strict=True):
        expected = answers_of(counts).std(ddof=1)
        assert summary.loc[group, "deviation"] == pytest.approx(expected)


def test_rows_of_a_matrix_keep_their_letters():
    """Uncorrected, each row has the letters that it has as a table of its own."""
    second = [COUNTS[at] for at in (2, 3, 0, 1)]
    tables = [
        make_table(counts, stub_kind=Kind.MATRIX, answers=ANSWERS)
        for counts in (COUNTS, second)
    ]
    cells = pd.concat(
        [
            table.cells.assign(row=row)
            for row, table in zip(("r0", "r1"), tables, strict=True)
        ]
    )
    order = cells["group"].map({code: at for at, code in enumerate([*GROUPS, "total"])})
    cells = cells.assign(order=order).sort_values(["order", "row"], kind="stable")
    matrix = replace(
        tables[0],
        rows=(Choice("r0", "R0"), Choice("r1", "R1")),
        cells=cells.drop(columns="order").reset_index(drop=True),
    )
    options = {"correction": "none", "nets": NETS, "box": 2}
    safe = protect(matrix, threshold=5, profile="internal")
    below = compare_groups(safe, **options).below

    assert below["line"].tolist() == np.repeat(LINES, 5 * 2).tolist()
    for row, counts in (("r0", COUNTS), ("r1", second)):
        own = below[below["row"].eq(row)].drop(columns="row").reset_index(drop=True)
        alone = compare_groups(scale_of(counts), **options).below
        pd.testing.assert_frame_equal(own, alone.drop(columns="row"))
        assert own["letters"].ne("").any()


SMALL = [*COUNTS[:2], [2, 1, 0, 0, 1, 0], [1, 1, 1, 1, 0, 0], [5, 5, 6, 5, 5, 20]]
"""Two groups withheld, and one of which 26 of 46 have an opinion."""


def test_each_line_says_why_it_has_no_letters():
    safe = scale_of(SMALL)
    details = details_of(safe, correction="holm", nets=NETS, summary=True)
    lines = pd.read_csv(StringIO(as_csv(safe, details=details)), keep_default_na=False)
    why = (
        lines.set_index(["group", "line"])["no_letters"].groupby(level=[0, 1]).agg(set)
    )

    assert why["g0"].to_dict() == {line: {""} for line in ("answer", *LINES)}
    assert why["g2"].to_dict() == {line: {"withheld"} for line in ("answer", *LINES)}
    assert why["g4"].to_dict() == {
        "answer": {""},
        "net": {""},
        **{line: {"base below 30"} for line in ("top", "bottom", "mean")},
    }
    pairs = details.comparisons.pairs
    tested = {*pairs["group"], *pairs["other"]}
    assert tested == {"g0", "g1", "g4"}
    of_scale = pairs[pairs["line"].isin(["top", "bottom", "mean"])]
    assert {*of_scale["group"], *of_scale["other"]} == {"g0", "g1"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"groups_partition": False}, "overlap", id="overlap"),
        pytest.param({"base": BaseKind.MENTIONS}, "mentions", id="mentions"),
        pytest.param(
            {"as_of": (("g0", "2026-03-01"), ("g1", "2026-04-01"))}, "dates", id="dates"
        ),
    ],
)
def test_where_there_are_no_letters_nothing_below_is_compared(changes, reason):
    safe = replace(scale_of(COUNTS), **changes)
    details = details_of(safe, correction="holm", nets=NETS, summary=True)
    below = details.comparisons.below

    assert (below["letters"] == "").all()
    assert set(below.loc[below["group"].ne("total"), "no_letters"]) == {reason}
    assert details.comparisons.pairs.empty
    assert "Welch" not in as_markdown(safe, details=details)


def hidden_twins():
    """Two tables alike in all that is shown: hidden answers moved within a group."""
    one = [*COUNTS[:3], [4, 1, 20, 20, 30, 9], [1, 2, 0, 0, 1, 0], [1, 2, 2, 0, 1, 0]]
    other = [*COUNTS[:3], [3, 2, 20, 20, 30, 9], [2, 1, 0, 0, 1, 0], [1, 2, 2, 0, 1, 0]]
    found = []
    for counts in (one, other):
        table = make_table(
            counts, stub_kind=Kind.LIKERT, answers=ANSWERS, sensitive=True
        )
        found.append(protect(table, threshold=5, profile="workshop"))
    return found


@pytest.mark.parametrize("writer", [as_csv, as_json, as_html, as_markdown, as_workbook])
@pytest.mark.parametrize("test", ["z", "fisher"])
def test_nothing_that_is_written_depends_on_a_hidden_value(writer, test):
    one, other = hidden_twins()
    cells = ["count", "base", "share", "withheld"]
    pd.testing.assert_frame_equal(tidy(one)[cells], tidy(other)[cells])
    nets = {"Unhappy": ["a0", "a1"], "No opinion": ["a5"]}
    options = {"correction": "holm", "test": test, "nets": nets, "summary": True}
    details = [details_of(safe, **options) for safe in (one, other)]

    first, second = (
        writer(safe, details=found)
        for safe, found in zip((one, other), details, strict=True)
    )
    assert first == second
    below = details[0].comparisons.below
    assert below["letters"].ne("").any()
    hidden = below["no_letters"].eq("withheld")
    assert set(below.loc[hidden, "group"]) >= {"g3", "g4", "g5"}
    assert below.loc[hidden, "letters"].eq("").all()
    # A net of shown answers is compared, though others of the group are hidden.
    shown = below[below["answer"].eq("No opinion") & below["group"].eq("g3")]
    assert shown["no_letters"].tolist() == [""]
    pairs = details[0].comparisons.pairs
    assert set(pairs.loc[pairs["group"].eq("g2"), "answer"]) >= {"No opinion", "a5"}
    assert set(pairs.loc[pairs["other"].eq("g3"), "answer"]) == {"No opinion", "a5"}


@pytest.fixture
def safe():
    return scale_of(COUNTS)


@pytest.fixture
def details(safe):
    return details_of(safe, correction="holm", nets=NETS, summary=True)


@pytest.fixture
def given(details):
    """Letters of each line and group: lines in the order in which they stand."""
    below = details.comparisons.below[details.comparisons.below["group"].isin(GROUPS)]
    found = below["letters"].to_numpy().reshape(len(LINES), len(GROUPS)).tolist()
    assert any("A" in text for text in found[0] + found[2])
    assert "A" in found[-1][1]
    return found


def test_pages_for_people_have_letters_behind_each_line(safe, details, given):
    page = as_html(safe, details=details)
    lines = [line for line in as_markdown(safe, details=details).splitlines() if line]
    labels = ("Unhappy", "Unsure", "Top 2", "Bottom 2", "Mean")

    for label, letters in zip(labels, given, strict=True):
        (line,) = (x for x in lines if x.startswith(f"| {label} |"))
        cells = [part.strip() for part in line.split("|")[2:6]]
        end = [cell.replace("%", ")").rpartition(")")[2].strip() for cell in cells]
        assert end == letters
        (row,) = (x for x in page.splitlines() if f">{label}<" in x)
        for cell in cells:
            assert f"<td>{cell}</td>" in row
    said = (
        "Nets and boxes are compared like answers, means by Welch's t test; "
        "all are corrected together with the answers."
    )
    assert said in lines
    assert escape(said) in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(
            {"correction": "holm", "nets": NETS},
            "Nets are compared like answers; all are corrected together",
            id="nets",
        ),
        pytest.param(
            {"correction": "none", "summary": True},
            "Boxes are compared like answers, means by Welch's t test. ",
            id="boxes and means, not corrected",
        ),
    ],
)
def test_the_note_says_what_was_compared(safe, options, said):
    content = json.loads(as_json(safe, details=details_of(safe, **options)))

    assert said in content["letters"]


def test_a_group_with_letters_on_box_and_mean_alone_has_letters():
    counts = [[12, 14, 14, 10, 10, 5], [10, 10, 12, 14, 14, 5], [6, 9, 13, 16, 16, 5]]
    safe = scale_of(counts)
    details = details_of(safe, correction="none", summary=True)
    compared = details.comparisons
    assert compared.cells["letters"].eq("").all()  # what the example is about
    below = compared.below.set_index(["line", "group"])["letters"]
    assert below["mean", "g2"] == "A"

    text = as_markdown(safe, details=details)
    assert "without letters: G1 (no share and no mean is greater" in text


def test_files_for_programs_have_letters_beside_each_line(safe, details, given):
    read = csv.DictReader(StringIO(as_csv(safe, details=details)))
    lines = [x for x in read if x["line"] != "answer" and x["group"] != "total"]
    of_csv = np.array([x["letters"] for x in lines]).reshape(5, 4).tolist()
    assert of_csv == given
    assert [x["letter"] for x in lines[:4]] == list("ABCD")

    content = json.loads(as_json(safe, details=details))
    book = openpyxl.load_workbook(BytesIO(as_workbook(safe, details=details)))
    for name in ("nets", "summary"):
        head, *rows = book[name.capitalize()].iter_rows(values_only=True)
        of_book = [dict(zip(head, row, strict=True)) for row in rows]
        for found in (content[name], of_book):
            own = [x for x in found if x["group"] != "total"]
            columns = (
                [[x["letters"] or "" for x in own]]
                if name == "nets"
                else [
                    [x[f"{line}_letters"] or "" for x in own]
                    for line in ("top", "bottom", "mean")
                ]
            )
            expected = [given[0] + given[1]] if name == "nets" else given[2:]
            assert columns == expected


def test_without_nets_and_summary_nothing_is_added(safe):
    found = details_of(safe, correction="holm")
    apart = details_of(safe, nets=NETS, summary=True)

    assert found.comparisons.below.empty
    assert not any("letter" in name for name in (*apart.nets, *apart.summary))
    assert "Welch" not in as_markdown(safe, details=found)
