"""The only kind of table that may be shown."""

from dataclasses import dataclass, field

import pandas as pd

from surveytools.analysis.table import Table
from surveytools.cleaning.codebook import Choice, Kind
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["SafeTable"]

_PERMIT = object()


@dataclass(frozen=True, slots=True, repr=False)
class SafeTable:
    """A table whose small groups are withheld. Only `protect` makes one.

    Figures, decks and workbooks take this type and no other, so that an unprotected
    number can't reach a slide: not past the type checker, and not at run time.

    Attributes
    ----------
    id, title, stub, ..., wave
        As in `surveytools.analysis.table.Table`.
    cells
        Columns of `Table.cells` and ``withheld`` (bool): where it is true, ``count``,
        ``base``, ``share``, ``low`` and ``high`` are missing, unless only the count
        is withheld (then ``base`` stays). ``count`` and ``base`` are nullable
        ``Int64``.
    threshold, profile
        The owner's decision that it was protected by.
    unresolved, no_group
        As in `Table`, missing (``None``) where the number itself is small.
    """

    id: str
    title: str
    stub: str
    stub_label: str
    stub_kind: Kind
    rows: tuple[Choice, ...]
    answers: tuple[Choice, ...]
    banner: str | None
    banner_label: str | None
    groups: tuple[Choice, ...]
    base: BaseKind
    unit: str
    answers_partition: bool
    groups_partition: bool
    sensitive: bool
    where: str | None
    wave: str
    cells: pd.DataFrame
    threshold: int
    profile: Profile
    unresolved: int | None = None
    no_group: int | None = None
    permit: object = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.permit is not _PERMIT:
            msg = "a SafeTable is made by disclosure.protect alone"
            raise DisclosureError(msg)

    def __repr__(self) -> str:
        by = f" by {self.banner}" if self.banner else ""
        hidden, all_cells = int(self.cells["withheld"].sum()), len(self.cells)
        return (
            f"SafeTable({self.id}: {self.stub}{by}, {all_cells} cells, "
            f"{hidden} withheld)"
        )

    @property
    def protected(self) -> bool:
        """Whether anything would be hidden at all: a threshold of 1 hides nothing."""
        return self.threshold > 1


def seal(
    table: Table,
    cells: pd.DataFrame,
    *,
    threshold: int,
    profile: Profile,
    unresolved: int | None,
    no_group: int | None,
) -> SafeTable:
    """Make a `SafeTable`; called by `protect` and by its own selections alone."""
    return SafeTable(
        id=table.id,
        title=table.title,
        stub=table.stub,
        stub_label=table.stub_label,
        stub_kind=table.stub_kind,
        rows=table.rows,
        answers=table.answers,
        banner=table.banner,
        banner_label=table.banner_label,
        groups=table.groups,
        base=table.base,
        unit=table.unit,
        answers_partition=table.answers_partition,
        groups_partition=table.groups_partition,
        sensitive=table.sensitive,
        where=table.where,
        wave=table.wave,
        cells=cells,
        threshold=threshold,
        profile=profile,
        unresolved=unresolved,
        no_group=no_group,
        permit=_PERMIT,
    )
