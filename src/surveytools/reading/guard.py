"""What is refused before any parser sees a file, each with one clear line."""

import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from surveytools.errors import ExportError, Location
from surveytools.reading.encoding import sniff_unicode

__all__ = [
    "LARGE",
    "LIMITS",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "FileKind",
    "Limits",
    "check_file",
]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
"""What a sheet of Excel can hold."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken on; see `LIMITS` and `LARGE`.

    Attributes
    ----------
    text
        Bytes of a text file, unpacked.
    text_cells
        Cells of a text file, blank ones too. Of each, some 20 bytes are kept.
    cells
        Cells of one sheet of a workbook, blank ones within its used range too. The
        parser takes room for all of them, about 100 bytes each.
    unpacked
        Bytes of all parts of a zip file together.
    ratio
        How many times its packed size one part of a zip file, or a gzip file, may
        have; counts from `ratio_from` bytes on.
    parts
        Parts of a zip file.
    """

    text: int = 1 << 30
    text_cells: int = 100_000_000
    cells: int = 30_000_000
    unpacked: int = 2 << 30
    ratio: int = 200
    ratio_from: int = 16 << 20
    parts: int = 10_000


LIMITS = Limits()
"""What fits into 4 GB of memory."""

LARGE = Limits(
    text=16 << 30,
    text_cells=4_000_000_000,
    cells=500_000_000,
    unpacked=32 << 30,
    ratio=2_000,
    parts=100_000,
)
"""What a person who knows the file may ask for, by ``--large``."""

_SAMPLE = 1 << 16
_CONTROL = frozenset(range(32)) - set(b"\t\n\v\f\r")

