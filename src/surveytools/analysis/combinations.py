"""Exact combinations of the choices of a multiple-response item."""

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.membership import Marks, Places, everyone
from surveytools.analysis.stubs import Block, Classes
from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.errors import SurveyError
from surveytools.study.text import in_language

__all__ = ["combinations_of"]

_NONE = Choice("~none_selected", {"en": "None selected", "fr": "Aucun choix"})
_BITS = 30


def combinations_of(classes: Classes, item: Item, *, language: str) -> Classes:
    """Turn overlapping choices into the exact sets that respondents selected.

    Each respondent of the base is in exactly one set, so that sets add up. Only sets
    that occur are listed, in codebook order of their first choices: an order by count
    would tell hidden counts. Where each choice has a base of its own, respondents who
    are in the base of all of them are counted.

    Raises
    ------
    SurveyError
        If the item isn't multiple-response.
    """
    block = classes.blocks[0]
    if item.kind is not Kind.MULTIPLE or not isinstance(block.answers, Marks):
        msg = (
            f"item {item.code!r} is {item.kind}, and combinations need several choices"
        )
        hint = "leave out combinations, or name a multiple-response item"
        raise SurveyError(msg, hint=hint)
    inside = _inside(block)
    codes, sets = _exact_sets(block.answers, inside)
    order = sorted(range(len(sets)), key=lambda position: sets[position])
    rank = np.empty(len(sets) + 1, dtype=np.intp)
    rank[order] = np.arange(len(sets))
    rank[-1] = -1
    answers = tuple(
        _name(classes.answers, sets[position], language) for position in order
    )
    placed = Places(rank[codes], len(sets))
    unresolved = classes.unresolved & ~inside
    return Classes((), answers, (Block(placed, everyone(inside)),), unresolved)


def _inside(block: Block) -> NDArray[np.bool_]:
    if isinstance(block.base, Places):
        return block.base.inside()
    inside = np.ones(block.base.length, dtype=bool)
    for column in block.base.columns:
        inside = inside & column
    return inside


def _exact_sets(
    marks: Marks, inside: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], list[tuple[int, ...]]]:
    """Give each respondent the number of its set (-1 outside), and list the sets."""
    codes = np.zeros(marks.length, dtype=np.int64)
    for start in range(0, marks.size, _BITS):
        bits = np.zeros(marks.length, dtype=np.int64)
        for position, column in enumerate(marks.columns[start : start + _BITS]):
            bits = bits | (column.astype(np.int64) << position)
        # Numbering after each part keeps the codes far from the limit of 64 bits.
        _, codes = np.unique((codes << _BITS) | bits, return_inverse=True)
    _, first, codes = np.unique(codes[inside], return_index=True, return_inverse=True)
    members = np.flatnonzero(inside)[first]
    sets = [
        tuple(int(p) for p, column in enumerate(marks.columns) if column[respondent])
        for respondent in members
    ]
    placed = np.full(marks.length, -1, dtype=np.intp)
    placed[inside] = codes
    return placed, sets


def _name(
    choices: tuple[Choice, ...], chosen: tuple[int, ...], language: str
) -> Choice:
    if not chosen:
        return _NONE
    if len(chosen) == 1:
        return choices[chosen[0]]
    parts = [choices[position] for position in chosen]
    label = " & ".join(in_language(part.label, language) for part in parts)
    return Choice("+".join(part.code for part in parts), label)
