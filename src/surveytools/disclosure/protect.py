"""The only way from a `Table` to a `SafeTable`."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.statistics import wilson_interval
from surveytools.analysis.table import CELLS, Table
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.layout import lay_out
from surveytools.disclosure.rules import grid_of, primary_cells
from surveytools.disclosure.safe import SafeTable, seal
from surveytools.disclosure.suppression import suppress
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile

__all__ = ["protect", "protect_all", "select_group"]

_RARE = Choice("~rare", {"en": "Rarer combinations", "fr": "Combinaisons plus rares"})


def protect(table: Table, *, threshold: int, profile: Profile) -> SafeTable:
    """Withhold small numbers, and whatever would give them away.

    What is hidden in itself stand in `surveytools.disclosure.rules`; what must be
    hidden with it, `surveytools.disclosure.suppression` finds. Shares and intervals
    are hidden with their count, and everything in a group with its base. Of sensitive
    exact combinations, those that are rare in all are merged first, since naming one
    tells that somebody has it.

    Parameters
    ----------
    table
        Unprotected counts.
    threshold
        Smallest number of respondents that may be shown: 1 hides nothing. There is
        no default, the owner of the data decides.
    profile
        Who will see the outputs.

    Returns
    -------
    SafeTable
        A copy with a column ``withheld``; withheld numbers are missing.

    Raises
    ------
    ValueError
        If the threshold is below 1.

    Notes
    -----
    One table at a time: what several tables tell together isn't looked at.
    """
    if threshold < 1:
        msg = f"a threshold is at least 1, not {threshold}"
        raise ValueError(msg)
    profile = Profile(profile)
    if table.combinations and table.sensitive:
        table = _without_rare(table, threshold)
    cells = _in_order(table)
    count, base = _hidden(table, threshold=threshold, profile=profile)
    cells = cells.assign(
        withheld=count | base,
        count=cells["count"].astype("Int64").mask(count | base),
        base=cells["base"].astype("Int64").mask(base),
        share=cells["share"].mask(count | base),
        low=cells["low"].mask(count | base),
        high=cells["high"].mask(count | base),
    )
    return seal(
        table,
        cells,
        threshold=threshold,
        profile=profile,
        unresolved=_shown(table.unresolved, threshold),
        no_group=_shown(table.no_group, threshold),
    )


def protect_all(
    tables: Sequence[Table], *, threshold: int, profile: Profile
) -> list[SafeTable]:
    """Protect the declared tables of a study, in declared order."""
    return [protect(table, threshold=threshold, profile=profile) for table in tables]


def select_group(safe: SafeTable, group: str) -> SafeTable:
    """Take one group out of a protected table, as it is.

    Raises
    ------
    DisclosureError
        If the table has no such group.
    """
    kept = tuple(choice for choice in safe.groups if choice.code == group)
    if not kept:
        known = ", ".join(choice.code for choice in safe.groups)
        msg = f"table {safe.id!r} has no group {group!r}"
        raise DisclosureError(msg, hint=f"it has {known}")
    cells = safe.cells[safe.cells["group"].eq(group)].reset_index(drop=True)
    return dataclasses.replace(safe, groups=kept, cells=cells)


def _in_order(table: Table) -> pd.DataFrame:
    """Sort the cells by group, row and answer, in the order of the codebook."""
    order = pd.MultiIndex.from_product(
        [
            [group.code for group in table.groups],
            [row.code for row in table.rows] or [""],
            [answer.code for answer in table.answers],
        ],
        names=["group", "row", "answer"],
    )
    cells = table.cells.set_index(["group", "row", "answer"]).reindex(order)
    return cells.reset_index()[list(CELLS)]


def _hidden(
    table: Table, *, threshold: int, profile: Profile
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each cell, in order, whether its count and its base are hidden."""
    nothing = np.zeros(len(table.cells), dtype=bool)
    if threshold == 1 or not len(table.cells):
        return nothing, nothing
    grid = grid_of(table)
    primary = primary_cells(table, grid, threshold=threshold, profile=profile)
    if not primary.count.any():
        return nothing, nothing
    layout = lay_out(table, grid, primary)
    hidden = suppress(layout.system, layout.hidden, layout.needs)
    places = layout.places
    return hidden[places.count].ravel(), hidden[places.base].ravel()


def _shown(number: int, threshold: int) -> int | None:
    return None if 1 <= number < threshold else number


def _without_rare(table: Table, threshold: int) -> Table:
    """Merge the combinations that fewer than ``threshold`` respondents have in all."""
    total = table.cells["group"].eq(table.groups[-1].code)
    counts = table.cells[total].set_index("answer")["count"]
    rare = set(counts.index[counts.lt(threshold)])
    if not rare:
        return table
    answers = (*(a for a in table.answers if a.code not in rare), _RARE)
    merged = table.cells.assign(
        answer=table.cells["answer"].where(~table.cells["answer"].isin(rare), "~rare")
    )
    keys = ["group", "row", "answer"]
    cells = (
        merged.groupby(keys, sort=False)
        .agg(count=("count", "sum"), base=("base", "first"))
        .reset_index()
    )
    low, high = wilson_interval(cells["count"], cells["base"])
    share = cells["count"] / cells["base"].where(cells["base"].gt(0))
    cells = cells.assign(share=share, low=low, high=high)
    return dataclasses.replace(table, answers=answers, cells=cells)
