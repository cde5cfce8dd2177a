"""The container of old Office files: a small file system in one file.

References
----------
.. [1] Microsoft, "[MS-CFB]: Compound File Binary File Format", version 12.0, 2024.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from surveytools.errors import ExportError, Location

__all__ = ["Compound", "open_compound"]

_HEADER = 512
_LAST = 0xFFFFFFFA  # greater numbers aren't sectors but marks
_IN_HEADER = 109
_ENTRY = 128
_SHIFTS = {9, 12}
_MINI = 64
_SMALL = 4096
_STREAM, _ROOT = 2, 5
_MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Compound:
    """An opened container; see `open_compound`."""

    data: bytes
    where: Location
    sector: int
    table: tuple[int, ...]
    small_table: tuple[int, ...]
    entries: dict[str, _Entry]

    def names(self) -> frozenset[str]:
        """Name all streams."""
        return frozenset(self.entries)

    def stream(self, name: str) -> bytes:
        """Give a stream's bytes.

        Raises
        ------
        ExportError
            If its chain of sectors is broken.
        """
        entry = self.entries[name]
        if entry.size >= _SMALL:
            return self._chained(entry.start)[: entry.size]
        root = next(e for e in self.entries.values() if e.kind == _ROOT)
        small = self._chained(root.start)
        pieces = [
            small[number * _MINI : (number + 1) * _MINI]
            for number in _chain(entry.start, self.small_table, self.where)
        ]
        return b"".join(pieces)[: entry.size]

    def _chained(self, start: int) -> bytes:
        return _sectors(self.data, start, self.table, self.sector, self.where)


def open_compound(data: bytes, where: Location) -> Compound:
    """Read the directory of a container.

    Raises
    ------
    ExportError
        If it is damaged.
    """
    try:
        return _opened(data, where)
    except struct.error as error:
        raise _damaged(where) from error


def _opened(data: bytes, where: Location) -> Compound:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SHIFTS:
        raise _damaged(where)
    size = 1 << shift
    _, directory, _, _, small, _, more, _ = struct.unpack_from("<8I", data, 44)
    table = _table(data, size, more, where)
    words = _sectors(data, small, table, size, where) if small < _LAST else b""
    entries: dict[str, _Entry] = {}
    listing = _sectors(data, directory, table, size, where)
    for at in range(0, min(len(listing), _ENTRY * _MOST_ENTRIES) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", listing, at + 64)
        start, bytes_ = struct.unpack_from("<II", listing, at + 116)
        if kind in {_STREAM, _ROOT} and 2 <= length <= 64:  # noqa: PLR2004
            raw = listing[at : at + length - 2]
            name = raw.decode("utf-16-le", "replace")
            entries.setdefault(name, _Entry(kind, start, bytes_))
    if not any(entry.kind == _ROOT for entry in entries.values()):
        raise _damaged(where)
    return Compound(data, where, size, table, _words(words), entries)


def _table(data: bytes, size: int, more: int, where: Location) -> tuple[int, ...]:
    """Gather the table that says which sector follows which."""
    numbers = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    seen: set[int] = set()
    while more < _LAST and more not in seen:
        seen.add(more)
        *further, more = _words(_sector(data, more, size, where))
        numbers += further
    used = [number for number in numbers if number < _LAST]
    if len(set(used)) < len(used):
        raise _damaged(where)
    return _words(b"".join(_sector(data, number, size, where) for number in used))


def _sectors(
    data: bytes, start: int, table: tuple[int, ...], size: int, where: Location
) -> bytes:
    chain = _chain(start, table, where)
    return b"".join(_sector(data, number, size, where) for number in chain)


def _chain(start: int, table: tuple[int, ...], where: Location) -> Iterator[int]:
    """Follow the sectors of a stream; a ring has no end."""
    number = start
    for _ in range(len(table) + 1):
        if number >= _LAST:
            return
        if number >= len(table):
            break
        yield number
        number = table[number]
    raise _damaged(where)


def _sector(data: bytes, number: int, size: int, where: Location) -> bytes:
    at = max(size, _HEADER) + number * size
    if at >= len(data):
        raise _damaged(where)
    return data[at : at + size].ljust(size, b"\0")  # the last one may be cut


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _damaged(where: Location) -> ExportError:
    problem = "the old workbook (.xls) is damaged or cut off"
    return ExportError(problem, where, "download it again")
