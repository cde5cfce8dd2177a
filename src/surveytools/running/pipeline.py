"""A whole run: what is stale is executed, in parallel, and published at the end."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from surveytools import errors
from surveytools.errors import (
    LeakError,
    Location,
    NotebookError,
    StudyError,
    SurveyError,
    SurveyErrors,
    collected,
    raise_all,
)
from surveytools.files import write_text
from surveytools.running import freshness
from surveytools.running.asking import ADDRESS, ask, nursery_here
from surveytools.running.freshness import Run, describe_run, read_json
from surveytools.running.publish import Status, locked, prepare, publish
from surveytools.running.selection import with_needs
from surveytools.running.workers import nursery
from surveytools.study import load_study

__all__ = [
    "SNAKEFILE",
    "failures",
    "job_of",
    "run_notebooks",
    "run_of",
    "search_outputs",
    "write_page",
]

SNAKEFILE = Path(__file__).with_name("pipeline.smk")
"""The rules; the ``Snakefile`` of a repository includes them."""

_DATA_FAULTS = {
    name: kind
    for name, kind in vars(errors).items()
    if name in errors.__all__
    and isinstance(kind, type)
    and issubclass(kind, SurveyError)
    and not issubclass(kind, (NotebookError, LeakError))
} | {SurveyErrors.__name__: SurveyError}  # each of several is told by itself
"""Kind of problem by the name of the error that a cell raised about the data."""

Progress = Callable[[str, str], None]


def run_of(config: Mapping[str, Any]) -> Run:
    """Find the run that Snakemake's configuration speaks of.

    Parameters
    ----------
    config
        ``study`` (path), ``parameters`` (values by name) and ``release`` (number),
        all optional.
    """
    study = config.get("study")
    given = {name: str(value) for name, value in config.get("parameters", {}).items()}
    release = str(config.get("release", ""))
    return describe_run(Path(study) if study else None, given=given, release=release)


def job_of(run: Run, name: str) -> dict[str, Any]:
    """Describe a notebook of a run to `surveytools.running.job`."""
    return {
        "notebook": str(run.notebooks[name]),
        "study": str(run.study),
        "room": str(run.room(name)),
        "stamp": str(run.stamp(name)),
        "failure": str(run.failure(name)),
        "begun": str(run.begun),
        "parameters": dict(run.parameters.get(name, {})),
        "digest": run.digests[name],
        "release": run.release,
    }


def run_notebooks(
    run: Run,
    names: Sequence[str],
    *,
    stale: Collection[str],
    cores: int,
    force: bool = False,
    progress: Progress = lambda *_: None,
) -> tuple[Path, ...]:
    """Execute the stale ones of some notebooks and publish what they made.

    Parameters
    ----------
    run
        What is made, from what, and where.
    names
        Notebooks that shall be up to date afterwards.
    stale
        Those that aren't; with ``force``, those that are made again in any case.
    cores
        How many notebooks run at a time.
    progress
        Told the name of each notebook and what became of it, as soon as it is known.

    Returns
    -------
    tuple of Path
        The files that were written.

    Raises
    ------
    StudyError, SurveyErrors
        If the study or its tab plan must be corrected. Then no notebook ran.
    SurveyError
        If another run is writing there; `NotebookError` if a notebook failed, or the
        kind of error that its cell raised about the data. Notebooks that don't
        depend on it did run, and what the failed one made before is still there.
        `LeakError` if an output holds what must not leave; then nothing is published.
    """
    load_study(run.study)  # what is wrong with it is told before anything starts
    with locked(run.reports) as lock:
        if not force:  # a run that was waited for may have done it
            left = freshness.stale(run)
            stale = [name for name in stale if name in left]
            if not stale:
                return ()
        prepare(run, stale, force=force)
        for folder in ("done", "failed", "log"):
            (run.work / folder).mkdir(exist_ok=True)
        expected = [name for name in stale if not run.stamp(name).exists()]
        with (run.work / "log" / "run.log").open("wb") as log, nursery(log) as address:
            env = os.environ | {ADDRESS: address}
            with (
                ThreadPoolExecutor(1) as pool,
                _snakemake(run, names, cores, log=log, lock=lock, env=env) as process,
            ):
                # While Snakemake starts, which takes longer; its jobs wait for it.
                raise_all(pool.submit(_faults_of_plan, run, address).result())
                run.begun.touch()
                _watch(process, run, expected, progress)
            wanted = with_needs(run, names)
            failed = failures(run, wanted)  # what says so goes away with a leak
            problems: list[SurveyError] = []
            with collected(problems):
                written = publish(
                    run,
                    lambda runs: write_page(run, runs, address),
                    lambda files: search_outputs(run, files, address),
                )
        if not run.withheld.exists():
            failed = failures(run, wanted)  # now with their copies
        raise_all([*problems, *failed])
    return written


def _faults_of_plan(run: Run, address: str) -> list[SurveyError]:
    """Find what is wrong with the tab plan; a release's was seen to before."""
    if run.release:
        return []
    folder = nursery_here(address)
    wish = {"do": "check", "study": str(run.study)}
    with contextlib.suppress(OSError):
        for answer in ask(folder, "kernel", wish) if folder else ():
            if "faults" in answer:
                return [StudyError(fault) for fault in answer["faults"]]
    from surveytools.running import plan_faults  # noqa: PLC0415 - it brings pandas

    return plan_faults.faults_of_study(run.study)


