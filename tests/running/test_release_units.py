"""Releases that hold the outputs of single departments, too."""

import itertools
import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from pptx import Presentation

from surveytools.cli import main

STUDY = """title = "Tiny study"
[disclosure]
profile = "workshop"
threshold = 4
[roles]
department = "dept"
[release]
units = ["ep"]
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

[[items]]
code = "stage"
header = "Stage"
kind = "single-response"
choices = [{ code = "young", label = "Young" }, { code = "old", label = "Old" }]
"""
TABPLAN = """[[tables]]
id = "use"
topic = "department"
stub = "use"
figure = "bars"
title = "Use"

[[tables]]
id = "use_by_stage"
topic = "department"
stub = "use"
by = "stage"
figure = "stacked"
title = "Use by stage"
"""
SHOWS = (
    "from surveytools import open_study\nstudy = open_study()",
    (
        "study.deck(unit=unit)\n"
        "for figure in study.figures('department', unit=unit):\n"
        "    study.save(figure)"
    ),
)
WITHOUT_UNITS = STUDY.replace('[release]\nunits = ["ep"]\n', "")


def lines_of(department, stage, number):
    uses = itertools.cycle(["Yes", "No"])
    return [f"{department},{next(uses)},{stage}" for _ in range(number)]


FIRST = [
    line
    for department in ("IT", "EP")
    for stage in ("Young", "Old")
    for line in lines_of(department, stage, 12)
]


def write_export(home, lines):
    (home / "export.csv").write_text("\n".join(["Department,Use,Stage", *lines, ""]))


def release(home, *options):
    given = ["release", "--study", str(home / "study.toml"), "--cores", "1", *options]
    return CliRunner().invoke(main, given)


@pytest.fixture(scope="module")
def first(tmp_path_factory, write_notebook):
    """A study with one release, which tests copy."""
    home = tmp_path_factory.mktemp("first")
    (home / "config").mkdir()
    for name, text in (
        ("study.toml", STUDY),
        ("codebook.toml", CODEBOOK),
        ("config/tabplan.toml", TABPLAN),
    ):
        (home / name).write_text(text)
    write_export(home, FIRST)
    write_notebook(home / "notebooks" / "20_use.ipynb", *SHOWS)
    return home, release(home, "--date", "2026-03-01")


@pytest.fixture
def home(first, tmp_path):
    return shutil.copytree(first[0], tmp_path / "home")


def numbers_of(folder, table):
    cells = pd.read_csv(folder / "unit" / "ep" / "figures" / f"{table}_ep.csv")
    return cells[["answer", "count", "base"]].to_dict("list")


def test_a_department_has_its_own_outputs(first):
    home, done = first

    assert done.exit_code == 0, done.output
    folder = home / "releases" / "1-2026-03-01"
    own = folder / "unit" / "ep"
    assert (own / "deck.pptx").is_file()
    assert (own / "index.html").is_file()
    assert numbers_of(folder, "use")["count"] == [12, 12]
    assert not list(own.glob(".*"))
    assert not (own / "manifest.json").exists()
    assert [path.name for path in (folder / "unit").iterdir()] == ["ep"]
    dates = json.loads((folder / "release.json").read_text())["tables"]
    assert set(dates) == {
        "use",
        "use_by_stage",
        "use~",
        "use_by_stage~it",
        "use_by_stage~ep",
    }


def test_what_a_department_shows_waits_with_the_rest(home):
    """Six of IT came, and one of EP: EP's numbers are those of March."""
    new = [*lines_of("IT", "Young", 6), *lines_of("IT", "Old", 6), "EP,Yes,Old"]
    write_export(home, [*FIRST, *new])

    done = release(home, "--date", "2026-04-01")

    assert done.exit_code == 0, done.output
    assert "13 came, went or changed, all but a few shown, a few waiting" in done.output
    folder = home / "releases" / "2-2026-04-01"
    before = numbers_of(home / "releases" / "1-2026-03-01", "use")
    assert numbers_of(folder, "use") == before
    slides = Presentation(str(folder / "unit" / "ep" / "deck.pptx")).slides
    texts = [
        s.text_frame.text for page in slides for s in page.shapes if s.has_text_frame
    ]
    assert any("Numbers as of 2026-03-01." in text for text in texts)
    assert not any("2026-04-01." in text for text in texts)


@pytest.mark.parametrize(
    ("study", "told"),
    [
        pytest.param(STUDY, "8 came, went or changed, none shown", id="with units"),
        pytest.param(
            WITHOUT_UNITS, "8 came, went or changed, 8 shown", id="without units"
        ),
    ],
)
def test_enough_in_each_group_may_be_too_few_in_a_departments_group(home, study, told):
    """Of each stage and of each department came four, of both together two."""
    new = [
        line
        for department in ("IT", "EP")
        for stage in ("Young", "Old")
        for line in lines_of(department, stage, 2)
    ]
    (home / "study.toml").write_text(study)
    write_export(home, [*FIRST, *new])

    assert told in release(home, "--dry-run").output


def test_a_department_that_does_not_exist_is_named_before_anything_runs(home):
    (home / "study.toml").write_text(STUDY.replace('"ep"', '"epp"'))

    done = release(home, "--dry-run")

    assert done.exit_code == 1
    assert done.stderr.startswith("error: there is no department 'epp'; did you mean")


@pytest.mark.long
def test_a_department_that_is_not_named_is_refused(home, write_notebook):
    notebook = home / "notebooks" / "20_use.ipynb"
    write_notebook(notebook, SHOWS[0], "study.tables('department', unit='it')")

    done = release(home, "--accept-changes", "another notebook")

    assert done.exit_code == 1
    assert (
        "a release shows no outputs of department 'it' alone; name it as units of "
        "[release] in study.toml, or use run"
    ) in done.stderr


@pytest.mark.long
def test_all_departments_are_those_of_the_codebook(home):
    (home / "study.toml").write_text(STUDY.replace('["ep"]', '"all"'))
    write_export(home, [*FIRST, *FIRST])

    done = release(home, "--date", "2026-04-01", "--accept-changes", "for IT, too")

    assert done.exit_code == 0, done.output
    folder = home / "releases" / "2-2026-04-01"
    assert sorted(p.name for p in (folder / "unit").iterdir()) == ["ep", "it"]
