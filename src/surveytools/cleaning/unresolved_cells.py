"""Every cell of an item that is unresolved, as a whole or in part, with its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from surveytools.cleaning.columns import Matched
from surveytools.cleaning.findings import UNKNOWN_COLUMN, UNRESOLVED_KINDS, Finding
from surveytools.reading.table import RawTable

__all__ = ["COLUMNS", "no_cells", "unresolved_cells"]

COLUMNS = ("export", "row", "column", "item", "kind", "found", "cell")
"""Columns of the list: ``found`` is the part that isn't known, ``cell`` the whole."""


def unresolved_cells(
    findings: Iterable[Finding],
    raws: Sequence[RawTable],
    names: Sequence[str],
    matches: Sequence[Matched],
    index: pd.Index[str],
) -> pd.DataFrame:
    """List the cells that are unresolved, as a whole or in part.

    Cells of columns that the codebook doesn't know are listed without their text:
    nobody said what such columns hold.

    Parameters
    ----------
    findings
        Findings; those with places are listed, a row for each place.
    raws, names, matches
        The exports, what they are called, and which columns hold which item.
    index
        Export and row of the rows that were kept.

    Returns
    -------
    DataFrame
        One row per finding and cell, columns `COLUMNS`; ``column`` is the header, and
        ``cell`` the text as the export has it. Columns that the codebook doesn't know
        come last.
    """
    exports = index.get_level_values("export").to_numpy()
    rows = index.get_level_values("row").to_numpy()
    headers = [
        {entry.name: entry.column.name for entry in match.columns if entry.name}
        for match in matches
    ]
    parts = []
    for finding in findings:
        if finding.positions is None or finding.kind not in UNRESOLVED_KINDS:
            continue
        for raw, name, known in zip(raws, names, headers, strict=True):
            at = finding.positions[np.asarray(exports[finding.positions] == name)]
            header = known.get(str(finding.column))
            if not len(at) or header is None:
                continue
            parts.append(
                {
                    "export": name,
                    "row": rows[at],
                    "column": header,
                    "item": finding.item,
                    "kind": finding.kind,
                    "found": finding.found,
                    "cell": raw.frame[header].loc[rows[at]].to_numpy(),
                }
            )
    for raw, name, match in zip(raws, names, matches, strict=True):
        kept = rows[np.asarray(exports == name)]
        for header in (e.column.name for e in match.columns if e.unknown):
            filled = raw.frame[header].loc[kept].notna().to_numpy(dtype=bool)
            if filled.any():
                place = {"export": name, "row": kept[filled], "column": header}
                parts.append({**place, "kind": UNKNOWN_COLUMN})
    if not parts:
        return no_cells()
    frames = [pd.DataFrame(part, columns=list(COLUMNS)) for part in parts]
    none = no_cells()
    return pd.concat([f.astype(none.dtypes) for f in frames], ignore_index=True)


def no_cells() -> pd.DataFrame:
    """Give the list without any cell."""
    kinds = dict.fromkeys(COLUMNS, "str") | {"row": "int64"}
    return pd.DataFrame({name: [] for name in COLUMNS}).astype(kinds)
