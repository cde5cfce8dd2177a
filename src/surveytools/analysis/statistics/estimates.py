"""Estimates from a sample with weights, strata, clusters and known populations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveytools.analysis.statistics.arrays import (
    Floats,
    checked_level,
    t_quantile,
    t_two_sided,
)
from surveytools.analysis.statistics.comparisons import Comparison
from surveytools.analysis.statistics.designs import (
    Design,
    degrees_within,
    effective_base,
    linearised_covariance,
)
from surveytools.analysis.statistics.intervals import (
    IntervalMethod,
    proportion_interval,
)

__all__ = [
    "Estimate",
    "compare_domains",
    "estimate_mean",
    "estimate_proportion",
    "estimate_ratio",
    "estimate_total",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number estimated for the population.

    ``error`` is the standard error by Taylor linearisation, ``low`` and ``high`` the
    interval, ``degrees`` the degrees of freedom (clusters less strata that have
    respondents in the domain), ``effect`` the design effect, ``base`` the respondents.
    """

    value: float
    error: float
    low: float
    high: float
    degrees: int
    effect: float
    base: int


def estimate_mean(
    values: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate the mean of a numeric item.

    Parameters
    ----------
    values
        A number per respondent; NaN where there is none, which leaves the respondent
        outside the domain.
    design
        Of all respondents.
    domain
        Whether each respondent belongs to the part that is asked about. Don't leave out
        the others beforehand: how many of a stratum belong to it is chance too, and
        errors would come out too small.
    level
        Two-sided coverage of the t interval, between 0 and 1.

    Returns
    -------
    Estimate
        NaN where nobody is in the domain. The design effect compares with a simple
        random sample of the same size: without replacement where the design knows its
        population and the weights add up to more than the base, otherwise with
        replacement.

    References
    ----------
    C.-E. Särndal, B. Swensson, J. Wretman, *Model Assisted Survey Sampling*, 1992,
    sections 5.7 and 5.8. T. Lumley, "Analysis of complex survey samples", Journal of
    Statistical Software 9(8), 2004: the same estimators in R.
    """
    y, weights = _in_domain(values, design, domain)
    total = weights.sum()
    if total == 0:
        return _NOBODY
    mean = float(weights @ y / total)
    scores = weights * (y - mean) / total
    variance = _variance(scores, design)
    simple = _simple_variance(y, weights, design)
    return _estimate(
        mean, variance, simple=simple, weights=weights, design=design, level=level
    )


def estimate_total(
    values: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate the total of a numeric item over the population.

    Parameters and result are those of `estimate_mean`. A missing answer counts as
    nothing, so the total is one of those who would have answered.
    """
    y, weights = _in_domain(values, design, domain)
    if not np.any(weights > 0):
        return _NOBODY
    variance = _variance(weights * y, design)
    simple = _simple_variance(y, weights, design) * float(weights.sum()) ** 2
    total = float(weights @ y)
    return _estimate(
        total, variance, simple=simple, weights=weights, design=design, level=level
    )


def estimate_proportion(
    selected: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike | None = None,
    level: float = 0.95,
    method: IntervalMethod = "wilson",
) -> Estimate:
    """Estimate the share that gave an answer.

    Parameters
    ----------
    selected
        Whether each respondent gave it: 1, 0, or NaN for no answer.
    design, domain, level
        As in `estimate_mean`.
    method
        As in `proportion_interval`. With ``clopper-pearson`` this is the interval of
        Korn and Graubard.

    Notes
    -----
    The interval is that of the effective base p (1 - p) / error², corrected for the
    degrees of freedom. Where all or none gave the answer the error is 0 and the
    effective base is Kish's, not corrected for the population; the interval is the
    share itself where everybody in the population answered.

    References
    ----------
    E. L. Korn, B. I. Graubard, "Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data", Survey Methodology
    24, 1998, 193-201.
    C. Franco, R. J. A. Little, T. A. Louis, E. V. Slud, "Comparative study of
    confidence intervals for proportions in complex sample surveys", Journal of Survey
    Statistics and Methodology 7, 2019, 334-364: Wilson's with an effective base.
    """
    chosen = np.asarray(selected, dtype=float)
    if np.any((chosen != 0) & (chosen != 1) & ~np.isnan(chosen)):
        msg = "selected must be 1, 0 or missing"
        raise ValueError(msg)
    mean = estimate_mean(chosen, design, domain=domain, level=level)
    if mean.base == 0:
        return mean
    _, weights = _in_domain(chosen, design, domain)
    given = chosen[weights > 0]
    share = min(max(mean.value, 0.0), 1.0)
    if given.min() < given.max():
        full = np.inf if mean.error == 0 else share * (1 - share) / mean.error**2
        quantiles = t_quantile(level, [mean.base - 1, mean.degrees])
        full *= float((quantiles[0] / quantiles[1]) ** 2)
    else:  # told by the answers, since sums of weights are off by rounding
        share = float(given[0])
        strata = design.stratum[weights > 0]
        census = np.all(design.sampled[strata] == design.population[strata])
        full = np.inf if census else effective_base(weights)
    if np.isinf(full):
        low = high = share
    else:
        bounds = proportion_interval(share * full, full, method=method, level=level)
        low, high = float(bounds[0]), float(bounds[1])
    return Estimate(share, mean.error, low, high, mean.degrees, mean.effect, mean.base)


def estimate_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate the ratio of two totals, such as jobs per user.

    Parameters
    ----------
    numerator, denominator
        Numbers per respondent; who lacks either is outside the domain.
    design, domain, level
        As in `estimate_mean`.

    Returns
    -------
    Estimate
        NaN where the denominators add up to 0. It has no design effect.
    """
    y, in_numerator = _in_domain(numerator, design, domain)
    x, in_denominator = _in_domain(denominator, design, domain)
    weights = np.minimum(in_numerator, in_denominator)
    total = float(weights @ x)
    if total == 0:
        return _NOBODY
    ratio = float(weights @ y) / total
    variance = _variance(weights * (y - ratio * x) / total, design)
    return _estimate(
        ratio,
        variance,
        simple=float("nan"),
        weights=weights,
        design=design,
        level=level,
    )


def compare_domains(
    values: ArrayLike,
    design: Design,
    *,
    domain: ArrayLike,
    other: ArrayLike,
    level: float = 0.95,
) -> Comparison:
    """Compare the means, or shares, of two parts of the sample under its design.

    The parts may overlap: this is the dependent-sample form for means, and for shares
    under weights, strata or clusters.

    Parameters
    ----------
    values
        A number per respondent (1 or 0 for a share); NaN where there is none.
    design
        Of all respondents.
    domain, other
        Whether each respondent belongs to either part.
    level
        Two-sided coverage of the t interval, between 0 and 1.

    Returns
    -------
    Comparison
        The first part minus the other; NaN where nobody is in one of them, and no p
        where both are the same or nothing varies.

    References
    ----------
    As `estimate_mean`; the difference of two means is linearised as a whole, so that
    what respondents and clusters have in common is allowed for.
    """
    scores = np.zeros(design.weights.shape)
    inside = np.zeros(design.weights.shape, dtype=bool)
    means = []
    for part, sign in ((domain, 1), (other, -1)):
        y, weights = _in_domain(values, design, part)
        total = float(weights.sum())
        if total == 0:
            return Comparison(*(np.full((), np.nan),) * 5)
        means.append(float(weights @ y) / total)
        scores += sign * weights * (y - means[-1]) / total
        inside |= weights > 0
    difference = np.asarray(means[0] - means[1])
    variance = _variance(scores, design)
    error = np.asarray(np.sqrt(variance if variance > _NOTHING else np.nan))
    # One less than for one mean: R tests the coefficient of a regression of two.
    degrees = np.asarray(float(degrees_within(design, inside) - 1))
    t = np.asarray(difference / error)
    reach = np.nan_to_num(error) * t_quantile(level, degrees)
    low, high = np.asarray(difference - reach), np.asarray(difference + reach)
    return Comparison(difference, low, high, t, t_two_sided(t, degrees))


_NOTHING = 1e-30
"""Variance that is nothing but rounding."""

_NOBODY = Estimate(*(float("nan"),) * 4, degrees=0, effect=float("nan"), base=0)


def _in_domain(
    values: ArrayLike, design: Design, domain: ArrayLike | None
) -> tuple[Floats, Floats]:
    """Values with 0 for missing, and weights with 0 for those outside the domain."""
    y = np.asarray(values, dtype=float)
    if y.shape != design.weights.shape:
        msg = f"{y.shape} values for {len(design.weights)} respondents"
        raise ValueError(msg)
    inside: NDArray[np.bool_] = ~np.isnan(y)
    if domain is not None:
        inside = inside & np.asarray(domain, dtype=bool)
    return np.where(inside, y, 0.0), np.where(inside, design.weights, 0.0)


def _variance(scores: Floats, design: Design) -> float:
    return float(linearised_covariance(scores[:, None], design)[0, 0])


def _simple_variance(y: Floats, weights: Floats, design: Design) -> float:
    """Variance of the mean in a simple random sample of the same size."""
    base, total = np.count_nonzero(weights > 0), weights.sum()
    if base < 2:  # noqa: PLR2004  # one answer has no spread
        return float("nan")
    spread = weights @ np.square(y - weights @ y / total) / total * base / (base - 1)
    known = bool(np.all(np.isfinite(design.population))) and total > base
    return float(spread / base * (1 - base / total if known else 1))


def _estimate(
    value: float,
    variance: float,
    *,
    simple: float,
    weights: Floats,
    design: Design,
    level: float,
) -> Estimate:
    inside = weights > 0
    degrees = degrees_within(design, inside)
    error = float(np.sqrt(variance))
    reach = float(t_quantile(checked_level(level), degrees)) * error
    return Estimate(
        value=value,
        error=error,
        low=value - reach,
        high=value + reach,
        degrees=degrees,
        effect=variance / simple if simple > 0 else float("nan"),
        base=int(np.count_nonzero(inside)),
    )
