"""XLSX: the fast parser behind the guard, every cell as exact text."""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from surveytools.errors import ExportError, Location
from surveytools.reading.cells import Cells
from surveytools.reading.grid import Grid, Source, make_grid
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.package import Package, SheetPart, open_package
from surveytools.reading.progress import begin
from surveytools.reading.scan import Extent, measure_usual, note_usual
from surveytools.reading.scan_xml import scan_any
from surveytools.reading.shared_texts import check_shared_texts
from surveytools.reading.sheet_notes import with_notes
from surveytools.reading.sheets import Sheet, choose_sheet

__all__ = ["read_workbook"]

# Without a handler, Python prints the parser's own warnings on standard error.
logging.getLogger("calamine").addHandler(logging.NullHandler())

_HAS_CELL = (b"<v>", b":v>", b"<is>", b":is>", b"<f>", b"<f ", b":f>")


def read_workbook(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits = LIMITS,
) -> Grid:
    """Read one sheet of an XLSX file; every cell becomes text.

    Whole numbers have no ``.0``, times are ISO text to the microsecond, Booleans
    ``TRUE`` and ``FALSE``, errors their name. A formula gives the result that the
    workbook stores; without one it is an answer that began with ``=``, and gives its
    text.

    Parameters
    ----------
    path
        A workbook that `surveytools.reading.guard.check_file` let through.
    sheet
        Name of the sheet; needed where several hold something.
    header_row
        Row number of the header, if a person has named it.
    limits
        How many cells fit.

    Raises
    ------
    ExportError
        If the sheet is absent, unclear, damaged or too large, or it is unclear which
        row holds the headers.
    """
    # Read once: what is checked is then what is parsed, whatever happens to the file.
    data = path.read_bytes()
    with open_package(data, Location(path.name)) as package:
        package.check_shared()
        chosen, notes = _choose(package, sheet)
        where = Location(path.name, chosen.name)
        columns, cells = _cells(data, replace(package, where=where), chosen, limits)
    columns = _with_exact_texts(columns, cells)
    source = Source(
        file=path.name,
        kind="XLSX",
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=chosen.name,
        notes=notes,
    )
    return with_notes(make_grid(columns, source, header_row=header_row), columns, cells)


def _choose(package: Package, asked: str | None) -> tuple[SheetPart, tuple[str, ...]]:
    parts = package.sheets()
    sheets = [
        Sheet(part.name, part.hidden, partial(_holds, package, part)) for part in parts
    ]
    number, notes = choose_sheet(sheets, asked, package.where)
    return parts[number], notes


def _holds(package: Package, part: SheetPart) -> bool:
    return any(
        any(sign in chunk for sign in _HAS_CELL) for chunk in package.chunks(part.part)
    )


def _cells(
    data: bytes, package: Package, chosen: SheetPart, limits: Limits
) -> tuple[dict[int, pa.Array], Cells]:
    """Measure the sheet; then parse it, and meanwhile note its special cells."""
    cells = Cells(package.date_styles(), package.from_1904())
    extent = measure_usual(_followed(package, chosen), limits)
    usual = extent is not None
    if extent is None:
        extent = scan_any(package.chunks(chosen.part), cells, package.where, limits)
    cells.comments = package.comments(chosen.part)
    if not extent.last:
        return {}, cells
    check_shared_texts(package, chosen.part, extent.size, limits)
    with ThreadPoolExecutor(1) as other:  # the parser leaves Python to itself
        parsed = other.submit(_parse, data, chosen.name, extent, package.where)
        if usual:
            note_usual(package.chunks(chosen.part), cells)
        return parsed.result(), cells


def _followed(package: Package, chosen: SheetPart) -> Iterator[bytes]:
    done = begin("reading", package.size(chosen.part))
    for chunk in package.chunks(chosen.part):
        yield chunk
        done(len(chunk))


def _parse(
    data: bytes, sheet: str, extent: Extent, where: Location
) -> dict[int, pa.Array]:
    """Cells of each column by its number, row 1 first."""
    try:
        reader = fastexcel.read_excel(data)
        loaded = reader.load_sheet(
            sheet, header_row=None, skip_rows=0, dtypes="string"
        ).to_arrow()
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        problem = f"the sheet can't be read ({reason})"
        hint = "open it in a spreadsheet program and save it again"
        raise ExportError(problem, where, hint) from error
    if loaded.num_columns > extent.last - extent.first + 1:
        problem = "the sheet has cells where its XML names none"
        hint = "open it in a spreadsheet program and save it again"
        raise ExportError(problem, where, hint)
    return {
        extent.first + index: loaded.column(index).cast(pa.large_string())
        for index in range(loaded.num_columns)
    }


def _with_exact_texts(
    columns: Mapping[int, pa.Array], cells: Cells
) -> dict[int, pa.Array]:
    """Put the exact text of special cells in the place of what the parser made."""
    lengths = [len(array) for array in columns.values()]
    rows = max([*lengths, *(max(texts) for texts in cells.texts.values()), 0])
    exact = {}
    for number in range(1, max([*columns, *cells.texts, 0]) + 1):
        array = columns.get(number, pa.nulls(0, pa.large_string()))
        if len(array) < rows:
            padding = pa.nulls(rows - len(array), pa.large_string())
            array = pa.concat_arrays([array, padding])
        texts = cells.texts.get(number)
        if texts:
            mask = np.zeros(rows, dtype=bool)
            mask[np.fromiter(texts, int) - 1] = True
            values = [texts[row] for row in sorted(texts)]
            array = pc.replace_with_mask(
                array, pa.array(mask), pa.array(values, pa.large_string())
            )
        exact[number] = array
    return exact
