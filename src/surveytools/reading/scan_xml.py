"""A look through a sheet of any shape, with an XML parser."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from surveytools.errors import ExportError, Location
from surveytools.reading.cells import Cells, column_number
from surveytools.reading.limits import LIMITS, MAX_COLUMNS, MAX_ROWS, Limits
from surveytools.reading.scan import Extent

__all__ = ["scan_any"]

_REFERENCE = re.compile("([A-Za-z]{1,7})([0-9]{1,10})")
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
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by position
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, LookupError, ValueError) as error:
        problem = f"the sheet is damaged ({error})"
        hint = "open it in a spreadsheet program and save it again"
        raise ExportError(problem, where, hint) from error
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

    def doctype(self, *_: object) -> None:
        problem = "the sheet declares a document type, which no spreadsheet does"
        hint = "don't open it before you know who made it"
        raise ExportError(problem, self.where, hint)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() else self.row + 1
            self.column = 0
        elif local == "c":
            self._move(attributes.get("r"))
            self.attributes = attributes
            self.texts = {}
            self.inside = ""
        elif local in {"v", "f", "is"}:
            self.inside = local
            self.texts[local] = ""

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

    def _move(self, reference: str | None) -> None:
        """Go to a cell; without reference it is the next one of the row."""
        found = _REFERENCE.fullmatch(reference or "")
        if found is None:
            self.column += 1
        else:
            self.column = column_number(found[1].upper())
            self.row = int(found[2])
        if self.column > MAX_COLUMNS or self.row > MAX_ROWS:
            problem = f"a cell lies in row {self.row:,}, column {self.column:,}"
            hint = f"no sheet has more than {MAX_ROWS:,} rows; download it again"
            raise ExportError(problem, self.where, hint)

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
