"""Intervals of the difference of two proportions, also of overlapping groups."""

import numpy as np
from numpy.typing import ArrayLike

from surveytools.analysis.statistics.arrays import (
    ROUNDING,
    Floats,
    checked_counts,
    same_shape,
)
from surveytools.analysis.statistics.intervals import proportion_interval

__all__ = ["difference_interval"]


def difference_interval(
    count: ArrayLike,
    base: ArrayLike,
    other_count: ArrayLike,
    other_base: ArrayLike,
    *,
    level: float = 0.95,
    population: ArrayLike | None = None,
    other_population: ArrayLike | None = None,
    shared_count: ArrayLike = 0,
    shared_base: ArrayLike = 0,
) -> tuple[Floats, Floats]:
    """Interval of the first proportion minus the other one.

    Parameters
    ----------
    count, base, other_count, other_base
        Respondents who gave the answer and the base, of either group. Shapes must
        broadcast.
    level
        Two-sided coverage, between 0 and 1.
    population, other_population
        People in either group, where known, as in `proportion_interval`.
    shared_count, shared_base
        Of both numbers, how many are respondents who belong to both groups.

    Returns
    -------
    low, high
        Bounds in [-1, 1]; NaN where a base is 0.

    Raises
    ------
    ValueError
        If counts contradict one another, or populations are given for groups that
        overlap, for which this has no correction.

    Notes
    -----
    Newcombe's method 10: the distances of both shares from their Wilson bounds, added
    as squares. Groups that overlap are split into their three parts, whose shares are
    independent; the difference is a weighted sum of these, and the distances are added
    in the same way (Zou, Huang and Zhang's form for any weighted sum). Without overlap
    that is Newcombe's interval.

    References
    ----------
    R. G. Newcombe, "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17, 1998, 873-890.
    G. Y. Zou, W. Huang, X. Zhang, "A note on confidence interval estimation for a
    linear function of binomial proportions", Computational Statistics & Data Analysis
    53, 2009, 1080-1085.

    Examples
    --------
    >>> low, high = difference_interval(56, 70, 48, 80)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.0524 to 0.3339
    """
    k, n = checked_counts(count, base)
    other_k, other_n = checked_counts(other_count, other_base)
    shared_k, shared_n = checked_counts(shared_count, shared_base)
    overlaps = bool(np.any(shared_n > 0))
    if overlaps and (population is not None or other_population is not None):
        msg = "no correction for the population where groups overlap"
        raise ValueError(msg)
    k, n, other_k, other_n, shared_k, shared_n = same_shape(
        k, n, other_k, other_n, shared_k, shared_n
    )
    if overlaps:
        for whole_k, whole_n in ((k, n), (other_k, other_n)):
            _check_part(shared_k, shared_n, whole_k, whole_n)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (
            ((n - shared_n) / n, *_rest(k, n, shared_k, shared_n), population),
            (shared_n / n - shared_n / other_n, shared_k, shared_n, None),
            (
                -(other_n - shared_n) / other_n,
                *_rest(other_k, other_n, shared_k, shared_n),
                other_population,
            ),
        )
        difference = k / n - other_k / other_n
    below, above = np.zeros_like(difference), np.zeros_like(difference)
    for weight, part_k, part_n, people in parts:
        down, up = _distances(part_k, part_n, level, people)
        reversed_ = weight < 0
        below = below + _square(weight, np.where(reversed_, up, down))
        above = above + _square(weight, np.where(reversed_, down, up))
    low = np.clip(difference - np.sqrt(below), -1, 1)
    high = np.clip(difference + np.sqrt(above), -1, 1)
    return low, high


def _check_part(part_k: Floats, part_n: Floats, k: Floats, n: Floats) -> None:
    """Refuse a part that exceeds the whole, with the answer or without it."""
    margin = ROUNDING * n
    if np.any((part_k > k + margin) | (part_n - part_k > n - k + margin)):
        msg = "shared respondents must be counted in both groups"
        raise ValueError(msg)


def _rest(
    k: Floats, n: Floats, part_k: Floats, part_n: Floats
) -> tuple[Floats, Floats]:
    """Take a part away, in those with and those without the answer."""
    chosen = np.maximum(k - part_k, 0)
    return chosen, chosen + np.maximum(n - part_n - (k - part_k), 0)


def _distances(
    k: Floats, n: Floats, level: float, population: ArrayLike | None
) -> tuple[Floats, Floats]:
    """How far down and up the Wilson interval reaches from the share."""
    low, high = proportion_interval(k, n, level=level, population=population)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
    return share - low, high - share


def _square(weight: Floats, distance: Floats) -> Floats:
    """Square of a weighted distance; a part without respondents adds nothing."""
    return np.where(weight == 0, 0.0, np.square(weight * distance))
