"""What a runner of `surveytools.running.workers` can be asked to do.

Each task imports what it needs when it is begun: cleaning needs no papermill, executing
a notebook no pandas.
"""

import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["TASKS"]


def _be_runner(wish: Mapping[str, Any], line: socket.socket) -> None:
    """Execute a notebook and say how it ended."""
    from surveytools.running.job import run_job  # noqa: PLC0415

    kernels = str(Path.cwd() / "kernel")
    os.environ.clear()
    os.environ.update(wish["env"])
    os.chdir(wish["cwd"])
    failure = run_job(wish["job"], nursery=kernels)
    line.sendall(json.dumps({"failure": failure}).encode() + b"\n")


def _be_printer(wish: Mapping[str, Any], line: socket.socket) -> None:
    """Write the index page."""
    from surveytools.running.outputs import write_page  # noqa: PLC0415

    write_page(Path(wish["study"]), Path(wish["reports"]), wish["runs"])
    line.sendall(json.dumps({"written": True}).encode() + b"\n")


def _be_cleaner(wish: Mapping[str, Any], _line: socket.socket) -> None:
    """Clean a wave, if its inputs changed."""
    from surveytools.running.survey import open_study  # noqa: PLC0415

    open_study(wish["study"]).responses(wish["wave"])


def _be_searcher(wish: Mapping[str, Any], line: socket.socket) -> None:
    """Look through outputs for what must not leave."""
    from surveytools.running.gate import inspect_outputs  # noqa: PLC0415

    files = {name: Path(path) for name, path in wish["files"].items()}
    hits, record = inspect_outputs(Path(wish["study"]), files)
    line.sendall(json.dumps({"hits": hits, "record": record}).encode() + b"\n")


def _be_checker(wish: Mapping[str, Any], line: socket.socket) -> None:
    """Look for faults of the tab plan."""
    from surveytools.running.plan_faults import faults_of_study  # noqa: PLC0415

    faults = [str(fault) for fault in faults_of_study(Path(wish["study"]))]
    line.sendall(json.dumps({"faults": faults}).encode() + b"\n")


TASKS: Mapping[str, Callable[[Mapping[str, Any], socket.socket], None]] = {
    "run": _be_runner,
    "check": _be_checker,
    "page": _be_printer,
    "clean": _be_cleaner,
    "search": _be_searcher,
}
