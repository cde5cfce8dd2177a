"""The figure that the tab plan asks for, and its files."""

import html
import re
from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG

from surveytools.disclosure.below import lines_below
from surveytools.disclosure.details import Details
from surveytools.disclosure.legend import reasons_in_words
from surveytools.disclosure.safe import SafeTable
from surveytools.errors import ParameterError
from surveytools.files import atomic_path, formula_safe, safe_name, write_text
from surveytools.presenting.cells import require_safe
from surveytools.presenting.figures import (
    draw_awareness,
    draw_bars,
    draw_heatmap,
    draw_likert,
    draw_severity,
    draw_stacked,
)
from surveytools.presenting.fitting import require_fit
from surveytools.presenting.measure import plain
from surveytools.presenting.page import SurveyFigure
from surveytools.presenting.style import slide_style
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = ["add_details", "draw", "save_figure"]

_FAMILIES = {
    "bars": draw_bars,
    "stacked": draw_stacked,
    "heatmap": draw_heatmap,
    "likert": draw_likert,
    "severity": draw_severity,
}
_DPI = 150
_PLACE = ["group", "row", "answer"]


def draw(
    table: SafeTable,
    plan: PlannedTable,
    *,
    words: Words,
    study: Study,
    second: SafeTable | None = None,
) -> SurveyFigure:
    """Draw a protected table as its plan says; one group of a heat map as bars.

    Parameters
    ----------
    second
        For the family ``awareness``: who knows the services that ``table`` says who
        uses.

    Returns
    -------
    SurveyFigure
        Of slide size. It belongs to no pyplot state: nothing to close.

    Raises
    ------
    DisclosureError
        If a table isn't a `SafeTable`.
    ParameterError
        If the table doesn't fit the family, or the plan names none.
    """
    require_safe(table, *([second] if second is not None else []))
    if plan.figure is None:
        msg = f"the tab plan names no figure for table {plan.id!r}"
        raise ParameterError(msg, hint=f"add figure = {' | '.join(_FAMILIES)}")
    require_fit(table, plan, second=second)
    if plan.figure == "awareness" and second is not None:
        return draw_awareness(table, plan, words=words, study=study, second=second)
    alone = plan.figure == "heatmap" and len(table.groups) == 1
    family = "bars" if alone else plan.figure
    return _FAMILIES[family](table, plan, words=words, study=study)


def add_details(
    figure: SurveyFigure, table: SafeTable, details: Details, words: Words
) -> None:
    """Let the CSV file of a figure have what its table is shown with.

    The columns are those of `surveytools.disclosure.writing.as_csv`; rows below have a
    ``line`` of their own.
    """
    details.require_untouched()
    beside = table.cells[_PLACE].reset_index(drop=True)
    if details.comparisons is not None:
        found = details.comparisons
        compared = reasons_in_words(found.cells, found.method, words)
        compared = compared.drop(columns=[*_PLACE, "low_base"])
        beside = beside.join(compared.reset_index(drop=True))
    if details.weighted is not None:
        beside = beside.join(details.weighted.cells.reset_index(drop=True))
    if len(beside.columns) > len(_PLACE) and "measure" not in figure.data:
        figure.beside = beside
    below = lines_below(details, words)
    if below is None:
        return
    drawn = figure.data.drop_duplicates("group").set_index("group")["group_label"]
    rows = {row.code: plain(row.axis(words.language)) for row in table.rows}
    below = below[below["group"].isin(drawn.index)]
    figure.below = below.assign(
        group_label=below["group"].map(drawn),
        row_label=[rows.get(code, "") for code in below["row"]],
    )


def save_figure(figure: SurveyFigure, folder: Path) -> list[Path]:
    """Write a figure as PNG and SVG, and the numbers that it drew as CSV.

    Title and alternative text are in the files: PNG as ``Title`` and
    ``Description``, SVG as ``<title>`` and ``<desc>``. Equal figures give equal
    bytes.

    Parameters
    ----------
    folder
        Made if need be. The files are named after `SurveyFigure.name`.

    Returns
    -------
    list of Path
        PNG, SVG, CSV. The CSV has one row per drawn cell; shares are fractions of
        the base; where ``withheld`` isn't empty the number is withheld, not zero.
        With details (`add_details`), comparisons stand beside the cells, and nets,
        boxes and means below them.
    """
    name = safe_name(figure.name)
    paths = [folder / f"{name}.{kind}" for kind in ("png", "svg", "csv")]
    words_inside = {"Title": figure.title_text, "Description": figure.alt}
    picture = figure.png(dpi=_DPI, metadata=words_inside)
    with atomic_path(paths[0]) as temporary:
        temporary.write_bytes(picture)
    with atomic_path(paths[1]) as temporary:
        _write_svg(figure, temporary)
    write_text(paths[2], _csv(figure))
    return paths


def _write_svg(figure: SurveyFigure, path: Path) -> None:
    canvas = figure.canvas
    with slide_style():
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            path, metadata={"Date": None}
        )
    figure.set_canvas(canvas)
    text = path.read_text(encoding="utf-8")
    title, alt = html.escape(figure.title_text), html.escape(figure.alt)
    inside = (
        f'role="img" aria-labelledby="title desc">\n'
        f' <title id="title">{title}</title>\n <desc id="desc">{alt}</desc>'
    )
    text = re.sub(r"(<svg [^>]*)>", lambda m: f"{m[1]} {inside}", text, count=1)
    path.write_text(text, encoding="utf-8", newline="\n")


def _csv(figure: SurveyFigure) -> str:
    data = figure.data
    if figure.beside is not None:
        data = data.merge(figure.beside, on=_PLACE, how="left")
    if figure.below is not None:
        data = pd.concat([data.assign(line="answer"), figure.below], ignore_index=True)[
            ["line", *data.columns, "mean"]
        ]
    safe = data.assign(withheld=data["withheld"].map({True: "withheld", False: ""}))
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column].dtype):
            safe[column] = safe[column].fillna("").map(formula_safe)
    return safe.to_csv(index=False, float_format="%.6g", lineterminator="\n")
