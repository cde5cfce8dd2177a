"""Summaries of Likert items: top-two-box, mean, both sides of the middle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.statistics.intervals import (
    IntervalMethod,
    proportion_interval,
)
from surveytools.analysis.statistics.means import Moments, mean_interval

__all__ = ["Box", "LikertSummary", "likert_summary"]


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Shares of several levels together, with intervals; NaN where the base is 0."""

    share: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LikertSummary:
    """Summaries of groups; arrays have the shape of the counts without their last axis.

    ``base`` counts those with an opinion. ``shares`` has each level's share, also of
    one that nobody chose, in the order of the counts. ``top`` and ``bottom`` are the
    boxes; ``below``, ``middle`` and ``above`` add up to 1, and ``middle`` is 0 where
    the number of levels is even. ``moments`` has the mean of the values and what tests
    need; ``low`` and ``high`` are its interval. ``dont_know`` is a share of those with
    an opinion or a don't-know.
    """

    base: Floats
    shares: Floats
    top: Box
    bottom: Box
    below: Floats
    middle: Floats
    above: Floats
    moments: Moments
    low: Floats
    high: Floats
    dont_know: Floats


def likert_summary(
    counts: ArrayLike,
    *,
    values: ArrayLike | None = None,
    dont_know: ArrayLike = 0,
    box: int = 2,
    method: IntervalMethod | None = "wilson",
    effective_base: ArrayLike | None = None,
    level: float = 0.95,
    population: ArrayLike | None = None,
) -> LikertSummary:
    """Summarise counts of a Likert item.

    Parameters
    ----------
    counts
        Of shape (..., levels): how many chose each level, from the lowest to the
        highest, also those that nobody chose. Without don't-know.
    values
        Number that each level stands for; by default 1, 2, 3 …
    dont_know
        Of shape (...): how many said that they don't know. They are in no base but the
        one of their own share.
    box
        Levels at either end that count as top and bottom.
    method
        Of the intervals of the boxes, as in `proportion_interval`; with ``None`` there
        are no intervals, of the mean neither.
    effective_base
        For weighted counts: Kish's effective base of each group, for the intervals.
    level
        Two-sided coverage of the intervals, between 0 and 1.
    population
        People in each group, where known, as in `proportion_interval`.

    Returns
    -------
    LikertSummary
        Intervals of the boxes and the t interval of the mean.

    Raises
    ------
    ValueError
        If a count is negative, values don't fit the levels, or both boxes would share a
        level.
    """
    table = np.asarray(counts, dtype=float)
    levels = table.shape[-1]
    score = np.arange(1, levels + 1) if values is None else np.asarray(values)
    if score.shape != (levels,):
        msg = f"{score.shape} values for {levels} levels"
        raise ValueError(msg)
    if not 1 <= box <= levels // 2:
        msg = f"a box of {box} levels on a scale of {levels}"
        raise ValueError(msg)
    unknown = np.asarray(dont_know, dtype=float)
    if np.any(table < 0) or np.any(unknown < 0):
        msg = "counts must not be negative"
        raise ValueError(msg)
    base = table.sum(axis=-1)
    effective = base if effective_base is None else np.asarray(effective_base, float)
    half, none = levels // 2, np.full_like(base, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = table / base[..., None]
        mean = shares @ score
        spread = (shares * np.square(score - mean[..., None])).sum(axis=-1)
        deviation = np.sqrt(spread * np.where(base > 1, base / (base - 1), np.nan))
        without_opinion = unknown / (base + unknown)

    def boxed(share: Floats) -> Box:
        if method is None:
            return Box(share, none, none)
        chosen = np.nan_to_num(np.clip(share, 0, 1)) * effective
        low, high = proportion_interval(
            chosen, effective, method=method, level=level, population=population
        )
        return Box(share, low, high)

    moments = Moments(base, effective, mean, deviation)
    low, high = (
        (none, none)
        if method is None
        else mean_interval(
            mean, deviation, effective, level=level, population=population
        )
    )
    return LikertSummary(
        base=base,
        shares=shares,
        top=boxed(shares[..., levels - box :].sum(axis=-1)),
        bottom=boxed(shares[..., :box].sum(axis=-1)),
        below=shares[..., :half].sum(axis=-1),
        middle=shares[..., half : levels - half].sum(axis=-1),
        above=shares[..., levels - half :].sum(axis=-1),
        moments=moments,
        low=low,
        high=high,
        dont_know=without_opinion,
    )
