"""Two and three items at a time: what tables of some of them tell about all.

Where each two of three items stand in some table, or all three in one, the tables are
sums over the same cells of the three items together. An observer knows that none of
these cells is negative, though nobody prints them. So it is with two items, of which
tables know other answers: those of the one add up to those of the other.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.meaning import NO_ITEM, Literal, Population
from surveytools.analysis.people import People
from surveytools.disclosure.nodes import Nodes

__all__ = ["refine"]

_CELLS = 1_000  # of three items together,
_ALL_CELLS = 20_000  # and of all such: above it, larger ones are left out
_MOST = 3  # items
_REST = "the rest"
_NOT = "not "

_Named = tuple[Population, int]


def refine(nodes: Nodes, people: dict[str, People]) -> None:
    """Write down how numbers of some items are sums of cells of two or three.

    Only items of which some number needs protection, or is hidden, are looked at.
    """
    for wave, who in people.items():
        everything = [
            (population, place)
            for population, place in nodes.named(wave)
            if all(_axis(one) != NO_ITEM for one in population)
        ]
        named: dict[frozenset[str], list[_Named]] = defaultdict(list)
        for population, place in everything:
            named[frozenset(_axis(one) for one in population)].append(
                (population, place)
            )
        axes = _folded(named)
        threes = list(_triples(axes))
        left, covered = _ALL_CELLS, set[frozenset[str]]()
        for items in [*threes, *_pairs(axes, everything)]:
            parts = [
                entry
                for size in range(_MOST + 1)
                for some in itertools.combinations(sorted(items), size)
                for entry in axes.get(frozenset(some), [])
            ]
            if items in covered or not any(nodes.concerns(at) for _, at in parts):
                continue
            alone = len(items) < _MOST
            cube = _Cube.of(sorted(items), everything if alone else parts, who)
            if cube is not None and cube.size <= min(left, _CELLS):
                left -= cube.size
                cube.write(parts, nodes, wave=wave if alone else None)
                covered |= {frozenset(two) for two in itertools.combinations(items, 2)}


def _pairs(
    axes: dict[frozenset[str], list[_Named]], everything: Sequence[_Named]
) -> list[frozenset[str]]:
    """List the pairs of items whose tables know other answers of them.

    So do a filter by some of the answers, and a table of those who gave none.
    """
    silent = {
        _axis(literal)
        for population, _ in everything
        for literal in population
        if len(population) > 1 and _is_silent(literal)
    }
    pairs = (some for some in axes if len(some) == _MOST - 1)
    return sorted(
        (two for two in pairs if two & silent or _is_regrouped(axes[two])), key=sorted
    )


def _is_silent(literal: Literal) -> bool:
    return len(literal.states) == 1 and next(iter(literal.states)).startswith("~")


def _is_regrouped(named: Sequence[_Named]) -> bool:
    """Say whether sets of an item's answers overlap, but for the one of all."""
    sets: dict[str, set[frozenset[str]]] = defaultdict(set)
    for population, _ in named:
        for literal in population:
            if not _negated(literal):
                sets[literal.attribute].add(literal.states)
    for found in sets.values():
        parts = found - {frozenset().union(*found)}
        if sum(map(len, parts)) > len(frozenset().union(*parts)):
            return True
    return False


def _axis(literal: Literal) -> str:
    return literal.attribute.removesuffix(" some")


def _folded(
    named: dict[frozenset[str], list[_Named]],
) -> dict[frozenset[str], list[_Named]]:
    """Let the base of a multiple-response item go with each of its choices."""
    choices: dict[str, set[str]] = defaultdict(set)
    for axes in named:
        for axis in axes:
            if "__" in axis:
                choices[axis.rpartition("__")[0]].add(axis)
    found: dict[frozenset[str], list[_Named]] = defaultdict(list)
    for axes, entries in named.items():
        bare = [axis for axis in axes if axis in choices]
        own = {axis for axis in axes if axis.rpartition("__")[0] in bare}
        kept = axes - set(bare)
        lists = [
            [axis] if choices[axis] & own else sorted(choices[axis])
            for axis in sorted(bare)
        ]
        for some in itertools.product(*lists):
            found[frozenset({*kept, *(a for a in some if a not in bare)})] += entries
    return found


def _triples(axes: dict[frozenset[str], list[_Named]]) -> Iterator[frozenset[str]]:
    threes = {some for some in axes if len(some) == _MOST}
    pairs = {some for some in axes if len(some) == _MOST - 1}
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in map(sorted, pairs):
        beside[one].add(other)
        beside[other].add(one)
    for one, other in map(sorted, pairs):
        threes |= {frozenset({one, other, a}) for a in beside[one] & beside[other]}
    yield from sorted(threes, key=sorted)


