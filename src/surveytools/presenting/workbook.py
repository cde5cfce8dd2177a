"""All published tables as one workbook: a sheet of contents, a sheet a table."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from surveytools.disclosure.details import PLAIN, Details
from surveytools.disclosure.safe import SafeTable
from surveytools.files import atomic_path, safe_name
from surveytools.presenting.beside import Cell, Column, Line, Sheet, sheet_of
from surveytools.presenting.captions import footer_text, marks
from surveytools.presenting.cells import require_safe
from surveytools.presenting.measure import plain
from surveytools.presenting.ooxml import FIXED_DATE, share_format
from surveytools.presenting.through import ShownTrend, trend_footer, trend_sheet
from surveytools.study.study import Study
from surveytools.words import Words

__all__ = ["write_tables"]

_LONGEST_NAME = 31
_HEAD_ROWS = 5
_LABELS = (12.0, 52.0)
"""Least and greatest width of a column of labels, in characters."""
_WIDTHS = (9.0, 40.0)
"""The same of a column of numbers."""
_LINE = 15.0
"""Height of a line of headings, in points."""
_A4 = 9
_SCALE = 60
"""Size of printed sheets in per cent."""
_PAGE = 165.0
"""What fits on a printed page, in characters."""
_GAP = 8.43
"""Width of a column that nobody set."""
_SMALL = 1.15
"""How many letters of a sentence take the width of a digit."""
_BOLD = 1.2
"""How much wider a letter of a heading is than a digit of a cell."""


@dataclass(frozen=True, slots=True)
class _Print:
    """Words, study, and formats of cells by name."""

    words: Words
    study: Study
    formats: Mapping[str, Format]


def write_tables(
    tables: Sequence[SafeTable],
    path: Path,
    *,
    words: Words,
    study: Study,
    details: Sequence[Details] = (),
    trends: Sequence[ShownTrend] = (),
) -> Path:
    """Write protected tables as an Excel workbook.

    Each sheet has the answers in rows and, side by side, shares, counts and bases by
    group (`surveytools.presenting.beside.sheet_of`). Withheld numbers are the word
    "withheld". Texts are never formulas or links. Equal inputs give equal bytes.

    Parameters
    ----------
    details
        What each table is shown with. Without any, there are the cells alone.
    trends
        Items through the waves, behind the tables; of those without numbers it is said
        why.

    Raises
    ------
    DisclosureError
        If a table isn't a `SafeTable`.
    """
    require_safe(*tables)
    ids = [*(table.id for table in tables), *(each.id for each in trends)]
    names = _sheet_names(ids, words)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with (
        atomic_path(path) as temporary,
        xlsxwriter.Workbook(str(temporary), options) as book,
    ):
        book.set_properties({"title": plain(study.title), "created": FIXED_DATE})
        look = _print(book, words, study)
        contents = book.add_worksheet(words("workbook.contents")[:_LONGEST_NAME])
        _write_contents(contents, tables, trends, names, look)
        given = details or [PLAIN] * len(tables)
        of_tables = names[: len(tables)]
        for table, name, each in zip(tables, of_tables, given, strict=True):
            _write_table(book.add_worksheet(name), table, each, look)
        for shown, name in zip(trends, names[len(tables) :], strict=True):
            _write_trend(book.add_worksheet(name), shown, look)
    return path


def _sheet_names(ids: Sequence[str], words: Words) -> list[str]:
    """Names of sheets: short, unlike each other, without the signs Excel refuses."""
    taken = {words("workbook.contents").casefold()}
    names = []
    for id_ in ids:
        stem = safe_name(id_)[:_LONGEST_NAME]
        name, number = stem, 2
        while name in taken:
            end = f"_{number}"
            name, number = stem[: _LONGEST_NAME - len(end)] + end, number + 1
        taken.add(name)
        names.append(name)
    return names


def _print(book: xlsxwriter.Workbook, words: Words, study: Study) -> _Print:
    small = words("number.p_below", p=words.decimal(0.001, 3)).removeprefix("p ")
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
    looks: dict[str, dict[str, object]] = {
        "title": {"bold": True, "font_size": 14},
        "head": head,
        "head_right": head | {"align": "right"},
        "note": {"font_color": "#595959"},
        "notes": {"font_color": "#595959", "text_wrap": True, "valign": "top"},
        "mark": {"bold": True, "font_color": "#801650"},
        "extra": {"italic": True},
        "share": {"num_format": share_format(words)},
        "number": {"num_format": "#,##0"},
        "mean": {"num_format": "0.00"},
        "effective": {"num_format": "#,##0.0"},
        "points": {"num_format": "+0.0;-0.0;0.0"},
        "p": {"num_format": f'[<0.001]"{small}";0.000'},
        "interval": {"font_color": "#595959", "align": "right"},
        "withheld": {"font_color": "#595959", "italic": True, "align": "right"},
        "letters": {"bold": True},
    }
    formats = {name: book.add_format(look) for name, look in looks.items()}
    return _Print(words, study, formats)


def _write_contents(
    sheet: Worksheet,
    tables: Sequence[SafeTable],
    trends: Sequence[ShownTrend],
    names: Sequence[str],
    look: _Print,
) -> None:
    words, study, formats = look.words, look.study, look.formats
    sheet.write_string(0, 0, plain(study.title), formats["title"])
    sheet.write_string(1, 0, marks(tables, words, study), formats["mark"])
    heads = [words("workbook.sheet"), words("workbook.title")]
    heads += [words("deck.cells"), words("deck.withheld")]
    for column, head in enumerate(heads):
        sheet.write_string(3, column, head, formats["head"])
    shown: list[tuple[str, pd.DataFrame | None]] = [
        *((table.title, table.cells) for table in tables),
        *((each.title, each.trend.cells if each.trend else None) for each in trends),
    ]
    for row, ((title, cells), name) in enumerate(
        zip(shown, names, strict=True), start=4
    ):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, plain(title))
        if cells is None:
            continue
        sheet.write_number(row, 2, len(cells), formats["number"])
        sheet.write_number(row, 3, int(cells["withheld"].sum()), formats["number"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write_table(
    sheet: Worksheet, table: SafeTable, details: Details, look: _Print
) -> None:
    words, study = look.words, look.study
    heads = (
        plain(table.title),
        footer_text(table, words, study),
        marks([table], words, study),
    )
    shown = sheet_of(table, details, words)
    _write_sheet(sheet, shown, heads, look, first=2 if table.rows else 1)


def _write_trend(sheet: Worksheet, shown: ShownTrend, look: _Print) -> None:
    words, study = look.words, look.study
    if shown.trend is None:
        sheet.write_string(0, 0, plain(shown.title), look.formats["title"])
        said = words(f"legend.no_trend_{shown.reason}")
        if study.source:
            source = words("footer.source", source=plain(study.source))
            said = f"{said} {source}."
        sheet.write_string(1, 0, said, look.formats["note"])
        sheet.write_string(2, 0, marks([], words, study), look.formats["mark"])
        return
    last = shown.trend.tables[-1]
    heads = (
        plain(shown.title),
        trend_footer(shown.trend, words, study),
        marks(shown.trend.tables, words, study),
    )
    whole = trend_sheet(shown.trend, words)
    _write_sheet(sheet, whole, heads, look, first=2 if last.rows else 1)


def _write_sheet(
    sheet: Worksheet,
    shown: Sheet,
    heads: tuple[str, str, str],
    look: _Print,
    *,
    first: int,
) -> None:
    """Write title, footer and mark, then lines from the column ``first`` on, legend."""
    formats = look.formats
    for row, (text, kind) in enumerate(
        zip(heads, ("title", "note", "mark"), strict=True)
    ):
        sheet.write_string(row, 0, text, formats[kind])
    column = first
    used = _write_labels(sheet, shown.lines, first, look)
    starts, fits = [], first  # columns on the first printed page
    lines = 1
    for block in shown.blocks:
        starts.append(column)
        sheet.write_string(_HEAD_ROWS - 2, column, block.title, formats["title"])
        for each in block.columns:
            width = _write_column(sheet, column, each, look)
            lines = max(lines, _lines_of(each.head, width))
            column, used = column + 1, used + width
            fits = column if used <= _PAGE else fits
        column, used = column + 1, used + _GAP
    sheet.set_row(_HEAD_ROWS - 1, lines * _LINE)
    row = _HEAD_ROWS + len(shown.lines)
    said = [part for text in shown.legend for part in _wrapped(text)]
    for row, text in enumerate(said, start=row + 1):  # noqa: B020
        sheet.write_string(row, 0, text, formats["note"])
    sheet.freeze_panes(_HEAD_ROWS, first)
    room = int(max(_PAGE - used, 0) / _GAP)  # for what stands above and below
    last = (row, column - 2 + room)
    footer = _wrapped(heads[1])
    if len(footer) > 1:
        end = last[1] if used <= _PAGE else fits - 1
        sheet.merge_range(1, 0, 1, end, heads[1], formats["notes"])
        sheet.set_row(1, len(footer) * _LINE)
    _set_pages(sheet, first, starts if used > _PAGE else (), last=last)


def _wrapped(text: str) -> list[str]:
    """Break a text into lines that fit on a printed page."""
    return textwrap.wrap(text, int(_PAGE * _SMALL))


def _set_pages(
    sheet: Worksheet, first: int, starts: Sequence[int], *, last: tuple[int, int]
) -> None:
    """Print labels and headings on each page, and wide blocks on pages of their own."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_print_scale(_SCALE)
    sheet.print_area(0, 0, *last)
    sheet.repeat_rows(0, _HEAD_ROWS - 1)
    sheet.repeat_columns(0, first - 1)
    if starts:
        sheet.set_v_pagebreaks(starts[1:])


