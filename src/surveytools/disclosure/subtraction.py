"""What one column leaves of another, where that is few: nobody prints it.

Whoever holds two columns of one kind, the people of the one among those of the other,
subtracts them, whatever the items are by which they differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.meaning import Population
from surveytools.disclosure.columns import Column, CountKind
from surveytools.disclosure.nodes import Nodes
from surveytools.disclosure.rules import Grid, primary_cells
from surveytools.study.study import Profile

__all__ = ["add_differences", "left_over", "protect_column"]


def add_differences(
    columns: Iterable[Column], nodes: Nodes, *, threshold: int, profile: Profile
) -> None:
    """Protect what each column leaves of each other, where it is few.

    Parameters
    ----------
    columns
        Columns that tables print.
    nodes
        Where to write it.
    threshold, profile
        By which what is left is protected, like a group of the smaller's table.
    """
    kinds: dict[tuple[str, CountKind], list[Column]] = defaultdict(list)
    for column in columns:
        kinds[column.wave, column.kind].append(column)
    for alike in kinds.values():
        for whole in alike:
            for part in alike:
                if part is not whole and _within(part.people, whole.people):
                    _subtract(whole, part, nodes, threshold=threshold, profile=profile)


def _within(part: Population, whole: Population) -> bool:
    """Say whether some people are among others by what they're named by."""
    states = {one.attribute: one.states for one in part}
    return all(
        one.attribute in states and states[one.attribute] <= one.states for one in whole
    )


def _subtract(
    whole: Column, part: Column, nodes: Nodes, *, threshold: int, profile: Profile
) -> None:
    values = nodes.values
    # Who takes nobody away has the whole, which its own table protects.
    if not any(values[place] for place in part.bases):
        return
    counts = left_over(whole.counts, zip(part.counts), values)
    bases = left_over(whole.bases, zip(part.bases), values)
    if not bases.any():
        return
    if (counts < 0).any() or (bases < 0).any() or (counts > bases).any():
        return
    shape = (1, 1, len(counts))
    grid = Grid(counts.reshape(shape), bases.reshape(shape), bases.reshape(shape))
    primary = primary_cells(part.table, grid, threshold=threshold, profile=profile)
    needs = (primary.base_need, primary.count_need, primary.rest_need)
    if not any(need.high.any() or need.width.any() for need in needs):
        return
    rest = replace(
        part,
        counts=_named(whole.counts, part.counts, counts, nodes),
        bases=_named(whole.bases, part.bases, bases, nodes),
    )
    for total, one, place in zip(
        [*whole.counts, *whole.bases],
        [*part.counts, *part.bases],
        [*rest.counts, *rest.bases],
        strict=True,
    ):
        nodes.equal(total, [one, place])
    protect_column(rest, counts, bases, nodes, threshold=threshold, profile=profile)


def _named(
    whole: Sequence[int], part: Sequence[int], left: NDArray[np.int64], nodes: Nodes
) -> tuple[int, ...]:
    """Place what is left; answers that share a base share it here, too."""
    return tuple(
        nodes.number(("left", a, b), value)
        for a, b, value in zip(whole, part, left.tolist(), strict=True)
    )


def left_over(
    whole: Sequence[int], lines: Iterable[Sequence[int]], values: Sequence[int]
) -> NDArray[np.int64]:
    """Subtract from each number of a column the sum of a line of others."""
    return np.array(
        [
            values[place] - sum(values[part] for part in line)
            for place, line in zip(whole, lines, strict=True)
        ],
        dtype=np.int64,
    )


def protect_column(
    column: Column,
    counts: NDArray[np.int64],
    bases: NDArray[np.int64],
    nodes: Nodes,
    *,
    threshold: int,
    profile: Profile,
) -> None:
    """Protect a column that nobody prints as if it were a group of its table."""
    shape = (1, 1, len(counts))
    grid = Grid(counts.reshape(shape), bases.reshape(shape), bases.reshape(shape))
    primary = primary_cells(column.table, grid, threshold=threshold, profile=profile)
    at = np.array(column.counts, dtype=np.intp).reshape(shape)
    under = np.array(column.bases, dtype=np.intp).reshape(shape)
    rest = np.full(shape, -1, dtype=np.intp)
    for place in zip(*np.nonzero(primary.rest), strict=True):
        rest[place] = nodes.number(None, int((grid.bases - grid.counts)[place]))
        nodes.equal([rest[place], at[place]], under[place])
    if column.table.answers_partition:
        nodes.suppose_equal(column.counts, column.bases[:1])
    else:
        for count, base in zip(column.counts, column.bases, strict=True):
            nodes.less(count, base)
    everywhere = np.ones(shape, dtype=bool)
    nodes.need(at, primary.count_need, everywhere)
    nodes.need(under, primary.base_need, everywhere)
    nodes.need(rest, primary.rest_need, primary.rest)
