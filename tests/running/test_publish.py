"""Outputs appear by rename; locks go with the processes that hold them."""

import json
import os
import subprocess
import sys

import pytest

from surveytools.errors import SurveyError
from surveytools.files import write_text
from surveytools.running.freshness import describe_run
from surveytools.running.publish import locked, prepare, publish


@pytest.fixture
def run(tmp_path, write_study):
    return describe_run(write_study(tmp_path / "home"))


def leave(run, name, **outputs):
    """Leave what a job leaves that wrote some files."""
    write_text(run.executed(name), f"copy of {name}")
    hashes = {f"notebooks/{name}.ipynb": "", **dict.fromkeys(outputs, "")}
    for output, text in outputs.items():
        write_text(run.room(name) / output, text)
    stamp = {"digest": run.digests[name], "outputs": hashes}
    write_text(run.stamp(name), json.dumps(stamp))


def fail(run, name):
    write_text(run.executed(name), f"failed copy of {name}")
    run.stamp(name).unlink(missing_ok=True)
    write_text(run.failure(name), json.dumps({"problem": "it broke"}))


def published(run):
    page = run.reports / "index.html"

    def write(runs):
        write_text(page, json.dumps(runs))
        return page

    return publish(run, write, lambda _: ([], {}))


def test_a_failed_notebook_replaces_its_copy_and_nothing_else(run):
    leave(run, "20_good", **{"a.txt": "good"})
    published(run)
    fail(run, "20_good")
    published(run)

    assert (run.reports / "a.txt").read_text() == "good"
    copy = run.reports / "notebooks" / "20_good.ipynb"
    assert copy.read_text() == "failed copy of 20_good"
    assert json.loads((run.reports / "index.html").read_text()) == {"20_good": "failed"}
    manifest = json.loads((run.reports / "manifest.json").read_text())
    assert manifest["failed"] == {"20_good": "it broke"}


def test_what_is_made_no_more_goes(run):
    leave(run, "20_good", **{"a.txt": "", "b.txt": ""})
    leave(run, "21_other", **{"c.txt": ""})
    published(run)
    leave(run, "20_good", **{"a.txt": "new"})
    published(run)

    texts = {path.name for path in run.reports.glob("*.txt")}
    assert texts == {"a.txt", "c.txt"}
    assert (run.reports / "a.txt").read_text() == "new"


def test_what_was_made_but_not_published_is_published_next_time(run):
    leave(run, "20_good", **{"a.txt": "x"})

    prepare(run, ["20_good"])
    assert run.stamp("20_good").exists()
    prepare(run, ["20_good"], force=True)
    assert not run.stamp("20_good").exists()


def test_a_run_of_other_inputs_is_not_published_next_time(run):
    leave(run, "20_good", **{"a.txt": "x"})
    export = run.study.parent / "export.csv"
    export.write_text("answer\nno\n")

    prepare(describe_run(run.study), ["20_good"])

    assert not run.stamp("20_good").exists()


def test_a_second_run_is_refused_while_the_first_writes(tmp_path):
    with (
        locked(tmp_path / "reports"),
        pytest.raises(SurveyError, match="another run is writing reports/"),
        locked(tmp_path / "reports", patience=0.2),
    ):
        pass


def test_a_lock_goes_with_a_killed_process(tmp_path):
    code = (
        "import pathlib, sys, time\n"
        "from surveytools.running.publish import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.kill()

    with locked(tmp_path, patience=0.5) as handle:
        assert os.get_inheritable(handle) is False
