"""One notebook of a run as a job: what Snakemake calls, here or on a cluster.

``python -m surveytools.running.job NOTEBOOK --study FILE`` asks the nursery of the run
that started it. Where there is none (plain ``snakemake``, another host) it executes
the notebook itself. It imports nothing heavy before it knows.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surveytools.errors import SurveyError, SurveyErrors
from surveytools.files import sha256_of, write_text
from surveytools.running.asking import ADDRESS, ask, nursery_here

__all__ = ["RELEASE", "REPORTS", "STUDY", "main", "run_job"]

RELEASE = "SURVEYTOOLS_RELEASE"
"""Environment variable: the number of the release that is being made, if one is."""

REPORTS = "SURVEYTOOLS_REPORTS"
"""Environment variable: where outputs go, instead of ``places.reports``."""

STUDY = "SURVEYTOOLS_STUDY"
"""Environment variable: the study that a notebook opens when it names none."""


def run_job(job: Mapping[str, Any], *, nursery: str | None = None) -> str:
    """Execute a notebook, and record what it wrote or how it failed.

    Parameters
    ----------
    job
        ``notebook``, ``study``, ``room``, ``stamp``, ``failure`` (paths),
        ``parameters`` and ``digest``; ``release`` in a release.
    nursery
        Socket for forked kernels; without one they are started as Jupyter does.

    Returns
    -------
    str
        What went wrong; empty if nothing did. Several problems of one pass follow, in
        one line each, the line that says where the notebook stopped.
    """
    from surveytools.running.execute import FailedCellError, execute_notebook  # noqa: PLC0415

    notebook, room = Path(job["notebook"]), Path(job["room"])
    stamp, failure = Path(job["stamp"]), Path(job["failure"])
    shutil.rmtree(room, ignore_errors=True)
    failure.unlink(missing_ok=True)
    os.environ[STUDY], os.environ[REPORTS] = job["study"], job["room"]
    os.environ[RELEASE] = job.get("release", "")
    copy = room / "notebooks" / notebook.name
    try:
        execute_notebook(notebook, copy, parameters=job["parameters"], nursery=nursery)
    except (SurveyError, SurveyErrors) as error:
        record = {"problem": getattr(error, "problem", str(error))}
        if isinstance(error, FailedCellError):
            record |= {"ename": error.ename, "evalue": error.evalue}
        _record(failure, record)
        several = record.get("ename") == SurveyErrors.__name__
        return f"{error}\n{record['evalue']}" if several else str(error)
    outputs = {
        str(path.relative_to(room)): sha256_of(path)
        for path in sorted(room.rglob("*"))
        if path.is_file()
    }
    write_text(stamp, json.dumps({"digest": job["digest"], "outputs": outputs}))
    return ""


def main(arguments: list[str]) -> int:
    """Run the job that is given as JSON; exit status 1 if it failed."""
    job = json.loads(arguments[0])
    folder = nursery_here(os.environ.get(ADDRESS, ""))
    if folder is not None:
        _wait_for(Path(job["begun"]), folder)
    problem = run_job(job) if folder is None else _ask(folder, job)
    if problem:
        sys.stderr.write(problem + "\n")
        if not Path(job["failure"]).exists():
            _record(Path(job["failure"]), {"problem": problem})
    return 1 if problem else 0


def _wait_for(mark: Path, folder: str) -> None:
    """Wait until the run found the tab plan sound, or was ended."""
    while not mark.exists() and Path(folder).exists():
        time.sleep(0.02)


def _record(failure: Path, record: Mapping[str, str]) -> None:
    write_text(failure, json.dumps(record, indent=1))


def _ask(folder: str, job: Mapping[str, Any]) -> str:
    """Let the nursery do it. If it is gone, the run was ended: then so are its jobs."""
    try:
        answers = ask(folder, "runner", {"do": "run", "job": job})
    except OSError:
        return "the run that it belongs to was ended"
    for answer in answers:
        if "failure" in answer:
            return str(answer["failure"])
    return "its process was killed"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
