"""Each group beside each other one, in every line of a table, of shown numbers only.

Lines are the answers and, where they are shown below them, nets, boxes and means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import (
    ColumnTests,
    Correction,
    Moments,
    ProportionTest,
    column_letters,
    compare_column_means,
    compare_columns,
    one_family,
)
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.summaries import net_answers, summarise_scale

__all__ = ["PAIRS", "Pairs", "compare_pairs", "extra_lines", "shown_grid"]

PAIRS = (
    "row",
    "answer",
    "group",
    "other",
    "difference",
    "low",
    "high",
    "p",
    "adjusted",
)
"""Columns of the pairs of groups that were tested."""

_NUMBERS = ("count", "base", "mean", "deviation")
_EXTRA = ("line", "group", "row", "answer", *_NUMBERS)


@dataclass(frozen=True, slots=True, repr=False)
class Pairs:
    """What `compare_pairs` found.

    Attributes
    ----------
    found
        One row per line of the table and pair of groups that was tested: columns
        `PAIRS`, before them ``line`` where there are lines below the answers.
    letters
        Lines by groups, answers before what stands below them.
    """

    found: pd.DataFrame
    letters: NDArray[np.object_]


def extra_lines(
    safe: SafeTable, nets: Mapping[str, Sequence[str]] | None, box: int | None
) -> pd.DataFrame:
    """List what stands below the answers, with the numbers that are compared.

    Parameters
    ----------
    nets
        As in `net_answers`; none where there are none.
    box
        As in `summarise_scale`; none where the scale isn't summarised.

    Returns
    -------
    DataFrame
        One row per line, group and row of a matrix, in the order of
        `surveytools.disclosure.below.lines_below`: ``line`` is ``net``, ``top``,
        ``bottom`` or ``mean``; ``answer`` the label of the net. ``count`` and ``base``
        of shares, ``mean``, ``deviation`` and ``base`` of means. Count, or mean, is
        missing where the line isn't shown for the group or nobody is in it.
    """
    parts = []
    if nets:
        found = net_answers(safe, nets).rename(columns={"net": "answer"})
        parts.append(found.assign(line="net"))
    if box is not None:
        found = summarise_scale(safe, box=box).assign(answer="")
        own = found[["group", "row", "answer", "base"]]
        for line in ("top", "bottom"):
            # Their shares are of whole numbers of respondents.
            count = (found[line] * found["base"]).round()
            parts.append(own.assign(line=line, count=count))
        means = found[["mean", "deviation"]]
        parts.append(own.join(means).assign(line="mean"))
    if not parts:
        return pd.DataFrame(columns=list(_EXTRA))
    lines = pd.concat(parts, ignore_index=True).reindex(columns=list(_EXTRA))
    return lines.astype(dict.fromkeys(_NUMBERS, float))


def compare_pairs(
    safe: SafeTable,
    groups: Sequence[str],
    shown: tuple[NDArray[np.float64], NDArray[np.float64]],
    extra: pd.DataFrame,
    *,
    names: Sequence[str],
    test: ProportionTest,
    correction: Correction,
    min_base: int,
    level: float,
) -> Pairs:
    """Test each pair of groups in each line, and correct over all of them together.

    Parameters
    ----------
    groups, names
        Codes of the groups, which must not overlap, and their letters.
    shown, extra
        As `shown_grid` and `extra_lines` give them.
    test, correction, min_base, level
        As in `surveytools.disclosure.banner.compare_groups`.
    """
    count, base = shown
    parts = [
        compare_columns(
            count, base, test=test, correction="none", min_base=min_base, level=level
        )
    ]
    first = safe.cells["group"].eq(groups[0])
    lines = safe.cells.loc[first, ["row", "answer"]]
    if len(extra):
        own = extra.loc[extra["group"].eq(groups[0]), ["line", "row", "answer"]]
        lines = pd.concat([lines.assign(line="answer"), own], ignore_index=True)
        wide = {name: _wide(extra[name], safe, groups) for name in _NUMBERS}
        of_means = _wide(extra["line"].eq("mean").astype(float), safe, groups).any(
            axis=1
        )
        k, n, mean, deviation = (wide[name] for name in _NUMBERS)
        parts.append(
            compare_columns(
                k[~of_means],
                n[~of_means],
                test=test,
                correction="none",
                min_base=min_base,
                level=level,
            )
        )
        of = (np.nan_to_num(n[of_means]), mean[of_means], deviation[of_means])
        parts.append(
            compare_column_means(
                Moments(of[0], *of),
                correction="none",
                min_base=min_base,
                level=level,
            )
        )
        base = np.vstack([base, n])
    tests = one_family(*parts, correction=correction)
    letters = column_letters(
        tests.adjusted, tests.difference, base, names, level=level, min_base=min_base
    )
    found = _found(lines, groups, tests)
    if len(extra):
        found = found[["line", *PAIRS]]
    return Pairs(found, letters)


def shown_grid(
    safe: SafeTable, groups: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give shown counts and bases, answers of all rows by groups; NaN elsewhere."""
    own = _places(safe, groups)

    def shown(name: str) -> NDArray[np.float64]:
        values = safe.cells[name].astype("Float64").mask(safe.cells["withheld"])
        wide = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(wide.reshape(len(safe.groups), -1)[own].T, dtype=np.float64)

    return shown("count"), shown("base")


def _places(safe: SafeTable, groups: Sequence[str]) -> list[int]:
    return [at for at, group in enumerate(safe.groups) if group.code in groups]


def _wide(
    values: "pd.Series[float]", safe: SafeTable, groups: Sequence[str]
) -> NDArray[np.float64]:
    """Give a column of `extra_lines` as lines by groups."""
    shape = (-1, len(safe.groups), len(safe.rows) or 1)
    own = values.to_numpy(dtype=float).reshape(shape)[:, _places(safe, groups)]
    return np.asarray(own.swapaxes(1, 2).reshape(-1, len(groups)))


def _found(
    lines: pd.DataFrame, groups: Sequence[str], tests: ColumnTests
) -> pd.DataFrame:
    """List the pairs of groups that were tested."""
    first, other = np.triu_indices(len(groups), 1)
    found = lines.loc[lines.index.repeat(len(first))].reset_index(drop=True)
    names = np.array(groups, dtype=object)
    found["group"] = np.tile(names[first], len(lines))
    found["other"] = np.tile(names[other], len(lines))
    for name in PAIRS[PAIRS.index("difference") :]:
        found[name] = getattr(tests, name)[:, first, other].ravel()
    return found[found["p"].notna()].reset_index(drop=True)
