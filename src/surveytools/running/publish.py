"""From where a run works to where people look: by rename, and only what is whole.

What a failed notebook made before stays where it was; only its executed copy is
replaced, because it shows what happened.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from surveytools.errors import SurveyError, raise_all
from surveytools.files import sha256_of, write_text
from surveytools.running.freshness import MANIFEST, Run, read_json
from surveytools.running.withheld import forget_withheld, withhold_run

__all__ = ["DISCLOSURE", "Status", "locked", "outputs_of", "prepare", "publish"]

Status = Literal["done", "failed", "skipped"]
WritePage = Callable[[Mapping[str, Status]], Path]
Hits = list[dict[str, str]]
Search = Callable[[Mapping[str, Path]], tuple[Hits, dict[str, Any]]]

DISCLOSURE = "disclosure.json"
"""Name of the disclosure record in the folder of outputs."""

_PATIENCE = 10.0
"""Seconds that a run waits for another: one that was killed takes a moment to end."""


@contextmanager
def locked(folder: Path, *, patience: float = _PATIENCE) -> Iterator[int]:
    """Hold a folder of outputs for one run.

    The lock goes with the processes that hold it, however they end: nobody has to
    remove anything after ``kill -9``.

    Parameters
    ----------
    folder
        Made if need be.
    patience
        Seconds to wait for another run.

    Yields
    ------
    int
        The descriptor, for processes that shall hold the lock too.

    Raises
    ------
    SurveyError
        If another run holds the folder for longer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + patience
    try:
        while not _taken(handle):
            if time.monotonic() > end:
                msg = f"another run is writing {folder.name}/"
                raise SurveyError(msg, hint="wait for it, or end it")
            time.sleep(0.1)
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def prepare(run: Run, names: Collection[str], *, force: bool = False) -> None:
    """Remove what earlier runs left about notebooks that must be executed again.

    A notebook that was executed from these very inputs but not published, because the
    run was ended between the two, keeps its stamp: it is published now.
    """
    for name in run.notebooks:
        run.failure(name).unlink(missing_ok=True)
        if name in names and (force or not _waiting(run, name)):
            run.stamp(name).unlink(missing_ok=True)
    for mark in (run.begun, run.ended):
        mark.unlink(missing_ok=True)
    run.work.mkdir(parents=True, exist_ok=True)


def _waiting(run: Run, name: str) -> bool:
    stamp = read_json(run.stamp(name))
    outputs = stamp.get("outputs", {})
    return stamp.get("digest") == run.digests[name] and all(
        (run.room(name) / path).is_file() for path in outputs
    )


def outputs_of(run: Run) -> dict[str, Path]:
    """Give what waits to be published: where it lies, by the path that it will have."""
    return {
        output: run.room(name) / output
        for name in run.notebooks
        for output in _outputs(run, name)
        if (run.room(name) / output).is_file()
    }


def _outputs(run: Run, name: str) -> list[str]:
    """List what a notebook leaves to be published; if it failed, its copy alone."""
    if read_json(run.failure(name)).get("problem"):
        return [f"notebooks/{name}.ipynb"]
    return list(read_json(run.stamp(name))["outputs"]) if _made(run, name) else []


def _made(run: Run, name: str) -> bool:
    return run.stamp(name).is_file() and run.room(name).is_dir()


def publish(run: Run, write_page: WritePage, search: Search) -> tuple[Path, ...]:
    """Move what was made to where people look, and record it in the manifest.

    Parameters
    ----------
    write_page
        Writes the index page, told what became of each notebook; it gives the path.
    search
        Looks through the outputs, told where each lies; gives what must not leave and
        the disclosure record, as `surveytools.running.gate.inspect_outputs` does.

    Returns
    -------
    tuple of Path
        The files that were written, the manifest last.

    Raises
    ------
    LeakError, SurveyErrors
        If an output, or one that was published before and would stay, holds what must
        not leave. Then nothing is published, and all that waited is moved out of the
        folder of outputs.
    """
    old = read_json(run.reports / MANIFEST).get("notebooks", {})
    files = _published_then(run, old)
    hits, disclosure = search(files)
    if hits:
        vouching = [run.reports / name for name in ("index.html", DISCLOSURE)]
        raise_all(withhold_run(run, files, hits, vouching=vouching))
    forget_withheld(run)
    records: dict[str, Any] = {}
    failed: dict[str, str] = {}
    written: list[Path] = []
    for name in run.notebooks:
        written += _move(run, name, _outputs(run, name))
        if problem := read_json(run.failure(name)).get("problem"):
            failed[name] = problem
            shutil.rmtree(run.room(name), ignore_errors=True)  # wasn't searched
        elif _made(run, name):
            records[name] = read_json(run.stamp(name))
            continue
        if name in old:
            records[name] = old[name]
    _sweep(run, old, records)
    runs: dict[str, Status] = {
        name: "failed" if name in failed else "done"
        for name in run.notebooks
        if name in failed or name in records
    }
    page = write_page(runs)
    manifest = {
        "study": run.study.name,
        "inputs": dict(run.inputs),
        "program": dict(run.program),
        "parameters": {name: dict(values) for name, values in run.parameters.items()},
        "notebooks": records,
        "failed": failed,
        "pages": {page.name: sha256_of(page)},
    }
    kept = run.reports / DISCLOSURE
    write_text(kept, json.dumps(disclosure, indent=1, ensure_ascii=False) + "\n")
    path = run.reports / MANIFEST
    write_text(path, json.dumps(manifest, indent=1, default=str) + "\n")
    return (*written, page, kept, path)


def _published_then(run: Run, old: Mapping[str, Any]) -> dict[str, Path]:
    """Give what the folder of outputs will hold, and where each file lies now."""
    waiting = outputs_of(run)
    names = [f"notebooks/{name}.ipynb" for name in run.notebooks]
    for name in run.notebooks:
        record = read_json(run.stamp(name)) if _made(run, name) else old.get(name, {})
        names += record.get("outputs", ())
    kept = {name: run.reports / name for name in names}
    return {name: path for name, path in kept.items() if path.is_file()} | waiting


def _move(run: Run, name: str, outputs: list[str]) -> list[Path]:
    moved = []
    for output in outputs:
        source, target = run.room(name) / output, run.reports / output
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
            moved.append(target)
    return moved


def _sweep(run: Run, old: dict[str, Any], records: dict[str, Any]) -> None:
    """Remove what an earlier run published and this one doesn't make any more."""
    now = {output for record in records.values() for output in record["outputs"]}
    for record in old.values():
        for output in record["outputs"]:
            if output not in now:
                (run.reports / output).unlink(missing_ok=True)
