"""Executing one notebook; whatever happens, its executed copy is written."""

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from surveytools.errors import Location, NotebookError
from surveytools.files import write_text
from surveytools.running.kernels import PrivateKernelManager, forked_manager
from surveytools.running.parameters import (
    check_parameters,
    is_secret,
    parameters_of,
)

__all__ = ["FailedCellError", "execute_notebook"]

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"Cell In\s?\[\d+\], line (\d+)")
_PAPERMILL_TAGS = {"injected-parameters", "papermill-error-cell-tag"}


class FailedCellError(NotebookError):
    """A cell raised an error.

    Attributes
    ----------
    ename, evalue
        Name and text of the error, as the kernel gave them.
    """

    def __init__(
        self, problem: str, where: Location, hint: str, *, ename: str, evalue: str
    ) -> None:
        super().__init__(problem, where, hint)
        self.ename = ename
        self.evalue = evalue


def execute_notebook(
    notebook: Path,
    output: Path,
    *,
    parameters: Mapping[str, object] | None = None,
    nursery: str | None = None,
) -> None:
    """Execute a notebook in its folder and write the executed copy.

    Parameters
    ----------
    notebook
        The ``.ipynb`` file.
    output
        Where the executed copy goes: also when a cell fails, with the error in it.
        Times are removed from it, so that equal inputs give equal bytes.
    parameters
        Values for its cell tagged ``parameters``. Those whose name tells a secret
        don't stand in the copy.
    nursery
        Socket of the process that forks prepared kernels; without one, a kernel is
        started as Jupyter starts it.

    Raises
    ------
    ParameterError
        If the notebook doesn't have a parameter, or it is of another type.
    NotebookError
        If a cell fails or its kernel dies.
    """
    given = dict(parameters or {})
    check_parameters(parameters_of(notebook), given, notebook=notebook.name)
    manager = forked_manager(nursery) if nursery else PrivateKernelManager
    logging.getLogger("papermill").setLevel(logging.ERROR)
    output.parent.mkdir(parents=True, exist_ok=True)
    # Papermill saves after each cell: what is there survives the death of a kernel.
    part = output.with_name(f".{output.name}")
    try:
        papermill.execute_notebook(
            _literal(notebook),
            _literal(part),
            parameters=given,
            kernel_name="python3",
            cwd=notebook.parent,
            progress_bar=False,
            kernel_manager_class=manager,
        )
    except PapermillExecutionError as error:
        raise _failed_cell(notebook.name, error) from error
    except DeadKernelError as error:
        msg = "the kernel died"
        hint = "run it in JupyterLab and watch the memory"
        raise NotebookError(msg, Location(notebook.name), hint) from error
    finally:
        if part.exists():
            write_text(output, _tidy(part, given))
            part.unlink()


def _literal(path: Path) -> str:
    """Quote a path for papermill, which fills in parameters between braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _failed_cell(file: str, error: PapermillExecutionError) -> FailedCellError:
    trace = _COLOUR.sub("", "\n".join(error.traceback))
    line = next((int(text) for text in _LINE.findall(trace)), 1)
    source = error.source.splitlines() or [""]
    text = source[min(line, len(source)) - 1].strip()
    told = error.evalue.splitlines()
    if error.ename == "SurveyErrors":
        told = [f"{len(told)} problems", *told]
    place = f"cell [{error.exec_count}], line {line}, {text!r}"
    return FailedCellError(
        f"{place}: {': '.join((error.ename, *told[:1]))}",
        Location(file),
        "look at its executed copy",
        ename=error.ename,
        evalue=error.evalue,
    )


def _tidy(path: Path, given: Mapping[str, object]) -> str:
    """Remove times, random names, secrets and chance from an executed copy."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    secrets = {name for name in given if is_secret(name)}
    shown = {name: "***" if name in secrets else given[name] for name in given}
    notebook.metadata["papermill"] = {"parameters": shown}
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if _PAPERMILL_TAGS & set(cell.metadata.get("tags", ())):
            cell["id"] = f"papermill-{number}"
        if secrets and "injected-parameters" in cell.metadata.get("tags", ()):
            cell.source = _without(cell.source, secrets)
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text + "\n"


def _joined(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Join printed texts that follow one another: where they are cut is chance."""
    found: list[NotebookNode] = []
    for output in outputs:
        last = found[-1] if found else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            found.append(output)
    return found


def _without(source: str, secrets: set[str]) -> str:
    """Blank the values that the injected cell, one a line, gives to some names."""
    return "\n".join(
        f'{name} = "***"' if name in secrets else line
        for line in source.splitlines()
        for name in [line.partition(" = ")[0]]
    )
