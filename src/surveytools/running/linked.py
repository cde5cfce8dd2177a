"""Which answers tell of each other: those that are computed, and those asked after."""

import re
from collections.abc import Iterable, Mapping
from itertools import product

import pandas as pd

from surveytools.cleaning import Codebook, Item
from surveytools.cleaning.conditions import parse_condition

__all__ = ["followers", "held_with_followers", "root_of", "sources_of"]

_ROW_BY_ROW = ("regroup", "merge-units", "selected", "where")


def followers(codebook: Codebook) -> dict[str, frozenset[str]]:
    """List, by the name of an answer, the answers that wait where it does.

    If one of an item and its regrouped form waited alone, the total of the one less the
    total of the other would be the answer that waits. Who is asked something for the
    sake of an answer gives away that answer.

    Returns
    -------
    dict
        Names are columns of states. Only those that others wait with are listed.
    """
    told: dict[str, set[str]] = {}
    for item in codebook.items:
        for other in _named(item.asked_if, codebook):
            for one, name in _pairs(item, codebook.item(other), item.asked_if):
                told.setdefault(name, set()).add(one)
        for other in sources_of(codebook, item):
            derivation = item.derivation
            condition = derivation.condition if derivation is not None else None
            for one, name in _pairs(item, codebook.item(other), condition):
                told.setdefault(name, set()).add(one)
                told.setdefault(one, set()).add(name)
    return {name: _reached(name, told) for name in told}


def _reached(name: str, told: Mapping[str, set[str]]) -> frozenset[str]:
    reached, new = {name}, {name}
    while new:
        new = set().union(*(told.get(each, ()) for each in new)) - reached
        reached |= new
    return frozenset(reached)


def root_of(codebook: Codebook, code: str) -> str:
    """Name the item that an item is computed from, through all steps."""
    while len(sources := _subtracted(codebook, code)) == 1:
        (code,) = sources
    return code


def held_with_followers(
    held: pd.DataFrame, follows: Mapping[str, frozenset[str]]
) -> pd.DataFrame:
    """Hold back of each answer that is held also those that wait with it."""
    columns = {str(name): held[name].to_numpy(dtype=bool) for name in held}
    for name, whose in list(columns.items()):
        for other in sorted(follows.get(name, ())):
            columns[other] = columns[other] | whose if other in columns else whose
    return pd.DataFrame(columns, index=held.index, dtype=bool)


def _pairs(item: Item, other: Item, condition: str | None) -> Iterable[tuple[str, str]]:
    """Pair answers to an item with those that they are computed from, or asked after.

    Rows of a matrix, where they are taken row by row, are answers apart.
    """
    own, others = item.state_columns(), other.state_columns()
    derivation = item.derivation
    by_row = len(own) == len(others) and (
        derivation is not None
        and derivation.source == other.code
        and derivation.how in _ROW_BY_ROW
    )
    mentioned = re.findall(rf"\b{re.escape(other.code)}\b(\.\*)?", condition or "")
    if mentioned:
        same = [row.code for row in item.rows] == [row.code for row in other.rows]
        by_row = len(own) == len(others) and same and all(mentioned)
    return zip(own, others, strict=True) if by_row else product(own, others)


def _named(condition: str | None, codebook: Codebook) -> set[str]:
    return set(parse_condition(condition, codebook).items()) if condition else set()


def sources_of(codebook: Codebook, item: Item) -> set[str]:
    """Name all items that an item is computed from."""
    derivation = item.derivation
    if derivation is None:
        return set()
    named = _named(derivation.condition, codebook)
    return (named | {derivation.source}) - {"", item.code}


def _subtracted(codebook: Codebook, code: str) -> set[str]:
    """Name the item whose numbers are sums of an item's, if there is one."""
    item = codebook.item(code)
    if item.derivation is not None and item.derivation.source:
        return {item.derivation.source}
    return sources_of(codebook, item)
