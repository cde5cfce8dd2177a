"""A page of slide size: title above, footer below, and room for one figure between."""

import base64
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox
from PIL import Image

from surveytools.presenting.measure import LINE, text_width, wrap
from surveytools.presenting.style import (
    ALERT,
    INK,
    MUTED,
    SMALLEST_TEXT,
    WITHHELD_EDGE,
    WITHHELD_FILL,
    WITHHELD_HATCH,
    slide_style,
)

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "MARGIN",
    "TOP",
    "WIDTH",
    "Box",
    "Frame",
    "Key",
    "Limit",
    "Page",
    "SurveyFigure",
    "draw_keys",
    "frame_of",
    "marks_width",
    "new_page",
    "place_axes",
    "write",
]

WIDTH, HEIGHT = 960.0, 540.0
MARGIN, TOP, BOTTOM = 28.0, 16.0, 10.0
_TITLE_SIZES = (24.0, 22.0, 20.0, 18.0)
_NOTEBOOK_DPI = 80
_COLOURS = 256  # in notebooks


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in points."""
        return self.top - self.bottom


class SurveyFigure(Figure):
    """A figure that says in words what it shows, and keeps the numbers it drew.

    Belongs to no pyplot state: nothing to close.

    Attributes
    ----------
    name
        Name of its files.
    title_text
        Title: a finding that the table supports, or a neutral one.
    alt
        What is shown, in plain words, computed from ``data``.
    data
        One row per drawn cell; see `surveytools.presenting.cells.DRAWN`.
    family
        Kind of figure, for example ``bars``.
    body
        Where, between title and footer, the figure lies.
    colours
        Colour of each part, where parts have one.
    line, part
        Columns of ``data`` that name a line of the figure, and its parts.
    beside, below
        What the CSV file has beside and below the numbers drawn, as `add_details` gives
        it; ``None`` where the table has no details.
    footer
        Text below the figure.
    marks
        Words that stand out below it, such as that the data are synthetic.
    """

    def __init__(self, *, name: str, title_text: str, data: pd.DataFrame) -> None:
        super().__init__()
        FigureCanvasAgg(self)
        self.name = name
        self.title_text = title_text
        self.data = data
        self.beside: pd.DataFrame | None = None
        self.below: pd.DataFrame | None = None
        self.alt = ""
        self.family = ""
        self.line, self.part = "group", "answer"
        self.body = Box(0.0, 0.0, WIDTH, HEIGHT)
        self.colours: dict[str, str] = {}
        self.footer = ""
        self.marks = ""

    def __repr__(self) -> str:
        return f"SurveyFigure({self.name}: {self.title_text})"

    def png(
        self,
        *,
        dpi: float,
        metadata: Mapping[str, str] | None = None,
        part: Box | None = None,
    ) -> bytes:
        """Render as PNG, without a date and without the version of a program.

        Parameters
        ----------
        part
            Rectangle of the page to render; the whole page by default.
        """
        inches = None
        if part is not None:
            corners = (part.left, part.bottom, part.right, part.top)
            inches = Bbox.from_extents(*(corner / 72 for corner in corners))
        buffer = io.BytesIO()
        with slide_style():
            self.savefig(
                buffer,
                format="png",
                dpi=dpi,
                bbox_inches=inches,
                metadata={"Software": None, **(metadata or {})},
            )
        return buffer.getvalue()

    def _repr_mimebundle_(
        self,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
    ) -> dict[str, str]:
        """Show picture and words in a notebook; nbval compares the words."""
        makers: dict[str, Callable[[], str]] = {
            "text/plain": lambda: self.alt,
            "image/png": lambda: base64.b64encode(
                _in_few_colours(self.png(dpi=_NOTEBOOK_DPI))
            ).decode(),
        }
        return {
            kind: make()
            for kind, make in makers.items()
            if (not include or kind in include) and kind not in (exclude or ())
        }


def _in_few_colours(png: bytes) -> bytes:
    """Make a picture a third of its size: notebooks are kept in git."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        few.save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Limit:
    """Greatest number of rows and groups to draw; ``None`` for as many as fit."""

    rows: int | None = None
    groups: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A figure with title and footer, and the room that is left for the rest.

    Rows and groups may be fewer than ``box`` has room for: see ``limit``.
    """

    figure: SurveyFigure
    box: Box
    limit: Limit


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend."""

    label: str
    colour: str
    withheld: bool = False
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """How title and footer lie on a page, of a figure as of a slide.

    Attributes
    ----------
    title, footer
        Their lines.
    size
        Of the title's font, in points.
    top, bottom
        What they leave, in points from below.
    """

    title: list[str]
    footer: list[str]
    size: float
    top: float
    bottom: float


