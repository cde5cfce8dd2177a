"""A protected table as lines of plain text, for Markdown and HTML alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.association import associations_in_words
from surveytools.disclosure.banner import Comparisons
from surveytools.disclosure.details import PLAIN, Details
from surveytools.disclosure.rates import low_bases, response_rates
from surveytools.disclosure.record import rules_in_words
from surveytools.disclosure.safe import SafeTable
from surveytools.study.tabplan import BaseKind

__all__ = ["Lines", "lines_of", "notes_of", "protection_of"]

_BASES = {
    BaseKind.ALL: "all respondents",
    BaseKind.ASKED: "respondents who were asked",
    BaseKind.ANSWERED: "respondents who answered",
    BaseKind.SELECTED_ANY: "respondents who selected something",
    BaseKind.MENTIONS: "mentions",
}
_UNWEIGHTED = {
    "release": "No weighted shares: nothing says what earlier releases showed of them",
    "unit": "No weighted shares: they are given of all departments together",
}
_WITHHELD = "withheld"
_NO_SHARE = "\N{EN DASH}"
_FLAGS = ("", " (below 100)", " (below 30)")
_NO_FLAGS = ("", "", "")


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
    cells = safe.cells.assign(low_base=low_bases(safe))
    cells = cells.set_index(["group", "row", "answer"])
    for row in safe.rows or (Choice("", ""),):
        lines += list(_block(safe, row, cells, details, language))
        lines += list(_weighted(safe, row, details, language))
        lines += list(_below(safe, row, details, language))
    if (rates := response_rates(safe)) is not None:
        head += ["Of", "Response rate"]
        beside = list(_rates(rates))
        lines = [
            [*line, *(beside[at] if at < len(beside) else ("", ""))]
            for at, line in enumerate(lines)
        ]
    return Lines(
        safe.title,
        tuple(head),
        tuple(tuple(line) for line in lines),
        tuple(notes_of(safe, details)),
    )


def _rates(rates: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Write headcount and response rate beside each answer, and the base."""
    for people, rate in zip(rates["headcount"], rates["rate"], strict=True):
        if pd.isna(people):
            yield ("", "")
        else:
            yield (str(people), _WITHHELD if pd.isna(rate) else f"{100 * rate:.1f} %")


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
    beside = _beside(details.comparisons)
    flags = _NO_FLAGS if details.comparisons is None else _FLAGS
    for answer in safe.answers:
        same = own.loc[pd.IndexSlice[:, :, answer.code], :]
        shown = [
            _number(cell, with_base=by_answer, interval=details.intervals)
            + beside.get(place, "")
            for place, (_, cell) in zip(same.index, same.iterrows(), strict=True)
        ]
        yield [before + answer.text(language), *shown]
    if not by_answer and safe.answers:
        last = own.xs(safe.answers[0].code, level="answer", drop_level=False)
        shown = [
            _WITHHELD if pd.isna(base) else f"{base}{flags[int(flag)]}"
            for base, flag in zip(last["base"], last["low_base"], strict=True)
        ]
        yield [f"{before}Base", *shown]


def _beside(comparisons: Comparisons | None) -> dict[object, str]:
    """Give the letters that stand behind a share."""
    if comparisons is None:
        return {}
    cells = comparisons.cells.set_index(["group", "row", "answer"])
    return {place: f" {text}" for place, text in cells["letters"].items() if text}


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


def _weighted(
    safe: SafeTable, row: Choice, details: Details, language: str
) -> Iterator[list[str]]:
    """Write weighted shares and effective bases of one row below its answers."""
    if details.weighted is None:
        return
    before = f"{row.text(language)}: " if row.code else ""
    cells = safe.cells.join(details.weighted.cells)
    own = cells[cells["row"].eq(row.code)]
    for answer in safe.answers:
        same = own[own["answer"].eq(answer.code)]
        shown = [_weighted_share(cell) for _, cell in same.iterrows()]
        yield [f"{before}{answer.text(language)}, weighted", *shown]
    yield [f"{before}Effective base", *_effective(own)]


