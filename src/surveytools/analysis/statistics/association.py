"""Association in a table: chi-square and Cramér's V, also under a sampling design."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveytools.analysis.statistics.arrays import (
    Floats,
    checked_level,
    chi_square_tail,
)
from surveytools.analysis.statistics.designs import (
    Design,
    degrees_within,
    linearised_covariance,
)

__all__ = [
    "Association",
    "RaoScott",
    "chi_square_test",
    "corrected_chi_square",
    "rao_scott_test",
]


@dataclass(frozen=True, slots=True)
class Association:
    """Pearson's chi-square of a table, and how strong the association is.

    ``smallest_expected`` below 5 warns that p is approximate. ``v`` is Cramér's V,
    ``low`` and ``high`` its interval; ``corrected_v`` is near 0 where there is no
    association, while ``v`` grows with the number of cells. NaN without two rows and
    two columns.
    """

    statistic: float
    degrees: int
    p: float
    base: float
    smallest_expected: float
    v: float
    low: float
    high: float
    corrected_v: float


@dataclass(frozen=True, slots=True)
class RaoScott:
    """Pearson's chi-square corrected for how the sample was drawn.

    ``p`` is that of ``corrected``, which is ``statistic`` over the mean design effect
    ``effect``, on ``degrees`` degrees of freedom: the first-order correction.
    ``second_p`` is that of the second order, which allows for unequal design effects;
    NaN where it isn't computed.
    """

    statistic: float
    effect: float
    corrected: float
    degrees: int
    p: float
    second_p: float


def chi_square_test(counts: ArrayLike, *, level: float = 0.95) -> Association:
    """Test whether the rows and columns of a table are associated.

    Parameters
    ----------
    counts
        Table of counts; each respondent in one cell. Empty rows and columns are left
        out.
    level
        Two-sided coverage of the interval of V, between 0 and 1.

    Returns
    -------
    Association

    Raises
    ------
    ValueError
        If a count is negative or missing.

    Notes
    -----
    No continuity correction. The interval is that of the population's V: the root of
    L / (n (min(r, c) - 1)), L being a bound of the noncentrality of chi-square. V
    itself is too large on average; ``corrected_v`` is the better point.

    References
    ----------
    H. Cramér, *Mathematical Methods of Statistics*, 1946, section 21.9. W. Bergsma, "A
    bias-correction for Cramér's V and Tschuprow's T", Journal of the Korean Statistical
    Society 42, 2013, 323-328. M. Smithson, *Confidence Intervals*, 2003, chapter 4.
    """
    checked_level(level)
    table = np.atleast_2d(np.asarray(counts, dtype=float))
    if not np.all(table >= 0):
        msg = "counts must be numbers of 0 or more"
        raise ValueError(msg)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n = float(table.sum())
    rows, columns = table.shape
    if min(rows, columns) < 2:  # noqa: PLR2004  # one row has no association
        nan = float("nan")
        return Association(nan, 0, nan, n, nan, nan, nan, nan, nan)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    statistic = float(np.sum(np.square(table - expected) / expected))
    degrees = (rows - 1) * (columns - 1)
    shorter = min(rows, columns) - 1
    low, high = _noncentrality(statistic, degrees, level)
    return Association(
        statistic=statistic,
        degrees=degrees,
        p=chi_square_tail(statistic, degrees),
        base=n,
        smallest_expected=float(expected.min()),
        v=float(np.sqrt(statistic / (n * shorter))),
        low=min(1.0, float(np.sqrt(low / (n * shorter)))),
        high=min(1.0, float(np.sqrt(high / (n * shorter)))),
        corrected_v=_corrected_v(statistic / n, rows, columns, n),
    )


def rao_scott_test(rows: ArrayLike, columns: ArrayLike, design: Design) -> RaoScott:
    """Test the association of two single-response items under a sampling design.

    Parameters
    ----------
    rows, columns
        Number of each respondent's answer to either item, from 0; -1 for none, which
        leaves the respondent out of the domain.
    design
        Of all respondents.

    Returns
    -------
    RaoScott
        ``second_p`` is from the F distribution with the design's degrees of freedom.
        NaN without two rows and two columns that respondents gave.

    References
    ----------
    J. N. K. Rao, A. J. Scott, "On chi-squared tests for multiway contingency tables
    with cell proportions estimated from survey data", Annals of Statistics 12, 1984,
    46-60. Computed as R's ``svychisq`` does.
    """
    row, column = np.asarray(rows), np.asarray(columns)
    inside = (row >= 0) & (column >= 0) & (design.weights > 0)
    weights = np.where(inside, design.weights, 0.0)
    row_codes, row = np.unique(np.where(inside, row, -1), return_inverse=True)
    column_codes, column = np.unique(np.where(inside, column, -1), return_inverse=True)
    shift = int(row_codes[0] < 0)  # the code -1 comes first, where it occurs
    shape = (len(row_codes) - shift, len(column_codes) - shift)
    if min(shape, default=0) < 2:  # noqa: PLR2004
        return RaoScott(*(float("nan"),) * 3, 0, *(float("nan"),) * 2)
    cells = shape[0] * shape[1]
    place = np.where(inside, (row - shift) * shape[1] + column - shift, 0)
    total = weights.sum()
    share = np.bincount(place, weights, minlength=cells) / total
    indicator = np.zeros((len(place), cells))
    indicator[np.arange(len(place)), place] = 1
    covariance = linearised_covariance(
        (indicator - share) * weights[:, None] / total, design
    )
    table = share.reshape(shape)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    n = np.count_nonzero(inside)
    statistic = float(n * np.sum(np.square(table - expected) / expected))
    contrast = np.kron(_contrasts(shape[0]), _contrasts(shape[1]))
    scaled = np.divide(
        contrast, share[:, None], out=np.zeros_like(contrast), where=share[:, None] > 0
    )
    simple = contrast.T @ scaled / n
    effects = np.linalg.solve(simple, scaled.T @ covariance @ scaled)
    trace, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    return corrected_chi_square(
        statistic,
        contrast.shape[1],
        trace=trace,
        squares=squares,
        error_degrees=degrees_within(design, inside),
    )


def corrected_chi_square(
    statistic: float,
    degrees: int,
    *,
    trace: float,
    squares: float | None = None,
    error_degrees: float = float("inf"),
) -> RaoScott:
    """Correct a chi-square statistic given sums of its design effects.

    Parameters
    ----------
    statistic, degrees
        Pearson's statistic and the number of its independent parts.
    trace, squares
        Sum of the parts' design effects, and of their squares where these are known.
    error_degrees
        Degrees of freedom behind the design effects.
    """
    from scipy.special import chdtrc, fdtrc  # noqa: PLC0415  # a third of a second

    effect = trace / degrees
    corrected = statistic / effect
    second = float("nan")
    if squares is not None:
        parts = trace**2 / squares
        second = float(
            chdtrc(parts, parts * statistic / trace)
            if np.isinf(error_degrees)
            else fdtrc(parts, parts * error_degrees, statistic / trace)
        )
    return RaoScott(
        statistic=statistic,
        effect=effect,
        corrected=corrected,
        degrees=degrees,
        p=chi_square_tail(corrected, degrees),
        second_p=second,
    )


def _contrasts(size: int) -> Floats:
    """Columns that add up to 0."""
    return np.eye(size)[:, 1:] - 1 / size


def _noncentrality(statistic: float, degrees: int, level: float) -> tuple[float, float]:
    """Bounds of the noncentrality of a chi-square statistic.

    A statistic below its mean without association would bound the noncentrality ever
    closer, as if it were surer of it; the upper bound is then that of the mean.
    """
    from scipy.special import chdtr, chndtrinc  # noqa: PLC0415

    def bound(found: float, tail: float) -> float:
        reached = chdtr(degrees, found) > tail  # otherwise rarer than by chance
        return float(chndtrinc(found, degrees, tail)) if reached else 0.0

    low = bound(statistic, (1 + level) / 2)
    return low, bound(max(statistic, float(degrees)), (1 - level) / 2)


def _corrected_v(phi2: float, rows: int, columns: int, n: float) -> float:
    if n <= 1:
        return math.nan
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    shorter = min(
        rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    )
    return min(1.0, float(np.sqrt(phi2 / (shorter - 1)))) if shorter > 1 else math.nan
