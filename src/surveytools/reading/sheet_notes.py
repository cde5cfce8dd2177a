"""What a spreadsheet holds beside plain cells, said once."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from surveytools.reading.cells import Cells
from surveytools.reading.grid import Grid, listed

__all__ = ["with_notes"]

_CELL_LIMIT = 32_767


def with_notes(grid: Grid, columns: Mapping[int, pa.Array], cells: Cells) -> Grid:
    """Add to a grid what its workbook lost, hides or holds beside the responses.

    Parameters
    ----------
    grid
        The cells.
    columns
        All cells of the sheet, by column number.
    cells
        What was found in them.
    """
    notes = (
        *_kinds(columns, cells),
        *_stray_dates(columns, cells),
        *_hidden(grid, cells),
        *_merged(grid, cells),
    )
    source = replace(grid.source, notes=(*grid.source.notes, *notes))
    return replace(grid, source=source)


def _kinds(columns: Mapping[int, pa.Array], cells: Cells) -> tuple[str, ...]:
    notes = []
    cut = sum(
        pc.sum(pc.equal(pc.utf8_length(array), _CELL_LIMIT)).as_py() or 0
        for array in columns.values()
    )
    if cut:
        notes.append(
            f"cells with {_CELL_LIMIT:,} characters, the most that a workbook holds: "
            f"{cut}; their text may be cut off"
        )
    if errors := cells.count("error"):
        notes.append(f"cells with a spreadsheet error such as #NAME?: {errors}")
    if unvalued := cells.count("unvalued"):
        notes.append(
            f"formulas without result, whose text was taken as the answer: {unvalued}"
        )
    if shared := cells.count("shared"):
        notes.append(f"formulas with neither result nor text, taken as blank: {shared}")
    if (results := cells.formulas - unvalued - shared) > 0:
        notes.append(f"cells with the stored result of a formula: {results}")
    if cells.comments:
        notes.append(f"comments on cells, not read: {cells.comments}")
    return tuple(notes)


def _stray_dates(columns: Mapping[int, pa.Array], cells: Cells) -> tuple[str, ...]:
    """Find columns in which Excel may have turned ranges such as 3-5 into dates."""
    stray = [
        number
        for (number, kind), dates in sorted(cells.kinds.items())
        if kind == "date"
        and dates < (len(columns[number]) - columns[number].null_count - 1) / 2
    ]
    if not stray:
        return ()
    note = (
        f"column {listed(stray)} mixes dates with other answers: a spreadsheet may "
        "have turned ranges such as 3-5 into dates"
    )
    return (note,)


def _hidden(grid: Grid, cells: Cells) -> tuple[str, ...]:
    rows = len(cells.hidden_rows.intersection(grid.frame.index.tolist()))
    columns = [
        number
        for number in grid.header
        if any(first <= number <= last for first, last in cells.hidden_columns)
    ]
    notes = []
    if rows:
        notes.append(
            f"rows that the spreadsheet hides or filters away, read like the others: "
            f"{rows}"
        )
    if columns:
        notes.append(f"column {listed(columns)} is hidden, read like the others")
    return tuple(notes)


def _merged(grid: Grid, cells: Cells) -> tuple[str, ...]:
    """Say over which columns a header cell is merged, and how many answers are."""
    over = [
        f"{first} to {last}"
        for (top, first), (bottom, last) in cells.merged
        if top <= grid.header_row <= bottom and first < last
    ]
    first_row, last_row = grid.header_row + 1, int(grid.frame.index[-1])
    below = sum(first_row <= top <= last_row for (top, _), _ in cells.merged)
    notes = []
    if over:
        notes.append(
            f"one header cell is merged over column {', '.join(over)}: its text stands "
            "over the first of them only"
        )
    if below:
        notes.append(
            "merged cells among the responses, whose text counts for the first row "
            f"and column only: {below}"
        )
    return tuple(notes)
