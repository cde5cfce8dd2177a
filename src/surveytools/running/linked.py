"""Which answers tell of each other: those that are computed, and those asked after."""

from collections.abc import Mapping

import pandas as pd

from surveytools.cleaning import Codebook
from surveytools.cleaning.conditions import parse_condition

__all__ = ["followers", "held_with_followers", "root_of"]


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
    told: dict[str, set[str]] = {item.code: {item.code} for item in codebook.items}
    for item in codebook.items:
        if item.asked_if:
            for other in parse_condition(item.asked_if, codebook).items():
                told[other].add(item.code)
        for other in _sources(codebook, item.code):
            told[other].add(item.code)
            told[item.code].add(other)
    names = {item.code: item.state_columns() for item in codebook.items}
    found: dict[str, frozenset[str]] = {}
    for code, own in names.items():
        reached, new = {code}, {code}
        while new:
            new = set().union(*(told[each] for each in new)) - reached
            reached |= new
        if len(reached) > 1:
            all_ = frozenset(name for each in reached for name in names[each])
            found |= dict.fromkeys(own, all_)
    return found


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


def _sources(codebook: Codebook, code: str) -> set[str]:
    """Name all items that an item is computed from."""
    derivation = codebook.item(code).derivation
    if derivation is None:
        return set()
    condition = derivation.condition
    named = parse_condition(condition, codebook).items() if condition else ()
    return {*named, derivation.source} - {"", code}


def _subtracted(codebook: Codebook, code: str) -> set[str]:
    """Name the item whose numbers are sums of an item's, if there is one."""
    derivation = codebook.item(code).derivation
    if derivation is not None and derivation.source:
        return {derivation.source}
    return _sources(codebook, code)
