"""Stacked bars of all answers: one bar a group, or a row, each of 100 %."""

from collections.abc import Sequence

import pandas as pd

from surveytools.cleaning.codebook import Choice, Kind
from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.cells import (
    Line,
    drawn_cells,
    is_apart,
    lines_of,
    require_safe,
)
from surveytools.presenting.figures.compose import (
    Drawn,
    Job,
    Rows,
    compose,
    row_axes,
    row_text,
    rows_note,
    withheld_box,
)
from surveytools.presenting.figures.segments import (
    answer_keys,
    labelled,
    remainder,
    segment,
    share_of,
    top_two,
)
from surveytools.presenting.fitting import require_partition
from surveytools.presenting.page import Limit, Page, SurveyFigure, draw_keys
from surveytools.presenting.style import APART, categorical, sequential
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = ["draw_severity", "draw_stacked", "drawn_answers"]

_ALL = 1.0


def draw_stacked(
    table: SafeTable, plan: PlannedTable, *, words: Words, study: Study
) -> SurveyFigure:
    """Draw 100 % bars of all answers, one a group, in codebook order.

    Bases stand in the tick labels. Answers that are withheld share one hatched part;
    a group whose base is withheld is an empty outlined bar.

    Raises
    ------
    DisclosureError
        If ``table`` isn't a `SafeTable`.
    ParameterError
        If answers overlap (multiple response).
    """
    require_safe(table)
    require_partition(table)
    job = Job(table, plan, words, study)
    answers = drawn_answers(table, plan)
    column, lines = lines_of(table, drawn_cells(table, words))
    scale = [answer for answer in answers if not is_apart(answer)]
    ordered = table.stub_kind is Kind.LIKERT or any(a.value is not None for a in scale)
    colours = (sequential if ordered else categorical)(max(1, len(scale)))
    return compose(
        job,
        "stacked",
        lambda page: _draw(page, job, lines, answers, colours),
        line=column,
        part="answer",
    )


def draw_severity(
    table: SafeTable, plan: PlannedTable, *, words: Words, study: Study
) -> SurveyFigure:
    """Draw a scale from its strongest answer, one bar a row, sorted.

    Bars are sorted by the share of the two strongest answers together; those where
    one of these is withheld follow in codebook order.

    Raises
    ------
    DisclosureError
        If ``table`` isn't a `SafeTable`.
    ParameterError
        If answers overlap (multiple response).
    """
    require_safe(table)
    require_partition(table)
    job = Job(table, plan, words, study)
    answers = drawn_answers(table, plan)
    scale = [answer for answer in answers if not is_apart(answer)][::-1]
    apart = [answer for answer in answers if is_apart(answer)]
    column, lines = lines_of(table, drawn_cells(table, words))
    strongest = [answer.code for answer in scale[:2]]
    lines = sorted(lines, key=lambda line: -_rank(line, strongest))
    return compose(
        job,
        "severity",
        lambda page: _draw(page, job, lines, scale + apart, sequential(len(scale))),
        line=column,
        part="answer",
    )


def drawn_answers(table: SafeTable, plan: PlannedTable) -> list[Choice]:
    """Answers that the plan asks for, in codebook order; all where it names none."""
    return [a for a in table.answers if not plan.answers or a.code in plan.answers]


def _rank(line: Line, answers: Sequence[str]) -> float:
    share = top_two(line, answers)
    return -1.0 if share is None else share


def _draw(
    page: Page,
    job: Job,
    lines: list[Line],
    answers: Sequence[Choice],
    steps: Sequence[str],
) -> Drawn:
    words = job.words
    scale = [answer for answer in answers if not is_apart(answer)]
    codes = [answer.code for answer in answers]
    colours = dict.fromkeys(codes, APART)
    colours |= dict(zip((a.code for a in scale), steps, strict=False))
    cells = drawn_cells(job.table, words, answers=codes)
    names = cells.drop_duplicates("answer").set_index("answer")["answer_label"]
    keys = answer_keys(
        [str(names[code]) for code in codes],
        [colours[code] for code in codes],
        withheld=words("figure.withheld") if _any_hidden(lines, codes) else None,
    )
    box = draw_keys(page.figure, keys, page.box)
    rows = row_axes(page, box, labelled(lines, words), _bases(lines), right=4)
    rows.axes.set_xlim(0, 1)
    rows.axes.set_xticks([])
    drawn = [lines[place] for place in rows.kept]
    for row, line in enumerate(drawn):
        _bar(rows, job, row, line, colours)
    data = pd.concat([_in_order(line.cells, codes) for line in drawn])
    return Drawn(
        data, rows_note(job, len(lines), len(drawn)), colours, Limit(len(drawn))
    )


def _bases(lines: Sequence[Line]) -> list[float]:
    return [float(max(line.bases(), default=-1)) for line in lines]


def _any_hidden(lines: Sequence[Line], codes: Sequence[str]) -> bool:
    return any(
        bool(line.cells.loc[line.cells["answer"].isin(codes), "withheld"].any())
        for line in lines
    )


def _in_order(cells: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    place = {code: number for number, code in enumerate(codes)}
    kept = cells[cells["answer"].isin(codes)]
    return kept.sort_values("answer", key=lambda c: c.map(place), kind="stable")


def _bar(rows: Rows, job: Job, row: int, line: Line, colours: dict[str, str]) -> None:
    axes, words = rows.axes, job.words
    if line.empty:
        row_text(axes, 0, row, words("figure.no_respondents"), size=rows.size)
        return
    if line.closed:
        withheld_box(axes, 0, _ALL, row, 0.84)
        _word(rows, row, words("figure.withheld"))
        return
    left = 0.0
    for code, colour in colours.items():
        share = share_of(line, code) or 0.0
        segment(
            axes,
            left=left,
            share=share,
            row=row,
            colour=colour,
            text=words.percent(share),
            points=rows.box.width,
            size=rows.size,
        )
        left += share
    if (rest := remainder(job.table, line, list(colours))) > 0:
        withheld_box(axes, left, rest, row, 0.84)


def _word(rows: Rows, row: int, text: str) -> None:
    """Write over a hatched bar, on a plain ground so that it reads well."""
    rows.axes.text(
        0.5,
        row,
        text,
        ha="center",
        va="center_baseline",
        fontsize=rows.size,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )
