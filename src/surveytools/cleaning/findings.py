"""What a person should look at: one row a thing, with where it is and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.texts import Distinct

__all__ = [
    "COLUMNS",
    "UNKNOWN_COLUMN",
    "UNRESOLVED_KINDS",
    "Finding",
    "Findings",
    "TextFinding",
    "finding_frame",
    "findings_by_text",
    "places",
]

COLUMNS = (
    "kind",
    "export",
    "row",
    "item",
    "column",
    "found",
    "cells",
    "advice",
)
"""Columns of findings. ``cells`` is how many cells they concern."""

UNKNOWN_COLUMN = "column not in the codebook"
"""Kind of finding about a column of which nobody said what it holds."""

UNRESOLVED_KINDS = (
    "unknown answer",
    "ambiguous answer",
    "unreadable number",
    "number out of range",
    "written in though not selected",
    UNKNOWN_COLUMN,
)
"""Kinds of finding that leave cells unresolved; the others only make one wonder."""

_ROWS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    kind
        For example ``unknown answer``.
    found
        What was found, with contents of answers, never of personal data.
    advice
        What to do, in the imperative.
    export, row
        Place of the first cell.
    item, column
        Code of the item and name of the cleaned column, or header of a column that
        belongs to no item.
    cells
        Number of cells concerned.
    positions
        Positions of all of them among the rows that were kept, where each is told.
    """

    kind: str
    found: str
    advice: str
    export: str | None = None
    row: int | None = None
    item: str | None = None
    column: str | None = None
    cells: int = 1
    positions: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)


Findings = list[Finding]


def finding_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Put findings into a frame, one row each, in the order given."""
    listed = list(findings)
    frame = pd.DataFrame(
        {name: [getattr(entry, name) for entry in listed] for name in COLUMNS}
    )
    kinds = dict.fromkeys(COLUMNS, "str") | {"row": "Int64", "cells": "Int64"}
    return frame.astype(kinds)


@dataclass(frozen=True, slots=True)
class TextFinding:
    """A finding about one distinct text, without its place."""

    text: int
    kind: str
    found: str
    advice: str


def findings_by_text(
    entries: Sequence[TextFinding],
    distinct: Distinct,
    index: pd.Index[str],
    *,
    item: str,
    column: str,
) -> Findings:
    """Say of findings about distinct texts where these are, and how often.

    Parameters
    ----------
    entries
        What was found in which text; ``text`` is its position in ``distinct``. What
        is found in several texts, as a part of each, becomes one finding.
    distinct
        Texts of the column.
    index
        Export and row of each cell.
    """
    if not entries:
        return []
    order = np.argsort(distinct.codes, kind="stable")
    ordered = distinct.codes[order]
    found: Findings = []
    for entry, texts in _grouped(entries).items():
        starts = np.searchsorted(ordered, texts, side="left")
        ends = np.searchsorted(ordered, texts, side="right")
        spans = zip(starts, ends, strict=True)
        at = np.sort(np.concatenate([order[start:end] for start, end in spans]))
        if not len(at):
            continue  # all rows with this text were left out
        export, row, others = places(index, at)
        found.append(
            Finding(
                entry.kind,
                entry.found,
                entry.advice + others,
                export,
                row,
                item,
                column,
                len(at),
                at,
            )
        )
    return found


def _grouped(entries: Sequence[TextFinding]) -> dict[TextFinding, list[int]]:
    """Bring together the texts about which the same is found, in order."""
    grouped: dict[TextFinding, list[int]] = {}
    for entry in entries:
        texts = grouped.setdefault(replace(entry, text=-1), [])
        if entry.text not in texts[-1:]:
            texts.append(entry.text)
    return grouped


def places(index: pd.Index[str], at: NDArray[np.int64]) -> tuple[str, int, str]:
    """Give the first of some cells, and the others in words.

    Parameters
    ----------
    index
        Export and row of each cell.
    at
        Positions in it, at least one.

    Returns
    -------
    export, row, others
        Place of the first cell, and for example `` (also row 5, 9 and 3 more)``.
    """
    named = [index[position] for position in at[:_ROWS_NAMED]]
    first, row = named[0]
    texts = [
        f"{number}" if export == first else f"{number} of {export}"
        for export, number in named[1:]
    ]
    more = f" and {len(at) - len(named)} more" if len(at) > len(named) else ""
    others = f" (also row {', '.join(texts)}{more})" if texts else ""
    return str(first), int(row), others
