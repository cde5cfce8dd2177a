"""What the steps know: which item a text column belongs to, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.options import (
    CellReader,
    reader_of_choice,
    reader_of_item,
    reader_of_write_in,
)
from surveytools.cleaning.others import other_choice, write_in_name
from surveytools.reading.table import RawTable
from surveytools.study.study import RowRules
from surveytools.study.units import Units

__all__ = ["Layout", "TextColumn", "lay_out"]


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of text, and what it holds.

    Attributes
    ----------
    name
        Name of the column.
    item
        Its item.
    part
        Row of a matrix, or choice that has a column of its own.
    reader
        How to read its cells; ``None`` for numbers and free text.
    """

    name: str
    item: Item
    part: str | None
    reader: CellReader | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What the steps know beside the text.

    Attributes
    ----------
    columns
        Text columns by name, in codebook order.
    rules
        Which rows to leave out.
    filled_elsewhere
        Rows with an answer in a column that the codebook doesn't know; such rows are
        not empty.
    partial, tests
        Rows that a platform marks as not completed, or as a test or preview: one
        value a row of the exports.
    persons
        Pseudonyms of the rows of the exports, one column a code.
    """

    columns: Mapping[str, TextColumn]
    rules: RowRules
    filled_elsewhere: pd.Index[str]
    partial: pd.Series[bool]
    tests: pd.Series[bool]
    persons: pd.DataFrame

    def of_kind(self, kind: Kind) -> Iterator[TextColumn]:
        """Columns of the items of one kind."""
        return (c for c in self.columns.values() if c.item.kind is kind)


def lay_out(
    texts: pd.DataFrame,
    codebook: Codebook,
    raws: Sequence[RawTable],
    *,
    rules: RowRules,
    units: Units | None,
    filled_elsewhere: pd.Index[str],
    persons: pd.DataFrame,
) -> Layout:
    """Find the item of each text column and make the readers of its cells."""
    labels = dict.fromkeys(pair for raw in raws for pair in raw.labels)
    separators = dict.fromkeys(raw.separator for raw in raws if raw.separator)
    found = (
        column
        for item in codebook.asked()
        for column in _columns_of(item, separators, labels, units)
    )
    columns = {column.name: column for column in found if column.name in texts}
    return Layout(
        columns,
        rules,
        filled_elsewhere,
        _stacked([raw.partial for raw in raws], raws, texts.index),
        _stacked([raw.test for raw in raws], raws, texts.index),
        persons,
    )


def _stacked(
    marks: Sequence[NDArray[np.bool_] | None],
    raws: Sequence[RawTable],
    index: pd.Index[str],
) -> pd.Series[bool]:
    """Join the marks of all exports; where a platform doesn't tell, they are false."""
    parts = [
        np.zeros(len(raw.frame), dtype=bool) if own is None else own
        for own, raw in zip(marks, raws, strict=True)
    ]
    return pd.Series(np.concatenate(parts), index=index)


def _columns_of(
    item: Item,
    separators: Iterable[str],
    labels: Iterable[tuple[str, str]],
    units: Units | None,
) -> Iterator[TextColumn]:
    """Give every column that an item may have; exports have some of them."""
    reader = None
    if item.choices:
        reader = reader_of_item(item, separators=separators, labels=labels, units=units)
    yield TextColumn(item.code, item, None, reader)
    for row in item.rows:
        yield TextColumn(f"{item.code}__{row.code}", item, row.code, reader)
    if item.kind is Kind.RANKING:
        yield from _columns_of_ranking(item, labels, units)
    if item.kind is Kind.MULTIPLE:
        for choice in item.choices:
            own = reader_of_choice(choice, labels=labels)
            yield TextColumn(f"{item.code}__{choice.code}", item, choice.code, own)
    other = other_choice(item)
    if other is not None:
        own = reader_of_write_in(other)
        yield TextColumn(write_in_name(item, other), item, other.code, own)


def _columns_of_ranking(
    item: Item, labels: Iterable[tuple[str, str]], units: Units | None
) -> Iterator[TextColumn]:
    """Give the columns of places, which hold a choice, and of choices: a number."""
    one = reader_of_item(replace(item, kind=Kind.SINGLE), labels=labels, units=units)
    for place in item.places():
        yield TextColumn(f"{item.code}__{place.code}", item, place.code, one)
    for choice in item.choices:
        yield TextColumn(f"{item.code}__{choice.code}", item, choice.code, None)
