"""Grid and platform to `RawTable`: names, roles and what a person should know."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.errors import ExportError
from surveytools.reading.dates import date_notes
from surveytools.reading.grid import Grid, listed
from surveytools.reading.personal import is_personal
from surveytools.reading.personal_cells import addresses_inside, personal_kind
from surveytools.reading.platform import Match, Platform, Shape
from surveytools.reading.table import Column, Question, RawTable, Role

__all__ = ["assemble", "column_names"]

_SWOLLEN = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+\d+|-?\d{16,}")


def assemble(grid: Grid, platform: Platform, match: Match) -> RawTable:
    """Name the columns, give each its role, and gather the notes.

    Parameters
    ----------
    grid
        The cells.
    platform
        What they are read as.
    match
        Why.

    Raises
    ------
    ExportError
        If the platform can't read the export.
    """
    shape = platform.shape(grid)
    frame, left_out = _responses(grid, shape)
    header = {
        n: shape.headers.get(n, text)
        for n, text in grid.header.items()
        if n in frame.columns
    }
    same_rows = shape.frame is None and len(frame) == len(grid.frame)
    as_read = grid
    grid = replace(grid, frame=frame, header=header, left_out=left_out)
    counted = as_read if same_rows else grid  # what platforms counted isn't again
    names = column_names(grid.header)
    roles, notes = _roles(grid, shape.roles, shape.questions)
    columns = tuple(
        Column(
            position,
            names[position],
            header,
            roles.get(position, Role.ANSWER),
            shape.questions.get(position),
        )
        for position, header in grid.header.items()
    )
    notes += date_notes(grid, roles)
    repeated = sum(n > 1 for text, n in Counter(grid.titles()).items() if text.strip())
    if repeated:
        notes.append(f"headers that stand over several columns: {repeated}")
    if nameless := [c.position for c in columns if not c.header.strip()]:
        notes.append(f"no header over column {listed(nameless)}")
    answers = [c.position for c in columns if c.role is Role.ANSWER]
    if swollen := [n for n in answers if _any_swollen(counted.counts(n).index)]:
        notes.append(
            f"column {listed(swollen)} has numbers of more than 15 digits or like "
            "1.2E+10: a spreadsheet may have rounded them"
        )
    rows = grid.frame.index
    return RawTable(
        frame=grid.frame.set_axis([c.name for c in columns], axis="columns"),
        columns=columns,
        file=grid.source.file,
        sheet=grid.source.sheet,
        sha256=grid.source.sha256,
        platform=platform.name,
        reason=match.reason,
        certainty=str(match.certainty),
        encoding=grid.source.encoding,
        delimiter=grid.source.delimiter,
        separator=shape.separator,
        labels=shape.labels,
        notes=(*grid.source.notes, *shape.notes, *notes),
        left_out=grid.left_out,
        not_shown=_by_name(shape.not_shown, names, rows),
        skipped=_by_name(shape.skipped, names, rows),
        unanswered=_by_name(shape.unanswered, names, rows),
        partial=_of_rows(shape.partial, rows),
        test=_of_rows(shape.test, rows),
    )


def _responses(
    grid: Grid, shape: Shape
) -> tuple[pd.DataFrame, tuple[tuple[str, int], ...]]:
    """Take off the further header rows, and rows that hold no response.

    Raises
    ------
    ExportError
        If no response is left.
    """
    frame = grid.frame if shape.frame is None else shape.frame
    further = list(grid.frame.index[: shape.header_rows - 1])
    apart = [row for rows in shape.set_aside.values() for row in rows]
    gone = frame.index.isin([*further, *apart])
    above = int(gone.sum())
    # A slice from the top on copies nothing.
    frame = frame.iloc[above:] if gone[:above].all() else frame[~gone]
    if frame.empty:
        problem = "there are headers but no response under them"
        hint = "export the survey once it has responses"
        raise ExportError(problem, grid.locate(), hint)
    filled = frame.notna().any()
    kept = [
        number
        for number, text in grid.header.items()
        if text.strip() or shape.headers.get(number, "").strip() or filled[number]
    ]
    counts = dict(grid.left_out)
    counts |= {what: len(rows) for what, rows in shape.set_aside.items() if len(rows)}
    blank = frame.shape[1] - len(kept)
    if blank:
        counts["blank columns"] = counts.get("blank columns", 0) + blank
    return frame[kept], tuple(counts.items())


def _by_name(
    marks: Mapping[int, "pd.Series[bool]"],
    names: Mapping[int, str],
    rows: "pd.Index[int]",
) -> dict[str, NDArray[np.bool_]]:
    """Align a platform's marks of cells with the responses, by column name."""
    return {
        names[n]: marked
        for n, cells in marks.items()
        if n in names and (marked := _of_rows(cells, rows)) is not None
    }


