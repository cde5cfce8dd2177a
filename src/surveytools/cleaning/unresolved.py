"""How much is unresolved: for those who want a run to stop because of it."""

import pandas as pd

from surveytools.cleaning.findings import UNRESOLVED_KINDS
from surveytools.cleaning.responses import Responses, State
from surveytools.errors import CellError, CodebookError, Location

__all__ = ["too_many_unresolved", "unresolved_problems"]


def unresolved_problems(responses: Responses) -> list[CellError]:
    """List everything that is unresolved, as problems with their places."""
    findings = responses.findings
    unresolved = findings[findings["kind"].isin(UNRESOLVED_KINDS)]
    problems = []
    for entry in unresolved.itertuples():
        row = None if pd.isna(entry.row) else int(entry.row)
        problems.append(
            CellError(
                f"{entry.kind}: {entry.found}",
                Location(str(entry.export), None, row, str(entry.column)),
                str(entry.advice),
            )
        )
    return problems


def too_many_unresolved(responses: Responses, *, at_most: float) -> list[CodebookError]:
    """Name the items of which too large a share of cells is unresolved.

    Parameters
    ----------
    responses
        Cleaned responses.
    at_most
        Largest share that is put up with, 0 to 1, of the cells of an item in rows
        that were kept.
    """
    known = responses.accounting[responses.accounting["item"].notna()]
    kept = known[~known["outcome"].str.startswith("left out: ")]
    cells = kept.groupby("item", sort=False)["cells"].sum()
    lost = kept[kept["outcome"].eq(State.UNRESOLVED.value)]
    problems = []
    for code, count in lost.groupby("item", sort=False)["cells"].sum().items():
        share = count / cells[code]
        if share > at_most:
            msg = (
                f"{share:.1%} of the cells of item {code!r} are unresolved,"
                f" above {at_most:.1%}"
            )
            hint = "add aliases or choices for what the findings list"
            where = Location(responses.codebook.file)
            problems.append(CodebookError(msg, where, hint))
    return problems
