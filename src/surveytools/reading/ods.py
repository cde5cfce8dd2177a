"""OpenDocument spreadsheets (.ods): every cell as exact text, in a stream.

The XML says what each cell is, so nothing is guessed; blank cells that are written as
"and 16,384 more" take no room.

References
----------
.. [1] OASIS, "Open Document Format for Office Applications (OpenDocument) Version 1.3,
   Part 3: OpenDocument Schema", 2021, sections 9.1 and 19.384 to 19.389.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from surveytools.errors import ExportError, Location
from surveytools.reading.cells import Cells
from surveytools.reading.gathered import Gathered
from surveytools.reading.grid import Grid, Source, make_grid
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.ods_cells import Reader
from surveytools.reading.package import Package
from surveytools.reading.sheet_notes import with_notes
from surveytools.reading.sheets import Sheet, choose_sheet
from surveytools.reading.streamed_xml import Handlers, parse_xml

__all__ = ["read_ods"]

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


def read_ods(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits = LIMITS,
) -> Grid:
    """Read one sheet of an OpenDocument spreadsheet; every cell becomes text.

    The texts are those of `surveytools.reading.workbook.read_workbook`. A time of day
    and a span of time are one type here: below a day it is written ``03:04:05``, from
    a day on ``30:00:01``.

    Parameters
    ----------
    path
        A file that `surveytools.reading.guard.check_file` let through.
    sheet, header_row, limits
        As in `surveytools.reading.workbook.read_workbook`.

    Raises
    ------
    ExportError
        If the sheet is absent, unclear, damaged, protected or too large, or it is
        unclear which row holds the headers.
    """
    data = path.read_bytes()
    where = Location(path.name)
    with _opened(data, where) as package:
        reader, gathered = _first_sheet(package, limits)
        seen = reader.sheets if reader else _parse(package, None).sheets
        sheets = [Sheet(one.name, one.hidden, one.holds) for one in seen]
        chosen, notes = choose_sheet(sheets, sheet, where)
        if reader is None or reader.chosen != chosen:
            gathered = Gathered(Location(path.name, seen[chosen].name), limits)
            reader = _parse(package, chosen, gathered)
    columns = gathered.columns()
    source = Source(
        file=path.name,
        kind="ODS",
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=seen[chosen].name,
        notes=notes,
    )
    grid = make_grid(columns, source, header_row=header_row)
    return with_notes(grid, columns, reader.cells)


@contextmanager
def _opened(data: bytes, where: Location) -> Iterator[Package]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive, where)
        names = archive.namelist()
        if _MANIFEST in names and any(
            b"encryption-data" in chunk for chunk in package.chunks(_MANIFEST)
        ):
            problem = "the spreadsheet is protected by a password"
            raise ExportError(problem, where, "save it without a password")
        yield package


def _first_sheet(package: Package, limits: Limits) -> tuple[Reader | None, Gathered]:
    """Take the cells of the first sheet: mostly it is the one, and looked at once.

    No reader where they don't fit or the file is damaged. Whether that matters depends
    on the sheet that is chosen.
    """
    gathered = Gathered(package.where, limits)
    try:
        return _parse(package, 0, gathered), gathered
    except ExportError:
        return None, gathered


def _parse(
    package: Package, chosen: int | None, gathered: Gathered | None = None
) -> Reader:
    """Go through all sheets; take the cells of one of them."""
    reader = Reader(Cells({}), chosen, gathered)
    handlers = Handlers(reader.start, reader.end, reader.characters)
    parse_xml(package.chunks(_CONTENT), handlers, package.where, namespaces=True)
    if not reader.sheets:
        problem = "the file is no spreadsheet: it has no sheets"
        raise ExportError(problem, package.where, "save it as XLSX")
    return reader
