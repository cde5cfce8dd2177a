"""What a sheet of a table shows: its answers, and what stands beside and below them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.banner import Comparisons
from surveytools.disclosure.details import Details
from surveytools.disclosure.legend import legend_of
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.weighted import Weighted
from surveytools.presenting.cells import drawn_cells
from surveytools.presenting.measure import plain
from surveytools.words import Words

__all__ = ["Block", "Cell", "Column", "Line", "Sheet", "sheet_of"]

_NUMBERS = (("shares", "share"), ("counts", "count"), ("bases", "base"))
_REST = (
    ("rest_difference", "points", "workbook.difference"),
    ("rest_low", "points", "workbook.from"),
    ("rest_high", "points", "workbook.to"),
    ("rest_adjusted", "p", "workbook.p"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A number or a text, and how it looks: the name of a format of the workbook."""

    value: float | str
    look: str


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and cells by the place of their line."""

    head: str
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that stand together below one title."""

    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet.

    Attributes
    ----------
    row
        Label of the row of a matrix; empty otherwise.
    label
        Answer, or name of the net, the box, the mean or its interval.
    extra
        Whether it stands below the answers.
    """

    row: str
    label: str
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a sheet shows it.

    Attributes
    ----------
    lines, blocks
        Labels of the lines; blocks of columns, from left to right.
    legend
        Sentences below.
    """

    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]
    legend: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Extra:
    """A line below the answers, with its numbers by kind and group.

    Numbers are missing where withheld, or where nobody is in the base. Kinds ``low``
    and ``high`` make the interval, a line of its own. ``letters`` are by group.
    """

    row: str
    label: str
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_means(self) -> bool:
        return "mean" in self.numbers


def sheet_of(safe: SafeTable, details: Details, words: Words) -> Sheet:
    """Lay out a protected table: shares, counts, bases, and what its details add.

    Letters stand beside the shares of the groups that have any; comparisons with the
    rest behind the bases, of the groups that could be compared; nets, boxes and means,
    each with its interval (mentions have none), below the answers.
    """
    details.require_untouched()
    cells = drawn_cells(safe, words)
    answers = cells.drop_duplicates(["row", "answer"])
    lines = [
        Line(str(row), str(label))
        for row, label in zip(
            answers["row_label"], answers["answer_label"], strict=True
        )
    ]
    extras = list(_extras(safe, details, words))
    below = []
    for extra in extras:
        below.append((len(lines), extra))
        lines.append(Line(extra.row, extra.label, extra=True))
        if "low" in extra.numbers:
            level = words.percent(safe.estimation.level)
            label = words("workbook.interval", level=level)
            lines.append(Line(extra.row, label, extra=True))
    blocks = [
        Block(
            words(f"workbook.{title}"),
            tuple(_number_columns(cells, below, kind, details, words)),
        )
        for title, kind in _NUMBERS
    ]
    if details.weighted is not None:
        columns = tuple(_weighted_columns(cells, below, details.weighted, words))
        blocks.insert(1, Block(words("workbook.weighted"), columns))
    if rest := tuple(_rest(cells, details.comparisons, words)):
        blocks.append(Block(words("workbook.rest"), rest))
    return Sheet(tuple(lines), tuple(blocks), tuple(legend_of(safe, details, words)))


def _number_columns(
    cells: pd.DataFrame,
    below: Sequence[tuple[int, _Extra]],
    kind: str,
    details: Details,
    words: Words,
) -> Iterator[Column]:
    """Give a column a group of shares, counts or bases; letters beside shares."""
    names, letters = _letters(details.comparisons)
    for code, own in cells.groupby("group", sort=False):
        group = str(code)
        head = str(own["group_label"].iloc[0])
        if name := names.get(group):
            head = f"{head} ({name})"
        withheld = Cell(words("figure.withheld"), "withheld")
        found = {}
        for place, (value, hidden) in enumerate(
            zip(own[kind], own["withheld"], strict=True)
        ):
            if not pd.isna(value):
                found[place] = Cell(float(value), _look(kind))
            elif hidden:
                found[place] = withheld
        for place, extra in below:
            found |= _extra_cells(place, extra, kind, group, words)
        yield Column(head, found)
        if kind == "share" and group in letters:
            given = {
                place: Cell(text, "letters")
                for place, text in enumerate(letters[group])
                if text
            }
            given |= {
                place: Cell(text, "letters")
                for place, extra in below
                if (text := extra.letters.get(group))
            }
            yield Column(words("workbook.letter"), given)


def _weighted_columns(
    cells: pd.DataFrame,
    below: Sequence[tuple[int, _Extra]],
    weighted: Weighted,
    words: Words,
) -> Iterator[Column]:
    """Give a column a group of weighted shares; below, effective bases."""
    shares = weighted.cells["weighted_share"].reset_index(drop=True)
    for code, own in cells.groupby("group", sort=False):
        found = {}
        for place, (share, base) in enumerate(
            zip(shares[own.index], own["base"], strict=True)
        ):
            if not math.isnan(share):
                found[place] = Cell(share, "share")
            elif pd.isna(base) or base != 0:
                found[place] = Cell(words("figure.withheld"), "withheld")
        for place, extra in below:
            found |= _extra_cells(place, extra, "effective", str(code), words)
        yield Column(str(own["group_label"].iloc[0]), found)


