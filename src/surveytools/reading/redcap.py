"""Exports of REDCap, raw and with labels.

References
----------
.. [1] OuhscBbmc/REDCapR, ``inst/test-data/projects``: exports and data dictionaries.
"""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid, listed
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.redcap_forms import forms_of, not_begun, without_tick
from surveytools.reading.rewritten import R_BLANK, as_r_wrote
from surveytools.reading.table import Answers, Question, Role

__all__ = ["REDCAP"]

_DICTIONARY = "Variable / Field Name"
_CHECKBOX = re.compile(r"(?P<field>[a-z][a-z0-9_]*?)___(?P<code>\w+)")
_CHOICE = re.compile(r"(?P<text>.*?)\s*\(choice=(?P<option>.*)\)", re.DOTALL)
_STATES = {"0", "1", "2", "incomplete", "unverified", "complete"}
_TICKS = {"0", "1", "checked", "unchecked"}
_NOT_COMPLETED = "[not completed]"
_TIME = r"\d{4}-\d\d-\d\d.*|\d\d?[/.]\d\d?[/.]\d{4}.*|\[not completed\]"
_DECIMALS = {
    ",": (re.compile(r"-?\d+,\d+|-?\d+"), re.compile(r"\d,\d")),
    ".": (re.compile(r"-?\d+\.\d+|-?\d+"), re.compile(r"\d\.\d")),
}
_META = {
    "redcap_event_name": Role.METADATA,
    "redcap_repeat_instrument": Role.METADATA,
    "redcap_repeat_instance": Role.METADATA,
    "redcap_data_access_group": Role.METADATA,
    "redcap_survey_identifier": Role.IDENTITY,
    "event name": Role.METADATA,
    "repeat instrument": Role.METADATA,
    "repeat instance": Role.METADATA,
    "data access group": Role.METADATA,
    "survey identifier": Role.IDENTITY,
}
_IDS = frozenset({"record_id", "record id", "study_id", "study id"})
_LABELS = (("checked", "unchecked"), ("yes", "no"), ("true", "false"))


def _matches(grid: Grid) -> Match | None:
    titles = [text.strip() for text in grid.titles()]
    if titles and titles[0] == _DICTIONARY:
        return Match(Certainty.CERTAIN, f"the first header is {_DICTIONARY!r}")
    own = [text for text in titles if text.startswith("redcap_") and text in _META]
    if own:
        return Match(Certainty.STRONG, f"there is a column {own[0]!r}")
    if any(_CHOICE.fullmatch(text) for text in titles):
        return Match(Certainty.STRONG, "headers end in '(choice=…)'")
    states = _states(grid)
    if states and any(_CHECKBOX.fullmatch(text) for text in titles):
        reason = "there are headers like 'field___code' and 'form_complete'"
        return Match(Certainty.STRONG, reason)
    if states and _IDS & {text.casefold() for text in titles[:2]}:
        reason = "the first header is a record's, and a column says if a form is done"
        return Match(Certainty.STRONG, reason)
    return None


def _shape(grid: Grid) -> Shape:
    if grid.titles()[0].strip() == _DICTIONARY:
        problem = "this is REDCap's data dictionary: it describes fields"
        hint = "draft a codebook from it; for responses, download the data"
        raise ExportError(problem, grid.locate(), hint)
    if grid.texts(_record(grid)).empty:
        problem = "the first column, which holds the id of a record, is blank"
        raise ExportError(problem, grid.locate(), "choose another platform")
    frame, notes = as_r_wrote(grid)
    told = grid.frame if frame is None else frame
    roles = _roles(grid)
    questions = _questions(grid, roles, told)
    boxes = {n: q.id or "" for n, q in questions.items()}
    hidden = not_begun(told, forms_of(grid, roles), boxes)
    stamps = [n for n, role in roles.items() if role is Role.SUBMITTED]
    partial = None
    if stamps:
        partial = told[stamps].isin([_NOT_COMPLETED]).any(axis="columns")
    notes = (
        *notes,
        *_notes(grid, roles, boxes=bool(boxes), begun=not hidden),
    )
    return Shape(
        roles=roles,
        labels=_LABELS,
        notes=notes,
        questions=questions,
        frame=frame,
        not_shown=hidden,
        unanswered=without_tick(told, boxes),
        partial=partial,
    )


