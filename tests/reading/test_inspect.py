import json

import pytest
from click.testing import CliRunner

from surveytools.cli.inspect import command
from surveytools.reading import describe, read_export

EXPORT = (
    "Submitter,Submitter Email,Submission Date,"
    "Department,Tools,Years,Sure,Remark,Later\n"
    "Ada Lovelace,ada@example.org,2026-09-14 11:44:20+00:00,EP,AI; HPC,3,Yes,"
    "The queue on Tuesdays is far too long for what we need to do,\n"
    "Alan Turing,alan@example.org,2026-09-15 11:44:20+00:00,IT,HPC; Web,4.5,No,"
    "Please publish the prices of accelerators before we order ours,\n"
    "Emmy Noether,emmy@example.org,2026-09-16 11:44:20+00:00,EP,AI; Web,12,Yes,,\n"
    "Max Born,max@example.org,2026-09-17 11:44:20+00:00,IT,AI; Web,1,No,,\n"
)  # fmt: skip


@pytest.fixture
def path(export):
    return export(EXPORT)


def test_columns_are_described(path):
    looks = {look.header: look for look in describe(read_export(path))}

    assert {header: look.looks for header, look in looks.items()} == {
        "Submitter": "not shown, not passed on",
        "Submitter Email": "not shown, not passed on",
        "Submission Date": "dates",
        "Department": "2 answers",
        "Tools": "several per cell, joined by '; ': 3 options",
        "Years": "numbers",
        "Sure": "yes and no, as no and yes",
        "Remark": "free text",
        "Later": "blank",
    }
    assert (looks["Remark"].filled, looks["Remark"].distinct) == (2, 2)
    assert (looks["Tools"].filled, looks["Tools"].distinct) == (4, 3)


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["page", "json"])
def test_inspect_shows_no_answers(path, options):
    result = CliRunner().invoke(command, [str(path), *options])

    assert result.exit_code == 0
    assert "indico" in result.output
    for secret in ("Ada", "example.org", "Tuesdays", "accelerators", "HPC"):
        assert secret not in result.output


def test_inspect_says_what_was_recognised_and_why(path):
    output = CliRunner().invoke(command, [str(path)]).output

    assert "indico (certain: the first three headers are 'Submitter'" in output
    assert "comma" in output
    assert "UTF-8" in output
    assert "4 rows, 9 columns" in output
    assert "-5 became 5" in output


def test_inspect_prints_json(path):
    result = CliRunner().invoke(command, [str(path), "--json"])
    page = json.loads(result.output)

    assert page["platform"] == "indico"
    assert (page["rows"], page["columns"]) == (4, 9)
    assert page["looks"][3] == {
        "position": 4,
        "header": "Department",
        "role": "answer",
        "filled": 4,
        "distinct": 2,
        "looks": "2 answers",
        "question": None,
        "part": None,
        "answers": None,
    }


def test_inspect_writes_nothing(path):
    before = sorted(path.parent.iterdir())

    CliRunner().invoke(command, [str(path)])

    assert sorted(path.parent.iterdir()) == before


def test_inspect_reports_a_problem_in_one_line(tmp_path):
    result = CliRunner().invoke(command, [str(tmp_path / "nowhere.csv")])

    assert result.exit_code == 1
    assert result.output.startswith("error: ")
    assert result.output.count("\n") == 1
    assert "there is no such file" in result.output
