"""What each column of an export looks like, without showing what it holds."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from surveytools.reading.dates import DateOrder, order_of
from surveytools.reading.grid import count_texts
from surveytools.reading.table import Answers, Column, RawTable, Role

__all__ = ["ColumnLook", "describe"]

_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_MOMENT = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:,?[ T]\d{1,2}:\d\d.*)?"
_SEPARATORS = (";#", "; ", ";", ", ")
_FEW = 30
_LONG = 60


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column, in numbers and words.

    Attributes
    ----------
    position, header, role
        As in `Column`.
    question, part, answers
        What the file tells of the question: `Question.text`, `Question.part`,
        `Question.answers`.
    filled
        Cells that aren't blank.
    distinct
        Different texts among them.
    looks
        What the column looks like, in words, without contents of cells.
    """

    position: int
    header: str
    role: Role
    filled: int
    distinct: int
    looks: str
    question: str | None = None
    part: str | None = None
    answers: Answers | None = None


def describe(raw: RawTable) -> tuple[ColumnLook, ...]:
    """Say of each column, in order, how much it holds and what that looks like."""
    return tuple(_look(raw, column) for column in raw.columns)


def _look(raw: RawTable, column: Column) -> ColumnLook:
    counts = count_texts(raw.frame[column.name])
    if column.role is Role.IDENTITY:
        looks = "not shown, not passed on"
    elif counts.empty:
        looks = "blank"
    else:
        looks = _words(counts, raw)
    told = column.question
    return ColumnLook(
        position=column.position,
        header=column.header,
        role=column.role,
        filled=int(counts.sum()),
        distinct=len(counts),
        looks=looks,
        question=told.text if told else None,
        part=told.part if told else None,
        answers=told.answers if told else None,
    )


def _words(counts: pd.Series, raw: RawTable) -> str:
    """Describe the answers, given how often each text occurs."""
    texts = counts.index.to_series()
    folded = set(texts.str.strip().str.casefold())
    if any(folded <= set(pair) for pair in raw.labels):
        return f"yes and no, as {' and '.join(sorted(folded))}"
    if texts.str.fullmatch(_NUMBER).all():
        return "numbers"
    if texts.str.fullmatch(_MOMENT).all():
        order = order_of(texts.tolist())
        plain = order in {None, DateOrder.YEAR_FIRST}
        return "dates" if plain else f"dates, {order}"
    separators = (raw.separator,) if raw.separator is not None else _SEPARATORS
    for separator in separators:
        options = _options(counts, separator)
        if 0 < options <= len(counts):
            return f"several per cell, joined by {separator!r}: {options} options"
    repeated = counts.gt(1).mean()
    short = texts.str.len().mean() < _LONG
    if len(counts) <= _FEW and short and (repeated > 0 or len(counts) < 3):  # noqa: PLR2004
        return "the same answer" if len(counts) == 1 else f"{len(counts)} answers"
    return "short texts" if short else "free text"


def _options(counts: pd.Series, separator: str) -> int:
    """Count the options of a multiple-response column; 0 if it doesn't look like one.

    The parts of joined cells must nearly all occur in several cells, and be few: the
    pieces of a sentence do neither.
    """
    seen: Counter[str] = Counter()
    joined = 0
    for text, cells in counts.items():
        parts = str(text).split(separator)
        joined += cells if len(parts) > 1 else 0
        for part in parts:
            seen[part.strip()] += cells
    seen.pop("", None)
    repeated = sum(n for n in seen.values() if n > 1)
    enough = joined > 1 and repeated >= 0.8 * seen.total()
    return len(seen) if enough else 0
