"""The text of all exports in one frame, by item; steps work on its distinct texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from surveytools.cleaning.columns import Matched
from surveytools.errors import ExportError, Location, SurveyError, raise_all
from surveytools.reading.table import RawTable

__all__ = [
    "Distinct",
    "by_distinct",
    "export_names",
    "map_texts",
    "stack",
    "text_frame",
]


def export_names(raws: Sequence[RawTable]) -> list[str]:
    """Name each export in the index of the responses.

    The file's name; with its sheet where exports share a file.

    Raises
    ------
    ExportError
        If two exports can't be told apart, or one is given twice.
    """
    files = [raw.file for raw in raws]
    names = [
        f"{raw.file}, sheet {raw.sheet!r}" if files.count(raw.file) > 1 else raw.file
        for raw in raws
    ]
    problems: list[SurveyError] = []
    seen: dict[str, str] = {}
    same: dict[tuple[str, str | None], str] = {}
    for raw, name in zip(raws, names, strict=True):
        earlier = same.get((raw.sha256, raw.sheet))
        if earlier is not None:
            msg = f"has the same contents as {earlier}"
            problems.append(ExportError(msg, Location(name), "name each export once"))
        elif name in seen:
            msg = "two exports have this name"
            problems.append(ExportError(msg, Location(name), "rename one of them"))
        seen[name] = name
        same[raw.sha256, raw.sheet] = name
    raise_all(problems)
    return names


def stack(raws: Sequence[RawTable], names: Sequence[str]) -> pd.MultiIndex:
    """Index all rows of all exports by export and spreadsheet row."""
    counts = [len(raw.frame) for raw in raws]
    rows = np.concatenate(
        [raw.frame.index.to_numpy(dtype=np.int64) for raw in raws]
        or [np.empty(0, dtype=np.int64)]
    )
    exports = pd.Index(list(names), dtype="str")
    return pd.MultiIndex.from_arrays(
        [exports.take(np.repeat(np.arange(len(raws)), counts)), rows],
        names=["export", "row"],
    )


def text_frame(
    raws: Sequence[RawTable], matches: Sequence[Matched], index: pd.MultiIndex
) -> pd.DataFrame:
    """Put the answers of all exports into one frame of text.

    Returns
    -------
    DataFrame
        One row per row of the exports, index ``index``; one column per item, row of
        a matrix or choice that has a column, named as after cleaning. Each column is
        a categorical of its distinct texts, so that a step costs as much as there
        are distinct texts; blank is missing.
    """
    places: dict[str, dict[int, str]] = {}
    for at, match in enumerate(matches):
        for entry in match.columns:
            if entry.name is not None:
                places.setdefault(entry.name, {})[at] = entry.column.name
    columns = {}
    for name, headers in places.items():
        parts = [_answers(raw, headers.get(at)) for at, raw in enumerate(raws)]
        texts = parts[0] if len(parts) == 1 else pd.concat(parts)
        codes, distinct = pd.factorize(texts.astype("str"))
        columns[name] = pd.Categorical.from_codes(codes, pd.Index(distinct))
    return pd.DataFrame(columns, index=index)


def _answers(raw: RawTable, name: str | None) -> pd.Series[str]:
    """Give the answers of a column; where the platform put its own mark there is none.

    Blank where the export lacks the column.
    """
    if name is None:
        return pd.Series(None, index=raw.frame.index, dtype="str")
    return raw.given(name)


def map_texts(
    texts: pd.Series[str],
    change: Callable[[str], str | None],
    *,
    only: str | None = None,
) -> pd.Series[str]:
    """Change each distinct text of a column; ``None`` makes the cell blank.

    Gives the same object where nothing changes.

    Parameters
    ----------
    texts
        Column of a frame as `text_frame` makes it.
    change
        What becomes of a text.
    only
        Pattern (RE2) that is found in every text that changes, and in few others:
        these aren't looked at.
    """
    distinct = texts.cat.categories
    at = np.arange(len(distinct))
    if only is not None:
        hits = pc.match_substring_regex(pa.array(distinct, pa.large_string()), only)
        at = np.flatnonzero(hits.to_numpy(zero_copy_only=False))
    before = distinct[at].tolist()
    after = [change(text) for text in before]
    if after == before:
        return texts
    new = pd.Series(distinct, dtype="str")
    new.iloc[at] = pd.array(after, dtype="str")
    places, changed = pd.factorize(new)
    lookup = np.append(places, -1)  # the last entry is for blank cells, code -1
    return pd.Series(
        pd.Categorical.from_codes(lookup[texts.cat.codes], pd.Index(changed)),
        index=texts.index,
        name=texts.name,
    )


@dataclass(frozen=True, slots=True)
class Distinct:
    """Distinct texts of a column, and which of them each row has (-1: blank)."""

    texts: list[str]
    codes: NDArray[np.int64]

    def counts(self) -> NDArray[np.int64]:
        """Count the rows of each distinct text."""
        filled = self.codes[self.codes >= 0]
        return np.bincount(filled, minlength=len(self.texts)).astype(np.int64)


def by_distinct(texts: pd.Series[str]) -> Distinct:
    """Take a text column apart into its distinct texts and their places."""
    codes = texts.cat.codes.to_numpy().astype(np.int64)
    return Distinct(texts.cat.categories.tolist(), codes)
