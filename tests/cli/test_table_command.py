import json

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

[[items]]
code = "remark"
header = "Remark?"
label = "Remark"
kind = "text"
"""
ROWS = ["IT,Git,x"] * 9 + ["IT,Git;Subversion,x"] * 8 + ["EP,Subversion,x"] * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("small")
    (place / "codebook.toml").write_text(CODEBOOK)
    lines = ["Department?,Tools?,Remark?", *ROWS]
    (place / "export.csv").write_text("\n".join(lines) + "\n")
    names = [str(place / name) for name in ("export.csv", "codebook.toml", "clean")]
    arguments = ["clean", names[0], "--codebook", names[1], "--out", names[2]]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return place / "clean"


@pytest.fixture
def run(folder):
    def invoke(*arguments):
        return CliRunner().invoke(main, ["table", str(folder), *arguments])

    return invoke


def test_a_small_department_is_withheld(run):
    result = run("tools", "--by", "dept", "--threshold", "5")

    assert result.exit_code == 0
    assert "| Base | withheld | withheld | 20 |" in result.stdout
    assert result.stderr == ""


def test_threshold_has_no_default(run):
    result = run("tools")

    assert result.exit_code == 2
    assert "Missing option '--threshold'" in result.stderr


def test_threshold_one_marks_the_output(run):
    result = run("tools", "--threshold", "1")

    assert result.stderr == "warning: UNPROTECTED, a threshold of 1 hides nothing\n"
    assert "UNPROTECTED: a threshold of 1 hides nothing" in result.stdout


def test_conditions_must_all_hold(run):
    options = ["--where", "dept = it", "--where", "tools = svn", "--format", "json"]

    content = json.loads(run("tools", *options, "--threshold", "1").stdout)

    assert content["where"] == "(dept = it) and (tools = svn)"
    assert [cell["count"] for cell in content["cells"]] == [8, 8]


def test_combinations(run):
    result = run("tools", "--combinations", "--threshold", "1", "--format", "json")

    counts = {c["answer"]: c["count"] for c in json.loads(result.stdout)["cells"]}
    assert counts == {"git": 9, "git+svn": 8, "svn": 3}


def test_those_who_selected_any_are_a_base(run):
    text = run("tools", "--base", "selected-any", "--threshold", "1").stdout

    assert "Base: respondents who selected something" in text
    refused = run("dept", "--base", "selected-any", "--threshold", "1")
    assert refused.exit_code == 1
    assert "item 'dept' is single-response" in refused.stderr


def test_mentions_are_a_base(run):
    options = ["--base", "mentions", "--threshold", "1", "--format", "json"]

    content = json.loads(run("tools", *options).stdout)

    assert {cell["base"] for cell in content["cells"]} == {28}


@pytest.mark.parametrize("written", ["md", "csv", "json", "xlsx"])
def test_out_names_the_file(run, tmp_path, written):
    out = tmp_path / f"table.{written}"

    result = run("tools", "--threshold", "5", "--format", written, "--out", str(out))

    assert result.exit_code == 0
    assert result.stdout == ""
    assert out.stat().st_size > 0
    if written == "xlsx":
        assert openpyxl.load_workbook(out).sheetnames == ["Table", "About"]


def test_a_workbook_needs_a_file(run):
    result = run("tools", "--threshold", "5", "--format", "xlsx")

    assert result.exit_code == 2
    assert "--format xlsx needs --out" in result.stderr


@pytest.mark.parametrize(
    ("option", "needed"),
    [(("--test", "fisher"), "--compare"), (("--box", "1"), "--summary")],
)
def test_an_option_that_would_do_nothing_is_refused(run, option, needed):
    result = run("tools", "--threshold", "5", *option)

    assert result.exit_code == 2
    assert f"{needed} does its work, and needs it" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["tool"], "has no item 'tool'; did you mean 'tools'?", id="unknown item"
        ),
        pytest.param(
            ["remark"], "item 'remark' holds free text", id="item without counts"
        ),
        pytest.param(
            ["tools", "--where", "dept = hr"], "has no choice 'hr'", id="unknown choice"
        ),
    ],
)
def test_what_cannot_be_counted_is_one_line_and_status_one(run, arguments, message):
    result = run(*arguments, "--threshold", "5")

    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.fixture
def headcounts(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("unit,headcount,year,source\nit,40,2026,List\n")
    return str(path)


def test_response_rates_stand_beside_departments(run, headcounts):
    result = run("dept", "--threshold", "5", "--population", headcounts)

    assert result.exit_code == 0
    assert "| Department | Total | Of | Response rate |" in result.output
    assert "Response rates: respondents over headcount (List, 2026)" in result.output
    shown = run("dept", "--threshold", "1", "--population", headcounts).output
    assert "| IT | 85.0 % (17) | 40 | 42.5 % |" in shown
    assert "| EP | 15.0 % (3) |  |  |" in shown


def test_a_small_department_whose_headcount_is_known_is_withheld(run, headcounts):
    known = run("dept", "--threshold", "5", "--population", headcounts).output
    assert "(3)" not in known
    assert "| EP | withheld |" in known


def test_intervals_by_name_stand_in_the_cells(run, headcounts):
    options = ("--threshold", "1", "--interval", "clopper-pearson", "--level", "0.9")
    result = run("tools", *options)
    # As statsmodels computes it for 17 of 20 (method "beta", alpha 0.1).
    assert "85.0 % (65.6 to 95.8 %; 17)" in result.output
    assert "Intervals: Clopper-Pearson, 90%" in result.output

    known = run("tools", "--by", "dept", *options, "--population", headcounts)
    assert "they allow for the headcounts of IT (List, 2026)" in known.output


def test_a_file_of_headcounts_of_something_else_is_refused(run, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("unit,headcount\nsales,40\n")
    result = run("tools", "--by", "dept", "--threshold", "5", "--population", str(path))

    assert result.exit_code == 1
    assert "names no choice of item 'dept'; its choices are it, ep" in result.output
