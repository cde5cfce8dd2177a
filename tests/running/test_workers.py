"""Forked kernels: the same outputs as started ones, and no processes left."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from surveytools.running.asking import ask, nursery_here
from surveytools.running.execute import execute_notebook
from surveytools.running.job import run_job
from surveytools.running.workers import nursery


@pytest.fixture(scope="module")
def sockets():
    with nursery() as address:
        yield nursery_here(address)


def job_of(notebook, room):
    return {
        "notebook": str(notebook),
        "study": "",
        "room": str(room / "job"),
        "stamp": str(room / "stamp.json"),
        "failure": str(room / "failure.json"),
        "parameters": {"unit": "ep"},
        "digest": "1",
    }


def test_a_forked_kernel_gives_the_same_text_and_images(
    tmp_path, write_notebook, sockets
):
    notebook = write_notebook(
        tmp_path / "20_a.ipynb",
        "import sys\nprint(unit)\nprint('told', file=sys.stderr)",
        "import pandas as pd\npd.DataFrame({'share': [0.5, None]}, index=['a', 'b'])",
        # pyplot is what a prepared process loses most easily: figures without error.
        "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\n"
        "axes.bar(['a'], [1]);",
        "from matplotlib.figure import Figure\nimport seaborn as sns\n"
        "axes = sns.barplot(x=['a', 'b'], y=[1, 2])",
        "import matplotlib\nmatplotlib.get_backend()",
        "import os, warnings\nwarnings.warn('once')\n__name__, os.getcwd() != ''",
        "sys.path[0], sys.argv[0].endswith('.py'), os.isatty(0)",
    )
    plain = tmp_path / "plain" / notebook.name

    execute_notebook(notebook, plain, parameters={"unit": "ep"})
    answers = ask(sockets, "runner", {"do": "run", "job": job_of(notebook, tmp_path)})

    assert answers == [{"failure": ""}, {"exit": 0}]
    forked = tmp_path / "job" / "notebooks" / notebook.name
    cells = [json.loads(path.read_text())["cells"] for path in (plain, forked)]
    for started, other in zip(*cells, strict=True):
        for cell in (started, other):
            for output in cell.get("outputs", []):
                # A warning names the process' temporary file of the cell.
                output.pop("text", None) if "once" in str(output) else None
        assert other == started
    pictures = str(cells[1]).count("image/png")
    assert pictures == 2


def test_forked_kernels_draw_different_random_numbers(
    tmp_path, write_notebook, sockets
):
    source = "import numpy, random\nprint(numpy.random.rand(), random.random())"
    seen = set()
    for number in range(2):
        notebook = write_notebook(tmp_path / f"2{number}_a.ipynb", source)
        room = tmp_path / str(number)
        ask(sockets, "runner", {"do": "run", "job": job_of(notebook, room)})
        copy = json.loads((room / "job" / "notebooks" / notebook.name).read_text())
        seen.update(copy["cells"][-1]["outputs"][0]["text"][0].split())

    assert len(seen) == 4


def test_a_failure_is_told_and_recorded(tmp_path, write_notebook, sockets):
    notebook = write_notebook(tmp_path / "20_a.ipynb", "int('x')")

    answers = ask(sockets, "runner", {"do": "run", "job": job_of(notebook, tmp_path)})

    assert "ValueError" in answers[0]["failure"]
    record = json.loads((tmp_path / "failure.json").read_text())
    assert record["ename"] == "ValueError"
    assert not (tmp_path / "stamp.json").exists()


def test_kernel_and_runner_end_when_the_job_hangs_up(tmp_path, write_notebook, sockets):
    note = tmp_path / "pid"
    source = f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))"
    notebook = write_notebook(tmp_path / "20_a.ipynb", source + "\ntime.sleep(600)")
    wish = {"do": "run", "job": job_of(notebook, tmp_path), "cwd": "/"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(f"{sockets}/runner")
        line.sendall(json.dumps(wish | {"env": dict(os.environ)}).encode() + b"\n")
        wait_for(lambda: note.exists() and note.read_text())

    kernel = int(note.read_text())
    wait_for(lambda: not psutil.pid_exists(kernel))


def test_the_sockets_are_for_this_user_alone_and_go_with_the_nursery():
    with nursery() as address:
        folder = Path(nursery_here(address))
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_nurseries_end_when_their_parent_is_killed():
    code = (
        "import signal\n"
        "from surveytools.running.workers import nursery\n"
        "with nursery() as address:\n"
        "    print(address, flush=True)\n"
        "    signal.pause()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        address = parent.stdout.readline().strip()
        children = psutil.Process(parent.pid).children()
        parent.kill()

    assert len(children) == 2
    psutil.wait_procs(children, timeout=30)
    assert not any(child.is_running() for child in children)
    assert not Path(nursery_here(address)).exists()


def test_an_address_on_another_host_is_none_of_ours():
    assert nursery_here("elsewhere.example:/tmp/x") is None
    assert nursery_here("") is None


def test_a_job_without_nursery_runs_by_itself(tmp_path, write_notebook, monkeypatch):
    notebook = write_notebook(tmp_path / "20_a.ipynb", "1 + 1")
    monkeypatch.setenv("SURVEYTOOLS_REPORTS", "")
    monkeypatch.setenv("SURVEYTOOLS_STUDY", "")

    assert run_job(job_of(notebook, tmp_path)) == ""
    stamp = json.loads((tmp_path / "stamp.json").read_text())
    assert list(stamp["outputs"]) == ["notebooks/20_a.ipynb"]


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)
