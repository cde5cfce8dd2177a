"""Exports of Alchemer, which was SurveyGizmo.

Headers of parts are turned round: ``Tool #1:Which tools do you use?``.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid
from surveytools.reading.parts import kind_of_parts
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Question, Role
from surveytools.reading.wording import found_pairs, plain_label

__all__ = ["ALCHEMER"]

_FIRST = ("Time Started", "Date Submitted", "Status")
_OWN: Mapping[str, Role] = {
    "response id": Role.METADATA,
    "time started": Role.STARTED,
    "date submitted": Role.SUBMITTED,
    "status": Role.COMPLETENESS,
    "language": Role.LANGUAGE,
    "contact id": Role.IDENTITY,
    "legacy comments": Role.METADATA,
    "comments": Role.METADATA,
    "referer": Role.METADATA,
    "extended referer": Role.METADATA,
    "sessionid": Role.METADATA,
    "user agent": Role.METADATA,
    "tags": Role.METADATA,
    "ip address": Role.IDENTITY,
    "longitude": Role.IDENTITY,
    "latitude": Role.IDENTITY,
    "city": Role.IDENTITY,
    "postal": Role.IDENTITY,
    "country": Role.METADATA,
    "state/region": Role.METADATA,
}
_STATUS = frozenset({"partial", "complete", "disqualified", "deleted"})
_BLANKS_UNKNOWN = (
    "blank cells: the file doesn't tell a question that was not shown from one that "
    "was left without answer"
)
_ZONE_UNKNOWN = "the file doesn't tell the time zone of its times"
_SEPARATOR = ";"
_FEWEST = 2


def _matches(grid: Grid) -> Match | None:
    places = _places(grid)
    if len(places) < len(_FIRST):
        return None
    status = {text.casefold() for text in grid.texts(places["Status"]).unique()}
    reason = f"it has the columns {', '.join(map(repr, _FIRST))}"
    if status and status <= _STATUS:
        return Match(Certainty.CERTAIN, f"{reason}, and each status is known")
    return Match(Certainty.STRONG, reason)


def _places(grid: Grid) -> dict[str, int]:
    """Find the three columns that each export has, the first of each name."""
    return {
        text.strip(): n
        for n, text in reversed(list(grid.header.items()))
        if text.strip() in _FIRST
    }


def _shape(grid: Grid) -> Shape:
    places = _places(grid)
    if len(places) < len(_FIRST):
        problem = "the columns of an Alchemer export are missing"
        hint = f"they are {', '.join(map(repr, _FIRST))}; choose another platform"
        raise ExportError(problem, grid.locate(), hint)
    roles = _roles(grid, places)
    answers = [n for n, text in grid.header.items() if n not in roles and text.strip()]
    status = grid.frame[places["Status"]].str.casefold()
    return Shape(
        roles=roles,
        separator=_SEPARATOR,
        labels=found_pairs(grid.frame[n] for n in answers),
        notes=(_BLANKS_UNKNOWN, _ZONE_UNKNOWN),
        questions=_questions({n: grid.header[n] for n in answers}, grid.frame),
        partial=status.ne("complete") & status.notna(),
    )


def _roles(grid: Grid, places: Mapping[str, int]) -> dict[int, Role]:
    """Give roles to the platform's columns: those before the first question.

    A question may be called ``Comments`` or ``City``: the platform's columns stand
    together with the three that each export has.
    """
    roles = {n: _OWN[text.casefold()] for text, n in places.items()}
    order = list(grid.header)
    for step in (1, -1):
        at = order.index(max(roles) if step > 0 else min(roles)) + step
        while 0 <= at < len(order):
            n = order[at]
            role = _OWN.get(grid.header[n].strip().casefold())
            if role is None:
                break
            roles[n] = role
            at += step
    return roles


def _questions(headers: Mapping[int, str], frame: pd.DataFrame) -> dict[int, Question]:
    """Cut ``part:question`` where the question is known from other columns."""
    plain = {n: plain_label(text) for n, text in headers.items()}
    shared = Counter(
        rest for text in plain.values() for rest in {r for _, r in _cuts(text)}
    )
    whole = set(plain.values())
    cut = {n: _cut(text, whole, shared) for n, text in plain.items()}
    groups: dict[str, list[int]] = {}
    for n, (question, part) in cut.items():
        if part is not None:
            groups.setdefault(question, []).append(n)
    kinds: dict[int, Answers | None] = {}
    for question, places in groups.items():
        parts = {n: cut[n][1] or "" for n in places}
        written = question in whole
        kinds |= _kinds(parts, frame, written_in=written)
    return {
        n: Question(question, part, question, kinds.get(n))
        for n, (question, part) in cut.items()
    }


def _cut(
    text: str, whole: Collection[str], shared: Mapping[str, int]
) -> tuple[str, str | None]:
    """Give question and part: first where the question has a column of its own."""
    if shared[text]:  # a question with a colon in it, which others are parts of
        return text, None
    cuts = _cuts(text)
    for part, rest in cuts:
        if rest in whole:
            return rest, part
    for part, rest in cuts:
        if shared[rest] >= _FEWEST:
            return rest, part
    return text, None


def _cuts(text: str) -> list[tuple[str, str]]:
    """Give all ways to cut a header at a colon: part and question."""
    return [
        (text[: found.start()].strip(), text[found.end() :].strip())
        for found in re.finditer(":", text)
        if text[: found.start()].strip() and text[found.end() :].strip()
    ]


def _kinds(
    parts: Mapping[int, str], frame: pd.DataFrame, *, written_in: bool
) -> dict[int, Answers | None]:
    """Say what the parts of a question hold; beside a whole column, what was written.

    Where the question has a column of its own, the others hold what people wrote to
    an option of it.
    """
    if written_in:
        return dict.fromkeys(parts, Answers.WRITE_IN)
    return dict.fromkeys(parts, kind_of_parts(frame[list(parts)], parts))


ALCHEMER = Platform("alchemer", "Alchemer", _matches, _shape)