def search_outputs(
    run: Run, files: Mapping[str, Path], address: str = ""
) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """Look for what must not leave; a nursery has the study open in no time.

    Parameters and result are those of `surveytools.running.gate.inspect_outputs`.
    """
    folder = nursery_here(address)
    paths = {name: str(path) for name, path in files.items()}
    wish = {"do": "search", "study": str(run.study), "files": paths}
    with contextlib.suppress(OSError):
        for answer in ask(folder, "kernel", wish) if folder else ():
            if "record" in answer:
                return answer["hits"], answer["record"]
    from surveytools.running import gate  # noqa: PLC0415 - it brings pandas

    return gate.inspect_outputs(run.study, files)


def write_page(run: Run, runs: Mapping[str, Status], address: str = "") -> Path:
    """Write the index page; a nursery does it in no time."""
    path = run.reports / "index.html"
    folder = nursery_here(address)
    wish = {"do": "page", "study": str(run.study), "reports": str(run.reports)}
    with contextlib.suppress(OSError):
        if folder and {"exit": 0} in ask(folder, "kernel", wish | {"runs": dict(runs)}):
            return path
    from surveytools.running import outputs  # noqa: PLC0415 - it brings pandas

    return outputs.write_page(run.study, run.reports, runs)


@contextlib.contextmanager
def _snakemake(
    run: Run,
    names: Sequence[str],
    cores: int,
    *,
    log: IO[bytes],
    lock: int,
    env: Mapping[str, str],
) -> Iterator[subprocess.Popen[bytes]]:
    """Start Snakemake for some notebooks and those that they need.

    If it still works when the body ends it is killed, with its jobs, which it would
    wait for. The next run publishes what is done by then, and makes the rest.
    """
    parameters = {
        name: value
        for values in run.parameters.values()
        for name, value in values.items()
    }
    config = {"parent": True, "study": str(run.study), "only": list(names)}
    config |= {"parameters": parameters, "release": run.release}
    write_text(run.work / "run.json", json.dumps(config))
    command = [sys.executable, "-P", "-m", "snakemake"]
    command += ["--snakefile", str(SNAKEFILE), "--configfile", "run.json"]
    # After kill -9 Snakemake's own lock stays; ours, which goes, is held already.
    command += ["--nolock", "--rerun-incomplete", "--keep-going"]
    # The default scheduler starts a solver of integer programs.
    command += ["--scheduler", "greedy", "--cores", str(cores)]
    # What stands alone fills the gaps that the others leave.
    chain = [str(run.stamp(name)) for name in names if not name.startswith("0")]
    command += ["--prioritize", *chain] if chain else []
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=run.work,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=env,
        pass_fds=[lock],
        start_new_session=True,  # Ctrl+C is for this process to pass on
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _watch(
    process: subprocess.Popen[bytes],
    run: Run,
    expected: Sequence[str],
    progress: Progress,
) -> None:
    """Tell what becomes of the notebooks until Snakemake has nothing left to do.

    It says so by a mark: its process takes another second or two to end.
    """
    waiting, ended = list(expected), False
    while not ended:
        ended = process.poll() is not None or run.ended.exists()
        for name in list(waiting):
            if run.stamp(name).exists():
                progress(name, "done")
                waiting.remove(name)
            elif run.failure(name).exists():
                progress(name, "failed")
                waiting.remove(name)
        if not ended:
            time.sleep(0.05)
    for name in waiting:
        progress(name, "not run")


def failures(run: Run, names: Sequence[str]) -> list[SurveyError]:
    """List what went wrong with some notebooks, as the last run left it.

    An error that a cell raised about the data comes back as what it was; others are
    `NotebookError`.
    """
    problems: list[SurveyError] = []
    missing = []
    for name in names:
        if record := read_json(run.failure(name)):
            problems += _problems(run, name, record)
        elif not run.stamp(name).exists():
            missing.append(name)
    if missing and not problems:
        msg = f"Snakemake ended before {', '.join(missing)} could run"
        hint = f"look at {_shown(run, run.work / 'log' / 'run.log')}"
        problems.append(NotebookError(msg, hint=hint))
    # One misspelt department stops each notebook with the same words.
    return list({str(problem): problem for problem in problems}.values())


def _problems(run: Run, name: str, record: Mapping[str, str]) -> list[SurveyError]:
    """Turn a record into errors: those of the data as what they are."""
    copy = run.reports / "notebooks" / f"{name}.ipynb"
    if kind := _DATA_FAULTS.get(record.get("ename", "")):
        return [kind(line) for line in record["evalue"].splitlines()]
    hint = f"look at {_shown(run, copy)}" if copy.exists() else None
    where = Location(_shown(run, run.notebooks[name]))
    return [NotebookError(record["problem"], where, hint)]


def _shown(run: Run, path: Path) -> str:
    """Write a path as a person at the study's folder, or here, would type it."""
    for folder in (run.study.parent, Path.cwd()):
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return str(path)
