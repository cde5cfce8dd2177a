"""Statistics: numbers in, numbers out."""

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["wilson_interval"]


def wilson_interval(
    count: ArrayLike, base: ArrayLike, *, level: float = 0.95
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Wilson score interval of a proportion.

    Parameters
    ----------
    count, base
        Respondents who gave the answer, and respondents that the share is a share
        of. Shapes must broadcast.
    level
        Two-sided coverage, between 0 and 1.

    Returns
    -------
    low, high
        Bounds as fractions in [0, 1], of the broadcast shape; exactly 0 where nobody
        and exactly 1 where everybody gave the answer; NaN where ``base`` is 0.

    Raises
    ------
    ValueError
        If some ``count`` is negative or exceeds its ``base``.

    Notes
    -----
    Preferred to the normal interval because bases per department are small [1]_.

    References
    ----------
    .. [1] L. D. Brown, T. T. Cai, A. DasGupta, "Interval Estimation for a Binomial
       Proportion", Statistical Science 16(2), 2001, 101-133.

    Examples
    --------
    >>> low, high = wilson_interval(3, 10)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.108 to 0.603
    """
    k, n = np.broadcast_arrays(
        np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    )
    if np.any((k < 0) | (k > n)):
        msg = "count must lie between 0 and base"
        raise ValueError(msg)
    z = NormalDist().inv_cdf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    low = np.where(k == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(k == n, 1.0, np.clip(centre + half, 0, 1))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)
