"""Exports that R read and wrote again."""

import re

import pandas as pd

from surveytools.reading.grid import Grid

__all__ = ["R_BLANK", "as_r_wrote"]

R_BLANK = "NA"
_NUMBER = r"-?\d+(?:[.,]\d+)?"
_SPELT = re.compile(r"<U\+[0-9A-Fa-f]{4,8}>")


def as_r_wrote(grid: Grid) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Take R's marks off, where the cells show that R wrote the file.

    R's ``write.csv`` puts a column without header before the others that numbers the
    rows, and ``NA`` where a cell was blank; on Windows it spells characters that the
    code page lacks as ``<U+0441>``.

    Parameters
    ----------
    grid
        The cells.

    Returns
    -------
    tuple
        The frame without these marks, ``None`` where R didn't write the file; and
        what was done, in words.
    """
    first = next(iter(grid.header))
    numbers = [str(n) for n in range(1, len(grid.frame) + 1)]
    if grid.header[first].strip() or grid.frame[first].tolist() != numbers:
        return None, ()
    blank = grid.frame.isin([R_BLANK])
    if not any(_is_number(grid.texts(n)) for n in grid.header if blank[n].any()):
        return None, ()
    frame = grid.frame.copy(deep=False)
    for column in frame.columns[blank.any()]:
        frame[column] = frame[column].mask(blank[column])
    notes = [f"R wrote the file again: {int(blank.to_numpy().sum())} NA read as blank"]
    spelt = [n for n in grid.header if any(map(_SPELT.search, grid.counts(n).index))]
    for n in spelt:
        frame[n] = frame[n].str.replace(_SPELT, _character, regex=True)
    if spelt:
        notes.append("R spelt characters as <U+0441>: read as the characters they are")
    return frame, tuple(notes)


def _is_number(texts: pd.Series) -> bool:
    """Tell whether a column has numbers, and nothing else but R's blanks."""
    rest = texts[texts.ne(R_BLANK)]
    return len(rest) > 0 and bool(rest.str.fullmatch(_NUMBER).all())


def _character(match: re.Match[str]) -> str:
    number = int(match[0][3:-1], 16)
    return chr(number) if number <= 0x10FFFF else match[0]  # noqa: PLR2004 - the last
