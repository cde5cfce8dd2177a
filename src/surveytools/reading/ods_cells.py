"""Follows a parser through the sheets of an OpenDocument spreadsheet."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite

from surveytools.reading.cells import Cells
from surveytools.reading.gathered import Gathered, number_text

__all__ = ["Reader", "SheetSeen"]

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = f"{_URN}table:1.0}}"
_OFFICE = f"{_URN}office:1.0}}"
_TEXT = f"{_URN}text:1.0}}"
_DRAW = f"{_URN}drawing:1.0}}"
_STYLE = f"{_URN}style:1.0}}"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR = f"{_CALC}value-type"
_BOOLEANS = {"of:=TRUE()": "TRUE", "of:=FALSE()": "FALSE"}
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_PARAGRAPH = f"{_TEXT}p"
_KIND = f"{_OFFICE}value-type"
_FORMULA = f"{_TABLE}formula"
_REPEATED = f"{_TABLE}number-columns-repeated"
_SPANS = f"{_TABLE}number-rows-spanned", f"{_TABLE}number-columns-spanned"
_NOT_READ = {
    f"{_TABLE}{name}"
    for name in ("tracked-changes", "shapes", "dde-link", "scenario", "detective")
} | {f"{_OFFICE}{name}" for name in ("annotation", "forms", "event-listeners")}
_LINE_END = re.compile(" *[\t\r\n][ \t\r\n]*")
_MOMENT = re.compile(r"(-?\d{4,}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:[.,](\d+))?)?Z?")
_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?")
# Marks that no XML can hold.
_SPACE, _TAB, _BREAK = "\ud800", "\ud801", "\ud802"
_MARKS = str.maketrans({_SPACE: " ", _TAB: "\t", _BREAK: "\n"})
_MANY = 1 << 20
_DAY = 24


@dataclass(slots=True)
class SheetSeen:
    """A sheet, as far as one looks at its name and whether it holds something."""

    name: str
    hidden: bool
    filled: bool = False

    def holds(self) -> bool:
        """Tell whether any cell holds something."""
        return self.filled


@dataclass(slots=True)
class _Cell:
    """A cell while it is read."""

    attributes: dict[str, str]
    paragraphs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """Takes the cells of one sheet; of the others, only whether they hold something.

    Attributes
    ----------
    cells
        Takes what is special: errors, formulas, comments, hidden rows, merged cells.
    chosen
        Index of the sheet whose cells are taken.
    gathered
        Takes them.
    sheets
        All sheets, in the order of their tabs.
    """

    cells: Cells
    chosen: int | None = None
    gathered: Gathered | None = None
    sheets: list[SheetSeen] = field(default_factory=list)
    _hidden_styles: set[str] = field(default_factory=set)
    _style: str = ""
    _skipping: int = 0
    _row: int = 0
    _down: int = 1
    _column: int = 0
    _column_style: int = 0
    _cell: _Cell | None = None
    _pieces: list[str] | None = None
    _row_cells: list[tuple[int, int, str]] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        # What nearly all elements are comes first: there are two or three a cell.
        if self._cell is None and name in _CELLS and not self._skipping:
            self._cell = _Cell(attributes)
        elif self._skipping or self._is_beside(name):
            self._skipping += 1
            self._count_comment(name)
        elif self._cell is not None:
            self._start_text(name, attributes)
        elif name == f"{_TABLE}table-row":
            self._start_row(attributes)
        elif name == f"{_TABLE}table":
            hidden = attributes.get(f"{_TABLE}style-name") in self._hidden_styles
            sheet = SheetSeen(attributes.get(f"{_TABLE}name", ""), hidden)
            self.sheets.append(sheet)
            self._row = self._down = self._column_style = 0
        elif name == f"{_TABLE}table-column":
            self._start_column(attributes)
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def end(self, name: str) -> None:
        """Leave an element."""
        if self._skipping:
            self._skipping -= 1
        elif name == _PARAGRAPH:
            if self._cell is not None and self._pieces is not None:
                self._cell.paragraphs.append(_paragraph(self._pieces))
            self._pieces = None
        elif name in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == f"{_TABLE}table-row":
            self._end_row()

    def characters(self, text: str) -> None:
        """Take text: of a cell only within its paragraphs."""
        if self._pieces is not None and not self._skipping:
            self._pieces.append(text)

    def _is_beside(self, name: str) -> bool:
        """Tell what isn't the content of cells: comments, pictures, old versions."""
        if name == _PARAGRAPH:
            return False
        nested = self._cell is not None and name == f"{_TABLE}table"
        return nested or name in _NOT_READ or name.startswith(_DRAW)

    def _count_comment(self, name: str) -> None:
        if name == f"{_OFFICE}annotation" and self._is_chosen():
            self.cells.comments += 1

    def _is_chosen(self) -> bool:
        return self.chosen == len(self.sheets) - 1

    def _start_column(self, attributes: dict[str, str]) -> None:
        first = self._column_style + 1
        self._column_style += _times(attributes, _REPEATED)
        shown = attributes.get(f"{_TABLE}visibility", "visible") == "visible"
        if not shown and self._is_chosen():
            self.cells.hidden_columns.append((first, self._column_style))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row += self._down if self._row else 1
        self._down = _times(attributes, f"{_TABLE}number-rows-repeated")
        self._column = 0
        self._row_cells = []
        shown = attributes.get(f"{_TABLE}visibility", "visible") == "visible"
        if not shown and self._is_chosen() and self._down <= _MANY:
            self.cells.hidden_rows.update(range(self._row, self._row + self._down))

    def _end_row(self) -> None:
        if self.gathered is None or not self._is_chosen():
            return
        for column, across, text in self._row_cells:
            self.gathered.put(self._row, column, text, down=self._down, across=across)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == _PARAGRAPH:
            told = not self._is_chosen() and self.sheets and self.sheets[-1].filled
            self._pieces = None if told else []
        elif self._pieces is None:
            return
        elif name == f"{_TEXT}s":
            # As marks, so that they aren't taken for blanks between words.
            count = attributes.get(f"{_TEXT}c", "1")
            times = min(int(count), _MANY) if count.isdecimal() else 0
            self._pieces.append(_SPACE * times)
        elif name == f"{_TEXT}tab":
            self._pieces.append(_TAB)
        elif name == f"{_TEXT}line-break":
            self._pieces.append(_BREAK)

    def _end_cell(self, cell: _Cell) -> None:
        column = self._column + 1
        across = _times(cell.attributes, _REPEATED)
        self._column += across
        sheet = self.sheets[-1] if self.sheets else None
        if sheet is None or (sheet.filled and not self._is_chosen()):
            return
        text = _text(cell)
        formula = cell.attributes.get(_FORMULA, "")
        unvalued = bool(formula) and not text
        if unvalued:
            text = f"={formula.partition('=')[2]}"
        if text:
            sheet.filled = True
            self._row_cells.append((column, across, text))
        if self._is_chosen():
            self._note(cell.attributes, column, formula=formula, unvalued=unvalued)

    def _note(
        self, attributes: dict[str, str], column: int, *, formula: str, unvalued: bool
    ) -> None:
        """Note what is special about a cell."""
        if attributes.get(_KIND) == "date":
            self.cells.kinds[column, "date"] += 1
        if attributes.get(_ERROR) == "error":
            self.cells.kinds[column, "error"] += 1
        if unvalued:
            self.cells.kinds[column, "unvalued"] += 1
        if formula and formula not in _BOOLEANS:
            self.cells.formulas += 1
        down, across = (_times(attributes, span) for span in _SPANS)
        if down > 1 or across > 1:
            first = (self._row, column)
            last = (self._row + down - 1, column + across - 1)
            self.cells.merged.append((first, last))


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name)
    if text is None:
        return 1
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1  # noqa: PLR2004


