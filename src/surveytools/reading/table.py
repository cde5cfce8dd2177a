"""The shape that every reader hands on: text cells, and where each came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.errors import Location

__all__ = ["Answers", "Column", "Question", "RawTable", "Role"]


class Role(StrEnum):
    """What a column of an export is, as far as the platform tells."""

    ANSWER = "answer"
    SUBMITTED = "submitted"
    STARTED = "started"
    LANGUAGE = "language"
    COMPLETENESS = "completeness"
    TEST = "test mark"
    METADATA = "platform metadata"
    IDENTITY = "personal data"


class Answers(StrEnum):
    """What the cells of a column hold, as far as the file itself tells."""

    SINGLE = "one answer"
    SEVERAL = "several answers joined"
    OPTION = "one option"
    ROW = "row of a matrix"
    RANK = "rank"
    NUMBER = "number"
    TEXT = "text"
    WRITE_IN = "text written in"


@dataclass(frozen=True, slots=True)
class Question:
    """What the file tells of the question over a column.

    Attributes
    ----------
    text
        Text of the question, without the part.
    part
        Label of the option, or of the row of a matrix, that the column holds.
    id
        The platform's name for the question: columns that share it belong together.
    answers
        What the cells hold, where the platform tells.
    labels
        Code and label of each answer, where cells hold codes and the file their
        labels.
    missing
        Codes among the cells that the file declares to be no answer, for example 99
        for "refused". They stay in the cells.
    separator
        What joins the answers in a cell of this question, where the platform joins
        those of other questions otherwise or not at all.
    """

    text: str
    part: str | None = None
    id: str | None = None
    answers: Answers | None = None
    labels: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    separator: str | None = None

    def heading(self) -> str:
        """Write question and part as one heading: ``question [part]``."""
        return self.text if self.part is None else f"{self.text} [{self.part}]"


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
        Text of the header cell as it stands in the file. Where the platform writes
        several header rows and leaves the first one blank over the parts of a
        question, question and part.
    role
        Answer, or one of the platform's own columns.
    question
        What the file tells of the question, beyond the header; ``None`` where it
        tells nothing.
    """

    position: int
    name: str
    header: str
    role: Role = Role.ANSWER
    question: Question | None = None


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
    not_shown, skipped
        Cells of which the file tells that the question was not shown, or was shown
        and left without answer: by `Column.name`, one value a row of ``frame``.
        Whatever text such a cell holds is the platform's mark, not an answer.
        Columns of which the file tells nothing are absent.
    unanswered
        Cells with the platform's mark that there is no answer, of which the file
        doesn't tell whether the question was shown; as `not_shown`.
    partial, test
        Rows that the platform marks as not completed, or as made by a test or a
        preview; ``None`` where it doesn't tell.
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
    not_shown: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    skipped: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    unanswered: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    partial: NDArray[np.bool_] | None = None
    test: NDArray[np.bool_] | None = None

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        return f"RawTable({self.file}: {self.platform}, {rows} rows, {columns} columns)"

    def locate(self, row: int | None = None, column: str | None = None) -> Location:
        """Point at one place in the export, for an error message."""
        return Location(self.file, self.sheet, row, column)

    def given(self, name: str) -> pd.Series:
        """Texts of a column that respondents gave: the platform's marks are blank."""
        texts = self.frame[name]
        for marks in (self.not_shown, self.skipped, self.unanswered):
            if name in marks and marks[name].any():
                texts = texts.mask(marks[name])
        return texts

    def answers(self) -> tuple[Column, ...]:
        """Columns that hold answers, in order."""
        return tuple(c for c in self.columns if c.role is Role.ANSWER)
