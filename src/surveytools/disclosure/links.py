"""What tables tell together: the same people counted in several of them.

* Columns that count the same answers of nested groups of people differ by a column of
  those who are in the one and not in the other. Nobody prints that column, but whoever
  subtracts knows it, so that it is protected like a group of a table.
* Answers that stand for several answers of another table are their sum.
* Who answered is among those who could.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.meaning import Literal, Population, complement
from surveytools.analysis.people import People
from surveytools.analysis.table import Table
from surveytools.disclosure.columns import (
    Column,
    CountKind,
    Stock,
    add_aliases,
    add_unions,
    columns_of,
)
from surveytools.disclosure.layout import Places, conjunction, meaning_in
from surveytools.disclosure.nodes import NOBODY, Nodes
from surveytools.disclosure.refinement import refine
from surveytools.disclosure.selecting import add_selecting
from surveytools.disclosure.subtraction import (
    add_differences,
    left_over,
    protect_column,
)
from surveytools.study.study import Profile

__all__ = ["link"]


def link(
    tables: Sequence[Table],
    places: Sequence[Places],
    nodes: Nodes,
    *,
    threshold: int,
    profile: Profile,
) -> None:
    """Write down what an observer knows by comparing tables with one another.

    Parameters
    ----------
    tables, places
        All tables, and where their numbers are.
    nodes
        Where to write it.
    threshold, profile
        By which groups that follow from others are protected.
    """
    columns = [
        column
        for table, place in zip(tables, places, strict=True)
        for column in columns_of(table, place)
    ]
    columns = _unlike(columns)
    printed = list(columns)
    who = {
        meaning_in(table).wave: table.people
        for table in tables
        if table.people is not None
    }
    waves = sorted({column.wave for column in columns})
    apart = add_selecting(printed, nodes, who, threshold=threshold, profile=profile)
    add_aliases(who, waves, nodes, apart=apart)
    stock = Stock(waves, tables, nodes)
    stock.add_sums()
    columns += stock.derived(columns)
    columns += _counted(columns, nodes, who)
    add_unions(tables, columns, nodes, who)
    _add_people(columns, nodes, who)
    for family in list(_families(columns)):
        for part in _laminar(family):
            columns += _compare(part, nodes, threshold=threshold, profile=profile)
    add_differences(printed, nodes, threshold=threshold, profile=profile)
    for table, place in zip(tables, places, strict=True):
        _add_outside(table, place, nodes)
    stock = Stock(waves, tables, nodes)
    stock.add_sums()
    for table, place in zip(tables, places, strict=True):
        _bound_outside(table, place, stock)
    for column in columns:
        everybody = stock.people(column.wave, column.people)
        for base in sorted(set(column.bases)) if everybody else ():
            nodes.suppose_less(base, everybody)
    if len(tables) > 1:
        refine(nodes, who)
    add_aliases(who, waves, nodes, apart=apart)


def _counted(
    columns: Sequence[Column], nodes: Nodes, who: dict[str, People]
) -> list[Column]:
    """Count the column that several families are parts of, where nobody prints it."""
    around: dict[tuple[str, CountKind, Population], dict[str, Column]] = defaultdict(
        dict
    )
    for column in columns:
        for literal in column.people:
            key = (column.wave, column.kind, column.people - {literal})
            around[key][literal.attribute] = column
    have = {(column.wave, column.kind, column.people) for column in columns}
    made = []
    for (wave, kind, people), parts in around.items():
        missing = (wave, kind, people) not in have and len(parts) > 1
        if not missing or wave not in who:
            continue
        model = next(iter(parts.values()))
        counts = _from_data(nodes, wave, people, kind[0], who[wave])
        bases = _from_data(nodes, wave, people, kind[1], who[wave])
        if counts is not None and bases is not None:
            made.append(replace(model, people=people, counts=counts, bases=bases))
    return made


def _from_data(
    nodes: Nodes,
    wave: str,
    people: Population,
    answers: Sequence[Population],
    who: People,
) -> tuple[int, ...] | None:
    inside = [conjunction(people, answer) for answer in answers]
    counts = [who.count(each) for each in inside]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return None
    return tuple(
        nodes.number((wave, each), count)
        for each, count in zip(inside, known, strict=True)
    )


def _add_people(columns: list[Column], nodes: Nodes, who: dict[str, People]) -> None:
    """Add the people of each column as a column without answers.

    They are of no use to an observer who knows neither their number nor that of more
    people that they are among.
    """
    for (wave, people), column in {(c.wave, c.people): c for c in columns}.items():
        if wave not in who or not _is_bounded(wave, people, nodes):
            continue
        if (count := who[wave].count(people)) is not None:
            place = nodes.number((wave, people), count)
            kind: CountKind = ((), (frozenset(),))
            columns.append(
                replace(column, people=people, kind=kind, counts=(), bases=(place,))
            )


def _is_bounded(wave: str, people: Population, nodes: Nodes) -> bool:
    for size in range(len(people) + 1):
        for some in itertools.combinations(people, size):
            place = nodes.find((wave, frozenset(some)))
            if place is not None and nodes.printed[place] != NOBODY:
                return True
    return False


def _unlike(columns: Iterable[Column]) -> list[Column]:
    """Keep the first of columns that have the same numbers."""
    first: dict[tuple[str, Population, CountKind], Column] = {}
    for column in columns:
        first.setdefault((column.wave, column.people, column.kind), column)
    return list(first.values())


_Key = tuple[str, CountKind, Population, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """Columns of one kind whose people differ in one attribute alone."""

    whole: Column | None
    attribute: str
    parts: dict[frozenset[str], Column]


def _families(columns: Sequence[Column]) -> Iterator[_Family]:
    known = {(c.wave, c.kind, c.people): c for c in columns}
    parts: dict[
        tuple[str, CountKind, Population, str], dict[frozenset[str], Column]
    ] = defaultdict(dict)
    for column in columns:
        for literal in sorted(column.people, key=lambda one: one.attribute):
            around = column.people - {literal}
            key = (column.wave, column.kind, around, literal.attribute)
            parts[key][literal.states] = column
    for (wave, kind, around, attribute), found in parts.items():
        whole = known.get((wave, kind, around))
        if whole is not None or len(found) > 1:
            yield _Family(whole, attribute, found)


def _laminar(family: _Family) -> list[_Family]:
    """Split a family: of each two parts, one is in the other, or they're apart."""
    made: list[dict[frozenset[str], Column]] = []
    for states, column in family.parts.items():
        for group in made:
            if all(s <= states or states <= s or not s & states for s in group):
                group[states] = column
                break
        else:
            made.append({states: column})
    return [replace(family, parts=group) for group in made]


