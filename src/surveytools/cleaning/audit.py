"""What a step changed, computed by comparing before and after."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["COLUMNS", "diff"]

COLUMNS = ("step", "export", "row", "column", "before", "after")
"""Columns of an audit."""

EVERYTHING = "*"
"""Stands for all columns where a whole row was left out."""


def diff(before: pd.DataFrame, after: pd.DataFrame, *, step: str) -> pd.DataFrame:
    """List every cell that differs between two text frames, and every row lost.

    Parameters
    ----------
    before, after
        Frames on either side of a step, with index levels ``export`` and ``row`` and
        the same columns; a step may drop rows, not add any.
    step
        Name of the step, as it will stand in the audit.

    Returns
    -------
    DataFrame
        One row per difference, columns `COLUMNS`, column by column. A dropped row
        has ``*`` as column and no contents.
    """
    if before is after:
        before = after = after.iloc[:0, :0]
    lost = before.index[:0]
    if not before.index.equals(after.index):
        lost = before.index.difference(after.index, sort=False)
        before = before.loc[after.index]
    parts = [_entries(lost, EVERYTHING, None, None)]
    for name in after.columns:
        old, new = before[name], after[name]
        if not _same(old, new) and (changed := _changed(old, new)).any():
            rows = after.index[changed]
            parts.append(_entries(rows, str(name), old[changed], new[changed]))
    found = pd.concat(parts, ignore_index=True)
    found.insert(0, "step", pd.Series(step, index=found.index, dtype="str"))
    return found


def _same(old: pd.Series[str], new: pd.Series[str]) -> bool:
    """Tell whether two columns are one and the same in memory."""
    left, right = old.array, new.array
    return (
        isinstance(left, pd.Categorical)
        and isinstance(right, pd.Categorical)
        and left.categories is right.categories
        and len(left) == len(right)
        and np.shares_memory(left.codes, right.codes)
    )


def _changed(old: pd.Series[str], new: pd.Series[str]) -> NDArray[np.bool_]:
    """Mark the rows whose text differs; two blank cells are equal.

    Categoricals are compared by their codes: the old distinct texts are looked up
    among the new ones once, instead of a million comparisons of text.
    """
    left, right = _distinct(old), _distinct(new)
    place = right.categories.get_indexer(left.categories)
    place[place < 0] = -2  # a text that is no longer there equals nothing, not blank
    lookup = np.append(place, -1)
    return np.asarray(lookup[left.codes] != right.codes)


def _distinct(texts: pd.Series[str]) -> pd.Categorical[Any]:
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return pd.Categorical(texts)
    codes, distinct = pd.factorize(texts)
    return pd.Categorical.from_codes(codes, pd.Index(distinct))


def _entries(
    rows: pd.Index[str],
    column: str,
    old: pd.Series[str] | None,
    new: pd.Series[str] | None,
) -> pd.DataFrame:
    blank = pd.Series(None, index=rows, dtype="str")
    return pd.DataFrame(
        {
            "export": rows.get_level_values("export").astype("str"),
            "row": rows.get_level_values("row").astype("int64"),
            "column": pd.Series(column, index=range(len(rows)), dtype="str"),
            "before": (blank if old is None else old.astype("str")).array,
            "after": (blank if new is None else new.astype("str")).array,
        }
    )
