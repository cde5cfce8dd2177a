"""Which row holds the headers, where titles or comments stand above it.

The first row that isn't blank is the header, unless something speaks against it: one
or two cells at the left over a table that is wider, or a line that begins with ``#``.
Then a row further down must look like a header by its contents. Where none does, or
the first row can be read either way, a person decides.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from surveytools.errors import ExportError, Location
from surveytools.reading.limits import MAX_ROWS

__all__ = ["HeaderRow", "find_header"]

_SAMPLE = 200
_DEEPEST = 50
_WIDE = 4
_LONG_TITLE = 9
_MOST = 0.6
_NUMBER = re.compile(
    r"[+-]?[\d\s.,:/-]*\d[\d\s.,:/%-]*(?:[eE][+-]?\d+)?(?: ?[AaPp]\.?[Mm]\.?)?"
)
_HINT = "name the row of the headers with --header-row (header_row in study.toml)"

_Row = tuple[int, dict[int, str]]


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """Where the header is.

    Attributes
    ----------
    number
        Row number in the spreadsheet, from 1.
    above
        Rows above it that hold something and aren't read.
    notes
        What a person should know, one sentence each.
    """

    number: int
    above: int = 0
    notes: tuple[str, ...] = ()


def find_header(
    columns: Mapping[int, pa.Array], where: Location, *, told: int | None = None
) -> HeaderRow:
    """Find the header, or take the row that a person names.

    Parameters
    ----------
    columns
        Cells of each column by its number: row 1, row 2…; blank cells missing.
    where
        The file, for an error message.
    told
        Row number that a person names.

    Raises
    ------
    ExportError
        If the row named is blank, or it is unclear which row holds the headers.
    """
    if told is not None:
        return _named(columns, where, told)
    rows = _sample(columns, _first_filled(columns))
    if not rows:
        return HeaderRow(1)
    width = _usual_width(rows)
    number = _found(rows, width, where)
    above = [n for n, _ in rows if n < number]
    if not above:
        return HeaderRow(number)
    note = (
        f"the header was found in row {number}, the first that fills most of the "
        f"{width} columns with texts that don't repeat; not read: row "
        f"{_spans(above)} above it"
    )
    return HeaderRow(number, len(above), (note,))


def _named(columns: Mapping[int, pa.Array], where: Location, told: int) -> HeaderRow:
    length = max(map(len, columns.values()), default=0)
    if not 1 <= told <= MAX_ROWS:
        problem = f"no sheet has a row {told:,}"
        raise ExportError(problem, where, _HINT)
    filled = told <= length and any(
        array[told - 1].as_py() is not None for array in columns.values()
    )
    if not filled:
        problem = f"row {told:,}, which shall hold the headers, is blank"
        raise ExportError(problem, where, _HINT)
    above = sum(
        1
        for row in range(told - 1)
        if any(array[row].as_py() is not None for array in columns.values())
    )
    notes = (f"row {told} was taken as the header, as told",) if above else ()
    return HeaderRow(told, above, notes)


def _first_filled(columns: Mapping[int, pa.Array]) -> int:
    """Index of the first row with anything in it."""
    firsts = (array.is_valid().index(True).as_py() for array in columns.values())
    return min((first for first in firsts if first >= 0), default=0)


def _sample(columns: Mapping[int, pa.Array], first: int) -> list[_Row]:
    """Rows that hold something, from the first one on, by number and column."""
    cells = {n: array.slice(first, _SAMPLE).to_pylist() for n, array in columns.items()}
    length = max(map(len, cells.values()), default=0)
    rows: list[dict[int, str]] = [{} for _ in range(length)]
    for number, texts in cells.items():
        for row, text in zip(rows, texts, strict=False):
            if text is not None and text.strip():
                row[number] = text
    return [(first + n, row) for n, row in enumerate(rows, start=1) if row]


def _usual_width(rows: Sequence[_Row]) -> int:
    """Columns in which one row in ten holds something; of few rows, any."""
    counts = Counter(column for _, row in rows for column in row)
    return sum(n * 10 >= len(rows) for n in counts.values())


def _found(rows: Sequence[_Row], width: int, where: Location) -> int:
    """Row number of the header.

    Raises
    ------
    ExportError
        If it is unclear.
    """
    left = min(column for _, row in rows for column in row)
    for index, (number, row) in enumerate(rows[:_DEEPEST]):
        below = [cells for _, cells in rows[index + 1 :]]
        if below and _is_above(row, left, width):
            continue
        if index == 0 and not _is_doubtful(row, below, left, width):
            return number
        if index > 0 and _is_header(row, below, width):
            return number
        break
    raise _unclear(rows, width, where)


def _is_above(row: Mapping[int, str], left: int, width: int) -> bool:
    """Tell a title or a comment: one or two cells at the left of a wider table."""
    if _is_comment(row) and len(row) < _MOST * width:
        return True
    if len(row) == 1:
        return width > 1 and left in row
    return len(row) == 2 and width >= _WIDE and max(row) <= left + 1  # noqa: PLR2004


def _is_doubtful(
    row: Mapping[int, str], below: Sequence[Mapping[int, str]], left: int, width: int
) -> bool:
    """Tell a first row that is hard to tell from a title or a comment.

    That is a comment as wide as the table, a title with commas that was cut into
    cells, or a heading over a block of columns. The questions of a survey with two
    header rows are none of these: they spread over the whole width, and its first
    column has a header.
    """
    if not below:
        return False
    if _is_comment(row) and width == 1:
        return True
    cut = max(row) - left < len(row) and width >= max(_LONG_TITLE, 3 * len(row))
    block = len(row) == 1 and width > 2  # noqa: PLR2004
    return (_is_comment(row) or cut or block) and _is_header(below[0], below[1:], width)


def _is_comment(row: Mapping[int, str]) -> bool:
    """Tell a row that begins with ``#`` and more: ``#`` alone heads a numbering."""
    first = next(iter(row.values())).lstrip()
    return first.startswith("#") and bool(first.strip("# \t"))


