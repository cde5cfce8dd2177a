"""References of cells (``r="AB12"``) in a sheet's XML, looked at all at once."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["furthest_cell"]

_OPENING = b'r="'
_LETTERS, _DIGITS = 3, 7
_LONGEST = len(_OPENING) + _LETTERS + _DIGITS + len('"')
_ENDS_NAME = np.zeros(256, dtype=bool)
_ENDS_NAME[list(b" \t\n\r\f\v/>")] = True


def furthest_cell(block: bytes) -> tuple[int, int] | None:
    """Give the last row and the last column that have a cell.

    Parameters
    ----------
    block
        A piece of the XML that ends between two cells.

    Returns
    -------
    row, column
        Their numbers, 0 where there is no cell; or ``None`` where a cell doesn't begin
        with its reference: up to three capitals and a number of up to seven digits.
    """
    data = np.frombuffer(block + bytes(_LONGEST + len("<c ")), np.uint8)
    cells = np.flatnonzero((data[:-2] == ord("<")) & (data[1:-1] == ord("c")))
    cells = cells[_ENDS_NAME[data[cells + 2]]]
    if not len(cells):
        return 0, 0
    # One row a place within the reference, one column a cell.
    places = sliding_window_view(data, _LONGEST)[cells + len("<c ")].T.copy()
    opening, places = places[: len(_OPENING)], places[len(_OPENING) :]
    if (opening != np.frombuffer(_OPENING, np.uint8)[:, None]).any():
        return None
    return _furthest(places)


def _furthest(places: NDArray[np.uint8]) -> tuple[int, int] | None:
    """Read letters, then digits, then a quotation mark, place by place."""
    count = places.shape[1]
    column, row = np.zeros(count, np.int64), np.zeros(count, np.int64)
    letters, digits = np.zeros(count, np.int8), np.zeros(count, np.int8)
    in_letters = in_reference = np.ones(count, dtype=bool)
    closed = np.zeros(count, dtype=bool)
    for place in places:
        # Bytes wrap around, so that what comes before "A" or "0" is far behind it.
        letter = in_letters & (place - ord("A") < 26)  # noqa: PLR2004
        digit = in_reference & ~letter & (place - ord("0") < 10)  # noqa: PLR2004
        digit &= (digits > 0) | (place != ord("0"))
        column = np.where(letter, column * 26 + (place - (ord("A") - 1)), column)
        row = np.where(digit, row * 10 + (place - ord("0")), row)
        letters += letter
        digits += digit
        closed |= in_reference & ~letter & ~digit & (place == ord('"'))
        in_letters, in_reference = letter, letter | digit
        if not in_reference.any():
            break
    usual = closed & (letters > 0) & (letters <= _LETTERS) & (digits > 0)
    if not (usual & (digits <= _DIGITS)).all():
        return None
    return int(row.max()), int(column.max())