def _compare(
    family: _Family, nodes: Nodes, *, threshold: int, profile: Profile
) -> list[Column]:
    """Note what is left of each column without those that are in it.

    Returns
    -------
    list of Column
        What is left, as columns.
    """
    made: list[Column] = []
    inner = sorted(family.parts, key=lambda s: (len(s), sorted(s)))
    free = set(inner)  # not yet in a larger one
    for states in inner:
        within = [s for s in inner if s in free and s < states]
        if within:
            left = states.difference(*within)
            made += _split(
                family.parts[states],
                [family.parts[s] for s in within],
                Literal(family.attribute, left) if left else None,
                nodes,
                threshold=threshold,
                profile=profile,
            )
            free -= set(within)
    if family.whole is not None:
        outermost = [s for s in inner if s in free]
        others = complement(Literal(family.attribute, frozenset().union(*outermost)))
        made += _split(
            family.whole,
            [family.parts[s] for s in outermost],
            others,
            nodes,
            threshold=threshold,
            profile=profile,
        )
    return made


def _split(
    whole: Column,
    parts: Sequence[Column],
    left: Literal | None,
    nodes: Nodes,
    *,
    threshold: int,
    profile: Profile,
) -> list[Column]:
    """Note that a column is the sum of others and of what they leave over."""
    lines = list(zip(*(part.counts for part in parts), strict=True))
    sums = list(zip(*(part.bases for part in parts), strict=True))
    if left is None:
        for place, line in zip(
            [*whole.counts, *whole.bases], [*lines, *sums], strict=True
        ):
            nodes.suppose_equal(place, line)
        return []
    values = nodes.values
    counts = left_over(whole.counts, lines, values)
    bases = left_over(whole.bases, sums, values)
    if (counts < 0).any() or (bases < 0).any() or (counts > bases).any():
        return []
    people = conjunction(whole.people, frozenset({left}))
    rest = Column(
        wave=whole.wave,
        people=people,
        kind=whole.kind,
        counts=tuple(
            _number(nodes, whole.wave, people, a, int(n))
            for a, n in zip(whole.kind[0], counts, strict=True)
        ),
        bases=_of_bases(nodes, whole, people, sums, bases),
        table=parts[0].table,
    )
    for total, line, place in zip(
        [*whole.counts, *whole.bases],
        [*lines, *sums],
        [*rest.counts, *rest.bases],
        strict=True,
    ):
        nodes.equal(total, [*line, place])
    if rest.counts:
        protect_column(rest, counts, bases, nodes, threshold=threshold, profile=profile)
    return [rest]


def _number(
    nodes: Nodes, wave: str, people: Population, answer: Population, value: int
) -> int:
    inside = conjunction(people, answer)
    empty = any(not literal.states for literal in inside)
    return nodes.number(None if empty else (wave, inside), value)


def _of_bases(
    nodes: Nodes,
    whole: Column,
    people: Population,
    sums: Sequence[Sequence[int]],
    values: NDArray[np.int64],
) -> tuple[int, ...]:
    """Place the bases; answers that share one share it here, too."""
    made: dict[tuple[int, ...], int] = {}
    for place, line, base, value in zip(
        whole.bases, sums, whole.kind[1], values.tolist(), strict=True
    ):
        if (place, *line) not in made:
            made[place, *line] = _number(nodes, whole.wave, people, base, value)
    return tuple(
        made[place, *line] for place, line in zip(whole.bases, sums, strict=True)
    )


def _add_outside(table: Table, places: Places, nodes: Nodes) -> None:
    """Note that the number of respondents outside the groups bounds those left."""
    meaning = meaning_in(table)
    for row, condition in enumerate(meaning.rows):
        within = conjunction(meaning.outside, condition)
        for base in set(meaning.bases[row]):
            place = nodes.find((meaning.wave, conjunction(within, base)))
            if place is not None and places.no_group in nodes.firm:
                nodes.suppose_less(place, places.no_group)


def _bound_outside(table: Table, places: Places, stock: Stock) -> None:
    """Note that those outside the groups gave no group, and what they leave over."""
    meaning, nodes = meaning_in(table), stock.nodes
    everybody = stock.people(meaning.wave, meaning.outside)
    if everybody:
        nodes.suppose_less(places.no_group, everybody)
    if len(meaning.rows) == 1 and len(set(meaning.bases[0])) == 1:
        within = [meaning.groups[-1] & meaning.outside, meaning.rows[0]]
        whole = nodes.find((meaning.wave, conjunction(*within, meaning.bases[0][0])))
        if whole is not None:
            total = int(places.base[-1, 0, 0])
            nodes.suppose_equal(whole, [total, places.no_group])
