"""Means and medians with intervals, and how low a base is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveytools.analysis.statistics.arrays import (
    Floats,
    checked_level,
    same_shape,
    t_quantile,
)

__all__ = [
    "LOW_BASES",
    "Moments",
    "low_base",
    "mean_interval",
    "median_interval",
    "moments",
]

LOW_BASES = (30, 100)
"""Bases below which a number is flagged: not tested, to be read with care."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Base, mean and standard deviation of groups, in arrays of one shape.

    ``base`` counts respondents. ``effective_base`` is smaller where weights differ;
    tests and intervals take that one.
    """

    base: Floats
    effective_base: Floats
    mean: Floats
    deviation: Floats

    def take(self, groups: NDArray[np.intp]) -> "Moments":
        """Pick groups by their place on the last axis."""
        return Moments(
            self.base[..., groups],
            self.effective_base[..., groups],
            self.mean[..., groups],
            self.deviation[..., groups],
        )


def moments(
    values: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    size: int = 1,
    weights: ArrayLike | None = None,
) -> Moments:
    """Compute base, mean and standard deviation of groups.

    Parameters
    ----------
    values
        A number per respondent; NaN where there is none.
    groups
        Number of each respondent's group, from 0; -1 for none. Without it everybody is
        in one group.
    size
        How many groups there are, also empty ones.
    weights
        Weight of each respondent.

    Returns
    -------
    Moments
        Mean NaN where the base is 0, deviation (divisor n - 1) where it is below 2.
    """
    y = np.asarray(values, dtype=float)
    place = np.zeros(len(y), dtype=np.int64) if groups is None else np.asarray(groups)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=float)
    inside = ~np.isnan(y) & (place >= 0) & (w > 0)
    y, place, w = y[inside], place[inside], w[inside]

    def sums(of: Floats) -> Floats:
        return np.bincount(place, of, minlength=size).astype(float)

    base = np.bincount(place, minlength=size).astype(float)
    total = sums(w)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums(w * y) / total
        spread = sums(w * np.square(y - mean[place])) / total
        deviation = np.sqrt(spread * np.where(base > 1, base / (base - 1), np.nan))
        effective = np.where(base > 0, total**2 / sums(w**2), 0.0)
    return Moments(base, effective, mean, deviation)


def mean_interval(
    mean: ArrayLike,
    deviation: ArrayLike,
    base: ArrayLike,
    *,
    level: float = 0.95,
    population: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Compute the t interval of a mean.

    Parameters
    ----------
    mean, deviation, base
        As `moments` gives them. Shapes must broadcast.
    level
        Two-sided coverage, between 0 and 1.
    population
        People N that the base n was taken from, NaN where it isn't known: the standard
        error is multiplied by the root of 1 - n/N.

    Returns
    -------
    low, high
        NaN where the base is below 2; the mean where everybody answered.

    Raises
    ------
    ValueError
        If some ``base`` exceeds its ``population``.

    References
    ----------
    W. G. Cochran, *Sampling Techniques*, 3rd ed., 1977, sections 2.6 and 2.8.
    """
    m, s, n = same_shape(mean, deviation, base)
    whole = np.asarray(np.inf if population is None else population, dtype=float)
    whole = np.where(np.isnan(whole), np.inf, whole)
    if np.any(n > whole):
        msg = "base must not exceed population"
        raise ValueError(msg)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = s * np.sqrt((1 - n / whole) / n)
    reach = t_quantile(level, n - 1) * error
    reach = np.where((n == whole) & (n > 0), 0.0, reach)
    return m - reach, m + reach


def median_interval(
    values: ArrayLike, *, level: float = 0.95, population: float | None = None
) -> tuple[float, float, float]:
    """Compute a median and its interval from order statistics.

    Parameters
    ----------
    values
        A number per respondent; NaN where there is none.
    level
        Least coverage, between 0 and 1.
    population
        People that the respondents were taken from, where known.

    Returns
    -------
    median, low, high
        The bounds are answers that were given: as many ranks from either end as leave
        the coverage at ``level`` or above. NaN where even the smallest and the largest
        answer don't reach it (below 6 respondents at 95 %).

    Raises
    ------
    ValueError
        If there are more values than people.

    Notes
    -----
    Exact and free of assumptions. Answers below the median follow a binomial
    distribution of one half, or, with a known population, a hypergeometric one.

    References
    ----------
    H. A. David, H. N. Nagaraja, *Order Statistics*, 3rd ed., 2003, section 7.1.
    """
    checked_level(level)
    y = np.asarray(values, dtype=float)
    y = np.sort(y[~np.isnan(y)])
    n = len(y)
    if n == 0:
        return (np.nan, np.nan, np.nan)
    median = float(np.median(y))
    whole = None if population is None or np.isnan(population) else int(population)
    if whole is not None and n > whole:
        msg = "base must not exceed population"
        raise ValueError(msg)
    if whole == n:
        return (median, median, median)
    # The rank may be j if fewer than j answers below the median is rare enough.
    rare = 2 * np.cumsum(_below_median(n, whole)) <= 1 - level
    rank = int(np.count_nonzero(rare[: (n + 1) // 2]))
    if rank == 0:
        return (median, np.nan, np.nan)
    return (median, float(y[rank - 1]), float(y[n - rank]))


def low_base(
    base: ArrayLike, *, limits: tuple[int, ...] = LOW_BASES
) -> NDArray[np.intp]:
    """Say how low each base is.

    Parameters
    ----------
    base
        Respondents, or the effective base.
    limits
        Bases that matter.

    Returns
    -------
    array
        How many of the limits the base is below: 0 enough, 1 below 100, 2 below 30.
    """
    n = np.asarray(base, dtype=float)
    below = [(~(n >= limit)).astype(np.intp) for limit in limits]  # NaN is low, too
    return np.asarray(np.sum(below, axis=0))


def _below_median(n: int, population: int | None) -> Floats:
    """Probability that 0, 1 … n of n answers lie at or below the true median."""
    from scipy.special import gammaln  # noqa: PLC0415  # a third of a second

    def log_choose(of: Floats | float, chosen: Floats) -> Floats:
        return np.asarray(
            gammaln(of + 1) - gammaln(chosen + 1) - gammaln(of - chosen + 1)
        )

    below = np.arange(n + 1, dtype=float)
    if population is None:
        return np.asarray(np.exp(log_choose(float(n), below) - n * np.log(2)))
    half = (population + 1) // 2
    possible = (below <= half) & (n - below <= population - half)
    logs = log_choose(float(half), np.where(possible, below, 0)) + log_choose(
        float(population - half), np.where(possible, n - below, 0)
    )
    logs = logs - log_choose(float(population), np.asarray(float(n)))
    return np.where(possible, np.exp(logs), 0.0)
