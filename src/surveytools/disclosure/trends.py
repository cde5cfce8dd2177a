"""Trends: shares of each wave, and the differences between them, as may be shown."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import (
    MIN_BASE,
    Correction,
    ProportionTest,
    adjust_p,
    compare_proportions,
)
from surveytools.analysis.waves import WaveTables
from surveytools.disclosure.banner import Method
from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.legend import p_text, trend_legend
from surveytools.disclosure.lines import Lines, counted_in_words
from surveytools.disclosure.record import rules_in_words, told
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.seals import refuse_kinds
from surveytools.disclosure.writing import (
    csv_text,
    html_of,
    markdown_of,
    records,
    workbook_of,
)
from surveytools.errors import DisclosureError
from surveytools.words import Words, words_for

__all__ = [
    "CELLS",
    "Trend",
    "compare_waves",
    "protect_trend",
    "trend_csv",
    "trend_html",
    "trend_json",
    "trend_markdown",
    "trend_workbook",
]

CELLS = (
    "wave",
    "row",
    "row_label",
    "answer",
    "answer_label",
    "count",
    "base",
    "share",
    "low",
    "high",
    "withheld",
    "difference",
    "difference_low",
    "difference_high",
    "p",
    "adjusted",
)
"""Columns of `Trend.cells`."""

_NONE = "\N{EN DASH}"


class _Permit:
    """What `compare_waves` gives, for its very numbers."""

    __slots__ = ("cells",)

    def __init__(self, cells: pd.DataFrame) -> None:
        self.cells = cells.copy()


@dataclass(frozen=True, slots=True, repr=False)
class Trend:
    """One item through the waves, of shown numbers only. Only `compare_waves` makes it.

    Attributes
    ----------
    tables
        The protected table of each wave, the latest last.
    labels
        Label of each wave.
    cells
        One row per wave, row and answer, columns `CELLS`. ``difference`` is the share
        less that of the wave before, with its interval; ``p`` is missing where a base
        is below 30, ``adjusted`` is corrected over all differences.
    notes
        Method and protection in words.
    method
        How waves were compared.
    accepted
        Why the item compares although the question changed; empty where it didn't.
    language
        Language of labels and words.
    left_out
        Options of a multiple-response item that not every wave offered, in words.
    """

    tables: tuple[SafeTable, ...]
    labels: tuple[str, ...]
    cells: pd.DataFrame
    notes: tuple[str, ...]
    method: Method
    accepted: str = ""
    language: str = "en"
    left_out: tuple[str, ...] = ()
    permit: object = field(default=None, compare=False)

    def __init_subclass__(cls) -> None:
        refuse_kinds(cls)

    def __post_init__(self) -> None:
        self.require_untouched()

    def require_untouched(self) -> None:
        """Refuse numbers that aren't those that `compare_waves` gave.

        Raises
        ------
        DisclosureError
            If they were made otherwise, or changed since.
        """
        permit = self.permit
        if not isinstance(permit, _Permit) or not permit.cells.equals(self.cells):
            msg = "a Trend is made by disclosure.compare_waves alone"
            raise DisclosureError(msg)

    def __repr__(self) -> str:
        return f"Trend({self.tables[-1].stub}, {len(self.tables)} waves)"

    @property
    def title(self) -> str:
        """Neutral title: what is compared."""
        ends = {"first": self.labels[0], "last": self.labels[-1]}
        stub = self.tables[-1].stub_label
        return words_for(self.language)("title.waves", stub=stub, **ends)


def protect_trend(
    counted: WaveTables,
    *,
    ledger: Ledger,
    correction: Correction = "holm",
    test: ProportionTest = "z",
    language: str = "en",
) -> Trend:
    """Protect the tables of all waves, and compare each wave with the one before.

    Parameters
    ----------
    ledger
        Tables that are protected already, with the owner's decision.
    correction, test
        As in `surveytools.disclosure.banner.compare_groups`.
    language
        Language of the labels.

    Notes
    -----
    Who answered in both waves isn't known; waves are compared as independent samples.
    Where the same people tend to answer alike, that is cautious. Methods are those of
    `surveytools.analysis.statistics.compare_proportions`.
    """
    tables = ledger.beside(counted.tables)
    return compare_waves(
        counted, tables, correction=correction, test=test, language=language
    )


def compare_waves(
    counted: WaveTables,
    safe: Sequence[SafeTable],
    *,
    correction: Correction = "holm",
    test: ProportionTest = "z",
    language: str = "en",
) -> Trend:
    """Compare each wave with the one before, as `protect_trend` does.

    Parameters
    ----------
    safe
        The tables of ``counted``, protected.
    """
    tables = tuple(safe)
    cells = pd.concat(
        [
            _wave(table, label, language)
            for table, label in zip(tables, counted.labels, strict=True)
        ],
        ignore_index=True,
    )
    level = tables[-1].estimation.level
    for name in CELLS[CELLS.index("difference") :]:
        cells[name] = np.nan
    size = len(cells) // len(tables)
    k, n = (_shown(cells, name).reshape(-1, size) for name in ("count", "base"))
    known = ~(np.isnan(k) | np.isnan(n))
    both = known[1:] & known[:-1] & (n[1:] > 0) & (n[:-1] > 0)
    new_k, new_n, old_k, old_n = (
        np.where(both, part, 0.0) for part in (k[1:], n[1:], k[:-1], n[:-1])
    )
    found = compare_proportions(new_k, new_n, old_k, old_n, test=test, level=level)
    later = cells.index[size:]
    enough = both & (n[1:] >= MIN_BASE) & (n[:-1] >= MIN_BASE)
    p = np.where(enough, found.p, np.nan).ravel()
    cells.loc[later, "difference"] = np.where(both, found.difference, np.nan).ravel()
    cells.loc[later, "difference_low"] = np.where(both, found.low, np.nan).ravel()
    cells.loc[later, "difference_high"] = np.where(both, found.high, np.nan).ravel()
    cells.loc[later, "p"] = p
    cells.loc[later, "adjusted"] = adjust_p(p, method=correction)
    method = Method(correction, test, level)
    accepted = counted.accepted or ""
    left_out = counted.left_out
    notes = tuple(_notes(tables[-1], method, accepted, left_out, words_for(language)))
    cells = cells[list(CELLS)]
    return Trend(
        tables,
        counted.labels,
        cells,
        notes,
        method,
        accepted,
        language,
        left_out,
        permit=_Permit(cells),
    )


def _wave(safe: SafeTable, label: str, language: str) -> pd.DataFrame:
    answers = {choice.code: choice.text(language) for choice in safe.answers}
    rows = {choice.code: choice.text(language) for choice in safe.rows}
    return safe.cells.assign(
        wave=label,
        row_label=[rows.get(code, "") for code in safe.cells["row"]],
        answer_label=[answers[code] for code in safe.cells["answer"]],
    )


def _shown(cells: pd.DataFrame, name: str) -> NDArray[np.float64]:
    values = cells[name].astype("Float64").mask(cells["withheld"])
    wide = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(wide, dtype=np.float64)


def _notes(
    safe: SafeTable,
    method: Method,
    accepted: str,
    left_out: Sequence[str],
    words: Words,
) -> Iterator[str]:
    yield from counted_in_words(safe, words, words("people.answered"))
    yield from trend_legend(method, accepted, words, left_out=left_out)
    yield told(safe, rules_in_words(safe, words), words)


def _lines(trend: Trend) -> Lines:
    """Write a trend for people: a column a wave, and one for each difference."""
    trend.require_untouched()
    words = words_for(trend.language)
    head = [trend.tables[-1].stub_label, *trend.labels[:1]]
    for label in trend.labels[1:]:
        head += [label, words("table.difference"), words("workbook.p")]
    lines = []
    for _, own in trend.cells.groupby(["row", "answer"], sort=False):
        row, answer = own[["row_label", "answer_label"]].iloc[0]
        line = [f"{words('legend.row', row=row)}{answer}" if row else str(answer)]
        for at, (_, cell) in enumerate(own.iterrows()):
            line.append(_cell(cell, words))
            if at:
                line += _difference(cell, words)
        lines.append(tuple(line))
    return Lines(trend.title, tuple(head), tuple(lines), trend.notes)


def _cell(cell: "pd.Series[Any]", words: Words) -> str:
    if cell["withheld"]:
        return words("figure.withheld")
    if pd.isna(cell["share"]):
        return _NONE
    counted = words("number.of_base", n=cell["count"], base=cell["base"])
    return f"{words.exact(cell['share'])} ({counted})"


def _difference(cell: "pd.Series[Any]", words: Words) -> list[str]:
    if pd.isna(cell["difference"]):
        return [_NONE, _NONE]
    change, low, high = (
        words.points(cell[name])
        for name in ("difference", "difference_low", "difference_high")
    )
    text = f"{change} ({words('number.interval', low=low, high=high)})"
    p = cell["adjusted"]
    if pd.isna(p):
        return [text, _NONE]
    return [text, p_text(p, words).removeprefix("p ").removeprefix("= ")]


def trend_markdown(trend: Trend) -> str:
    """Write a trend as Markdown."""
    return markdown_of(_lines(trend))


def trend_html(trend: Trend) -> str:
    """Write a trend as an HTML fragment."""
    return html_of(_lines(trend))


def trend_csv(trend: Trend) -> str:
    """Write the cells of a trend as CSV."""
    trend.require_untouched()
    return csv_text(trend.cells)


def trend_json(trend: Trend) -> str:
    """Write a trend, and what it is, as JSON."""
    trend.require_untouched()
    last = trend.tables[-1]
    content = {
        "title": trend.title,
        "stub": last.stub,
        "where": last.where,
        "waves": [table.wave for table in trend.tables],
        "protected": last.protected,
        "threshold": last.threshold,
        "profile": str(last.profile),
        "notes": list(trend.notes),
        "cells": records(trend.cells),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def trend_workbook(trend: Trend) -> bytes:
    """Write a trend as a workbook."""
    trend.require_untouched()
    return workbook_of({"Trend": trend.cells}, (trend.title, *trend.notes))
