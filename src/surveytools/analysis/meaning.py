"""Whom each number of a table counts, as conditions on what respondents answered.

Two tables that say the same of the same respondents can so be recognised, whatever
their layout: departments stand for the units that they were merged from, regrouped
answers for the answers that they stand for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from surveytools.analysis.bases import MISSING
from surveytools.cleaning.codebook import Choice, Codebook, Derivation, Item, Kind
from surveytools.cleaning.conditions import Condition, parse_condition
from surveytools.cleaning.responses import State
from surveytools.cleaning.truth import Combination, Comparison
from surveytools.study.tabplan import BaseKind

__all__ = [
    "NO_ITEM",
    "Literal",
    "Meaning",
    "Population",
    "Union",
    "complement",
    "meaning_of",
    "selecting",
]

NO_ITEM = "nobody"
"""Attribute of nobody: of those outside a table that has no groups."""

_NOT_ASKED = {MISSING[State.UNKNOWN].code, MISSING[State.NOT_ASKED].code}
_KINDS = frozenset(choice.code for choice in MISSING.values())


class Literal(NamedTuple):
    """One of some states of an attribute: an item, a row of it, a choice of it."""

    attribute: str
    states: frozenset[str]


Population = frozenset[Literal]
"""Respondents for whom all of some literals hold; everybody, if it is empty."""


@dataclass(frozen=True, slots=True)
class Union:
    """An answer that is given by whoever gives one of others.

    Attributes
    ----------
    whole, parts
        The answer, and those that it is the union of.
    disjoint
        Whether nobody gives two of ``parts``.
    perhaps
        Answers of which some, no one knows how many, belong to ``whole`` too.
    """

    whole: Literal
    parts: tuple[Literal, ...]
    disjoint: bool
    perhaps: tuple[Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whom the numbers of a table count.

    Attributes
    ----------
    wave
        Name of the wave: other waves are other people.
    groups
        Respondents of each group of the table, in order.
    outside
        Respondents who are in none of the groups.
    rows
        What holds for all who are counted in a row, one a row.
    counts, bases
        What holds for those who gave an answer, and for those in its base: one tuple
        a row, with one population an answer. Empty: nothing, so everybody.
    unions
        How answers follow from answers of other tables.
    """

    wave: str
    groups: tuple[Population, ...]
    outside: Population
    rows: tuple[Population, ...]
    counts: tuple[tuple[Population, ...], ...]
    bases: tuple[tuple[Population, ...], ...]
    unions: tuple[Union, ...] = ()


def meaning_of(
    item: Item,
    banner: Item | None,
    *,
    answers: Sequence[Choice],
    base: BaseKind,
    combinations: bool,
    where: str | None,
    wave: str,
    codebook: Codebook,
) -> Meaning:
    """Say whom the numbers of a table count.

    Parameters
    ----------
    item, banner
        Stub and banner.
    answers
        Answers of the table, with rows for missing answers.
    """
    fulfil = _fulfilling(where, codebook)
    groups, outside = _groups(banner, codebook)
    rows = [row.code for row in item.rows] or [""]
    unions: tuple[Union, ...] = ()
    if combinations:
        counts = [tuple(frozenset({_exact(item, a.code)}) for a in answers)]
        unions = _of_combinations(item, answers, codebook)
    else:
        counts = [
            tuple(_answer(item, row, a.code, codebook) for a in answers) for row in rows
        ]
        unions = _of_nets(item, codebook)
    bases = [
        tuple(_base(item, row, a.code, base, codebook) for a in answers) for row in rows
    ]
    return Meaning(
        wave=wave,
        groups=tuple(fulfil | group for group in groups),
        outside=fulfil | outside,
        rows=tuple(_row_condition(item, row, codebook) for row in rows),
        counts=tuple(counts),
        bases=tuple(bases),
        unions=unions,
    )


def _fulfilling(where: str | None, codebook: Codebook) -> Population:
    """Read a condition as literals; what can't be is one of its own."""
    if where is None:
        return frozenset()
    literals = _literals(parse_condition(where, codebook), codebook)
    whole = [Literal(f"where {where} at ", frozenset({"yes"}))]
    return frozenset(one for one in literals if one) | frozenset(
        whole if None in literals else ()
    )


def _literals(condition: Condition, codebook: Codebook) -> list[Literal | None]:
    if isinstance(condition, Combination) and condition.word == "and":
        return [one for part in condition.parts for one in _literals(part, codebook)]
    if isinstance(condition, Comparison) and condition.sign in {"=", "in"}:
        item = codebook.item(condition.item)
        codes = [str(value) for value in condition.values]
        if item.kind is Kind.MULTIPLE and len(codes) == 1:
            return list(_answer(item, "", codes[0], codebook))
        if item.kind in {Kind.SINGLE, Kind.LIKERT} or condition.row is not None:
            return [_states(item, condition.row or "", codes, codebook)]
    return [None]


