"""Heat map of shares: answers, or rows of a matrix, by groups."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from surveytools.analysis.table import TOTAL
from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.cells import (
    Line,
    base_parts,
    drawn_cells,
    require_safe,
)
from surveytools.presenting.figures.compose import (
    Drawn,
    Job,
    compose,
    rows_note,
    withheld_box,
)
from surveytools.presenting.fitting import require_single
from surveytools.presenting.measure import (
    LINE,
    RowLabels,
    fit_rows,
    plain_blanks,
    text_width,
    unbroken,
    wrap,
)
from surveytools.presenting.page import (
    Box,
    Key,
    Limit,
    Page,
    SurveyFigure,
    draw_keys,
    place_axes,
)
from surveytools.presenting.style import SMALLEST_TEXT, heat, text_on
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = ["draw_heatmap"]

_SIZE = SMALLEST_TEXT
_NARROWEST, _WIDEST_WORD, _WIDEST = 46.0, 110.0, 96.0
_HEADER_LINES = range(2, 8)
_MOST_GROUPS = 12
_HIGHEST = 34.0  # of a row in points, unless its label needs more


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells to draw, the column that names their rows, and codes of rows in order."""

    cells: pd.DataFrame
    part: str
    order: list[str]


@dataclass(frozen=True, slots=True)
class _Column:
    """One group: its cells by row, its label in lines, its place in points."""

    line: Line
    text: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """What fits on the page."""

    rows: list[int]
    labels: RowLabels
    columns: list[_Column]
    header: float


def draw_heatmap(
    table: SafeTable, plan: PlannedTable, *, words: Words, study: Study
) -> SurveyFigure:
    """Draw shares as coloured cells with the whole percent in each.

    Colours run from 0 to 100 % whatever is shown. Rows are sorted by everybody's
    share if all of these are shown, else they stay in codebook order. If not all fit,
    the rows with the largest shown totals, and the groups with the largest shown
    bases, stay; the footer says how many don't.

    Raises
    ------
    DisclosureError
        If ``table`` isn't a `SafeTable`.
    ParameterError
        If a matrix is drawn with several answers.
    """
    require_safe(table)
    job = Job(table, plan, words, study)
    cells = drawn_cells(table, words, answers=plan.answers)
    require_single(table, plan)
    part = "row" if table.rows else "answer"
    table_cells = _Cells(cells, part, _order(cells, part))
    return compose(
        job,
        "heatmap",
        lambda page: _draw(page, job, table_cells),
        line="group",
        part=part,
    )


def _order(cells: pd.DataFrame, part: str) -> list[str]:
    everybody = cells[cells["group"].eq(TOTAL)]
    if not everybody.empty and not everybody["withheld"].any():
        everybody = everybody.sort_values("share", ascending=False, kind="stable")
        return [str(code) for code in everybody[part]]
    return [str(code) for code in dict.fromkeys(cells[part])]


def _ranks(cells: pd.DataFrame, part: str, order: list[str]) -> list[float]:
    """Rank rows by the number of respondents shown: everybody's, or all groups'."""
    counts = cells[cells["group"].eq(TOTAL)]
    if counts.empty:
        counts = cells
    sums = counts.groupby(part)["count"].sum(min_count=1)
    return [-1.0 if pd.isna(sums[code]) else float(sums[code]) for code in order]


def _draw(page: Page, job: Job, given: _Cells) -> Drawn:
    cells, part = given.cells, given.part
    names = cells.drop_duplicates(part).set_index(part)[f"{part}_label"]
    labels = [str(names[code]) for code in given.order]
    lines = [
        Line(str(code), str(group["group_label"].iloc[0]), group)
        for code, group in cells.groupby("group", sort=False)
    ]
    ranks = _ranks(cells, part, given.order)
    grid = _fit(page.box, job.words, (labels, ranks), lines, page.limit)
    codes = [given.order[row] for row in grid.rows]
    axes = _axes(page, grid)
    for column in grid.columns:
        kept = _rows_of(column, part, codes)
        for row in range(len(codes)):
            _cell(axes, job.words, column, row, kept.iloc[row])
    if any(column.line.hidden for column in grid.columns):
        _corner(page, job.words, grid)
    return Drawn(
        pd.concat([_rows_of(column, part, codes) for column in grid.columns]),
        _notes(job, len(given.order), len(lines), grid),
        kept=Limit(len(grid.rows), len(grid.columns)),
    )


def _rows_of(column: _Column, part: str, codes: list[str]) -> pd.DataFrame:
    return column.line.cells.set_index(part, drop=False).loc[codes]


