"""What was withheld in which table, by which rule: goes with the outputs."""

from collections.abc import Sequence

import pandas as pd

from surveytools.disclosure.rules import cell_by_cell
from surveytools.disclosure.safe import SafeTable
from surveytools.study.study import Profile

__all__ = ["RECORD", "record", "rules_in_words"]

RECORD = (
    "id",
    "stub",
    "banner",
    "where",
    "base",
    "threshold",
    "profile",
    "cells",
    "withheld",
    "rules",
)
"""Columns of the disclosure record."""


def record(tables: Sequence[SafeTable]) -> pd.DataFrame:
    """List protected tables: one row a table, columns `RECORD`.

    ``cells`` and ``withheld`` are numbers of cells; ``rules`` says in words what was
    hidden.
    """
    rows = [
        (
            table.id,
            table.stub,
            table.banner,
            table.where,
            str(table.base),
            table.threshold,
            str(table.profile),
            len(table.cells),
            int(table.cells["withheld"].sum()),
            rules_in_words(table),
        )
        for table in tables
    ]
    return pd.DataFrame(rows, columns=list(RECORD))


def rules_in_words(table: SafeTable) -> str:
    """Say which rules a table was protected by."""
    if not table.protected:
        return "UNPROTECTED: a threshold of 1 hides nothing"
    largest = table.threshold - 1
    rules = [f"groups of 1 to {largest} respondents withheld"]
    if cell_by_cell(sensitive=table.sensitive, profile=table.profile):
        rules.append(f"counts of 1 to {largest} withheld, and what they leave over")
    if table.profile is not Profile.INTERNAL:
        rules.append("answers that all of a group gave withheld")
    if table.profile is Profile.PUBLIC or (
        table.sensitive and table.profile is Profile.WORKSHOP
    ):
        rules.append("answers that none of a group gave withheld")
    rules.append("and what would give these away")
    return "; ".join(rules)
