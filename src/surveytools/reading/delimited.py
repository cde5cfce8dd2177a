"""CSV in all its dialects: bytes to text cells."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from surveytools.errors import ExportError, Location
from surveytools.reading.encoding import decode
from surveytools.reading.grid import Grid, Source, listed, make_grid
from surveytools.reading.guard import MAX_CELLS, MAX_COLUMNS
from surveytools.reading.quoted import mark_quoted_blanks

__all__ = ["read_delimited", "sniff_delimiter"]

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE_RECORDS = 200
_SAMPLE_CHARACTERS = 1 << 20
_END = "\ue000end of file"


def read_delimited(path: Path, *, header_row: int | None = None) -> Grid:
    """Read a delimited text file; convert nothing.

    Rows are numbered by record, as a spreadsheet shows them: the header is row 1, a
    cell with line breaks doesn't count twice, a blank line counts.

    Parameters
    ----------
    path
        A text file that `surveytools.reading.guard.check_file` let through.
    header_row
        Row number of the header, if a person has named it.

    Raises
    ------
    ExportError
        If the bytes aren't text, a quotation mark is never closed, it is unclear
        which row holds the headers, or no response stands under them.
    """
    where = Location(path.name)
    data = path.read_bytes()
    decoded = decode(data, where)
    text, delimiter = _announced(decoded.text)
    if delimiter is None:
        delimiter = sniff_delimiter(text)
    marked = mark_quoted_blanks(text, delimiter)
    rows = _records(marked[0] if marked else text, delimiter, where)
    width = max(map(len, rows), default=0)
    if width > MAX_COLUMNS or width * len(rows) > MAX_CELLS:
        problem = f"{len(rows):,} rows of up to {width:,} cells are too many"
        raise ExportError(problem, where, "check the delimiter, or split the export")
    mark = marked[1] if marked else None
    columns = {
        number: _column(cells, mark)
        for number, cells in enumerate(zip_longest(*rows), start=1)
    }
    source = Source(
        file=path.name,
        kind="CSV",
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        delimiter=_DELIMITERS.get(delimiter, delimiter),
        notes=decoded.notes,
    )
    grid = make_grid(
        columns, source, tells_blanks=mark is not None, header_row=header_row
    )
    notes = (*grid.source.notes, *_ragged(rows, grid.header_row))
    return replace(grid, source=replace(grid.source, notes=notes))


def sniff_delimiter(text: str) -> str:
    """Choose the delimiter under which most rows have one number of cells.

    Quoted cells are respected, so that neither a comma in a question nor the
    semicolons of a multiple-response cell count. Only the lower half of the
    first rows is asked: titles may stand above the header.
    """

    def score(delimiter: str) -> tuple[bool, float, int]:
        sample = _sample(text, delimiter)
        widths = [len(record) for record in sample if any(record)]
        usual = Counter(sorted(widths[len(widths) // 2 :])).most_common(1)
        if not usual or usual[0][0] == 1:
            return (False, 0.0, 0)
        width, rows = usual[0]
        return (True, rows / len(widths), width)

    return max(_DELIMITERS, key=score)


def _announced(text: str) -> tuple[str, str | None]:
    """Take off Excel's first line ``sep=;``, which Excel itself doesn't show."""
    first = text[:7].splitlines()[0] if text[:7] else ""
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        rest = text[len(first) :]
        return rest.removeprefix("\r").removeprefix("\n"), first[-1]
    return text, None


def _lines(text: str) -> io.StringIO:
    # newline="" ends lines at CR, LF and CR LF only and keeps them as they are;
    # str.splitlines would also cut cells at U+2028, U+0085, VT and FF.
    return io.StringIO(text, newline="")


def _sample(text: str, delimiter: str) -> list[list[str]]:
    _allow_long_cells()
    start = text[:_SAMPLE_CHARACTERS]
    reader = csv.reader(_lines(start), delimiter=delimiter)
    records = list(islice(reader, _SAMPLE_RECORDS))
    cut_off = len(start) < len(text) and 1 < len(records) < _SAMPLE_RECORDS
    return records[:-1] if cut_off else records


def _records(text: str, delimiter: str, where: Location) -> list[list[str]]:
    _allow_long_cells()
    reader = csv.reader(chain(_lines(text), [_END]), delimiter=delimiter)
    try:
        rows = list(reader)
    except csv.Error as error:
        problem = f"the file can't be cut into cells ({error})"
        raise ExportError(problem, where, "export XLSX instead") from error
    if rows[-1] != [_END]:  # a quotation mark that is still open swallowed it
        problem = "a quotation mark that opens in this row is never closed"
        hint = "download the file again, it may be cut off"
        raise ExportError(problem, Location(where.file, row=len(rows)), hint)
    return rows[:-1]


def _column(cells: Sequence[str | None], mark: str | None) -> pa.Array:
    """Put cells into an array; where ``""`` is marked, only it stays a blank text."""
    array = pa.array(cells, pa.large_string())
    if mark is None:
        return array
    written = pc.if_else(pc.equal(array, ""), None, array)
    return pc.if_else(pc.equal(written, mark), "", written)


def _allow_long_cells() -> None:
    # The module's own limit, 131,072 characters, is below what platforms accept.
    csv.field_size_limit(1 << 30)


def _ragged(rows: Sequence[Sequence[str]], header_row: int) -> tuple[str, ...]:
    """Say which rows have more or fewer cells than the header above them."""
    width = len(rows[header_row - 1])
    short, long = [], []
    for number, row in enumerate(rows[header_row:], start=header_row + 1):
        if len(row) == width or not any(row):
            continue
        if len(row) < width:
            short.append(number)
        elif any(row[width:]):
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
