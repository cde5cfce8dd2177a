"""Totals that tell a contribution: one or two contributors make up most of them.

References
----------
.. [1] A. Hundepool et al., "Statistical Disclosure Control", Wiley, 2012, section 4.2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Dominance", "n_k_rule", "p_percent_rule"]


@dataclass(frozen=True, slots=True)
class Dominance:
    """What a rule says of a total.

    Attributes
    ----------
    hidden
        Whether the total must be hidden in itself.
    above
        How far above the total the largest value must lie that an observer holds
        possible, so that no contribution is told too closely; 0 if it isn't hidden.
    """

    hidden: bool
    above: float


def p_percent_rule(contributions: ArrayLike, *, p: float) -> Dominance:
    """Say whether the second largest contributor can tell the largest too closely.

    Whoever knows the second largest contribution subtracts it from the total, and so
    bounds the largest from above. The total is hidden if that bound is less than
    ``p`` per cent above the truth: if all but the two largest are together less than
    ``p`` per cent of the largest [1]_.

    Parameters
    ----------
    contributions
        What each respondent contributes to the total; of negative numbers, the size
        counts.
    p
        Per cent, above 0.

    Raises
    ------
    ValueError
        If ``p`` isn't above 0, or a contribution isn't a finite number.

    References
    ----------
    .. [1] A. Hundepool et al., "Statistical Disclosure Control", Wiley, 2012,
       section 4.2.
    """
    if p <= 0:
        msg = f"p is above 0, not {p}"
        raise ValueError(msg)
    sizes = _largest_first(contributions)
    if not sizes.any():
        return Dominance(hidden=False, above=0.0)
    missing = p / 100 * float(sizes[0]) - float(sizes[2:].sum())
    return Dominance(hidden=missing > 0, above=max(missing, 0.0))


def n_k_rule(contributions: ArrayLike, *, n: int, k: float) -> Dominance:
    """Say whether the largest contributors make up too much of a total.

    The total is hidden if the ``n`` largest contributions are more than ``k`` per
    cent of it [1]_.

    Parameters
    ----------
    contributions
        What each respondent contributes to the total; of negative numbers, the size
        counts.
    n
        Number of contributors, at least 1.
    k
        Per cent, above 0 and below 100.

    Raises
    ------
    ValueError
        If ``n`` or ``k`` is outside its limits, or a contribution isn't a finite
        number.

    References
    ----------
    .. [1] A. Hundepool et al., "Statistical Disclosure Control", Wiley, 2012,
       section 4.2.
    """
    if n < 1 or not 0 < k < 100:  # noqa: PLR2004
        msg = f"n is at least 1 and k between 0 and 100, not {n} and {k}"
        raise ValueError(msg)
    sizes = _largest_first(contributions)
    missing = float(sizes[:n].sum()) * 100 / k - float(sizes.sum())
    return Dominance(hidden=missing > 0, above=max(missing, 0.0))


def _largest_first(
    contributions: ArrayLike,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    sizes = np.abs(np.ravel(np.asarray(contributions, dtype=float)))
    if not np.isfinite(sizes).all():
        msg = "each contribution is a finite number"
        raise ValueError(msg)
    return np.sort(sizes)[::-1]
