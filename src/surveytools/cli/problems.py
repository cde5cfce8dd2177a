"""Expected problems become one line each, and an exit status."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from surveytools.errors import NotebookError, SurveyError, SurveyErrors

__all__ = ["problems_reported"]


@contextmanager
def problems_reported() -> Iterator[None]:
    """Print each problem as one line on standard error, without traceback.

    Raises
    ------
    SystemExit
        With status 3 if a notebook failed, else 1.
    """
    try:
        yield
    except SurveyErrors as group:
        _report(*group.exceptions)
    except SurveyError as problem:
        _report(problem)


def _report(*problems: BaseException) -> NoReturn:
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    failed = any(isinstance(problem, NotebookError) for problem in problems)
    raise SystemExit(3 if failed else 1) from None
