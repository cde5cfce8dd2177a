"""Weights that give respondents the make-up of the population."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surveytools.analysis.raking import Cells, Fit, Margin, cells_of, fit
from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.statistics.designs import effective_base
from surveytools.errors import SurveyError, raise_all

__all__ = [
    "Margin",
    "Weighting",
    "WeightingReport",
    "margin",
    "post_stratify",
    "rake",
    "trim",
    "weighting_report",
]

_HALVINGS = 100
"""Steps that find a factor to the last digit."""


@dataclass(frozen=True, slots=True)
class WeightingReport:
    """What weights do to a sample.

    ``smallest``, ``mean`` and ``largest`` are of the weights of those who have one.
    ``efficiency`` is the effective base over the base, from 0 to 1.
    """

    base: int
    effective_base: float
    efficiency: float
    smallest: float
    mean: float
    largest: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Weighting:
    """Weights, one per respondent, and how they came about.

    ``iterations`` counts passes over all margins, ``trimmed`` the respondents at a
    limit. ``misfit`` is the largest relative difference from a target that is left;
    ``worst`` says where.
    """

    weights: Floats
    report: WeightingReport
    iterations: int
    trimmed: int
    misfit: float
    worst: str

    def __repr__(self) -> str:
        return f"Weighting({self.report}, {self.iterations} iterations)"


def margin(name: str, values: ArrayLike, targets: Mapping[str, float]) -> Margin:
    """Describe one margin: how respondents answer, and how the population is made up.

    Parameters
    ----------
    name
        What messages call it, such as the item's code.
    values
        Category of each respondent; missing where it isn't known. These keep their
        share under this margin, and the targets hold among the others.
    targets
        Share or number of people of each category. Shares add up to 1.

    Returns
    -------
    Margin

    Raises
    ------
    SurveyError
        If a target is negative or missing, a category has a target and nobody in it or
        respondents and no target, or shares don't add up to 1. All problems are told at
        once.
    """
    categories = tuple(targets)
    codes, occurring = pd.factorize(pd.Series(values, copy=False))
    place = pd.Index(categories).get_indexer(pd.Index(occurring))
    problems = [
        SurveyError(
            f"margin {name!r} has respondents in {category!r} and no target",
            hint="give it a target, merge it with another category, or leave them out",
        )
        for category in occurring[place < 0]
    ]
    codes = np.append(place, -1)[codes]  # -1, missing, takes the last
    goals = np.array([targets[category] for category in categories], dtype=float)
    found = np.bincount(codes[codes >= 0], minlength=len(categories))
    for category, goal, count in zip(categories, goals, found, strict=True):
        if not np.isfinite(goal) or goal < 0:
            msg = f"margin {name!r} has the target {goal} for {category!r}"
            problems.append(SurveyError(msg, hint="write a number of 0 or more"))
        elif goal > 0 and count == 0:
            msg = f"margin {name!r} has a target for {category!r} and nobody in it"
            hint = "merge it with one that has respondents, or leave it out (without)"
            problems.append(SurveyError(msg, hint=hint))
        elif goal == 0 and count > 0:
            msg = f"margin {name!r} has respondents in {category!r} and the target 0"
            hint = "correct the target, or leave them out"
            problems.append(SurveyError(msg, hint=hint))
    if goals.max(initial=0) <= 1 and not np.isclose(goals.sum(), 1, rtol=0, atol=1e-6):
        msg = f"the shares of margin {name!r} add up to {goals.sum():g}"
        problems.append(SurveyError(msg, hint="make them add up to 1"))
    raise_all(problems)
    return Margin(name, categories, codes.astype(np.intp), goals)


def rake(
    margins: Sequence[Margin],
    *,
    base_weights: ArrayLike | None = None,
    limits: tuple[float, float] | None = None,
    tolerance: float = 1e-8,
    iterations: int = 1000,
) -> Weighting:
    """Weight respondents to several margins at once.

    Parameters
    ----------
    margins
        What `margin` makes. Margins with totals must agree on their sum.
    base_weights
        Weight of each respondent to begin with.
    limits
        Smallest and largest weight allowed, relative to the mean weight. Weights are
        cut there, and the others make up for it until all margins hold.
    tolerance
        Largest relative difference from a target.
    iterations
        Most passes over all margins.

    Returns
    -------
    Weighting
        The weights add up to the population where a margin has totals, otherwise to the
        number of respondents. Those with a base weight of 0 keep it.

    Raises
    ------
    SurveyError
        If margins contradict one another, or no weights (within the limits) meet all of
        them: the message names margin and category.
    ValueError
        If lengths differ, a base weight is negative or missing, or the limits don't
        have 1 between them.

    Notes
    -----
    Iterative proportional fitting over the combinations of categories that occur, not
    over respondents. With limits, the weights nearest to the base weights (by the
    distance of raking) among those that keep limits and margins.

    References
    ----------
    W. E. Deming, F. F. Stephan, "On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known", Annals of Mathematical
    Statistics 11, 1940, 427-444. J.-C. Deville, C.-E. Särndal, "Calibration estimators
    in survey sampling", Journal of the American Statistical Association 87, 1992,
    376-382.
    """
    if not margins:
        msg = "no margin to weight to"
        raise ValueError(msg)
    size = len(margins[0].codes)
    given = _base_weights(base_weights, size)
    for other in margins:
        if len(other.codes) != size:
            msg = f"margin {other.name!r} has {len(other.codes)} respondents of {size}"
            raise ValueError(msg)
    if limits is not None:
        _checked_limits(limits)
    whole = _whole(margins, int(np.count_nonzero(given)))
    cells = cells_of(margins, given)
    done = fit(
        cells, margins, whole=whole, limits=limits,
        tolerance=tolerance, iterations=iterations,
    )  # fmt: skip
    return _weighting(cells, done, limits)


def post_stratify(
    stratum: Margin, *, base_weights: ArrayLike | None = None
) -> Weighting:
    """Weight respondents to one margin, such as the headcounts of departments.

    Parameters
    ----------
    stratum
        What `margin` makes. For several items at once, make the categories their
        combinations.
    base_weights
        Weight of each respondent to begin with.

    Returns
    -------
    Weighting
        As `rake` gives.

    References
    ----------
    D. Holt, T. M. F. Smith, "Post stratification", Journal of the Royal Statistical
    Society A 142, 1979, 33-46.
    """
    return rake([stratum], base_weights=base_weights)


def trim(weights: ArrayLike, *, limits: tuple[float, float]) -> Floats:
    """Cut weights at limits and share what was cut among the others in proportion.

    Parameters
    ----------
    weights
        One per respondent.
    limits
        Smallest and largest weight allowed, relative to the mean weight.

    Returns
    -------
    array
        Within the limits, with the same sum; weights of 0 stay. Margins no longer hold;
        `rake` with ``limits`` keeps them.

    Raises
    ------
    ValueError
        If the limits don't have 1 between them.
    """
    w = _base_weights(weights, len(np.asarray(weights)))
    _checked_limits(limits)
    inner = w[w > 0]
    if len(inner) == 0:
        return w.copy()
    mean = float(inner.mean())
    low, high = limits[0] * mean, limits[1] * mean
    # The sum grows with the factor, from all at the low limit to all at the high one.
    least, most = low / inner.max(), high / inner.min()
    for _ in range(_HALVINGS):
        factor = (least + most) / 2
        if np.clip(factor * inner, low, high).mean() < mean:
            least = factor
        else:
            most = factor
    result = w.copy()
    result[w > 0] = np.clip(most * inner, low, high)
    return result


def weighting_report(weights: ArrayLike) -> WeightingReport:
    """Report what weights do to a sample.

    Parameters
    ----------
    weights
        One per respondent; 0 for those who don't count.

    References
    ----------
    L. Kish, *Survey Sampling*, 1965, section 11.7: the effective base.
    """
    w = np.asarray(weights, dtype=float)
    present = w[w > 0]
    if len(present) == 0:
        return WeightingReport(0, 0.0, *(float("nan"),) * 4)
    effective = effective_base(present)
    return WeightingReport(
        base=len(present),
        effective_base=effective,
        efficiency=effective / len(present),
        smallest=float(present.min()),
        mean=float(present.mean()),
        largest=float(present.max()),
    )


def _base_weights(weights: ArrayLike | None, size: int) -> Floats:
    if weights is None:
        return np.ones(size)
    given = np.asarray(weights, dtype=float)
    if given.shape != (size,):
        msg = f"{given.shape} weights for {size} respondents"
        raise ValueError(msg)
    if not np.all(np.isfinite(given) & (given >= 0)):
        msg = "weights must be numbers of 0 or more"
        raise ValueError(msg)
    return given


def _checked_limits(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    if not 0 <= low < 1 < high:
        msg = f"limits must have the mean weight, 1, between them, not {low} and {high}"
        raise ValueError(msg)
    return limits


def _whole(margins: Sequence[Margin], size: int) -> float:
    """Sum of the weights: that of the totals, or the number of respondents."""
    with_totals = [m for m in margins if not m.has_shares]
    if not with_totals:
        return float(size)
    first, *others = with_totals
    problems = [
        SurveyError(
            f"margin {other.name!r} adds up to {other.targets.sum():g} and "
            f"margin {first.name!r} to {first.targets.sum():g}",
            hint="correct a total, or give shares that add up to 1",
        )
        for other in others
        if not np.isclose(other.targets.sum(), first.targets.sum(), rtol=1e-6)
    ]
    raise_all(problems)
    return float(first.targets.sum())


def _weighting(
    cells: Cells, done: Fit, limits: tuple[float, float] | None
) -> Weighting:
    weights = cells.spread(done.weights)
    report = weighting_report(weights)
    at_limit: NDArray[np.bool_] = np.zeros(len(done.weights), dtype=bool)
    for limit in limits or ():
        at_limit |= np.isclose(done.weights, limit * report.mean, rtol=1e-6)
    return Weighting(
        weights=weights,
        report=report,
        iterations=done.iterations,
        trimmed=int(cells.people[at_limit].sum()),
        misfit=done.misfit,
        worst=done.worst,
    )
