"""The tables that departments need beside the tab plan, and which of them are released.

What is shown of one department alone is protected together with what is shown of all,
and in releases checked together with it against earlier ones.
"""

from collections.abc import Container

from surveytools.cleaning import Codebook
from surveytools.errors import DisclosureError
from surveytools.running.planned import EVERYBODY, require_unit
from surveytools.running.released import key_of
from surveytools.running.trends import tables_of_trend
from surveytools.study import PlannedTable, Study, TabPlan

__all__ = [
    "released_plan",
    "released_units",
    "require_released",
    "tables_of",
    "unit_plan",
]


def unit_plan(
    plan: TabPlan, codebook: Codebook, department: str
) -> list[tuple[str, str, PlannedTable]]:
    """List the tables that departments need beside the plan, in its order.

    A table without departments is counted by department. Only where something else
    is in the columns, each department's respondents are counted alone.

    Returns
    -------
    list of (id, unit, table)
        ``id`` is that of the declared table; ``unit`` is empty for a table that has all
        departments. Tables have ids of their own.
    """
    found = []
    units = [choice.code for choice in codebook.item(department).choices]
    for planned in plan.tables:
        if department in (planned.stub, planned.by):
            continue
        if planned.by is None:
            changes = {"id": f"{planned.id}~", "by": department}
            found.append((planned.id, "", planned.model_copy(update=changes)))
            continue
        for unit in units:
            where = f"{department} = {unit}"
            if planned.where:
                where = f"({planned.where}) and {where}"
            changes = {"id": f"{planned.id}~{unit}", "where": where}
            found.append((planned.id, unit, planned.model_copy(update=changes)))
    return found


def released_units(study: Study, codebook: Codebook, *, file: str) -> tuple[str, ...]:
    """List the departments whose own outputs are released, too.

    Raises
    ------
    ParameterError
        If there is no such department.
    """
    units = study.release.units
    if units == EVERYBODY:
        department = require_unit(study.roles, codebook, EVERYBODY, file=file)
        return tuple(choice.code for choice in codebook.item(department).choices)
    for unit in units:
        require_unit(study.roles, codebook, unit, file=file)
    return tuple(units)


def released_plan(
    plan: TabPlan, study: Study, codebook: Codebook, *, trends: Container[str]
) -> TabPlan:
    """Give what releases show: the plan, waves of trends, then departments' own.

    Parameters
    ----------
    trends
        Ids of those that are released.
    """
    found = list(plan.tables)
    for trend in plan.trends:
        found += tables_of_trend(trend, study) if trend.id in trends else ()
    if study.release.units and (department := study.roles.department):
        found += [table for _, _, table in unit_plan(plan, codebook, department)]
    return plan.model_copy(update={"tables": tuple(found)})


def tables_of(plan: TabPlan, study: Study, unit: str) -> list[PlannedTable]:
    """List the tables of a deck; of one department, none that has the same numbers.

    The table of everybody and the one by department are the same for a department. The
    first that has a figure stays.
    """
    if unit == EVERYBODY:
        return list(plan.tables)
    kept: dict[str, PlannedTable] = {}
    for table in plan.tables:
        by = None if table.by == study.roles.department else table.by
        key = key_of(table.model_copy(update={"by": by}), study)
        if key not in kept or (kept[key].figure is None and table.figure is not None):
            kept[key] = table
    return [table for table in plan.tables if table in kept.values()]


def require_released(study: Study, unit: str) -> None:
    """Refuse, in a release, a department whose own outputs aren't released.

    Raises
    ------
    DisclosureError
        If ``study.toml`` doesn't name it: nothing says what earlier releases showed.
    """
    if study.release.units != EVERYBODY and unit not in study.release.units:
        msg = f"a release shows no outputs of department {unit!r} alone"
        hint = "name it as units of [release] in study.toml, or use run"
        raise DisclosureError(msg, hint=hint)
