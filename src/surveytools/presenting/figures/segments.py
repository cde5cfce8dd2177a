"""Segments of bars, used by the stacked families."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.cells import Line, base_text
from surveytools.presenting.measure import text_width, unbroken
from surveytools.presenting.page import Key
from surveytools.presenting.style import SMALLEST_TEXT, text_on
from surveytools.words import Words

__all__ = ["answer_keys", "labelled", "remainder", "segment", "share_of", "top_two"]


def share_of(line: Line, answer: str) -> float | None:
    """Shown share of an answer; ``None`` where it is withheld or nobody answered."""
    found = line.cells.loc[line.cells["answer"].eq(answer), "share"]
    if found.empty or pd.isna(found.iloc[0]):
        return None
    return float(found.iloc[0])


def top_two(line: Line, answers: Sequence[str]) -> float | None:
    """Share of two answers together, if both are shown."""
    shares = [share_of(line, answer) for answer in answers]
    known = [share for share in shares if share is not None]
    return sum(known) if len(known) == len(shares) else None


def remainder(table: SafeTable, line: Line, drawn: Sequence[str]) -> float:
    """Share that all withheld answers have together, where the shown ones give it.

    It is drawn as one hatched part. It equals one minus what is shown, so it tells
    nothing that the shown shares don't. 0 where answers overlap, or where also
    answers that aren't drawn are withheld.
    """
    hidden = line.cells.loc[line.cells["withheld"], "answer"]
    if hidden.empty or line.closed or not table.answers_partition:
        return 0.0
    if not set(hidden) <= set(drawn):
        return 0.0
    return max(0.0, 1.0 - float(line.cells["share"].sum()))


def labelled(lines: Sequence[Line], words: Words) -> list[str]:
    """Labels of lines with their bases: ``EP (n = 93)``."""
    return [
        words(
            "figure.with_base", label=line.label, base=unbroken(base_text(line, words))
        )
        for line in lines
    ]


def segment(
    axes: Axes,
    *,
    left: float,
    share: float,
    row: int,
    colour: str,
    text: str,
    points: float,
    size: float = SMALLEST_TEXT,
) -> None:
    """Draw one part of a bar, and its share in it if it has room.

    Parameters
    ----------
    points
        Points of the page for one unit of the axis.
    """
    if share <= 0:
        return
    axes.barh(row, share, left=left, height=0.84, color=colour, edgecolor="white")
    if text_width(text, size) + 3 <= share * points:
        axes.text(
            left + share / 2,
            row,
            text,
            ha="center",
            va="center_baseline",
            color=text_on(colour),
            fontsize=size,
        )


def answer_keys(
    labels: Sequence[str], colours: Sequence[str], *, withheld: str | None
) -> list[Key]:
    """Entries of the legend, the mark of what is withheld at their end."""
    keys = [Key(text, colour) for text, colour in zip(labels, colours, strict=True)]
    return keys if withheld is None else [*keys, Key(withheld, "", withheld=True)]