def _write_labels(
    sheet: Worksheet, lines: Sequence[Line], first: int, look: _Print
) -> float:
    """Write labels in the columns before the first of numbers; give their width."""
    used = 0.0
    heads = ["workbook.rows", "workbook.answers"][-first:]
    labels = [[line.row for line in lines], [line.label for line in lines]]
    for column, (head, texts) in enumerate(zip(heads, labels[-first:], strict=True)):
        text = look.words(head)
        sheet.write_string(_HEAD_ROWS - 1, column, text, look.formats["head"])
        for place, (line, label) in enumerate(
            zip(lines, texts, strict=True), start=_HEAD_ROWS
        ):
            kind = [look.formats["extra"]] if line.extra else []
            sheet.write_string(place, column, label, *kind)
        width = _clipped(max(map(len, texts), default=0), *_LABELS)
        sheet.set_column(column, column, width)
        used += width
    return used


def _write_column(sheet: Worksheet, column: int, shown: Column, look: _Print) -> float:
    """Write a column of numbers; give its width."""
    letters = any(cell.look == "letters" for cell in shown.cells.values())
    head = look.formats["head" if letters else "head_right"]
    sheet.write_string(_HEAD_ROWS - 1, column, shown.head, head)
    for place, cell in shown.cells.items():
        _write_cell(sheet, (_HEAD_ROWS + place, column), cell, look)
    width = _width(shown)
    sheet.set_column(column, column, width)
    return width


def _write_cell(
    sheet: Worksheet, at: tuple[int, int], cell: Cell, look: _Print
) -> None:
    if isinstance(cell.value, str):
        sheet.write_string(*at, cell.value, look.formats[cell.look])
    else:
        sheet.write_number(*at, cell.value, look.formats[cell.look])


def _width(shown: Column) -> float:
    """Give the width in which no heading breaks inside a word, and no text is cut."""
    words = [_BOLD * len(word) for word in shown.head.split()]
    texts = [len(c.value) for c in shown.cells.values() if isinstance(c.value, str)]
    return _clipped(max([*words, *texts], default=0) + 1, *_WIDTHS)


def _clipped(width: float, least: float, most: float) -> float:
    return min(max(width, least), most)


def _lines_of(head: str, width: float) -> int:
    """Count the lines that a heading takes, each word whole."""
    lines, used = 1, 0.0
    for word in head.split():
        size = _BOLD * len(word)
        if used and used + 1 + size > width:
            lines, used = lines + 1, size
        else:
            used += size + (1 if used else 0)
    return lines
