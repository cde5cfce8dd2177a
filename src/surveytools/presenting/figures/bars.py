"""Bars of shares with 95 % intervals, where there are any."""

import pandas as pd

from surveytools.analysis.table import TOTAL
from surveytools.cleaning.codebook import Kind
from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.captions import axis_text
from surveytools.presenting.cells import (
    Line,
    base_text,
    drawn_cells,
    overall,
    require_safe,
    several,
)
from surveytools.presenting.figures.compose import (
    Drawn,
    Job,
    Rows,
    compose,
    percent_axis,
    row_axes,
    row_text,
    rows_note,
    withheld_box,
)
from surveytools.presenting.fitting import require_single
from surveytools.presenting.measure import unbroken
from surveytools.presenting.page import Box, Limit, Page, SurveyFigure
from surveytools.presenting.style import INK
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = ["bar_cells", "draw_bars"]

_FILL, _EVERYBODY = "#2073BC", "#6E6E6E"
_THICK = 0.7


def draw_bars(
    table: SafeTable, plan: PlannedTable, *, words: Words, study: Study
) -> SurveyFigure:
    """Draw shares as bars with Wilson intervals; shares of mentions have none.

    One bar an answer; or one a group, or one a row of a matrix, where the plan names a
    single answer. Multiple-response answers and rows are sorted by share if all are
    shown, others stay in codebook order. Withheld shares are drawn empty and hatched.

    Raises
    ------
    DisclosureError
        If ``table`` isn't a `SafeTable`.
    ParameterError
        If there would be several bars a group.
    """
    require_safe(table)
    job = Job(table, plan, words, study)
    along, cells = bar_cells(table, plan, words)
    one_line = along == "answer"
    return compose(
        job,
        "bars",
        lambda page: _draw(page, job, along, cells),
        line="group" if one_line else along,
        part="answer",
    )


def bar_cells(
    table: SafeTable, plan: PlannedTable, words: Words
) -> tuple[str, pd.DataFrame]:
    """Choose the cells that become bars, in the order of drawing.

    Returns
    -------
    along, cells
        Column of ``cells`` that names a bar (``group``, ``row`` or ``answer``), and
        one row a bar.
    """
    cells = drawn_cells(table, words, answers=plan.answers)
    require_single(table, plan)
    if table.rows:
        cells, along = overall(cells), "row"
    else:
        along = "group" if several(cells["group"]) else "answer"
    free_order = along == "row" or table.stub_kind is Kind.MULTIPLE
    if along != "group" and free_order and not cells["withheld"].any():
        cells = cells.sort_values("share", ascending=False, kind="stable")
    return along, cells.reset_index(drop=True)


def _draw(page: Page, job: Job, along: str, cells: pd.DataFrame) -> Drawn:
    labels, base = _labels(job.words, along, cells)
    box = Box(page.box.left, page.box.bottom + 34, page.box.right, page.box.top)
    ranks = [-1.0 if pd.isna(share) else float(share) for share in cells["share"]]
    rows = row_axes(page, box, labels, ranks, right=64)
    drawn = cells.iloc[rows.kept].reset_index(drop=True)
    largest = _ends(drawn).max()
    percent_axis(
        rows.axes,
        job.words,
        largest=0.0 if pd.isna(largest) else float(largest),
        label=axis_text(job.table, job.words, base),
    )
    _bars(rows, drawn, job.words, along)
    bare = job.table.estimation.method is None
    said = job.words("note.mentions" if bare else "footer.intervals")
    notes = (said, *rows_note(job, len(cells), len(drawn)))
    return Drawn(drawn, notes, kept=Limit(len(drawn)))


def _ends(cells: pd.DataFrame) -> pd.Series:
    """Say how far each bar reaches, with its interval if it has one."""
    return cells["high"].fillna(cells["share"])


def _labels(
    words: Words, along: str, cells: pd.DataFrame
) -> tuple[list[str], str | None]:
    """Give the labels, and the base where one holds for all bars."""
    names = [str(name) for name in cells[f"{along}_label"]]
    whole = Line("", "", cells)
    if len(whole.bases()) == 1 and cells["base"].notna().all():
        return names, base_text(whole, words)
    bases = [
        unbroken(base_text(Line("", "", cells.iloc[[row]]), words))
        for row in range(len(cells))
    ]
    pairs = zip(names, bases, strict=True)
    return [words("figure.with_base", label=n, base=b) for n, b in pairs], None


def _bars(rows: Rows, cells: pd.DataFrame, words: Words, along: str) -> None:
    axes = rows.axes
    along_groups = along == "group"
    shown = cells[cells["share"].notna()]
    error = [shown["share"] - shown["low"], shown["high"] - shown["share"]]
    axes.barh(
        shown.index,
        shown["share"],
        height=_THICK,
        xerr=None
        if shown["low"].isna().all()
        else [part.clip(lower=0).to_numpy() for part in error],
        color=[
            _EVERYBODY if g == TOTAL and along_groups else _FILL for g in shown["group"]
        ],
        error_kw={"ecolor": INK, "elinewidth": 1.6, "capsize": 0},
    )
    for (row, cell), end in zip(shown.iterrows(), _ends(shown), strict=True):
        text = words.percent(cell["share"])
        row_text(axes, end, float(str(row)), text, size=rows.size)
    for row, cell in cells[cells["share"].isna()].iterrows():
        place = float(str(row))
        if cell["withheld"]:
            width = 0.04 * axes.get_xlim()[1]
            withheld_box(axes, 0, width, place, _THICK)
            row_text(axes, width, place, words("figure.withheld"), size=rows.size)
        else:
            text = words("figure.no_respondents")
            row_text(axes, 0, place, text, size=rows.size)
