"""What a sheet of a table shows beside and below its answers."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.details import Details
from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.measure import plain
from surveytools.presenting.words import Words

__all__ = ["Extra", "extras_of", "legend_of", "letters_of"]


@dataclass(frozen=True, slots=True)
class Extra:
    """A line below the answers: its label, and its numbers by group.

    Attributes
    ----------
    row
        Label of the row of a matrix; empty otherwise.
    label
        Name of the net, the box or the mean.
    numbers
        Numbers by kind (``share``, ``count``, ``base``, ``mean``) and group; missing
        where withheld, or where nobody is in the base.
    """

    row: str
    label: str
    numbers: dict[str, dict[str, float]]


def extras_of(safe: SafeTable, details: Details, words: Words) -> Iterator[Extra]:
    """List nets, boxes and means, in the order of the table's rows."""
    for row in safe.rows or (Choice("", ""),):
        label = plain(row.text(words.language)) if row.code else ""
        if details.nets is not None:
            own = details.nets[details.nets["row"].eq(row.code)]
            own = own.assign(base=own["group"].map(_bases(safe, row)))
            for net, lines in own.groupby("net", sort=False):
                kinds = {name: name for name in ("share", "count", "base")}
                yield Extra(label, plain(str(net)), _numbers(lines, kinds))
        if details.summary is not None:
            lines = details.summary[details.summary["row"].eq(row.code)]
            for end in ("top", "bottom"):
                name = words(f"workbook.{end}", box=details.box)
                yield Extra(
                    label, name, _numbers(lines, {"share": end, "base": "base"})
                )
            kinds = {"mean": "mean", "base": "base"}
            yield Extra(label, words("workbook.mean"), _numbers(lines, kinds))


def _bases(safe: SafeTable, row: Choice) -> "pd.Series[float]":
    """Give the shown base of each group; that of a withheld net is shown as well."""
    cells = safe.cells[safe.cells["row"].eq(row.code)].drop_duplicates("group")
    return cells.set_index("group")["base"].astype("Float64").astype(float)


def _numbers(lines: pd.DataFrame, kinds: dict[str, str]) -> dict[str, dict[str, float]]:
    groups = lines["group"].tolist()
    return {
        kind: dict(zip(groups, lines[name].astype(float), strict=True))
        for kind, name in kinds.items()
    }


def letters_of(details: Details) -> tuple[dict[str, str], dict[object, str]]:
    """Give the letter of each group, and the letters of each cell.

    Both are empty where nothing was tested.
    """
    if details.comparisons is None or not details.comparisons.tested:
        return {}, {}
    cells = details.comparisons.cells
    names = dict(zip(cells["group"], cells["letter"], strict=True))
    given = cells.set_index(["group", "row", "answer"])["letters"]
    return {code: name for code, name in names.items() if name}, given.to_dict()


def legend_of(details: Details, words: Words) -> str:
    """Say how letters were given, or why there are none; nothing if not asked for."""
    if (compared := details.comparisons) is None:
        return ""
    if compared.reason:
        return words(f"workbook.{compared.reason}")
    method = compared.method
    return words(
        "workbook.letters",
        test=words(f"workbook.test_{method.test}"),
        correction=words(f"workbook.{method.correction}"),
        level=words.percent(method.level),
        base=method.min_base,
    )
