"""How a sample was drawn, and the variances that follow from it."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surveytools.analysis.statistics.arrays import Floats
from surveytools.errors import SurveyError, raise_all

__all__ = [
    "Design",
    "Lonely",
    "degrees_within",
    "effective_base",
    "kish_effect",
    "linearised_covariance",
    "sampling_design",
]

Lonely = Literal["error", "certainty", "centre"]
_LONELY: tuple[str, ...] = get_args(Lonely)
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Design:
    """Weights, strata and clusters of respondents; made by `sampling_design`.

    ``weights``, ``stratum`` and ``cluster`` have one entry per respondent, the last two
    as numbers from 0. ``stratum_of_cluster`` has one per cluster; ``sampled`` and
    ``population``, clusters in the sample and in all (infinite: not known), one per
    stratum.
    """

    weights: Floats
    stratum: Codes
    cluster: Codes
    stratum_of_cluster: Codes
    sampled: Floats
    population: Floats
    lonely: Lonely

    def __repr__(self) -> str:
        return (
            f"Design({len(self.weights)} respondents, {len(self.sampled)} strata, "
            f"{len(self.stratum_of_cluster)} clusters)"
        )

    @property
    def degrees(self) -> int:
        """Degrees of freedom: clusters less strata."""
        return len(self.stratum_of_cluster) - len(self.sampled)


def sampling_design(
    size: int,
    *,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: ArrayLike | None = None,
    lonely: Lonely = "error",
) -> Design:
    """Describe how respondents were sampled.

    Parameters
    ----------
    size
        Number of respondents.
    weights
        Weight of each. Without weights: the population of the stratum over its sample
        where the population is given, otherwise 1.
    strata
        Stratum of each, any kind of label. Clusters are numbered within strata.
    clusters
        Cluster of each, such as the team; without it each respondent is one.
    population
        Clusters (respondents, where there are no clusters) in the population of each
        respondent's stratum, or one number: the finite population correction.
    lonely
        What to do with a stratum of which one cluster of several was sampled, whose
        variance isn't known: refuse (``error``), take it for complete (``certainty``),
        or compare it with the mean of all (``centre``).

    Returns
    -------
    Design

    Raises
    ------
    SurveyError
        If a stratum has fewer clusters than its sample, two population sizes, or one
        cluster only under ``error``. All strata are named at once.
    ValueError
        If lengths differ, a label is missing or a weight is negative or missing.

    Notes
    -----
    Variances come from the first stage only (ultimate clusters), as is usual where
    clusters are few of many.
    """
    if lonely not in _LONELY:
        msg = f"no treatment {lonely!r}; there are {', '.join(_LONELY)}"
        raise ValueError(msg)
    stratum, labels = _codes(strata, size, "strata", alone=False)
    own, _ = _codes(clusters, size, "clusters", alone=True)
    if clusters is None:
        cluster, stratum_of_cluster = own, stratum
    else:
        pairs = stratum.astype(np.int64) * (own.max(initial=0) + 1) + own
        _, first, cluster = np.unique(pairs, return_index=True, return_inverse=True)
        stratum_of_cluster = stratum[first]
    sampled = np.bincount(stratum_of_cluster, minlength=len(labels)).astype(float)
    sizes = _population(population, stratum, labels, sampled)
    if lonely == "error":
        _refuse_lonely(labels, sampled, sizes)
    if weights is not None:
        given = np.asarray(weights, dtype=float)
    elif population is not None:
        given = (sizes / sampled)[stratum]
    else:
        given = np.ones(size)
    if given.shape != (size,):
        msg = f"{given.shape} weights for {size} respondents"
        raise ValueError(msg)
    if not np.all(np.isfinite(given) & (given >= 0)):
        msg = "weights must be numbers of 0 or more"
        raise ValueError(msg)
    return Design(
        given,
        stratum,
        cluster.astype(np.intp),
        stratum_of_cluster,
        sampled,
        sizes,
        lonely,
    )


def linearised_covariance(scores: Floats, design: Design) -> Floats:
    """Compute the covariance of totals of scores between clusters.

    Parameters
    ----------
    scores
        Of shape (respondents, k): weighted linearised variables, 0 outside the domain.
    design
        Of all respondents, also those outside the domain.

    Returns
    -------
    array
        Of shape (k, k).

    References
    ----------
    D. A. Binder, "On the variances of asymptotically normal estimators from complex
    surveys", International Statistical Review 51, 1983, 279-292. C.-E. Särndal, B.
    Swensson, J. Wretman, *Model Assisted Survey Sampling*, 1992, section 5.5.
    """
    clusters, strata = len(design.stratum_of_cluster), len(design.sampled)
    totals = np.stack(
        [np.bincount(design.cluster, column, clusters) for column in scores.T], axis=1
    )
    place = design.stratum_of_cluster
    sums = np.stack([np.bincount(place, column, strata) for column in totals.T], axis=1)
    centre = sums / design.sampled[:, None]
    alone = design.sampled == 1
    if design.lonely == "centre":
        centre[alone] = totals.mean(axis=0)
    fraction = 1 - design.sampled / design.population
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = fraction * design.sampled / (design.sampled - 1)
    scale = np.where(alone, fraction if design.lonely == "centre" else 0.0, scale)
    deviation = totals - centre[place]
    return np.asarray((deviation * scale[place, None]).T @ deviation)


def degrees_within(design: Design, domain: NDArray[np.bool_]) -> int:
    """Count degrees of freedom: clusters less strata with someone in the domain."""
    clusters = np.bincount(design.cluster[domain], minlength=1)
    strata = np.bincount(design.stratum[domain], minlength=1)
    return int(np.count_nonzero(clusters) - np.count_nonzero(strata))


def effective_base(weights: ArrayLike) -> float:
    """Compute Kish's effective base: the base that equal weights would need.

    References
    ----------
    L. Kish, *Survey Sampling*, 1965, section 11.7.
    """
    w = np.asarray(weights, dtype=float)
    squares = float(np.square(w).sum())
    return float(w.sum()) ** 2 / squares if squares else 0.0


def kish_effect(weights: ArrayLike) -> float:
    """Compute Kish's design effect of unequal weights: base over effective base."""
    w = np.asarray(weights, dtype=float)
    effective = effective_base(w)
    return float(np.count_nonzero(w > 0)) / effective if effective else float("nan")


