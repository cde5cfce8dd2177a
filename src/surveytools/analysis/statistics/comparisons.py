"""Tests of two proportions or two means, each with the interval of the difference."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from surveytools.analysis.statistics.arrays import (
    ROUNDING,
    Floats,
    checked_counts,
    same_shape,
    t_quantile,
    t_two_sided,
)
from surveytools.analysis.statistics.differences import difference_interval
from surveytools.analysis.statistics.means import Moments

__all__ = [
    "Comparison",
    "ProportionTest",
    "compare_means",
    "compare_proportions",
    "compare_with_complement",
]

ProportionTest = Literal["z", "fisher"]
_TESTS: tuple[str, ...] = get_args(ProportionTest)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Differences of two groups, in arrays of one shape.

    ``difference`` is the first group minus the other; ``low``, ``high`` its interval.
    ``statistic`` is z or t; NaN for Fisher's test, which has none. ``p`` is two-sided;
    NaN where nothing can be tested.
    """

    difference: Floats
    low: Floats
    high: Floats
    statistic: Floats
    p: Floats


def compare_proportions(
    count: ArrayLike,
    base: ArrayLike,
    other_count: ArrayLike,
    other_base: ArrayLike,
    *,
    test: ProportionTest = "z",
    level: float = 0.95,
    shared_count: ArrayLike = 0,
    shared_base: ArrayLike = 0,
) -> Comparison:
    """Compare two proportions.

    Parameters
    ----------
    count, base, other_count, other_base
        Respondents who gave the answer and the base, of either group. Shapes must
        broadcast. For weighted data, effective bases, and weighted shares times them.
    test
        ``z``: with the pooled share. ``fisher``: Fisher's exact test, for whole numbers
        and groups without a respondent in common.
    level
        Two-sided coverage of the interval, between 0 and 1.
    shared_count, shared_base
        Of both numbers, how many are respondents who belong to both groups. The test is
        then the dependent-sample form.

    Returns
    -------
    Comparison
        ``p`` is 1 where everybody or nobody in both groups gave the answer, and NaN
        where a base is 0 or both groups are the same respondents.

    Raises
    ------
    ValueError
        If counts contradict one another, or Fisher's test is asked for groups that
        overlap or counts that aren't whole.

    Notes
    -----
    A respondent in both groups counts towards both shares with the same answer. The
    variance of the difference under equal shares p is therefore
    p (1 - p) (1/n + 1/m - 2 s / (n m)), s being the respondents in both. p is the share
    among all respondents, each counted once. Where one group is part of the other, the
    test is that of the part against the rest. The interval is `difference_interval`. No
    test is corrected for a known population: it asks whether chance could have made
    the difference, also where everybody answered.

    References
    ----------
    A. Agresti, *Categorical Data Analysis*, 3rd ed., 2013, section 3.2 (pooled z) and
    3.5 (Fisher). L. Kish, *Survey Sampling*, 1965, section 12.4 (overlapping samples).
    """
    if test not in _TESTS:
        msg = f"no test {test!r}; there are {', '.join(_TESTS)}"
        raise ValueError(msg)
    k, n = checked_counts(count, base)
    other_k, other_n = checked_counts(other_count, other_base)
    shared_k, shared_n = checked_counts(shared_count, shared_base)
    low, high = difference_interval(
        k, n, other_k, other_n,
        level=level, shared_count=shared_k, shared_base=shared_n,
    )  # fmt: skip
    k, n, other_k, other_n, shared_k, shared_n = same_shape(
        k, n, other_k, other_n, shared_k, shared_n
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = k / n - other_k / other_n
    if test == "fisher":
        if np.any(shared_n > 0):
            msg = "Fisher's test needs groups without a respondent in common"
            raise ValueError(msg)
        p = _fisher(k, n, other_k, other_n)
        return Comparison(difference, low, high, np.full_like(p, np.nan), p)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (k + other_k - shared_k) / (n + other_n - shared_n)
        share_of_variance = 1 / n + 1 / other_n - 2 * shared_n / (n * other_n)
        # The same respondents on both sides leave nothing but rounding.
        share_of_variance = np.where(
            (shared_n == n) & (shared_n == other_n), np.nan, share_of_variance
        )
        z = difference / np.sqrt(pooled * (1 - pooled) * share_of_variance)
        same = (pooled == 0) | (pooled == 1)
        z = np.where(same & (share_of_variance > 0) & np.isfinite(difference), 0.0, z)
    return Comparison(difference, low, high, z, _normal_two_sided(z))


def compare_with_complement(
    count: ArrayLike,
    base: ArrayLike,
    total_count: ArrayLike,
    total_base: ArrayLike,
    *,
    test: ProportionTest = "z",
    level: float = 0.95,
) -> Comparison:
    """Compare each group with all respondents who aren't in it.

    Parameters
    ----------
    count, base
        Respondents who gave the answer and the base, of each group.
    total_count, total_base
        The same of everybody, the group's members included, each counted once.
    test, level
        As in `compare_proportions`.

    Returns
    -------
    Comparison
        The group minus the others.

    Raises
    ------
    ValueError
        If a group exceeds the total.
    """
    k, n, total_k, total_n = same_shape(count, base, total_count, total_base)
    others_k, others_n = total_k - k, total_n - n
    margin = ROUNDING * total_n
    if np.any((others_k < -margin) | (others_n - others_k < -margin)):
        msg = "a group must not exceed the total"
        raise ValueError(msg)
    others_n = np.maximum(others_n, 0)
    others_k = np.clip(others_k, 0, others_n)
    return compare_proportions(k, n, others_k, others_n, test=test, level=level)


def compare_means(first: Moments, other: Moments, *, level: float = 0.95) -> Comparison:
    """Compare two means by Welch's t test, which assumes no equal variances.

    Parameters
    ----------
    first, other
        Moments of either group, with arrays whose shapes broadcast. Groups must not
        overlap: the test has no dependent-sample form. Weighted means are compared with
        the effective base.
    level
        Two-sided coverage of the interval, between 0 and 1.

    Returns
    -------
    Comparison
        NaN where a base is below 2 or no answer differs within either group.

    References
    ----------
    B. L. Welch, "The generalization of 'Student's' problem when several different
    population variances are involved", Biometrika 34, 1947, 28-35.
    """
    m, s, n, other_m, other_s, other_n = same_shape(
        first.mean, first.deviation, first.effective_base,
        other.mean, other.deviation, other.effective_base,
    )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        enough = (n >= 2) & (other_n >= 2)  # noqa: PLR2004  # one answer has no spread
        part = np.where(enough, s**2 / n, np.nan)
        other_part = np.where(enough, other_s**2 / other_n, np.nan)
        error = np.sqrt(part + other_part)
        degrees = error**4 / (part**2 / (n - 1) + other_part**2 / (other_n - 1))
        difference = m - other_m
        t = np.where(error > 0, difference / error, np.nan)
    reach = t_quantile(level, degrees) * error
    p = t_two_sided(t, degrees)
    return Comparison(difference, difference - reach, difference + reach, t, p)


def _normal_two_sided(z: Floats) -> Floats:
    from scipy.special import ndtr  # noqa: PLC0415  # a third of a second

    return np.asarray(2 * ndtr(-np.abs(z)))


def _fisher(k: Floats, n: Floats, other_k: Floats, other_n: Floats) -> Floats:
    """Two-sided p of Fisher's test: all tables at most as likely as the one found."""
    tables = np.stack([k, n, other_k, other_n], axis=-1)
    known = ~np.isnan(tables).any(axis=-1)  # a withheld number isn't tested
    if np.any(tables[known] != np.round(tables[known])):
        msg = "Fisher's test needs whole numbers"
        raise ValueError(msg)
    found = np.full(k.shape, np.nan)
    unique, inverse = np.unique(
        tables[known].astype(np.int64), axis=0, return_inverse=True
    )
    p = np.array([_fisher_of_one(*map(int, table)) for table in unique])
    if known.any():
        found[known] = p[inverse.reshape(-1)]
    return found


def _fisher_of_one(k: int, n: int, other_k: int, other_n: int) -> float:
    from scipy.special import gammaln  # noqa: PLC0415

    if n == 0 or other_n == 0:
        return float("nan")
    chosen = k + other_k
    possible = np.arange(max(0, chosen - other_n), min(n, chosen) + 1)
    rest = chosen - possible
    logs = -(
        gammaln(possible + 1)
        + gammaln(n - possible + 1)
        + gammaln(rest + 1)
        + gammaln(other_n - rest + 1)
    )
    likely = np.exp(logs - logs.max())
    # Tables of equal probability differ by rounding; R allows for the same margin.
    extreme = likely <= likely[k - possible[0]] * (1 + 1e-7)
    return float(min(1.0, likely[extreme].sum() / likely.sum()))
