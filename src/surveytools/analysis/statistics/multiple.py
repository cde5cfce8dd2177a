"""Tests of multiple-response items by groups, which may overlap."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.statistics.association import RaoScott, corrected_chi_square
from surveytools.analysis.statistics.designs import Design, linearised_covariance

__all__ = ["multiple_response_of_counts", "multiple_response_test"]


def multiple_response_test(
    selected: ArrayLike, groups: ArrayLike, *, design: Design | None = None
) -> RaoScott:
    """Test whether groups select the choices of a multiple-response item differently.

    Parameters
    ----------
    selected
        Of shape (respondents, choices): whether each selected each choice; NaN for
        those who gave no answer, who are left out.
    groups
        Number of each respondent's group, from 0, -1 for none; or of shape
        (respondents, groups): whether each belongs to each. Groups may overlap.
    design
        Weights, strata and clusters, where there are any.

    Returns
    -------
    RaoScott
        ``statistic`` is the sum over choices of Pearson's chi-square of selected or not
        by group. Choices that nobody or everybody selected and empty groups are left
        out. Under a design only the first order is computed. NaN where nothing is left
        to test.

    Notes
    -----
    Pearson's test of the table of mentions takes a respondent for as many as they gave
    answers, and is wrong. The sum over choices is a sum of dependent parts: its mean is
    known, which the first-order correction uses; the second order allows for the
    dependence, too.

    For groups that don't overlap, without a design, the correction of first order is 1:
    chi-square with (groups - 1) times choices degrees of freedom.

    References
    ----------
    A. Agresti, I.-M. Liu, "Modeling a categorical variable allowing arbitrarily many
    category choices", Biometrics 55, 1999, 936-943. Y. J. Decady, D. R. Thomas, "A
    simple test of association for contingency tables with multiple column responses",
    Biometrics 56, 2000, 893-896. C. R. Bilder, T. M. Loughin, D. Nettleton, "Multiple
    marginal independence testing for pick any/c variables", Communications in
    Statistics: Simulation and Computation 29, 2000, 1285-1316.
    """
    member = _membership(np.asarray(groups))
    weights = np.ones(len(member)) if design is None else design.weights
    y = np.asarray(selected, dtype=float)
    if y.ndim != 2 or len(y) != len(member):  # noqa: PLR2004  # respondents by choices
        msg = f"selected of shape {y.shape} for {len(member)} respondents"
        raise ValueError(msg)
    answered = ~np.isnan(y).any(axis=1)
    weights = np.where(member.any(axis=1) & answered, weights, 0.0)
    y = np.where(answered[:, None], y, 0.0)
    total = weights.sum()
    overall = weights @ y / total if total else np.zeros(y.shape[1])
    choices = (overall > 0) & (overall < 1)
    y, overall = y[:, choices], overall[choices]
    sizes = weights @ member
    member, sizes = member[:, sizes > 0], sizes[sizes > 0]
    if len(sizes) < 2 or not choices.any():  # noqa: PLR2004  # nothing to compare
        return RaoScott(*(float("nan"),) * 3, 0, *(float("nan"),) * 2)
    base = np.count_nonzero(weights)
    people = sizes / total * base  # as many as the weights say, of the true base
    shares = (member * weights[:, None]).T @ y / sizes[:, None]
    variance = overall * (1 - overall)
    statistic = float(np.sum(people[:, None] * np.square(shares - overall) / variance))

    # Covariance of the groups' shares around the overall one, of independent answers.
    overlap = (member * weights[:, None]).T @ member
    among = overlap / np.outer(sizes, sizes) * total - 1
    root = np.sqrt(sizes / total)
    between = root[:, None] * among * root
    degrees = int(np.linalg.matrix_rank(between, hermitian=True, tol=1e-9))
    if degrees == 0:
        return RaoScott(*(float("nan"),) * 3, 0, *(float("nan"),) * 2)
    if design is None:
        within = np.atleast_2d(np.corrcoef(y[weights > 0], rowvar=False))
        return corrected_chi_square(
            statistic,
            degrees * len(overall),
            trace=float(np.trace(between)) * len(overall),
            squares=float(np.sum(np.square(between)) * np.sum(np.square(within))),
        )
    trace = 0.0
    for group, size, count in zip(member.T, sizes, people, strict=True):
        share = (group * weights) @ y / size
        scores = weights[:, None] * (
            group[:, None] * (y - share) / size - (y - overall) / total
        )
        effects = np.diag(linearised_covariance(scores, design)) / variance
        trace += float(count * effects.sum())
    return corrected_chi_square(statistic, degrees * len(overall), trace=trace)


def multiple_response_of_counts(count: ArrayLike, base: ArrayLike) -> RaoScott:
    """Test, from counts alone, whether groups select choices differently.

    `multiple_response_test` for groups that don't overlap and a sample without design:
    its correction of first order is then 1, and needs no single answers.

    Parameters
    ----------
    count, base
        Of shape (groups, choices): who selected a choice, and who could have.

    Returns
    -------
    RaoScott
        Without the second order. NaN where nothing is left to test.

    References
    ----------
    As `multiple_response_test`.
    """
    k, n = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    k, n = np.broadcast_arrays(k, n)
    total, whole = k.sum(axis=0), n.sum(axis=0)
    kept = (total > 0) & (total < whole)
    k, n, overall = k[:, kept], n[:, kept], total[kept] / whole[kept]
    groups = (n > 0).sum(axis=0)
    degrees = int(np.maximum(groups - 1, 0).sum())
    if degrees == 0:
        return RaoScott(*(float("nan"),) * 3, 0, *(float("nan"),) * 2)
    shares = np.divide(k, n, out=np.broadcast_to(overall, k.shape).copy(), where=n > 0)
    parts = n * np.square(shares - overall) / (overall * (1 - overall))
    return corrected_chi_square(float(parts.sum()), degrees, trace=float(degrees))


def _membership(groups: NDArray[np.generic]) -> Floats:
    if groups.ndim == 2:  # noqa: PLR2004
        return groups.astype(float)
    numbers = np.arange(int(groups.max(initial=-1)) + 1)
    return np.asarray(groups[:, None] == numbers, dtype=float)
