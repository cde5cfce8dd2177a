"""How wide a text is, and where it must be broken to fit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from surveytools.words import plain

__all__ = [
    "LINE",
    "RowLabels",
    "fit_rows",
    "plain",
    "plain_blanks",
    "text_width",
    "unbroken",
    "wrap",
]

LINE = 1.2
"""Distance of two lines of text, in sizes of the font."""

_SINGLE = 1.0
"""Height that a single line needs, from ascender to descender, in font sizes."""

_AIRY = 1.5
"""The same with air above and below, where there is room for it."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_SAFETY = 1.03  # glyphs hinted for pixels are a little wider than their outlines


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line of DejaVu Sans, in points."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * _SAFETY


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most ``width`` points; nothing is cut off.

    Words that are wider than a line are broken where it ends.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, size, weight) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, width, size, weight)
        lines += full
    return [*lines, line]


def _broken(word: str, width: float, size: float, weight: str) -> list[str]:
    parts = [""]
    for character in word:
        longer = parts[-1] + character
        if parts[-1] and text_width(longer, size, weight) > width:
            parts.append(character)
        else:
            parts[-1] = longer
    return parts


@dataclass(frozen=True, slots=True)
class RowLabels:
    """Labels of rows of equal height, broken so that they fit.

    Attributes
    ----------
    texts
        One a row that fits, lines joined by line breaks.
    width
        Of the widest line, in points.
    size
        Of the font, in points.
    """

    texts: tuple[str, ...]
    width: float
    size: float

    @property
    def pitch(self) -> float:
        """Height, in points, of a row whose label has a little air around it."""
        most = max((text.count("\n") for text in self.texts), default=0)
        return (most * LINE + _AIRY) * self.size


def fit_rows(
    labels: Sequence[str],
    ranks: Sequence[float],
    height: float,
    *,
    widest: float,
    most: int | None = None,
    sizes: Sequence[float] = (14.0, 12.0),
) -> tuple[list[int], RowLabels]:
    """Break row labels for a column of a given height, at the largest size that fits.

    Where all rows don't fit at the smallest size, those that rank last are left out,
    which the caller must say.

    Parameters
    ----------
    labels
        One a row, on one line each.
    ranks
        One a row; the greatest are kept.
    height
        Height for all rows, in points.
    widest
        Greatest width of the column of labels, in points.
    most
        Greatest number of rows, where it isn't their height that decides.

    Returns
    -------
    kept, labels
        Positions of the rows that fit, in their order, and their labels.
    """
    ranked = sorted(range(len(labels)), key=lambda row: -ranks[row])
    for number in range(min(len(labels), most or len(labels)), 0, -1):
        kept = sorted(ranked[:number])
        for size in sizes:
            chosen = [labels[row] for row in kept]
            texts = _fitted(chosen, height / number, widest, size)
            if texts is not None:
                lines = [line for text in texts for line in text.split("\n")]
                width = max(text_width(line, size) for line in lines)
                return kept, RowLabels(
                    tuple(plain_blanks(text) for text in texts), width, size
                )
    return [], RowLabels((), 0.0, sizes[-1])


def unbroken(text: str) -> str:
    """Keep a text, such as ``n = 93``, on one line when it is wrapped."""
    return text.replace(" ", _NO_BREAK)


def plain_blanks(text: str) -> str:
    """Turn no-break blanks, which have done their work, into plain ones."""
    return text.replace(_NO_BREAK, " ")


def _fitted(
    labels: Sequence[str], pitch: float, widest: float, size: float
) -> list[str] | None:
    spare = pitch - _SINGLE * size
    if spare < 0:
        return None
    allowed = 1 + math.floor(spare / (LINE * size))
    for width in (0.55 * widest, 0.75 * widest, widest):
        broken = [wrap(label, width, size) for label in labels]
        if max(len(lines) for lines in broken) <= allowed:
            return ["\n".join(lines) for lines in broken]
    return None