@dataclass(frozen=True, slots=True, eq=False)
class _Cube:
    """Cells of two or three items: classes of respondents along each axis."""

    names: tuple[str, ...]
    axes: tuple[tuple[str, ...], ...]
    masks: tuple[dict[Literal, NDArray[np.bool_]], ...]
    counts: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.counts.size

    @classmethod
    def of(
        cls, names: Sequence[str], parts: Sequence[_Named], people: People
    ) -> "_Cube | None":
        """Find the classes that the parts tell apart, and count respondents in each."""
        axes, masks, held = [], [], []
        for name in names:
            literals = {
                one
                for population, _ in parts
                for one in population
                if _belongs(one, name)
            }
            found = _classes(name, sorted(literals, key=_order), people)
            if found is None:
                return None
            classes, masks_of, holds = found
            axes.append(classes)
            masks.append(masks_of)
            held.append(holds)
        if any(holds.sum(axis=0).max(initial=0) != 1 for holds in held):
            return None
        sizes = [len(classes) for classes in axes]
        flat = np.ravel_multi_index([holds.argmax(axis=0) for holds in held], sizes)
        counts = np.bincount(flat, minlength=int(np.prod(sizes))).reshape(sizes)
        return cls(tuple(names), tuple(axes), tuple(masks), counts)

    def write(self, parts: Sequence[_Named], nodes: Nodes, *, wave: str | None) -> None:
        """Note that the parts are sums of cells.

        With a ``wave``, the classes of each item are those of its other cubes: so they
        have the same respondents.
        """
        places = np.array(
            [nodes.number(None, int(count)) for count in self.counts.ravel()]
        ).reshape(self.counts.shape)
        for population, place in parts:
            inside = [
                np.logical_and.reduce(
                    [np.ones(len(classes), dtype=bool)]
                    + [mask for literal, mask in masks.items() if literal in population]
                )
                for classes, masks in zip(self.axes, self.masks, strict=True)
            ]
            if all(any(one in masks for masks in self.masks) for one in population):
                nodes.suppose_equal(place, places[np.ix_(*inside)])
        for axis, name in enumerate(self.names if wave is not None else ()):
            for at, code in enumerate(self.axes[axis]):
                line = places.take(at, axis=axis)
                value = int(self.counts.take(at, axis=axis).sum())
                nodes.equal(nodes.number((wave, name, code), value), line)


def _belongs(literal: Literal, name: str) -> bool:
    axis = _axis(literal)
    return axis == name or axis == name.rpartition("__")[0]


def _order(literal: Literal) -> tuple[str, list[str]]:
    return literal.attribute, sorted(literal.states)


def _classes(
    name: str, literals: Sequence[Literal], people: People
) -> tuple[tuple[str, ...], dict[Literal, NDArray[np.bool_]], NDArray[np.bool_]] | None:
    """Tell respondents apart along one axis.

    Returns
    -------
    classes
        Names of the classes.
    masks
        Which of them each literal stands for.
    holds
        Which respondents are in each: classes by respondents.
    """
    plain = [one for one in literals if one.attribute == name and not _negated(one)]
    several = [one for one in literals if one.attribute != name]
    if several:
        return _classes_of_choice(name, literals, people)
    codes = sorted(frozenset().union(*(one.states for one in plain)))
    alike: dict[tuple[bool, ...], list[str]] = defaultdict(list)
    for code in codes:
        alike[tuple(code in one.states for one in plain)].append(code)
    groups = [frozenset(group) for group in alike.values()]
    held = [people.holds(Literal(name, group)) for group in groups]
    known = [each for each in held if each is not None]
    if len(known) < len(groups) or not groups:
        return None
    holds = np.array([*known, ~np.any(known, axis=0)])
    masks = {}
    for literal in literals:
        states = {code.removeprefix(_NOT) for code in literal.states}
        inside = np.array([group <= states for group in groups] + [False])
        masks[literal] = ~inside if _negated(literal) else inside
    return (*(" ".join(sorted(g)) for g in groups), _REST), masks, holds


def _classes_of_choice(
    name: str, literals: Sequence[Literal], people: People
) -> tuple[tuple[str, ...], dict[Literal, NDArray[np.bool_]], NDArray[np.bool_]] | None:
    """Tell who selected a choice, who selected others, none, or gave no answer."""
    item = name.rpartition("__")[0]
    yes = people.holds(Literal(name, frozenset({"yes"})))
    some = people.holds(Literal(f"{item} some", frozenset({"yes"})))
    answered = people.holds(Literal(item, frozenset({"answered"})))
    if yes is None or some is None or answered is None:
        return None
    kinds = sorted(
        {
            code
            for one in literals
            for code in one.states
            if one.attribute == item and code.startswith("~")
        }
    )
    missing = [people.holds(Literal(item, frozenset({kind}))) for kind in kinds]
    inside = [
        yes & answered,
        some & answered & ~yes,
        answered & ~some & ~yes,
        *(each & ~answered for each in missing if each is not None),
    ]
    holds = np.array([*inside, ~np.any(inside, axis=0)])
    names = ("yes", "others", "none", *kinds, _REST)
    masks = {}
    for literal in literals:
        codes = {code.removeprefix(_NOT) for code in literal.states}
        if literal.attribute == name:
            chosen = np.array([each == "yes" for each in names])
        elif literal.attribute == item:
            first = "answered" in codes
            chosen = np.array([each in codes for each in names])
            chosen[:3] = first
        else:
            chosen = np.array([each in {"yes", "others"} for each in names])
        masks[literal] = ~chosen if _negated(literal) else chosen
    return names, masks, holds


def _negated(literal: Literal) -> bool:
    return any(code.startswith(_NOT) for code in literal.states)
