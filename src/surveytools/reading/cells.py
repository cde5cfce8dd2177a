"""Cells of a workbook that the parser would round, rename or drop."""

import html
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from surveytools.reading.moments import Style, serial_text

__all__ = ["Cells", "column_number", "decode_escapes", "unescape"]

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class Cells:
    """Collects the exact text of special cells while a sheet is looked through.

    Attributes
    ----------
    styles
        Cell styles that show dates or times.
    from_1904
        Whether the workbook counts its days from 1904.
    texts
        Exact text by column number and row number.
    kinds
        How many cells of each kind there are, by column number and kind: ``date``,
        ``error``, ``unvalued`` (formula without a stored result, taken as text),
        ``shared`` (the same, but its text stands in another cell: lost), ``other``.
    formulas
        Number of cells with a formula, with or without a stored result.
    comments
        Number of cells with a comment.
    hidden_rows, hidden_columns
        Numbers of rows, and spans of columns, that aren't shown.
    merged
        First and last cell of merged cells, each as row and column number.
    """

    styles: Mapping[int, Style]
    from_1904: bool = False
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    kinds: Counter[tuple[int, str]] = field(default_factory=Counter)
    formulas: int = 0
    comments: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    def add_moment(self, column: int, row: int, style: int, serial: str) -> None:
        """Note a number that is shown as a date or time."""
        kind = self.styles.get(style)
        if kind is None:
            return
        text = serial_text(serial, kind, from_1904=self.from_1904)
        if text is None:  # a number before 1900: the parser would wrap it around
            self._add(column, row, serial)
        else:
            self._add(column, row, text, "date")

    def add_typed(self, column: int, row: int, kind: str, value: str) -> None:
        """Note a cell of type ``b`` (Boolean), ``e`` (error) or ``str``."""
        if kind == "b":
            self._add(column, row, "TRUE" if value in {"1", "true"} else "FALSE")
        elif kind == "e":
            self._add(column, row, value, "error")
        elif _ESCAPE.search(value):
            self._add(column, row, decode_escapes(value))

    def add_unvalued(self, column: int, row: int, formula: str) -> None:
        """Note a formula without a result: an answer that began with ``=``.

        LimeSurvey writes such answers this way. The text is never evaluated.
        """
        if not formula:
            self.kinds[column, "shared"] += 1
            return
        text = formula if formula.startswith("=") else f"={formula}"
        self._add(column, row, text, "unvalued")

    def count(self, kind: str) -> int:
        """Count the cells of a kind."""
        return sum(n for (_, of), n in self.kinds.items() if of == kind)

    def _add(self, column: int, row: int, text: str, kind: str = "other") -> None:
        self.texts.setdefault(column, {})[row] = text
        self.kinds[column, kind] += 1


def decode_escapes(text: str) -> str:
    """Decode ``_xHHHH_``, the workbook format's escape of control characters, once.

    A typed ``_x000D_`` is stored as ``_x005F_x000D_`` and comes back as it was typed.
    """
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def column_number(letters: str) -> int:
    """Turn a column's letters into its number: 1 for ``A``, 28 for ``AB``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def unescape(raw: bytes) -> str:
    """Turn a piece of XML without tags into text."""
    return html.unescape(raw.decode("utf-8", "replace"))
