"""XLSX: the fast parser behind the guard, every cell as exact text."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from surveytools.errors import ExportError, Location
from surveytools.reading.cells import Cells
from surveytools.reading.grid import Grid, Source, listed, make_grid
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.package import Package, SheetPart, open_package
from surveytools.reading.scan import Extent, scan_usual
from surveytools.reading.scan_xml import scan_any

__all__ = ["read_workbook"]

# Without a handler, Python prints the parser's own warnings on standard error.
logging.getLogger("calamine").addHandler(logging.NullHandler())

_CELL_LIMIT = 32_767
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
        chosen = _choose(package, sheet)
        where = Location(path.name, chosen.name)
        cells, extent = _scan(replace(package, where=where), chosen, limits)
    columns = _parse(data, chosen.name, extent, where) if extent.last else {}
    columns = _with_exact_texts(columns, cells)
    source = Source(
        file=path.name,
        kind="XLSX",
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=chosen.name,
        notes=_notes(columns, cells),
    )
    return make_grid(columns, source, header_row=header_row)


def _choose(package: Package, sheet: str | None) -> SheetPart:
    """Take the sheet asked for, or the only one that holds something."""
    parts = package.sheets()
    known = ", ".join(repr(part.name) for part in parts)
    if sheet is not None:
        named = [part for part in parts if part.name == sheet]
        if not named:
            problem = f"no sheet {sheet!r}"
            raise ExportError(problem, package.where, f"the file has {known}")
        return named[0]
    filled = parts if len(parts) == 1 else [p for p in parts if _holds(package, p)]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        problem = "all sheets are blank"
        raise ExportError(problem, package.where, "download the export again")
    problem = f"{len(filled)} sheets hold something"
    names = ", ".join(repr(part.name) for part in filled)
    raise ExportError(problem, package.where, f"name one with --sheet: {names}")


def _holds(package: Package, part: SheetPart) -> bool:
    return any(
        any(sign in chunk for sign in _HAS_CELL) for chunk in package.chunks(part.part)
    )


def _scan(package: Package, chosen: SheetPart, limits: Limits) -> tuple[Cells, Extent]:
    styles, from_1904 = package.date_styles(), package.from_1904()
    cells = Cells(styles, from_1904)
    extent = scan_usual(package.chunks(chosen.part), cells, limits)
    if extent is None:
        cells = Cells(styles, from_1904)
        extent = scan_any(package.chunks(chosen.part), cells, package.where, limits)
    return cells, extent


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


def _notes(columns: Mapping[int, pa.Array], cells: Cells) -> tuple[str, ...]:
    """Say what the workbook format has lost, or holds beside plain cells."""
    notes = []
    cut = sum(
        pc.sum(pc.equal(pc.utf8_length(array), _CELL_LIMIT)).as_py() or 0
        for array in columns.values()
    )
    if cut:
        notes.append(
            f"cells with {_CELL_LIMIT:,} characters, the most that a workbook holds: "
            f"{cut}; their text may be cut off"
        )
    if errors := cells.count("error"):
        notes.append(f"cells with a spreadsheet error such as #NAME?: {errors}")
    if unvalued := cells.count("unvalued"):
        notes.append(
            f"formulas without result, whose text was taken as the answer: {unvalued}"
        )
    if shared := cells.count("shared"):
        notes.append(f"formulas with neither result nor text, taken as blank: {shared}")
    if (results := cells.formulas - cells.count("unvalued") - shared) > 0:
        notes.append(f"cells with the stored result of a formula: {results}")
    return (*notes, *_stray_dates(columns, cells))


def _stray_dates(columns: Mapping[int, pa.Array], cells: Cells) -> tuple[str, ...]:
    """Find columns in which Excel may have turned ranges such as 3-5 into dates."""
    stray = [
        number
        for (number, kind), dates in sorted(cells.kinds.items())
        if kind == "date"
        and dates < (len(columns[number]) - columns[number].null_count - 1) / 2
    ]
    if not stray:
        return ()
    note = (
        f"column {listed(stray)} mixes dates with other answers: a spreadsheet may "
        "have turned ranges such as 3-5 into dates"
    )
    return (note,)
