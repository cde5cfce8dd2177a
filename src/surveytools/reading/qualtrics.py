"""Exports of Qualtrics, modern, of 2016 and legacy, and Kaggle's surveys.

Modern exports have three header rows: name, label, and a JSON object with the import
id; in those of 2016 and 2017 it is written with single quotation marks. Legacy exports
and Kaggle's have the first two.

References
----------
.. [1] ropensci/qualtRics, ``R/read_survey.R``; tufts-oir/QualtricsTools.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.qualtrics_columns import (
    Tag,
    fields_of,
    is_import_id,
    own_role,
    tag_of,
)
from surveytools.reading.qualtrics_labels import SEEN, questions_of
from surveytools.reading.table import Answers, Question, Role
from surveytools.reading.wording import plain_label

__all__ = ["QUALTRICS"]

_ENOUGH = 0.5
_HEADS = 4
_LEGACY = {"ResponseID", "ResponseSet"}
_MODERN = (
    {"StartDate", "EndDate", "ResponseId"},
    {"StartDate", "EndDate", "ResponseID"},
)
_KAGGLE = "Time from Start to Finish (seconds)"
_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"
_TESTS = frozenset(
    [
        "survey preview",
        "survey test",
        "spam",
        "survey preview spam",
        "imported spam",
        "offline survey preview",
        "ex spam",
        "preview",
        "test",
        "1",
        "2",
        "8",
        "9",
        "12",
        "17",
        "40",
    ]
)
_UNFINISHED = frozenset({"0", "false"})
_SEVERAL = r"\d+(?:,\d+)+"
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Heads:
    """Header rows under the first one: how many there are, and where what stands."""

    rows: int
    labels: Mapping[int, str]
    fields: Mapping[int, Mapping[str, str]] | None
    reason: str
    certainty: Certainty


def _matches(grid: Grid) -> Match | None:
    heads = _heads(grid)
    return Match(heads.certainty, heads.reason) if heads else None


def _heads(grid: Grid) -> _Heads | None:
    """Find the header rows, by import ids first."""
    for at in range(_HEADS):
        row = grid.row(at)
        filled = [text for text in row.values() if text.strip()]
        if filled and sum(map(is_import_id, filled)) >= _ENOUGH * len(filled):
            number = grid.frame.index[at]
            fields = {n: fields_of(text) for n, text in row.items()}
            labels = grid.row(at - 1) if at else {}
            reason = f"row {number} has the import ids of Qualtrics"
            return _Heads(at + 2, labels, fields, reason, Certainty.CERTAIN)
    titles, second = grid.titles(), grid.row(0)
    if titles[0] == "V1" and set(second.values()) >= _LEGACY:
        reason = "the headers begin with 'V1', with 'ResponseID' under it (legacy)"
        return _Heads(2, second, None, reason, Certainty.CERTAIN)
    if titles[0] == _KAGGLE:
        return _kaggle(grid, second)
    if any(set(titles) >= names for names in _MODERN):
        reason = "it has the columns 'StartDate', 'EndDate' and 'ResponseId'"
        return _dated(grid, reason)
    return None


def _kaggle(grid: Grid, second: Mapping[int, str]) -> _Heads:
    first = next(iter(grid.header))
    two = not re.fullmatch(r"[\d.]*", second.get(first, ""))
    reason = f"the first header is {_KAGGLE!r} (Kaggle)"
    labels = second if two else {}
    return _Heads(2 if two else 1, labels, None, reason, Certainty.CERTAIN)


def _dated(grid: Grid, reason: str) -> _Heads:
    """Count header rows by where the dates begin."""
    place = next(n for n, text in grid.header.items() if text == "StartDate")
    texts = [grid.row(at).get(place, "") for at in range(_HEADS)]
    under = next((at for at, text in enumerate(texts) if re.match(_DATE, text)), 0)
    labels = grid.row(0) if under else {}
    return _Heads(under + 1, labels, None, reason, Certainty.STRONG)


def _shape(grid: Grid) -> Shape:
    heads = _heads(grid)
    if heads is None:
        problem = "no header row of a Qualtrics export is found"
        raise ExportError(problem, grid.locate(), "choose another platform")
    body = grid.frame.iloc[heads.rows - 1 :]
    roles: dict[int, Role] = {}
    for n, name in grid.header.items():
        fields = heads.fields.get(n) if heads.fields is not None else None
        role = own_role(name.strip(), heads.labels.get(n, "").strip(), fields)
        if role is not None and (name.strip() or fields):
            roles[n] = role
    if Role.SUBMITTED not in roles.values():
        ended = [n for n in roles if _is_named(grid, heads, n, "enddate")]
        roles |= dict.fromkeys(ended, Role.SUBMITTED)
    answers = [n for n, name in grid.header.items() if n not in roles and name.strip()]
    tags = {
        n: tag_of(
            grid.header[n].strip(),
            heads.fields[n] if heads.fields is not None else None,
        )
        for n in answers
    }
    labels = {n: heads.labels.get(n, "").strip() or grid.header[n] for n in answers}
    dashed = _is_dashed(heads, labels)
    questions = questions_of(labels, tags, body, dashed=dashed)
    not_shown, skipped, notes = _marks(body, questions)
    if zone := _zone(heads):
        notes.append(f"times are in the time zone {zone}")
    else:
        notes.append("the file doesn't tell the time zone of its times")
    return Shape(
        roles=roles,
        separator=_separator(body, tags),
        notes=tuple(notes),
        header_rows=heads.rows,
        questions={**questions, **_own_questions(heads, roles)},
        not_shown=not_shown,
        skipped=skipped,
        partial=_partial(grid, heads, roles, body),
        test=_test(roles, body),
    )


def _own_questions(heads: _Heads, roles: Mapping[int, Role]) -> dict[int, Question]:
    """Keep the label of columns that came with the invitation: they may be items."""
    return {
        n: Question(plain_label(heads.labels[n]))
        for n, role in roles.items()
        if role is Role.METADATA and heads.labels.get(n, "").strip()
    }


def _is_dashed(heads: _Heads, labels: Mapping[int, str]) -> bool:
    """Whether labels are joined as before 2017, by a dash without blanks."""
    if heads.certainty is not Certainty.CERTAIN or not labels:
        return False
    joined = sum(" - " in label for label in labels.values())
    bare = sum(re.search(r"\S-\S", label) is not None for label in labels.values())
    return joined < bare


def _is_named(grid: Grid, heads: _Heads, n: int, name: str) -> bool:
    """Whether a column is one of Qualtrics' own, by import id, name or label."""
    if heads.fields is not None:
        return heads.fields[n].get("ImportId", "").casefold() == name
    texts = (grid.header[n].strip(), heads.labels.get(n, "").strip())
    return name in (text.casefold() for text in texts)


