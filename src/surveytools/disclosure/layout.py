"""How the cells of a table hang together, as equations between numbers."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.meaning import Literal, Meaning, Population, meaning_of
from surveytools.analysis.table import Table
from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.disclosure.attack import Bools
from surveytools.disclosure.nodes import Nodes
from surveytools.disclosure.rules import Grid, Primary
from surveytools.errors import DisclosureError
from surveytools.study.tabplan import BaseKind

__all__ = ["Places", "conjunction", "lay_out", "meaning_in"]

_BASE_WEIGHT = 2.0  # a base is missed more than one count of that size,
_TOTAL_WEIGHT = 4.0  # and a total most
_WITH_MISSING = (BaseKind.ALL, BaseKind.ASKED)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where in the system each number of a table is.

    All but ``no_group`` are arrays of groups by rows by answers. Cells that share a
    base share its place. ``rest`` is base minus count, -1 where nothing is needed of
    it; ``no_group`` is the number of respondents outside the groups.
    """

    count: NDArray[np.intp]
    base: NDArray[np.intp]
    rest: NDArray[np.intp]
    no_group: int

    def cells(self, hidden: Bools) -> Bools:
        """Say of which cells the count or the base is among some numbers."""
        found: Bools = hidden[self.count] | hidden[self.base]
        return found


def conjunction(*populations: Population) -> Population:
    """Those who are in all of some populations."""
    states: dict[str, frozenset[str]] = {}
    for one in populations:
        for literal in one:
            known = states.get(literal.attribute, literal.states)
            states[literal.attribute] = known & literal.states
    return frozenset(Literal(name, these) for name, these in states.items())


def meaning_in(table: Table) -> Meaning:
    """Give the meaning of a table's numbers; from its codes, if it has none."""
    if table.meaning is not None:
        return table.meaning
    item = Item(
        table.stub,
        table.stub_label,
        table.stub_kind,
        choices=tuple(a for a in table.answers if not a.code.startswith("~")),
        rows=table.rows,
    )
    banner = None
    if table.banner is not None:
        kind = Kind.SINGLE if table.groups_partition else Kind.MULTIPLE
        groups = table.groups[:-1]
        banner = Item(table.banner, table.banner, kind, choices=groups)
    return meaning_of(
        item,
        banner,
        answers=table.answers,
        base=table.base,
        combinations=table.combinations,
        where=None,
        wave=f"{table.wave}, where {table.where}" if table.where else table.wave,
        codebook=Codebook("", (item,)),
    )


def lay_out(
    table: Table, grid: Grid, primary: Primary, nodes: Nodes, *, position: int
) -> Places:
    """Write down what an observer knows about a table.

    Answers that partition respondents add up to the base; of others, each count is at
    most its base, less those who gave no answer. Groups that partition respondents
    add up to the total; of others, none exceeds the total, and together they reach it.

    Parameters
    ----------
    nodes
        Where to write it.
    position
        Position of the table in the order of protection.

    Raises
    ------
    DisclosureError
        If the table's numbers aren't like that.
    """
    places = _places(table, grid, primary, nodes, position)
    true = _add_answers(table, grid, places, nodes)
    for at in zip(*np.nonzero(primary.rest), strict=True):
        parts = [places.rest[at], places.count[at]]
        true &= nodes.equal(parts, places.base[at])
    true &= _add_groups(table, places, nodes)
    _add_answered(table, places, nodes)
    if not true:
        msg = f"the numbers of table {table.id!r} don't add up"
        raise DisclosureError(msg, hint="make tables with tabulate only")
    nodes.hidden.update(places.count[primary.count].tolist())
    nodes.hidden.update(places.base[primary.base].tolist())
    everywhere = np.ones(grid.counts.shape, dtype=bool)
    nodes.need(places.count, primary.count_need, everywhere)
    nodes.need(places.base, primary.base_need, everywhere)
    nodes.need(places.rest, primary.rest_need, primary.rest)
    # Where all in a group gave the one answer there is, its count is its base.
    bases = set(places.base[grid.bases >= 1].tolist())
    nodes.veiled.update(set(places.count[primary.veiled].tolist()) - bases)
    nodes.counted.update(places.count[primary.counted].tolist())
    nodes.counted.update(bases)
    nodes.counted.update(places.rest[primary.rest & primary.counted_rest].tolist())
    return places


