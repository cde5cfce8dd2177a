"""Neither workers nor the order of notebooks change what is published."""

import json
import shutil

import pytest
from click.testing import CliRunner

from surveytools.cli import main

STUDY = """title = "Tiny study"
[disclosure]
profile = "internal"
threshold = 5
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
choices = [
  { code = "it", label = "IT" }, { code = "ep", label = "EP" },
  { code = "be", label = "BE" },
]

[[items]]
code = "use"
header = "Use"
kind = "single-response"
sensitive = true
choices = [
  { code = "yes", label = "Yes" }, { code = "trial", label = "Trial" },
  { code = "no", label = "No" },
]
"""
TABPLAN = """[[tables]]
id = "use"
topic = "needs"
stub = "use"
figure = "bars"
title = "Use"

[[tables]]
id = "use_by_department"
topic = "department"
stub = "use"
by = "dept"
figure = "stacked"
title = "Use by department"
"""
PEOPLE = {"IT": (9, 3, 7), "EP": (30, 2, 8), "BE": (12, 9, 6)}
SHOWS = "from surveytools import open_study\nstudy = open_study()"
SAVES = (
    "for figure in study.figures({!r}):\n"
    "    study.save(figure)\n"
    "print(study.markdown(study.table('use', by='dept', where='dept in (it, ep)')))"
)


@pytest.fixture
def tiny(tmp_path, write_notebook):
    """A study of which some cells are hidden for the sake of others."""
    home = tmp_path / "tiny" / "study"
    (home / "config").mkdir(parents=True)
    (home / "study.toml").write_text(STUDY)
    (home / "codebook.toml").write_text(CODEBOOK)
    (home / "config" / "tabplan.toml").write_text(TABPLAN)
    rows = [
        f"{department},{answer}"
        for department, counts in PEOPLE.items()
        for answer, count in zip(("Yes", "Trial", "No"), counts, strict=True)
        for _ in range(count)
    ]
    (home / "export.csv").write_text("\n".join(["Department,Use", *rows, ""]))
    notebooks = home / "notebooks"
    write_notebook(notebooks / "20_use.ipynb", SHOWS, SAVES.format("department"))
    write_notebook(notebooks / "21_needs.ipynb", SHOWS, SAVES.format("needs"))
    write_notebook(notebooks / "40_deck.ipynb", SHOWS, "_ = study.deck()")
    return home


def run(home, *options):
    done = CliRunner().invoke(
        main, ["run", *options, "--study", str(home / "study.toml")]
    )
    assert done.exit_code == 0, done.output


def published(home):
    reports = home / "reports"
    return {
        path.relative_to(reports).as_posix(): path.read_bytes()
        for path in sorted(reports.rglob("*"))
        if path.is_file() and ".work" not in path.parts and path.name != "manifest.json"
    }


@pytest.mark.parametrize(
    "home", ["tiny", pytest.param("demo_home", marks=pytest.mark.long)]
)
def test_one_worker_or_two_forwards_or_backwards(home, tmp_path, request):
    study = request.getfixturevalue(home)
    forwards = shutil.copytree(study, tmp_path / "forwards" / "study")
    backwards = shutil.copytree(study, tmp_path / "backwards" / "study")
    names = sorted(path.stem for path in (forwards / "notebooks").glob("2*.ipynb"))

    run(forwards, "--cores", "1")
    for name in reversed(names[1:]):
        run(backwards, "--only", name, "--cores", "1")
    run(backwards, "--cores", "2")

    one, other = published(forwards), published(backwards)
    assert len(names) > 1
    assert {"deck.pptx", "tables.xlsx", "index.html", "disclosure.json"} <= set(one)
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []
    record = json.loads(one["disclosure.json"])
    assert any(table["withheld"] for table in record["tables"])
