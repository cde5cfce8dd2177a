"""Tables of a study protected together; what was decided is kept while they're equal.

Kept are the places that are hidden, never numbers. They lie in ``data/processed``, and
are used as long as tables, owner's decision and program are the same.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from surveytools.analysis import Table
from surveytools.disclosure import Ledger
from surveytools.files import sha256_of, write_text
from surveytools.study import PlannedTable, Study

__all__ = ["ledger_of", "unit_plan"]

_PACKAGE = Path(__file__).parents[1]


def ledger_of(
    tables: Sequence[Table], *, study: Study, file: Path, beside: Ledger | None = None
) -> Ledger:
    """Protect tables together, in order.

    Parameters
    ----------
    file
        Where the decision is kept.
    beside
        Tables that were protected before and stay as they are.
    """
    first = beside or Ledger.of(
        (), threshold=study.disclosure.threshold, profile=study.disclosure.profile
    )
    program = _program()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        kept = {}
    decided = kept.get("decisions", "") if kept.get("program") == program else ""
    ledger = first.grown(tables, decided=decided)
    if (new := ledger.decisions()) != decided:
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {"program": program, "decisions": new}
        write_text(file, json.dumps(content), mode=0o600)
    return ledger


def unit_plan(
    tables: Sequence[PlannedTable], department: str, units: Sequence[str]
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
    for planned in tables:
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
