"""Columns that share a question in their headers and a few answers in their cells."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from surveytools.reading.grid import Grid
from surveytools.reading.table import Answers, Question

__all__ = ["matrix_rows"]

_MOST_ANSWERS = 12


def matrix_rows(
    grid: Grid,
    columns: Sequence[int],
    pattern: re.Pattern[str],
    *,
    separator: str | None = None,
) -> Iterator[tuple[int, Question]]:
    """Find columns side by side that are rows of one matrix.

    Parameters
    ----------
    grid
        The cells.
    columns
        Columns with answers.
    pattern
        How a header says ``text`` of the question and ``part``, the row.
    separator
        What joins the answers of a row where several can be ticked. Such rows are
        told by parts that occur in several cells.

    Returns
    -------
    iterator of tuple
        Column number and question of each row.
    """
    families: list[tuple[str, dict[int, str]]] = []
    before = None
    for n in columns:
        match = pattern.fullmatch(grid.header[n])
        if match is None:
            before = None
            continue
        if before is None or families[-1][0] != match["text"]:
            families.append((match["text"], {}))
        families[-1][1][n] = match["part"]
        before = n
    seen: Counter[str] = Counter()
    for text, parts in families:
        if len(parts) < 2 or len(set(parts.values())) < len(parts):  # noqa: PLR2004
            continue
        cells = pd.concat([grid.texts(n) for n in parts])
        answers = _answers_of(cells, separator)
        if answers is None:
            continue
        seen[text] += 1
        name = text if seen[text] == 1 else f"{text} ({seen[text]})"
        for n, part in parts.items():
            yield n, Question(text, part, name, answers)


def _answers_of(cells: pd.Series, separator: str | None) -> Answers | None:
    """Tell whether cells hold one of a few answers, or several of them."""
    counts = cells.value_counts()
    if separator is not None and _joined(counts, separator):
        return Answers.SEVERAL
    return Answers.ROW if 0 < len(counts) <= _MOST_ANSWERS else None


def _joined(counts: "pd.Series[int]", separator: str) -> bool:
    """Tell whether cells join a few answers each of which occurs in several cells."""
    parts: Counter[str] = Counter()
    joined = 0
    for text in counts.index:
        pieces = str(text).split(separator)
        joined += len(pieces) > 1
        parts.update(set(pieces))
    few = len(parts) <= _MOST_ANSWERS and len(parts) < len(counts)
    return joined > 0 and few and all(n > 1 for n in parts.values())
