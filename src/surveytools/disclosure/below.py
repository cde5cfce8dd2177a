"""Nets, boxes and means as lines of a CSV file, below the cells of their table."""

from collections.abc import Iterator

import pandas as pd

from surveytools.disclosure.details import Details
from surveytools.disclosure.legend import reasons_in_words
from surveytools.words import Words

__all__ = ["BELOW", "lines_below"]

BELOW = (
    "line",
    "group",
    "row",
    "answer_label",
    "count",
    "base",
    "share",
    "low",
    "high",
    "mean",
    "withheld",
)
"""Columns of `lines_below`."""
_LETTERS = ("letter", "letters", "no_letters")


def lines_below(details: Details, words: Words) -> pd.DataFrame | None:
    """List nets, boxes and means of a table, of shown numbers only.

    Returns
    -------
    DataFrame or None
        One row a group, row of a matrix and net, box or mean, columns `BELOW`:
        ``line`` is ``net``, ``top``, ``bottom`` or ``mean``, ``answer_label`` its name;
        ``low`` and ``high`` are the interval of the share, or of the mean (of mentions
        missing). Where groups are compared also ``letter``, ``letters``,
        ``no_letters``, as beside cells. ``None`` where there are none.
    """
    details.require_untouched()
    parts = list(_parts(details, words))
    if not parts:
        return None
    compared = details.comparisons
    names = [*BELOW, *(_LETTERS if compared is not None else ())]
    found = pd.concat(parts, ignore_index=True).reindex(columns=names)
    if compared is not None:
        found = reasons_in_words(found, compared.method, words)
    for name in ("count", "base"):
        found[name] = found[name].astype("Float64").astype("Int64")
    value = found["mean"].where(found["line"].eq("mean"), found["share"])
    nobody = found["base"].eq(0).fillna(value=False).astype(bool)
    found["withheld"] = value.isna() & ~nobody
    return found


def _parts(details: Details, words: Words) -> Iterator[pd.DataFrame]:
    if details.nets is not None:
        yield details.nets.rename(columns={"net": "answer_label"}).assign(line="net")
    if details.summary is None:
        return
    for kind in ("top", "bottom", "mean"):
        own = details.summary[["group", "row", "base"]]
        value, low, high = (
            details.summary[name].astype(float)
            for name in (kind, f"{kind}_low", f"{kind}_high")
        )
        if details.comparisons is not None:
            letters = {"letters": details.summary[f"{kind}_letters"]}
            own = own.join(details.summary[["letter", "no_letters"]]).assign(**letters)
        yield own.assign(
            line=kind,
            answer_label=words(f"workbook.{kind}", box=details.box),
            low=low,
            high=high,
            **{"mean" if kind == "mean" else "share": value},
        )