def _groups(
    banner: Item | None, codebook: Codebook
) -> tuple[list[Population], Population]:
    if banner is None:
        return [frozenset()], frozenset({Literal(NO_ITEM, frozenset({"yes"}))})
    codes = [choice.code for choice in banner.choices if choice.missing is None]
    if banner.kind is Kind.MULTIPLE:
        inside = selecting(banner.code)
        groups = [
            frozenset({inside}) | _answer(banner, "", code, codebook) for code in codes
        ]
    else:
        inside = _states(banner, "", codes, codebook)
        groups = [frozenset({_states(banner, "", [code], codebook)}) for code in codes]
    return [*groups, frozenset({inside})], frozenset({complement(inside)})


def selecting(item: str) -> Literal:
    """Those who selected some choice of a multiple-response item."""
    return Literal(f"{item} some", frozenset({"yes"}))


def complement(literal: Literal) -> Literal:
    """Those for whom a literal doesn't hold."""
    others = frozenset(f"not {code}" for code in literal.states)
    return Literal(literal.attribute, others)


def _answer(item: Item, row: str, code: str, codebook: Codebook) -> Population:
    """Those who gave one answer."""
    if item.kind is not Kind.MULTIPLE:
        return frozenset({_states(item, row, [code], codebook)})
    if code in _KINDS:
        return frozenset({Literal(item.code, frozenset({code}))})
    how = item.derivation
    if how is not None and how.how == "selected":
        source = codebook.item(how.source)
        return frozenset({_states(source, code, how.groups["selected"], codebook)})
    if how is not None and how.how == "where":
        return _answer(codebook.item(how.source), row, code, codebook)
    return frozenset({Literal(f"{item.code}__{code}", frozenset({"yes"}))})


def _states(item: Item, row: str, codes: Iterable[str], codebook: Codebook) -> Literal:
    """Those with one of some answers, in the words of the item that was asked."""
    how = item.derivation
    found = frozenset(codes)
    if how is not None and how.how in {"regroup", "merge-units"}:
        listed = [how.groups.get(code, (code,)) for code in sorted(found)]
        source = codebook.item(how.source)
        return _states(source, row, [c for some in listed for c in some], codebook)
    if how is not None and how.how == "where":
        return _states(codebook.item(how.source), row, found, codebook)
    if how is not None and how.how == "net":
        return Literal(item.code, found)
    return Literal(f"{item.code}__{row}" if row else item.code, found)


def _base(
    item: Item, row: str, code: str, base: BaseKind, codebook: Codebook
) -> Population:
    """Those in the base of an answer."""
    if base is BaseKind.ALL:
        return frozenset()
    if base is BaseKind.MENTIONS:
        return frozenset({Literal(item.code, frozenset({"mentions"}))})
    if item.kind is Kind.MULTIPLE:
        return frozenset({_of_choices(item, code, base, codebook)})
    asked = base is BaseKind.ASKED
    missing = _KINDS - _NOT_ASKED if asked else frozenset()
    codes = [c.code for c in item.choices if asked or c.missing is None]
    return frozenset({_states(item, row, {*codes, *missing}, codebook)})


def _of_choices(item: Item, code: str, base: BaseKind, codebook: Codebook) -> Literal:
    """Those in the base of a choice of a multiple-response item."""
    while item.derivation is not None and item.derivation.how == "where":
        item = codebook.item(item.derivation.source)
    if base is BaseKind.SELECTED_ANY:
        return selecting(item.code)
    missing = _KINDS - _NOT_ASKED if base is BaseKind.ASKED else frozenset()
    how = item.derivation
    if how is not None and how.how == "selected":
        source = codebook.item(how.source)
        listed = set(how.groups["selected"])
        codes = [
            c.code for c in source.choices if c.missing is None or c.code in listed
        ]
        return _states(source, code, {*codes, *missing}, codebook)
    return Literal(item.code, frozenset({"answered", *missing}))


def _row_condition(item: Item, row: str, codebook: Codebook) -> Population:
    """Those to whom a ``where`` derivation narrows a row."""
    how = item.derivation
    if how is None or how.how != "where":
        return frozenset()
    condition = f"where {how.condition} at {row}"
    before = _row_condition(codebook.item(how.source), row, codebook)
    return before | {Literal(condition, frozenset({"yes"}))}


def _exact(item: Item, *codes: str) -> Literal:
    return Literal(f"{item.code} exactly", frozenset(codes))


def _of_combinations(
    item: Item, answers: Sequence[Choice], codebook: Codebook
) -> tuple[Union, ...]:
    """Whoever selected a choice selected one of the combinations with it."""
    sets = tuple(_exact(item, a.code) for a in answers if not a.code.startswith("~"))
    some = Union(whole=selecting(item.code), parts=sets, disjoint=True)
    with_choice = tuple(
        Union(
            whole=next(iter(_answer(item, "", choice.code, codebook))),
            parts=tuple(
                _exact(item, a.code)
                for a in answers
                if choice.code in a.code.split("+")
            ),
            disjoint=True,
        )
        for choice in item.choices
        if choice.missing is None
    )
    return (some, *with_choice)


def _of_nets(item: Item, codebook: Codebook) -> tuple[Union, ...]:
    how = item.derivation
    if not isinstance(how, Derivation) or how.how != "net":
        return ()
    source = codebook.item(how.source)
    parts = [_answer(source, "", code, codebook) for code in how.groups["yes"]]
    flat = tuple(one for part in parts for one in part)
    return (Union(Literal(item.code, frozenset({"yes"})), flat, disjoint=False),)
