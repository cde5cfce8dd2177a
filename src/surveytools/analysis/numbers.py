"""Tables of numbers: the answers to a numeric item, by the groups of another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.bases import states_of
from surveytools.analysis.estimation import Headcounts
from surveytools.analysis.membership import Places
from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.stubs import classes_of
from surveytools.analysis.table import Table
from surveytools.analysis.tables import fulfilling, tabulate
from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.responses import Responses
from surveytools.errors import SurveyError
from surveytools.study.tabplan import BaseKind

__all__ = ["NumberTable", "tabulate_numbers"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NumberTable:
    """Numbers that respondents gave. Unprotected: never shown.

    Attributes
    ----------
    bases
        Respondents who gave a number, by group.
    numbers
        The number of each respondent who gave one, in any group or none.
    members
        Groups by respondents, in the order of ``bases.groups``: who is in which.
    """

    bases: Table
    numbers: Floats
    members: NDArray[np.bool_]

    def __repr__(self) -> str:
        by = f" by {self.bases.banner}" if self.bases.banner else ""
        return f"NumberTable({self.bases.id}: {self.bases.stub}{by})"


def tabulate_numbers(
    responses: Responses,
    stub: str,
    *,
    by: str | None = None,
    where: str | None = None,
    level: float = 0.95,
    headcounts: Headcounts | None = None,
) -> NumberTable:
    """Gather the numbers of an item by the groups of another.

    Parameters are those of `surveytools.analysis.tabulate`.

    Raises
    ------
    SurveyError
        If the item holds no numbers, and as `tabulate`.
    """
    item = responses.codebook.item(stub)
    if item.kind is not Kind.NUMBER:
        msg = f"item {stub!r} is {item.kind}, and holds no numbers"
        raise SurveyError(msg, hint="count its answers with tabulate")
    bases = tabulate(
        responses, stub, by=by, where=where, level=level, headcounts=headcounts
    )
    chosen = fulfilling(responses, where)
    given = states_of(chosen.states, stub).counted(BaseKind.ANSWERED)
    numbers = chosen.frame[stub].to_numpy(dtype=float, na_value=np.nan)
    groups = np.empty((0, len(numbers)), dtype=bool)
    inside = np.ones(len(numbers), dtype=bool)
    if by is not None:
        banner = responses.codebook.item(by)
        found = classes_of(chosen, banner, BaseKind.ANSWERED).blocks[0].answers
        inside = found.inside()
        groups = (
            found.codes == np.arange(found.size)[:, None]
            if isinstance(found, Places)
            else np.array(found.columns)
        )
    members = np.vstack([groups, inside[None]])[:, given]
    return NumberTable(bases, numbers[given], members)
