"""Records of an old workbook (.xls): their order, texts and numbers.

References
----------
.. [1] Microsoft, "[MS-XLS]: Excel Binary File Format (.xls) Structure", version 12.0,
   2024.
.. [2] D. Rentz, "OpenOffice.org's Documentation of the Microsoft Excel File Format",
   2008, for the older version of Excel 5 and 95.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["CONTINUE", "Damaged", "Record", "Texts", "number_of", "records", "text_at"]

CONTINUE = 0x003C
_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08
_LARGEST_TEXT = 1 << 16


class Damaged(Exception):  # noqa: N818 - inside of this reader only
    """A record is shorter than what it shall hold."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its type, its contents, and where the next one begins."""

    kind: int
    data: bytes
    end: int


def records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """Go through the records from a place on.

    Raises
    ------
    Damaged
        If the stream ends within one.
    """
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        end = at + 4 + length
        if end > len(stream):
            raise Damaged
        yield Record(kind, stream[at + 4 : end], end)
        at = end


@dataclass(slots=True)
class Texts:
    """Reads texts that may go on in further records.

    Each further record that goes on within a text begins with a byte that says
    whether its characters have one byte or two.
    """

    segments: list[bytes]
    _number: int = 0
    _at: int = 0

    def text(self) -> str:
        """Read one text with its length before it.

        Raises
        ------
        Damaged
            If the records end within it.
        """
        length, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _RICH else 0
        phonetic = struct.unpack("<I", self.take(4))[0] if flags & _PHONETIC else 0
        text = self.characters(length, wide=bool(flags & _WIDE))
        self._skip(4 * runs + phonetic)
        return text

    def characters(self, length: int, *, wide: bool) -> str:
        """Read as many characters."""
        pieces = []
        while length:
            rest = len(self.segments[self._number]) - self._at
            if rest == 0:
                self._next()
                wide = bool(self.take(1)[0] & _WIDE)
                continue
            count = min(length, rest // 2 if wide else rest)
            if count == 0:
                raise Damaged
            raw = self.take(2 * count if wide else count)
            pieces.append(_decoded(raw, wide=wide))
            length -= count
        return _paired("".join(pieces))

    def take(self, count: int) -> bytes:
        """Read bytes."""
        pieces = []
        while count:
            segment = self.segments[self._number]
            piece = segment[self._at : self._at + count]
            if not piece:
                self._next()
                continue
            pieces.append(piece)
            self._at += len(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _skip(self, count: int) -> None:
        while count:
            rest = len(self.segments[self._number]) - self._at
            if rest == 0:
                self._next()
                continue
            step = min(count, rest)
            self._at += step
            count -= step

    def _next(self) -> None:
        self._number += 1
        self._at = 0
        if self._number >= len(self.segments):
            raise Damaged


def text_at(data: bytes, at: int, *, encoding: str | None, short: bool = False) -> str:
    """Read a text with its length before it, within one record.

    Parameters
    ----------
    data
        Contents of the record.
    at
        Where the length stands.
    encoding
        Encoding of the texts of Excel 5 and 95; ``None`` for the later Unicode.
    short
        Whether the length has one byte.
    """
    if short:
        length, at = data[at], at + 1
    else:
        (length,) = struct.unpack_from("<H", data, at)
        at += 2
    if encoding is not None:
        raw = data[at : at + length]
        if len(raw) < length:
            raise Damaged
        return raw.decode(encoding, "replace")
    texts = Texts([struct.pack("<H", length) + data[at:]])
    return texts.text()


def number_of(rk: int) -> float:
    """Give the number of a record that keeps it in 30 bits."""
    if rk & 2:
        number = float((rk - (1 << 32) if rk >> 31 else rk) >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (rk & ~3) << 32))
    return number / 100 if rk & 1 else number


def _decoded(raw: bytes, *, wide: bool) -> str:
    return raw.decode("utf-16-le", "surrogatepass") if wide else raw.decode("latin-1")


def _paired(text: str) -> str:
    """Put the halves of characters together that a record's end has cut."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