def _states(grid: Grid) -> list[int]:
    """Columns that say whether a form is complete."""
    return [
        n
        for n, text in grid.header.items()
        if text.strip().endswith("_complete") or text.strip() == "Complete?"
        if set(grid.texts(n).str.casefold()) <= _STATES
    ]


def _roles(grid: Grid) -> dict[int, Role]:
    header = {n: text.strip() for n, text in grid.header.items()}
    roles = {
        n: _META[text.casefold()]
        for n, text in header.items()
        if text.casefold() in _META
    }
    roles |= dict.fromkeys(_states(grid), Role.COMPLETENESS)
    for n, text in header.items():
        stamp = text.endswith("_timestamp") or text == "Survey Timestamp"
        if stamp and grid.texts(n).str.fullmatch(_TIME).all():
            roles[n] = Role.SUBMITTED
    roles.setdefault(_record(grid), Role.METADATA)
    return roles


def _record(grid: Grid) -> int:
    """Column of the record's id: the first one, whatever it is called."""
    return next((n for n, text in grid.header.items() if text.strip()), 1)


def _questions(
    grid: Grid, roles: Mapping[int, Role], frame: pd.DataFrame
) -> dict[int, Question]:
    """Say which columns are the options of one checkbox question."""
    questions: dict[int, Question] = {}
    runs: dict[str, int] = {}
    before = None
    for n, text in grid.header.items():
        raw = _CHECKBOX.fullmatch(text.strip())
        told = _CHOICE.fullmatch(text.strip())
        if n in roles or not (raw or told):
            before = None
            continue
        if raw is not None:
            field, part = raw["field"], _own_label(frame[n]) or raw["code"]
            questions[n] = Question(field, part, field, Answers.OPTION)
        elif told is not None:
            asked = told["text"]
            if asked != before:  # the same text once more is another question
                runs[asked] = runs.get(asked, 0) + 1
            before = asked
            name = asked if runs[asked] == 1 else f"{asked} ({runs[asked]})"
            questions[n] = Question(asked, told["option"], name, Answers.OPTION)
    return questions


def _own_label(cells: pd.Series) -> str | None:
    """Give the label of a ticked box, where cells hold it instead of 1."""
    texts = cells.dropna().unique()
    if len(texts) != 1 or str(texts[0]).casefold() in _TICKS:
        return None
    return str(texts[0])


def _notes(
    grid: Grid,
    roles: Mapping[int, Role],
    *,
    boxes: bool,
    begun: bool,
) -> Iterator[str]:
    if boxes:
        yield (
            "a box that isn't ticked can't be told from one that was never shown: both "
            "are 0, unless REDCap was asked to export forms that nobody began blank; "
            "without any tick, it is unknown whether the question was asked, unless a "
            "skip rule says so"
        )
    if not begun:
        yield (
            "forms that nobody began (incomplete, without time, answer and tick) count "
            "as not shown"
        )
    ids = grid.frame[_record(grid)]
    if ids.duplicated().any():
        rows, records = len(ids), ids.nunique()
        yield (
            f"{rows} rows are of {records} records: events or repeated forms have rows "
            "of their own, so a row isn't a respondent"
        )
    answers = [n for n in grid.header if n not in roles]
    decimals = {n: _decimals(grid.counts(n).index) for n in answers}
    comma = [n for n, mark in decimals.items() if mark == ","]
    point = [n for n, mark in decimals.items() if mark == "."]
    if comma and point:
        yield (
            f"column {listed(comma)} has decimal commas, column {listed(point)} has "
            "decimal points"
        )


def _decimals(texts: pd.Index) -> str | None:
    """Give the decimal mark of a column of numbers, some of which have one."""
    for mark, (number, some) in _DECIMALS.items():
        fits = all(text == R_BLANK or number.fullmatch(text) for text in texts)
        if fits and any(map(some.search, texts)):
            return mark
    return None


REDCAP = Platform("redcap", "REDCap", _matches, _shape)
