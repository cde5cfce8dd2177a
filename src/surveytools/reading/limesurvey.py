"""Exports of LimeSurvey: four styles of heading, answers or codes, CSV, XLSX and VV.

References
----------
.. [1] LimeSurvey/LimeSurvey, ``application/helpers/admin/export`` (Writer, CsvWriter,
   ExcelWriter, SurveyObj), ``application/helpers/viewHelper.php`` (getFieldCode,
   getFieldText) and ``application/controllers/admin/Export.php`` (vvexport).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid, listed
from surveytools.reading.limesurvey_cells import (
    NOT_AVAILABLE,
    NOT_SHOWN,
    answers_of,
    decode_vv,
    left_blank,
    unquoted_equations,
    with_columns,
)
from surveytools.reading.limesurvey_columns import CODES, own_columns
from surveytools.reading.limesurvey_headings import (
    Heading,
    Headings,
    Mark,
    codes_of,
    take_apart,
)
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Question, Role
from surveytools.reading.wording import found_pairs, yes_no_pair

__all__ = ["LIMESURVEY"]

_CORE = ("id", "submitdate", "lastpage", "startlanguage")
_DUMMY = "1980-01-01"
_DATES = frozenset({"submitdate", "startdate", "datestamp"})
_BLANKS_UNKNOWN = (
    "blank cells: the file doesn't tell a question that was not shown from one that "
    "was left without answer"
)
_BRACKETED = 0.3
_FEWEST = 2
_GENDER = ({"male", "female"}, {"männlich", "weiblich"}, {"masculin", "féminin"})
_ABBREVIATED = re.compile(r"(?<!\.)\.\.(?=\s*\[|\]|\s*$)")


def _matches(grid: Grid) -> Match | None:
    titles = set(grid.titles())
    if set(_CORE) <= titles:
        reason = f"it has the columns {', '.join(map(repr, _CORE))}"
        return Match(Certainty.CERTAIN, reason)
    if _vv_codes(grid):
        reason = f"the second row has the codes {', '.join(map(repr, _CORE))} (VV)"
        return Match(Certainty.CERTAIN, reason)
    headings = take_apart(grid.header)
    own = own_columns(grid, headings.codes)
    if own:
        headed = repr(grid.header[next(iter(own))].strip())
        reason = (
            f"column {listed(list(own))} are LimeSurvey's {', '.join(own.values())} "
            f"(the first is headed {headed})"
        )
        return Match(Certainty.STRONG, reason)
    between, share, parts = codes_of(grid.header)
    if between is not None:
        reason = (
            f"{share:.0%} of the headers are a code, {between!r} and a text, {parts} "
            "of them with a part in square brackets"
        )
        return Match(Certainty.STRONG, reason)
    return _bracketed(headings, grid)


def _bracketed(headings: Headings, grid: Grid) -> Match | None:
    """Take questions with parts for a weak sign: a Google grid looks the same."""
    if headings.style == "code" and not any("[" in text for text in grid.titles()):
        return None  # names like q_1 are everybody's
    parts = [h for h in headings.by_column.values() if h.part is not None]
    share = len(parts) / len(grid.header)
    if len(parts) < _FEWEST or share < _BRACKETED:
        return None
    asked = "code" if headings.style == "code" else "question"
    reason = f"{share:.0%} of the headers are a {asked} and a part in square brackets"
    return Match(Certainty.WEAK, reason)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Cells that hold a mark of the platform, by column, and what to say of them."""

    not_shown: dict[int, "pd.Series[bool]"]
    skipped: dict[int, "pd.Series[bool]"]
    unanswered: dict[int, "pd.Series[bool]"]
    notes: list[str]


def _shape(grid: Grid) -> Shape:
    codes = _vv_codes(grid)
    headings = take_apart(grid.header, codes or None)
    own = own_columns(grid, headings.codes)
    parts = any(h.part is not None for h in headings.by_column.values())
    if not own and headings.style == "code" and not parts:
        problem = "neither headers nor cells are those of a LimeSurvey export"
        raise ExportError(problem, grid.locate(), "choose another platform")
    body = grid.frame.iloc[1:] if codes else grid.frame
    frame, notes = _decoded(body, own, vv=bool(codes))
    answers = {n: h for n, h in headings.by_column.items() if n not in own}
    roles = {n: CODES.get(code, Role.METADATA) for n, code in own.items()}
    roles |= {n: Role.METADATA for n, h in answers.items() if h.mark == Mark.FILES}
    answers = {n: h for n, h in answers.items() if n not in roles}
    hidden = _hidden(frame, answers) if codes else None
    bare = with_columns(frame, {n: frame[n].mask(h) for n, h in (hidden or {}).items()})
    kinds = answers_of(answers, bare)
    marks = _marks(grid, answers, kinds, bare, hidden)
    if own or codes or headings.between is not None:
        _not_available(answers, kinds, bare, marks)
    partial = _partial(own, body)
    if partial is None:
        notes.append("no submission date: partial responses can't be told")
    if any(_ABBREVIATED.search(text) for text in grid.titles()):
        notes.append(
            "some headings are abbreviated, so that questions or options may look the "
            "same: export them in full"
        )
    return Shape(
        roles=roles,
        labels=found_pairs(
            (bare[n] for n in answers), beside=(NOT_AVAILABLE.casefold(),)
        ),
        notes=(*notes, *marks.notes),
        header_rows=2 if codes else 1,
        questions={
            n: Question(h.text, h.part, h.id, kinds.get(n)) for n, h in answers.items()
        },
        frame=pd.concat([grid.frame.iloc[:1], frame]) if codes else frame,
        not_shown=marks.not_shown,
        skipped=marks.skipped,
        unanswered=marks.unanswered,
        partial=partial,
    )


