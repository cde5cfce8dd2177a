"""Cells of one sheet of an old workbook, record by record."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from surveytools.reading.biff import (
    CONTINUE,
    Damaged,
    Record,
    Texts,
    number_of,
    records,
    text_at,
)
from surveytools.reading.cells import Cells
from surveytools.reading.gathered import Gathered, number_text
from surveytools.reading.moments import serial_text

__all__ = ["Reader", "holds_something"]

_BOF, _EOF = 0x0809, 0x000A
_FORMULA, _STRING = 0x0006, 0x0207
_SHARED_TEXT, _TEXT, _RICH_TEXT = 0x00FD, 0x0204, 0x00D6
_NUMBER, _RK, _RKS, _BOOLEAN = 0x0203, 0x027E, 0x00BD, 0x0205
_ROW, _COLUMN, _MERGED, _COMMENT = 0x0208, 0x007D, 0x00E5, 0x001C
_VALUES = {_FORMULA, _SHARED_TEXT, _TEXT, _RICH_TEXT, _NUMBER, _RK, _RKS, _BOOLEAN}
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def holds_something(stream: bytes, at: int) -> bool:
    """Tell whether any cell of the sheet that begins there holds something."""
    for record in records(stream, at):
        if record.kind in _VALUES:
            return True
        if record.kind == _EOF:
            return False
    return False


def _of_sheet(stream: bytes, at: int) -> Iterator[Record]:
    """Go through the records of a sheet, without the charts that stand within it.

    Raises
    ------
    Damaged
        If no sheet begins there, or it has no end.
    """
    depth = 0
    for record in records(stream, at):
        if record.kind == _BOF:
            depth += 1
        elif depth == 0:
            raise Damaged
        elif record.kind == _EOF:
            depth -= 1
            if depth == 0:
                yield record
                return
        elif depth == 1:
            yield record
    raise Damaged


@dataclass(slots=True)
class Reader:
    """Takes the cells of a sheet.

    Attributes
    ----------
    gathered
        Takes the cells' texts.
    cells
        Takes what is special; knows which styles show dates.
    texts
        Texts that cells refer to by number.
    encoding
        Of the texts in the cells' own records; ``None`` for Unicode.
    """

    gathered: Gathered
    cells: Cells
    texts: list[str]
    encoding: str | None
    _awaited: tuple[int, int] | None = None
    _handlers: dict[int, Callable[[bytes], None]] = field(init=False)

    def __post_init__(self) -> None:
        self._handlers = {
            _FORMULA: self._formula,
            _SHARED_TEXT: self._shared_text,
            _TEXT: self._text,
            _RICH_TEXT: self._text,
            _NUMBER: self._number,
            _RK: self._rk,
            _RKS: self._rks,
            _BOOLEAN: self._boolean,
            _ROW: self._row,
            _COLUMN: self._column,
            _MERGED: self._merged,
            _COMMENT: self._comment,
        }

    def read(self, stream: bytes, at: int) -> None:
        """Read the sheet that begins there.

        Raises
        ------
        Damaged, struct.error, IndexError
            If a record is too short, or refers to a text that isn't there.
        ExportError
            If a cell lies outside of any sheet, or the cells are too many.
        """
        segments: list[bytes] = []
        for record in _of_sheet(stream, at):
            if record.kind == CONTINUE and segments:
                segments.append(record.data)
                continue
            if segments:
                self._result(segments)
                segments = []
            if record.kind == _STRING:
                segments = [record.data]
            elif handler := self._handlers.get(record.kind):
                handler(record.data)

    def _put(self, row: int, column: int, text: str) -> None:
        self.gathered.put(row + 1, column + 1, text)

    def _put_number(self, row: int, column: int, style: int, value: float) -> None:
        shown = self.cells.styles.get(style)
        text = None
        if shown is not None:
            from_1904 = self.cells.from_1904
            text = serial_text(repr(value), shown, from_1904=from_1904)
        if text is not None:
            self.cells.kinds[column + 1, "date"] += 1
        self._put(row, column, number_text(value) if text is None else text)

    def _formula(self, data: bytes) -> None:
        row, column, style, value = struct.unpack_from("<3Hd", data)
        self.cells.formulas += 1
        kind, code, mark = data[6], data[8], data[12:14]
        if mark != b"\xff\xff":
            self._put_number(row, column, style, value)
        elif kind == 0:
            self._awaited = (row, column)  # its text stands in a record of its own
        elif kind == 1:
            self._put(row, column, "TRUE" if code else "FALSE")
        elif kind == 2:  # noqa: PLR2004 - an error
            self._put_error(row, column, code)

    def _result(self, segments: list[bytes]) -> None:
        """Put the text that a formula gave."""
        if self._awaited is None:
            return
        place, self._awaited = self._awaited, None
        if self.encoding is None:
            text = Texts(segments).text()
        else:
            text = text_at(b"".join(segments), 0, encoding=self.encoding)
        self._put(*place, text)

    def _shared_text(self, data: bytes) -> None:
        row, column, _, number = struct.unpack_from("<3HI", data)
        self._put(row, column, self.texts[number])

    def _text(self, data: bytes) -> None:
        row, column = struct.unpack_from("<2H", data)
        self._put(row, column, text_at(data, 6, encoding=self.encoding))

    def _number(self, data: bytes) -> None:
        self._put_number(*struct.unpack_from("<3Hd", data))

    def _rk(self, data: bytes) -> None:
        row, column, style, rk = struct.unpack_from("<3HI", data)
        self._put_number(row, column, style, number_of(rk))

    def _rks(self, data: bytes) -> None:
        row, first = struct.unpack_from("<2H", data)
        for number, (style, rk) in enumerate(struct.iter_unpack("<HI", data[4:-2])):
            self._put_number(row, first + number, style, number_of(rk))

    def _boolean(self, data: bytes) -> None:
        row, column, _, code, is_error = struct.unpack_from("<3H2B", data)
        if is_error:
            self._put_error(row, column, code)
        else:
            self._put(row, column, "TRUE" if code else "FALSE")

    def _put_error(self, row: int, column: int, code: int) -> None:
        self.cells.kinds[column + 1, "error"] += 1
        self._put(row, column, _ERRORS.get(code, f"#ERROR{code}"))

    def _row(self, data: bytes) -> None:
        (row,), (flags,) = (
            struct.unpack_from("<H", data),
            struct.unpack_from("<I", data, 12),
        )
        if flags & 0x20:
            self.cells.hidden_rows.add(row + 1)

    def _column(self, data: bytes) -> None:
        first, last, _, _, flags = struct.unpack_from("<5H", data)
        if flags & 1:
            self.cells.hidden_columns.append((first + 1, last + 1))

    def _merged(self, data: bytes) -> None:
        (count,) = struct.unpack_from("<H", data)
        for number in range(count):
            span = struct.unpack_from("<4H", data, 2 + 8 * number)
            top, bottom, left, right = (place + 1 for place in span)
            self.cells.merged.append(((top, left), (bottom, right)))

    def _comment(self, _: bytes) -> None:
        self.cells.comments += 1
