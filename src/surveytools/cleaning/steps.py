"""The steps of cleaning, in order: text in, text out, nothing else touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.layout import Layout, TextColumn
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.rows import (
    leave_out_duplicates,
    leave_out_empty_rows,
    leave_out_marked_tests,
    leave_out_partial_rows,
    leave_out_repeats,
    leave_out_test_rows,
)
from surveytools.cleaning.texts import map_texts

__all__ = ["STEPS", "Step"]

Step = Callable[[pd.DataFrame, Layout], pd.DataFrame]
"""Takes a frame of text as `texts.text_frame` makes it and gives another one."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What a step does to the texts of a column.

    ``only`` is a pattern that is found in every text that it changes, for speed.
    """

    change: Callable[[str], str | None]
    only: str | None = None


_INVISIBLE = re.compile("[\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}]")
_RARE = (  # all that Python takes for a blank but the space, and some more
    r"\x00-\x1f\x7f-\x{a0}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}"
    r"\x{205f}-\x{206f}\x{3000}\x{feff}"
)
_TO_TRIM = rf"^$|^[ {_RARE}]|[ {_RARE}]$|[\x{{200b}}\x{{feff}}]"
_TO_COLLAPSE = rf"^$|^ | $|  |[{_RARE}]"
_NOT_PLAIN = r"[^0-9]"


def tidy_text(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Trim each cell; collapse the blanks inside it unless it is free text."""

    def change(column: TextColumn) -> _Change:
        free = column.item.kind is Kind.TEXT
        return _Change(
            _trim if free else _collapse, only=_TO_TRIM if free else _TO_COLLAPSE
        )

    return _change(texts, layout, change)


def _trim(text: str) -> str | None:
    return _INVISIBLE.sub("", text).strip() or None


def _collapse(text: str) -> str | None:
    return " ".join(_INVISIBLE.sub("", text).split()) or None


def blank_missing_texts(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Empty the cells whose text the item lists as meaning "no answer"."""

    def change(column: TextColumn) -> _Change | None:
        blank = {normalise(text) for text in column.item.missing_texts}
        if not blank:
            return None
        return _Change(lambda text: None if normalise(text) in blank else text)

    return _change(texts, layout, change)


def resolve_spellings(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Replace other spellings of choices, and what was written in, by the label.

    Labels in another language, and codes, are no other spelling: they stay.
    """

    def change(column: TextColumn) -> _Change | None:
        reader = column.reader
        if reader is None:
            return None
        return _Change(lambda text: reader.read(text).plain or text)

    return _change(texts, layout, change)


def parse_numbers(texts: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Write numbers the plain way where there is no doubt: ``1 000``, ``100h``."""

    def change(column: TextColumn) -> _Change | None:
        if column.item.kind is not Kind.NUMBER:
            return None
        plain = partial(plain_number, suffixes=column.item.suffixes)
        return _Change(lambda text: plain(text) or text, only=_NOT_PLAIN)

    return _change(texts, layout, change)


STEPS: tuple[Step, ...] = (
    tidy_text,
    blank_missing_texts,
    leave_out_marked_tests,
    leave_out_partial_rows,
    leave_out_empty_rows,
    leave_out_test_rows,
    leave_out_duplicates,
    leave_out_repeats,
    resolve_spellings,
    parse_numbers,
)
"""In this order: what is blank decides which rows are empty; duplicates are compared
by meaning, but while what was written in is still there."""


def _change(
    texts: pd.DataFrame,
    layout: Layout,
    change_of: Callable[[TextColumn], _Change | None],
) -> pd.DataFrame:
    """Apply to each column its own change, by distinct text."""
    changed = {}
    for name, column in layout.columns.items():
        change = change_of(column)
        if change is not None:
            before = texts[name]
            after = map_texts(before, change.change, only=change.only)
            if after is not before:
                changed[name] = after
    return texts.assign(**changed) if changed else texts
