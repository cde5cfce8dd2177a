"""P values corrected for the number of tests: Holm, Benjamini-Hochberg."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from surveytools.analysis.statistics.arrays import Floats

__all__ = ["Correction", "adjust_p"]

Correction = Literal["holm", "benjamini-hochberg", "none"]


def adjust_p(p: ArrayLike, *, method: Correction) -> Floats:
    """Correct the p values of one family of tests.

    Parameters
    ----------
    p
        P values, of any shape. NaN means not tested: such a cell stays NaN and isn't
        counted in the family.
    method
        ``holm``: the chance of any false finding stays at most the level.
        ``benjamini-hochberg``: so does the expected share of false ones among the
        findings, for independent or positively dependent tests. ``none``.

    Returns
    -------
    array
        Corrected p values, to be compared with the level; of the shape of ``p``.

    Raises
    ------
    ValueError
        If some p lies outside [0, 1], or no method has that name.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6, 1979, 65-70.
    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the
    Royal Statistical Society B 57, 1995, 289-300.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, 0.03, float("nan")], method="holm").tolist()
    [0.03, 0.06, 0.06, nan]
    """
    values = np.asarray(p, dtype=float)
    tested = ~np.isnan(values)
    family = values[tested]
    if np.any((family < 0) | (family > 1)):
        msg = "p must lie between 0 and 1"
        raise ValueError(msg)
    if method not in _STEPS:
        msg = f"no correction {method!r}; there are {', '.join(_STEPS)}"
        raise ValueError(msg)
    order = np.argsort(family, kind="stable")
    adjusted = np.empty_like(family)
    adjusted[order] = np.minimum(_STEPS[method](family[order]), 1)
    result = np.full_like(values, np.nan)
    result[tested] = adjusted
    return result


def _holm(p: Floats) -> Floats:
    return np.maximum.accumulate(p * np.arange(len(p), 0, -1))


def _benjamini_hochberg(p: Floats) -> Floats:
    scaled = p * len(p) / np.arange(1, len(p) + 1)
    return np.minimum.accumulate(scaled[::-1])[::-1]


def _none(p: Floats) -> Floats:
    return p


_STEPS: dict[str, Callable[[Floats], Floats]] = {
    "holm": _holm,
    "benjamini-hochberg": _benjamini_hochberg,
    "none": _none,
}