def frame_of(title: str, footer: str, marks: str) -> Frame:
    """Break title and footer; a long title becomes smaller, then longer."""
    width = WIDTH - 2 * MARGIN
    size, lines = _fitted_title(title, width)
    top = HEIGHT - TOP - len(lines) * LINE * size - 8
    below = wrap(footer, width - marks_width(marks), SMALLEST_TEXT) if footer else []
    rows = max(len(below), 1 if marks else 0)
    bottom = BOTTOM + rows * LINE * SMALLEST_TEXT + 6
    return Frame(lines, below, size, top, bottom)


def _fitted_title(title: str, width: float) -> tuple[float, list[str]]:
    """Prefer one line, not much smaller, to two; then two lines, then more."""
    for most, sizes in ((1, _TITLE_SIZES[:-1]), (2, _TITLE_SIZES)):
        for size in sizes:
            lines = wrap(title, width, size, "bold")
            if len(lines) <= most:
                return size, lines
    return _TITLE_SIZES[-1], wrap(title, width, _TITLE_SIZES[-1], "bold")


def marks_width(marks: str) -> float:
    """Room that the marks take at the right of the footer, with a gap."""
    return text_width(f"  {marks}", SMALLEST_TEXT, "bold") if marks else 0.0


def new_page(
    *,
    name: str,
    title: str,
    footer: str,
    marks: str,
    data: pd.DataFrame,
    limit: Limit,
) -> Page:
    """Begin a figure: write title and footer, and say what room they leave.

    Called within `slide_style`.
    """
    figure = SurveyFigure(name=name, title_text=title, data=data)
    figure.footer, figure.marks = footer, marks
    frame = frame_of(title, footer, marks)
    write(
        figure,
        "\n".join(frame.title),
        (MARGIN, HEIGHT - TOP),
        size=frame.size,
        weight="bold",
        va="top",
    )
    size = SMALLEST_TEXT
    write(figure, "\n".join(frame.footer), (MARGIN, BOTTOM), size=size, color=MUTED)
    if marks:
        write(
            figure,
            marks,
            (WIDTH - MARGIN, BOTTOM),
            size=size,
            color=ALERT,
            weight="bold",
            ha="right",
        )
    figure.body = Box(0.0, frame.bottom, WIDTH, frame.top)
    box = Box(MARGIN, frame.bottom, WIDTH - MARGIN, frame.top)
    return Page(figure, box, limit)


def write(
    figure: SurveyFigure, text: str, at: tuple[float, float], **look: object
) -> None:
    """Write text at a place in points; the lower left corner unless ``look`` says."""
    figure.text(
        at[0] / WIDTH,
        at[1] / HEIGHT,
        text,
        linespacing=LINE,
        **{"ha": "left", "va": "bottom", "color": INK, **look},  # type: ignore[arg-type]
    )


def place_axes(figure: SurveyFigure, box: Box) -> Axes:
    """Put axes on a rectangle of the page."""
    return figure.add_axes(
        (
            box.left / WIDTH,
            box.bottom / HEIGHT,
            box.width / WIDTH,
            box.height / HEIGHT,
        )
    )


def draw_keys(figure: SurveyFigure, keys: Sequence[Key], box: Box) -> Box:
    """Draw a legend in lines along the top of a box; return the room below it."""
    size, swatch, gap = SMALLEST_TEXT, 14.0, 18.0
    x, y = box.left, box.top - LINE * size
    for key in keys:
        lines = wrap(key.label, box.width - swatch - 5, size)
        width = swatch + 5 + max(text_width(line, size) for line in lines)
        if x > box.left and x + width > box.right:
            x, y = box.left, y - LINE * size - 2
        figure.add_artist(_swatch(key, x, y + 1, figure))
        y -= (len(lines) - 1) * LINE * size
        write(
            figure,
            "\n".join(lines),
            (x + swatch + 5, y + 0.24 * size),
            size=size,
            va="baseline",
        )
        x += width + gap
    return Box(box.left, box.bottom, box.right, y - 8)


def _swatch(key: Key, x: float, y: float, figure: SurveyFigure) -> Artist:
    # In fractions of the page: a part of the page can be rendered by itself.
    to_page = figure.transFigure
    if key.marker is not None:
        return Line2D(
            [(x + 7) / WIDTH],
            [(y + 5) / HEIGHT],
            marker=key.marker,
            markersize=9,
            color=key.colour,
            linestyle="none",
            transform=to_page,
        )
    return Rectangle(
        (x / WIDTH, y / HEIGHT),
        14.0 / WIDTH,
        (SMALLEST_TEXT - 1) / HEIGHT,
        facecolor=WITHHELD_FILL if key.withheld else key.colour,
        edgecolor=WITHHELD_EDGE if key.withheld else "none",
        hatch=WITHHELD_HATCH if key.withheld else None,
        transform=to_page,
    )
