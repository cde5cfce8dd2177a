"""Tables of a study protected together; what was decided is kept while they're equal.

Kept are the places that are hidden, never numbers. They lie in ``data/processed``, and
are used as long as tables, owner's decision and program are the same.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from surveytools.analysis import Table
from surveytools.cleaning import Codebook
from surveytools.disclosure import Ledger, SafeTable
from surveytools.files import sha256_of, write_text
from surveytools.study import PlannedTable, TabPlan

__all__ = ["ledger_of", "unit_plan", "unit_tables"]

_PACKAGE = Path(__file__).parents[1]


def ledger_of(tables: Sequence[Table], *, beside: Ledger, file: Path) -> Ledger:
    """Protect tables together, in order.

    Parameters
    ----------
    beside
        Tables that were protected before, and stay as they are; with the owner's
        decision.
    file
        Where is kept what was decided.
    """
    program = _program()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        kept = {}
    decided = kept.get("decisions", "") if kept.get("program") == program else ""
    ledger = beside.grown(tables, decided=decided)
    if (new := ledger.decisions()) != decided:
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {"program": program, "decisions": new}
        write_text(file, json.dumps(content), mode=0o600)
    return ledger


def unit_tables(
    listed: Sequence[tuple[str, str, PlannedTable]],
    *,
    count: Callable[[PlannedTable], Table],
    beside: Ledger,
    file: Path,
) -> dict[tuple[str, str], SafeTable]:
    """Protect the tables of `unit_plan` against those of the plan, in order."""
    tables = [count(table) for _, _, table in listed]
    safe = ledger_of(tables, beside=beside, file=file).safe()
    names = [(id_, unit) for id_, unit, _ in listed]
    return dict(zip(names, safe[len(beside.tables) :], strict=True))


def unit_plan(
    plan: TabPlan, codebook: Codebook, department: str
) -> list[tuple[str, str, PlannedTable]]:
    """List the tables that departments need beside the plan, in its order.

    A table without departments is counted by department. Only where something else
    is in the columns, each department's respondents are counted alone.

    Returns
    -------
    list of (id, unit, table)
        ``unit`` is empty for a table that has all departments.
    """
    found = []
    units = [choice.code for choice in codebook.item(department).choices]
    for planned in plan.tables:
        if department in (planned.stub, planned.by):
            continue
        if planned.by is None:
            table = planned.model_copy(update={"by": department})
            found.append((planned.id, "", table))
            continue
        for unit in units:
            where = f"{department} = {unit}"
            if planned.where:
                where = f"({planned.where}) and {where}"
            table = planned.model_copy(update={"where": where})
            found.append((planned.id, unit, table))
    return found


def _program() -> str:
    paths = [
        path
        for wing in ("analysis", "disclosure")
        for path in sorted((_PACKAGE / wing).glob("*.py"))
    ]
    return hashlib.sha256("".join(map(sha256_of, paths)).encode()).hexdigest()
