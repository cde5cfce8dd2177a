"""Totals and means of numbers: whose are shown, so that nobody's number follows.

* Groups of small base are withheld, as in tables of counts.
* **Dominance**, the p% rule: numbers of a group are withheld where the respondent with
  the second largest number could tell the largest to within p % of it, since all others
  together have less [1]_.
* Where all of a group gave the same number, everybody's is known: withheld, but for
  profile ``internal``.
* **Subtraction**: base and mean give a sum, and the total's less those of the groups
  that are shown gives that of the others together. So those that are withheld must,
  together, be such a group as could be shown; the smallest groups are withheld until
  they are. Respondents in no group count as one of them, because a table without groups
  has their numbers too.
* Never the smallest and the largest number.
* A **median** is some respondent's number: it is shown where at least *threshold*
  numbers lie on either side, and a bound of its interval where as many lie beyond.

References
----------
.. [1] A. Hundepool et al., *Statistical Disclosure Control*, 2012, section 4.2.2.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.statistics.arrays import Floats
from surveytools.disclosure.dominance import p_percent_rule
from surveytools.study.study import Profile

__all__ = ["P", "hidden_numbers", "shown_median"]

P = 10.0
"""How closely the largest number may not be told: to within this per cent."""


def hidden_numbers(
    values: Sequence[Floats],
    bases_hidden: NDArray[np.bool_],
    outside: Floats,
    *,
    threshold: int,
    profile: Profile,
    partition: bool,
) -> NDArray[np.bool_]:
    """Say of which groups the numbers are withheld.

    Parameters
    ----------
    values
        Numbers of each group; the last is that of all groups together.
    bases_hidden
        Whether the base of each group is withheld.
    outside
        Numbers of those who are in no group.
    threshold, profile
        The owner's decision.
    partition
        Whether each respondent is in one group, so that sums can be subtracted.
    """
    if threshold == 1:
        return np.zeros(len(values), dtype=bool)

    def unsafe(numbers: Floats) -> bool:
        if len(numbers) == 0:
            return False
        same = profile is not Profile.INTERNAL and bool(np.ptp(numbers) == 0)
        return len(numbers) < threshold or same or p_percent_rule(numbers, p=P).hidden

    hidden: NDArray[np.bool_] = np.array([unsafe(numbers) for numbers in values])
    hidden |= bases_hidden
    if not partition or len(values) == 1:
        return hidden
    apart = unsafe(outside)
    hidden[-1] |= apart
    sizes = np.array([len(numbers) for numbers in values[:-1]])
    while True:
        own = np.flatnonzero(hidden[:-1] & (sizes > 0))
        together = [values[int(at)] for at in own] + ([outside] if apart else [])
        if not together:
            return hidden
        if len(together) > 1 and not unsafe(np.concatenate(together)):
            return hidden
        left = np.flatnonzero(~hidden[:-1] & (sizes > 0))
        if len(left) == 0:
            return hidden
        hidden[left[np.argmin(sizes[left])]] = True


def shown_median(
    values: Floats, found: tuple[float, float, float], *, threshold: int
) -> tuple[float, float, float]:
    """Take away a median, or a bound of it, with too few numbers beyond.

    Parameters
    ----------
    found
        Median and interval, as `surveytools.analysis.statistics.median_interval` gives
        them.
    """
    median, low, high = found
    if threshold == 1:
        return found
    if len(values) // 2 < threshold:
        return (np.nan, np.nan, np.nan)
    enough = (values <= low).sum() > threshold and (values >= high).sum() > threshold
    return (median, low, high) if enough else (median, np.nan, np.nan)
