"""What is refused before any parser sees a file, each with one clear line."""

import re
from enum import StrEnum
from pathlib import Path

from surveytools.errors import ExportError, Location
from surveytools.reading.encoding import sniff_unicode
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.zipped import check_parts, directory

__all__ = ["FileKind", "check_file"]

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
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"{\\rtf", "an RTF document", _TEXT_HINT),
    (b"SQLite format 3", "an SQLite database", _TEXT_HINT),
    (b"PAR1", "a Parquet file", _TEXT_HINT),
)
_SPSS = (b"$FL2", b"$FL3")
_TAR, _TAR_AT = b"ustar", 257
_GZIP = b"\x1f\x8b"
_PACKAGES = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)", "save it as XLSX"),
    ("Index/", "a Numbers document", "export it as XLSX"),
    ("Index.zip", "a Numbers document", "export it as XLSX"),
    ("word/", "a document, not a workbook", _TEXT_HINT),
    ("ppt/", "a presentation, not a workbook", _TEXT_HINT),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE_HINT = "open it in a spreadsheet program and save it as XLSX"
_EXPORT_HINT = "download the survey's XLSX or CSV"
_MARKUP = (
    ("<!doctype html", "a web page", _PAGE_HINT),
    ("<html", "a web page", _PAGE_HINT),
    ("<head", "a web page", _PAGE_HINT),
    ("<meta", "a web page", _PAGE_HINT),
    ("<style", "a web page", _PAGE_HINT),
    ("<script", "a web page", _PAGE_HINT),
    ("<table", "a web page", _PAGE_HINT),
    ("<?xml", "an XML file", _EXPORT_HINT),
    ("{", "a JSON file", _EXPORT_HINT),
    ("[{", "a JSON file", _EXPORT_HINT),
)
_XML_WORKBOOK = "urn:schemas-microsoft-com:office:spreadsheet"


_LOCK = re.compile(r"~\$(?P<excel>.+)|\.~lock\.(?P<office>.+)#", re.DOTALL)
_LOCK_SIZE = 512  # Excel's have 165 bytes; LibreOffice's hold a user's name and path


class FileKind(StrEnum):
    """What the bytes of a file are, whatever its name says."""

    TEXT = "CSV"
    WORKBOOK = "XLSX"
    XLS = "XLS"
    ODS = "ODS"
    SPSS = "SAV"
    GZIP = "GZIP"
    ZIP = "ZIP"

    def words(self) -> str:
        """Write the kind for a sentence."""
        return _WORDS[self]


_WORDS = {
    FileKind.TEXT: "text",
    FileKind.WORKBOOK: "an XLSX workbook",
    FileKind.XLS: "an old workbook (.xls)",
    FileKind.ODS: "an OpenDocument spreadsheet",
    FileKind.SPSS: "an SPSS file",
    FileKind.GZIP: "a gzip file",
    FileKind.ZIP: "a zip file",
}


def check_file(path: Path, limits: Limits = LIMITS) -> FileKind:
    """Tell what a file is by its bytes, and refuse what can't hold an export.

    Of a workbook the directory of the zip file is checked, not yet the sheets. What
    is in an archive is checked once it is unpacked.

    Raises
    ------
    ExportError
        If the file is missing, a folder, empty, too large, protected by a password
        or something else than text, XLSX or SPSS.
    """
    where = Location(path.name)
    start = _start_of(path, where)
    _check_lock(start, where)
    if start.startswith(_OLE):
        _check_size(path, where, limits)
        return FileKind.XLS
    if start.startswith(b"PK"):
        return _check_package(path, where, limits)
    if start.startswith(_GZIP):
        return FileKind.GZIP
    for signature, what, hint in _SIGNATURES:
        if start.startswith(signature):
            problem = f"this is {what}, not an export"
            raise ExportError(problem, where, hint)
    if start[_TAR_AT:].startswith(_TAR):
        problem = "this is a tar archive"
        raise ExportError(problem, where, "unpack it, and name the one file")
    kind = FileKind.SPSS if start.startswith(_SPSS) else FileKind.TEXT
    if kind is FileKind.TEXT:
        if path.suffix.lower() == ".toml":
            problem = "this is a TOML file, not an export"
            raise ExportError(problem, where, "check the names, and their order")
        _check_text(start, where)
    _check_size(path, where, limits)
    return kind


def _start_of(path: Path, where: Location) -> bytes:
    try:
        if path.is_dir():
            problem = "this is a folder"
            raise ExportError(problem, Location(str(path)), "name the file in it")
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


def _check_lock(start: bytes, where: Location) -> None:
    """Refuse the small file that Excel and LibreOffice put beside an open workbook."""
    name = _LOCK.fullmatch(where.file)
    if name is not None and len(start) <= _LOCK_SIZE:
        problem = "this only marks a workbook that somebody has open"
        hint = f"name {name['excel'] or name['office']!r}"
        raise ExportError(problem, where, hint)


def _check_size(path: Path, where: Location, limits: Limits) -> None:
    size = path.stat().st_size
    if size > limits.text:
        problem = f"the file has {size:,} bytes; up to {limits.text:,} fit"
        hint = "split it into several exports, or read it with --large"
        raise ExportError(problem, where, hint)


def _check_text(start: bytes, where: Location) -> None:
    encoding = sniff_unicode(start)
    if encoding is None or encoding.startswith("utf-8"):
        controls = sum(byte in _CONTROL for byte in start)
        if controls > 16 and controls * 50 > len(start):  # noqa: PLR2004 - 2 percent
            problem = "this is neither text nor a workbook"
            raise ExportError(problem, where, "download the export again as XLSX")
    opening = start[:2000].decode(encoding or "latin-1", "ignore").lstrip().lower()
    if not opening.strip("\ufeff \r\n\t"):
        return
    for sign, what, hint in _MARKUP:
        if opening.startswith(sign):
            old = _XML_WORKBOOK in opening
            problem = (
                "this is an XML workbook of Excel 2003"
                if old
                else f"this is {what}, not an export"
            )
            raise ExportError(problem, where, _PAGE_HINT if old else hint)


def _check_package(path: Path, where: Location, limits: Limits) -> FileKind:
    """Tell what a zip file is by its directory; nothing is unpacked."""
    parts = directory(path, where)
    names = {part.filename for part in parts}
    for sign, what, hint in _PACKAGES:
        if any(name.startswith(sign) for name in names):
            problem = f"this is {what}"
            raise ExportError(problem, where, hint)
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        check_parts(parts, where, limits)
        return FileKind.WORKBOOK
    if "content.xml" in names:
        check_parts(parts, where, limits)
        return FileKind.ODS
    return FileKind.ZIP
