"""The only way from a `Table` to a `SafeTable`."""

from collections.abc import Sequence

from surveytools.analysis.table import Table
from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.safe import SafeTable, part_of
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile

__all__ = ["protect", "protect_all", "select_group"]


def protect(table: Table, *, threshold: int, profile: Profile) -> SafeTable:
    """Withhold small numbers, and whatever would give them away.

    What is hidden in itself stand in `surveytools.disclosure.rules`; what must be
    hidden with it, `surveytools.disclosure.suppression` finds. Shares and intervals
    are hidden with their count, and everything in a group with its base. Of exact
    combinations that are protected cell by cell, those that are rare in all are merged
    first, since naming one tells that somebody has it.

    Parameters
    ----------
    table
        Unprotected counts.
    threshold
        Smallest number of respondents that may be shown: 1 hides nothing. There is
        no default, the owner of the data decides.
    profile
        Who will see the outputs.

    Returns
    -------
    SafeTable
        A copy with a column ``withheld``; withheld numbers are missing.

    Raises
    ------
    ValueError
        If the threshold is below 1.

    Notes
    -----
    One table by itself. Tables of the same people go through `protect_all`, which
    looks at what they tell together.
    """
    (safe,) = protect_all([table], threshold=threshold, profile=profile)
    return safe


def protect_all(
    tables: Sequence[Table], *, threshold: int, profile: Profile
) -> list[SafeTable]:
    """Protect tables together, in declared order.

    As `protect`, and so that nothing follows from several tables that must not follow
    from one: see `surveytools.disclosure.ledger`.
    """
    return Ledger.of(tables, threshold=threshold, profile=profile).safe()


def select_group(safe: SafeTable, group: str) -> SafeTable:
    """Take one group out of a protected table, as it is.

    Raises
    ------
    DisclosureError
        If the table has no such group.
    """
    kept = tuple(choice for choice in safe.groups if choice.code == group)
    if not kept:
        known = ", ".join(choice.code for choice in safe.groups)
        msg = f"table {safe.id!r} has no group {group!r}"
        raise DisclosureError(msg, hint=f"it has {known}")
    cells = safe.cells[safe.cells["group"].eq(group)].reset_index(drop=True)
    return part_of(safe, cells, kept)