def _text(cell: _Cell) -> str:
    """Write the value of a cell as the reader of XLSX files does."""
    attributes = cell.attributes
    shown = "\n".join(cell.paragraphs)
    if boolean := _BOOLEANS.get(attributes.get(_FORMULA, "")):
        return boolean
    kind = attributes.get(_KIND, "string")
    if kind in _VALUES:
        name, written = _VALUES[kind]
        return written(attributes.get(f"{_OFFICE}{name}", ""))
    if attributes.get(_ERROR) == "error":
        return shown
    return attributes.get(f"{_OFFICE}string-value", shown)


def _number(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    return number_text(number) if isfinite(number) else value


def _moment(value: str) -> str:
    """Write a date, or date and time to the microsecond."""
    found = _MOMENT.fullmatch(value)
    if found is None:
        return value
    day, time, fraction = found.groups()
    if time is None:
        return day
    microseconds = f"{fraction or '':0<6.6}"
    return f"{day} {time}" + (f".{microseconds}" if int(microseconds) else "")


def _duration(value: str) -> str:
    found = _DURATION.fullmatch(value)
    if found is None:
        return value
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[:4])
    hours += days * _DAY
    microseconds = f"{found[5] or '':0<6.6}"
    start = f"{hours:02d}" if hours < _DAY else str(hours)
    text = f"{start}:{minutes:02d}:{seconds:02d}"
    if not int(microseconds):
        return text
    return (
        f"{text}.{microseconds}"
        if hours < _DAY
        else f"{text}.{microseconds}".rstrip("0")
    )


_VALUES: dict[str, tuple[str, Callable[[str], str]]] = {
    "float": ("value", _number),
    "percentage": ("value", _number),
    "currency": ("value", _number),
    "boolean": ("boolean-value", str.upper),
    "date": ("date-value", _moment),
    "time": ("time-value", _duration),
}


def _paragraph(pieces: list[str]) -> str:
    """Join the pieces of a paragraph; indented lines count as one.

    By the standard, several blanks count as one too, and none at the ends. LibreOffice
    writes and reads them as they are, and most of these files are its.
    """
    text = "".join(pieces)
    if text.isprintable():  # neither line ends nor marks
        return text
    lines = _LINE_END.split(text)
    return " ".join(line for line in lines if line).translate(_MARKS)
