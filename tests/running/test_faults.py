"""Faults of a study's files: all of a pass at once, a line each, status 1."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CODEBOOK = (
    '[[items]]\ncode = "use"\nheader = "Use"\nkind = "single-response"\n'
    'choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]\n'
)


@pytest.fixture
def home(tmp_path, write_notebook):
    """A study of one item, and a notebook that fetches its answers."""
    (tmp_path / "export.csv").write_text("Use\nyes\nno\n")
    (tmp_path / "codebook.toml").write_text(CODEBOOK)
    (tmp_path / "study.toml").write_text(
        'title = "Tiny study"\n'
        '[disclosure]\nprofile = "workshop"\nthreshold = 5\n'
        '[[waves]]\nname = "2026"\ncodebook = "codebook.toml"\n'
        'exports = [{ file = "export.csv" }]\n'
    )
    source = "from surveytools.running import open_study\n\nopen_study().responses()"
    write_notebook(tmp_path / "notebooks" / "20_use.ipynb", source)
    return tmp_path


def run(home):
    command = [Path(sys.executable).with_name("surveytools"), "run", "--study"]
    return subprocess.run(
        [*command, home / "study.toml"], capture_output=True, text=True, check=False
    )


def test_all_faults_of_a_pass_in_a_notebook_are_told(home):
    others = {"gpu": "GPUs?", "team": "Your team"}
    more = [
        CODEBOOK.replace("use", code).replace("Use", header)
        for code, header in others.items()
    ]
    (home / "codebook.toml").write_text(CODEBOOK + "".join(more))
    expected = [
        f"export.csv, column {header!r}: no column for item {code!r}; correct the "
        "header in codebook.toml, or mark the item optional"
        for code, header in others.items()
    ]

    done = run(home)

    assert done.stderr.splitlines() == [f"error: {line}" for line in expected]
    assert done.returncode == 1
    assert done.stdout == ""
    log = (home / "reports" / ".work" / "log" / "run.log").read_text()
    copy = home / "reports" / "notebooks" / "20_use.ipynb"
    cells = json.loads(copy.read_text())["cells"]
    (error,) = (
        output
        for cell in cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    )
    assert error["ename"] == "SurveyErrors"
    assert error["evalue"].splitlines() == expected
    for line in expected:
        assert line in log
        assert line in error["traceback"][-1]


def test_a_faulty_tab_plan_starts_no_notebook(home):
    assert run(home).returncode == 0
    reports = home / "reports"
    before = {path: path.read_bytes() for path in published(reports)}
    table = '[[tables]]\nid = "{}"\ntopic = "needs"\nstub = "{}"\ntitle = "x"\n{}\n'
    plan = [
        table.format("first", "used", ""),
        table.format("second", "use", 'where = "use = maybe"'),
    ]
    (home / "config").mkdir()
    (home / "config" / "tabplan.toml").write_text("".join(plan))
    notebook = home / "notebooks" / "20_use.ipynb"
    mark = home / "started"
    source = f"import pathlib; pathlib.Path({str(mark)!r}).touch()"
    notebook.write_text(
        notebook.read_text().replace("open_study().responses()", source)
    )

    done = run(home)

    assert done.stderr == (
        "error: tabplan.toml, column 'tables[first].stub': the codebook has no item "
        "'used'; did you mean 'use'?\n"
        "error: tabplan.toml, column 'tables[second].where': item 'use' has no choice "
        "'maybe' at character 7 of 'use = maybe'; it may be yes, no\n"
    )
    assert done.returncode == 1
    assert not mark.exists()
    assert {path: path.read_bytes() for path in published(reports)} == before

    (home / "config" / "tabplan.toml").write_text(table.format("first", "use", ""))
    assert run(home).returncode == 0
    assert mark.exists()


def published(reports):
    return [
        path
        for path in sorted(reports.rglob("*"))
        if path.is_file() and ".work" not in path.parts
    ]
