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
from surveytools.words import Words, words_for

__all__ = [
    "LOSSES",
    "RECORD",
    "losses",
    "protection_of",
    "record",
    "rules_in_words",
    "told",
]

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


def record(tables: Sequence[SafeTable], *, language: str = "en") -> pd.DataFrame:
    """List protected tables: one row a table, columns `RECORD`.

    ``cells`` and ``withheld`` are numbers of cells; ``rules`` says in words what was
    hidden, in a language.
    """
    words = words_for(language)
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
            rules_in_words(table, words),
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


def rules_in_words(table: SafeTable, words: Words) -> str:
    """Say which rules a table was protected by."""
    if not table.protected:
        return words("protection.nothing")
    rules = ["groups"]
    if cell_by_cell(sensitive=table.sensitive, profile=table.profile):
        rules.append("counts")
    if table.profile is not Profile.INTERNAL:
        rules.append("full")
    if table.profile is Profile.PUBLIC or (
        table.sensitive and table.profile is Profile.WORKSHOP
    ):
        rules.append("empty")
    rules.append("subtraction")
    largest = table.threshold - 1
    said = [words(f"protection.{rule}", largest=largest) for rule in rules]
    return words("legend.join").join(said)


def protection_of(table: SafeTable, words: Words) -> str:
    """Say in a few words how a table was protected."""
    if not table.protected:
        return words("protection.none")
    profile = words(f"protection.{table.profile}")
    return words("protection.threshold", least=table.threshold, profile=profile)


def told(table: SafeTable, rules: str, words: Words) -> str:
    """Say how a table was protected, and by which rules."""
    if not table.protected:
        return rules
    protection = protection_of(table, words)
    return words("protection.told", protection=protection, rules=rules)
