"""Releases of a small study, one after the other, through the command."""

import itertools
import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pptx import Presentation

from surveytools.cli import main

MAIL = "grace@example.org"
DAY = "2026-09-01 12:34:56.789012+00:00"
STUDY = """title = "Tiny study"
[disclosure]
profile = "workshop"
threshold = 4
[roles]
department = "dept"
[[waves]]
name = "2026"
codebook = "codebook.toml"
exports = [{ file = "export.csv" }]
"""
CODEBOOK = """[[items]]
code = "dept"
header = "Department"
kind = "single-response"
choices = [{ code = "it", label = "IT" }, { code = "ep", label = "EP" }]

[[items]]
code = "use"
header = "Use"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
"""
TABPLAN = """[[tables]]
id = "departments"
topic = "respondents"
stub = "dept"
base = "all"
title = "Departments"

[[tables]]
id = "use_by_department"
topic = "department"
stub = "use"
by = "dept"
figure = "stacked"
title = "Use"
"""
SHOWS = (
    "from surveytools import open_study\nstudy = open_study()",
    "study.deck()\nfor figure in study.figures('department'):\n    study.save(figure)",
    "len(study.responses().frame), study.profile()['cells'].tolist()",
)


def rows(number, start=0):
    """Write answers that nobody can tell from a neighbour's."""
    uses, departments = itertools.cycle(["Yes", "No"]), itertools.cycle("iieeii")
    names = {"i": "IT", "e": "EP"}
    lines = [f"{names[next(departments)]},{next(uses)}" for _ in range(start + number)]
    return lines[start:]


def write_export(home, lines):
    text = "\r\n".join(["Department,Use", *lines]) + "\r\n"
    (home / "export.csv").write_text(text)


def release(home, *options):
    given = ["release", "--study", str(home / "study.toml"), "--cores", "1", *options]
    return CliRunner().invoke(main, given)


def names_of(home):
    folder = home / "releases"
    return sorted(path.name for path in folder.glob("[0-9]*"))


@pytest.fixture(scope="module")
def first(tmp_path_factory, write_notebook):
    """A study with one release, which tests copy."""
    home = tmp_path_factory.mktemp("first")
    (home / "study.toml").write_text(STUDY)
    (home / "codebook.toml").write_text(CODEBOOK)
    (home / "config").mkdir()
    (home / "config" / "tabplan.toml").write_text(TABPLAN)
    write_export(home, rows(60))
    write_notebook(home / "notebooks" / "20_use.ipynb", *SHOWS)
    return home, release(home, "--date", "2026-03-01")


@pytest.fixture
def home(first, tmp_path):
    return shutil.copytree(first[0], tmp_path / "home")


def test_the_first_release_shows_everybody(first):
    home, done = first

    assert done.exit_code == 0, done.output
    assert names_of(home) == ["1-2026-03-01"]
    folder = home / "releases" / "1-2026-03-01"
    record = json.loads((folder / "release.json").read_text())
    assert (record["number"], record["date"]) == (1, "2026-03-01")
    assert (record["threshold"], record["profile"]) == (4, "workshop")
    assert record["tables"] == {
        "departments": {"it": "2026-03-01", "ep": "2026-03-01"},
        "use_by_department": dict.fromkeys(("it", "ep", "total"), "2026-03-01"),
    }
    assert record["compared_with"] is None
    page = (folder / "index.html").read_text()
    assert "Release 1, as of 2026-03-01" in page
    assert (folder / "deck.pptx").is_file()
    assert not (folder / ".work").exists()
    assert not (folder / "manifest.json").exists()  # it tells when exports change
    assert "(60, [60, 60])" in (folder / "notebooks" / "20_use.ipynb").read_text()


def test_who_was_shown_is_kept_for_the_owner_alone(first):
    kept = first[0] / "data" / "processed" / "_released"

    assert kept.stat().st_mode & 0o777 == 0o700
    for path in kept.rglob("*"):
        assert (
            path.is_dir()
            or path.stat().st_mode & 0o077 == 0
            or path.suffix == (".json")
        )
    assert (kept / "1" / "release.json").stat().st_mode & 0o777 == 0o600


def test_nothing_changed_makes_no_release(home):
    done = release(home)

    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == (
        "nothing to show since release 1: no new release"
    )
    assert names_of(home) == ["1-2026-03-01"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param(rows(61), "a few came, went or changed", id="one more"),
        pytest.param(rows(60)[1:], "a few came, went or changed", id="one withdrawn"),
        pytest.param(
            ["IT,No", *rows(60)[1:]], "a few came, went or changed", id="one edited"
        ),
    ],
)
def test_a_few_wait(home, lines, told):
    write_export(home, lines)

    done = release(home)

    assert done.exit_code == 0
    assert done.output.splitlines() == [
        f"2026: {told}, none shown, a few waiting",
        "nothing to show since release 1: no new release",
    ]
    assert names_of(home) == ["1-2026-03-01"]


def test_a_dry_run_says_what_would_be_shown_and_makes_nothing(home):
    write_export(home, rows(90))

    done = release(home, "--dry-run")

    assert done.output == "2026: 30 came, went or changed, 30 shown, none waiting\n"
    assert names_of(home) == ["1-2026-03-01"]
    assert not (home / "data" / "processed" / "_released" / "2").exists()


