"""Exports of SurveyMonkey: a row of questions, and a row of their parts under it.

The question stands over the first of its columns only; the second row has the option,
the row of the matrix, ``Response`` or ``Open-Ended Response``. Published copies may
have one row of headers.
"""

import re
from collections.abc import Mapping

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid
from surveytools.reading.parts import kind_of_parts
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Question, Role
from surveytools.reading.wording import found_pairs, plain_label

__all__ = ["SURVEYMONKEY"]

_OWN: Mapping[str, Role] = {
    "respondent id": Role.METADATA,
    "respondentid": Role.METADATA,
    "collector id": Role.METADATA,
    "collectorid": Role.METADATA,
    "start date": Role.STARTED,
    "startdate": Role.STARTED,
    "end date": Role.SUBMITTED,
    "enddate": Role.SUBMITTED,
    "date created": Role.STARTED,
    "date modified": Role.SUBMITTED,
    "ip address": Role.IDENTITY,
    "email address": Role.IDENTITY,
    "first name": Role.IDENTITY,
    "last name": Role.IDENTITY,
    "custom data": Role.METADATA,
    "custom data 1": Role.METADATA,
    "language": Role.LANGUAGE,
}
_SINGLE = "response"
_OPEN = "open-ended response"
_FIRST = frozenset({"respondent id", "respondentid"})
_OTHER = re.compile(
    r"other\b.*|autre\b.*|sonstige[rs]?\b.*|andere[rs]?\b.*|otr[oa]\b.*",
    re.IGNORECASE | re.DOTALL,
)
_BLANKS_UNKNOWN = (
    "the file doesn't tell partial responses, nor a question that was not shown from "
    "one that was left without answer"
)
_ZONE_UNKNOWN = "the file doesn't tell the time zone of its times"
_NOT_RANKED = "N/A"


def _matches(grid: Grid) -> Match | None:
    first, *_ = grid.titles()
    if first.strip().casefold() not in _FIRST:
        return None
    second = {text.strip().casefold() for text in grid.row(0).values()}
    if second & {_SINGLE, _OPEN}:
        reason = (
            f"the first header is {first.strip()!r}, and the row under it says "
            "'Response' or 'Open-Ended Response'"
        )
        return Match(Certainty.CERTAIN, reason)
    if _two_rows(grid):
        reason = (
            f"the first header is {first.strip()!r}, with options in the row under it"
        )
        return Match(Certainty.CERTAIN, reason)
    if any(
        text.strip().casefold() in {"collector id", "collectorid"}
        for text in grid.titles()
    ):
        reason = f"it has the columns {first.strip()!r} and 'Collector ID'"
        return Match(Certainty.STRONG, reason)
    return None


def _two_rows(grid: Grid) -> bool:
    """Tell the second header row: it is blank over the platform's own columns."""
    second = grid.row(0)
    own = [n for n, text in grid.header.items() if _role(text) is not None]
    if not own or any(second.get(n, "").strip() for n in own):
        return False
    return any(text.strip() for text in second.values())


def _role(header: str) -> Role | None:
    return _OWN.get(header.strip().casefold())


def _shape(grid: Grid) -> Shape:
    two = _two_rows(grid)
    own = {n: role for n, text in grid.header.items() if (role := _role(text))}
    if not own and not grid.row(0):
        problem = "the headers aren't those of a SurveyMonkey export"
        raise ExportError(problem, grid.locate(), "choose another platform")
    named = not own
    two = two or named  # a person said so: the second row has the parts
    body = grid.frame.iloc[1:] if two else grid.frame
    notes = [_BLANKS_UNKNOWN, _ZONE_UNKNOWN]
    if not two:
        notes.append("one header row: what belongs to one question can't be told")
        return Shape(own, notes=tuple(notes), labels=_labels(grid, body, own))
    second = grid.row(0)
    questions, headers = _questions(grid, second, own, body)
    return Shape(
        roles=own,
        labels=_labels(grid, body, own),
        notes=tuple(notes),
        header_rows=2,
        headers=headers,
        questions=questions,
    )


def _labels(
    grid: Grid, body: pd.DataFrame, own: Mapping[int, Role]
) -> tuple[tuple[str, str], ...]:
    return found_pairs(body[n] for n in grid.header if n not in own)


def _questions(
    grid: Grid,
    second: Mapping[int, str],
    own: Mapping[int, Role],
    body: pd.DataFrame,
) -> tuple[dict[int, Question], dict[int, str]]:
    """Give each column its question, filled forward inside its block, and its part."""
    blocks: list[list[int]] = []
    for n, header in grid.header.items():
        if n in own:
            continue
        if header.strip():
            blocks.append([n])
        elif blocks and second.get(n, "").strip() and blocks[-1][-1] not in own:
            blocks[-1].append(n)
    questions: dict[int, Question] = {}
    headers: dict[int, str] = {}
    for block in blocks:
        text = plain_label(grid.header[block[0]])
        kinds = _kinds(block, second, body)
        for n in block:
            part = plain_label(second.get(n, ""))
            whole = part.casefold() in {_SINGLE, _OPEN, ""}
            questions[n] = Question(
                text,
                None if whole else part,
                f"question in column {block[0]}",
                kinds[n],
            )
            if len(block) > 1:
                headers[n] = questions[n].heading()
    return questions, headers


def _kinds(
    block: list[int], second: Mapping[int, str], body: pd.DataFrame
) -> dict[int, Answers | None]:
    """Say what the columns of a question hold."""
    kinds: dict[int, Answers | None] = {}
    parts = []
    for n in block:
        label = plain_label(second.get(n, ""))
        if label.casefold() == _SINGLE:
            kinds[n] = Answers.SINGLE
        elif label.casefold() == _OPEN:
            kinds[n] = Answers.TEXT
        elif _OTHER.fullmatch(label) and not _repeats(body[n], label):
            kinds[n] = Answers.WRITE_IN
        elif label:
            parts.append(n)
        else:
            kinds[n] = None
    if not parts:
        return kinds
    labels = {n: plain_label(second[n]) for n in parts}
    cells = pd.DataFrame({n: body[n].mask(body[n].eq(_NOT_RANKED)) for n in parts})
    return kinds | dict.fromkeys(parts, kind_of_parts(cells, labels))


def _repeats(cells: "pd.Series[str]", label: str) -> bool:
    """Whether a column repeats its own label where it was ticked."""
    return {plain_label(str(text)) for text in cells.dropna().unique()} <= {label}


SURVEYMONKEY = Platform("surveymonkey", "SurveyMonkey", _matches, _shape)