def _effective(cells: pd.DataFrame) -> Iterator[str]:
    for _, own in cells.groupby("group", sort=False):
        base = own["effective_base"].max()
        if math.isnan(base):
            yield _NO_SHARE if own["base"].eq(0).all() else _WITHHELD
        else:
            yield f"{base:.1f}"


def _weighted_share(cell: "pd.Series[Any]") -> str:
    if math.isnan(cell["weighted_share"]):
        nobody = not pd.isna(cell["base"]) and cell["base"] == 0
        return _NO_SHARE if nobody else _WITHHELD
    low, high = 100 * cell["weighted_low"], 100 * cell["weighted_high"]
    return f"{100 * cell['weighted_share']:.1f} % ({low:.1f} to {high:.1f} %)"


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


def _number(cell: "pd.Series[Any]", *, with_base: bool, interval: bool) -> str:
    if cell["withheld"]:
        return _WITHHELD
    of_base = f" of {cell['base']}" if with_base else ""
    counted = f"{cell['count']}{of_base}"
    if pd.isna(cell["share"]):
        return f"{_NO_SHARE} ({counted})"
    if interval:
        counted = f"{100 * cell['low']:.1f} to {100 * cell['high']:.1f} %; {counted}"
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
    if details.comparisons is None:
        yield from _low(safe)
    yield from _intervals(safe, details)
    if details.unweighted:
        yield _UNWEIGHTED[details.unweighted]
    if details.weighted is not None:
        yield (
            f"Weighted to {details.weighted.label}. Intervals of weighted shares from "
            "their errors under the weights; effective base: Kish. Withheld where "
            "respondents who are weighted alike are too few"
        )
    if details.comparisons is not None:
        yield f"Letters: {details.comparisons.note}"
        yield from associations_in_words(safe, details.comparisons.associations)
    if details.summary is not None:
        yield "Means of the levels' values; don't know and not applicable are outside"
    chance = details.intervals or bool(safe.estimation.population)
    chance = chance or details.weighted is not None
    chance = chance or details.comparisons is not None or details.summary is not None
    if chance:
        yield (
            "Tests and intervals say how far chance may go: volunteers answered, and "
            "self-selection isn't covered"
        )
    hidden = int(safe.cells["withheld"].sum())
    yield f"{hidden} of {len(safe.cells)} cells withheld"
    before = f"{protection_of(safe)}: " if safe.protected else ""
    yield f"{before}{rules_in_words(safe)}"


def _low(safe: SafeTable) -> Iterator[str]:
    """Name the groups of which a shown base is low."""
    lowest = low_bases(safe).groupby(safe.cells["group"]).max()
    parts = []
    for flag, words in ((2, "below 30"), (1, "below 100")):
        names = [g.axis() for g in safe.groups if lowest.get(g.code) == flag]
        if names:
            parts.append(f"{words}: {', '.join(names)}")
    if parts:
        yield f"Base {'; '.join(parts)}"


def _intervals(safe: SafeTable, details: Details) -> Iterator[str]:
    """Say how intervals were made, where they are shown or allow for headcounts."""
    made = safe.estimation
    known = [g.axis() for g in safe.groups if g.code in made.population]
    others = [g.axis() for g in safe.groups if g.code not in made.population]
    source = f" ({made.source})" if made.source else ""
    whom = f"of {', '.join(known)}"
    if len(others) < len(known):
        whom = f"of all but {', '.join(others)}" if others else "of all groups"
    allowed = f"; they allow for the headcounts {whom}{source}" if known else ""
    if details.intervals or known:
        name = made.method.replace("-", " and ").title().replace(" And ", "-")
        yield f"Intervals: {name}, {made.level:.0%}{allowed}"
    if made.headcounts and safe.banner is None:
        yield f"Response rates: respondents over headcount{source}"


def protection_of(safe: SafeTable) -> str:
    """Say in a few words how a table was protected."""
    if not safe.protected:
        return "UNPROTECTED"
    return f"threshold {safe.threshold}, profile {safe.profile}"
