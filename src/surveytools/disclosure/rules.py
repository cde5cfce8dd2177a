"""Which cells must be hidden in themselves, and how uncertain they must stay.

A *small* number is one from 1 to the threshold minus 1.

* A group of small base is hidden wholly: base, counts, shares. An observer must hold
  it possible that the base reaches the threshold, and that none of its counts that
  aren't zero is the true one.
* In tables of sensitive items, and for profile ``public`` in all tables, small counts
  are hidden, and counts whose complement is small (how many did not select a choice).
* Where the answers are the groups of other tables, small counts are small groups and
  hidden.
* Where everybody in a group gave one answer, the answer of each is known. Profiles
  ``workshop`` and ``public`` hide that; an observer must hold it possible that
  threshold minus 1 of the group answered otherwise.
* Where nobody in a group gave an answer, profile ``public`` hides that, and
  ``workshop`` does for sensitive items.

A hidden small number is protected when an observer must hold it possible that it
reaches the threshold, and when the range of what is possible is at least the threshold
minus 1 wide. Where a 0 is shown, an observer knows that a hidden number isn't 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.table import Table
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["Grid", "Need", "Primary", "cell_by_cell", "grid_of", "primary_cells"]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Numbers of a table as arrays of groups by rows by answers.

    Attributes
    ----------
    counts, bases
        Respondents (base ``mentions``: mentions).
    people
        Respondents behind each base.
    """

    counts: NDArray[np.int64]
    bases: NDArray[np.int64]
    people: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What an observer must hold possible of each number, as `suppression.Needs`."""

    high: NDArray[np.int64]
    width: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Primary:
    """Cells hidden in themselves, each array of groups by rows by answers.

    Attributes
    ----------
    base, count
        Whether base and count are hidden.
    rest
        Whether base minus count needs protection, a number that is never printed.
    base_need, count_need, rest_need
        How uncertain an observer must stay about each.
    veiled
        Whether a count would be hidden in itself, were it 0.
    counted, counted_rest
        Whether a count, and its rest, would be shown, were it 0.
    """

    base: NDArray[np.bool_]
    count: NDArray[np.bool_]
    rest: NDArray[np.bool_]
    base_need: Need
    count_need: Need
    rest_need: Need
    veiled: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    counted_rest: NDArray[np.bool_]


def cell_by_cell(*, sensitive: bool, profile: Profile) -> bool:
    """Say whether small counts are hidden, and not small groups alone.

    Who sees the outputs of profile ``public`` isn't known, so there every item counts
    as sensitive.
    """
    return sensitive or profile is Profile.PUBLIC


def grid_of(table: Table) -> Grid:
    """Arrange a table's numbers, whatever the order of its rows."""
    groups = [group.code for group in table.groups]
    rows = [row.code for row in table.rows] or [""]
    answers = [answer.code for answer in table.answers]
    cells = table.cells.set_index(["group", "row", "answer"])
    shape = (len(groups), len(rows), len(answers))
    order = [(g, r, a) for g in groups for r in rows for a in answers]
    counts = cells["count"].reindex(order).to_numpy(dtype=np.int64).reshape(shape)
    bases = cells["base"].reindex(order).to_numpy(dtype=np.int64).reshape(shape)
    if table.base is not BaseKind.MENTIONS:
        return Grid(counts, bases, bases)
    people = np.array(table.respondents, dtype=np.int64)[:, np.newaxis, np.newaxis]
    return Grid(counts, bases, np.broadcast_to(people, shape))


def primary_cells(
    table: Table, grid: Grid, *, threshold: int, profile: Profile
) -> Primary:
    """Apply the rules of this page to a table.

    Parameters
    ----------
    threshold
        Smallest number of respondents that may be shown, at least 2.
    profile
        Who will see the outputs.
    """

    def small(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        return (numbers >= 1) & (numbers < threshold)

    some = grid.people >= 1
    rest_of_all = grid.people - grid.counts
    small_base = small(grid.people) | (small(grid.bases) & some)
    each = cell_by_cell(sensitive=table.sensitive, profile=profile)
    small_count = small(grid.counts) & (each or table.names_groups)
    overlapping = not table.answers_partition
    small_rest = small(rest_of_all) & (each and overlapping)
    guess = profile is not Profile.INTERNAL and grid.counts.shape[2] > 1
    everybody = some & (rest_of_all == 0) & guess
    tell_none = profile is Profile.PUBLIC or (
        profile is Profile.WORKSHOP and table.sensitive
    )
    nobody = some & (grid.counts == 0) & tell_none
    # Mentions don't add up to respondents, so nothing follows for the rest.
    mentions = table.base is BaseKind.MENTIONS
    rest = (small_rest | everybody) & (not mentions)
    wide = small_count | nobody | (everybody & mentions)
    seen = small_base & (grid.counts >= 1)
    return Primary(
        base=small_base,
        count=small_base | small_count | small_rest | everybody | nobody,
        rest=rest,
        base_need=Need(
            high=np.where(small_base, threshold, 0),
            width=np.where(small_base, threshold - 1, 0),
        ),
        count_need=Need(
            high=np.where(small_count | nobody, threshold, 0),
            width=np.where(wide, threshold - 1, np.where(seen, 1, 0)),
        ),
        rest_need=Need(
            high=np.where(small_rest, threshold, np.where(everybody, threshold - 1, 0))
            * rest,
            width=np.where(rest, threshold - 1, 0),
        ),
        veiled=small_base | (some & tell_none),
        counted=(grid.counts >= 1) & (each or table.names_groups) & (not tell_none),
        counted_rest=small_rest & (profile is Profile.INTERNAL),
    )
