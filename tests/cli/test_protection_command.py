"""What protecting the tables of a study cost, by ``surveytools protection``."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from surveytools.cli import main
from surveytools.disclosure.record import LOSSES, RECORD
from surveytools.running.gate import inspect_outputs

CODEBOOK = """\
[[items]]
code = "use"
header = "Use"
kind = "single-response"
sensitive = true
choices = [
  { code = "yes", label = "Yes" }, { code = "trial", label = "Trial" },
  { code = "no", label = "No" },
]
[[items]]
code = "dept"
header = "Department"
kind = "single-response"
choices = [{ code = "it", label = "IT" }, { code = "ep", label = "EP" }]
"""
TABPLAN = """\
[[tables]]
id = "use"
topic = "needs"
stub = "use"
title = "Use"
[[tables]]
id = "use_by_dept"
topic = "needs"
stub = "use"
by = "dept"
title = "Use by department"
"""
PEOPLE = {
    "IT": {"Yes": 9, "Trial": 4, "No": 4},
    "EP": {"Yes": 30, "Trial": 4, "No": 9},
}
"""Three small counts in the corners of a rectangle: the fourth protects them all.

The totals are shown before, in a table of their own, and nothing else is left to try.
"""


@pytest.fixture
def home(tmp_path):
    rows = [
        f"{answer},{dept}"
        for dept, answers in PEOPLE.items()
        for answer, count in answers.items()
        for _ in range(count)
    ]
    (tmp_path / "export.csv").write_text("\n".join(["Use,Department", *rows, ""]))
    (tmp_path / "codebook.toml").write_text(CODEBOOK)
    (tmp_path / "tabplan.toml").write_text(TABPLAN)
    return tmp_path


def study(home, *, threshold=5, plan="tabplan.toml"):
    file = home / "study.toml"
    file.write_text(
        'title = "Tiny study"\n'
        f'disclosure = {{ profile = "internal", threshold = {threshold} }}\n'
        f'files = {{ tabplan = "{plan}" }}\n'
        '[[waves]]\nname = "2026"\ncodebook = "codebook.toml"\n'
        'exports = [{ file = "export.csv" }]\n'
    )
    return file


def protection(file, *options):
    done = CliRunner().invoke(main, ["protection", "--study", str(file), *options])
    assert done.exit_code == 0, done.output
    return done


def test_each_declared_table_has_a_line_and_all_have_a_sum(home):
    done = protection(study(home))

    heads, use, by_dept, both = map(str.split, done.stdout.splitlines())
    assert heads == ["table", *LOSSES[1:]]
    assert use == ["use", "3", "0", "0", "0", "0.0", "%", "yes"]
    assert by_dept == ["use_by_dept", "9", "3", "1", "1", "0.0", "%", "yes"]
    assert both == ["all", "2", "tables", "12", "3", "1", "1"]
    assert "for the owner of the data" in done.stderr


def test_as_csv_it_can_be_kept(home):
    done = protection(study(home), "--format", "csv")

    first, second = csv.DictReader(io.StringIO(done.stdout))
    assert tuple(first) == LOSSES
    assert first["id"] == "use"
    assert (second["primary"], second["complementary"]) == ("3", "1")
    assert (float(second["gap"]), second["proven"]) == (0, "yes")


def test_it_stands_beside_the_answers_and_not_in_the_outputs(home):
    """The record of disclosure goes with the outputs, what was decided doesn't."""
    file = study(home)
    before = protection(file).stdout

    _, record = inspect_outputs(file, {})

    assert {tuple(table) for table in record["tables"]} == {RECORD}
    kept = home / "data" / "processed" / "hidden-plan.json"
    assert not kept.stat().st_mode & 0o077
    assert json.loads(json.loads(kept.read_text())["decisions"])["losses"]
    assert protection(file).stdout == before


def test_a_study_without_tables_says_so(home):
    (home / "none.toml").write_text("")

    assert "declares no table" in protection(study(home, plan="none.toml")).stdout


def test_a_threshold_of_one_is_told(home):
    done = protection(study(home, threshold=1))

    assert "a threshold of 1 hides nothing" in done.stderr
    assert done.stdout.splitlines()[-1].split()[-4:] == ["12", "0", "0", "0"]


def test_a_study_that_is_not_there_is_one_line(tmp_path):
    done = CliRunner().invoke(main, ["protection", "--study", str(tmp_path / "x.toml")])

    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1
