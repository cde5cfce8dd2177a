"""What earlier releases withheld, which stays withheld.

If it were shown in a later release, where it may not have changed, it would give away
what it was withheld for. As long as nothing is shown anew, two releases tell no more of
a number than each of them does: see docs/data-protection.md.
"""

from collections.abc import Iterable

import numpy as np

from surveytools.analysis.table import Table
from surveytools.disclosure.joint import Pattern
from surveytools.disclosure.safe import SafeTable

__all__ = ["Place", "pattern_of", "withheld_places"]

Place = tuple[str, str, str, str]
"""Group, row and answer of a number, and whether it is a ``count`` or a ``base``; or
``no_group`` behind three empty codes."""

_OUTSIDE: Place = ("", "", "", "no_group")


def withheld_places(table: SafeTable) -> frozenset[Place]:
    """List the numbers that a table withholds."""
    cells = table.cells
    found: set[Place] = set()
    for what, hidden in (("count", cells["withheld"]), ("base", cells["base"].isna())):
        codes = cells.loc[hidden, ["group", "row", "answer"]]
        found.update((g, r, a, what) for g, r, a in codes.itertuples(index=False))
    if table.no_group is None:
        found.add(_OUTSIDE)
    return frozenset(found)


def pattern_of(table: Table, places: Iterable[Place]) -> Pattern:
    """Arrange numbers to withhold as a table does, without those that it hasn't."""
    groups = {group.code: at for at, group in enumerate(table.groups)}
    rows = {row.code: at for at, row in enumerate(table.rows)} or {"": 0}
    answers = {answer.code: at for at, answer in enumerate(table.answers)}
    shape = (len(groups), len(rows), len(answers))
    count, base = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    listed = set(places)
    for group, row, answer, what in listed - {_OUTSIDE}:
        if group in groups and row in rows and answer in answers:
            at = groups[group], rows[row], answers[answer]
            (base if what == "base" else count)[at] = True
    return Pattern(count, base, no_group=_OUTSIDE in listed)
