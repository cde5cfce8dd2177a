"""The only kind of table that may be shown."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pandas as pd
from pandas.util import hash_pandas_object

from surveytools.analysis.estimation import Estimation, intervals_of
from surveytools.analysis.table import Table
from surveytools.cleaning.codebook import Choice, Kind
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["SafeTable"]


class _Permit:
    """What `seal` gives a table, for its very numbers."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: str) -> None:
        self.numbers = numbers


@dataclass(frozen=True, slots=True, repr=False)
class SafeTable:
    """A table whose small groups are withheld. Only `protect` makes one.

    Figures, decks and workbooks take this type and no other, so that an unprotected
    number can't reach a slide: not past the type checker, and not at run time. Neither
    `dataclasses.replace` nor `pickle` makes one with other numbers, and writers ask
    `require_untouched`. (Who sets out to deceive can't be stopped within a program.)

    Attributes
    ----------
    id, title, stub, ..., wave
        As in `surveytools.analysis.table.Table`.
    cells
        Columns of `Table.cells` and ``withheld`` (bool): where it is true, ``count``,
        ``base``, ``share``, ``low`` and ``high`` are missing, unless only the count
        is withheld (then ``base`` stays). Mentions have no ``low`` and ``high``.
        ``count`` and ``base`` are nullable ``Int64``.
    estimation
        How the intervals were made; from shown numbers alone.
    threshold, profile
        The owner's decision that it was protected by.
    unresolved, no_group
        As in `Table`, missing (``None``) where the number itself is small, or would
        tell a small one.
    as_of
        In a release, group and date since when its numbers are these; answers instead
        of groups, where they are what tables are broken down by. Otherwise empty.
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
    estimation: Estimation = field(default_factory=Estimation)
    as_of: tuple[tuple[str, str], ...] = ()
    permit: object = field(default=None, compare=False)

    def __init_subclass__(cls) -> None:
        msg = "a SafeTable has no other kinds: they could leave out what it checks"
        raise DisclosureError(msg)

    def __post_init__(self) -> None:
        self.require_untouched()

    def __copy__(self) -> "SafeTable":
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "SafeTable":
        return self

    def __reduce__(self) -> NoReturn:
        msg = "a SafeTable isn't pickled: nobody could tell who made it"
        raise DisclosureError(msg, hint="ask the study for the table again")

    def require_untouched(self) -> None:
        """Refuse a table whose numbers aren't those that `protect` gave it.

        Raises
        ------
        DisclosureError
            If it was made otherwise, or changed since.
        """
        permit = self.permit
        if not isinstance(permit, _Permit) or permit.numbers != _numbers(
            self.cells, self.threshold, self.profile, self.unresolved, self.no_group
        ):
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

    @property
    def of_one_date(self) -> bool:
        """Whether its numbers are of one date; in releases, groups may have several."""
        return len({date for _, date in self.as_of}) < 2  # noqa: PLR2004  # or more


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
    if table.estimation != Estimation():
        low, high = intervals_of(cells, table.estimation)
        cells = cells.assign(low=low, high=high)
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
        permit=_Permit(_numbers(cells, threshold, profile, unresolved, no_group)),
        estimation=table.estimation,
    )


def part_of(
    safe: SafeTable, cells: pd.DataFrame, groups: tuple[Choice, ...]
) -> SafeTable:
    """Make a `SafeTable` of some groups of another; called by `select_group` alone."""
    rules = (safe.threshold, safe.profile, safe.unresolved, safe.no_group)
    permit = _Permit(_numbers(cells, *rules))
    codes = {group.code for group in groups}
    as_of = tuple((code, date) for code, date in safe.as_of if code in codes)
    return replace(safe, cells=cells, groups=groups, as_of=as_of, permit=permit)


def _numbers(cells: pd.DataFrame, *rules: object) -> str:
    """Hash numbers, and the decisions that they were protected by."""
    hashed = hash_pandas_object(cells, index=False).to_numpy().tobytes()
    about = repr((list(cells.columns), *map(str, rules))).encode()
    return hashlib.sha256(hashed + about).hexdigest()
