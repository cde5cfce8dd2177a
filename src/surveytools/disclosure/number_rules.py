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
* **Subtraction where groups overlap.** Sums of groups are equations about the sums of
  those who are in the same groups. No combination of equations may speak of fewer than
  *threshold* respondents only; and where a group lies within another, those whom it
  leaves over must be such a group as could be shown.
* **Deviations**, and the intervals of means, which are made of them, tell sums of
  squares: with a sum and a sum of squares, few whole numbers fit. They are withheld
  below 11 respondents, 10 degrees of freedom [2]_, and below twice the threshold; where
  the p% rule holds for the squares; and where subtraction of squares would tell such a
  group's.
* Never the smallest and the largest number.
* A **median** is some respondent's number: it is shown where at least *threshold*
  numbers lie on either side, and a bound of its interval where as many lie beyond.

References
----------
.. [1] A. Hundepool et al., *Statistical Disclosure Control*, 2012, section 4.2.2.
.. [2] E. Griffiths et al., *Handbook on Statistical Disclosure Control for Outputs*,
   Safe Data Access Professionals, 2019: at least ten degrees of freedom.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.statistics.arrays import Floats
from surveytools.disclosure.dominance import p_percent_rule
from surveytools.study.study import Profile

__all__ = [
    "P",
    "hidden_deviations",
    "hidden_numbers",
    "least_deviation",
    "shown_median",
]

_MOST_SETS = 5_000
_FREEDOM = 10

Bools = NDArray[np.bool_]
_Judge = Callable[[Bools], bool]

P = 10.0
"""How closely the largest number may not be told: to within this per cent."""


def hidden_numbers(
    values: Floats,
    members: Bools,
    bases_hidden: Bools,
    *,
    threshold: int,
    profile: Profile,
    partition: bool,
) -> Bools:
    """Say of which groups the numbers are withheld.

    Parameters
    ----------
    values
        The number of each respondent who gave one.
    members
        Groups by respondents: who is in which. The last group is all in any of them.
    bases_hidden
        Whether the base of each group is withheld.
    threshold, profile
        The owner's decision.
    partition
        Whether each respondent is in one group at most.
    """
    if threshold == 1:
        return np.zeros(len(members), dtype=bool)

    def unsafe(who: Bools) -> bool:
        numbers = values[who]
        if len(numbers) == 0:
            return False
        same = profile is not Profile.INTERNAL and bool(np.ptp(numbers) == 0)
        return len(numbers) < threshold or same or p_percent_rule(numbers, p=P).hidden

    hidden = np.array([unsafe(who) for who in members]) | bases_hidden
    return _unsubtracted(hidden, members, unsafe, threshold, partition=partition)


def hidden_deviations(
    values: Floats,
    members: Bools,
    hidden: Bools,
    *,
    threshold: int,
    partition: bool,
) -> Bools:
    """Say of which groups the deviation and the interval of the mean are withheld.

    Parameters
    ----------
    hidden
        What `hidden_numbers` says of the groups.
    values, members, threshold, partition
        As there.
    """
    if threshold == 1:
        return hidden
    least = least_deviation(threshold)
    squares = values**2

    def unsafe(who: Bools) -> bool:
        # Who knows the second largest square takes it off the sum of squares. What
        # remains bounds the largest number to within P per cent if its square is told
        # to within this:
        near = 100 * ((1 + P / 100) ** 2 - 1)
        told = p_percent_rule(squares[who], p=near).hidden
        return bool(who.any()) and (who.sum() < least or told)

    gone = np.array([unsafe(who) for who in members]) | hidden
    return _unsubtracted(gone, members, unsafe, least, partition=partition)


def least_deviation(threshold: int) -> int:
    """Give the smallest base of which a deviation is shown."""
    return max(_FREEDOM + 1, 2 * threshold)


def _unsubtracted(
    hidden: Bools, members: Bools, unsafe: _Judge, least: int, *, partition: bool
) -> Bools:
    if len(members) == 1:
        return hidden
    outside = ~members[-1]
    hidden[-1] |= unsafe(outside)
    if partition:
        rest = (members[:-1], outside if unsafe(outside) else None)
        return _with_company(hidden, *rest, unsafe)
    return _without_overlaps(hidden, members, unsafe, least)


def _with_company(
    hidden: Bools, groups: Bools, outside: Bools | None, unsafe: _Judge
) -> Bools:
    """Withhold the smallest groups until those withheld are safe together."""
    sizes = groups.sum(axis=1)
    while True:
        own = np.flatnonzero(hidden[:-1] & (sizes > 0))
        together = [*groups[own]] + ([] if outside is None else [outside])
        if not together:
            return hidden
        if len(together) > 1 and not unsafe(np.any(together, axis=0)):
            return hidden
        left = np.flatnonzero(~hidden[:-1] & (sizes > 0))
        if len(left) == 0:
            return hidden
        hidden[left[np.argmin(sizes[left])]] = True


def _without_overlaps(
    hidden: Bools, members: Bools, unsafe: _Judge, threshold: int
) -> Bools:
    """Withhold the smallest groups until no equation speaks of a few respondents."""
    atoms, sizes = np.unique(members, axis=1, return_counts=True)
    everybody = np.ones(members.shape[1], dtype=bool)
    while True:
        shown = np.flatnonzero(~hidden & members.any(axis=1))
        told = [*members[shown], everybody]  # that one by a table without groups
        within = any(
            unsafe(larger & ~smaller)
            for larger in told
            for smaller in told
            if not np.any(smaller & ~larger)
        )
        equations = np.vstack([atoms[shown], np.ones(len(sizes))])
        if not within and not _speak_of_few(equations, sizes, threshold):
            return hidden
        if len(shown) == 0:
            return hidden
        hidden[shown[np.argmin(members[shown].sum(axis=1))]] = True


def _speak_of_few(equations: Floats, sizes: NDArray[np.intp], threshold: int) -> bool:
    """Tell whether some combination of equations has fewer than so many respondents.

    One has none but those in some classes if the equations without these classes
    depend on each other more than with them.
    """
    few = np.flatnonzero(sizes < threshold)
    whole = np.linalg.matrix_rank(equations)

    def speaks(of: Sequence[int]) -> bool:
        return bool(np.linalg.matrix_rank(np.delete(equations, of, axis=1)) < whole)

    if not len(few) or not speaks(few.tolist()):
        return False
    sets = (of for n in range(1, threshold) for of in combinations(few.tolist(), n))
    for tried, of in enumerate(sets):
        if tried == _MOST_SETS:
            return True  # not known, so supposed
        if sizes[list(of)].sum() < threshold and speaks(of):
            return True
    return False


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
