"""Chance, made from uniform numbers alone.

Only ``Generator.random`` is used: its stream is the same in every numpy 2, while the
algorithms of ``normal``, ``choice`` or ``shuffle`` may change from one version to the
next, and with them every byte of the demo files.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np

__all__ = ["happens", "normal", "one_of", "pick", "sample", "subset"]

T = TypeVar("T")

_STANDARD_NORMAL = NormalDist()


def happens(rng: np.random.Generator, probability: float) -> bool:
    """Whether an event of this probability happens."""
    return bool(rng.random() < probability)


def normal(rng: np.random.Generator, mean: float = 0.0, sd: float = 1.0) -> float:
    """Draw from a normal distribution, by inversion."""
    # random() can return exactly 0, where the inverse has no value.
    u = max(float(rng.random()), 2.0**-53)
    return mean + sd * _STANDARD_NORMAL.inv_cdf(u)


def lognormal(rng: np.random.Generator, median: float, sigma: float) -> float:
    """Draw from a log-normal distribution."""
    return median * math.exp(normal(rng, sd=sigma))


def pick(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    """Draw one key; weights need not sum to 1."""
    left = float(rng.random()) * sum(weights.values())
    drawn = ""
    for key, weight in weights.items():
        if weight > 0:
            drawn = key
            left -= weight
            if left < 0:
                break
    return drawn


def one_of(rng: np.random.Generator, things: Sequence[T]) -> T:
    """Draw one of the things, each as likely as the others."""
    return things[int(rng.random() * len(things))]


def subset(
    rng: np.random.Generator, probabilities: Mapping[str, float]
) -> tuple[str, ...]:
    """Draw each key on its own; order as given."""
    return tuple(key for key, p in probabilities.items() if happens(rng, p))


def sample(rng: np.random.Generator, things: Sequence[T], size: int) -> list[T]:
    """Draw ``size`` different things; all of them where there are fewer."""
    left = list(things)
    return [
        left.pop(int(rng.random() * len(left))) for _ in range(min(size, len(left)))
    ]
