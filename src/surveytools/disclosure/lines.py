"""A protected table as lines of plain text, for Markdown and HTML alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.banner import Comparisons
from surveytools.disclosure.details import PLAIN, Details
from surveytools.disclosure.record import rules_in_words
from surveytools.disclosure.safe import SafeTable
from surveytools.study.tabplan import BaseKind

__all__ = ["Lines", "lines_of", "notes_of", "protection_of"]

_BASES = {
    BaseKind.ALL: "all respondents",
    BaseKind.ASKED: "respondents who were asked",
    BaseKind.ANSWERED: "respondents who answered",
    BaseKind.MENTIONS: "mentions",
}
_WITHHELD = "withheld"
_NO_SHARE = "\N{EN DASH}"
_FLAGS = {1: "below 100", 2: "below 30"}


@dataclass(frozen=True, slots=True)
class Lines:
    """A table in words and numbers; nothing is escaped yet.

    Attributes
    ----------
    title
        Title of the table.
    head
        Heading of each column, the first over the answers.
    lines
        Cells of each line.
    notes
        What stands below it.
    """

    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def lines_of(
    safe: SafeTable, *, details: Details = PLAIN, language: str = "en"
) -> Lines:
    """Write a table for people: shares in %, counts in brackets, a line of bases.

    Parameters
    ----------
    details
        What stands beside and below the cells.
    language
        Language of the labels.
    """
    letters = _letters(details.comparisons)
    head = [safe.stub_label]
    for group in safe.groups:
        letter = letters.get(group.code)
        name = group.text(language)
        head.append(f"{name} ({letter})" if letter else name)
    lines = []
    cells = safe.cells.set_index(["group", "row", "answer"])
    for row in safe.rows or (Choice("", ""),):
        lines += list(_block(safe, row, cells, details, language))
        lines += list(_below(safe, row, details, language))
    return Lines(
        safe.title,
        tuple(head),
        tuple(tuple(line) for line in lines),
        tuple(notes_of(safe, details)),
    )


def _letters(comparisons: Comparisons | None) -> dict[str, str]:
    if comparisons is None or not comparisons.tested:
        return {}
    cells = comparisons.cells
    return dict(zip(cells["group"], cells["letter"], strict=True))


def _block(
    safe: SafeTable,
    row: Choice,
    cells: pd.DataFrame,
    details: Details,
    language: str,
) -> Iterator[list[str]]:
    """Write the answers of an item, or of one row of a matrix, and their base."""
    own = cells.loc[pd.IndexSlice[:, row.code, :], :]
    by_answer = bool(own.groupby("group")["base"].nunique().gt(1).any())
    before = f"{row.text(language)}: " if row.code else ""
    beside, flags = _beside(details.comparisons)
    for answer in safe.answers:
        same = own.loc[pd.IndexSlice[:, :, answer.code], :]
        shown = [
            _number(cell, with_base=by_answer) + beside.get(place, "")
            for place, (_, cell) in zip(same.index, same.iterrows(), strict=True)
        ]
        yield [before + answer.text(language), *shown]
    if not by_answer and safe.answers:
        last = own.xs(safe.answers[0].code, level="answer", drop_level=False)
        shown = [
            _WITHHELD if pd.isna(base) else f"{base}{flags.get(place, '')}"
            for place, base in last["base"].items()
        ]
        yield [f"{before}Base", *shown]


def _beside(
    comparisons: Comparisons | None,
) -> tuple[dict[object, str], dict[object, str]]:
    """Give what stands behind a share, and behind a base."""
    if comparisons is None:
        return {}, {}
    cells = comparisons.cells.set_index(["group", "row", "answer"])
    letters = {place: f" {text}" for place, text in cells["letters"].items() if text}
    flags = {
        place: f" ({_FLAGS[int(flag)]})"
        for place, flag in cells["low_base"].items()
        if flag
    }
    return letters, flags


def _below(
    safe: SafeTable, row: Choice, details: Details, language: str
) -> Iterator[list[str]]:
    """Write nets, boxes and means of one row below its answers."""
    before = f"{row.text(language)}: " if row.code else ""
    order = [group.code for group in safe.groups]
    if details.nets is not None:
        own = details.nets[details.nets["row"].eq(row.code)]
        for net, cells in own.groupby("net", sort=False):
            by_group = cells.set_index("group").loc[order]
            shown = [
                _share(cell["share"], cell["count"], cell["base"])
                for _, cell in by_group.iterrows()
            ]
            yield [f"{before}{net}", *shown]
    if details.summary is not None:
        own = details.summary[details.summary["row"].eq(row.code)]
        by_group = own.set_index("group").loc[order]
        for name, label in (("top", "Top"), ("bottom", "Bottom")):
            shown = [
                _share(line[name], None, line["base"])
                for _, line in by_group.iterrows()
            ]
            yield [f"{before}{label} {details.box}", *shown]
        yield [f"{before}Mean", *[_mean(line) for _, line in by_group.iterrows()]]


def _share(share: float, count: float | None, base: float) -> str:
    if math.isnan(share):
        return _NO_SHARE if base == 0 else _WITHHELD
    counted = "" if count is None else f" ({count:.0f})"
    return f"{100 * share:.1f} %{counted}"


def _mean(line: "pd.Series[Any]") -> str:
    if pd.isna(line["mean"]):
        return _NO_SHARE if line["base"] == 0 else _WITHHELD
    interval = (
        ""
        if pd.isna(line["mean_low"])
        else f" ({line['mean_low']:.2f} to {line['mean_high']:.2f})"
    )
    return f"{line['mean']:.2f}{interval}"


def _number(cell: "pd.Series[Any]", *, with_base: bool) -> str:
    if cell["withheld"]:
        return _WITHHELD
    of_base = f" of {cell['base']}" if with_base else ""
    counted = f"{cell['count']}{of_base}"
    if pd.isna(cell["share"]):
        return f"{_NO_SHARE} ({counted})"
    return f"{100 * cell['share']:.1f} % ({counted})"


def notes_of(safe: SafeTable, details: Details = PLAIN) -> Iterator[str]:
    """Say below a table what it counts, and by which rules it was protected."""
    speaks = "" if safe.unit == "respondent" else f"; answers speak of a {safe.unit}"
    yield f"Base: {_BASES[safe.base]}{speaks}"
    if safe.where:
        yield f"Only where {safe.where}"
    outside = {"unresolved answers": safe.unresolved, "no group": safe.no_group}
    for name, number in outside.items():
        if number != 0:
            left_out = "a few" if number is None else number
            yield f"Left out: {left_out} ({name})"
    if details.comparisons is not None:
        yield f"Letters: {details.comparisons.note}"
    if details.summary is not None:
        yield "Means of the levels' values; don't know and not applicable are outside"
    if details.comparisons is not None or details.summary is not None:
        yield (
            "Tests and intervals say how far chance may go: volunteers answered, and "
            "self-selection isn't covered"
        )
    hidden = int(safe.cells["withheld"].sum())
    yield f"{hidden} of {len(safe.cells)} cells withheld"
    before = f"{protection_of(safe)}: " if safe.protected else ""
    yield f"{before}{rules_in_words(safe)}"


def protection_of(safe: SafeTable) -> str:
    """Say in a few words how a table was protected."""
    if not safe.protected:
        return "UNPROTECTED"
    return f"threshold {safe.threshold}, profile {safe.profile}"
