"""Since when numbers of releases are what they are.

Compared is what releases show, so that a date tells no more than they do: not whether
somebody came who waits.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from surveytools.disclosure import SafeTable
from surveytools.study import PlannedTable, Study, TabPlan

__all__ = ["Dated", "changed_tables", "dates_of", "with_dates"]


class Dated(TypedDict):
    """A table of a release, as its record has it.

    ``parts`` has hash and date of the numbers of each group, by its code.
    """

    id: str
    parts: dict[str, list[str]]


def dates_of(
    tables: Sequence[SafeTable],
    plan: TabPlan,
    study: Study,
    *,
    keys: Sequence[str],
    before: Mapping[str, Dated],
    date: str,
) -> dict[str, Dated]:
    """Date the numbers of tables: those that changed anew, others as they were.

    Parameters
    ----------
    tables, keys
        The tables of the plan, protected, and what each counts.
    before
        Those of the last release, by what they count.
    date
        Date of the new release.
    """
    found: dict[str, Dated] = {}
    for table, planned, key in zip(tables, plan.tables, keys, strict=True):
        if key in found:  # a declared table is one that departments need, too
            continue
        old = before[key]["parts"] if key in before else {}
        parts = {
            code: [sha, old[code][1] if code in old and old[code][0] == sha else date]
            for code, sha in _parts(table, planned, plan, study).items()
        }
        found[key] = Dated(id=table.id, parts=parts)
    return found


def changed_tables(now: Mapping[str, Dated], then: Mapping[str, Dated]) -> list[str]:
    """List tables of a release that have other numbers, or aren't there any more."""

    def numbers(table: Dated) -> dict[str, str]:
        return {code: sha for code, (sha, _) in table["parts"].items()}

    changed = [
        table["id"]
        for key, table in now.items()
        if key in then and numbers(table) != numbers(then[key])
    ]
    left_out = [
        f"{table['id']} (left out)" for k, table in then.items() if k not in now
    ]
    return changed + left_out


def with_dates(table: SafeTable, dated_: Dated | None) -> SafeTable:
    """Give a table that says since when its numbers are these."""
    parts = dated_["parts"] if dated_ else {}
    as_of = tuple((code, date) for code, (_, date) in parts.items())
    return replace(table, as_of=as_of)


def _parts(
    table: SafeTable, planned: PlannedTable, plan: TabPlan, study: Study
) -> dict[str, str]:
    """Hash what a table shows of each group.

    Of a table of groups, such as departments, it is how large each is.
    """
    groups = {each.by for each in plan.tables} | {study.roles.department}
    by_answer = planned.by is None and planned.stub in groups
    shown = ["answer", "count"] if by_answer else ["row", "answer", "count", "base"]
    parts = table.cells.groupby("answer" if by_answer else "group", sort=False)
    return {
        str(code): hashlib.sha256(
            cells[shown].to_csv(index=False, lineterminator="\n").encode()
        ).hexdigest()
        for code, cells in parts
    }
