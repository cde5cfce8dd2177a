"""Whose means differ: column letters by Welch's test, of shown numbers only."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from surveytools.analysis.statistics import (
    MIN_BASE,
    Correction,
    Moments,
    column_letters,
    column_names,
    compare_column_means,
)
from surveytools.analysis.table import TOTAL
from surveytools.disclosure.banner import Method
from surveytools.disclosure.numbers import SafeNumbers
from surveytools.disclosure.seals import Sealed

__all__ = ["PAIRS", "MeanComparisons", "compare_numbers"]

PAIRS = ("group", "other", "difference", "low", "high", "p", "adjusted")
"""Columns of `MeanComparisons.pairs`."""


@dataclass(frozen=True, slots=True, repr=False)
class MeanComparisons(Sealed):
    """How the means of groups differ. Only `compare_numbers` makes them.

    Attributes
    ----------
    letter
        Letter of each group that is compared, by its code.
    letters
        Letters of the groups whose mean is smaller beyond chance.
    pairs
        One row a pair that was tested, columns `PAIRS`: the mean of ``group`` less that
        of ``other``, with its interval and p.
    method
        How p was corrected, level and least base; the test is Welch's.
    reason
        Why there are no letters: ``alone`` or ``overlap``; empty where there are.
    no_letters
        Why a group can have none, by its code: ``overlap``, ``below``, ``withheld``;
        empty where it can.
    """

    letter: dict[str, str]
    letters: dict[str, str]
    pairs: pd.DataFrame
    method: Method
    reason: str
    no_letters: dict[str, str]

    maker = "disclosure.compare_numbers"


def compare_numbers(
    safe: SafeNumbers, *, correction: Correction = "holm", level: float = 0.95
) -> MeanComparisons:
    """Compare the means of the groups of a protected table of numbers.

    Parameters
    ----------
    correction
        How p is corrected over all pairs.
    level
        Letters stand where the corrected p is below 1 - ``level``.

    Notes
    -----
    `surveytools.analysis.statistics.compare_column_means`, which is Welch's test. No
    letters below a base of 30, nor for groups that overlap: the test has no form for
    them.
    """
    cells = safe.cells[safe.cells["group"].ne(TOTAL)]
    codes = cells["group"].tolist()
    method = Method(correction, level=level)
    nobody: dict[str, object] = {
        "letter": {},
        "letters": {},
        "pairs": pd.DataFrame(columns=list(PAIRS)),
        "method": method,
    }
    if len(codes) < 2:  # noqa: PLR2004  # a pair
        return MeanComparisons.sealed(**nobody, reason="alone", no_letters={})
    if not safe.bases.groups_partition:
        why = dict.fromkeys(codes, "overlap")
        return MeanComparisons.sealed(**nobody, reason="overlap", no_letters=why)
    shown = cells[["base", "mean", "deviation"]].astype("Float64")
    known = shown.notna().all(axis=1) & ~cells["withheld"]
    base, mean, deviation = (
        shown[name].where(known, 0).to_numpy(dtype=np.float64) for name in shown
    )
    tests = compare_column_means(
        Moments(base, base, mean, deviation), correction=correction, level=level
    )
    names = column_names(len(codes))
    given = column_letters(tests.adjusted, tests.difference, base, names, level=level)
    first, other = np.triu_indices(len(codes), 1)
    found = pd.DataFrame(
        {
            "group": [codes[at] for at in first],
            "other": [codes[at] for at in other],
            **{name: getattr(tests, name)[first, other] for name in PAIRS[2:]},
        }
    )
    pairs = found[found["p"].notna()].reset_index(drop=True)
    return MeanComparisons.sealed(
        letter=dict(zip(codes, names, strict=True)),
        letters=dict(zip(codes, (str(text) for text in given), strict=True)),
        pairs=pairs,
        method=method,
        reason="",
        no_letters={
            code: "" if enough else "below" if shown_ else "withheld"
            for code, enough, shown_ in zip(codes, base >= MIN_BASE, known, strict=True)
        },
    )
