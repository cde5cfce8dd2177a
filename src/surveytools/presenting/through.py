"""What a sheet of a trend shows: an item through the waves, each beside the last."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from surveytools.disclosure.legend import trend_legend
from surveytools.disclosure.trends import Trend
from surveytools.presenting.beside import Block, Cell, Column, Line, Sheet
from surveytools.presenting.captions import base_sentence, dated_groups
from surveytools.presenting.measure import plain
from surveytools.study.study import Study
from surveytools.words import Words

__all__ = ["ShownTrend", "trend_footer", "trend_sheet"]

_NUMBERS = (("shares", "share"), ("counts", "count"), ("bases", "base"))
_CHANGES = (
    ("difference", "points", "workbook.change"),
    ("difference_low", "points", "workbook.from"),
    ("difference_high", "points", "workbook.to"),
    ("adjusted", "p", "workbook.p"),
)


@dataclass(frozen=True, slots=True)
class ShownTrend:
    """A declared trend as the workbook has it.

    Attributes
    ----------
    id, title
        As the tab plan says.
    trend
        The protected trend, if there is one.
    reason
        Why there is none: ``release``, or ``wave`` (the study has only one yet).
    """

    id: str
    title: str
    trend: Trend | None
    reason: str = ""


def trend_sheet(trend: Trend, words: Words) -> Sheet:
    """Lay out a trend: shares, counts and bases by wave, changes from wave to wave."""
    trend.require_untouched()
    first = trend.cells[trend.cells["wave"].eq(trend.labels[0])]
    lines = tuple(
        Line(plain(str(row)), plain(str(answer)))
        for row, answer in zip(first["row_label"], first["answer_label"], strict=True)
    )
    waves = [
        (plain(label), trend.cells[trend.cells["wave"].eq(label)])
        for label in trend.labels
    ]
    blocks = [
        Block(
            words(f"workbook.{title}"),
            tuple(
                Column(label, dict(_numbers(own, kind, words))) for label, own in waves
            ),
        )
        for title, kind in _NUMBERS
    ]
    changes = tuple(
        Column(words(title, wave=label), dict(_changes(own, name, look)))
        for label, own in waves[1:]
        for name, look, title in _CHANGES
    )
    blocks.append(Block(words("workbook.changes"), changes))
    return Sheet(
        lines,
        tuple(blocks),
        tuple(
            trend_legend(trend.method, trend.accepted, words, left_out=trend.left_out)
        ),
    )


def _numbers(own: pd.DataFrame, kind: str, words: Words) -> Iterator[tuple[int, Cell]]:
    look = "share" if kind == "share" else "number"
    for place, (value, hidden) in enumerate(
        zip(own[kind], own["withheld"], strict=True)
    ):
        if not pd.isna(value):
            yield place, Cell(float(value), look)
        elif hidden:
            yield place, Cell(words("figure.withheld"), "withheld")


def _changes(own: pd.DataFrame, name: str, look: str) -> Iterator[tuple[int, Cell]]:
    factor = 100 if look == "points" else 1
    for place, value in enumerate(own[name]):
        if not math.isnan(value):
            yield place, Cell(factor * float(value), look)


def trend_footer(trend: Trend, words: Words, study: Study) -> str:
    """Say below the title what is counted, in which waves, of whom."""
    last = trend.tables[-1]
    waves = words.listing([plain(label) for label in trend.labels])
    sentences = [
        words("footer.base", base=base_sentence(last, words)),
        words("deck.waves", waves=waves),
        *_dates(trend, words),
    ]
    if last.where:
        sentences.append(words("footer.filter", where=plain(last.where)))
    if hidden := int(trend.cells["withheld"].sum()):
        sentences.append(words.count("footer.withheld", hidden))
    if study.source:
        sentences.append(words("footer.source", source=plain(study.source)))
    return ". ".join(sentences) + "."


def _dates(trend: Trend, words: Words) -> Iterator[str]:
    """Say of a release since when the numbers of each wave are these."""
    waves = [dated_groups(table, words) for table in trend.tables]
    latest = max((date for dated in waves for date in dated), default=None)
    if latest is None:
        return
    yield words("footer.as_of", date=latest)
    for label, dated in zip(trend.labels, waves, strict=True):
        for date, groups in dated.items():
            if date == latest or not groups:
                continue
            some = f" ({words.listing(groups)})" if len(dated) > 1 else ""
            names = f"{plain(label)}{some}"
            yield words("footer.as_of_before", groups=names, date=date)
