"""All published tables as one workbook: a sheet of contents, a sheet a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from surveytools.disclosure.details import PLAIN, planned_details
from surveytools.disclosure.safe import SafeTable
from surveytools.files import atomic_path, safe_name
from surveytools.presenting.beside import Extra, extras_of, legend_of, letters_of
from surveytools.presenting.captions import footer_text, marks
from surveytools.presenting.cells import drawn_cells, require_safe
from surveytools.presenting.measure import plain
from surveytools.presenting.ooxml import FIXED_DATE
from surveytools.presenting.words import Words
from surveytools.study.study import Study
from surveytools.study.tabplan import PlannedTable

__all__ = ["write_tables"]

_LONGEST_NAME = 31
_BLOCKS = (("shares", "share"), ("counts", "count"), ("bases", "base"))
_HEAD_ROWS = 5


@dataclass(frozen=True, slots=True)
class _Print:
    """Words, study, and formats of cells."""

    words: Words
    study: Study

    title: Format
    head: Format
    note: Format
    share: Format
    number: Format
    mean: Format
    withheld: Format
    mark: Format
    extra: Format
    letters: Format


def write_tables(
    tables: Sequence[SafeTable],
    path: Path,
    *,
    words: Words,
    study: Study,
    plans: Sequence[PlannedTable] = (),
) -> Path:
    """Write protected tables as an Excel workbook.

    Each sheet has the answers in rows and, side by side, shares, counts and bases by
    group. Withheld numbers are the word "withheld". Texts are never formulas or links.
    Equal inputs give equal bytes.

    Parameters
    ----------
    plans
        What the tab plan says of each table: letters stand beside its shares, nets,
        boxes and means below its answers, computed of shown numbers only. Without
        any, there are the cells alone.

    Raises
    ------
    DisclosureError
        If a table isn't a `SafeTable`.
    ParameterError
        If a table has no such answers, or no scale.
    """
    require_safe(*tables)
    names = _sheet_names(tables, words)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with (
        atomic_path(path) as temporary,
        xlsxwriter.Workbook(str(temporary), options) as book,
    ):
        book.set_properties({"title": plain(study.title), "created": FIXED_DATE})
        look = _print(book, words, study)
        contents = book.add_worksheet(words("workbook.contents")[:_LONGEST_NAME])
        _write_contents(contents, tables, names, look)
        asked: Sequence[PlannedTable | None] = plans or [None] * len(tables)
        for table, name, planned in zip(tables, names, asked, strict=True):
            _write_table(book.add_worksheet(name), table, planned, look)
    return path


def _sheet_names(tables: Sequence[SafeTable], words: Words) -> list[str]:
    """Names of sheets: short, unlike each other, without the signs Excel refuses."""
    taken = {words("workbook.contents").casefold()}
    names = []
    for table in tables:
        stem = safe_name(table.id)[:_LONGEST_NAME]
        name, number = stem, 2
        while name in taken:
            end = f"_{number}"
            name, number = stem[: _LONGEST_NAME - len(end)] + end, number + 1
        taken.add(name)
        names.append(name)
    return names


def _print(book: xlsxwriter.Workbook, words: Words, study: Study) -> _Print:
    return _Print(
        words,
        study,
        title=book.add_format({"bold": True, "font_size": 14}),
        head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        note=book.add_format({"font_color": "#595959"}),
        share=book.add_format({"num_format": "0%"}),
        number=book.add_format({"num_format": "#,##0"}),
        mean=book.add_format({"num_format": "0.00"}),
        withheld=book.add_format({"font_color": "#595959", "italic": True}),
        mark=book.add_format({"bold": True, "font_color": "#801650"}),
        extra=book.add_format({"italic": True}),
        letters=book.add_format({"bold": True}),
    )


def _write_contents(
    sheet: Worksheet,
    tables: Sequence[SafeTable],
    names: Sequence[str],
    look: _Print,
) -> None:
    words, study = look.words, look.study
    sheet.write_string(0, 0, plain(study.title), look.title)
    sheet.write_string(1, 0, marks(tables, words, study), look.mark)
    heads = [words("workbook.sheet"), words("workbook.title")]
    heads += [words("deck.cells"), words("deck.withheld")]
    for column, head in enumerate(heads):
        sheet.write_string(3, column, head, look.head)
    for row, (table, name) in enumerate(zip(tables, names, strict=True), start=4):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, plain(table.title))
        sheet.write_number(row, 2, len(table.cells), look.number)
        sheet.write_number(row, 3, int(table.cells["withheld"].sum()), look.number)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)


def _write_table(
    sheet: Worksheet, table: SafeTable, planned: PlannedTable | None, look: _Print
) -> None:
    words, study = look.words, look.study
    details = planned_details(table, planned) if planned else PLAIN
    cells = drawn_cells(table, words)
    sheet.write_string(0, 0, plain(table.title), look.title)
    sheet.write_string(1, 0, footer_text(table, words, study), look.note)
    sheet.write_string(2, 0, marks([table], words, study), look.mark)
    extras = list(extras_of(table, details, words))
    below = _write_labels(sheet, table, cells, extras, look)
    if legend := legend_of(details, words):
        sheet.write_string(below + len(extras) + 1, 0, legend, look.note)
    names, letters = letters_of(details)
    column = first = 2 if table.rows else 1
    for title, number in _BLOCKS:
        name = words(f"workbook.{title}")
        sheet.write_string(_HEAD_ROWS - 2, column, name, look.title)
        for group, own in cells.groupby("group", sort=False):
            letter = names.get(str(group), "")
            head = str(own["group_label"].iloc[0]) + (f" ({letter})" if letter else "")
            sheet.write_string(_HEAD_ROWS - 1, column, head, look.head)
            for place, (_, cell) in enumerate(own.iterrows(), start=_HEAD_ROWS):
                _write_number(sheet, (place, column), cell, number, look)
            for place, extra in enumerate(extras, start=below):
                _write_extra(sheet, (place, column), extra, (number, str(group)), look)
            column += 1
            if number == "share" and letter:
                _write_letters(sheet, column, own, letters, look)
                column += 1
        column += 1
    sheet.set_column(0, first - 1, 40)
    sheet.freeze_panes(_HEAD_ROWS, first)


def _write_labels(
    sheet: Worksheet,
    table: SafeTable,
    cells: pd.DataFrame,
    extras: Sequence[Extra],
    look: _Print,
) -> int:
    """Write the labels of lines; give the place of the first one below the answers."""
    words, first = look.words, 2 if table.rows else 1
    heads = [words("workbook.rows")] if table.rows else []
    heads.append(words("workbook.answers"))
    for column, head in enumerate(heads):
        sheet.write_string(_HEAD_ROWS - 1, column, head, look.head)
    labels = cells.drop_duplicates(["row", "answer"])
    for place, (_, cell) in enumerate(labels.iterrows(), start=_HEAD_ROWS):
        if table.rows:
            sheet.write_string(place, 0, str(cell["row_label"]))
        sheet.write_string(place, first - 1, str(cell["answer_label"]))
    below = _HEAD_ROWS + len(labels)
    for place, extra in enumerate(extras, start=below):
        if table.rows:
            sheet.write_string(place, 0, extra.row, look.extra)
        sheet.write_string(place, first - 1, extra.label, look.extra)
    return below


def _write_letters(
    sheet: Worksheet,
    column: int,
    own: pd.DataFrame,
    letters: Mapping[object, str],
    look: _Print,
) -> None:
    """Write the letters of one group beside its shares."""
    sheet.write_string(_HEAD_ROWS - 1, column, look.words("workbook.letter"), look.head)
    places = zip(own["group"], own["row"], own["answer"], strict=True)
    for row, place in enumerate(places, start=_HEAD_ROWS):
        if given := letters[place]:
            sheet.write_string(row, column, given, look.letters)


def _write_number(
    sheet: Worksheet, at: tuple[int, int], cell: pd.Series, number: str, look: _Print
) -> None:
    value = cell[number]
    if not pd.isna(value):
        kind = look.share if number == "share" else look.number
        sheet.write_number(*at, float(value), kind)
    elif cell["withheld"]:
        sheet.write_string(*at, look.words("figure.withheld"), look.withheld)


def _write_extra(
    sheet: Worksheet,
    at: tuple[int, int],
    extra: Extra,
    place: tuple[str, str],
    look: _Print,
) -> None:
    """Write a net, box or mean; a mean stands among the shares."""
    number, group = place
    kind = "mean" if number == "share" and "mean" in extra.numbers else number
    if kind not in extra.numbers:
        return
    value, base = extra.numbers[kind][group], extra.numbers["base"][group]
    if not math.isnan(value):
        look_of = {"share": look.share, "mean": look.mean}.get(kind, look.number)
        sheet.write_number(*at, value, look_of)
    elif base != 0:
        sheet.write_string(*at, look.words("figure.withheld"), look.withheld)
