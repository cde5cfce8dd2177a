"""Sheets of a workbook that a person edits: rows of texts by header, and back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from surveytools.errors import (
    CodebookError,
    ExportError,
    Location,
    NoResponsesError,
)
from surveytools.files import atomic_path
from surveytools.reading.guard import FileKind, check_file
from surveytools.reading.package import open_package
from surveytools.reading.workbook import read_workbook
from surveytools.reading.xls import require_no_password

__all__ = ["Row", "read_sheets", "sheet_names", "write_sheets"]

_MAX_BYTES = 64 << 20  # a questionnaire is text; 64 MB of it is something else
_LONGEST = 32_767  # characters that Excel takes in a cell
_EPOCH = dt.datetime(1980, 1, 1)
_WIDEST = 60
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet.

    Attributes
    ----------
    where
        Its place, for messages.
    cells
        Texts of its cells by header; blank ones are absent.
    """

    where: Location
    cells: Mapping[str, str]

    def get(self, header: str) -> str:
        """Text under a header, ``""`` where there is none."""
        return self.cells.get(header, "")


def sheet_names(path: Path) -> tuple[str, ...]:
    """List the sheets of a workbook, in the order of their tabs.

    Raises
    ------
    ExportError
        If the file isn't a workbook, is protected by a password, or is damaged.
    """
    where = Location(path.name)
    kind = check_file(path)
    if kind is FileKind.XLS:
        require_no_password(path)
    if kind is not FileKind.WORKBOOK:
        problem = f"this is {kind.words()}, and an XLSX workbook is needed"
        raise ExportError(problem, where, "save it as XLSX, or name another file")
    if path.stat().st_size > _MAX_BYTES:
        problem = f"the workbook has {path.stat().st_size:,} bytes"
        hint = f"a questionnaire has less than {_MAX_BYTES:,}"
        raise ExportError(problem, where, hint)
    with open_package(path.read_bytes(), where) as package:
        return tuple(part.name for part in package.sheets())


def read_sheets(
    path: Path, wanted: Sequence[str] | None = None
) -> dict[str, tuple[Row, ...]]:
    """Read sheets; their first row is the header.

    Parameters
    ----------
    path
        A workbook.
    wanted
        Names of sheets, in lower case; all if not given.

    Returns
    -------
    dict
        Rows under the header, for each sheet by its name in lower case. A blank
        sheet has none.

    Raises
    ------
    ExportError
        If the file isn't a workbook, is protected, damaged or too large.
    """
    found = {}
    for name in sheet_names(path):
        key = name.strip().lower()
        if wanted is None or key in wanted:
            found[key] = _rows(path, name)
    return found


def _rows(path: Path, sheet: str) -> tuple[Row, ...]:
    try:
        grid = read_workbook(path, sheet=sheet, header_row=1)
    except NoResponsesError:
        return ()
    headers = [text.strip() for text in grid.titles()]
    rows = []
    for number, texts in zip(
        grid.frame.index.tolist(), grid.frame.astype(object).to_numpy(), strict=True
    ):
        cells: dict[str, str] = {}
        for header, text in zip(headers, texts, strict=True):
            if isinstance(text, str):
                cells.setdefault(header, text)
        rows.append(Row(grid.locate(row=int(number)), cells))
    return tuple(rows)


def write_sheets(
    path: Path, sheets: Mapping[str, Sequence[Sequence[str | float | None]]]
) -> None:
    """Write sheets of rows, the first one the header.

    Every text is written as text, whatever it begins with, so that no spreadsheet
    program takes it for a formula, a link or a number.

    Parameters
    ----------
    path
        File to write, atomically.
    sheets
        Rows by the name of the sheet.

    Raises
    ------
    CodebookError
        If a text is longer than a cell can be.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    for name, rows in sheets.items():
        _refuse_long(path, name, rows)
    with (
        atomic_path(path) as temporary,
        xlsxwriter.Workbook(temporary, options) as book,
    ):
        book.set_properties({"created": _EPOCH})
        bold = book.add_format({"bold": True, "valign": "top"})
        plain = book.add_format({"valign": "top", "text_wrap": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for column, width in enumerate(_widths(rows)):
                sheet.set_column(column, column, width)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    look = plain if at else bold
                    if isinstance(value, str):
                        sheet.write_string(at, column, value, look)
                    elif value is not None:
                        sheet.write_number(at, column, value, look)


def _refuse_long(
    path: Path, sheet: str, rows: Sequence[Sequence[str | float | None]]
) -> None:
    for at, row in enumerate(rows, start=1):
        for header, value in zip(rows[0], row, strict=True):
            if isinstance(value, str) and len(value) > _LONGEST:
                msg = f"a text of {len(value):,} characters fits no cell"
                where = Location(path.name, sheet, at, str(header))
                hint = f"shorten it to {_LONGEST:,}, or split the list"
                raise CodebookError(msg, where, hint)


def _widths(rows: Sequence[Sequence[str | float | None]]) -> list[int]:
    columns = zip(*rows, strict=True)
    longest = [max(len(str(v)) for v in column if v is not None) for column in columns]
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in longest]
