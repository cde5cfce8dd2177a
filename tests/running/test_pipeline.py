"""Whole runs: what fails, what survives, what runs again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from surveytools.errors import (
    ExportError,
    NoResponsesError,
    NotebookError,
    ParameterError,
)
from surveytools.files import write_text
from surveytools.running.freshness import describe_run
from surveytools.running.pipeline import failures
from surveytools.running.selection import selected, with_needs

GOOD = ("20_good", "21_other", "40_deck")


def command(*options):
    return [Path(sys.executable).with_name("surveytools"), "run", "--verbose", *options]


@pytest.fixture(scope="module")
def story(tmp_path_factory, write_study, write_notebook):
    """A good run, a failing one, a killed one, and a good one again.

    Each starts processes that import for seconds, so one story serves several tests.
    """
    study = write_study(tmp_path_factory.mktemp("story"))
    home = study.parent
    reports, notebooks = home / "reports", home / "notebooks"
    options = ("--study", str(study), "--cores", "2")
    seen = {}

    def run(name, *more):
        done = subprocess.run(
            command(*options, *more), capture_output=True, text=True, check=False
        )
        texts = {path.stem: path.read_text() for path in reports.glob("*.txt")}
        manifest = json.loads((reports / "manifest.json").read_text())
        seen[name] = {"done": done, "texts": texts, "manifest": manifest}
        seen[name]["copies"] = sorted(p.stem for p in (reports / "notebooks").iterdir())

    run("good")

    # New content with an old date, and a notebook that fails.
    (home / "export.csv").write_text("answer\nno\n")
    os.utime(home / "export.csv", (0, 0))
    good = (notebooks / "21_other.ipynb").read_text()
    write_notebook(notebooks / "21_other.ipynb", "wrong = 1 / 0")
    run("failed")
    seen["failed"]["copy"] = (reports / "notebooks" / "21_other.ipynb").read_text()

    # Killed while a notebook runs: with it go its lock and its processes.
    note = home / "started"
    slow = f"import pathlib, time\npathlib.Path({str(note)!r}).touch()\ntime.sleep(60)"
    write_notebook(notebooks / "21_other.ipynb", slow)
    with subprocess.Popen(command(*options), stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 60
        while not note.exists() and time.monotonic() < end:
            time.sleep(0.1)
        seen["started"] = note.exists()
        os.kill(process.pid, signal.SIGKILL)
    (notebooks / "21_other.ipynb").write_text(good)
    run("again")
    run("unchanged")
    run("planned", "--dry-run")
    return seen


def test_a_run_publishes_what_its_notebooks_wrote(story):
    good = story["good"]

    assert good["done"].returncode == 0, good["done"].stderr
    assert good["done"].stderr == ""
    assert good["done"].stdout.startswith("wrote ")
    assert "index.html" in good["done"].stdout
    assert good["texts"] == dict.fromkeys(GOOD, "answer\nyes\nall")
    assert good["copies"] == ["10_clean", *GOOD]


def test_a_failed_notebook_leaves_what_was_good(story):
    failed = story["failed"]

    assert failed["done"].returncode == 3
    assert failed["done"].stdout == ""
    assert failed["done"].stderr == (
        "error: notebooks/21_other.ipynb: cell [2], line 1, 'wrong = 1 / 0': "
        "ZeroDivisionError: division by zero; "
        "look at reports/notebooks/21_other.ipynb\n"
    )
    assert failed["texts"]["21_other"] == "answer\nyes\nall"
    assert failed["texts"]["40_deck"] == "answer\nyes\nall"
    assert "ZeroDivisionError" in failed["copy"]
    assert list(failed["manifest"]["failed"]) == ["21_other"]


def test_notebooks_that_do_not_need_the_failed_one_run(story):
    # ... and new content with an older date was seen.
    assert story["failed"]["texts"]["20_good"] == "answer\nno\nall"


def test_a_run_works_after_one_was_killed(story):
    again = story["again"]

    assert story["started"]
    assert again["done"].returncode == 0, again["done"].stderr
    assert again["texts"] == dict.fromkeys(GOOD, "answer\nno\nall")
    assert again["manifest"]["failed"] == {}


def test_a_run_with_nothing_to_do_says_so(story):
    unchanged = story["unchanged"]

    assert unchanged["done"].returncode == 0
    assert unchanged["done"].stdout.startswith("nothing changed: ")
    assert unchanged["manifest"] == story["again"]["manifest"]


def test_a_dry_run_says_that_nothing_would_run(story):
    planned = story["planned"]["done"]

    assert planned.returncode == 0
    assert planned.stdout.startswith("nothing would run: ")


@pytest.mark.long
def test_plain_snakemake_publishes_too_and_sees_new_content_of_an_older_date(
    tmp_path, write_study, root
):
    study = write_study(tmp_path / "home")
    snakemake = [sys.executable, "-m", "snakemake", "--snakefile", root / "Snakefile"]
    snakemake += ["--cores", "2", "--quiet", "all", "--config", f"study={study}"]
    for text in ("yes", "no"):
        export = study.parent / "export.csv"
        export.write_text(text)
        os.utime(export, (0, 0))
        subprocess.run([*snakemake, "only=['20_good']"], check=True, cwd=tmp_path)
        assert (study.parent / "reports" / "20_good.txt").read_text() == f"{text}all"


@pytest.mark.parametrize(
    ("record", "kind", "text"),
    [
        pytest.param(
            {"problem": "cell [2]: KeyError: 'x'", "ename": "KeyError", "evalue": "x"},
            NotebookError,
            "notebooks/20_good.ipynb: cell [2]: KeyError: 'x'",
            id="fault of the notebook",
        ),
        pytest.param(
            {"problem": "", "ename": "ExportError", "evalue": "e.csv: it is empty"},
            ExportError,
            "e.csv: it is empty",
            id="fault of the data",
        ),
        pytest.param(
            {"problem": "", "ename": "NoResponsesError", "evalue": "e.csv: no rows"},
            NoResponsesError,
            "e.csv: no rows",
            id="no data",
        ),
        pytest.param(
            {"problem": "its process was killed"},
            NotebookError,
            "notebooks/20_good.ipynb: its process was killed",
            id="killed",
        ),
    ],
)
def test_faults_of_the_data_are_told_as_such(run, record, kind, text):
    write_text(run.failure("20_good"), json.dumps(record))

    (problem,) = failures(run, ["20_good"])

    assert type(problem) is kind
    assert str(problem) == text


def test_several_faults_of_the_data_are_a_line_each(run):
    record = {"problem": "", "ename": "SurveyErrors", "evalue": "a.toml: x\na.toml: y"}
    for name in ("20_good", "21_other"):
        write_text(run.failure(name), json.dumps(record))

    problems = failures(run, ["20_good", "21_other"])

    assert [str(problem) for problem in problems] == ["a.toml: x", "a.toml: y"]


def test_notebooks_that_never_ran_are_named(run):
    (problem,) = failures(run, ["20_good"])

    assert str(problem) == (
        "Snakemake ended before 20_good could run; look at reports/.work/log/run.log"
    )


@pytest.fixture
def run(tmp_path, write_study):
    return describe_run(write_study(tmp_path / "home"))


@pytest.mark.parametrize("text", ["21", "21_other", "notebooks/21_other.ipynb"])
def test_a_notebook_is_selected_by_name_number_or_path(run, text):
    assert selected(run, [text]) == ("21_other",)
    assert with_needs(run, ["21_other"]) == ("10_clean", "21_other")


def test_an_unknown_notebook_is_refused(run):
    with pytest.raises(ParameterError, match="did you mean '21_other'"):
        selected(run, ["21_othr"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["-p", "unti", "ep"], "did you mean 'unit'", id="parameter"),
        pytest.param(["--only", "99"], "there is no notebook '99'", id="notebook"),
        pytest.param(["--cores", "0"], "0", id="cores"),
    ],
)
def test_a_mistyped_command_has_status_2(run, options, message):
    done = subprocess.run(
        command("--study", str(run.study), *options),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert message in done.stderr


def test_a_dry_run_says_what_would_run_and_writes_nothing(run):
    done = subprocess.run(
        command("--study", str(run.study), "--only", "20", "--dry-run"),
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "10_clean would run: it never ran to its end",
        "20_good would run: it never ran to its end",
    ]
    assert not run.reports.exists()