def _notes(job: Job, rows: int, groups: int, grid: _Grid) -> tuple[str, ...]:
    notes = rows_note(job, rows, len(grid.rows))
    if groups == len(grid.columns):
        return notes
    left_out = groups - len(grid.columns)
    more = job.words("footer.more", id=job.table.id)
    return (
        *(note for note in notes if note != more),
        job.words.count("footer.groups_left_out", left_out),
        more,
    )


def _fit(
    box: Box,
    words: Words,
    rows: tuple[list[str], list[float]],
    lines: list[Line],
    limit: Limit,
) -> _Grid:
    """Choose rows, columns and sizes; the header grows until its lines fit.

    ``rows`` are their labels and their ranks.
    """
    for header_lines in _HEADER_LINES:
        header = header_lines * LINE * _SIZE + 6
        kept, broken = fit_rows(
            *rows, box.height - header, widest=0.34 * box.width, most=limit.rows
        )
        room = box.width - broken.width - 10
        columns = _columns(room, words, lines, limit.groups or _MOST_GROUPS)
        needed = max(column.text.count("\n") + 1 for column in columns)
        if needed <= header_lines:
            break
    return _Grid(kept, broken, columns, header)


def _columns(room: float, words: Words, lines: list[Line], most: int) -> list[_Column]:
    """Place the groups that fit, those with the largest shown bases first chosen."""
    needs = [_need(line, words) for line in lines]
    ranked = sorted(range(len(lines)), key=lambda i: -_size(lines[i]))
    kept: list[int] = []
    for place in ranked[:most]:
        if kept and sum(needs[i] for i in [*kept, place]) > room:
            break
        kept.append(place)
    kept = sorted(kept)
    spare = max(0.0, room - sum(needs[i] for i in kept)) / len(kept)
    columns, left = [], 0.0
    for place in kept:
        width = max(needs[place], min(needs[place] + spare, _WIDEST))
        name = wrap(lines[place].label, width - 6, _SIZE)
        base = wrap(_base(lines[place], words), width - 4, _SIZE)
        text = "\n".join([*name, *base])
        columns.append(_Column(lines[place], plain_blanks(text), left, width))
        left += width
    return columns


def _size(line: Line) -> float:
    """Rank a group by its shown base; a withheld one lies above an empty one."""
    return 0.5 if line.closed else float(max(line.bases(), default=0))


def _base(line: Line, words: Words) -> str:
    return " ".join(unbroken(part) for part in base_parts(line, words))


def _need(line: Line, words: Words) -> float:
    longest = max(text_width(word, _SIZE) for word in line.label.split(" "))
    base = max(text_width(part, _SIZE) for part in base_parts(line, words))
    return max(_NARROWEST, base + 8, min(longest, _WIDEST_WORD) + 8)


def _axes(page: Page, grid: _Grid) -> Axes:
    box, count = page.box, len(grid.rows)
    left = box.left + grid.labels.width + 10
    width = grid.columns[-1].left + grid.columns[-1].width
    top = box.top - grid.header
    bottom = max(box.bottom, top - max(_HIGHEST, grid.labels.pitch) * count)
    axes = place_axes(page.figure, Box(left, bottom, left + width, top))
    axes.set(xlim=(0, width), ylim=(count - 0.5, -0.5))
    axes.set_yticks(range(count), list(grid.labels.texts), fontsize=grid.labels.size)
    axes.set_xticks(
        [column.left + column.width / 2 for column in grid.columns],
        [column.text for column in grid.columns],
        fontsize=_SIZE,
    )
    axes.xaxis.tick_top()
    axes.tick_params(pad=4)
    axes.spines["left"].set_visible(False)
    axes.spines["top"].set_visible(False)
    return axes


def _cell(axes: Axes, words: Words, column: _Column, row: int, cell: pd.Series) -> None:
    if cell["withheld"]:
        withheld_box(axes, column.left, column.width, row, 1.0)
        return
    if pd.isna(cell["share"]):
        return  # nobody in this group: its header says n = 0
    colour = heat(float(cell["share"]))
    axes.add_patch(
        Rectangle(
            (column.left, row - 0.5),
            column.width,
            1.0,
            facecolor=colour,
            edgecolor="white",
            linewidth=0.8,
        )
    )
    axes.text(
        column.left + column.width / 2,
        row,
        words.percent(cell["share"]),
        ha="center",
        va="center_baseline",
        color=text_on(colour),
        fontsize=_SIZE,
    )


def _corner(page: Page, words: Words, grid: _Grid) -> None:
    """Explain the hatching above the row labels."""
    top = page.box.top - grid.header + LINE * _SIZE + 6
    left = page.box.left
    # The words may be wider than short row labels; the header's first line is free.
    width = max(grid.labels.width, 20 + text_width(words("figure.withheld"), _SIZE))
    key = Key(words("figure.withheld"), "", withheld=True)
    draw_keys(page.figure, [key], Box(left, page.box.bottom, left + width + 4, top))
