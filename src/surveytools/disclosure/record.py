"""What was withheld in which table: by which rule, and what that cost.

The first goes with the outputs. The second is for the owner of the data alone: how many
cells are withheld in themselves, and how good a choice of others is, depends on the
numbers that are hidden.
"""

from collections.abc import Sequence

import pandas as pd

from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.rules import cell_by_cell
from surveytools.disclosure.safe import SafeTable
from surveytools.study.study import Profile

__all__ = ["LOSSES", "RECORD", "losses", "record", "rules_in_words"]

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

LOSSES = ("id", "cells", "primary", "complementary", "greedy", "gap", "proven")
"""Columns of what protecting tables cost."""


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


def losses(ledger: Ledger) -> pd.DataFrame:
    """List what protecting tables cost: one row a table, columns `LOSSES`.

    Not for showing. ``cells``, ``primary``, ``complementary`` and ``greedy`` are
    numbers of cells, as in `record`: all of the table; those withheld in themselves, or
    by an earlier release; those withheld for the sake of others; and how many that
    would be by the first answer, which a greedy heuristic gave. ``gap`` says how much
    dearer the choice may be than the best one, as a fraction of its cost, or is missing
    where nothing is known of it; ``proven`` is ``yes`` where it is 0, or says why it
    isn't.

    Notes
    -----
    Cost weighs cells, so that a dearer choice may have fewer. It counts bases, and
    respondents outside the groups, as well.
    """
    rows = [
        (
            table.id,
            pattern.count.size,
            int(pattern.count.sum()) - pattern.loss.complementary,
            pattern.loss.complementary,
            pattern.loss.greedy,
            pattern.loss.gap,
            pattern.loss.proven,
        )
        for table, pattern in zip(ledger.tables, ledger.patterns, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(LOSSES)).astype({"gap": float})


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
