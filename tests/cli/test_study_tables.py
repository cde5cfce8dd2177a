"""Tables and trends of a study, protected against what its tab plan declares."""

import json
import shutil
from pathlib import Path

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
code = "hours"
header = "Hours?"
label = "Hours"
kind = "number"
"""
STUDY = """\
title = "Small study"
disclosure = { profile = "workshop", threshold = 5 }
roles = { department = "dept" }
[[waves]]
name = "2024"
codebook = "codebook.toml"
exports = [{ file = "export.csv" }]
"""
PLAN = """\
[[tables]]
id = "tools"
stub = "tools"
topic = "service"
title = "Tools"

[[tables]]
id = "hours"
stub = "hours"
base = "all"
topic = "service"
title = "Gave their hours"
"""
# 23 answered, 3 of them of EP: known by subtraction from IT's 20.
ROWS = ["IT,Git,1"] * 10 + ["IT,Subversion,2"] * 10 + ["EP,Subversion,3"] * 3


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    home = tmp_path_factory.mktemp("study")
    (home / "config").mkdir()
    for name, text in (
        ("study.toml", STUDY),
        ("codebook.toml", CODEBOOK),
        ("config/tabplan.toml", PLAN),
        ("export.csv", "\n".join(["Department?,Tools?,Hours?", *ROWS, ""])),
    ):
        (home / name).write_text(text)
    return home / "study.toml"


@pytest.fixture(scope="module")
def folder(study):
    answers = study.parent / "data" / "processed" / "2024"
    names = [str(study.parent / name) for name in ("export.csv", "codebook.toml")]
    clean = ["clean", names[0], "--codebook", names[1], "--out", str(answers)]
    result = CliRunner().invoke(main, clean)
    assert result.exit_code == 0, result.output
    return answers


def call(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def shown(result):
    assert result.exit_code == 0, result.output
    return {
        cell["answer"]: cell["count"]
        for cell in json.loads(result.stdout)["cells"]
        if not cell["withheld"]
    }


ONE_DEPARTMENT = ("tools", "--where", "dept = it", "--format", "json")


def test_a_study_hides_what_its_declared_tables_would_give_away(study, folder):
    alone = call("table", folder, *ONE_DEPARTMENT, "--threshold", "5")
    safe = call("table", "--study", study, *ONE_DEPARTMENT)

    assert shown(alone) == {"git": 10, "svn": 10}
    assert shown(safe) == {}  # 23 - 20 would be EP
    assert "--study, the numbers aren't protected against what" in alone.stderr
    assert (
        "protected against what config/tabplan.toml declares (tables: 2)" in safe.stderr
    )


def test_the_folder_of_a_study_is_as_good_as_its_file(study):
    by_file = call("table", "--study", study, "tools", "--format", "csv")
    by_folder = call("table", "--study", study.parent, "tools", "--format", "csv")

    assert by_file.exit_code == 0
    assert by_file.stdout == by_folder.stdout
    assert "Git" in by_file.stdout


def test_means_are_protected_against_the_plan_too(study, folder):
    asked = ("hours", "--where", "dept = it", "--format", "csv")
    alone = call("table", folder, *asked, "--threshold", "5")
    safe = call("table", "--study", study, *asked)

    assert "1.5" in alone.stdout
    assert safe.exit_code == 0, safe.output
    assert "1.5" not in safe.stdout


def test_answers_of_no_study_need_no_note(tmp_path, folder):
    elsewhere = shutil.copytree(folder, tmp_path / "answers")

    assert "note:" not in call("table", elsewhere, "tools", "--threshold", "5").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--study", "STUDY", "FOLDER", "tools"), "name one item and no folder"),
        (("--study", "STUDY", "tools", "--threshold", "3"), "--threshold is the study"),
        (("--study", "STUDY", "tools", "--profile", "internal"), "--profile is the"),
        (("--study", "STUDY", "tools", "--weights", "OTHER"), "the study's own"),
        (("FOLDER", "tools"), "Missing option '--threshold'"),
        (("tools",), "name the folder that clean wrote"),
        (("FOLDER", "tools", "--threshold", "5", "--wave", "2024"), "needs --study"),
        (("no-folder", "tools", "--threshold", "5"), "'no-folder' does not exist"),
    ],
)
def test_what_contradicts_a_study_is_mistyped(study, folder, arguments, message):
    names = {"STUDY": study, "FOLDER": folder, "OTHER": study.parent / "codebook.toml"}
    result = call("table", *(names.get(each, each) for each in arguments))

    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stdout == ""


def test_faults_of_a_study_are_named(study):
    no_item = call("table", "--study", study, "tool")
    no_wave = call("table", "--study", study, "tools", "--wave", "2023")
    no_weights = call("table", "--study", study, "tools", "--weights", study)

    assert [each.exit_code for each in (no_item, no_wave, no_weights)] == [1, 1, 1]
    assert "no item 'tool'" in no_item.stderr
    assert "no wave '2023'" in no_wave.stderr
    assert "no section [weights]" in no_weights.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--study", "STUDY", "tools", "FOLDER"), "name one item and no folder"),
        (("--study", "STUDY", "tools", "--threshold", "3"), "--threshold is the study"),
        (("tools",), "the latest last (or --study)"),
        (("tools", "FOLDER"), "Missing option '--threshold'"),
    ],
)
def test_a_study_knows_its_waves(study, folder, arguments, message):
    names = {"STUDY": study, "FOLDER": folder}
    result = call("trend", *(names.get(each, each) for each in arguments))

    assert result.exit_code == 2, result.output
    assert message in result.stderr


@pytest.mark.long
def test_weights_and_combinations_are_refused_together(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    with (home / "study.toml").open("a") as file:
        file.write('[[weights.margins]]\nitem = "department"\nwithout = ["ext"]\n')
    file = home / "study.toml"
    plain = call("table", "--study", file, "q06", "--weights", file)
    refused = call("table", "--study", file, "q10", "--combinations", "--weights", file)

    assert plain.exit_code == 0, plain.output
    assert "Weighted to Department" in plain.stdout
    assert refused.exit_code == 1
    assert "leave out the base, and combinations" in refused.stderr


def test_a_trend_of_a_study_hides_what_the_plan_hides(demo_home):
    result = call("trend", "q01", "--study", demo_home / "study.toml", "--format", "md")

    assert result.exit_code == 0, result.output
    assert "withheld" in result.stdout
    assert "protected against what config/tabplan.toml declares" in result.stderr


def test_paths_in_the_note_are_printable(study, folder):
    note = call("table", folder, "tools", "--threshold", "5").stderr

    assert str(Path(study).resolve()) in note