def _vv_codes(grid: Grid) -> dict[int, str]:
    """Codes in the second row of a VV file; empty where it is another file."""
    codes = grid.row(0)
    if not set(_CORE) <= set(codes.values()) or set(_CORE) <= set(grid.titles()):
        return {}
    return codes


def _decoded(
    body: pd.DataFrame, own: Mapping[int, str], *, vv: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Undo what the writer did to texts, and take dummy dates out."""
    notes = []
    frame, equations = unquoted_equations(decode_vv(body) if vv else body)
    if equations:
        notes.append(
            "the mark ' that LimeSurvey puts before = was taken off again: "
            f"{equations} cells"
        )
    changed = {}
    dummies = 0
    for n, code in own.items():
        cells = frame[n]
        blank = cells.eq(NOT_SHOWN).fillna(value=False).astype(bool)
        if code in _DATES:
            dummy = cells.str.startswith(_DUMMY).fillna(value=False).astype(bool)
            dummies += int(dummy.sum())
            blank |= dummy
        if blank.any():
            changed[n] = cells.mask(blank)
    if dummies:
        notes.append(
            f"dates of {_DUMMY} stand for a survey that keeps no dates, left out: "
            f"{dummies}"
        )
    return with_columns(frame, changed), notes


def _partial(own: Mapping[int, str], body: pd.DataFrame) -> "pd.Series[bool] | None":
    """Rows without a submission date; the dummy date is one."""
    place = next((n for n, code in own.items() if code == "submitdate"), None)
    if place is None:
        return None
    return body[place].isna() | body[place].eq(NOT_SHOWN)


def _hidden(
    frame: pd.DataFrame, columns: Iterable[int]
) -> dict[int, "pd.Series[bool]"]:
    """Find the cells of a VV file that say that the question was not shown."""
    return {n: frame[n].eq(NOT_SHOWN).fillna(value=False).astype(bool) for n in columns}


def _marks(
    grid: Grid,
    headings: Mapping[int, Heading],
    kinds: Mapping[int, Answers | None],
    frame: pd.DataFrame,
    hidden: "Mapping[int, pd.Series[bool]] | None",
) -> _Marks:
    """Find the cells of questions that weren't shown, or were left."""
    marks = _Marks({}, {}, {}, [])
    blank = {n: frame[n].isna() for n in headings}
    if hidden is None and grid.quoted_blanks is not None:
        hidden = {
            n: blank[n]
            & ~pd.Series(grid.quoted_blanks[n], index=grid.frame.index, dtype=bool)
            for n in headings
        }
    if hidden is None:
        if any(cells.any() for cells in blank.values()):
            marks.notes.append(_BLANKS_UNKNOWN)
        return marks
    for n in headings:
        blank[n] &= ~hidden[n]
        marks.not_shown[n] = hidden[n]
    marks.skipped.update(left_blank(headings, kinds, frame, blank))
    return marks


def _not_available(
    headings: Mapping[int, Heading],
    kinds: Mapping[int, Answers | None],
    frame: pd.DataFrame,
    marks: _Marks,
) -> None:
    """Take ``N/A`` for LimeSurvey's mark where it is one, and for an answer elsewhere.

    Beside yes and no of an option it says that the question wasn't shown; of a
    question by itself, that it was skipped or wasn't shown.
    """
    unclear = 0
    for n in headings:
        texts = [str(text) for text in frame[n].dropna().unique()]
        option = kinds.get(n) is Answers.OPTION
        if NOT_AVAILABLE not in texts or not (option or _is_mark(texts)):
            continue
        cells = frame[n].eq(NOT_AVAILABLE).fillna(value=False).astype(bool)
        if option:
            before = marks.not_shown.get(n)
            marks.not_shown[n] = cells if before is None else cells | before
        else:
            marks.unanswered[n] = cells
            unclear += 1
    if unclear:
        marks.notes.append(
            "N/A in a yes-no or gender question says that it was skipped or not shown, "
            f"the file doesn't tell which: {unclear} columns"
        )


def _is_mark(texts: Iterable[str]) -> bool:
    """Whether ``N/A`` stands beside nothing but yes and no, or male and female."""
    rest = {text.strip().casefold() for text in texts} - {NOT_AVAILABLE.casefold()}
    if yes_no_pair(rest) is not None:
        return True
    return bool(rest) and any(rest <= pair for pair in _GENDER)


LIMESURVEY = Platform("limesurvey", "LimeSurvey", _matches, _shape)
