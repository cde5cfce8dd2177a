"""A protected table as figures and files show it: labels, and nothing withheld."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.analysis.table import TOTAL
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.safe import SafeTable
from surveytools.errors import DisclosureError, ParameterError
from surveytools.presenting.measure import plain
from surveytools.words import Words

__all__ = [
    "DRAWN",
    "NUMBERS",
    "Line",
    "base_parts",
    "base_text",
    "drawn_cells",
    "is_apart",
    "lines_of",
    "overall",
    "require_safe",
    "several",
]

NUMBERS = ("count", "base", "share", "low", "high")

DRAWN = (
    "group",
    "group_label",
    "row",
    "row_label",
    "answer",
    "answer_label",
    *NUMBERS,
    "withheld",
)
"""Columns of the cells as drawn."""


def require_safe(*tables: object) -> None:
    """Refuse everything but a `SafeTable`, also where no type checker ran.

    Raises
    ------
    DisclosureError
        If something else was given, or its numbers were changed.
    """
    for table in tables:
        if not isinstance(table, SafeTable):
            msg = f"a {type(table).__name__} isn't protected, so it can't be shown"
            raise DisclosureError(msg, hint="give what disclosure.protect returns")
        table.require_untouched()


def is_apart(choice: Choice) -> bool:
    """Whether an answer stands beside a scale, such as "don't know"."""
    return choice.missing is not None or choice.code.startswith("~")


def drawn_cells(
    table: SafeTable, words: Words, *, answers: Sequence[str] = ()
) -> pd.DataFrame:
    """Give a table's cells with labels, in its order, withheld numbers missing.

    Parameters
    ----------
    answers
        Codes of the answers to keep; all where empty.

    Returns
    -------
    DataFrame
        One row per group, row and answer, columns `DRAWN`; counts and bases as
        ``Int64``, shares as fractions.

    Raises
    ------
    DisclosureError
        If ``table`` isn't a `SafeTable`.
    ParameterError
        If the table has no such answer.
    """
    require_safe(table)
    known = {answer.code for answer in table.answers}
    if strange := [code for code in answers if code not in known]:
        msg = f"table {table.id!r} has no answer {strange[0]!r}"
        raise ParameterError(msg, hint=f"it has {', '.join(sorted(known))}")
    kept = table.cells
    if answers:
        kept = kept[kept["answer"].isin(answers)]
    hidden = kept["withheld"].astype(bool)
    columns = {
        "group": kept["group"].astype(str),
        "group_label": kept["group"].map(_labels(table.groups, words)),
        "row": kept["row"].astype(str),
        "row_label": kept["row"].map({"": "", **_labels(table.rows, words)}),
        "answer": kept["answer"].astype(str),
        "answer_label": kept["answer"].map(_labels(table.answers, words)),
        "count": kept["count"].astype("Int64").mask(hidden),
        "base": kept["base"].astype("Int64"),
        "share": kept["share"].astype(float).mask(hidden),
        "low": kept["low"].astype(float).mask(hidden),
        "high": kept["high"].astype(float).mask(hidden),
        "withheld": hidden,
    }
    return pd.DataFrame(columns).reset_index(drop=True)[list(DRAWN)]


def _labels(choices: Sequence[Choice], words: Words) -> dict[str, str]:
    """Labels by code; never empty, since an empty category breaks a deck."""
    labels = {c.code: plain(c.axis(words.language)) or c.code for c in choices}
    if TOTAL in labels:
        labels[TOTAL] = words("figure.everybody")
    return labels


def several(codes: pd.Series) -> bool:
    """Whether a column holds more than one code."""
    return len(set(codes)) > 1


@dataclass(frozen=True, slots=True)
class Line:
    """One bar of a figure: a group, or a row of a matrix, with its answers.

    Attributes
    ----------
    key, label
        Code, and text for the axis, without base.
    cells
        Cells as `drawn_cells` gives them, in the table's order.
    """

    key: str
    label: str
    cells: pd.DataFrame

    def bases(self) -> list[int]:
        """Bases that are shown, from small to large."""
        return sorted({int(base) for base in self.cells["base"].dropna()})

    @property
    def hidden(self) -> bool:
        """Whether any of its cells is withheld."""
        return bool(self.cells["withheld"].any())

    @property
    def empty(self) -> bool:
        """Whether it is shown that nobody is in its base."""
        return self.bases() == [0] and not self.hidden

    @property
    def closed(self) -> bool:
        """Whether even the base is withheld."""
        return self.hidden and not self.bases()


def base_text(line: Line, words: Words) -> str:
    """Print ``n = 93``, ``n = 85 to 93`` or that the base is withheld."""
    return " ".join(base_parts(line, words))


def base_parts(line: Line, words: Words) -> list[str]:
    """Give the text of the base in parts that may stand on lines of their own."""
    bases = line.bases()
    if line.closed or not bases:
        return [words("figure.base_withheld")]
    parts = [words("figure.base", n=words.number(bases[0]))]
    if len(bases) > 1:
        parts.append(words("figure.base_to", n=words.number(bases[-1])))
    return parts


def overall(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells of everybody, or of the only group.

    Raises
    ------
    ParameterError
        If there are several groups and none of them is everybody.
    """
    groups = list(dict.fromkeys(cells["group"]))
    if TOTAL not in groups and len(groups) > 1:
        msg = f"the table has the groups {', '.join(groups)} and no total"
        raise ParameterError(msg, hint="select one group, or draw it by groups")
    return cells[cells["group"].eq(TOTAL if TOTAL in groups else groups[0])]


def lines_of(table: SafeTable, cells: pd.DataFrame) -> tuple[str, list[Line]]:
    """Split cells into the lines of a figure.

    Returns
    -------
    column, lines
        ``row`` and one line a row of the matrix, over everybody or the only group;
        for other items ``group`` and one line a group.
    """
    column = "row" if table.rows else "group"
    chosen = overall(cells) if table.rows else cells
    return column, [
        Line(str(key), str(part[f"{column}_label"].iloc[0]), part)
        for key, part in chosen.groupby(column, sort=False)
    ]
