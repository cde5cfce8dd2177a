"""Which columns of an export belong to one item, as the file tells or headers show."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.guess import (
    Guess,
    guess_column,
    guess_grid,
    guess_ranking,
)
from surveytools.cleaning.labelled import guess_labelled
from surveytools.cleaning.matching import normalise
from surveytools.reading.table import Answers, Column, RawTable

__all__ = ["Part", "parts_of_export", "without_code"]

_BRACKETED = re.compile(r"^(?P<head>.*\S)\s*\[(?P<row>[^\[\]]+)\]$", re.DOTALL)
_CODE = re.compile(r"^[^\s.]+\. ")
_ROWS = (Answers.ROW, Answers.SEVERAL)
_IN_SEVERAL_COLUMNS = (Answers.OPTION, Answers.RANK, *_ROWS)
_FEWEST_ROWS = 2
_FEWEST_ROWS_OF_SECTION = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a draft: its columns, and what they seem to hold.

    Attributes
    ----------
    header
        Text by which a codebook finds the columns.
    columns
        The columns, in order.
    guess
        What they hold.
    rows
        Rows of the matrix, or options that have a column each, in that order.
    occurrence
        Which of the questions with this header it is, from 1.
    """

    header: str
    columns: tuple[Column, ...]
    guess: Guess
    rows: tuple[str, ...] = field(default=())
    occurrence: int = 1


def parts_of_export(raw: RawTable) -> list[Part]:
    """Take the columns together that belong to one item.

    What the platform tells comes first: columns of one question that are options or
    rows. Where it tells nothing, headers like ``question [row]`` and the cells do.

    Parameters
    ----------
    raw
        The export.

    Returns
    -------
    list of Part
        In the order of the first column of each; every answer column is in one.
    """
    found: list[Part] = []
    done: set[int] = set()
    columns = raw.answers()
    seen = Counter(normalise(_heading(column)) for column in columns)
    for column in columns:
        if column.position in done:
            continue
        part = _told(column, columns, raw) or _shown(column, columns, raw)
        if part is None:
            part = _alone(column, columns, raw, repeated=seen)
        done |= {c.position for c in part.columns}
        found.append(part)
    return found


def without_code(text: str) -> str:
    """Take a LimeSurvey code like ``edu1.`` off the front of a header."""
    return _CODE.sub("", text)


def _heading(column: Column) -> str:
    return column.question.heading() if column.question else column.header


def _told(column: Column, columns: Sequence[Column], raw: RawTable) -> Part | None:
    """Give the item that the platform itself tells, if it has several columns."""
    question = column.question
    if question is None or question.part is None or question.answers is None:
        return None
    wanted = question.answers
    if wanted not in _IN_SEVERAL_COLUMNS or not question.text.strip():
        return None
    family = [
        c
        for c in columns
        if c.question is not None
        and c.question.answers is wanted
        and (c.question.id, c.question.text) == (question.id, question.text)
        and (c.question.part or "").strip()
    ]
    names = [str(c.question.part) for c in family if c.question is not None]
    if len({normalise(name) for name in names}) < len(names):
        return None
    if wanted is Answers.OPTION:
        guess: Guess | None = Guess(Kind.MULTIPLE)
    elif wanted is Answers.RANK:
        guess = guess_ranking([raw.given(c.name) for c in family])
    elif len(family) < _FEWEST_ROWS:
        return None
    elif question.labels:
        cells = [raw.frame[c.name] for c in family]
        guess = guess_labelled(question, cells, raw, kind=Kind.MATRIX)
    else:
        guess = guess_grid(
            [raw.given(c.name) for c in family],
            labels=raw.labels,
            separator=question.separator or raw.separator,
        )
        if wanted is Answers.SEVERAL and guess is not None and not _is_boxes(guess):
            guess = None
    if guess is None or (wanted in _ROWS and _is_boxes(guess)):
        return Part(_heading(column), (column,), guess) if guess else None
    before = {
        c.question.id
        for c in columns
        if c.question is not None
        and c.position < column.position
        and c.question.answers is wanted
        and normalise(c.question.text) == normalise(question.text)
    }
    return Part(
        question.text,
        tuple(family),
        guess,
        tuple(names),
        len(before - {question.id}) + 1,
    )


