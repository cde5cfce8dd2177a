"""CSV of any shape to columns of text, row by row as the standard library reads it."""

import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from surveytools.errors import ExportError, Location
from surveytools.reading.grid import listed
from surveytools.reading.limits import LIMITS, MAX_COLUMNS, Limits
from surveytools.reading.progress import begin
from surveytools.reading.quoted import mark_quoted_blanks

__all__ = [
    "ExactCells",
    "RowLengths",
    "first_records",
    "parse_exactly",
]

_ROWS = 10_000  # at once: as lists, a cell takes fifty bytes
_END = "\ue000end of file"


@dataclass(frozen=True, slots=True)
class ExactCells:
    """Cells of a CSV file.

    Attributes
    ----------
    columns
        Cells of each column by its number, row 1 first; missing where nothing is
        written.
    tells_blanks
        Whether ``""`` is a blank text in them, nothing else; else both kinds of
        blank are blank texts.
    lengths
        How long each row is.
    """

    columns: dict[int, pa.ChunkedArray]
    tells_blanks: bool
    lengths: "RowLengths"


def parse_exactly(
    text: str, delimiter: str, where: Location, limits: Limits = LIMITS
) -> ExactCells:
    """Cut a table of any shape into its cells.

    Raises
    ------
    ExportError
        If a quotation mark is never closed, or there are too many cells.
    """
    marked = mark_quoted_blanks(text, delimiter)
    text, mark = marked or (text, None)
    rows = _rows(text, delimiter, where)
    lengths = RowLengths()
    blocks: list[list[pa.Array]] = []
    while block := list(islice(rows, _ROWS)):
        lengths.look_at(block)
        lengths.refuse_too_many(where, limits)
        columns_here = [_column(cells, mark) for cells in zip_longest(*block)]
        blocks.append(columns_here or [pa.nulls(len(block), pa.large_string())])
    columns = {
        number: pa.chunked_array(
            [
                block[number - 1]
                if number <= len(block)
                else pa.nulls(len(block[0]), pa.large_string())
                for block in blocks
            ],
            pa.large_string(),
        )
        for number in range(1, lengths.widest + 1)
    }
    return ExactCells(columns, mark is not None, lengths)


def first_records(text: str, delimiter: str, *, most: int) -> list[list[str]]:
    """Read the first rows of a text, at most some."""
    return list(islice(_reader(_lines(text), delimiter), most))


def _rows(text: str, delimiter: str, where: Location) -> Iterator[list[str]]:
    """Read row after row; the last one tells whether a quotation mark is open."""
    done = begin("reading", len(text))
    lines = _lines(text)
    last: list[str] | None = None
    number = at = 0
    try:
        for row in _reader(chain(lines, [_END]), delimiter):
            if last is not None:
                yield last
            last = row
            number += 1
            if number % _ROWS == 0:
                at, before = lines.tell(), at
                done(at - before)
    except csv.Error as error:
        problem = f"the file can't be cut into cells ({error})"
        raise ExportError(problem, where, "export XLSX instead") from error
    if last != [_END]:  # a quotation mark that is still open swallowed it
        problem = "a quotation mark that opens in this row is never closed"
        hint = "download the file again, it may be cut off"
        raise ExportError(problem, Location(where.file, row=number), hint)


def _lines(text: str) -> io.StringIO:
    # newline="" ends lines at CR, LF and CR LF only and keeps them as they are;
    # str.splitlines would also cut cells at U+2028, U+0085, VT and FF.
    return io.StringIO(text, newline="")


def _reader(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    # The module's own limit, 131,072 characters, is below what platforms accept.
    csv.field_size_limit(1 << 30)
    return csv.reader(lines, delimiter=delimiter)


def _column(cells: Sequence[str | None], mark: str | None) -> pa.Array:
    """Put cells into an array; where ``""`` is marked, only it stays a blank text."""
    array = pa.array(cells, pa.large_string())
    if mark is None:
        return array
    written = pc.if_else(pc.equal(array, ""), None, array)
    return pc.if_else(pc.equal(written, mark), "", written)


@dataclass(slots=True)
class RowLengths:
    """Lengths of the rows of a file, as they come.

    Attributes
    ----------
    cells
        Number of cells of each row.
    filled
        Number of its last cell that isn't blank; 0 in a blank row.
    """

    cells: "array[int]" = field(default_factory=lambda: array("L"))
    filled: "array[int]" = field(default_factory=lambda: array("L"))
    widest: int = 0
    total: int = 0

    def look_at(self, rows: Sequence[Sequence[str]]) -> None:
        """Take in some more rows."""
        lengths = [len(row) for row in rows]
        self.cells.extend(lengths)
        self.filled.extend(map(_last_filled, rows))
        self.widest = max(self.widest, *lengths)
        self.total += sum(lengths)

    def refuse_too_many(self, where: Location, limits: Limits) -> None:
        """Stop where the cells, or those that short rows lack, are too many.

        Raises
        ------
        ExportError
            If they are.
        """
        rows = len(self.cells)
        room = rows * self.widest
        lacking = room - self.total
        too_many = room > limits.text_cells or lacking > limits.cells
        if self.widest > MAX_COLUMNS or too_many:
            problem = f"{rows:,} rows of up to {self.widest:,} cells are too many"
            hint = "check the delimiter, split the export, or read it with --large"
            raise ExportError(problem, where, hint)

    def ragged(self, header_row: int) -> tuple[str, ...]:
        """Say which rows have more or fewer cells than the header above them."""
        width = self.cells[header_row - 1]
        short, long = [], []
        rows = zip(self.cells[header_row:], self.filled[header_row:], strict=True)
        for number, (cells, filled) in enumerate(rows, start=header_row + 1):
            if filled and cells < width:
                short.append(number)
            elif filled > width:
                long.append(number)
        notes = []
        if short:
            notes.append(f"fewer cells than the header in row {listed(short)}")
        if long:
            notes.append(
                f"more cells than the header in row {listed(long)}: a delimiter inside "
                "an answer may not be quoted, so these answers may be shifted"
            )
        return tuple(notes)


def _last_filled(row: Sequence[str]) -> int:
    last = len(row)
    while last and not row[last - 1]:
        last -= 1
    return last
