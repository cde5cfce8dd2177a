"""What all families share: the page, its footer, the axis of labelled rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.alt import alt_text
from surveytools.presenting.captions import footer_text, marks
from surveytools.presenting.cells import require_safe
from surveytools.presenting.findings import finding
from surveytools.presenting.measure import fit_rows
from surveytools.presenting.page import (
    Box,
    Limit,
    Page,
    SurveyFigure,
    new_page,
    place_axes,
)
from surveytools.presenting.style import (
    MUTED,
    SMALLEST_TEXT,
    WITHHELD_EDGE,
    WITHHELD_FILL,
    WITHHELD_HATCH,
    slide_style,
)
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = [
    "Drawn",
    "Job",
    "Rows",
    "compose",
    "percent_axis",
    "row_axes",
    "row_text",
    "rows_note",
    "withheld_box",
]

_THICKEST = 64.0  # of a row in points, unless its label needs more


@dataclass(frozen=True, slots=True)
class Job:
    """What a family is asked to draw."""

    table: SafeTable
    plan: PlannedTable
    words: Words
    study: Study
    second: SafeTable | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a family drew.

    Attributes
    ----------
    data
        One row per drawn cell.
    notes
        What it left out, or drew besides; for the footer.
    colours
        Colour of each part, where parts have one.
    kept
        How many rows, and how many groups, fitted.
    """

    data: pd.DataFrame
    notes: tuple[str, ...] = ()
    colours: Mapping[str, str] = field(default_factory=dict)
    kept: Limit = field(default_factory=Limit)


def compose(
    job: Job,
    family: str,
    draw: Callable[[Page], Drawn],
    *,
    line: str,
    part: str,
) -> SurveyFigure:
    """Make the figure of a family, with title, footer and alternative text.

    How many rows fit depends on the footer, and the footer says how many don't: the
    page is drawn again, never with more than before, until both agree.
    """
    require_safe(job.table, *([job.second] if job.second is not None else []))
    tables = [job.table] if job.second is None else [job.table, job.second]
    title = finding(job.table, job.plan, job.words, second=job.second)
    notes: tuple[str, ...] = ()
    limit, agreed = Limit(), False
    with slide_style():
        while not agreed:
            page = new_page(
                name=job.table.id,
                title=title,
                footer=footer_text(
                    job.table, job.words, job.study, second=job.second, notes=notes
                ),
                marks=marks(tables, job.words, job.study),
                data=pd.DataFrame(),
                limit=limit,
            )
            drawn = draw(page)
            agreed = drawn.notes == notes
            notes, limit = drawn.notes, drawn.kept
    figure = page.figure
    figure.data = _dated(drawn.data.reset_index(drop=True), job.table)
    figure.family, figure.line, figure.part = family, line, part
    figure.colours = dict(drawn.colours)
    figure.alt = alt_text(
        figure.data,
        job.words,
        title=title,
        family=family,
        footer=". ".join(text for text in (figure.marks, figure.footer) if text),
        line=line,
        part=part,
    )
    return figure


def _dated(data: pd.DataFrame, table: SafeTable) -> pd.DataFrame:
    """Add since when each number is this, in a release."""
    dates = dict(table.as_of)
    for column in ("group", "answer"):
        if dates and column in data and set(data[column]) <= set(dates):
            return data.assign(as_of=data[column].map(dates))
    return data


@dataclass(frozen=True, slots=True)
class Rows:
    """Axes whose rows are labelled at the left, the first on top.

    Attributes
    ----------
    axes
        Row ``i`` lies at ``y = i``.
    kept
        Positions of the rows that fit.
    size
        Font size of the labels, for other text in the rows.
    box
        Where the axes lie on the page, in points.
    """

    axes: Axes
    kept: list[int]
    size: float
    box: Box


def row_axes(
    page: Page,
    box: Box,
    labels: Sequence[str],
    ranks: Sequence[float],
    *,
    right: float = 0.0,
) -> Rows:
    """Make axes with as many labelled rows as fit.

    Parameters
    ----------
    ranks
        One a label: which rows stay where not all fit. Made of shown numbers.
    right
        Points kept free at the right.
    """
    kept, broken = fit_rows(
        labels, ranks, box.height, widest=0.42 * box.width, most=page.limit.rows
    )
    # Few rows don't become thick: an empty half page reads better than huge bars.
    # Labels of many lines need their height all the same.
    bottom = max(box.bottom, box.top - max(_THICKEST, broken.pitch) * len(kept))
    place = Box(box.left + broken.width + 8, bottom, box.right - right, box.top)
    axes = place_axes(page.figure, place)
    axes.set_yticks(range(len(kept)), list(broken.texts), fontsize=broken.size)
    axes.tick_params(axis="y", pad=4)
    axes.set_ylim(len(kept) - 0.5, -0.5)
    return Rows(axes, kept, broken.size, place)


def rows_note(job: Job, rows: int, kept: int) -> tuple[str, ...]:
    """Say how many rows didn't fit, and where they are."""
    if rows == kept:
        return ()
    return (
        job.words.count("footer.rows_left_out", rows - kept),
        job.words("footer.more", id=job.table.id),
    )


def percent_axis(axes: Axes, words: Words, *, largest: float, label: str) -> None:
    """Set an axis of shares that begins at 0 and ends at 25, 50, 75 or 100 %.

    Parameters
    ----------
    largest
        Greatest number that is drawn, of those shown.
    """
    end = next(end for end in (0.25, 0.5, 0.75, 1.0) if largest <= end or end == 1.0)
    axes.set_xlim(0, end)
    places = [end * step / 5 for step in range(6)]
    axes.set_xticks(places, [words.percent(place) for place in places])
    axes.grid(axis="x")
    axes.set_xlabel(label, color=MUTED, labelpad=2)


def withheld_box(
    axes: Axes, left: float, width: float, row: float, height: float
) -> None:
    """Draw the mark of what is withheld: an outlined, hatched, empty bar."""
    axes.add_patch(
        Rectangle(
            (left, row - height / 2),
            width,
            height,
            facecolor=WITHHELD_FILL,
            edgecolor=WITHHELD_EDGE,
            hatch=WITHHELD_HATCH,
            linewidth=0.8,
            gid="withheld",
        )
    )


def row_text(
    axes: Axes, x: float, row: float, text: str, *, size: float = SMALLEST_TEXT
) -> None:
    """Write beside a mark, a little to its right."""
    axes.annotate(
        text,
        (x, row),
        xytext=(4, 0),
        textcoords="offset points",
        va="center_baseline",
        ha="left",
        fontsize=size,
        annotation_clip=False,
    )
