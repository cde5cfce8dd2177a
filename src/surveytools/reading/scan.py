"""A look through a sheet's XML before the parser gets it.

The parser takes room for the whole used range, and aborts the process when that is
huge: a file of 1.4 kB with one cell in XFD1048576 is enough. It also rounds times to
the millisecond and drops errors, so such cells are noted on the way. The usual shape
of a sheet is searched for a few signs, which takes a tenth of the time of an XML
parser; any other shape goes through one (`surveytools.reading.scan_xml`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from surveytools.reading.cells import Cells, column_number, unescape
from surveytools.reading.limits import LIMITS, MAX_COLUMNS, MAX_ROWS, Limits
from surveytools.reading.references import furthest_cell

__all__ = ["Extent", "measure_usual", "note_usual"]

_LONGEST_CELL = 8 << 20
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_SPACED_CELL = re.compile(rb"<c [^>]*>\s+<")
_IN_COLUMN_A = re.compile(rb'<c r="A[0-9]+"(?:[^>]*[^>/])?>(?:<v>[^<]|<is>)')

_CELL = rb'<c r="([A-Z]+)([0-9]+)"'
_FORMULA = rb"(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
_TYPED = re.compile(
    _CELL + rb'(?: s="[0-9]+")? t="([be])"[^>]*>' + _FORMULA + rb"<v>([^<]*)</v>"
)
_ESCAPED = re.compile(
    _CELL
    + rb'(?: s="[0-9]+")? t="(str)"[^>]*>'
    + _FORMULA
    + rb"<v[^>]*>([^<]*_x[0-9A-Fa-f]{4}_[^<]*)</v>"
)
_UNVALUED = re.compile(
    _CELL
    + rb"(?:[^>]*[^>/])?>(?:<f[^>]*/>|<f(?:[^>]*[^>/])?>([^<]*)</f>)"
    + rb"(?:<v\s*/>|<v></v>)?</c>"
)
_ROW_HIDDEN = re.compile(rb'<row [^>]*?\bhidden="(?:1|true)"[^>]*>')
_COLUMN_HIDDEN = re.compile(rb'<col [^>]*?\bhidden="(?:1|true)"[^>]*>')
_ROW_NUMBER = re.compile(rb'\br="([0-9]{1,7})"')
_SPAN = re.compile(rb'\b(min|max)="([0-9]{1,5})"')
_MERGED = re.compile(
    rb'<mergeCell [^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"'
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Used range of a sheet, as the parser will see it.

    Attributes
    ----------
    rows
        Number of the last row that has a cell.
    first, last
        Numbers of the first and the last column that have one.
    """

    rows: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """Cells that the parser will take room for."""
        return self.rows * (self.last - self.first + 1)


def measure_usual(chunks: Iterable[bytes], limits: Limits = LIMITS) -> Extent | None:
    """Measure a sheet of the usual shape.

    Parameters
    ----------
    chunks
        The sheet's XML.
    limits
        How many cells fit.

    Returns
    -------
    Extent or None
        ``None`` where the shape is unusual, column A holds nothing, or the range is
        too large: an XML parser must then look at the sheet.
    """
    rows = columns = 0
    starts_at_a = False
    for number, block in enumerate(_blocks(chunks)):
        furthest = furthest_cell(block)
        if furthest is None or _is_unusual(block, first=number == 0):
            return None
        rows, columns = max(rows, furthest[0]), max(columns, furthest[1])
        starts_at_a = starts_at_a or bool(_IN_COLUMN_A.search(block))
    extent = Extent(rows, 1, columns)
    fits = extent.rows <= MAX_ROWS and extent.last <= MAX_COLUMNS
    return extent if starts_at_a and fits and extent.size <= limits.cells else None


def note_usual(chunks: Iterable[bytes], cells: Cells) -> None:
    """Note the special cells of a sheet that `measure_usual` could measure.

    Parameters
    ----------
    chunks
        The sheet's XML.
    cells
        Takes the cells.
    """
    moments = _moment_pattern(cells)
    for block in _blocks(chunks):
        _note_specials(block, cells, moments)
        _note_layout(block, cells)


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the stream between cells. Ends early when one cell has no end."""
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        cut = block.rfind(b"<c ")
        if cut <= 0:
            if len(block) > _LONGEST_CELL:
                yield b"<c "  # no cell is that long: left to the XML parser
                return
            rest = block
            continue
        yield block[:cut]
        rest = block[cut:]
    yield rest


def _is_unusual(block: bytes, *, first: bool) -> bool:
    if b"<!" in block or _PREFIXED_CELL.search(block):
        return True
    return first and (b"<worksheet" not in block or bool(_SPACED_CELL.search(block)))


def _moment_pattern(cells: Cells) -> re.Pattern[bytes] | None:
    """Cells with a number and one of the styles that show dates or times."""
    if not cells.styles:
        return None
    styles = "|".join(map(str, sorted(cells.styles))).encode()
    number = rb'(?: t="n")?'
    return re.compile(
        _CELL + number + rb' s="(' + styles + rb')"' + number + rb">" + _FORMULA
        + rb"<v>([^<]+)</v>"
    )  # fmt: skip


def _note_specials(
    block: bytes, cells: Cells, moments: re.Pattern[bytes] | None
) -> None:
    if moments is not None:
        for letters, row, style, serial in moments.findall(block):
            column = column_number(letters.decode())
            cells.add_moment(column, int(row), int(style), unescape(serial))
    found = []
    if b' t="b"' in block or b' t="e"' in block:
        found += _TYPED.findall(block)
    if b'"str"' in block and b"_x" in block:
        found += _ESCAPED.findall(block)
    for letters, row, kind, value in found:
        column = column_number(letters.decode())
        cells.add_typed(column, int(row), kind.decode(), unescape(value))
    if b"<f" in block:
        cells.formulas += block.count(b"<f>") + block.count(b"<f ")
        for letters, row, formula in _UNVALUED.findall(block):
            column = column_number(letters.decode())
            cells.add_unvalued(column, int(row), unescape(formula))


def _note_layout(block: bytes, cells: Cells) -> None:
    """Note hidden rows and columns, and merged cells."""
    if b"hidden=" in block:
        for row in _ROW_HIDDEN.findall(block):
            cells.hidden_rows.update(map(int, _ROW_NUMBER.findall(row)))
        for column in _COLUMN_HIDDEN.findall(block):
            span = dict(_SPAN.findall(column))
            if len(span) == 2:  # noqa: PLR2004 - min and max
                cells.hidden_columns.append((int(span[b"min"]), int(span[b"max"])))
    if b"<mergeCell " in block:
        for left, top, right, bottom in _MERGED.findall(block):
            first = (int(top), column_number(left.decode()))
            last = (int(bottom), column_number(right.decode()))
            cells.merged.append((first, last))