def _look(kind: str) -> str:
    return kind if kind in ("share", "mean", "effective") else "number"


def _extra_cells(
    place: int, extra: _Extra, kind: str, group: str, words: Words
) -> dict[int, Cell]:
    """Give a net, box or mean, and its interval; a mean stands among the shares."""
    kind = "mean" if kind == "share" and extra.of_means else kind
    if kind not in extra.numbers:
        return {}
    value = extra.numbers[kind][group]
    if math.isnan(value):
        nobody = extra.numbers.get("of", extra.numbers.get("base", {}))[group] == 0
        return {} if nobody else {place: Cell(words("figure.withheld"), "withheld")}
    found = {place: Cell(value, _look(kind))}
    if kind in ("share", "mean") and "low" in extra.numbers:
        low, high = (extra.numbers[end][group] for end in ("low", "high"))
        if not math.isnan(low):
            found[place + 1] = Cell(_interval(low, high, kind, words), "interval")
    return found


def _interval(low: float, high: float, kind: str, words: Words) -> str:
    low_text, high_text = (
        words.percent(end) if kind == "share" else words.decimal(end, 2)
        for end in (low, high)
    )
    return words("number.interval", low=low_text, high=high_text)


def _rest(
    cells: pd.DataFrame, compared: Comparisons | None, words: Words
) -> Iterator[Column]:
    """Give difference, interval and p of each group against all others together."""
    if compared is None:
        return
    labels = cells.drop_duplicates("group").set_index("group")["group_label"]
    for group, own in compared.cells.groupby("group", sort=False):
        if own["rest_difference"].isna().all():
            continue
        for name, look, words_of in _REST:
            factor = 100 if look == "points" else 1
            yield Column(
                words(words_of, group=labels[group]),
                {
                    place: Cell(factor * float(value), look)
                    for place, value in enumerate(own[name])
                    if not math.isnan(value)
                },
            )


def _letters(
    compared: Comparisons | None,
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Give the letter of each group, and the letters of the groups that have any."""
    if compared is None or not compared.tested:
        return {}, {}
    names = dict(zip(compared.cells["group"], compared.cells["letter"], strict=True))
    below = compared.below
    given = {*below.loc[below["letters"].ne(""), "group"]}
    letters = {
        str(group): list(own["letters"])
        for group, own in compared.cells.groupby("group", sort=False)
        if own["letters"].ne("").any() or group in given
    }
    return names, letters


def _extras(safe: SafeTable, details: Details, words: Words) -> Iterator[_Extra]:
    """List nets, boxes and means, in the order of the table's rows."""
    has_intervals = safe.estimation.method is not None
    for row in safe.rows or (Choice("", ""),):
        label = plain(row.axis(words.language)) if row.code else ""
        if details.weighted is not None:
            own = safe.cells.join(details.weighted.cells)
            found = own[own["row"].eq(row.code)].groupby("group", sort=False)
            largest = found[["effective_base", "base"]].max().astype("Float64")
            effective, base = (
                {
                    str(code): value
                    for code, value in largest[name].astype(float).items()
                }
                for name in largest
            )
            numbers = {"effective": effective, "of": base}
            yield _Extra(label, words("workbook.effective"), numbers)
        if details.nets is not None:
            own = details.nets[details.nets["row"].eq(row.code)]
            for net, lines in own.groupby("net", sort=False):
                kinds = {name: name for name in ("share", "count", "base")}
                ends = {"low": "low", "high": "high"} if has_intervals else {}
                numbers = _numbers(lines, kinds | ends)
                letters = _letters_of(lines, "letters")
                yield _Extra(label, plain(str(net)), numbers, letters)
        if details.summary is not None:
            lines = details.summary[details.summary["row"].eq(row.code)]
            for name, kind in (("top", "share"), ("bottom", "share"), ("mean", "mean")):
                kinds = {kind: name, "base": "base"}
                ends = {"low": f"{name}_low", "high": f"{name}_high"}
                ends = ends if has_intervals else {}
                title = words(f"workbook.{name}", box=details.box)
                numbers = _numbers(lines, kinds | ends)
                letters = _letters_of(lines, f"{name}_letters")
                yield _Extra(label, title, numbers, letters)


def _numbers(
    lines: pd.DataFrame, kinds: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    groups = lines["group"].tolist()
    return {
        kind: dict(zip(groups, lines[name].astype(float), strict=True))
        for kind, name in kinds.items()
    }


def _letters_of(lines: pd.DataFrame, name: str) -> dict[str, str]:
    """Give letters beside a net, a box or a mean; none where nothing is compared."""
    return dict(zip(lines["group"], lines[name], strict=True)) if name in lines else {}
