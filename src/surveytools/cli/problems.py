"""Expected problems become one line each, and an exit status."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import NoReturn

import click

from surveytools.errors import (
    LeakError,
    Location,
    NotebookError,
    SurveyError,
    SurveyErrors,
)

__all__ = ["problems_reported"]


@contextmanager
def problems_reported() -> Iterator[None]:
    """Print each problem as one line on standard error, without traceback.

    Raises
    ------
    SystemExit
        With status 4 if the disclosure scan hit, 3 if a notebook failed, else 1.
    """
    try:
        yield
    except SurveyErrors as group:
        _report(*group.exceptions)
    except SurveyError as problem:
        _report(problem)
    except OSError as error:
        if not isinstance(error.filename, str | PathLike):
            raise  # no file of the user's: a fault of this program
        msg = f"can't be used ({error.strerror})"
        where = Location(str(error.filename))
        _report(SurveyError(msg, where, "check the name and the permissions"))


def _report(*problems: BaseException) -> NoReturn:
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    statuses = [_status(problem) for problem in problems]
    raise SystemExit(max(statuses)) from None


def _status(problem: BaseException) -> int:
    if isinstance(problem, LeakError):
        return 4
    return 3 if isinstance(problem, NotebookError) else 1
