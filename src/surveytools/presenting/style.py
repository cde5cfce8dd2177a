"""The look of every figure: page size, colours, and a style that nobody can change.

The palette's numbers are those of afcharts (Government Analysis Function, Crown
copyright, MIT licence), chosen for readers who confuse colours; light steps are
interpolated. Tests compute the contrasts.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files

import matplotlib as mpl
import matplotlib.style
from matplotlib.colors import to_hex, to_rgb

__all__ = [
    "ALERT",
    "APART",
    "GRID",
    "INK",
    "MUTED",
    "PRIMARY",
    "SECONDARY",
    "SMALLEST_TEXT",
    "WITHHELD_EDGE",
    "WITHHELD_FILL",
    "WITHHELD_HATCH",
    "categorical",
    "contrast",
    "diverging",
    "heat",
    "sequential",
    "slide_style",
    "text_on",
]

SMALLEST_TEXT = 12.0
"""Size of the smallest text of a slide, in points."""

INK = "#1A1A1A"
MUTED = "#595959"
GRID = "#D9D9D9"
PRIMARY = "#12436D"
SECONDARY = "#F46A25"
ALERT = "#801650"
APART = "#C8C8C8"
"""Answers that stand apart, such as "don't know"."""

WITHHELD_FILL = "#F2F2F2"
WITHHELD_EDGE = "#6E6E6E"
WITHHELD_HATCH = "////"

_CATEGORIES = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
_RAMP = ("#12436D", "#2073BC", "#6BACE6", "#BBDAF5", "#E8E8E8")
_NEGATIVE = ("#A8410B", "#F6A878")
_POSITIVE = ("#12436D", "#6BACE6")
_NEUTRAL = "#DDDDDD"
_LINEAR = 0.04045  # below it, the sRGB curve is a line
_HEAT = ("#F4F8FC", "#6BACE6", "#2073BC", "#12436D")


@contextmanager
def slide_style() -> Iterator[None]:
    """Draw and save in the style of the slides, whatever the user's own settings.

    Characters that DejaVu Sans lacks are drawn as boxes, without a warning: labels
    come from respondents' exports, and the text stands in the alt text anyway.
    """
    with (
        as_file(files("surveytools.presenting") / "slide.mplstyle") as path,
        mpl.style.context(path, after_reset=True),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def categorical(number: int) -> list[str]:
    """Colours of unordered categories; above six, steps of one ramp."""
    if number <= len(_CATEGORIES):
        return list(_CATEGORIES[:number])
    return sequential(number)


def sequential(number: int) -> list[str]:
    """Colours of ordered categories, the strongest first."""
    return _steps(_RAMP, number)


def diverging(number: int) -> list[str]:
    """Colours of a scale from negative to positive; grey between, if odd."""
    half = number // 2
    negative = _steps(_NEGATIVE, half)
    positive = _steps(_POSITIVE, half)[::-1]
    return [*negative, *([_NEUTRAL] if number % 2 else []), *positive]


def heat(share: float) -> str:
    """Colour of a share between 0 and 1; the scale doesn't depend on other shares."""
    return _between(_HEAT, min(max(share, 0.0), 1.0))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    References
    ----------
    .. [1] W3C, Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(background: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background))


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _steps(anchors: Sequence[str], number: int) -> list[str]:
    if number == 1:
        return [anchors[0]]
    return [_between(anchors, step / (number - 1)) for step in range(number)]


def _between(anchors: Sequence[str], place: float) -> str:
    """Interpolate in a row of colours, ``place`` from 0 to 1."""
    scaled = place * (len(anchors) - 1)
    first = min(int(scaled), len(anchors) - 2)
    rest = scaled - first
    pairs = zip(to_rgb(anchors[first]), to_rgb(anchors[first + 1]), strict=True)
    mixed = [a + (b - a) * rest for a, b in pairs]
    return to_hex((mixed[0], mixed[1], mixed[2])).upper()
