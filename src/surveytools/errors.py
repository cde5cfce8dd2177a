"""Errors that name file, sheet, row and column, what was found and what to do."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = [
    "CellError",
    "CodebookError",
    "DisclosureError",
    "ExportError",
    "LeakError",
    "Location",
    "NoResponsesError",
    "NotebookError",
    "OutputError",
    "ParameterError",
    "StudyError",
    "SurveyError",
    "SurveyErrors",
    "collected",
    "raise_all",
]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a value sits, in the words that the spreadsheet itself uses.

    ``row`` is the number that Excel shows (the header is row 1), so that a reader can
    press Ctrl+G and look at the cell. ``column`` is the header, or the key of a TOML
    file.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet!r}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        return ", ".join(parts)


class SurveyError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    problem
        What was found, without a full stop.
    where
        The place, when there is one.
    hint
        What to do about it, in the imperative.
    """

    def __init__(
        self, problem: str, where: Location | None = None, hint: str | None = None
    ) -> None:
        super().__init__(problem, where, hint)
        self.problem = problem
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}; {self.hint}" if self.hint else text


class ExportError(SurveyError):
    """The export can't be read as what it is said to be."""


class NoResponsesError(ExportError):
    """The file, or the sheet, is blank or has nothing under its header."""


class CellError(ExportError):
    """One cell of an export."""


class CodebookError(SurveyError):
    """The codebook contradicts itself or the export."""


class StudyError(SurveyError):
    """``study.toml`` or a file that it names must be corrected."""


class ParameterError(SurveyError):
    """A notebook or a command was given a parameter that it doesn't have."""


class OutputError(SurveyError):
    """A file can't be written where it was wanted."""


class DisclosureError(SurveyError):
    """Something that isn't protected was about to leave."""


class LeakError(SurveyError):
    """An output holds what must not leave; nothing of the run was published."""


class NotebookError(SurveyError):
    """A notebook failed while it ran; its executed copy shows where."""


class SurveyErrors(Exception):  # noqa: N818 - several of them
    """All problems of one pass, so that a person corrects them in one go.

    Not an `ExceptionGroup`: Jupyter prints those as plain text, and a notebook's error
    then has no name, no message and no place.

    Parameters
    ----------
    problems
        What was found, in the order in which it is told.

    Attributes
    ----------
    exceptions
        The problems.
    """

    def __init__(self, problems: Iterable[SurveyError]) -> None:
        self.exceptions = tuple(problems)
        super().__init__(self.exceptions)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.exceptions)


def raise_all(problems: Sequence[SurveyError]) -> None:
    """Raise the problems collected in a pass: one as itself, several together.

    Raises
    ------
    SurveyError
        When there is one problem.
    SurveyErrors
        When there are several.
    """
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise SurveyErrors(problems)


@contextmanager
def collected(problems: list[SurveyError]) -> Iterator[None]:
    """Keep what the body raises, so that a pass goes on and tells all at its end.

    Parameters
    ----------
    problems
        List to which the problems are added; `raise_all` takes it.
    """
    try:
        yield
    except SurveyErrors as group:
        problems.extend(group.exceptions)
    except SurveyError as problem:
        problems.append(problem)
