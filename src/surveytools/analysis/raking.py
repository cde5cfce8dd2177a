"""Iterative proportional fitting over the combinations of categories that occur."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.statistics.arrays import Floats
from surveytools.errors import SurveyError

__all__ = ["Cells", "Fit", "Margin", "cells_of", "fit"]

Codes = NDArray[np.intp]

_DENSE = 1 << 22
"""Most combinations for which a table of all is cheaper than sorting respondents."""

_STEPS = 3
"""Steps per category and pass within limits, where one doesn't reach the target."""

_FAR = 1e3
"""How far beyond its limit a weight may be before it is cut."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Margin:
    """Categories of respondents and their targets; made by `weights.margin`.

    ``codes`` has one entry per respondent, a place in ``categories`` or -1.
    """

    name: str
    categories: tuple[str, ...]
    codes: Codes
    targets: Floats

    def __repr__(self) -> str:
        return f"Margin({self.name!r}, {len(self.categories)} categories)"

    @property
    def has_shares(self) -> bool:
        """Whether the targets are shares, not numbers of people."""
        return bool(np.isclose(self.targets.sum(), 1, rtol=0, atol=1e-6))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Respondents who are alike in all margins and in their base weight.

    ``place`` has each respondent's cell. Per cell: ``codes`` its category in each
    margin, ``people`` its respondents, ``base_weight`` that of each of them.
    """

    place: Codes
    codes: tuple[Codes, ...]
    people: Floats
    base_weight: Floats

    def spread(self, weights: Floats) -> Floats:
        """Hand the weight of each cell to its respondents."""
        return weights[self.place]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Weight of a respondent of each cell, and how it was found."""

    weights: Floats
    iterations: int
    misfit: float
    worst: str


def cells_of(margins: Sequence[Margin], base_weights: Floats) -> Cells:
    """Find the combinations of categories and base weights that occur."""
    place, size = np.zeros(len(base_weights), dtype=np.int64), 1
    same = base_weights.size and np.all(base_weights == base_weights[0])
    parts = [(m.codes, len(m.categories) + 1) for m in margins]
    if not same:
        different, codes = np.unique(base_weights, return_inverse=True)
        parts.append((codes, len(different)))
    for codes, categories in parts:
        if size * categories > np.iinfo(np.int64).max // 2:
            place, size = _squeeze(place, size)
        # -1, not known, becomes the last category.
        place = place * categories + np.where(codes < 0, categories - 1, codes)
        size *= categories
    place, size = _squeeze(place, size)
    first = np.empty(size, dtype=np.intp)
    first[place] = np.arange(len(place))  # any respondent of the cell will do
    return Cells(
        place=place,
        codes=tuple(m.codes[first] for m in margins),
        people=np.bincount(place, minlength=size).astype(float),
        base_weight=base_weights[first],
    )


def fit(
    cells: Cells,
    margins: Sequence[Margin],
    *,
    whole: float,
    limits: tuple[float, float] | None,
    tolerance: float,
    iterations: int,
) -> Fit:
    """Multiply the weights of each category until all margins hold.

    With limits, the multiplied weights are cut there before they are added up, so that
    the others make up for what was cut. Among all weights within the limits that meet
    the margins, these are nearest to the base weights (Deville and Särndal 1992, case
    7: raking, truncated).

    Raises
    ------
    SurveyError
        If the margins aren't met; the message names the worst margin and category.
    """
    present = cells.base_weight > 0
    if not present.any():
        msg = "nobody has a weight to begin with"
        raise SurveyError(msg, hint="correct the base weights")
    mean = whole / float(cells.people[present].sum())
    low, high = (
        (0.0, np.inf) if limits is None else (limits[0] * mean, limits[1] * mean)
    )
    free = cells.base_weight * (whole / float(cells.base_weight @ cells.people))
    goals = [m.targets / m.targets.sum() for m in margins]
    worst = ""
    for iteration in range(1, iterations + 1):
        for goal, codes in zip(goals, cells.codes, strict=True):
            for _ in range(1 if limits is None else _STEPS):
                weights = np.where(present, np.clip(free, low, high), 0.0)
                free = free * _factors(weights * cells.people, goal, codes, whole)
        if limits is not None:  # what can't be met mustn't grow beyond all bounds
            free = np.clip(free, low / _FAR, high * _FAR)
        weights = np.where(present, np.clip(free, low, high), 0.0)
        misfit, worst = _misfit(cells, margins, weights)
        off = abs(float(weights @ cells.people) / whole - 1)
        if max(misfit, off) <= tolerance:
            return Fit(weights, iteration, misfit, worst)
    within = "" if limits is None else f" from {limits[0]:g} to {limits[1]:g}"
    msg = f"no weights{within} met all margins: after {iterations} passes, {worst}"
    hint = "merge its categories, or leave the margin out"
    raise SurveyError(msg, hint=f"widen the limits, {hint}" if limits else hint)


def _factors(sums: Floats, goal: Floats, codes: Codes, whole: float) -> Floats:
    """Compute by how much each cell's category falls short; 1 where it isn't known."""
    there = codes >= 0
    found = np.bincount(codes[there], sums[there], minlength=len(goal))
    wanted = goal * (whole - float(sums[~there].sum()))
    factor = np.divide(wanted, found, out=np.ones_like(goal), where=found > 0)
    return np.where(there, factor[codes], 1.0)


def _misfit(
    cells: Cells, margins: Sequence[Margin], weights: Floats
) -> tuple[float, str]:
    """Find the largest relative difference from a target, and say where it is."""
    sums = weights * cells.people
    largest, worst = -1.0, ""
    for m, codes in zip(margins, cells.codes, strict=True):
        there = codes >= 0
        found = np.bincount(codes[there], sums[there], minlength=len(m.targets))
        reached = found / found.sum() if found.sum() else found
        goal = m.targets / m.targets.sum()
        wanted = goal > 0
        off = np.abs(reached[wanted] - goal[wanted]) / goal[wanted]
        if off.max(initial=0.0) > largest:
            largest = float(off.max(initial=0.0))
            place = int(np.flatnonzero(wanted)[off.argmax()])
            worst = (
                f"margin {m.name!r} has {reached[place]:.4g} in "
                f"{m.categories[place]!r} where {goal[place]:.4g} is wanted"
            )
    return largest, worst


def _squeeze(place: NDArray[np.int64], size: int) -> tuple[Codes, int]:
    """Renumber cells so that only those that occur have a number."""
    if size <= max(_DENSE, len(place)):
        occurs = np.zeros(size, dtype=bool)
        occurs[place] = True
        number = np.cumsum(occurs) - 1
        return number[place].astype(np.intp, copy=False), int(number[-1]) + 1
    unique, inverse = np.unique(place, return_inverse=True)
    return inverse.astype(np.intp, copy=False), len(unique)
