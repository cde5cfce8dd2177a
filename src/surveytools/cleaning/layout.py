"""What the steps know: which item a text column belongs to, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.options import CellReader, reader_of_choice, reader_of_item
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

    @property
    def is_choice(self) -> bool:
        """Whether the column holds one choice of a multiple-response item."""
        return self.part is not None and self.item.kind is Kind.MULTIPLE


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
    """

    columns: Mapping[str, TextColumn]
    rules: RowRules
    filled_elsewhere: pd.Index[str]

    def with_choices(self) -> Iterator[TextColumn]:
        """Columns whose answers are choices."""
        return (column for column in self.columns.values() if column.reader)

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
) -> Layout:
    """Find the item of each text column and make the readers of its cells."""
    labels = dict.fromkeys(pair for raw in raws for pair in raw.labels)
    separators = dict.fromkeys(raw.separator for raw in raws if raw.separator)
    columns: dict[str, TextColumn] = {}
    for item in codebook.asked():
        reader = (
            reader_of_item(item, separators=separators, labels=labels, units=units)
            if item.choices
            else None
        )
        parts: dict[str, tuple[Literal["row", "choice"], str]] = {}
        parts |= {f"{item.code}__{row.code}": ("row", row.code) for row in item.rows}
        if item.kind is Kind.MULTIPLE:
            parts |= {
                f"{item.code}__{choice.code}": ("choice", choice.code)
                for choice in item.choices
            }
        if item.code in texts:
            columns[item.code] = TextColumn(item.code, item, None, reader)
        for name, (what, code) in parts.items():
            if name in texts:
                own = (
                    reader_of_choice(item.choice(code), labels=labels)
                    if what == "choice"
                    else reader
                )
                columns[name] = TextColumn(name, item, code, own)
    return Layout(columns, rules, filled_elsewhere)
