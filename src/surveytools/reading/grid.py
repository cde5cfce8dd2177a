"""Header and text cells of one sheet, before its platform is recognised."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from surveytools.errors import Location, NoResponsesError
from surveytools.reading.header_row import find_header
from surveytools.reading.table import Question

__all__ = ["Grid", "Source", "count_texts", "listed", "make_grid", "rows_filled"]

_LISTED = 10
_SHORT = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where the cells of a `Grid` come from.

    Attributes
    ----------
    file, sheet
        Name of the file without its folder, and of the sheet (``None`` for CSV).
    kind
        ``CSV``, ``XLSX`` or ``SAV``.
    sha256
        Hash of the file's bytes.
    encoding, delimiter
        Of a CSV file, for people; ``None`` for XLSX.
    notes
        What a person should know, one sentence each, without contents of cells.
    """

    file: str
    kind: str
    sha256: str
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Grid:
    """Text cells of one sheet, blank rows and nameless blank columns set aside.

    Attributes
    ----------
    frame
        One row per row of the sheet under its header, dtype ``str``, blank cells
        missing. The index, named ``row``, holds spreadsheet row numbers; the columns
        are column numbers from 1.
    header
        Text of each header cell by column number; ``""`` where it is blank.
    source
        Where the cells come from.
    left_out
        Number of rows above the header, blank rows and blank columns that were set
        aside.
    quoted_blanks
        By column number and with the rows of ``frame``: whether the cell is blank and
        written as ``""``. ``None`` unless the file is a CSV that quotes its header
        and has blank cells of both kinds, ``""`` and nothing between delimiters.
    header_row
        Row number of the header in the spreadsheet.
    told
        What the file itself tells of the question over a column, by column number;
        only of files that are more than a table.
    """

    frame: pd.DataFrame
    header: Mapping[int, str]
    source: Source
    left_out: tuple[tuple[str, int], ...] = field(default=())
    quoted_blanks: Mapping[int, NDArray[np.bool_]] | None = None
    header_row: int = 1
    told: Mapping[int, Question] = field(default_factory=dict)
    _counted: "dict[int, pd.Series[int]]" = field(
        default_factory=dict, init=False, compare=False
    )

    def titles(self) -> tuple[str, ...]:
        """Header texts from left to right, of the columns that are kept."""
        return tuple(self.header.values())

    def texts(self, position: int) -> pd.Series:
        """Cells of a column that aren't blank, by its number."""
        return self.frame[position].dropna()

    def counts(self, position: int) -> "pd.Series[int]":
        """Count the cells of each text in a column, without blank ones.

        Patterns are best tried on its index: a column of a million answers mostly has
        a handful of texts.
        """
        if position not in self._counted:
            self._counted[position] = count_texts(self.frame[position])
        return self._counted[position]

    def row(self, number: int) -> dict[int, str]:
        """Texts of one of the rows under the header, from 0; blank cells are ``""``.

        For platforms with several header rows. Empty where there is no such row.
        """
        if number >= len(self.frame):
            return {}
        cells = zip(self.header, self.frame.iloc[number], strict=True)
        return {n: "" if pd.isna(text) else text for n, text in cells}

    def locate(self, row: int | None = None, column: str | None = None) -> Location:
        """Point at one place, for an error message."""
        return Location(self.source.file, self.source.sheet, row, column)


def count_texts(column: pd.Series) -> "pd.Series[int]":
    """Count the cells of each text, in order of appearance, without blank ones."""
    if len(column) > _SHORT:
        return column.value_counts(sort=False)
    # Many short columns: here pandas takes longer to begin than Python to count.
    counts = Counter(text for text in column.tolist() if isinstance(text, str))
    index = pd.Index(list(counts), dtype=column.dtype)
    return pd.Series(list(counts.values()), index=index, dtype="int64")


def make_grid(
    columns: Mapping[int, pa.Array | pa.ChunkedArray],
    source: Source,
    *,
    tells_blanks: bool = False,
    header_row: int | None = None,
) -> Grid:
    """Find the header, and set blank rows and columns aside.

    Parameters
    ----------
    columns
        Cells of each column by its number, all of one length: row 1, row 2…
    source
        Where they come from.
    tells_blanks
        Whether a blank text is a cell written as ``""``, and missing one of which
        nothing is written. Without it, both are the same.
    header_row
        Row number of the header, if a person has named it.

    Raises
    ------
    NoResponsesError
        If all cells are blank, or nothing stands under the header.
    ExportError
        If it is unclear which row holds the headers.
    """
    where = Location(source.file, source.sheet)
    missing = {number: _blank_to_missing(array) for number, array in columns.items()}
    arrays = {n: array for n, array in missing.items() if array.null_count < len(array)}
    if not arrays:
        problem = "all cells are blank"
        raise NoResponsesError(problem, where, "download the export again")
    table = pa.table({str(number): array for number, array in arrays.items()})
    frame = table.to_pandas().set_axis(list(arrays), axis="columns").astype("str")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")

    found = find_header(arrays, where, told=header_row)
    body = frame.iloc[found.number :]
    filled = rows_filled(body)
    if not filled.any():
        problem = "there is a header but no response under it"
        raise NoResponsesError(
            problem, where, "export the survey once it has responses"
        )

    first = frame.loc[found.number]
    header = {number: "" if pd.isna(text) else text for number, text in first.items()}
    if not filled.all():
        body = body.loc[filled]
    kept = [n for n in header if header[n].strip() or body[n].notna().any()]
    left_out = {
        "rows above the header": found.above,
        "blank rows": int((~filled).sum()),
        "blank columns": len(columns) - len(kept),
    }
    frame = body[kept]
    quoted = _quoted_blanks(columns, frame, kept) if tells_blanks else None
    return Grid(
        frame=frame,
        header={number: header[number] for number in kept},
        source=replace(source, notes=(*source.notes, *found.notes)),
        left_out=tuple((what, n) for what, n in left_out.items() if n),
        quoted_blanks=quoted,
        header_row=found.number,
    )


def rows_filled(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the rows in which some cell isn't blank.

    Columns are looked at one by one until no row is in doubt, mostly after a few.
    """
    filled = np.zeros(len(frame), dtype=bool)
    for column in range(frame.shape[1]):
        filled |= frame.iloc[:, column].notna().to_numpy(dtype=bool)
        if filled.all():
            break
    return filled


def listed(numbers: list[int]) -> str:
    """Row or column numbers for a sentence, the first ten of them."""
    text = ", ".join(str(number) for number in numbers[:_LISTED])
    more = len(numbers) - _LISTED
    return f"{text} and {more} more" if more > 0 else text


def _quoted_blanks(
    columns: Mapping[int, pa.Array | pa.ChunkedArray],
    frame: pd.DataFrame,
    kept: Sequence[int],
) -> dict[int, NDArray[np.bool_]] | None:
    """Mark the cells written as ``""``, if there are blank ones of both kinds."""
    rows = frame.index.to_numpy() - 1
    blanks = {n: frame[n].isna().to_numpy(dtype=bool) for n in kept}
    marks = {
        n: blank & pc.is_valid(columns[n]).to_numpy(zero_copy_only=False)[rows]
        for n, blank in blanks.items()
    }
    quoted = sum(int(mark.sum()) for mark in marks.values())
    blank = sum(int(blank.sum()) for blank in blanks.values())
    return marks if 0 < quoted < blank else None


def _blank_to_missing(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    blank = pc.equal(pc.binary_length(array), 0)
    return pc.if_else(blank, None, array) if pc.any(blank).as_py() else array
