"""Notebooks with the demo's outputs in them, which nbval compares new ones with.

``python -m surveytools.running.stored refresh`` executes the notebooks and stores their
outputs; ``check`` says whether the stored ones are of these inputs.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from surveytools.errors import (
    Location,
    NotebookError,
    SurveyError,
    SurveyErrors,
    raise_all,
)
from surveytools.files import write_text
from surveytools.running.freshness import Run, describe_run
from surveytools.running.job import REPORTS, STUDY

__all__ = ["check", "main", "refresh"]

_AGAIN = "run make notebooks and look at what changed"


def refresh(run: Run) -> tuple[Path, ...]:
    """Execute the notebooks of a study and store their outputs in them.

    Nothing is written but the notebooks: their figures and decks go to a folder that
    is removed, times and random names aren't stored.

    Returns
    -------
    tuple of Path
        The notebooks that changed.

    Raises
    ------
    NotebookError
        If a notebook fails; it keeps its outputs.
    """
    from surveytools.running.execute import execute_notebook  # noqa: PLC0415

    changed = []
    with tempfile.TemporaryDirectory(prefix="surveytools-") as folder:
        os.environ[STUDY], os.environ[REPORTS] = str(run.study), folder
        for name, path in run.notebooks.items():
            executed = Path(folder) / "notebooks" / f"{name}.ipynb"
            execute_notebook(path, executed)
            text = _stored(_read(path), _read(executed), _hash(run))
            if text != path.read_text(encoding="utf-8"):
                write_text(path, text)
                changed.append(path)
    return tuple(changed)


def check(run: Run) -> None:
    """Refuse notebooks whose outputs aren't of these inputs.

    Raises
    ------
    NotebookError, SurveyErrors
        One for each notebook without outputs, with outputs of other inputs, or with
        a path of this computer in them.
    """
    problems: list[SurveyError] = []
    for path in run.notebooks.values():
        notebook = _read(path)
        outputs = [output for cell in _code(notebook) for output in cell["outputs"]]
        stored = notebook["metadata"].get("surveytools", {}).get("inputs")
        places = {str(run.study.parent), str(Path.home()), tempfile.gettempdir()}
        problem = ""
        if not outputs:
            problem = "it has no stored outputs"
        elif stored != _hash(run):
            problem = "its stored outputs are of other inputs"
        elif any(place in json.dumps(outputs) for place in places if len(place) > 1):
            problem = "its stored outputs name a folder of this computer"
        if problem:
            problems.append(NotebookError(problem, Location(path.name), _AGAIN))
    raise_all(problems)


def _hash(run: Run) -> str:
    return hashlib.sha256(json.dumps(sorted(run.inputs.items())).encode()).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def _code(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _stored(
    notebook: Mapping[str, Any], executed: Mapping[str, Any], inputs: str
) -> str:
    """Give the notebook's text with the outputs of its executed copy."""
    outputs = {cell["id"]: cell for cell in _code(executed)}
    cells = [
        cell
        | {
            "outputs": outputs[cell["id"]]["outputs"],
            "execution_count": outputs[cell["id"]]["execution_count"],
        }
        if cell["cell_type"] == "code"
        else cell
        for cell in notebook["cells"]
    ]
    metadata = notebook["metadata"] | {"surveytools": {"inputs": inputs}}
    stored = dict(notebook) | {"cells": cells, "metadata": metadata}
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Refresh or check the notebooks of a study; exit status 1 on a problem."""
    parser = argparse.ArgumentParser(prog="surveytools.running.stored")
    parser.add_argument("what", choices=["check", "refresh"])
    parser.add_argument("--study", type=Path, help="the study file")
    given = parser.parse_args(arguments)
    try:
        run = describe_run(given.study)
        if given.what == "check":
            check(run)
        else:
            for path in refresh(run):
                sys.stdout.write(f"stored outputs in {path.name}\n")
    except (SurveyError, SurveyErrors) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
