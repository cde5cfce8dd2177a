"""Skip rules that an export shows: questions answered only after certain answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.parts import Part
from surveytools.reading.table import RawTable

__all__ = ["SeenSkip", "skips_seen"]

_FEWEST_OUTSIDE = 8  # rows that could have answered, and none did
_ANSWERED = 0.6  # share of those asked who answered
_EXPLAINED = 0.5  # share of the blank cells that the rule explains
_MOST_ANSWERS = 15


@dataclass(frozen=True, slots=True)
class SeenSkip:
    """A skip rule as the data show it.

    Attributes
    ----------
    filter
        Position of the part whose answers decide.
    answers
        Positions of its choices after which the question was answered.
    answered, asked
        Respondents who answered, of those with such an answer.
    outside
        Respondents with another answer: none of them answered.
    """

    filter: int
    answers: tuple[int, ...]
    answered: int
    asked: int
    outside: int


def skips_seen(raw: RawTable, parts: Sequence[Part]) -> Mapping[int, SeenSkip]:
    """Find questions that nobody answered but after certain answers to an earlier one.

    That is evidence, not proof: a person has to decide. The rule with which most of
    those asked answered is taken; of equal ones that of the nearest question.

    Parameters
    ----------
    raw
        The export.
    parts
        Its items, in order.

    Returns
    -------
    mapping
        The rule of each part that shows one, by its position.
    """
    filters = {at: _codes(raw, part) for at, part in enumerate(parts) if _decides(part)}
    found = {}
    for at, part in enumerate(parts):
        if part.guess.kind is None:
            continue
        filled = _filled(raw, part)
        if filled.all() or not filled.any():
            continue
        rules = [
            rule
            for other in filters
            if other < at
            and (rule := _rule(other, filters[other], filled, parts[other])) is not None
        ]
        if rules:
            found[at] = max(
                rules, key=lambda rule: (rule.answered / rule.asked, rule.filter)
            )
    return found


def _decides(part: Part) -> bool:
    single = part.guess.kind in (Kind.SINGLE, Kind.LIKERT) and len(part.columns) == 1
    return single and 1 < len(part.guess.choices) <= _MOST_ANSWERS


def _codes(raw: RawTable, part: Part) -> NDArray[np.int64]:
    """Give each row the position of its choice; -1 where blank or none of them."""
    place: dict[str, int] = {}
    for at, answer in enumerate(part.guess.choices):
        for text in (answer.label, *answer.aliases):
            place.setdefault(normalise(text), at)
    codes, texts = pd.factorize(raw.frame[part.columns[0].name])
    lookup = np.array([*(place.get(normalise(str(t)), -1) for t in texts), -1])
    return lookup[codes]


def _filled(raw: RawTable, part: Part) -> NDArray[np.bool_]:
    filled = np.zeros(len(raw.frame), dtype=bool)
    for column in part.columns:
        filled |= raw.given(column.name).notna().to_numpy(dtype=bool)
    return filled


def _rule(
    other: int, codes: NDArray[np.int64], filled: NDArray[np.bool_], part: Part
) -> SeenSkip | None:
    size = len(part.guess.choices)
    known = codes >= 0
    asked = np.bincount(codes[known], minlength=size)
    answered = np.bincount(codes[known & filled], minlength=size)
    opening = np.flatnonzero(answered)
    closed = np.flatnonzero((answered == 0) & (asked > 0))
    outside = int(asked[closed].sum())
    if not len(opening) or outside < _FEWEST_OUTSIDE:
        return None
    inside, told = int(asked[opening].sum()), int(answered[opening].sum())
    blank = int((~filled).sum())
    without = int((filled & ~known).sum())  # answered without an answer that decides
    if told < _ANSWERED * inside or outside < _EXPLAINED * blank or without:
        return None
    return SeenSkip(other, tuple(int(a) for a in opening), told, inside, outside)
