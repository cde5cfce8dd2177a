"""What the rooms of statistics share: one shape, checks, critical values."""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ROUNDING",
    "Floats",
    "checked_counts",
    "checked_level",
    "chi_square_tail",
    "normal_quantile",
    "same_shape",
    "t_quantile",
    "t_two_sided",
]

Floats = NDArray[np.float64]

ROUNDING = 1e-9
"""Share of a base by which sums of weights may be off."""


def same_shape(*values: ArrayLike) -> tuple[Floats, ...]:
    """Turn numbers, lists or arrays into float arrays of one broadcast shape."""
    return np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))


def checked_counts(count: ArrayLike, base: ArrayLike) -> tuple[Floats, Floats]:
    """Broadcast counts and bases.

    Weighted counts that lie outside by rounding are put right.

    Raises
    ------
    ValueError
        If some ``count`` is negative or exceeds its ``base``.
    """
    k, n = same_shape(count, base)
    margin = ROUNDING * n
    if np.any((k < -margin) | (k > n + margin) | (n < 0)):
        msg = "count must lie between 0 and base"
        raise ValueError(msg)
    return np.clip(k, 0, n), n


def checked_level(level: float) -> float:
    """Return a level of coverage.

    Raises
    ------
    ValueError
        If it doesn't lie between 0 and 1.
    """
    if not 0 < level < 1:
        msg = f"level must lie between 0 and 1, not {level}"
        raise ValueError(msg)
    return level


def normal_quantile(level: float) -> float:
    """Two-sided critical value of the normal distribution: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + checked_level(level)) / 2)


def t_quantile(level: float, degrees: ArrayLike) -> Floats:
    """Two-sided critical value of Student's t; NaN without a degree of freedom."""
    from scipy.special import stdtrit  # noqa: PLC0415  # a third of a second

    df = np.asarray(degrees, dtype=float)
    enough = np.where(df > 0, df, np.nan)
    quantile = np.asarray(stdtrit(enough, (1 + checked_level(level)) / 2))
    return np.where(np.isnan(enough), np.nan, quantile)


def t_two_sided(statistic: Floats, degrees: Floats) -> Floats:
    """Two-sided p value of Student's t."""
    from scipy.special import stdtr  # noqa: PLC0415

    return np.asarray(2 * stdtr(degrees, -np.abs(statistic)))


def chi_square_tail(statistic: float, degrees: float) -> float:
    """Probability of a larger chi-square."""
    from scipy.special import chdtrc  # noqa: PLC0415

    return float(chdtrc(degrees, statistic))
