"""Old workbooks (.xls of Excel 5 to 2003): every cell as exact text."""

import codecs
import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from surveytools.errors import ExportError, Location
from surveytools.reading.biff import CONTINUE, Damaged, Record, Texts, records, text_at
from surveytools.reading.cells import Cells
from surveytools.reading.compound import Compound, open_compound
from surveytools.reading.gathered import Gathered
from surveytools.reading.grid import Grid, Source, make_grid
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.moments import Style, style_of
from surveytools.reading.sheet_notes import with_notes
from surveytools.reading.sheets import Sheet, choose_sheet
from surveytools.reading.xls_cells import Reader, holds_something

__all__ = ["read_xls", "require_no_password"]

_BOF, _EOF = 0x0809, 0x000A
_BIFF8, _BIFF5 = 0x0600, 0x0500
_PASSWORD, _CODEPAGE, _FROM_1904 = 0x002F, 0x0042, 0x0022
_SHEET, _FORMAT, _XF, _TEXTS = 0x0085, 0x041E, 0x00E0, 0x00FC
_CODEPAGES = {
    1200: "utf-16-le",
    10000: "mac_roman",
    32768: "mac_roman",
    32769: "cp1252",
}
_AGAIN = "save it as XLSX"


@dataclass(frozen=True, slots=True)
class _Tab:
    name: str
    hidden: bool
    at: int


@dataclass(slots=True)
class _Book:
    """What the workbook says before its sheets."""

    encoding: str | None
    from_1904: bool
    tabs: list[_Tab]
    styles: dict[int, Style]
    texts: list[str]


def read_xls(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits = LIMITS,
) -> Grid:
    """Read one sheet of an old workbook; every cell becomes text.

    The texts are those of `surveytools.reading.workbook.read_workbook`. A formula
    gives the result that the workbook stores.

    Parameters
    ----------
    path
        A file that `surveytools.reading.guard.check_file` let through.
    sheet, header_row, limits
        As in `surveytools.reading.workbook.read_workbook`.

    Raises
    ------
    ExportError
        If the file is no workbook, protected, damaged, too large or too old, the
        sheet is absent or unclear, or it is unclear which row holds the headers.
    """
    where = Location(path.name)
    data = path.read_bytes()
    stream = _stream(open_compound(data, where), where)
    with _damage_reported(where):
        book = _book(stream, where)
        sheets = [
            Sheet(tab.name, tab.hidden, partial(holds_something, stream, tab.at))
            for tab in book.tabs
        ]
        chosen, notes = choose_sheet(sheets, sheet, where)
        tab = book.tabs[chosen]
        reader = Reader(
            gathered=Gathered(Location(path.name, tab.name), limits),
            cells=Cells(book.styles, book.from_1904),
            texts=book.texts,
            encoding=book.encoding,
        )
        reader.read(stream, tab.at)
    columns = reader.gathered.columns()
    source = Source(
        file=path.name,
        kind="XLS",
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=tab.name,
        notes=notes,
    )
    grid = make_grid(columns, source, header_row=header_row)
    return with_notes(grid, columns, reader.cells)


@contextmanager
def _damage_reported(where: Location) -> Iterator[None]:
    try:
        yield
    except (Damaged, struct.error, IndexError, UnicodeDecodeError) as error:
        problem = "the old workbook (.xls) is damaged or cut off"
        raise ExportError(problem, where, "download it again") from error


def require_no_password(path: Path) -> None:
    """Refuse an XLSX that a password protects: it is kept in an old container.

    Parameters
    ----------
    path
        A file that `surveytools.reading.guard.check_file` takes for an old workbook.

    Raises
    ------
    ExportError
        If it is protected, or damaged.
    """
    where = Location(path.name)
    _require_no_password(open_compound(path.read_bytes(), where), where)


def _require_no_password(compound: Compound, where: Location) -> None:
    if "EncryptedPackage" in compound.names():
        problem = "the workbook is protected by a password"
        raise ExportError(problem, where, "save it without a password")


def _stream(compound: Compound, where: Location) -> bytes:
    _require_no_password(compound, where)
    names = compound.names()
    name = next((name for name in ("Workbook", "Book") if name in names), None)
    if name is None:
        problem = "this is an old Office document, not a workbook"
        raise ExportError(problem, where, "save the table as XLSX or CSV")
    return compound.stream(name)


def _book(stream: bytes, where: Location) -> _Book:
    """Read the records before the first sheet."""
    items = records(stream)
    first = next(items, None)
    if first is None:
        raise Damaged
    version = struct.unpack_from("<H", first.data)[0] if first.kind == _BOF else 0
    if version not in {_BIFF8, _BIFF5}:
        problem = "this workbook (.xls) is older than Excel 5"
        raise ExportError(problem, where, _AGAIN)
    book = _Book(None if version == _BIFF8 else "cp1252", False, [], {}, [])  # noqa: FBT003
    codes: dict[int, str] = {}
    formats: list[int] = []
    segments: list[bytes] = []
    last = 0
    for record in items:
        if record.kind == _EOF:
            break
        if record.kind == _PASSWORD:
            problem = "the workbook is protected by a password"
            raise ExportError(problem, where, "save it without a password")
        if record.kind != CONTINUE:
            last = record.kind
        if last == _TEXTS:
            segments.append(record.data)
        elif record.kind == _XF:
            formats.append(struct.unpack_from("<H", record.data, 2)[0])
        else:
            _take(record, book, codes, where)
    found = {n: style_of(code, codes.get(code)) for n, code in enumerate(formats)}
    book.styles = {n: style for n, style in found.items() if style is not None}
    book.texts = _shared(segments)
    return book


def _take(record: Record, book: _Book, codes: dict[int, str], where: Location) -> None:
    """Take what one record says of the whole workbook."""
    data = record.data
    if record.kind == _CODEPAGE and book.encoding is not None:
        (page,) = struct.unpack_from("<H", data)
        book.encoding = _CODEPAGES.get(page, f"cp{page}")
        try:
            codecs.lookup(book.encoding)
        except LookupError as error:
            problem = f"the workbook's texts are in an unknown encoding ({page})"
            raise ExportError(problem, where, _AGAIN) from error
    elif record.kind == _FROM_1904:
        book.from_1904 = struct.unpack_from("<H", data)[0] == 1
    elif record.kind == _SHEET:
        at, state, kind = struct.unpack_from("<IBB", data)
        if kind == 0:  # others are charts and programs
            name = text_at(data, 6, encoding=book.encoding, short=True)
            book.tabs.append(_Tab(name, state & 3 != 0, at))
    elif record.kind == _FORMAT:
        (number,) = struct.unpack_from("<H", data)
        short = book.encoding is not None
        codes[number] = text_at(data, 2, encoding=book.encoding, short=short)


def _shared(segments: list[bytes]) -> list[str]:
    """Read the texts that cells refer to by number."""
    if not segments:
        return []
    texts = Texts(segments)
    _, count = struct.unpack("<II", texts.take(8))
    return [texts.text() for _ in range(count)]
