"""Who knows a service and who uses it: two dots a service, joined by a line."""

import pandas as pd
from matplotlib.axes import Axes

from surveytools.disclosure.safe import SafeTable
from surveytools.errors import ParameterError
from surveytools.presenting.captions import axis_text
from surveytools.presenting.cells import (
    Line,
    base_text,
    drawn_cells,
    overall,
    require_safe,
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
from surveytools.presenting.fitting import require_pair
from surveytools.presenting.page import (
    Box,
    Key,
    Limit,
    Page,
    SurveyFigure,
    draw_keys,
    write,
)
from surveytools.presenting.style import INK, MUTED, PRIMARY, SECONDARY, SMALLEST_TEXT
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = ["draw_awareness", "paired_cells"]


def draw_awareness(
    table: SafeTable,
    plan: PlannedTable,
    *,
    words: Words,
    study: Study,
    second: SafeTable,
) -> SurveyFigure:
    """Draw awareness and use of each service as a pair of dots.

    Parameters
    ----------
    table
        Who uses each service, of everybody or one group.
    second
        Who knows it; the same services.

    Raises
    ------
    DisclosureError
        If one of the tables isn't a `SafeTable`.
    ParameterError
        If the tables have no answers or rows in common, or stand the wrong way round.
    """
    require_safe(table, second)
    job = Job(table, plan, words, study, second)
    along, pairs = paired_cells(table, second, plan, words)
    return compose(
        job,
        "awareness",
        lambda page: _draw(page, job, along, pairs),
        line=along,
        part="measure",
    )


def paired_cells(
    table: SafeTable, second: SafeTable, plan: PlannedTable, words: Words
) -> tuple[str, list[pd.DataFrame]]:
    """Pair the cells of two tables by service, in the order of drawing.

    Returns
    -------
    along, pairs
        Column that names a service, and two rows a service: who knows it, who uses
        it, in the column ``measure``.
    """
    require_pair(table, plan, second)
    along = "row" if table.rows else "answer"
    known = _measured(second, plan, words, "aware")
    used = _measured(table, plan, words, "used").set_index(along, drop=False)
    common = known[known[along].isin(used.index)]
    if not common["withheld"].any():
        common = common.sort_values("share", ascending=False, kind="stable")
    if known["share"].lt(used["share"].reindex(known[along]).to_numpy()).all():
        msg = f"fewer respondents know each service than use it in {table.id!r}"
        hint = f"exchange {table.id!r} and {second.id!r} in the tab plan"
        raise ParameterError(msg, hint=hint)
    pairs = [
        pd.concat([common.loc[[row]], used.loc[[code]]]).reset_index(drop=True)
        for row, code in common[along].items()
    ]
    return along, pairs


def _measured(
    table: SafeTable, plan: PlannedTable, words: Words, measure: str
) -> pd.DataFrame:
    known = {answer.code for answer in table.answers}
    answers = plan.answers if set(plan.answers) <= known else ()
    cells = overall(drawn_cells(table, words, answers=answers))
    return cells.assign(measure=measure, measure_label=words(f"figure.{measure}"))


def _draw(page: Page, job: Job, along: str, pairs: list[pd.DataFrame]) -> Drawn:
    words = job.words
    keys = [
        Key(words("figure.used"), PRIMARY, marker="o"),
        Key(words("figure.aware"), SECONDARY, marker="D"),
    ]
    below = draw_keys(page.figure, keys, page.box)
    box = Box(below.left, below.bottom + 18, below.right, below.top)
    labels = [str(pair[f"{along}_label"].iloc[0]) for pair in pairs]
    ranks = [_rank(pair) for pair in pairs]
    rows = row_axes(page, box, labels, ranks, right=64)
    drawn = [pairs[place] for place in rows.kept]
    data = pd.concat(drawn)
    percent_axis(rows.axes, words, largest=1.0, label="")
    # Beside the legend it costs no row.
    base = axis_text(job.table, words, base_text(Line("", "", data), words))
    right, top = page.box.right, page.box.top - 1.2 * SMALLEST_TEXT
    write(page.figure, base, (right, top), size=SMALLEST_TEXT, color=MUTED, ha="right")
    # The number of a small share stands to the left of its dot.
    rows.axes.set_xlim(-0.07, 1.0)
    rows.axes.spines["left"].set_visible(False)
    for row, pair in enumerate(drawn):
        _dots(rows, words, row, pair)
    notes = rows_note(job, len(pairs), len(drawn))
    return Drawn(data, notes, kept=Limit(len(drawn)))


def _rank(pair: pd.DataFrame) -> float:
    share = pair["share"].iloc[0]
    return -1.0 if pd.isna(share) else float(share)


def _dots(rows: Rows, words: Words, row: int, pair: pd.DataFrame) -> None:
    axes, size = rows.axes, rows.size
    aware, used = (None if pd.isna(share) else float(share) for share in pair["share"])
    if aware is None and used is None:
        withheld_box(axes, 0, 0.04, row, 0.7)
        row_text(axes, 0.04, row, words("figure.withheld"), size=size)
        return
    if aware is not None and used is not None:
        axes.plot([used, aware], [row, row], color="#8C8C8C", linewidth=3, zorder=1)
    if used is not None:
        _dot(axes, used, row, "o", PRIMARY)
        left = aware is None or used <= aware
        _number(axes, words.percent(used), used, row, size=size, left=left)
    if aware is not None:
        _dot(axes, aware, row, "D", SECONDARY)
        left = used is not None and aware < used
        text = words.percent(aware)
        _number(axes, text, aware, row, size=size, left=left)
    if aware is None or used is None:
        key = "figure.aware" if aware is None else "figure.used"
        text = words("figure.measure_withheld", measure=words(key))
        shown = used if aware is None else aware
        place = float(shown or 0.0)
        # Beside the number of the dot that is shown.
        axes.annotate(
            text,
            (place, row),
            xytext=(52 if aware is not None else 10, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=size,
            annotation_clip=False,
        )


def _dot(axes: Axes, x: float, row: int, marker: str, colour: str) -> None:
    axes.plot(
        [x],
        [row],
        marker=marker,
        markersize=8,
        color=colour,
        markeredgecolor="white",
        linestyle="none",
        zorder=2,
    )


def _number(
    axes: Axes, text: str, x: float, row: int, *, size: float, left: bool
) -> None:
    axes.annotate(
        text,
        (x, row),
        xytext=(-7 if left else 7, 0),
        textcoords="offset points",
        va="center_baseline",
        ha="right" if left else "left",
        fontsize=size,
        color=INK,
        annotation_clip=False,
    )