def _codes(
    labels: ArrayLike | None, size: int, name: str, *, alone: bool
) -> tuple[Codes, list[str]]:
    """Turn labels into numbers; without any, each is alone or all are together."""
    if labels is None:
        codes = np.arange(size) if alone else np.zeros(size, dtype=np.intp)
        return codes, [] if alone else ["all"]
    codes, unique = pd.factorize(np.asarray(labels))
    if len(codes) != size:
        msg = f"{len(codes)} {name} for {size} respondents"
        raise ValueError(msg)
    if np.any(codes < 0):
        msg = f"some of the {name} are missing"
        raise ValueError(msg)
    return codes, [str(label) for label in unique]


def _population(
    population: ArrayLike | None, stratum: Codes, labels: list[str], sampled: Floats
) -> Floats:
    if population is None:
        return np.full(len(labels), np.inf)
    sizes = np.broadcast_to(np.asarray(population, dtype=float), stratum.shape)
    smallest, largest = np.full((2, len(labels)), [[np.inf], [-np.inf]])
    np.minimum.at(smallest, stratum, sizes)
    np.maximum.at(largest, stratum, sizes)
    problems = []
    for place, label in enumerate(labels):
        if smallest[place] != largest[place]:
            msg = f"stratum {label!r} has more than one population size"
            problems.append(SurveyError(msg, hint="give one number per stratum"))
        elif smallest[place] < sampled[place]:
            msg = (
                f"stratum {label!r} has {sampled[place]:.0f} clusters in the sample "
                f"and {smallest[place]:.0f} in the population"
            )
            problems.append(SurveyError(msg, hint="correct the population"))
    raise_all(problems)
    return smallest


def _refuse_lonely(labels: list[str], sampled: Floats, population: Floats) -> None:
    lonely = [
        repr(label)
        for label, found, whole in zip(labels, sampled, population, strict=True)
        if found == 1 and whole > 1
    ]
    if lonely:
        msg = f"one cluster only in {', '.join(lonely)}: its variance isn't known"
        hint = "merge it with another stratum, or say lonely='certainty' or 'centre'"
        raise SurveyError(msg, hint=hint)
