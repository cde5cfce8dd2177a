"""The one door: an export's path in, a `RawTable` out."""

from dataclasses import replace
from pathlib import Path

from surveytools.errors import ExportError, Location
from surveytools.files import sha256_of
from surveytools.reading.archive import unpacked
from surveytools.reading.assemble import assemble
from surveytools.reading.delimited import read_delimited
from surveytools.reading.detect import detect
from surveytools.reading.grid import Grid
from surveytools.reading.guard import FileKind, check_file
from surveytools.reading.limits import LARGE, LIMITS, Limits
from surveytools.reading.ods import read_ods
from surveytools.reading.table import RawTable
from surveytools.reading.workbook import read_workbook
from surveytools.reading.xls import read_xls

__all__ = ["read_export"]

_ARCHIVES = {FileKind.GZIP, FileKind.ZIP}
_WITH_SHEETS = {
    FileKind.WORKBOOK: read_workbook,
    FileKind.ODS: read_ods,
    FileKind.XLS: read_xls,
}
_NAMED = {
    ".csv": FileKind.TEXT,
    ".tsv": FileKind.TEXT,
    ".txt": FileKind.TEXT,
    ".xlsx": FileKind.WORKBOOK,
    ".xlsm": FileKind.WORKBOOK,
    ".xls": FileKind.XLS,
    ".ods": FileKind.ODS,
    ".sav": FileKind.SPSS,
}


def read_export(
    path: Path,
    *,
    platform: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    large: bool = False,
) -> RawTable:
    """Read an export of a survey platform; convert nothing.

    Parameters
    ----------
    path
        A CSV, XLSX, XLS, ODS or SPSS file, also in a gzip or zip file. It is told by
        its bytes, not its name, and never written to.
    platform
        Name of the platform, one of `PLATFORMS`; recognised if not given.
    sheet
        Name of the sheet of a workbook; needed where several hold something.
    header_row
        Row number of the (first) header row in the spreadsheet; found if not given.
    large
        Whether to take on files beyond the usual limits of size.

    Returns
    -------
    RawTable
        Text cells, one row per response; the index holds spreadsheet row numbers.

    Raises
    ------
    ExportError
        If the file isn't an export that can be read, or not one of the platform.
    """
    limits = LARGE if large else LIMITS
    grid = _grid(path, sheet, header_row, limits)
    chosen, match = detect(grid, platform=platform)
    return assemble(grid, chosen, match)


def _grid(
    path: Path, sheet: str | None, header_row: int | None, limits: Limits
) -> Grid:
    kind = check_file(path, limits)
    if kind not in _ARCHIVES:
        grid = _read(path, kind, sheet, header_row, limits)
        return _with_notes(grid, *_misnamed(path, kind))
    with unpacked(path, kind, limits) as inner:
        kind = check_file(inner.path, limits)
        if kind in _ARCHIVES:
            problem = "there is an archive within the archive"
            raise ExportError(problem, Location(path.name), "unpack it")
        grid = _read(inner.path, kind, sheet, header_row, limits)
        source = replace(grid.source, sha256=sha256_of(path))
        return _with_notes(replace(grid, source=source), inner.note)


def _read(
    path: Path,
    kind: FileKind,
    sheet: str | None,
    header_row: int | None,
    limits: Limits,
) -> Grid:
    if kind in _WITH_SHEETS:
        read = _WITH_SHEETS[kind]
        return read(path, sheet=sheet, header_row=header_row, limits=limits)
    if sheet is not None:
        problem = f"a file of this kind has no sheet {sheet!r}"
        raise ExportError(problem, Location(path.name), "leave out the sheet")
    if kind is FileKind.SPSS:
        # Here, since its library takes a tenth of a second to import.
        from surveytools.reading.spss_file import read_spss  # noqa: PLC0415

        return read_spss(path, limits=limits)
    return read_delimited(path, header_row=header_row, limits=limits)


def _misnamed(path: Path, kind: FileKind) -> tuple[str, ...]:
    """Say that a file isn't what its name says, where that may surprise."""
    suffix = path.suffix.lower()
    named = _NAMED.get(suffix)
    if named in {None, kind}:
        return ()
    return (f"named {suffix}, but by its bytes {kind.words()}, and read as that",)


def _with_notes(grid: Grid, *notes: str) -> Grid:
    source = replace(grid.source, notes=(*notes, *grid.source.notes))
    return replace(grid, source=source)
