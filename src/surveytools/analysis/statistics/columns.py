"""Columns of a banner tested against one another, and their letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from string import ascii_uppercase

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveytools.analysis.statistics.arrays import (
    Floats,
    checked_level,
    same_shape,
)
from surveytools.analysis.statistics.comparisons import (
    Comparison,
    ProportionTest,
    compare_means,
    compare_proportions,
)
from surveytools.analysis.statistics.corrections import Correction, adjust_p
from surveytools.analysis.statistics.means import Moments

__all__ = [
    "MIN_BASE",
    "ColumnTests",
    "column_letters",
    "column_names",
    "compare_column_means",
    "compare_columns",
    "one_family",
]

MIN_BASE = 30
"""Smallest base of a column that is tested, by convention of market research."""


@dataclass(frozen=True, slots=True, eq=False)
class ColumnTests:
    """Each column against each other one, in arrays of shape (..., k, k).

    The last axis but one is the column, the last the one it is compared with.
    ``difference``, ``low`` and ``high`` are the column minus the other. ``p`` is as
    tested, ``adjusted`` corrected over all pairs of the array; both are NaN on the
    diagonal and where a base is too small.
    """

    difference: Floats
    low: Floats
    high: Floats
    p: Floats
    adjusted: Floats


def compare_columns(
    count: ArrayLike,
    base: ArrayLike,
    *,
    test: ProportionTest = "z",
    correction: Correction = "holm",
    min_base: float = MIN_BASE,
    level: float = 0.95,
    shared_count: ArrayLike = 0,
    shared_base: ArrayLike = 0,
) -> ColumnTests:
    """Test the shares of all pairs of columns.

    Parameters
    ----------
    count, base
        Arrays of shape (..., k): answers by k columns.
    test, level
        As in `compare_proportions`.
    correction
        How p is corrected over all pairs and answers; see `adjust_p`.
    min_base
        Columns with a smaller base aren't tested and don't count in the family.
    shared_count, shared_base
        Of shape (..., k, k): respondents who belong to both columns, with the answer
        and in all. Needed where columns overlap.

    Returns
    -------
    ColumnTests

    Raises
    ------
    ValueError
        As `compare_proportions`.
    """
    k, n = same_shape(count, base)
    shared_k, shared_n = same_shape(shared_count, shared_base)
    upper = _pairs(k.shape[-1])
    pairs = compare_proportions(
        k[..., upper[0]], n[..., upper[0]], k[..., upper[1]], n[..., upper[1]],
        test=test, level=level,
        shared_count=shared_k[..., upper[0], upper[1]] if shared_k.ndim else shared_k,
        shared_base=shared_n[..., upper[0], upper[1]] if shared_n.ndim else shared_n,
    )  # fmt: skip
    return _column_tests(pairs, n, correction, min_base)


def compare_column_means(
    columns: Moments,
    *,
    correction: Correction = "holm",
    min_base: float = MIN_BASE,
    level: float = 0.95,
) -> ColumnTests:
    """Test the means of all pairs of columns by Welch's t test.

    Parameters
    ----------
    columns
        Moments with arrays of shape (..., k): items by k columns, which must not
        overlap.
    correction, min_base, level
        As in `compare_columns`.
    """
    first, other = _pairs(columns.mean.shape[-1])
    pairs = compare_means(columns.take(first), columns.take(other), level=level)
    return _column_tests(pairs, columns.effective_base, correction, min_base)


def one_family(*parts: ColumnTests, correction: Correction) -> ColumnTests:
    """Correct tests of several kinds, of shares and of means, as one family.

    Parameters
    ----------
    parts
        Arrays of shape (lines, k, k) for the same k columns.
    correction
        How ``p`` is corrected over all pairs of all lines of all parts.

    Returns
    -------
    ColumnTests
        The lines of all parts below one another.

    Notes
    -----
    Holm's promise holds whatever the tests have in common, so also where a line is the
    sum of others, as a net is, or says the same in other numbers, as a mean does. A
    line that is there twice is counted twice, which makes the correction stricter.
    """
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("difference", "low", "high", "p")
    }
    first, other = _pairs(joined["p"].shape[-1])
    adjusted = np.full_like(joined["p"], np.nan)
    adjusted[..., first, other] = adjust_p(
        joined["p"][..., first, other], method=correction
    )
    adjusted[..., other, first] = adjusted[..., first, other]
    return ColumnTests(**joined, adjusted=adjusted)


def column_letters(
    p: ArrayLike,
    difference: ArrayLike,
    base: ArrayLike,
    labels: Sequence[str],
    *,
    level: float,
    min_base: float = MIN_BASE,
) -> NDArray[np.object_]:
    """Name in each column the columns that it exceeds beyond chance.

    Parameters
    ----------
    p, difference
        Of shape (..., k, k), as in `ColumnTests`; ``p`` as corrected.
    base
        Of shape (..., k).
    labels
        Names of the k columns, such as `column_names` gives.
    level
        A letter stands where p is below 1 - ``level``.
    min_base
        Columns with a smaller base get no letters and give none.

    Returns
    -------
    array
        Of shape (..., k): the labels, in order and separated by blanks; empty where
        there is none. The larger of two values bears the letter of the smaller.

    Raises
    ------
    ValueError
        If shapes don't fit, or two columns have one label.
    """
    tested = np.asarray(p, dtype=float)
    columns = len(labels)
    if tested.shape[-2:] != (columns, columns):
        msg = f"{columns} labels for columns of shape {tested.shape[-2:]}"
        raise ValueError(msg)
    if len(set(labels)) < columns:
        msg = "two columns have one label"
        raise ValueError(msg)
    alpha = 1 - checked_level(level)
    enough = np.asarray(base, dtype=float) >= min_base
    beyond = (
        (tested < alpha)  # NaN isn't
        & (np.asarray(difference, dtype=float) > 0)
        & enough[..., :, None]
        & enough[..., None, :]
    )
    letters = np.empty(beyond.shape[:-1], dtype=object)
    for place in np.ndindex(letters.shape):
        shown = compress(labels, beyond[place])
        letters[place] = " ".join(shown)
    return letters


def column_names(columns: int) -> tuple[str, ...]:
    """Name columns A, B … Z, AA, AB … as spreadsheets do."""
    names = []
    for column in range(columns):
        name, rest = "", column + 1
        while rest:
            rest, letter = divmod(rest - 1, len(ascii_uppercase))
            name = ascii_uppercase[letter] + name
        names.append(name)
    return tuple(names)


def _pairs(columns: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """List each pair once, so that a correction counts it once."""
    return np.triu_indices(columns, 1)


def _column_tests(
    pairs: Comparison, base: Floats, correction: Correction, min_base: float
) -> ColumnTests:
    columns = base.shape[-1]
    first, other = _pairs(columns)
    enough = (base >= min_base)[..., first] & (base >= min_base)[..., other]
    p = np.where(enough, pairs.p, np.nan)

    def spread(values: Floats, mirrored: Floats, diagonal: float) -> Floats:
        square = np.full((*values.shape[:-1], columns, columns), diagonal)
        square[..., first, other] = values
        square[..., other, first] = mirrored
        return square

    adjusted = adjust_p(p, method=correction)
    return ColumnTests(
        difference=spread(pairs.difference, -pairs.difference, 0.0),
        low=spread(pairs.low, -pairs.high, np.nan),
        high=spread(pairs.high, -pairs.low, np.nan),
        p=spread(p, p, np.nan),
        adjusted=spread(adjusted, adjusted, np.nan),
    )
