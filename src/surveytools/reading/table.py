"""The shape that every reader hands on: text cells, and where each came from."""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from surveytools.errors import Location

__all__ = ["Column", "RawTable", "Role"]


class Role(StrEnum):
    """What a column of an export is, as far as the platform tells."""

    ANSWER = "answer"
    SUBMITTED = "submitted"
    LANGUAGE = "language"
    METADATA = "platform metadata"
    IDENTITY = "personal data"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export.

    Attributes
    ----------
    position
        Column number in the spreadsheet, from 1. It is the column's identity:
        headers may repeat.
    name
        Name in `RawTable.frame`: the header, with `` (column 17)`` behind it where
        another column has the same header, or ``column 17`` where it has none.
    header
        Text of the header cell as it stands in the file.
    role
        Answer, or one of the platform's own columns.
    """

    position: int
    name: str
    header: str
    role: Role = Role.ANSWER


@dataclass(frozen=True, slots=True, repr=False)
class RawTable:
    """An export as it came: text cells, and the file that they came from.

    Attributes
    ----------
    frame
        One row per row of the export, of dtype ``str``; a blank cell is missing. The
        index, named ``row``, holds the spreadsheet's own row numbers (the header of
        a plain export is row 1), the columns are `Column.name`.
    columns
        What each column of ``frame`` is, in order.
    file, sheet
        Name of the file, without its folder, and of the sheet (``None`` for CSV).
    sha256
        Hash of the file's bytes.
    platform
        Name of the platform that the export was read as, for example ``indico``.
    reason
        Why it was taken for that platform, in words.
    separator
        What joins the options of a multiple-response cell on this platform, or
        ``None`` where the platform doesn't say.
    labels
        Text pairs for yes and no that the platform writes, lower-cased, for example
        ``("yes", "no")``; empty where it writes none.
    notes
        What the reader set aside or couldn't know, one sentence each; no cell's
        contents.
    left_out
        Number of blank rows and of blank columns without a header that were set
        aside, as ``(("blank rows", 100), ("blank columns", 6))``.
    certainty
        How sure the platform is: ``certain``, ``strong`` or ``weak``.
    encoding, delimiter
        Of a CSV file, for people; ``None`` for a workbook.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    file: str
    sheet: str | None
    sha256: str
    platform: str
    reason: str
    separator: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    certainty: str = "certain"
    encoding: str | None = None
    delimiter: str | None = None

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        return f"RawTable({self.file}: {self.platform}, {rows} rows, {columns} columns)"

    def locate(self, row: int | None = None, column: str | None = None) -> Location:
        """Point at one place in the export, for an error message."""
        return Location(self.file, self.sheet, row, column)

    def answers(self) -> tuple[Column, ...]:
        """Columns that hold answers, in order."""
        return tuple(c for c in self.columns if c.role is Role.ANSWER)
