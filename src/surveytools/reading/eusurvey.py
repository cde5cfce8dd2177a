"""Results of EUSurvey, the European Commission's survey tool, as workbooks.

References
----------
.. [1] EUSurvey/EUSURVEY, ``tools/export/CommonExcelExportCreator.java`` and
   ``WEB-INF/classes/messages_*.properties``.
"""

import re
from collections.abc import Iterator, Mapping

from surveytools.errors import ExportError
from surveytools.reading.families import matrix_rows
from surveytools.reading.grid import Grid
from surveytools.reading.platform import WHY_BLANK, Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Question, Role

__all__ = ["EUSURVEY"]

# Headings in English and, as far as they are known, French.
_OWN: Mapping[str, Role] = {
    "invitation number": Role.IDENTITY,
    "contribution id": Role.METADATA,
    "user name": Role.IDENTITY,
    "creation date": Role.SUBMITTED,
    "last update": Role.METADATA,
    "languages": Role.LANGUAGE,
    "total score": Role.METADATA,
    "nom d'utilisateur": Role.IDENTITY,
    "dernière mise à jour": Role.METADATA,
    "langues": Role.LANGUAGE,
}
_CERTAIN = frozenset({"contribution id", "creation date", "last update"})
_ENOUGH = 3
_STATEMENT = re.compile(r"(?P<text>.*\S)\s*: (?P<part>\S.*)", re.DOTALL)
_YES_NO = {"Yes", "No"}
_MOST_COLUMNS = 254


def _own(grid: Grid) -> dict[int, Role]:
    """Give the platform's columns, which are the last ones."""
    roles: dict[int, Role] = {}
    for n, text in reversed(list(grid.header.items())):
        key = " ".join(text.split()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        role = _OWN.get(key.casefold())
        if role is None:
            break
        roles[n] = role
    return roles


def _matches(grid: Grid) -> Match | None:
    titles = {grid.header[n].strip().casefold() for n in _own(grid)}
    if titles >= _CERTAIN:
        reason = "the last headers are those of EUSurvey, with 'Contribution Id'"
        return Match(Certainty.CERTAIN, reason)
    if len(titles) >= _ENOUGH:
        names = ", ".join(repr(grid.header[n]) for n in sorted(_own(grid)))
        return Match(Certainty.STRONG, f"the last headers are {names}")
    return None


def _shape(grid: Grid) -> Shape:
    roles = _own(grid)
    if not roles:
        problem = "the last headers aren't those of EUSurvey"
        hint = "they are 'Contribution Id', 'Creation Date'…; choose another platform"
        raise ExportError(problem, grid.locate(), hint)
    questions = dict(_split_options(grid, roles))
    roles |= dict.fromkeys(_headings(questions, grid, roles), Role.METADATA)
    rest = [n for n in grid.header if n not in roles and n not in questions]
    separator = _separator(grid, rest)
    rows = matrix_rows(grid, rest, _STATEMENT, separator=separator)
    return Shape(
        roles=roles,
        separator=separator,
        labels=(("yes", "no"),),
        notes=tuple(_notes(grid)),
        questions=questions | dict(rows),
    )


def _split_options(
    grid: Grid, roles: Mapping[int, Role]
) -> Iterator[tuple[int, Question]]:
    """Find options in columns of their own, behind the column of their question.

    That column is blank, and each option says Yes or No under its bare label.
    """
    question: int | None = None
    for n in grid.header:
        texts = grid.texts(n)
        if n in roles:
            question = None
        elif texts.empty and grid.header[n].strip():
            question = n
        elif question is not None and set(texts) <= _YES_NO:
            text = grid.header[question]
            yield (
                n,
                Question(text, grid.header[n], f"{question}: {text}", Answers.OPTION),
            )
        else:
            question = None


def _headings(
    questions: Mapping[int, Question], grid: Grid, roles: Mapping[int, Role]
) -> Iterator[int]:
    """Columns of questions whose options have columns of their own."""
    names = {question.id for question in questions.values()}
    for n, text in grid.header.items():
        if n not in roles and f"{n}: {text}" in names:
            yield n


def _separator(grid: Grid, columns: list[int]) -> str:
    """Choose between the two ways in which versions join options."""
    for n in columns:
        if grid.texts(n).str.contains("; ", regex=False).any():
            return "; "
    return ";"


def _notes(grid: Grid) -> Iterator[str]:
    yield WHY_BLANK
    if len(grid.header) >= _MOST_COLUMNS:
        yield (
            f"EUSurvey writes {_MOST_COLUMNS} columns a sheet: further ones stand in "
            "the sheet 'Content1'"
        )


EUSURVEY = Platform("eusurvey", "EUSurvey", _matches, _shape)
