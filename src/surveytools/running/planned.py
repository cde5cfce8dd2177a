"""A declared table as the tab plan describes it, counted; departments it is cut by."""

from surveytools.analysis import Table, tabulate
from surveytools.analysis.estimation import Headcounts
from surveytools.cleaning import Codebook, Responses
from surveytools.errors import Location, ParameterError
from surveytools.running.parameters import closest
from surveytools.study import PlannedTable, Roles, TabPlan, in_language

__all__ = ["EVERYBODY", "count_planned", "group_items", "require_unit"]

EVERYBODY = "all"
"""Value of ``unit`` that takes all departments together."""


def count_planned(
    responses: Responses,
    planned: PlannedTable,
    *,
    language: str,
    headcounts: Headcounts | None = None,
) -> Table:
    """Count a declared table."""
    return tabulate(
        responses,
        planned.stub,
        by=planned.by,
        where=planned.where,
        base=planned.base,
        combinations=planned.combinations,
        headcounts=headcounts,
        id=planned.id,
        title=in_language(planned.title, language),
    )


def group_items(codebook: Codebook, plan: TabPlan, roles: Roles) -> set[str]:
    """Name the items whose choices are groups of tables, also before their merging.

    A table of such an item counts the members of groups.
    """
    groups = {planned.by for planned in plan.tables} | {roles.department}
    behind = {
        item.derivation.source
        for item in codebook.derived()
        if item.derivation is not None
        and item.code in groups
        and item.derivation.how == "merge-units"
    }
    return {code for code in groups | behind if code is not None}


def require_unit(roles: Roles, codebook: Codebook, unit: str, *, file: str) -> str:
    """Give the code of the item that holds departments, if it has this one.

    Raises
    ------
    ParameterError
        If the study names no such item, or it has no such choice; the closest is
        named.
    """
    if roles.department is None:
        msg = f"the study doesn't say which item holds departments like {unit!r}"
        raise ParameterError(msg, Location(file), "add department = ... to [roles]")
    choices = codebook.item(roles.department).choices
    codes = [choice.code for choice in choices]
    if unit not in (EVERYBODY, *codes):
        msg = f"there is no department {unit!r}"
        raise ParameterError(msg, hint=closest(unit, [EVERYBODY, *codes]))
    return roles.department
