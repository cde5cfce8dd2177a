"""Shares of mentions have no interval in any file, since a binomial one is wrong.

Where half of 100 respondents say A and half B to I, Wilson's interval of the share of
A among the mentions, that is 95 % in name, covers it in 84 % of samples.
"""

import csv
import io
import json
import re

import openpyxl
import pytest
from click.testing import CliRunner

from surveytools.cli import main

CODEBOOK = """\
title = "Small survey"

[[items]]
code = "dept"
header = "Department?"
label = "Department"
kind = "single-response"
choices = [{ code = "it", label = "IT" }, { code = "ep", label = "EP" }]

[[items]]
code = "tools"
header = "Tools?"
label = "Tools"
kind = "multiple-response"
separator = ";"
choices = [{ code = "git", label = "Git" }, { code = "svn", label = "Subversion" }]
"""
ROWS = [
    *(["IT,Git"] * 40 + ["IT,Git;Subversion"] * 25 + ["IT,Subversion"] * 10),
    *(["EP,Git"] * 6 + ["EP,Git;Subversion"] * 7 + ["EP,Subversion"] * 6),
]
OPTIONS = [
    *("tools", "--by", "dept", "--threshold", "5", "--interval", "wilson"),
    *("--compare", "holm", "--net", "Either=git,svn"),
]
NOTE = "No intervals: a respondent's mentions aren't independent"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("mentions")
    (place / "codebook.toml").write_text(CODEBOOK)
    (place / "export.csv").write_text("\n".join(["Department?,Tools?", *ROWS]) + "\n")
    names = [str(place / name) for name in ("export.csv", "codebook.toml", "clean")]
    arguments = ["clean", names[0], "--codebook", names[1], "--out", names[2]]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return place / "clean"


@pytest.fixture
def written(folder, tmp_path):
    """Give what the command writes of the mentions in a format."""

    def write(kind):
        out = tmp_path / f"table.{kind}"
        arguments = ["table", str(folder), *OPTIONS, "--base", "mentions"]
        result = CliRunner().invoke(
            main, [*arguments, "--format", kind, "--out", str(out)]
        )
        assert result.exit_code == 0, result.output
        return out.read_bytes()

    return write


@pytest.mark.parametrize("kind", ["md", "html"])
def test_pages_show_shares_and_say_once_why_there_are_no_intervals(written, kind):
    text = written(kind).decode().replace("&#x27;", "'")

    assert text.count(NOTE) == 1
    assert "65.0 % (65)" in text  # of the 100 mentions in IT
    assert "100.0 % (100)" in text  # the net
    assert "26 (below 30)" in text  # the base is low, and flagged
    assert not re.search(r"\d to \d\d|Wilson|nan|how far chance may go", text)


def test_lines_of_csv_have_no_bounds(written):
    lines = list(csv.DictReader(io.StringIO(written("csv").decode())))

    assert {line["line"] for line in lines} == {"answer", "net"}
    assert {line["share"] for line in lines} >= {"0.5", "1.0"}
    assert {line["low"] + line["high"] for line in lines} == {""}
    flags = {(line["group"], int(line["low_base"] or -1)) for line in lines}
    assert flags >= {("it", 0), ("ep", 2), ("total", 0)}


def test_json_has_no_bounds_and_no_method(written):
    content = json.loads(written("json"))

    shown = [*content["cells"], *content["nets"]]
    assert {(cell["low"], cell["high"]) for cell in shown} == {(None, None)}
    assert all(cell["share"] is not None for cell in shown)
    assert (content["interval"], content["level"]) == (None, None)
    assert content["pairs"] == []
    assert {cell["letters"] for cell in content["cells"]} == {""}
    assert {cell["rest_p"] for cell in content["cells"]} == {None}


def test_workbook_has_no_bounds_and_says_why(written):
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx")))

    for name in ("Table", "Nets"):
        head, *lines = book[name].iter_rows(values_only=True)
        cells = [dict(zip(head, line, strict=True)) for line in lines]
        assert {(cell["low"], cell["high"]) for cell in cells} == {(None, None)}
        assert all(cell["share"] is not None for cell in cells)
    notes = [row[0] for row in book["About"].iter_rows(values_only=True)]
    assert sum(str(note).startswith(NOTE) for note in notes) == 1


def test_shares_of_respondents_keep_their_intervals(folder):
    result = CliRunner().invoke(main, ["table", str(folder), *OPTIONS[:-2]])

    assert "Intervals: Wilson, 95" in result.stdout
    assert NOTE not in result.stdout
