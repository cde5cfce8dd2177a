"""Columns of tables, and those that follow from others by adding answers up.

A *column* is one group of a table, or of one row of a matrix, with the answers and
bases of that group. What stands for several answers of another table is their sum.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from surveytools.analysis.meaning import Literal, Population
from surveytools.analysis.people import People
from surveytools.analysis.table import Table
from surveytools.disclosure.layout import Places, conjunction, meaning_in
from surveytools.disclosure.nodes import Nodes

__all__ = ["Column", "CountKind", "Stock", "add_aliases", "add_unions", "columns_of"]

CountKind = tuple[tuple[Population, ...], tuple[Population, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """Numbers of one group in one row of a table.

    Attributes
    ----------
    wave, people, kind
        Whom it counts: all in ``people``, by the answers and bases of ``kind``.
    counts, bases
        Places of its numbers, one an answer.
    table
        The table that has it, or has one like it, by whose rules it is protected.
    """

    wave: str
    people: Population
    kind: CountKind
    counts: tuple[int, ...]
    bases: tuple[int, ...]
    table: Table


def columns_of(table: Table, places: Places) -> Iterator[Column]:
    """Give the columns of a table, group by group and row by row."""
    meaning = meaning_in(table)
    for group, people in enumerate(meaning.groups):
        for row, condition in enumerate(meaning.rows):
            yield Column(
                wave=meaning.wave,
                people=conjunction(people, condition),
                kind=(meaning.counts[row], meaning.bases[row]),
                counts=tuple(places.count[group, row].tolist()),
                bases=tuple(places.base[group, row].tolist()),
                table=table,
            )


class Stock:
    """Numbers by the attribute that they count, within each group of people."""

    def __init__(
        self, waves: Iterable[str], tables: Sequence[Table], nodes: Nodes
    ) -> None:
        self.nodes = nodes
        self.unions = {u.whole: u for t in tables for u in meaning_in(t).unions}
        self.shelves: dict[
            tuple[str, Population], dict[str, dict[frozenset[str], int]]
        ] = defaultdict(lambda: defaultdict(dict))
        for wave in waves:
            for people, place in nodes.named(wave):
                for literal in people:
                    shelf = self.shelves[wave, people - {literal}]
                    shelf[literal.attribute][literal.states] = place

    def add_sums(self) -> None:
        """Note of each number which others of the same people add up to it."""
        for shelf in self.shelves.values():
            for sets in shelf.values():
                for states, place in sets.items():
                    parts = _tiles(states, sets)
                    if parts:
                        self.nodes.suppose_equal(place, parts)

    def derived(self, columns: Sequence[Column]) -> list[Column]:
        """Make the columns that others make up, where nobody prints them."""
        kinds: dict[tuple[str, CountKind], Column] = {}
        for column in columns:
            kinds.setdefault((column.wave, column.kind), column)
        by_attribute: dict[tuple[str, str], list[Column]] = defaultdict(list)
        for (wave, _), column in kinds.items():
            attributes = {one.attribute for a in column.kind[0] for one in a}
            for attribute in sorted(attributes):
                by_attribute[wave, attribute].append(column)
        have = {(c.wave, c.people, c.kind) for c in columns}
        made = []
        for wave, people in list(self.shelves):
            shelf = self.shelves[wave, people]
            for attribute in sorted(shelf):
                for model in by_attribute.get((wave, attribute), []):
                    key = (wave, people, model.kind)
                    if key in have:
                        continue
                    have.add(key)
                    if (new := self._made(people, model)) is not None:
                        made.append(new)
        return made

    def people(self, wave: str, people: Population) -> list[int]:
        """Find the number of some people, or numbers that add up to it."""
        place = self.nodes.find((wave, people))
        if place is not None:
            return [place]
        for literal in sorted(people, key=lambda one: one.attribute):
            shelf = self.shelves.get((wave, people - {literal}), {})
            parts = _tiles(literal.states, shelf.get(literal.attribute, {}))
            if parts:
                return parts
        return []

    def _made(self, people: Population, model: Column) -> Column | None:
        counts = [self._place(people, model, answer) for answer in model.kind[0]]
        bases = [self._place(people, model, base) for base in model.kind[1]]
        found = [place for place in counts if place is not None]
        wholes = [place for place in bases if place is not None]
        if len(found) < len(counts) or len(wholes) < len(bases):
            return None
        return replace(model, people=people, counts=tuple(found), bases=tuple(wholes))

    def _place(
        self, people: Population, model: Column, answer: Population
    ) -> int | None:
        """Find a number, or make it from parts."""
        key = (model.wave, conjunction(people, answer))
        if len(answer) != 1:
            return self.nodes.find(key)
        (literal,) = answer
        shelf = self.shelves[model.wave, people]
        sets = shelf.get(literal.attribute, {})
        if literal.states in sets:
            return sets[literal.states]
        parts = _tiles(literal.states, sets)
        union = self.unions.get(literal)
        if not parts and union and union.disjoint and not union.perhaps:
            exact = [shelf.get(p.attribute, {}).get(p.states) for p in union.parts]
            parts = [place for place in exact if place is not None]
            parts = parts if len(parts) == len(exact) else []
        if not parts:
            return None
        place = self.nodes.number(key, sum(self.nodes.values[p] for p in parts))
        self.nodes.equal(place, parts)
        return place


def _tiles(states: frozenset[str], sets: dict[frozenset[str], int]) -> list[int]:
    """Choose numbers that count disjoint parts of some states, together all of them."""
    left, places = set(states), []
    smaller = [s for s in sets if s < states]
    for part in sorted(smaller, key=lambda s: (-len(s), sorted(s))):
        if part and part <= left:
            left -= part
            places.append(sets[part])
    return [] if left else places


def add_unions(
    tables: Sequence[Table],
    columns: Sequence[Column],
    nodes: Nodes,
    who: Mapping[str, People],
) -> None:
    """Compare choices with the exact combinations, and nets with their parts.

    Combinations that no table names are counted.
    """
    people = {(column.wave, column.people) for column in columns}
    for table in tables:
        meaning = meaning_in(table)
        groups = [group for group in meaning.groups if (meaning.wave, group) in people]
        for union in meaning.unions:
            for group in groups:
                whole = _find(nodes, who, meaning.wave, group, union.whole)
                if whole is None:
                    continue
                named = [whole] + [
                    _find(nodes, who, meaning.wave, group, one)
                    for one in (*union.parts, *union.perhaps)
                ]
                parts = len(union.parts) + 1
                _add_union(named[:parts], named[parts:], nodes, disjoint=union.disjoint)


def _find(
    nodes: Nodes,
    who: Mapping[str, People],
    wave: str,
    group: Population,
    literal: Literal,
) -> int | None:
    """Find a number; count that of a combination, if no table has it."""
    people = conjunction(group, frozenset({literal}))
    place = nodes.find((wave, people))
    if place is None and literal.attribute.endswith(" exactly") and wave in who:
        count = who[wave].count(people)
        place = None if count is None else nodes.number((wave, people), count)
    return place


def _add_union(
    places: Sequence[int | None],
    perhaps: Sequence[int | None],
    nodes: Nodes,
    *,
    disjoint: bool,
) -> None:
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return
    whole, *parts = known
    rest = [place for place in perhaps if place is not None]
    nodes.suppose_less(whole, [*parts, *rest])
    if disjoint:
        nodes.suppose_less(parts, whole)
        return
    for part in parts:
        nodes.suppose_less(part, whole)


def add_aliases(
    who: Mapping[str, People],
    waves: Iterable[str],
    nodes: Nodes,
    *,
    apart: Container[int] = (),
) -> None:
    """Name the same people otherwise, as tables do that know them otherwise.

    Whoever is in a group of a multiple-response item selected something of it, and so
    did all who answered, where the numbers are the same; but not where it must stay
    unknown who selected nothing (``apart``).
    """
    for wave in waves:
        for people, place in nodes.named(wave):
            for literal in people:
                item = literal.attribute.removesuffix(" some")
                if item == literal.attribute or literal.states != {"yes"}:
                    continue
                others, value = people - {literal}, nodes.values[place]
                if any(
                    one.attribute.startswith(f"{item}__") and one.states == {"yes"}
                    for one in others
                ):
                    nodes.suppose_equal(place, nodes.number((wave, others), value))
                    continue
                if place in apart:
                    continue
                answered = frozenset({Literal(item, frozenset({"answered"}))})
                name = conjunction(others, answered)
                if wave in who and who[wave].count(name) == value:
                    nodes.suppose_equal(place, nodes.number((wave, name), value))
