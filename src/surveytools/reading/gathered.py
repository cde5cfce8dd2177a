"""Cells that a reader gives one by one, gathered into columns."""

from array import array
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from surveytools.errors import ExportError, Location
from surveytools.reading.limits import MAX_COLUMNS, MAX_ROWS, Limits

__all__ = ["Gathered", "number_text", "too_long"]

_LONGEST_TEXT = 1 << 20


@dataclass(slots=True)
class Gathered:
    """Takes cells in any order; refuses more than fits while they come.

    Attributes
    ----------
    where
        The sheet, for an error message.
    limits
        How many cells fit.
    rows
        Number of the last row that holds something.
    """

    where: Location
    limits: Limits
    rows: int = 0
    _first: int = MAX_COLUMNS
    _last: int = 0
    _total: int = 0
    _characters: int = 0
    _places: "dict[int, array[int]]" = field(default_factory=dict)
    _texts: dict[int, list[str]] = field(default_factory=dict)

    def put(
        self, row: int, column: int, text: str, *, down: int = 1, across: int = 1
    ) -> None:
        """Take a cell, or a block of equal ones.

        Raises
        ------
        ExportError
            If it lies outside of any sheet, its text is longer than a cell's, or the
            cells are too many.
        """
        if not text:
            return
        bottom, right = row + down - 1, column + across - 1
        if not (1 <= row <= bottom <= MAX_ROWS and 1 <= column <= right <= MAX_COLUMNS):
            problem = f"a cell lies in row {bottom:,}, column {right:,}"
            hint = f"no sheet has more than {MAX_ROWS:,} rows; download it again"
            raise ExportError(problem, self.where, hint)
        if len(text) > _LONGEST_TEXT:
            problem = f"a cell in row {row:,} holds over a million characters"
            raise ExportError(problem, self.where, "export CSV instead")
        self.rows = max(self.rows, bottom)
        self._first, self._last = min(self._first, column), max(self._last, right)
        self._total += down * across
        range_ = self.rows * (self._last - self._first + 1)
        # While it is gathered, a cell takes three times as much room as later.
        if range_ > self.limits.cells or self._total * 3 > self.limits.cells:
            problem = (
                f"the used range reaches row {self.rows:,} and column {self._last:,}, "
                f"and {self._total:,} cells hold something; up to "
                f"{self.limits.cells:,} and {self.limits.cells // 3:,} fit"
            )
            hint = "save the sheet as CSV or XLSX, or read it with --large"
            raise ExportError(problem, self.where, hint)
        self._characters += len(text) * down * across
        if self._characters > self.limits.characters:
            raise too_long(self.limits, self.where)
        for number in range(column, right + 1):
            self._places.setdefault(number, array("L")).extend(range(row, bottom + 1))
            self._texts.setdefault(number, []).extend([text] * down)

    def columns(self) -> dict[int, pa.Array]:
        """Give the cells of each column by its number, row 1 first."""
        found = {}
        for number in sorted(self._places):
            cells: list[str | None] = [None] * self.rows
            places, texts = self._places[number], self._texts[number]
            for row, text in zip(places, texts, strict=True):
                cells[row - 1] = text
            found[number] = pa.array(cells, pa.large_string())
        return found


def too_long(limits: Limits, where: Location) -> ExportError:
    """Refuse a sheet of which one long text stands in too many cells."""
    problem = f"the cells hold over {limits.characters:,} characters together"
    hint = "delete the longest texts, or read it with --large"
    return ExportError(problem, where, hint)


def number_text(value: float) -> str:
    """Write a number as the parser of XLSX files does: no exponent, no ``.0``."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