def _of_rows(
    marks: "pd.Series[bool] | None", rows: "pd.Index[int]"
) -> NDArray[np.bool_] | None:
    if marks is None:
        return None
    return marks.reindex(rows, fill_value=False).to_numpy(dtype=bool)


def column_names(header: Mapping[int, str]) -> dict[int, str]:
    """Give each column a name of its own, by position.

    The header itself where it is unique; with `` (column 17)`` behind it where it
    isn't; ``column 17`` where there is none.
    """
    names = {n: text if text.strip() else f"column {n}" for n, text in header.items()}
    while len(set(names.values())) < len(names):
        seen = Counter(names.values())
        names = {
            n: f"{name} (column {n})" if seen[name] > 1 else name
            for n, name in names.items()
        }
    return names


def _roles(
    grid: Grid, given: Mapping[int, Role], questions: Mapping[int, Question]
) -> tuple[dict[int, Role], list[str]]:
    """Add to the platform's roles those that a header or the cells give away."""
    roles = dict(given)
    others = {n: text for n, text in grid.header.items() if n not in roles}
    personal = [
        n
        for n, text in others.items()
        if is_personal(text) or _asks_personal(questions.get(n))
    ]
    numbering = [
        n for n, text in others.items() if not text.strip() and _is_count(grid.frame[n])
    ]
    roles |= dict.fromkeys(personal, Role.IDENTITY)
    roles |= dict.fromkeys(numbering, Role.METADATA)
    notes = []
    if personal:
        notes.append(
            f"column {listed(personal)} holds personal data by its header: not an "
            "answer, never passed on"
        )
    if repeated := [n for n in personal if _repeats(grid, n)]:
        notes.append(
            f"column {listed(repeated)} looks like answers to choose from, though: to "
            "keep it, write a longer header in a copy of the file, such as 'Name of "
            "the service'"
        )
    shown: dict[str, list[int]] = {}
    for n, text in others.items():
        if n not in roles and (kind := personal_kind(text, grid.frame[n])) is not None:
            shown.setdefault(kind, []).append(n)
            roles[n] = Role.IDENTITY
    for kind, columns in shown.items():
        notes.append(
            f"column {listed(columns)} holds {kind}, by its cells: personal data, not "
            "an answer, never passed on"
        )
    notes += addresses_inside(grid, [n for n in others if n not in roles])
    if numbering:
        notes.append(f"column {listed(numbering)} only numbers the rows")
    return roles, notes


def _repeats(grid: Grid, position: int) -> bool:
    """Tell whether a few texts fill a column, as people's names hardly would."""
    counts = grid.counts(position)
    return len(counts) > 1 and int(counts.min()) > 1


def _asks_personal(question: Question | None) -> bool:
    """Tell whether the question behind a code or a name asks for personal data."""
    return question is not None and question.part is None and is_personal(question.text)


def _is_count(texts: pd.Series) -> bool:
    """Tell whether a column numbers the rows, upward, from any number on."""
    if texts.hasnans or not texts.str.fullmatch(r"\d{1,9}").all():
        return False
    numbers = texts.astype("int64")
    return bool(numbers.is_monotonic_increasing and numbers.is_unique)


def _any_swollen(texts: "pd.Index[str]") -> bool:
    return any(map(_SWOLLEN.fullmatch, texts.tolist()))
