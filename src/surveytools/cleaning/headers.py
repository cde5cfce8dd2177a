"""Which columns of an export carry the header of an item, and how well it fits."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.matching import normalise
from surveytools.reading.table import Column, RawTable, Role
from surveytools.study.text import texts_of

__all__ = [
    "Claims",
    "Rank",
    "Target",
    "claims_on",
    "headers_of",
    "parts_of",
    "personal_headers",
    "targets",
]

_FORMS = ("{}: {}", "{} [{}]", "{}[{}]", "{} - {}", "{}/{}", "{}___{}")
_BLANK = re.compile(r"\s")
_BY_CODE = 2
_LIMESURVEY_CODE = re.compile(r"^[^\s.]+\. ")


@dataclass(frozen=True, slots=True)
class Target:
    """A column that the codebook looks for.

    Attributes
    ----------
    item, part
        Item, and its row or choice where that has a column of its own.
    bare
        Whether it is looked for by the label of a matrix row alone.
    coded
        Whether it is looked for by codes, which platforms write where they name
        questions; that counts only where nothing else is found.
    """

    item: Item
    part: str | None = None
    bare: bool = False
    coded: bool = False

    @property
    def name(self) -> str:
        """Name of the column after cleaning."""
        return f"{self.item.code}__{self.part}" if self.part else self.item.code


Rank = tuple[bool, int]
"""How well a header matches: by its own text or not; whole, behind others, by code."""

Claims = dict[str, dict[Rank, list[Column]]]
"""Columns by the name of the target, and by the way in which they match."""


def headers_of(item: Item) -> tuple[str, ...]:
    """List the texts under which an item may be found, in all its languages."""
    own = texts_of(item.header) if item.header else ()
    return tuple(text for text in (*own, *item.headers) if text)


def targets(codebook: Codebook) -> Iterator[Target]:
    """Every column that the codebook could look for."""
    for item in codebook.asked():
        if item.kind is not Kind.MATRIX:
            yield Target(item)
        for part in parts_of(item):
            yield Target(item, part.code)


def parts_of(item: Item) -> tuple[Choice, ...]:
    """List the rows or choices of an item that may have a column each."""
    if item.kind is Kind.MATRIX:
        return item.rows
    if item.kind is Kind.RANKING:
        return (*item.choices, *item.places())
    return item.choices if item.kind is Kind.MULTIPLE else ()


def _keys(codebook: Codebook) -> dict[str, list[Target]]:
    """Targets by each normalised header under which they may be found."""
    keys: dict[str, list[Target]] = {}
    for item in codebook.asked():
        for text, target in _texts(item):
            entry = keys.setdefault(normalise(text), [])
            if target not in entry:
                entry.append(target)
    return keys


def _texts(item: Item) -> Iterator[tuple[str, Target]]:
    headers = headers_of(item)
    if item.kind is not Kind.MATRIX:
        for header in headers:
            yield header, Target(item)
    for part in parts_of(item):
        for label in (*texts_of(part.label), *part.aliases, part.code):
            for header, form in itertools.product(headers, _FORMS):
                yield form.format(header, label), Target(item, part.code)
            if item.kind is Kind.MATRIX and label != part.code:
                yield label, Target(item, part.code, bare=True)
    yield from _texts_by_code(item)


def _texts_by_code(item: Item) -> Iterator[tuple[str, Target]]:
    """Give names under which a platform that knows the codes writes the columns."""
    names = (item.code, *(text for text in item.headers if not _BLANK.search(text)))
    if item.kind is not Kind.MATRIX:
        yield item.code, Target(item, coded=True)
    for part in parts_of(item):
        column = Target(item, part.code, coded=True)
        yield column.name, column
        yield f"{item.code}/{column.name}", column
        texts = (part.code, *part.aliases)
        for name, text, form in itertools.product(names, texts, (*_FORMS, "{}_{}")):
            yield form.format(name, text), column


def claims_on(raw: RawTable, codebook: Codebook) -> Claims:
    """Columns that match each target, in file order, by the way they match.

    A platform's own column is looked at only for items that no answer column
    matches: an organiser may call a question ``Submission Date``.
    """
    keys = _keys(codebook)
    personal = personal_headers(codebook)
    claims: Claims = {}
    for role_is_answer in (True, False):
        found: Claims = {}
        for column in raw.columns:
            if column.role is Role.IDENTITY or normalise(column.header) in personal:
                continue
            if (column.role is Role.ANSWER) is role_is_answer:
                for rank, target in _best(column, keys):
                    found.setdefault(target.name, {}).setdefault(rank, []).append(
                        column
                    )
        for name, ways in found.items():
            claims.setdefault(name, _strongest(ways))
    return claims


def personal_headers(codebook: Codebook) -> set[str]:
    """Headers, normalised, that the codebook says stand over personal data."""
    listed = [(entry.header, *entry.headers) for entry in codebook.pseudonyms]
    return {normalise(t) for texts in (codebook.personal, *listed) for t in texts}


def _strongest(ways: dict[Rank, list[Column]]) -> dict[Rank, list[Column]]:
    """Forget what was found by code where something was found by text."""
    by_text = {rank: columns for rank, columns in ways.items() if rank[1] != _BY_CODE}
    return by_text or ways


def _best(
    column: Column, keys: dict[str, list[Target]]
) -> Iterator[tuple[Rank, Target]]:
    """Targets that match a column in the strongest way in which any does."""
    ways: dict[Rank, list[Target]] = {}
    for way, text in enumerate(_texts_of(column)):
        for target in keys.get(text, ()):
            how = _BY_CODE if target.coded else min(way, 1)
            rank = (target.bare or target.coded, how)
            ways.setdefault(rank, []).append(target)
    if ways:
        rank = min(ways)
        for target in ways[rank]:
            yield rank, target


def _texts_of(column: Column) -> Iterator[str]:
    """Give the texts by which a codebook may name a column, the closest first.

    That is the header; question and part as the platform tells them, by its text and
    by its id; then the header without section or code.
    """
    whole, *rest = _readings(column.header)
    yield whole
    if column.question is not None:
        yield normalise(column.question.heading())
        if column.question.id is not None:
            by_id = replace(column.question, text=column.question.id)
            yield normalise(by_id.heading())
    yield from rest


def _readings(header: str) -> Iterator[str]:
    """Give the header as a whole, then without section or code, longest first."""
    text = normalise(header)
    yield text
    uncoded = _LIMESURVEY_CODE.sub("", text)
    if uncoded != text:
        yield uncoded
    rest = text
    while ": " in rest:
        rest = rest.split(": ", 1)[1]
        yield rest
