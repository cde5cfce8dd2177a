"""Exports of Google Forms, in their two dialects.

The form itself downloads a CSV with times like ``2020/10/06 1:12:44 pm GMT`` and
options joined by ``;`` (A). The linked sheet has times in the sheet's own format and
options joined by a comma and a blank (B).
"""

import re
from collections import Counter
from collections.abc import Mapping

from surveytools.errors import ExportError
from surveytools.reading.families import matrix_rows
from surveytools.reading.grid import Grid
from surveytools.reading.platform import WHY_BLANK, Certainty, Match, Platform, Shape
from surveytools.reading.table import Role

__all__ = ["GOOGLE"]

_HEADERS = frozenset(
    {
        "timestamp",  # English
        "horodateur",  # French
        "zeitstempel",  # German
        "marca temporal",  # Spanish
        "informazioni cronologiche",  # Italian
        "タイムスタンプ",  # Japanese
    }
)
_ADDRESSES = frozenset(
    {
        "email address",
        "username",
        "adresse e-mail",
        "nom d'utilisateur",
        "e-mail-adresse",
        "nutzername",
        "dirección de correo electrónico",
        "nombre de usuario",
        "indirizzo email",
        "メールアドレス",
        "ユーザー名",
    }
)
_SCORES = frozenset(
    {"score", "punkte", "punktzahl", "note", "puntuación", "punteggio", "スコア"}
)
_SCORE = re.compile(r"\d+(?:[.,]\d+)? / \d+")
_POINTS = re.compile(r"\d+(?:[.,]\d+)?")
_FIRST = 3
_GRID = re.compile(r"(?P<text>.*\S)\s*\[(?P<part>[^\[\]]*\S[^\[\]]*)\]\s*", re.DOTALL)
_FORM = r"\d{4}/\d\d?/\d\d? \d\d?:\d\d:\d\d (?:[AaPp]\.?[Mm]\.? )?[A-Za-z]\S*"
_SHEET = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/-]\d{1,2}[/-]\d{1,2}),?"
    r" \d\d?:\d\d:\d\d(?:\.\d+)?(?: ?[AaPp]\.?[Mm]\.?)?"
)
_SEPARATORS: Mapping[str, str] = {"A": ";", "B": ", "}
_STYLES = {"A": "as the form writes them", "B": "as a sheet writes them"}


def _matches(grid: Grid) -> Match | None:
    dialect = _dialect(grid)
    if dialect is None:
        return None
    said = f"all its cells are times {_STYLES[dialect]}"
    header = grid.header[1].strip()
    if header.casefold() in _HEADERS:
        reason = f"the first header is {header!r} and {said}"
        return Match(Certainty.STRONG, reason)
    if dialect == "A":
        return Match(
            Certainty.WEAK, f"the first column has no known header, but {said}"
        )
    return None


def _shape(grid: Grid) -> Shape:
    dialect = _dialect(grid)
    if dialect is None:
        problem = "the first column doesn't hold the times of a Google form"
        raise ExportError(problem, grid.locate(), "choose another platform")
    separator, note = _verified(grid, dialect)
    roles = {1: Role.SUBMITTED}
    for position, header in grid.header.items():
        text = header.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold()
        if text in _ADDRESSES and position <= _FIRST:
            roles[position] = Role.IDENTITY
        elif text in _SCORES and _is_score(grid, position):
            roles[position] = Role.METADATA
    answers = [n for n in grid.header if n not in roles]
    rows = matrix_rows(grid, answers, _GRID, separator=separator)
    blank = any(grid.frame[n].hasnans for n in answers)
    return Shape(
        roles,
        separator=separator,
        notes=(*note, _zone_note(grid, dialect), *([WHY_BLANK] if blank else [])),
        questions=dict(rows),
    )


def _is_score(grid: Grid, position: int) -> bool:
    """Tell the points of a quiz: a workbook shows ``7 / 10`` and holds 7."""
    if _all_match(grid, position, _SCORE):
        return True
    return position <= _FIRST and _all_match(grid, position, _POINTS)


def _zone_note(grid: Grid, dialect: str) -> str:
    if dialect == "B":
        return "times have no zone: they are in that of the sheet"
    zones = sorted({text.rsplit(" ", 1)[-1] for text in grid.texts(1)})
    if len(zones) == 1:
        return f"times are in the zone {zones[0]}"
    return f"times are in {len(zones)} zones: {', '.join(zones[:_FIRST])}"


def _dialect(grid: Grid) -> str | None:
    """Tell by the times alone which of the two exports this is."""
    if 1 not in grid.header:
        return None
    if _all_match(grid, 1, re.compile(_FORM)):
        return "A"
    return "B" if _all_match(grid, 1, re.compile(_SHEET)) else None


def _all_match(grid: Grid, position: int, pattern: re.Pattern[str]) -> bool:
    texts = grid.counts(position).index
    return len(texts) > 0 and bool(texts.str.fullmatch(pattern.pattern).all())


def _verified(grid: Grid, dialect: str) -> tuple[str, tuple[str, ...]]:
    """Check the dialect's separator against the cells.

    A file that was opened and saved again has other times, but still its separators.
    The right separator cuts cells into options that other cells have too.
    """
    evidence = {name: _repeated(grid, text) for name, text in _SEPARATORS.items()}
    other = "B" if dialect == "A" else "A"
    if evidence[dialect] == 0 and evidence[other] > 0:
        separator = _SEPARATORS[other]
        note = (
            f"times are {_STYLES[dialect]}, but only {separator!r} cuts cells into "
            "options that repeat: taken as separator"
        )
        return separator, (note,)
    return _SEPARATORS[dialect], ()


def _repeated(grid: Grid, separator: str) -> int:
    """Count different cells that are cut into options all of which others have too.

    Equal cells count once: ``Yes, in production`` in a hundred rows is one option.
    """
    found = 0
    for position in grid.header:
        cells = [text.split(separator) for text in grid.counts(position).index]
        seen = Counter(option for cell in cells for option in set(cell))
        joined = (cell for cell in cells if len(cell) > 1)
        found += sum(all(seen[option] > 1 for option in cell) for cell in joined)
    return found


GOOGLE = Platform("google", "Google Forms", _matches, _shape)
