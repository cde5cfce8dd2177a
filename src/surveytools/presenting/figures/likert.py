"""Diverging stacked bars of a scale; what stands beside the scale is drawn apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.cleaning.codebook import Choice
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
from surveytools.presenting.figures.stacked import drawn_answers
from surveytools.presenting.fitting import require_partition
from surveytools.presenting.page import (
    Box,
    Limit,
    Page,
    SurveyFigure,
    draw_keys,
    place_axes,
)
from surveytools.presenting.style import APART, MUTED, diverging
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable
from surveytools.words import Words

__all__ = ["draw_likert"]

_APART_WIDTH = 120.0
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class _Scale:
    """Codes of the scale from low to high, of what stands apart, and colours."""

    levels: tuple[str, ...]
    apart: tuple[str, ...]
    colours: dict[str, str]

    @property
    def negative(self) -> tuple[str, ...]:
        return self.levels[: len(self.levels) // 2]

    @property
    def neutral(self) -> str | None:
        return self.levels[len(self.levels) // 2] if len(self.levels) % 2 else None

    @property
    def positive(self) -> tuple[str, ...]:
        return self.levels[(len(self.levels) + 1) // 2 :]


def draw_likert(
    table: SafeTable, plan: PlannedTable, *, words: Words, study: Study
) -> SurveyFigure:
    """Draw a scale from its middle outwards, one bar a row or group.

    Levels that nobody chose stay in the legend. Bars are sorted by the share of the
    two highest levels together; those where one of these is withheld follow in
    codebook order. "Don't know" and what is withheld are drawn apart, at the right.

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
    scale = _scale(drawn_answers(table, plan))
    column, lines = lines_of(table, drawn_cells(table, words))
    best = scale.levels[-2:]
    lines = sorted(lines, key=lambda line: -_rank(line, best))
    return compose(
        job,
        "likert",
        lambda page: _draw(page, job, lines, scale),
        line=column,
        part="answer",
    )


def _scale(answers: Sequence[Choice]) -> _Scale:
    levels = tuple(answer.code for answer in answers if not is_apart(answer))
    apart = tuple(answer.code for answer in answers if is_apart(answer))
    colours = dict(zip(levels, diverging(len(levels)), strict=True))
    return _Scale(levels, apart, {**colours, **dict.fromkeys(apart, APART)})


def _rank(line: Line, levels: Sequence[str]) -> float:
    share = top_two(line, levels)
    return -1.0 if share is None else share


def _draw(page: Page, job: Job, lines: list[Line], scale: _Scale) -> Drawn:
    words = job.words
    codes = [*scale.levels, *scale.apart]
    some_hidden = any(line.hidden for line in lines)
    names = lines[0].cells.set_index("answer")["answer_label"]
    keys = answer_keys(
        [str(names[code]) for code in codes],
        [scale.colours[code] for code in codes],
        withheld=words("figure.withheld") if some_hidden else None,
    )
    box = draw_keys(page.figure, keys, page.box)
    aside = bool(scale.apart) or some_hidden
    ranks = [float(max(line.bases(), default=-1)) for line in lines]
    room = _APART_WIDTH + 20 if aside else 4
    rows = row_axes(page, box, labelled(lines, words), ranks, right=room)
    drawn = [lines[place] for place in rows.kept]
    _set_limits(rows, drawn, scale)
    for row, line in enumerate(drawn):
        _bar(rows, words, row, line, scale)
    rows.axes.axvline(0, color=MUTED, linewidth=1, zorder=0)
    if aside:
        _draw_apart(page, job, rows, drawn, scale)
    data = pd.concat([line.cells[line.cells["answer"].isin(codes)] for line in drawn])
    return Drawn(
        data, rows_note(job, len(lines), len(drawn)), scale.colours, Limit(len(drawn))
    )


def _reach(line: Line, scale: _Scale) -> tuple[float, float]:
    """How far the shown part of a bar goes to the left and to the right."""
    middle = (share_of(line, scale.neutral) or 0.0) / 2 if scale.neutral else 0.0
    left = sum(share_of(line, code) or 0.0 for code in scale.negative)
    right = sum(share_of(line, code) or 0.0 for code in scale.positive)
    return left + middle, right + middle


def _set_limits(rows: Rows, lines: Sequence[Line], scale: _Scale) -> None:
    reaches = [_reach(line, scale) for line in lines]
    left = max((reach[0] for reach in reaches), default=0.0)
    right = max((reach[1] for reach in reaches), default=0.0)
    # A little room on both sides also where nothing is shown.
    rows.axes.set_xlim(-max(left, _TENTH) - 0.01, max(right, _TENTH) + 0.01)
    rows.axes.set_xticks([])
    rows.axes.spines["left"].set_visible(False)


def _bar(rows: Rows, words: Words, row: int, line: Line, scale: _Scale) -> None:
    low, high = rows.axes.get_xlim()
    if line.closed or line.empty:
        key = "figure.withheld" if line.closed else "figure.no_respondents"
        row_text(rows.axes, 0, row, words(key), size=rows.size)
        return
    left = -_reach(line, scale)[0]
    for code in scale.levels:
        share = share_of(line, code) or 0.0
        segment(
            rows.axes,
            left=left,
            share=share,
            row=row,
            colour=scale.colours[code],
            text=words.percent(share),
            points=rows.box.width / (high - low),
            size=rows.size,
        )
        left += share


def _draw_apart(
    page: Page, job: Job, rows: Rows, lines: Sequence[Line], scale: _Scale
) -> None:
    """Draw, at the right and from zero, what has no place on the scale."""
    place = Box(rows.box.right + 20, rows.box.bottom, page.box.right - 4, rows.box.top)
    axes = place_axes(page.figure, place)
    axes.set(xlim=(0, 1), ylim=rows.axes.get_ylim())
    axes.set(xticks=[], yticks=[])
    for row, line in enumerate(lines):
        left = 0.0
        for code in scale.apart:
            share = share_of(line, code) or 0.0
            segment(
                axes,
                left=left,
                share=share,
                row=row,
                colour=APART,
                text=job.words.percent(share),
                points=place.width,
                size=rows.size,
            )
            left += share
        drawn = [*scale.levels, *scale.apart]
        rest = 1.0 if line.closed else remainder(job.table, line, drawn)
        if rest > 0:
            withheld_box(axes, left, min(rest, 1.0 - left), row, 0.84)
