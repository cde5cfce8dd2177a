"""Bytes to text, without a silent guess."""

import codecs
import re
from dataclasses import dataclass

from surveytools.errors import ExportError, Location

__all__ = ["Decoded", "Plain", "decode", "plain_utf8", "sniff_unicode"]

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u2018-\u2022\u0152-\u0178]|â€[\u0080-\u2122]")
_MOJIBAKE_BYTES = re.compile(
    rb"\xc3\x83(?:\xc2[\x80-\xbf]|\xe2\x80[\x98-\xa2]|\xc5[\x92-\xb8])"
    rb"|\xc3\xa2\xe2\x82\xac(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]"
    rb"|\xe1[\x80-\xbf]{2}|\xe2[\x80-\x83][\x80-\xbf]|\xe2\x84[\x80-\xa2])"
)
_MANY, _FEW = 0.3, 0.1
_HINT = "save it as UTF-8 (Excel: 'CSV UTF-8'), or export XLSX"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a file, and how it was read.

    Attributes
    ----------
    text
        All characters but NULs; line ends as they are.
    encoding
        Name of the encoding, for people.
    notes
        What a person should know, one sentence each.
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as bytes in UTF-8, without byte-order mark and NULs.

    Attributes
    ----------
    file
        The bytes, perhaps with a mark before them.
    start
        Where the text begins.
    encoding, notes
        As of `Decoded`.
    """

    file: bytes
    start: int
    encoding: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> memoryview:
        """The bytes of the text."""
        return memoryview(self.file)[self.start :]

    def most_rows(self) -> int:
        """Count the line ends, also those inside of cells: no file has more rows."""
        returns = self.file.count(b"\r")
        both = self.file.count(b"\r\n") if returns else 0
        return self.file.count(b"\n") + returns - both + 1


def plain_utf8(data: bytes) -> Plain | None:
    """Take the bytes of a text file as they are, if they may be UTF-8.

    That they are is left to whoever reads on: it costs a copy of the text to find out
    here. ``None`` where a byte-order mark tells otherwise, or there are NULs.
    """
    encoding = sniff_unicode(data[: 1 << 16])
    if encoding not in {None, "utf-8-sig"} or b"\0" in data:
        return None
    notes = _garbled(len(_MOJIBAKE_BYTES.findall(data)))
    if encoding is None:
        return Plain(data, 0, "UTF-8", notes)
    return Plain(data, len(codecs.BOM_UTF8), _NAMES[encoding], notes)


def sniff_unicode(start: bytes) -> str | None:
    """Name the Unicode encoding that a byte-order mark or NULs give away, if any."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    half = max(len(start) // 2, 1)
    even, odd = start[::2].count(0) / half, start[1::2].count(0) / half
    # Nearly every second byte of western text in UTF-16 is NUL.
    if max(even, odd) < _MANY or min(even, odd) > _FEW:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def decode(data: bytes, where: Location) -> Decoded:
    """Decode a text file: byte-order mark, UTF-16, strict UTF-8, else Windows-1252.

    Windows-1252, not Latin-1, is what Excel writes on western computers: Latin-1
    never fails and turns dashes and quotation marks into control characters.

    Raises
    ------
    ExportError
        If the bytes fit none of them; the row of the first wrong byte is named.
    """
    encoding = sniff_unicode(data[: 1 << 16])
    if encoding is not None:
        try:
            return _cleared(data.decode(encoding), _NAMES.get(encoding, encoding))
        except UnicodeDecodeError as error:
            raise _damaged(data, error, where) from error
    try:
        return _cleared(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        return _legacy(data, error, where)


_NAMES = {
    "utf-8-sig": "UTF-8 with byte-order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without byte-order mark",
    "utf-16-be": "UTF-16 without byte-order mark",
    "utf-32": "UTF-32",
}


def _legacy(data: bytes, error: UnicodeDecodeError, where: Location) -> Decoded:
    """Read as Windows-1252, unless the file is UTF-8 with a few damaged bytes."""
    lenient = data.decode("utf-8", "replace")
    bad = lenient.count("\ufffd")
    good = sum(1 for character in lenient if character > "\x7f") - bad
    if good > 10 * bad:
        raise _damaged(data, error, where) from error
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as wrong:
        raise _damaged(data, wrong, where) from wrong
    line = _line_of(data, error.start)
    note = f"read as Windows-1252: the bytes aren't UTF-8 (first in line {line})"
    return _cleared(text, "Windows-1252", note)


def _cleared(text: str, encoding: str, *notes: str) -> Decoded:
    found = list(notes)
    if nuls := text.count("\0"):
        text = text.replace("\0", "")
        found.append(f"NUL characters left out: {nuls}")
    garbled = _garbled(len(_MOJIBAKE.findall(text)))
    return Decoded(text, encoding, (*found, *garbled))


def _garbled(places: int) -> tuple[str, ...]:
    if not places:
        return ()
    note = (
        "places that look like UTF-8 once read as Windows-1252 (Ã©, â€“), left as they "
        f"are: {places}"
    )
    return (note,)


def _damaged(data: bytes, error: UnicodeDecodeError, where: Location) -> ExportError:
    line = _line_of(data, error.start)
    byte = data[error.start]
    problem = f"byte 0x{byte:02x} in line {line} isn't text in {error.encoding}"
    return ExportError(problem, where, _HINT)


def _line_of(data: bytes, offset: int) -> int:
    before = data[:offset]
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