def test_numbers_of_a_group_of_which_few_came_stay_and_are_dated(home):
    """Ten of IT came, and one of EP: EP's numbers are those of March."""
    new = [f"IT,{use}" for use in ("Yes", "No") * 5]
    write_export(home, [*rows(60), *new, "EP,Yes"])

    done = release(home, "--date", "2026-04-01")

    assert done.exit_code == 0, done.output
    folder = home / "releases" / "2-2026-04-01"
    dates = json.loads((folder / "release.json").read_text())["tables"]
    assert dates["departments"] == {"it": "2026-04-01", "ep": "2026-03-01"}
    assert dates["use_by_department"]["ep"] == "2026-03-01"
    old = home / "releases" / "1-2026-03-01"
    columns = ["count", "base"]
    before, after = (
        pd.read_csv(each / "figures" / "use_by_department.csv").set_index("group")
        for each in (old, folder)
    )
    assert after.loc["ep", columns].equals(before.loc["ep", columns])
    assert set(after.loc["ep", "as_of"]) == {"2026-03-01"}
    assert set(after.loc["it", "as_of"]) == {"2026-04-01"}
    said = "Numbers as of 2026-04-01. Numbers of EP as of 2026-03-01."
    assert said in (folder / "index.html").read_text()
    slides = Presentation(str(folder / "deck.pptx")).slides
    texts = [
        s.text_frame.text for page in slides for s in page.shapes if s.has_text_frame
    ]
    assert any(said in text for text in texts)
    book = load_workbook(folder / "tables.xlsx")
    assert said in book["use_by_department"]["A2"].value


def test_releases_are_listed(home):
    done = release(home, "--list")

    assert done.output == f"1  2026-03-01  {home / 'releases' / '1-2026-03-01'}\n"


def test_a_date_before_the_last_release_is_refused(home):
    write_export(home, rows(90))

    done = release(home, "--date", "2026-02-01")

    assert done.exit_code == 1
    assert done.stderr == (
        "error: 2026-02-01 is before release 1, which is of 2026-03-01; "
        "give a later --date\n"
    )
    assert names_of(home) == ["1-2026-03-01"]


def test_a_changed_table_must_be_accepted(home):
    (home / "study.toml").write_text(STUDY.replace("threshold = 4", "threshold = 30"))

    done = release(home)

    assert done.exit_code == 1
    assert done.stderr == (
        "error: tables change though their respondents don't: departments, "
        'use_by_department; say why with --accept-changes "..."\n'
    )
    assert names_of(home) == ["1-2026-03-01"]


def test_another_label_alone_makes_no_release(home):
    (home / "codebook.toml").write_text(CODEBOOK.replace('label = "No"', 'label = "N"'))

    done = release(home)

    assert done.exit_code == 0
    assert "no number did" in done.output
    assert names_of(home) == ["1-2026-03-01"]


def test_a_release_that_lost_its_answers_is_refused(home):
    shutil.rmtree(home / "data" / "processed" / "_released" / "1" / "2026")

    done = release(home)

    assert done.exit_code == 1
    assert "release 1 is not whole" in done.stderr


def test_a_threshold_of_1_is_refused_after_a_protected_release(home):
    (home / "study.toml").write_text(STUDY.replace("threshold = 4", "threshold = 1"))

    done = release(home)

    assert done.exit_code == 1
    assert "a threshold of 1 protects nothing" in done.stderr


def test_what_was_half_made_is_no_release(home):
    """As kill -9 leaves it, between the answers and the outputs."""
    kept = home / "data" / "processed" / "_released"
    shutil.copytree(kept / "1", kept / "2")
    (kept / "2" / "published").unlink()
    work = home / "releases" / ".work"
    work.mkdir()
    (work / "deck.pptx").write_text("half")

    listed = release(home, "--list")

    assert listed.output.count("\n") == 1
    assert "no new release" in release(home).output


@pytest.mark.long
def test_enough_are_shown_and_a_failure_makes_no_release(home, write_notebook):
    write_export(home, rows(90))
    notebook = home / "notebooks" / "20_use.ipynb"
    write_notebook(notebook, "1 / 0")
    done = release(home, "--accept-changes", "another notebook")
    assert done.exit_code == 3
    assert names_of(home) == ["1-2026-03-01"]

    (home / "export.csv").write_text(
        "Submitter,Submitter Email,Submission Date,Department,Use\r\n"
        + "".join(
            f"Grace,{MAIL if at == 0 else ''},{DAY},{line}\r\n"
            for at, line in enumerate(rows(90))
        )
    )
    write_notebook(notebook, f"'ask {MAIL}'")
    done = release(home, "--accept-changes", "another notebook")
    assert done.exit_code == 4, done.output
    assert names_of(home) == ["1-2026-03-01"]

    write_export(home, rows(91))
    write_notebook(notebook, *SHOWS)
    done = release(home, "--date", "2026-04-01")
    assert done.exit_code == 0, done.output
    assert names_of(home) == ["1-2026-03-01", "2-2026-04-01"]
    folder = home / "releases" / "2-2026-04-01"
    assert json.loads((folder / "release.json").read_text())["compared_with"] == 1

    tabplan = home / "config" / "tabplan.toml"
    tabplan.write_text(
        TABPLAN
        + '[[tables]]\nid = "use"\ntopic = "needs"\nstub = "use"\ntitle = "Use"\n'
    )
    done = release(home, "--date", "2026-05-01", "--accept-changes", "one more table")
    assert done.exit_code == 0, done.output
    record = json.loads(
        (home / "releases" / "3-2026-05-01" / "release.json").read_text()
    )
    assert record["accepted"] == "one more table"
    assert record["new_tables"] == ["use"]


@pytest.mark.long
def test_a_release_shows_no_table_that_is_not_declared(home, write_notebook):
    source = f"{SHOWS[0]}\nstudy.table('use')"
    write_notebook(home / "notebooks" / "20_use.ipynb", source)

    done = release(home, "--accept-changes", "another notebook")

    assert done.exit_code == 1
    assert "a release shows the tables of the tab plan" in done.stderr
