"""Intervals of proportions: Wilson, Clopper-Pearson, Agresti-Coull."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from surveytools.analysis.statistics.arrays import (
    Floats,
    checked_counts,
    checked_level,
    normal_quantile,
    same_shape,
)

__all__ = [
    "IntervalMethod",
    "agresti_coull_interval",
    "clopper_pearson_interval",
    "corrected_base",
    "proportion_interval",
    "wilson_interval",
]

IntervalMethod = Literal["wilson", "clopper-pearson", "agresti-coull"]


def proportion_interval(
    count: ArrayLike,
    base: ArrayLike,
    *,
    method: IntervalMethod = "wilson",
    level: float = 0.95,
    population: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Interval of a proportion by a named method, corrected for a known population.

    Parameters
    ----------
    count, base
        Respondents who gave the answer, and respondents that the share is a share
        of. Shapes must broadcast. For weighted data, the effective base, and the
        weighted share times it.
    method
        ``wilson``: the default, right on average. ``clopper-pearson``: never covers
        less than ``level`` (without a population), hence wider. ``agresti-coull``:
        close to Wilson, slightly wider.
    level
        Two-sided coverage, between 0 and 1.
    population
        People that the base was taken from, such as the headcount of a department; NaN
        where it isn't known. Without it, nothing is corrected.

    Returns
    -------
    low, high
        Bounds as fractions in [0, 1], of the broadcast shape; NaN where ``base`` is 0;
        the share itself where everybody in the population answered.

    Raises
    ------
    ValueError
        If some ``count`` is negative or exceeds its ``base``, some ``base`` exceeds its
        ``population``, or no method has that name.

    Notes
    -----
    Where the population N is known, the interval is that of the base n* of
    `corrected_base`. It covers the chance of who answered, if that was chance; it never
    covers self-selection.

    References
    ----------
    L. D. Brown, T. T. Cai, A. DasGupta, "Interval Estimation for a Binomial
    Proportion", Statistical Science 16(2), 2001, 101-133.

    Examples
    --------
    >>> low, high = proportion_interval(12, 30, population=40)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.316 to 0.491
    """
    k, n = checked_counts(count, base)
    checked_level(level)
    if method not in _METHODS:
        msg = f"no method {method!r}; there are {', '.join(_METHODS)}"
        raise ValueError(msg)
    if population is None:
        return _METHODS[method](k, n, level)
    k, n, full = same_shape(k, n, corrected_base(n, population))
    census = np.isinf(full)
    corrected = np.where(census, n, full)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
    low, high = _METHODS[method](share * corrected, corrected, level)
    return np.where(census, share, low), np.where(census, share, high)


def corrected_base(base: ArrayLike, population: ArrayLike) -> Floats:
    """Compute the base that a sample with replacement would need to be as sure.

    Parameters
    ----------
    base
        Respondents n.
    population
        People N that they were taken from; NaN where it isn't known.

    Returns
    -------
    array
        n* = n (N - 1) / (N - n); infinite where everybody answered; ``base`` itself
        where the population isn't known.

    Raises
    ------
    ValueError
        If some ``base`` exceeds its ``population``.

    References
    ----------
    W. G. Cochran, *Sampling Techniques*, 3rd ed., 1977, section 3.2: the variance of a
    proportion is (N - n) / (N - 1) times the binomial one.
    """
    n, whole = same_shape(base, population)
    if np.any(n > whole):
        msg = "base must not exceed population"
        raise ValueError(msg)
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected = np.where(n == whole, np.inf, n * (whole - 1) / (whole - n))
    corrected = np.where(n == 0, 0.0, corrected)
    return np.where(np.isnan(whole), n, corrected)


def wilson_interval(
    count: ArrayLike, base: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson score interval of a proportion.

    Parameters
    ----------
    count, base
        Respondents who gave the answer, and respondents that the share is a share
        of. Shapes must broadcast.
    level
        Two-sided coverage, between 0 and 1.

    Returns
    -------
    low, high
        Bounds as fractions in [0, 1], of the broadcast shape; exactly 0 where nobody
        and exactly 1 where everybody gave the answer; NaN where ``base`` is 0.

    Raises
    ------
    ValueError
        If some ``count`` is negative or exceeds its ``base``.

    Notes
    -----
    Preferred to the normal interval because bases per department are small [1]_.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai, A. DasGupta, "Interval Estimation for a Binomial
       Proportion", Statistical Science 16(2), 2001, 101-133.

    Examples
    --------
    >>> low, high = wilson_interval(3, 10)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.108 to 0.603
    """
    return _wilson(*checked_counts(count, base), level)


def clopper_pearson_interval(
    count: ArrayLike, base: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Clopper-Pearson interval of a proportion, from binomial tails.

    Covers at least ``level`` whatever the true share, so it is wider than Wilson's.
    Parameters, bounds and errors are those of `wilson_interval`.

    References
    ----------
    C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated
    in the case of the binomial", Biometrika 26(4), 1934, 404-413.
    """
    return _clopper_pearson(*checked_counts(count, base), level)


def agresti_coull_interval(
    count: ArrayLike, base: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Agresti-Coull interval of a proportion, the normal one around Wilson's centre.

    Parameters, bounds and errors are those of `wilson_interval`, but that a bound at
    the end of the scale is cut off there, not exact.

    References
    ----------
    A. Agresti, B. A. Coull, "Approximate is better than 'exact' for interval estimation
    of binomial proportions", The American Statistician 52(2), 1998, 119-126.
    """
    return _agresti_coull(*checked_counts(count, base), level)


def _wilson(k: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    low = np.where(k == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(k == n, 1.0, np.clip(centre + half, 0, 1))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def _clopper_pearson(k: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    from scipy.special import betaincinv  # noqa: PLC0415  # a third of a second

    tail = (1 - checked_level(level)) / 2
    # Where a shape would be 0 the bound is known; any valid shape will do there.
    low = betaincinv(np.where(k > 0, k, 1), n - k + 1, tail)
    high = betaincinv(k + 1, np.where(k < n, n - k, 1), 1 - tail)
    low, high = np.where(k == 0, 0.0, low), np.where(k == n, 1.0, high)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def _agresti_coull(k: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    z = normal_quantile(level)
    centre = (k + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(centre * (1 - centre) / (n + z**2))
    low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


_METHODS: dict[str, Callable[[Floats, Floats, float], tuple[Floats, Floats]]] = {
    "wilson": _wilson,
    "clopper-pearson": _clopper_pearson,
    "agresti-coull": _agresti_coull,
}
