"""A look through a sheet of any shape, with an XML parser."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from surveytools.errors import ExportError, Location
from surveytools.reading.cells import Cells, column_number
from surveytools.reading.limits import LIMITS, MAX_COLUMNS, MAX_ROWS, Limits
from surveytools.reading.scan import Extent
from surveytools.reading.streamed_xml import Handlers, parse_xml

__all__ = ["scan_any"]

_REFERENCE = re.compile("([A-Za-z]{1,7})([1-9][0-9]{0,9})")
_ROW_REFERENCE = re.compile("[1-9][0-9]{0,9}")
_RANGE = re.compile("([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_TRUE = {"1", "true"}
_LONGEST_TEXT = 1 << 20


def scan_any(
    chunks: Iterable[bytes], cells: Cells, where: Location, limits: Limits = LIMITS
) -> Extent:
    """Look through a sheet, whatever its prefixes, order and line breaks.

    Raises
    ------
    ExportError
        If it isn't XML, declares a document type, or its used range is larger than a
        sheet of responses can be.
    """
    reader = _Reader(cells, where)
    handlers = Handlers(reader.start, reader.end, reader.characters)
    parse_xml(chunks, handlers, where)
    extent = reader.extent()
    if extent.size > limits.cells:
        problem = (
            f"the used range reaches row {extent.rows:,} and column {extent.last:,}, "
            f"{extent.size:,} cells; up to {limits.cells:,} fit"
        )
        hint = "delete what stands far from the responses, or save the sheet as CSV"
        raise ExportError(problem, where, hint)
    return extent


@dataclass(slots=True)
class _Reader:
    """Follows the parser through rows and cells."""

    cells: Cells
    where: Location
    row: int = 0
    column: int = 0
    rows: int = 0
    first: int = MAX_COLUMNS
    last: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    inside: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def extent(self) -> Extent:
        return Extent(self.rows, min(self.first, self.last), self.last)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._enter_row(attributes.get("r"))
            if attributes.get("hidden") in _TRUE:
                self.cells.hidden_rows.add(self.row)
        elif local in {"col", "mergeCell"}:
            self._note_layout(local, attributes)
        elif local == "c":
            self._move(attributes.get("r"))
            self.attributes = attributes
            self.texts = {}
            self.inside = ""
        elif local in {"v", "f", "is"}:
            self.inside = local
            self.texts[local] = ""

    def _note_layout(self, local: str, attributes: dict[str, str]) -> None:
        """Note hidden columns and merged cells."""
        if local == "col":
            span = [attributes.get(name, "") for name in ("min", "max")]
            if attributes.get("hidden") in _TRUE and all(map(str.isdecimal, span)):
                self.cells.hidden_columns.append((int(span[0]), int(span[1])))
        elif ends := _RANGE.fullmatch(attributes.get("ref", "")):
            first = (int(ends[2]), column_number(ends[1]))
            last = (int(ends[4]), column_number(ends[3]))
            self.cells.merged.append((first, last))

    def characters(self, text: str) -> None:
        if self.inside in {"v", "f"}:
            self.texts[self.inside] += text
            if len(self.texts[self.inside]) > _LONGEST_TEXT:
                problem = f"a cell in row {self.row} holds over a million characters"
                raise ExportError(problem, self.where, "export CSV instead")

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == self.inside:
            self.inside = ""
        elif local == "c":
            self._take()

    def _enter_row(self, reference: str | None) -> None:
        """Go to a row; without reference it is the next one."""
        if reference is not None and _ROW_REFERENCE.fullmatch(reference) is None:
            raise self._unknown(reference)
        self.row = self.row + 1 if reference is None else int(reference)
        self.column = 0

    def _move(self, reference: str | None) -> None:
        """Go to a cell; without reference it is the next one of the row."""
        if reference is None:
            self.column += 1
        elif found := _REFERENCE.fullmatch(reference):
            self.column = column_number(found[1].upper())
            self.row = int(found[2])
        else:
            raise self._unknown(reference)
        if self.column > MAX_COLUMNS or self.row > MAX_ROWS:
            problem = f"a cell lies in row {self.row:,}, column {self.column:,}"
            hint = f"no sheet has more than {MAX_ROWS:,} rows; download it again"
            raise ExportError(problem, self.where, hint)

    def _unknown(self, reference: str) -> ExportError:
        """Refuse what the parser may take for a place far away."""
        problem = f"the sheet is damaged: {reference[:40]!r} is no place of a cell"
        hint = "open it in a spreadsheet program and save it again"
        return ExportError(problem, self.where, hint)

    def _take(self) -> None:
        """Note the extent as the parser counts it, and the cell if it is special."""
        value, kind = self.texts.get("v"), self.attributes.get("t", "n")
        if value or "is" in self.texts or (kind == "str" and value is not None):
            self.rows = max(self.rows, self.row)
            self.first = min(self.first, self.column)
            self.last = max(self.last, self.column)
        if "f" in self.texts:
            self.cells.formulas += 1
            if not value:
                formula = self.texts["f"]
                self.cells.add_unvalued(self.column, self.row, formula)
                return
        if value and kind in {"b", "e", "str"}:
            self.cells.add_typed(self.column, self.row, kind, value)
        elif value and kind == "n":
            style = self.attributes.get("s", "0")
            number = int(style) if style.isdecimal() else 0
            self.cells.add_moment(self.column, self.row, number, value)