def _places(
    table: Table, grid: Grid, primary: Primary, nodes: Nodes, position: int
) -> Places:
    meaning = meaning_in(table)
    shape = grid.counts.shape
    groups, rows, answers = shape
    count, base = np.zeros(shape, dtype=np.intp), np.zeros(shape, dtype=np.intp)
    rest = np.full(shape, -1, dtype=np.intp)
    shared = _shared_base(grid)
    weights = _weights(grid)
    for group, row, answer in np.ndindex(groups, rows, answers):
        at = (group, row, answer)
        first = 0 if shared else answer
        within = conjunction(meaning.groups[group], meaning.rows[row])
        given = _name(meaning, within, meaning.counts[row][answer])
        based = _name(meaning, within, meaning.bases[row][first])
        if not meaning.bases[row][first]:  # everybody, in whichever row
            based = _name(meaning, meaning.groups[group], frozenset())
        count[at] = nodes.number(
            given, int(grid.counts[at]), table=position, weight=float(weights.count[at])
        )
        base[at] = nodes.number(
            based, int(grid.bases[at]), table=position, weight=float(weights.base[at])
        )
        nodes.depends(int(count[at]), int(base[at]))
        if primary.rest[at]:
            value = int(grid.bases[at] - grid.counts[at])
            both = None if given is None or based is None else (given, based)
            rest[at] = nodes.number(both, value)
    return Places(count, base, rest, _no_group(table, meaning, nodes, position))


def _no_group(table: Table, meaning: Meaning, nodes: Nodes, position: int) -> int:
    """Place the number of respondents outside the groups."""
    if len(set(meaning.bases)) == 1 and len(set(meaning.bases[0])) == 1:
        within = conjunction(meaning.outside, meaning.rows[0])
        key = _name(meaning, within, meaning.bases[0][0])
        return nodes.number(key, table.no_group, table=position, weight=0.5)
    place = nodes.number(None, table.no_group, table=position)
    nodes.firm.add(place)  # of several rows or bases together
    return place


def _name(meaning: Meaning, within: Population, answer: Population) -> Hashable | None:
    """Name a number by whom it counts; none, if that can't be said."""
    people = conjunction(within, answer)
    if any(not literal.states for literal in people):
        return None
    return (meaning.wave, people)


def _shared_base(grid: Grid) -> bool:
    """Say whether the answers of a row have one base, not one each."""
    return bool((grid.bases == grid.bases[:, :, :1]).all())


def _add_answers(table: Table, grid: Grid, places: Places, nodes: Nodes) -> bool:
    counts, bases = places.count, places.base
    groups, rows, _ = counts.shape
    lines = [(group, row) for group in range(groups) for row in range(rows)]
    if table.answers_partition:
        sums = [nodes.equal(counts[line], bases[line][:1]) for line in lines]
        return all(sums)
    silent = np.array([a.code.startswith("~") for a in table.answers])
    chosen = grid.counts.sum(axis=2) >= grid.bases[:, :, 0]
    true = True
    for line in lines:
        unanswered = counts[line][silent]
        for answer in np.flatnonzero(~silent):
            true &= nodes.less([counts[line][answer], *unanswered], bases[line][answer])
        if _shared_base(grid):
            true &= nodes.less(unanswered, bases[line][0])
            if chosen.all():  # who answers selects something
                true &= nodes.less(bases[line][0], counts[line])
    return true


def _add_answered(table: Table, places: Places, nodes: Nodes) -> None:
    """Note that who gave no kind of missing answer answered."""
    if table.stub_kind is not Kind.MULTIPLE or table.base not in _WITH_MISSING:
        return
    meaning = meaning_in(table)
    silent = [a.code.startswith("~") for a in table.answers]
    answered = Literal(table.stub, frozenset({"answered"}))
    for group, people in enumerate(meaning.groups):
        base = int(places.base[group, 0, 0])
        missing = places.count[group, 0, silent].tolist()
        value = nodes.values[base] - sum(nodes.values[place] for place in missing)
        name = (meaning.wave, conjunction(people, frozenset({answered})))
        nodes.equal([nodes.number(name, value), *missing], base)


def _add_groups(table: Table, places: Places, nodes: Nodes) -> bool:
    groups, rows, answers = places.count.shape
    if groups == 1:
        return True
    flat = places.base.reshape(groups, -1)
    sums = [places.count.reshape(groups, -1), np.unique(flat, axis=1)]
    true = True
    for column in np.concatenate(sums, axis=1).T:
        inner, total = column[:-1], column[-1]
        if table.groups_partition:
            true &= nodes.equal(inner, total)
            continue
        true &= nodes.less(total, inner)
        for cell in inner:
            true &= nodes.less(cell, total)
    if table.answers_partition or table.groups_partition:
        return true
    # Who did not select a choice: the same for overlapping groups.
    for row, answer in np.ndindex(rows, answers):
        counts, bases = places.count[:, row, answer], places.base[:, row, answer]
        true &= nodes.less([bases[-1], *counts[:-1]], [counts[-1], *bases[:-1]])
        for group in range(groups - 1):
            true &= nodes.less([bases[group], counts[-1]], [counts[group], bases[-1]])
    return true


@dataclass(frozen=True, slots=True, eq=False)
class _Weights:
    count: NDArray[np.float64]
    base: NDArray[np.float64]


def _weights(grid: Grid) -> _Weights:
    total = np.ones(grid.counts.shape)
    total[-1] = _TOTAL_WEIGHT
    return _Weights(
        count=total * (1 + np.log1p(grid.counts)),
        base=_BASE_WEIGHT * total * (1 + np.log1p(grid.bases)),
    )
