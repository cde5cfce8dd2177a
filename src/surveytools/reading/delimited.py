"""CSV in all its dialects: bytes to text cells."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from surveytools.errors import Location
from surveytools.reading.encoding import Plain, decode, plain_utf8
from surveytools.reading.exact_csv import RowLengths, first_records, parse_exactly
from surveytools.reading.fast_csv import parse_blocks
from surveytools.reading.grid import Grid, Source, make_grid
from surveytools.reading.limits import LIMITS, MAX_COLUMNS, Limits
from surveytools.reading.quoted import quotes_header

__all__ = ["read_delimited", "sniff_delimiter"]

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SAMPLE_RECORDS = 200
_SAMPLE_CHARACTERS = 1 << 20
_LONGEST_CHARACTER = 4  # bytes in UTF-8


def read_delimited(
    path: Path, *, header_row: int | None = None, limits: Limits = LIMITS
) -> Grid:
    """Read a delimited text file; convert nothing.

    Rows are numbered by record, as a spreadsheet shows them: the header is row 1, a
    cell with line breaks doesn't count twice, a blank line counts.

    Parameters
    ----------
    path
        A text file that `surveytools.reading.guard.check_file` let through.
    header_row
        Row number of the header, if a person has named it.
    limits
        How many cells fit.

    Raises
    ------
    ExportError
        If the bytes aren't text, a quotation mark is never closed, it is unclear
        which row holds the headers, or no response stands under them.
    """
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    cells = _read(data, Location(path.name), limits)
    del data
    source = Source(
        file=path.name,
        kind="CSV",
        sha256=sha256,
        encoding=cells.encoding,
        delimiter=_DELIMITERS.get(cells.delimiter, cells.delimiter),
        notes=cells.notes,
    )
    grid = make_grid(
        cells.columns, source, tells_blanks=cells.tells_blanks, header_row=header_row
    )
    if cells.lengths is None:
        return grid
    notes = (*grid.source.notes, *cells.lengths.ragged(grid.header_row))
    return replace(grid, source=replace(grid.source, notes=notes))


def sniff_delimiter(text: str) -> str:
    """Choose the delimiter under which most rows have one number of cells.

    Quoted cells are respected, so that neither a comma in a question nor the
    semicolons of a multiple-response cell count. Only the lower half of the
    first rows is asked, since titles may stand above the header; where they don't, the
    header has as many cells as its rows.
    """

    def score(delimiter: str) -> tuple[bool, bool, float, int]:
        sample = _sample(text, delimiter)
        widths = [len(record) for record in sample if any(record)]
        usual = Counter(sorted(widths[len(widths) // 2 :])).most_common(1)
        if not usual or usual[0][0] == 1:
            return (False, False, 0.0, 0)
        width, rows = usual[0]
        return (True, widths[0] == width, rows / len(widths), width)

    return max(_DELIMITERS, key=score)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of each column, and how they were found.

    ``lengths`` is ``None`` where all rows are of one length.
    """

    columns: dict[int, pa.ChunkedArray]
    delimiter: str
    tells_blanks: bool
    encoding: str
    notes: tuple[str, ...]
    lengths: RowLengths | None = None


def _read(data: bytes, where: Location, limits: Limits) -> _Cells:
    """Read fast where that is certain to be right, else exactly."""
    plain = plain_utf8(data)
    cells = _read_fast(plain, limits) if plain is not None else None
    if cells is not None:
        return cells
    decoded = decode(data, where)
    if plain is None or plain.encoding != decoded.encoding:
        encoded = decoded.text.encode()
        plain = Plain(encoded, 0, decoded.encoding, decoded.notes)
        cells = _read_fast(plain, limits)
        if cells is not None:
            return cells
    text, delimiter = _announced(decoded.text)
    if delimiter is None:
        delimiter = sniff_delimiter(text)
    exact = parse_exactly(text, delimiter, where, limits)
    return _Cells(
        exact.columns,
        delimiter,
        exact.tells_blanks,
        decoded.encoding,
        decoded.notes,
        exact.lengths,
    )


def _read_fast(plain: Plain, limits: Limits) -> _Cells | None:
    """Read well-formed UTF-8; ``None`` where the exact reader must look."""
    # One character more than is looked at, to see whether anything follows.
    start = plain.text[: _LONGEST_CHARACTER * (_SAMPLE_CHARACTERS + 1)]
    whole = str(start, "utf-8", "replace")
    sample, delimiter = _announced(whole)
    if delimiter is None:
        delimiter = sniff_delimiter(sample)
    records = _sample(sample, delimiter)
    width = next((len(record) for record in records if any(record)), 0)
    if not 0 < width <= MAX_COLUMNS or _may_hold_too_many(plain, width, limits):
        return None
    rest = plain.text[len(whole.encode()) - len(sample.encode()) :]
    columns = parse_blocks(rest, delimiter, width)
    if columns is None:
        return None
    tells_blanks = quotes_header(sample, delimiter)
    return _Cells(columns, delimiter, tells_blanks, plain.encoding, plain.notes)


def _may_hold_too_many(plain: Plain, width: int, limits: Limits) -> bool:
    # A cell takes a byte at least, the one behind it.
    large = len(plain.file) > limits.text_cells
    return large and width * plain.most_rows() > limits.text_cells


def _announced(text: str) -> tuple[str, str | None]:
    """Take off Excel's first line ``sep=;``, which Excel itself doesn't show."""
    first = text[:7].splitlines()[0] if text[:7] else ""
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        rest = text[len(first) :]
        return rest.removeprefix("\r").removeprefix("\n"), first[-1]
    return text, None


def _sample(text: str, delimiter: str) -> list[list[str]]:
    start = text[:_SAMPLE_CHARACTERS]
    records = first_records(start, delimiter, most=_SAMPLE_RECORDS)
    cut_off = len(start) < len(text) and 1 < len(records) < _SAMPLE_RECORDS
    return records[:-1] if cut_off else records