def _shown(column: Column, columns: Sequence[Column], raw: RawTable) -> Part | None:
    """Give the grid that headers and cells show, where the platform tells nothing."""
    if column.question is not None and column.question.answers is not None:
        return None
    for head, rows in _grids_with(column, columns, raw):
        grid = guess_grid(
            [raw.given(c.name) for c in rows.values()],
            labels=raw.labels,
            separator=raw.separator,
            names=tuple(rows),
        )
        if grid is not None and _is_boxes(grid):
            parts = _bracketed(column.header)
            if parts is not None and parts[0] == head:
                return Part(column.header, (column,), grid)
        elif grid is not None:
            return Part(head, tuple(rows.values()), grid, tuple(rows))
    return None


def _is_boxes(guess: Guess) -> bool:
    """Whether each column of a grid holds several answers: one item a row, then."""
    return guess.kind is Kind.MULTIPLE and bool(guess.choices)


def _alone(
    column: Column,
    columns: Sequence[Column],
    raw: RawTable,
    *,
    repeated: Counter[str],
) -> Part:
    """Give an item of one column, under the heading that tells it from others."""
    heading = _heading(column)
    if repeated[normalise(heading)] > 1 and column.header.strip():
        heading = column.header
    if not heading.strip():
        guess = Guess(None, reason="no header to find it by")
        return Part(heading, (column,), guess)
    same = [
        c.position
        for c in columns
        if normalise(heading) in (normalise(c.header), normalise(_heading(c)))
    ]
    return Part(
        heading,
        (column,),
        _guess_alone(column, raw),
        occurrence=same.index(column.position) + 1,
    )


def _guess_alone(column: Column, raw: RawTable) -> Guess:
    told = column.question
    cells = raw.given(column.name)
    if told is not None and (told.labels or told.missing) and cells.notna().any():
        return guess_labelled(told, [cells], raw, kind=Kind.SINGLE)
    own = told.separator if told is not None else None
    guess = guess_column(cells, separator=own or raw.separator, labels=raw.labels)
    if told is not None and told.answers is Answers.RANK:
        ranked = Kind.RANKING if guess.kind is Kind.MULTIPLE else guess.kind
        guess = replace(guess, kind=ranked)
    if own is not None and guess.kind in {Kind.MULTIPLE, Kind.RANKING}:
        guess = replace(guess, separator=own)
    told_text = told is not None and told.answers in (Answers.TEXT, Answers.WRITE_IN)
    return Guess(Kind.TEXT) if told_text and guess.kind is not None else guess


def _grids_with(
    column: Column, columns: Sequence[Column], raw: RawTable
) -> Iterator[tuple[str, dict[str, Column]]]:
    """Give the grids that a column could be part of: their header, and the rows."""
    bracketed = _bracketed(column.header)
    if bracketed is not None:
        head = bracketed[0]
        found = [(c, _bracketed(c.header)) for c in columns]
        rows = [(parts[1], c) for c, parts in found if parts and parts[0] == head]
        yield from _one_grid(head, rows, _FEWEST_ROWS)
    if raw.platform == "indico" and ": " in column.header:
        section = column.header.split(": ", 1)[0]
        start = f"{section}: "
        rows = [
            (c.header.removeprefix(start), c)
            for c in columns
            if c.header.startswith(start)
        ]
        yield from _one_grid(section, rows, _FEWEST_ROWS_OF_SECTION)


def _one_grid(
    head: str, rows: list[tuple[str, Column]], fewest: int
) -> Iterator[tuple[str, dict[str, Column]]]:
    """Give the grid if it has rows enough, and no two of one name."""
    names = {normalise(name) for name, _ in rows}
    if len(rows) >= fewest and len(names) == len(rows):
        yield head, dict(rows)


def _bracketed(header: str) -> tuple[str, str] | None:
    """Take ``question [row]`` apart, and a LimeSurvey code off its front."""
    match = _BRACKETED.match(header.strip())
    if match is None or not match["row"].strip():
        return None
    return without_code(match["head"]), match["row"]
