"""Nets of withheld groups: every writer says withheld, never that nobody is there."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest
from statsmodels.stats.proportion import proportion_confint

from surveytools.disclosure import protect
from surveytools.disclosure.details import details_of
from surveytools.disclosure.summaries import net_answers
from surveytools.disclosure.writing import (
    as_csv,
    as_html,
    as_json,
    as_markdown,
    as_workbook,
    tidy,
)
from surveytools.errors import ParameterError
from tests.disclosure.conftest import make_table

NETS = {"Any": ["a0", "a1"]}
# Large; withheld as a whole; of nobody; with withheld answers and a shown base.
COUNTS = [[80, 20, 30], [2, 1, 0], [0, 0, 0], [40, 20, 20], [30, 9, 2]]
GROUPS = ("g0", "g1", "g2", "g3")


@pytest.fixture
def safe():
    table = make_table(COUNTS, sensitive=True)
    return protect(table, threshold=5, profile="workshop")


@pytest.fixture
def details(safe):
    return details_of(safe, nets=NETS)


def test_the_example_is_what_it_says(safe):
    cells = safe.cells.set_index(["group", "answer"])

    assert cells.loc["g1", "base"].isna().all()
    assert cells.loc["g2", "base"].eq(0).all()
    assert cells.loc["g3", "base"].eq(80).all()
    assert cells.loc["g3", "withheld"].any()


def test_a_net_has_the_base_that_its_table_shows(safe):
    nets = net_answers(safe, NETS).set_index("group")

    assert nets["base"].fillna(-1).loc[list(GROUPS)].tolist() == [130, -1, 0, 80]
    assert nets["count"].fillna(-1).loc[list(GROUPS)].tolist() == [100, -1, 0, -1]
    assert nets["share"].notna().loc[list(GROUPS)].tolist() == [True, *[False] * 3]


def test_pages_for_people_say_withheld(safe, details):
    words = ["76.9 % (100)", "withheld", "\N{EN DASH}", "withheld"]

    text = as_markdown(safe, details=details)
    page = as_html(safe, details=details)

    (line,) = (line for line in text.splitlines() if line.startswith("| Any |"))
    assert [part.strip() for part in line.split("|")][2:6] == words
    cells = "".join(f"<td>{word}</td>" for word in words)
    assert f'<th scope="row">Any</th>{cells}' in page


def test_files_for_programs_leave_it_out(safe, details):
    of_json = json.loads(as_json(safe, details=details))["nets"]
    book = openpyxl.load_workbook(BytesIO(as_workbook(safe, details=details)))
    head, *rows = book["Nets"].iter_rows(values_only=True)
    of_book = [dict(zip(head, row, strict=True)) for row in rows]

    for lines in (of_json, of_book):
        found = {line["group"]: (line["count"], line["base"]) for line in lines}
        assert [found[group] for group in GROUPS] == [
            (100, 130),
            (None, None),
            (0, 0),
            (None, 80),
        ]


def test_csv_tells_withheld_from_nobody(safe, details):
    lines = csv.DictReader(StringIO(as_csv(safe, details=details)))
    nets = {line["group"]: line for line in lines if line["line"] == "net"}

    found = [tuple(nets[g][n] for n in ("count", "base", "withheld")) for g in GROUPS]
    assert found == [
        ("100", "130", "false"),
        ("", "", "true"),
        ("0", "0", "false"),
        ("", "80", "true"),
    ]


def test_cells_are_those_of_the_table_with_or_without_nets(safe, details):
    assert tidy(safe, details=details).equals(tidy(safe))


def test_a_net_that_names_an_answer_twice_is_refused(safe):
    """It would count 160 of 130 respondents."""
    with pytest.raises(ParameterError, match="'Any' names an answer twice"):
        net_answers(safe, {"Any": ["a0", "a0"]})


def test_intervals_stand_beside_nets_where_they_stand_in_the_cells(safe):
    low, high = proportion_confint(100, 130, method="wilson")
    interval = f"{100 * low:.1f} to {100 * high:.1f} %"

    text = as_markdown(safe, details=details_of(safe, nets=NETS, intervals=True))

    (line,) = (x for x in text.splitlines() if x.startswith("| Any |"))
    assert f"| 76.9 % ({interval}; 100) | withheld |" in line
