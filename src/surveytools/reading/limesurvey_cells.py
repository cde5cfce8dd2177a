"""LimeSurvey's cells: escapes, marks of missing, and what a question's columns hold."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

import pandas as pd

from surveytools.reading.limesurvey_headings import Heading, Mark
from surveytools.reading.parts import differ_in_each_row, kind_of_parts, texts_in
from surveytools.reading.table import Answers
from surveytools.reading.wording import yes_no_pair

__all__ = [
    "NOT_AVAILABLE",
    "NOT_SHOWN",
    "answers_of",
    "decode_vv",
    "left_blank",
    "unquoted_equations",
    "with_columns",
]

NOT_AVAILABLE = "N/A"
NOT_SHOWN = "{question_not_shown}"
_ESCAPES = {"newline": "\n", "cr": "\r", "tab": "\t", "lbrace": "{", "quote": '"'}
_ESCAPE = re.compile(r"\{(newline|cr|tab|lbrace)\}|\A\{(quote)\}")
_EQUATION = "'="
_FEWEST = 2
_SHORT_YES = frozenset({"y"})


def decode_vv(frame: pd.DataFrame) -> pd.DataFrame:
    """Undo the escapes of a VV file: ``{newline}``, ``{cr}``, ``{tab}`` and others.

    One pass, so that ``{lbrace}newline}`` becomes the typed ``{newline}``. The mark
    of questions that were not shown stays.
    """

    def text_of(found: re.Match[str]) -> str:
        return _ESCAPES[found[1] or found[2]]

    changed = {}
    for number in map(int, frame.columns):
        cells = frame[number]
        if cells.str.contains("{", regex=False).any():
            changed[number] = cells.str.replace(_ESCAPE, text_of, regex=True)
    return frame.assign() if not changed else with_columns(frame, changed)


def unquoted_equations(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Take off the quotation mark that LimeSurvey puts before an ``=``; count them."""
    changed = {}
    count = 0
    for number in map(int, frame.columns):
        cells = frame[number]
        marked = cells.str.startswith(_EQUATION).fillna(value=False).astype(bool)
        if marked.any():
            changed[number] = cells.where(~marked, cells.str[1:])
            count += int(marked.sum())
    return with_columns(frame, changed), count


def answers_of(
    headings: Mapping[int, Heading], frame: pd.DataFrame
) -> dict[int, Answers | None]:
    """Say what each column holds, by its heading and by the cells of its question.

    Yes and no in every column of a question are options that were or weren't ticked,
    also of one that is called "other".
    Few answers that the columns share are those of a matrix.
    """
    parts: dict[str, list[int]] = {}
    kinds: dict[int, Answers | None] = {}
    for n, heading in headings.items():
        other = heading.mark == Mark.OTHER and not _are_ticks(texts_in(frame[[n]]))
        if other or heading.mark == Mark.COMMENT:
            kinds[n] = Answers.WRITE_IN
        elif heading.mark == Mark.RANK:
            kinds[n] = Answers.RANK
        elif heading.part is not None:
            parts.setdefault(heading.id, []).append(n)
        else:
            kinds[n] = None
    for places in parts.values():
        kinds |= dict.fromkeys(places, _together(frame[places]))
    return kinds


def left_blank(
    headings: Mapping[int, Heading],
    kinds: Mapping[int, Answers | None],
    frame: pd.DataFrame,
    shown: Mapping[int, pd.Series],
) -> dict[int, pd.Series]:
    """Mark the cells of questions that were shown and left without answer.

    Parameters
    ----------
    headings, kinds
        Of each column of answers.
    frame
        Its cells.
    shown
        Whether a cell is blank although the question was shown.

    Notes
    -----
    An option that wasn't ticked beside one that was is an answer: no. Where nothing
    is ticked, all options were left.
    """
    skipped = {}
    options: dict[str, list[int]] = {}
    for n, blank in shown.items():
        if kinds.get(n) is Answers.OPTION:
            options.setdefault(headings[n].id, []).append(n)
        else:
            skipped[n] = blank
    for places in options.values():
        ticked = frame[places].notna().any(axis="columns")
        skipped |= {n: shown[n] & ~ticked for n in places}
    return skipped


def _together(cells: pd.DataFrame) -> Answers | None:
    """Tell from all columns of a question what they hold."""
    texts = texts_in(cells)
    if texts and _are_ticks(texts):
        return Answers.OPTION
    if texts and _are_ranked(cells):
        return Answers.RANK
    return kind_of_parts(cells, {}, ranked=False)


def _are_ticks(texts: Iterable[str]) -> bool:
    keys = {text.strip().casefold() for text in texts} - {NOT_AVAILABLE.casefold()}
    return keys == _SHORT_YES or yes_no_pair(keys) is not None


def _are_ranked(cells: pd.DataFrame) -> bool:
    """Tell a ranking, which LimeSurvey fills from the first place on, by its rows.

    Column n holds the option in place n: no option stands in two places of a row.
    """
    if cells.shape[1] < _FEWEST:
        return False
    places = list(cells.columns)
    filled = [cells[n].notna() for n in places]
    if any((~one & after).any() for one, after in pairwise(filled)):
        return False  # a place is taken, and one before it is not
    several = int((filled[0] & filled[1]).sum())
    if several < _FEWEST or len(texts_in(cells)) < len(places):
        return False
    return differ_in_each_row(cells)


def with_columns(frame: pd.DataFrame, columns: Mapping[int, pd.Series]) -> pd.DataFrame:
    """Put columns in the place of those that have their numbers."""
    if not columns:
        return frame
    return pd.DataFrame({n: columns.get(n, frame[n]) for n in map(int, frame.columns)})
