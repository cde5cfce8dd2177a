"""A protected table as lines of plain text, for Markdown and HTML alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.banner import Comparisons
from surveytools.disclosure.details import PLAIN, Details
from surveytools.disclosure.legend import legend_of
from surveytools.disclosure.rates import low_bases, response_rates
from surveytools.disclosure.record import rules_in_words, told
from surveytools.disclosure.safe import SafeTable
from surveytools.words import Words

__all__ = [
    "Lines",
    "base_text",
    "counted_in_words",
    "left_out_in_words",
    "lines_of",
    "notes_of",
]

_NO_SHARE = "\N{EN DASH}"
_LOW = {1: 100, 2: 30}
"""Bases are marked below these."""


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


def lines_of(safe: SafeTable, words: Words, *, details: Details = PLAIN) -> Lines:
    """Write a table for people: shares in %, counts in brackets, a line of bases.

    Parameters
    ----------
    words
        Words, and language of the labels.
    details
        What stands beside and below the cells.
    """
    safe.require_untouched()
    details.require_untouched()
    letters = _letters(details.comparisons)
    head = [safe.stub_label]
    for group in safe.groups:
        letter = letters.get(group.code)
        name = group.text(words.language)
        head.append(f"{name} ({letter})" if letter else name)
    lines = []
    cells = safe.cells.assign(low_base=low_bases(safe))
    cells = cells.set_index(["group", "row", "answer"])
    for row in safe.rows or (Choice("", ""),):
        lines += list(_block(safe, row, cells, details, words))
        lines += list(_weighted(safe, row, details, words))
        lines += list(_below(safe, row, details, words))
    if (rates := response_rates(safe)) is not None:
        head += [words("table.of"), words("table.rate")]
        beside = list(_rates(rates, words))
        lines = [
            [*line, *(beside[at] if at < len(beside) else ("", ""))]
            for at, line in enumerate(lines)
        ]
    return Lines(
        safe.title,
        tuple(head),
        tuple(tuple(line) for line in lines),
        tuple(notes_of(safe, words, details=details)),
    )


def _rates(rates: pd.DataFrame, words: Words) -> Iterator[tuple[str, str]]:
    """Write headcount and response rate beside each answer, and the base."""
    for people, rate in zip(rates["headcount"], rates["rate"], strict=True):
        if pd.isna(people):
            yield ("", "")
        else:
            hidden = pd.isna(rate)
            shown = words("figure.withheld") if hidden else words.exact(rate)
            yield (str(people), shown)


def _letters(comparisons: Comparisons | None) -> dict[str, str]:
    if comparisons is None or not comparisons.tested:
        return {}
    cells = comparisons.cells
    return dict(zip(cells["group"], cells["letter"], strict=True))


def _before(row: Choice, words: Words) -> str:
    """Name the row of a matrix before each of its lines."""
    return words("legend.row", row=row.text(words.language)) if row.code else ""


def _block(
    safe: SafeTable,
    row: Choice,
    cells: pd.DataFrame,
    details: Details,
    words: Words,
) -> Iterator[list[str]]:
    """Write the answers of an item, or of one row of a matrix, and their base."""
    own = cells.loc[pd.IndexSlice[:, row.code, :], :]
    by_answer = bool(own.groupby("group")["base"].nunique().gt(1).any())
    before = _before(row, words)
    beside = _beside(details.comparisons)
    flagged = details.comparisons is not None
    for answer in safe.answers:
        same = own.loc[pd.IndexSlice[:, :, answer.code], :]
        shown = [
            _number(cell, words, with_base=by_answer, interval=details.intervals)
            + beside.get(place, "")
            for place, (_, cell) in zip(same.index, same.iterrows(), strict=True)
        ]
        yield [before + answer.text(words.language), *shown]
    if not by_answer and safe.answers:
        last = own.xs(safe.answers[0].code, level="answer", drop_level=False)
        shown = [
            base_text(base, int(flag) if flagged else 0, words)
            for base, flag in zip(last["base"], last["low_base"], strict=True)
        ]
        yield [before + words("column.base"), *shown]


def base_text(base: object, flag: int, words: Words) -> str:
    """Write a base, and below which number it is, if it is low."""
    if pd.isna(base):  # type: ignore[call-overload]
        return words("figure.withheld")
    return f"{base}{words('table.low_base', n=_LOW[flag]) if flag else ''}"


def _beside(comparisons: Comparisons | None) -> dict[object, str]:
    """Give the letters that stand behind a share."""
    if comparisons is None:
        return {}
    cells = comparisons.cells.set_index(["group", "row", "answer"])
    return {place: f" {text}" for place, text in cells["letters"].items() if text}


def _below(
    safe: SafeTable, row: Choice, details: Details, words: Words
) -> Iterator[list[str]]:
    """Write nets, boxes and means of one row below its answers."""
    before = _before(row, words)
    order = [group.code for group in safe.groups]
    if details.nets is not None:
        own = details.nets[details.nets["row"].eq(row.code)]
        for net, cells in own.groupby("net", sort=False):
            by_group = cells.set_index("group").loc[order]
            shown = [
                _share(cell, words, interval=details.intervals)
                + _letters_beside(cell, "letters")
                for _, cell in by_group.iterrows()
            ]
            yield [f"{before}{net}", *shown]
    if details.summary is not None:
        own = details.summary[details.summary["row"].eq(row.code)]
        by_group = own.set_index("group").loc[order]
        for name in ("top", "bottom"):
            ends = {name: "share", f"{name}_low": "low", f"{name}_high": "high"}
            shown = [
                _share(
                    line[["base", *ends]].rename(ends),
                    words,
                    interval=details.intervals,
                )
                + _letters_beside(line, f"{name}_letters")
                for _, line in by_group.iterrows()
            ]
            yield [before + words(f"workbook.{name}", box=details.box), *shown]
        means = [
            _mean(line, words) + _letters_beside(line, "mean_letters")
            for _, line in by_group.iterrows()
        ]
        yield [before + words("workbook.mean"), *means]


def _letters_beside(line: "pd.Series[Any]", name: str) -> str:
    """Give the letters that stand behind a net, a box or a mean."""
    return f" {letters}" if (letters := line.get(name)) else ""


def _weighted(
    safe: SafeTable, row: Choice, details: Details, words: Words
) -> Iterator[list[str]]:
    """Write weighted shares and effective bases of one row below its answers."""
    if details.weighted is None:
        return
    before = _before(row, words)
    cells = safe.cells.join(details.weighted.cells)
    own = cells[cells["row"].eq(row.code)]
    for answer in safe.answers:
        same = own[own["answer"].eq(answer.code)]
        shown = [_weighted_share(cell, words) for _, cell in same.iterrows()]
        label = answer.text(words.language)
        yield [before + words("table.weighted", answer=label), *shown]
    yield [before + words("workbook.effective"), *_effective(own, words)]


def _effective(cells: pd.DataFrame, words: Words) -> Iterator[str]:
    for _, own in cells.groupby("group", sort=False):
        base = own["effective_base"].max()
        if math.isnan(base):
            yield _missing(nobody=bool(own["base"].eq(0).all()), words=words)
        else:
            yield words.decimal(base, 1)


def _missing(*, nobody: bool, words: Words) -> str:
    """Write that a number is withheld, or that there is nobody to have one."""
    return _NO_SHARE if nobody else words("figure.withheld")


def _weighted_share(cell: "pd.Series[Any]", words: Words) -> str:
    if math.isnan(cell["weighted_share"]):
        nobody = not pd.isna(cell["base"]) and cell["base"] == 0
        return _missing(nobody=nobody, words=words)
    interval = _interval(cell["weighted_low"], cell["weighted_high"], words)
    return f"{words.exact(cell['weighted_share'])} ({interval})"


def _interval(low: float, high: float, words: Words) -> str:
    """Write an interval of shares: the mark of per cent stands once, behind it."""
    return words(
        "number.interval", low=words.decimal(100 * low, 1), high=words.exact(high)
    )


def _share(cell: "pd.Series[Any]", words: Words, *, interval: bool) -> str:
    """Write the share of a net, with its count, or of a box."""
    if math.isnan(cell["share"]):
        return _missing(nobody=bool(cell["base"] == 0), words=words)
    interval &= not pd.isna(cell["low"])
    beside = [_interval(cell["low"], cell["high"], words)] if interval else []
    beside += [f"{cell['count']:.0f}"] if "count" in cell else []
    text = words.exact(cell["share"])
    return f"{text} ({words('legend.join').join(beside)})" if beside else text


def _mean(line: "pd.Series[Any]", words: Words) -> str:
    if pd.isna(line["mean"]):
        return _missing(nobody=bool(line["base"] == 0), words=words)
    mean, low, high = (
        words.decimal(line[name], 2) for name in ("mean", "mean_low", "mean_high")
    )
    if pd.isna(line["mean_low"]):
        return mean
    return f"{mean} ({words('number.interval', low=low, high=high)})"


def _number(
    cell: "pd.Series[Any]", words: Words, *, with_base: bool, interval: bool
) -> str:
    if cell["withheld"]:
        return words("figure.withheld")
    counted = str(cell["count"])
    if with_base:
        counted = words("number.of_base", n=counted, base=cell["base"])
    if pd.isna(cell["share"]):
        return f"{_NO_SHARE} ({counted})"
    if interval and not pd.isna(cell["low"]):
        low_to_high = _interval(cell["low"], cell["high"], words)
        counted = words("legend.join").join([low_to_high, counted])
    return f"{words.exact(cell['share'])} ({counted})"


def notes_of(
    safe: SafeTable, words: Words, *, details: Details = PLAIN, rest: bool = False
) -> Iterator[str]:
    """Say below a table what it counts, and by which rules it was protected.

    Parameters
    ----------
    rest
        Whether each group's comparison with all others is shown.
    """
    yield from counted_in_words(safe, words, words(f"people.{safe.base}"))
    yield from left_out_in_words(safe, words)
    if details.comparisons is None:
        yield from _low(safe, words)
    yield from _intervals(safe, details, words)
    said = list(legend_of(safe, details, words, rest=rest))
    yield from said
    chance = words("legend.chance")
    intervals = details.intervals or safe.estimation.population
    if intervals and safe.estimation.method is not None and chance not in said:
        yield chance
    hidden = int(safe.cells["withheld"].sum())
    yield words("note.withheld", number=hidden, cells=len(safe.cells))
    yield told(safe, rules_in_words(safe, words), words)


def counted_in_words(safe: SafeTable, words: Words, people: str) -> Iterator[str]:
    """Say who is counted, and of what an answer speaks.

    Parameters
    ----------
    people
        Who is in the base, in words.
    """
    if safe.unit != "respondent":
        unit = words.either(f"unit.{safe.unit.replace(' ', '_')}", safe.unit)
        people = words("unit.speaks", base=people, unit=unit)
    yield words("notes.base", base=people)
    if safe.where:
        yield words("note.where", where=safe.where)


def left_out_in_words(safe: SafeTable, words: Words) -> Iterator[str]:
    """Say how many respondents are left out of the bases, and why."""
    for why, number in (("unresolved", safe.unresolved), ("no_group", safe.no_group)):
        if number != 0:
            left_out = words("note.few") if number is None else number
            yield words("note.left_out", number=left_out, why=words(f"note.{why}"))


def _low(safe: SafeTable, words: Words) -> Iterator[str]:
    """Name the groups of which a shown base is low."""
    lowest = low_bases(safe).groupby(safe.cells["group"]).max()
    parts = []
    for flag in (2, 1):
        names = [
            g.axis(words.language) for g in safe.groups if lowest.get(g.code) == flag
        ]
        if names:
            groups = ", ".join(names)
            parts.append(words("note.below", number=_LOW[flag], groups=groups))
    if parts:
        yield words("note.low", parts=words("legend.join").join(parts))


def _intervals(safe: SafeTable, details: Details, words: Words) -> Iterator[str]:
    """Say how intervals were made, where they are shown or allow for headcounts."""
    made = safe.estimation
    source = f" ({made.source})" if made.source else ""
    known = made.population
    if made.method is not None and (details.intervals or known):
        name = made.method.replace("-", " and ").title().replace(" And ", "-")
        level = words.percent(made.level)
        text = words("note.intervals", method=name, level=level)
        if known:
            whom = f"{_whom(safe, words)}{source}"
            text = words("note.headcounts", text=text, whom=whom)
        yield text
    if details.weighted is not None:
        yield words("note.weighted")
    if made.headcounts and safe.banner is None:
        yield f"{words('note.rates')}{source}"


def _whom(safe: SafeTable, words: Words) -> str:
    """Name the groups whose headcounts are known, or the others if they are fewer."""
    named: dict[bool, list[str]] = {True: [], False: []}
    for group in safe.groups:
        has = group.code in safe.estimation.population
        named[has].append(group.axis(words.language))
    if len(named[False]) >= len(named[True]):
        return ", ".join(named[True])
    if not named[False]:
        return words("note.everybody")
    return words("note.but", groups=", ".join(named[False]))
