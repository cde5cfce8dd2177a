"""All published tables as one workbook: a sheet of contents, a sheet a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from surveytools.disclosure.safe import SafeTable
from surveytools.files import atomic_path, safe_name
from surveytools.presenting.captions import footer_text, marks
from surveytools.presenting.cells import drawn_cells, require_safe
from surveytools.presenting.measure import plain
from surveytools.presenting.ooxml import FIXED_DATE
from surveytools.presenting.words import Words
from surveytools.study.study import Study

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
    withheld: Format
    mark: Format


def write_tables(
    tables: Sequence[SafeTable], path: Path, *, words: Words, study: Study
) -> Path:
    """Write protected tables as an Excel workbook.

    Each sheet has the answers in rows and, side by side, shares, counts and bases by
    group. Withheld numbers are the word "withheld". Texts are never formulas or links.
    Equal inputs give equal bytes.

    Raises
    ------
    DisclosureError
        If a table isn't a `SafeTable`.
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
        for table, name in zip(tables, names, strict=True):
            _write_table(book.add_worksheet(name), table, look)
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
        withheld=book.add_format({"font_color": "#595959", "italic": True}),
        mark=book.add_format({"bold": True, "font_color": "#801650"}),
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


def _write_table(sheet: Worksheet, table: SafeTable, look: _Print) -> None:
    words, study = look.words, look.study
    cells = drawn_cells(table, words)
    sheet.write_string(0, 0, plain(table.title), look.title)
    sheet.write_string(1, 0, footer_text(table, words, study), look.note)
    sheet.write_string(2, 0, marks([table], words, study), look.mark)
    lines = list(dict.fromkeys(zip(cells["row"], cells["answer"], strict=True)))
    groups = list(dict.fromkeys(zip(cells["group"], cells["group_label"], strict=True)))
    first = 2 if table.rows else 1
    heads = [words("workbook.rows")] if table.rows else []
    heads.append(words("workbook.answers"))
    for column, head in enumerate(heads):
        sheet.write_string(_HEAD_ROWS - 1, column, head, look.head)
    labels = cells.drop_duplicates(["row", "answer"])
    for place, (_, cell) in enumerate(labels.iterrows(), start=_HEAD_ROWS):
        if table.rows:
            sheet.write_string(place, 0, str(cell["row_label"]))
        sheet.write_string(place, first - 1, str(cell["answer_label"]))
    by_cell = {
        (cell["group"], cell["row"], cell["answer"]): cell
        for _, cell in cells.iterrows()
    }
    column = first
    for title, number in _BLOCKS:
        sheet.write_string(
            _HEAD_ROWS - 2, column, words(f"workbook.{title}"), look.title
        )
        for group, label in groups:
            sheet.write_string(_HEAD_ROWS - 1, column, str(label), look.head)
            for place, line in enumerate(lines, start=_HEAD_ROWS):
                cell = by_cell[group, *line]
                _write_number(sheet, (place, column), cell, number, look)
            column += 1
        column += 1
    sheet.set_column(0, first - 1, 40)
    sheet.freeze_panes(_HEAD_ROWS, first)


def _write_number(
    sheet: Worksheet, at: tuple[int, int], cell: pd.Series, number: str, look: _Print
) -> None:
    value = cell[number]
    if not pd.isna(value):
        kind = look.share if number == "share" else look.number
        sheet.write_number(*at, float(value), kind)
    elif cell["withheld"]:
        sheet.write_string(*at, look.words("figure.withheld"), look.withheld)