_TEXT_HINT = "save it as XLSX or CSV"
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "download the survey's XLSX or CSV"),
    (b"\x7fELF", "a program for Linux", "download the export again"),
    (b"MZ", "a program for Windows", "download the export again"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS", "download the export again"),
    (b"\x89PNG", "a PNG picture", "download the survey's XLSX or CSV"),
    (b"\xff\xd8\xff", "a JPEG picture", "download the survey's XLSX or CSV"),
    (b"GIF8", "a GIF picture", "download the survey's XLSX or CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"{\\rtf", "an RTF document", _TEXT_HINT),
    (b"SQLite format 3", "an SQLite database", _TEXT_HINT),
    (b"PAR1", "a Parquet file", _TEXT_HINT),
)
_SPSS = (b"$FL2", b"$FL3")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (
    ("<!doctype html", "a web page"),
    ("<html", "a web page"),
    ("<head", "a web page"),
    ("<script", "a web page"),
    ("<table", "a web page"),
    ("<?xml", "an XML file"),
    ("{", "a JSON file"),
    ("[{", "a JSON file"),
)


class FileKind(StrEnum):
    """What the bytes of a file are, whatever its name says."""

    TEXT = "CSV"
    WORKBOOK = "XLSX"
    SPSS = "SAV"


def check_file(path: Path, limits: Limits = LIMITS) -> FileKind:
    """Tell text, workbooks and SPSS files by their bytes, and refuse anything else.

    Of a workbook the directory of the zip file is checked, not yet the sheets.

    Raises
    ------
    ExportError
        If the file is missing, a folder, empty, too large, protected by a password
        or something else than text, XLSX or SPSS.
    """
    where = Location(path.name)
    start = _start_of(path, where)
    if start.startswith(_OLE):
        raise _ole_error(path, where)
    if start.startswith(b"PK"):
        _check_package(path, where, limits)
        return FileKind.WORKBOOK
    for signature, what, hint in _SIGNATURES:
        if start.startswith(signature):
            problem = f"this is {what}, not an export"
            raise ExportError(problem, where, hint)
    kind = FileKind.SPSS if start.startswith(_SPSS) else FileKind.TEXT
    if kind is FileKind.TEXT:
        _check_text(start, where)
    if path.stat().st_size > limits.text:
        problem = (
            f"the file has {path.stat().st_size:,} bytes; up to {limits.text:,} fit"
        )
        hint = "split it into several exports, or read it with --large"
        raise ExportError(problem, where, hint)
    return kind


def _start_of(path: Path, where: Location) -> bytes:
    if path.is_dir():
        problem = "this is a folder"
        raise ExportError(problem, Location(str(path)), "name the file in it")
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
    except FileNotFoundError as error:
        problem = "there is no such file"
        hint = "check the name and the folder"
        raise ExportError(problem, Location(str(path)), hint) from error
    except OSError as error:
        problem = f"the file can't be opened ({error.strerror})"
        raise ExportError(problem, where, "check its permissions") from error
    if not start:
        problem = "the file is empty"
        raise ExportError(problem, where, "download the export again")
    return start


def _ole_error(path: Path, where: Location) -> ExportError:
    """Old binary workbooks and encrypted new ones share one container format."""
    with path.open("rb") as file:
        # The directory of the container, which names the streams, may stand anywhere.
        encrypted = _ENCRYPTED in file.read(64 << 20)
    if encrypted:
        problem = "the workbook is protected by a password"
        hint = "save it without a password"
        return ExportError(problem, where, hint)
    problem = "this is an old workbook (.xls) or another Office document"
    return ExportError(problem, where, "save it as XLSX")


def _check_text(start: bytes, where: Location) -> None:
    encoding = sniff_unicode(start)
    if encoding is None or encoding.startswith("utf-8"):
        controls = sum(byte in _CONTROL for byte in start)
        if controls > 16 and controls * 50 > len(start):  # noqa: PLR2004 - 2 percent
            problem = "this is neither text nor a workbook"
            raise ExportError(problem, where, "download the export again as XLSX")
    opening = start[:200].decode(encoding or "latin-1", "ignore").lstrip().lower()
    if not opening.strip("\ufeff \r\n\t"):
        return
    for sign, what in _MARKUP:
        if opening.startswith(sign):
            problem = f"this is {what}, not an export"
            raise ExportError(problem, where, "download the survey's XLSX or CSV")


def _check_package(path: Path, where: Location, limits: Limits) -> None:
    """Look at the directory of the zip file only; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        problem = f"the workbook is damaged or cut off ({error})"
        raise ExportError(problem, where, "download it again") from error

    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        problem = "this is a binary workbook (.xlsb)"
        raise ExportError(problem, where, "save it as XLSX")
    if not any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        raise _other_package(names, where)
    if any(part.flag_bits & 1 for part in parts):
        problem = "the workbook is protected by a password"
        raise ExportError(problem, where, "save it without a password")
    if len({name.lower() for name in names}) < len(parts):
        # Two readers may take different ones.
        problem = "the workbook has two parts of one name"
        raise ExportError(problem, where, "download it again")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.parts or unpacked > limits.unpacked:
        problem = f"the workbook unpacks to {unpacked:,} bytes in {len(parts):,} parts"
        hint = "export CSV, or read it with --large"
        raise ExportError(problem, where, hint)
    for part in parts:
        dense = part.file_size > limits.ratio * max(part.compress_size, 1)
        if dense and part.file_size > limits.ratio_from:
            ratio = part.file_size // max(part.compress_size, 1)
            problem = f"{part.filename!r} unpacks to {ratio:,} times its size"
            hint = "if you know who made it, read it with --large"
            raise ExportError(problem, where, hint)


def _other_package(names: set[str], where: Location) -> ExportError:
    if "content.xml" in names:
        return ExportError("this is an OpenDocument file", where, "save it as XLSX")
    if any(name.startswith("Index/") for name in names):
        return ExportError("this is a Numbers document", where, "export it as XLSX")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return ExportError("this is a document, not a workbook", where, _TEXT_HINT)
    return ExportError("this is a zip archive, not a workbook", where, "unpack it")
