"""Exports of Microsoft Forms, workbooks and CSV, in four languages."""

import re
from collections.abc import Iterator, Mapping

from surveytools.errors import ExportError
from surveytools.reading.families import matrix_rows
from surveytools.reading.grid import Grid, listed
from surveytools.reading.platform import WHY_BLANK, Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Question, Role

__all__ = ["MSFORMS"]

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "English": ("id", "start time", "completion time", "email", "name"),
    "French": ("id", "heure de début", "heure de fin", "adresse de messagerie", "nom"),
    "German": ("id", "startzeit", "fertigstellungszeit", "e-mail", "name"),
    "Spanish": (
        "id",
        "hora de inicio",
        "hora de finalización",
        "correo electrónico",
        "nombre",
    ),
}
_MODIFIED = re.compile(
    r"last modified time|heure de la dernière modification|"
    r".*\b(?:modificación|änderung)\b.*"
)
_QUIZ = frozenset({"total points", "quiz feedback", "grade posted time"})
_ROLES = (Role.METADATA, Role.STARTED, Role.SUBMITTED, Role.IDENTITY, Role.IDENTITY)
_MARK = ";"
_TIMES = 3
_FEWEST = 3
_STATEMENT = re.compile(r"(?P<text>.+?)\.(?P<part>\S.*)", re.DOTALL)
_ZONE = "times have no zone: they are local to the person who downloaded the file"


def _matches(grid: Grid) -> Match | None:
    language = _language(grid, len(_ROLES))
    if language is not None:
        reason = f"the first five headers are those of {language} Microsoft Forms"
        return Match(Certainty.CERTAIN, reason)
    language = _language(grid, _TIMES)
    if language is not None:
        reason = f"the first three headers are those of {language} Microsoft Forms"
        return Match(Certainty.STRONG, reason)
    return None


def _language(grid: Grid, length: int) -> str | None:
    found = tuple(_plain(grid.header.get(n, "")) for n in range(1, length + 1))
    languages = (name for name, row in _HEADERS.items() if row[:length] == found)
    return next(languages, None)


def _plain(header: str) -> str:
    return " ".join(header.split()).casefold()


def _shape(grid: Grid) -> Shape:
    language = _language(grid, _TIMES)
    if language is None:
        problem = "the first headers aren't those of Microsoft Forms"
        hint = "they are 'ID', 'Start time', 'Completion time'; choose another platform"
        raise ExportError(problem, grid.locate(), hint)
    roles = _roles(grid, _HEADERS[language])
    answers = [n for n in grid.header if n not in roles]
    questions = dict(matrix_rows(grid, answers, _STATEMENT))
    frame = grid.frame.copy()
    mixed = []
    for n in (n for n in answers if n not in questions):
        told = _several(grid, n)
        if told is not None:
            questions[n] = Question(grid.header[n], id=grid.header[n], answers=told)
            ends = frame[n].str.endswith(_MARK).fillna(value=False)
            frame[n] = frame[n].mask(ends, frame[n].str.slice(0, -1))
            if not ends[frame[n].notna()].all():
                mixed.append(n)
    return Shape(
        roles=roles,
        separator=_MARK,
        notes=tuple(_notes(grid, answers, questions, mixed)),
        questions=questions,
        frame=frame,
    )


def _roles(grid: Grid, own: tuple[str, ...]) -> dict[int, Role]:
    roles = {}
    for n, (text, role) in enumerate(zip(own, _ROLES, strict=True), start=1):
        if _plain(grid.header.get(n, "")) == text:
            roles[n] = role
    before: list[str] = []
    for n, header in grid.header.items():
        text = _plain(header)
        if n in roles:
            continue
        modified = n <= len(_ROLES) + 1 and _MODIFIED.fullmatch(text)
        # Points and feedback of a quiz stand behind their question, in any language.
        graded = any(text.endswith(f" - {asked}") for asked in before[-2:])
        if modified or graded or text in _QUIZ:
            roles[n] = Role.METADATA
        else:
            before.append(text)
    return roles


def _several(grid: Grid, n: int) -> Answers | None:
    """Tell whether cells hold options, each with ``;`` behind it, or rank them all."""
    texts = grid.texts(n)
    ends = texts.str.endswith(_MARK)
    if not ends.any():
        return None
    joined = texts.str.slice(0, -1).str.contains(_MARK, regex=False)
    if not ends.all() and (ends.mean() <= 1 / 2 or not (ends & joined).any()):
        return None
    orders = [tuple(text[:-1].split(_MARK)) for text in texts[ends].unique()]
    sets = {frozenset(order) for order in orders}
    ranks = len(sets) == 1 and len(orders) > 1 and len(texts) >= _FEWEST
    return Answers.RANK if ranks and ends.all() else Answers.SEVERAL


def _notes(
    grid: Grid,
    answers: list[int],
    questions: Mapping[int, Question],
    mixed: list[int],
) -> Iterator[str]:
    yield _ZONE
    if any(grid.frame[n].hasnans for n in answers):
        yield WHY_BLANK
    ranked = [n for n, q in questions.items() if q.answers is Answers.RANK]
    if ranked:
        yield f"column {listed(ranked)} ranks the same options in every row, best first"
    if mixed:
        yield (
            f"column {listed(mixed)} has cells without the ';' that stands behind each "
            "option: they may hold an answer of the respondent's own"
        )
    numbers = grid.texts(1)
    if numbers.str.fullmatch(r"\d{1,9}").all():
        ids = numbers.astype("int64")
        deleted = int(ids.max() - ids.min() + 1 - len(ids))
        if deleted > 0:
            yield f"responses that were deleted on the platform (gaps in ID): {deleted}"


MSFORMS = Platform("msforms", "Microsoft Forms", _matches, _shape)
