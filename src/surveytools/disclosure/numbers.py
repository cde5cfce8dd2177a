"""From `NumberTable` to `SafeNumbers`: means, medians, deviations that may be shown."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from surveytools.analysis.estimation import people_in
from surveytools.analysis.numbers import NumberTable
from surveytools.analysis.statistics import (
    low_base,
    mean_interval,
    median_interval,
    moments,
)
from surveytools.analysis.statistics.arrays import Floats
from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.number_rules import (
    hidden_deviations,
    hidden_numbers,
    shown_median,
)
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.seals import refuse_kinds
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile

__all__ = ["NUMBERS", "SafeNumbers", "protect_numbers"]


class _Permit:
    """What `protect_numbers` gives, for its very numbers."""

    __slots__ = ("cells",)

    def __init__(self, cells: pd.DataFrame) -> None:
        self.cells = cells.copy()


NUMBERS = (
    "group",
    "base",
    "mean",
    "low",
    "high",
    "deviation",
    "median",
    "median_low",
    "median_high",
    "withheld",
    "low_base",
)
"""Columns of `SafeNumbers.cells`."""


@dataclass(frozen=True, slots=True, repr=False)
class SafeNumbers:
    """Means and medians that may be shown. Only `protect_numbers` makes them.

    Attributes
    ----------
    bases
        Respondents who gave a number, protected: it has titles, labels and groups.
    cells
        One row a group, columns `NUMBERS`: ``base``, the mean with its t interval, the
        standard deviation, the median with its interval, ``withheld`` (whether mean,
        deviation and median are), and ``low_base`` (0, 1: below 100, 2: below 30). Of
        a small base the mean is shown without deviation and interval.
        Withheld numbers are missing; the base may be shown all the same.
    """

    bases: SafeTable
    cells: pd.DataFrame
    permit: object = field(default=None, compare=False)

    def __init_subclass__(cls) -> None:
        refuse_kinds(cls)

    def __post_init__(self) -> None:
        self.require_untouched()

    def require_untouched(self) -> None:
        """Refuse numbers that aren't those that `protect_numbers` gave.

        Raises
        ------
        DisclosureError
            If they were made otherwise, or changed since.
        """
        permit = self.permit
        if not isinstance(permit, _Permit) or not permit.cells.equals(self.cells):
            msg = "SafeNumbers are made by disclosure.protect_numbers alone"
            raise DisclosureError(msg)

    def __repr__(self) -> str:
        hidden = int(self.cells["withheld"].sum())
        groups = len(self.cells)
        return f"SafeNumbers({self.bases.id}: {groups} groups, {hidden} withheld)"


def protect_numbers(
    table: NumberTable,
    *,
    threshold: int,
    profile: Profile,
    ledger: Ledger | None = None,
) -> SafeNumbers:
    """Withhold means of small groups, of those that one respondent makes up, and more.

    The rules are those of `surveytools.disclosure.number_rules`; bases are protected
    like any table of counts.

    Parameters
    ----------
    threshold, profile
        As in `protect`.
    ledger
        Tables that the bases are protected against.

    Raises
    ------
    ValueError
        If the threshold is below 1.

    Notes
    -----
    Sums of one table are protected against each other, and against the same table
    without groups. Tables of one item by different banners aren't protected together.
    """
    beside = ledger or Ledger.of((), threshold=threshold, profile=profile)
    (bases,) = beside.beside([table.bases])
    shown = bases.cells["base"]
    hidden = hidden_numbers(
        table.numbers,
        table.members,
        shown.isna().to_numpy(dtype=bool),
        threshold=threshold,
        profile=Profile(profile),
        partition=bases.groups_partition,
    )
    spread = hidden_deviations(
        table.numbers,
        table.members,
        hidden,
        threshold=threshold,
        partition=bases.groups_partition,
    )
    rows = [
        _numbers(table.numbers[who & ~gone], people, bases, threshold)
        for who, gone, people in zip(
            table.members,
            hidden,
            people_in(bases.cells["group"], bases.estimation),
            strict=True,
        )
    ]
    some = shown.fillna(0).to_numpy(dtype=float)
    cells = pd.DataFrame(rows).assign(
        group=bases.cells["group"],
        base=shown,
        withheld=hidden,
        low_base=np.where(some > 0, low_base(some), 0),
    )
    cells.loc[spread, ["low", "high", "deviation"]] = np.nan
    cells = cells[list(NUMBERS)]
    return SafeNumbers(bases, cells, permit=_Permit(cells))


def _numbers(
    values: Floats, people: float, bases: SafeTable, threshold: int
) -> dict[str, float]:
    level = bases.estimation.level
    found = moments(values)
    low, high = mean_interval(
        found.mean, found.deviation, found.base, level=level, population=people
    )
    median = shown_median(
        values,
        median_interval(values, level=level, population=people),
        threshold=threshold,
    )
    return {
        "mean": float(found.mean[0]),
        "low": float(low[0]),
        "high": float(high[0]),
        "deviation": float(found.deviation[0]),
        "median": median[0],
        "median_low": median[1],
        "median_high": median[2],
    }
