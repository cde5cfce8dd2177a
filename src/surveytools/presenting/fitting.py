"""Whether a table can be drawn as the tab plan asks: its shape says so, no number."""

from collections.abc import Sequence
from typing import Protocol

from surveytools.cleaning.codebook import Choice
from surveytools.errors import ParameterError
from surveytools.study.tabplan import PlannedTable

__all__ = [
    "Shape",
    "require_fit",
    "require_pair",
    "require_partition",
    "require_single",
]


class Shape(Protocol):
    """What a table has, protected or not, but for its numbers."""

    @property
    def id(self) -> str:
        """Name of the table."""

    @property
    def rows(self) -> tuple[Choice, ...]:
        """Rows of a matrix; empty for other items."""

    @property
    def answers(self) -> tuple[Choice, ...]:
        """Choices, and kinds of missing answers."""

    @property
    def groups(self) -> tuple[Choice, ...]:
        """Groups of respondents and their total."""

    @property
    def answers_partition(self) -> bool:
        """Whether a respondent gave exactly one of the answers."""


def require_fit(
    table: Shape, plan: PlannedTable, *, second: Shape | None = None
) -> None:
    """See to it that a table fits the family of figures that its plan names.

    Parameters
    ----------
    second
        For the family ``awareness``: who knows the services that ``table`` says who
        uses.

    Raises
    ------
    ParameterError
        If it would be several marks in one place, or shares that don't add up.
    """
    if plan.figure == "awareness":
        require_pair(table, plan, second)
    elif plan.figure in ("stacked", "likert", "severity"):
        require_partition(table)
    elif plan.figure is not None:
        require_single(table, plan)


def require_partition(table: Shape) -> None:
    """Refuse answers that don't add up to the base.

    Raises
    ------
    ParameterError
        If a respondent may have given several.
    """
    if not table.answers_partition:
        msg = f"answers of table {table.id!r} overlap, so their shares can't be stacked"
        raise ParameterError(msg, hint="draw it as bars or heatmap")


def require_single(table: Shape, plan: PlannedTable) -> None:
    """Refuse bars, or cells of a heat map, of which several would be in one place.

    A heat map of one group is drawn as bars.

    Raises
    ------
    ParameterError
        If there are several answers a row of a matrix, or bars of several answers a
        group.
    """
    if len(_drawn(table, plan.answers)) < 2:  # noqa: PLR2004 - one is in no other's way
        return
    many = len(table.groups) > 1
    if plan.figure == "heatmap" and many:
        if table.rows:
            msg = f"a heat map of table {table.id!r} would have several answers a cell"
            raise ParameterError(msg, hint="name one answer in the tab plan")
    elif table.rows:
        msg = f"bars of table {table.id!r} would be several a row"
        raise ParameterError(msg, hint="name one answer, or draw it as likert")
    elif many:
        msg = f"bars of table {table.id!r} would be several a group"
        hint = "name one answer, or draw it as stacked or heatmap"
        raise ParameterError(msg, hint=hint)


def require_pair(table: Shape, plan: PlannedTable, second: Shape | None) -> None:
    """Refuse two tables that don't speak of the same services, one answer each.

    Raises
    ------
    ParameterError
        If one is missing, has several answers a row, or has no service of the other.
    """
    if second is None:
        msg = f"the figure {plan.id!r} needs a second table, of who knows what"
        raise ParameterError(msg, hint="name it in the tab plan with with_table")
    for each in (table, second):
        if each.rows and len(_drawn(each, plan.answers)) > 1:
            msg = f"table {each.id!r} has several answers a row"
            raise ParameterError(msg, hint="derive an item of the services selected")
    used, known = (
        {choice.code for choice in each.rows}
        or {choice.code for choice in _drawn(each, plan.answers)}
        for each in (table, second)
    )
    if used.isdisjoint(known):
        msg = f"tables {table.id!r} and {second.id!r} have no answers in common"
        raise ParameterError(msg, hint="give awareness and use of the same services")


def _drawn(table: Shape, codes: Sequence[str]) -> list[Choice]:
    """Give the answers that are drawn: all, if the plan names another table's."""
    if codes and {answer.code for answer in table.answers}.issuperset(codes):
        return [answer for answer in table.answers if answer.code in codes]
    return list(table.answers)
