"""From a table and what is to be hidden of it to a `SafeTable`."""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

import pandas as pd

from surveytools.analysis.meaning import Literal, Meaning, Union
from surveytools.analysis.statistics import wilson_interval
from surveytools.analysis.table import CELLS, Table
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.attack import Bools
from surveytools.disclosure.joint import Pattern
from surveytools.disclosure.rules import cell_by_cell
from surveytools.disclosure.safe import SafeTable, seal
from surveytools.study.study import Profile

__all__ = ["prepared", "withheld"]

_MOST_CHOICES = 6  # of which all combinations are listed
_RARE = Choice("~rare", {"en": "Rarer combinations", "fr": "Combinaisons plus rares"})


def prepared(table: Table, *, threshold: int, profile: Profile) -> Table:
    """Put the cells in order, and merge combinations that may not be named."""
    each = cell_by_cell(sensitive=table.sensitive, profile=profile)
    if table.combinations and each and threshold > 1:
        table = _without_rare(table, threshold)
    return dataclasses.replace(table, cells=_in_order(table))


def withheld(
    table: Table, pattern: Pattern, *, threshold: int, profile: Profile
) -> SafeTable:
    """Take what is hidden out of a table."""
    count, base = pattern.count.ravel(), pattern.base.ravel()
    # Where a small count is hidden, this number may be what it is hidden by.
    each = cell_by_cell(sensitive=table.sensitive, profile=profile)
    secret = threshold > 1 and (each or table.names_groups) and table.unresolved > 0
    cells = table.cells.assign(
        withheld=count,
        count=_without(table.cells["count"], count),
        base=_without(table.cells["base"], base),
        share=table.cells["share"].mask(count),
        low=table.cells["low"].mask(count),
        high=table.cells["high"].mask(count),
    )
    return seal(
        table,
        cells,
        threshold=threshold,
        profile=profile,
        unresolved=None if secret else _shown(table.unresolved, threshold),
        no_group=None if pattern.no_group else table.no_group,
    )


def _without(numbers: pd.Series, hidden: Bools) -> pd.Series:
    """Take numbers out for good: a mask alone leaves them beneath it."""
    return numbers.mask(hidden, 0).astype("Int64").mask(hidden)


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
    meaning = table.meaning and _meaning_without(table.meaning, rare)
    return dataclasses.replace(table, answers=answers, cells=cells, meaning=meaning)


def _meaning_without(meaning: Meaning, rare: set[str]) -> Meaning:
    """Say that the last answer stands for all rare ones."""
    (counts,), (bases,) = meaning.counts, meaning.bases
    literals = [next(iter(count)) for count in counts]
    kept = [one for one in literals if not one.states <= rare]
    merged = Literal(literals[0].attribute, frozenset(rare))
    return dataclasses.replace(
        meaning,
        counts=(tuple(frozenset({one}) for one in (*kept, merged)),),
        bases=(bases[: len(kept) + 1],),
        unions=(
            *_unions_with_unnamed(meaning.unions, kept, rare, merged),
            *(_union_without(union, kept, rare, merged) for union in meaning.unions),
        ),
    )


def _unions_with_unnamed(
    unions: Sequence[Union], kept: Sequence[Literal], rare: set[str], merged: Literal
) -> Iterator[Union]:
    """Say of which combinations without a name choices, and the rare ones, consist.

    Whoever knows the questionnaire can list them, but doesn't know which occur. Where
    choices are many, so are these, and what is known of each is left out.
    """
    exactly = merged.attribute
    choices = [
        union.whole.attribute.rpartition("__")[2]
        for union in unions
        if "__" in union.whole.attribute
    ]
    if len(choices) > _MOST_CHOICES:
        return
    named = {code for one in kept for code in one.states}
    sets = {
        "+".join(some): some
        for size in range(1, len(choices) + 1)
        for some in itertools.combinations(choices, size)
    }
    unnamed = [code for code in sets if code not in named]
    unnamed += sorted(rare - set(sets))
    parts = {code: Literal(exactly, frozenset({code})) for code in unnamed}
    yield Union(merged, tuple(parts.values()), disjoint=True)
    for union in unions:
        choice = union.whole.attribute.rpartition("__")[2]
        own = [part for part in union.parts if part in kept]
        own += [parts[code] for code in unnamed if choice in sets.get(code, ())]
        if choice in choices:
            yield Union(union.whole, tuple(own), disjoint=True)


def _union_without(
    union: Union, kept: Sequence[Literal], rare: set[str], merged: Literal
) -> Union:
    """Say what is known of a choice when rare combinations have no name.

    Whoever knows the questionnaire can list the combinations that aren't named. Where
    all or none of them have the choice, nothing is left open; the same is supposed
    where it holds of those that occur.
    """
    parts = tuple(part for part in union.parts if part in kept)
    those = len(union.parts) - len(parts)
    return dataclasses.replace(
        union,
        parts=(*parts, merged) if those == len(rare) else parts,
        perhaps=(merged,) if 0 < those < len(rare) else (),
    )