def _is_header(
    row: Mapping[int, str], below: Sequence[Mapping[int, str]], width: int
) -> bool:
    """Tell whether a row's cells read like headers of what stands below."""
    texts = [text.strip() for text in row.values()]
    words = sum(_NUMBER.fullmatch(text) is None for text in texts)
    distinct = len({text.casefold() for text in texts})
    if len(row) < _MOST * width or words < 0.8 * len(row) or distinct < 0.9 * len(row):
        return False
    columns = {n: [cells[n].strip() for cells in below if n in cells] for n in row}
    again = sum(row[n].strip() in texts for n, texts in columns.items())
    if again * 5 > len(row):
        return False
    return width >= _WIDE or any(
        _differs(row[n].strip(), texts) for n, texts in columns.items()
    )


def _differs(header: str, texts: Sequence[str]) -> bool:
    """Tell a header from its column: numbers below it, or answers that repeat."""
    if len(texts) < 2 or _NUMBER.fullmatch(header):  # noqa: PLR2004
        return False
    numbers = all(_NUMBER.fullmatch(text) for text in texts)
    return numbers or (len(set(texts)) * 2 <= len(texts) and header not in texts)


def _unclear(rows: Sequence[_Row], width: int, where: Location) -> ExportError:
    filled = ", ".join(f"{len(row)} in row {number}" for number, row in rows[:3])
    problem = (
        f"it is unclear which row holds the headers: of {width} columns, the first "
        f"rows fill {filled}"
    )
    return ExportError(problem, where, _HINT)


def _spans(numbers: Sequence[int]) -> str:
    """Row numbers for a sentence: ``1`` or ``1 to 4``."""
    first, last = numbers[0], numbers[-1]
    return str(first) if first == last else f"{first} to {last}"
