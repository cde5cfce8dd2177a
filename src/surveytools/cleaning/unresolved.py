"""How much is unresolved: for those who want a run to stop because of it."""

import pandas as pd

from surveytools.cleaning.findings import UNRESOLVED_KINDS
from surveytools.cleaning.responses import Responses, State
from surveytools.errors import CellError, CodebookError, Location

__all__ = ["too_many_unresolved", "unresolved_problems"]

_GIVEN = (
    State.ANSWERED,
    State.TEXT,
    State.DONT_KNOW,
    State.NOT_APPLICABLE,
    State.UNRESOLVED,
)


def unresolved_problems(responses: Responses) -> list[CellError]:
    """List everything that is unresolved, as problems with their places."""
    findings = responses.findings
    unresolved = findings[findings["kind"].isin(UNRESOLVED_KINDS)]
    problems = []
    for entry in unresolved.to_dict("records"):
        row = None if pd.isna(entry["row"]) else int(entry["row"])
        where = Location(entry["export"], None, row, entry["column"])
        problem = f"{entry['kind']}: {entry['found']}"
        problems.append(CellError(problem, where, entry["advice"]))
    return problems


def too_many_unresolved(responses: Responses, *, at_most: float) -> list[CodebookError]:
    """Name the items of which too large a share of cells is unresolved.

    Parameters
    ----------
    responses
        Cleaned responses.
    at_most
        Largest share that is put up with, 0 to 1, of the answers given to an item:
        its cells that aren't blank, in rows that were kept.
    """
    known = responses.accounting[responses.accounting["item"].notna()]
    given = known[known["outcome"].isin(_GIVEN)]
    answers = given["cells"].groupby(given["item"], sort=False).sum()
    lost = given["cells"].where(given["outcome"].eq(State.UNRESOLVED.value), 0)
    shares = lost.groupby(given["item"], sort=False).sum() / answers
    problems = []
    for code, share in shares.items():
        if share > at_most:
            msg = (
                f"{share:.1%} of the answers to item {code!r} are unresolved,"
                f" above {at_most:.1%}"
            )
            hint = "add aliases or choices for what the findings list"
            where = Location(responses.codebook.file)
            problems.append(CodebookError(msg, where, hint))
    return problems