def _zone(heads: _Heads) -> str | None:
    fields = heads.fields or {}
    return next((f["timeZone"] for f in fields.values() if "timeZone" in f), None)


def _separator(body: pd.DataFrame, tags: Mapping[int, Tag]) -> str | None:
    """Find unsplit multiple-response columns, whose codes are joined by a comma."""
    for n, tag in tags.items():
        if tag.part or tag.text:
            continue
        texts = body[n].dropna()
        if int(texts.str.fullmatch(_SEVERAL).sum()) >= _FEWEST:
            return ","
    return None


def _marks(
    body: pd.DataFrame, questions: Mapping[int, Question]
) -> tuple[dict[int, "pd.Series[bool]"], dict[int, "pd.Series[bool]"], list[str]]:
    """Find questions that were seen and left, and with them those not seen.

    Qualtrics writes -99 for the first if the export was told to; then a blank cell is
    a question that was not seen. Options that weren't ticked may be 0 in the same way.
    """
    seen = {n: body[n].eq(SEEN).fillna(value=False).astype(bool) for n in questions}
    skipped = {n: cells for n, cells in seen.items() if cells.any()}
    options = [n for n, q in questions.items() if q.answers is Answers.OPTION]
    unticked = any(body[n].eq("0").any() for n in options)
    notes = []
    not_shown = {}
    if skipped:
        typed = {Answers.WRITE_IN} | (set() if unticked else {Answers.OPTION})
        not_shown = {
            n: body[n].isna() for n, q in questions.items() if q.answers not in typed
        }
        count = sum(int(cells.sum()) for cells in skipped.values())
        notes.append(f"{SEEN} stands for a question that was seen and left: {count}")
    else:
        notes.append(
            "blank cells: the file doesn't tell a question that was not seen from one "
            "that was left; export with 'seen but unanswered' recoded as -99"
        )
    groups: dict[str | None, list[int]] = {}
    for n in options:
        groups.setdefault(questions[n].id, []).append(n)
    blank = sum(bool(body[g].isna().all(axis="columns").any()) for g in groups.values())
    if blank and not unticked:
        notes.append(
            "multiple-response questions without any tick may not have been seen, the "
            f"file doesn't tell: {blank}"
        )
    return not_shown, skipped, notes


def _partial(
    grid: Grid, heads: _Heads, roles: Mapping[int, Role], body: pd.DataFrame
) -> "pd.Series[bool] | None":
    """Rows that aren't finished, or whose progress is below 100."""
    partial = None
    for n, role in roles.items():
        if role is not Role.COMPLETENESS:
            continue
        if _is_named(grid, heads, n, "finished"):
            rows = body[n].str.casefold().isin(_UNFINISHED)
        else:
            rows = pd.to_numeric(body[n], errors="coerce").lt(100)
        partial = rows if partial is None else partial | rows
    return partial


def _test(roles: Mapping[int, Role], body: pd.DataFrame) -> "pd.Series[bool] | None":
    """Rows that a preview, a test or a robot made."""
    marks = [n for n, role in roles.items() if role is Role.TEST]
    if not marks:
        return None
    tests = [body[n].str.casefold().isin(_TESTS) for n in marks]
    return pd.concat(tests, axis="columns").any(axis="columns")


QUALTRICS = Platform("qualtrics", "Qualtrics", _matches, _shape)
