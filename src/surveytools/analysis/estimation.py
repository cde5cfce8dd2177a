"""How the intervals of a table are made: method, level, headcounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from surveytools.analysis.statistics import IntervalMethod, proportion_interval
from surveytools.analysis.statistics.arrays import Floats
from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.errors import Location, StudyError, raise_all
from surveytools.study.tabplan import BaseKind

__all__ = ["Estimation", "Headcounts", "estimation_of", "interval_of", "intervals_of"]

_SUMMED = ("regroup", "merge-units")


@dataclass(frozen=True, slots=True)
class Headcounts:
    """How many people the departments have.

    Attributes
    ----------
    item
        Code of the item that holds departments.
    people
        Headcount by code of a department, or of a merged group. Of departments that
        aren't here none is known.
    source
        Where they come from, in a few words.
    file
        Name of the file that has them, for messages.
    """

    item: str
    people: Mapping[str, int]
    source: str = ""
    file: str = "population.csv"

    def of(self, item: Item, codebook: Codebook) -> dict[str, int]:
        """Give the headcount of each choice of an item, where it is known.

        Of an item that merges or regroups departments: the sum of theirs, if all are
        known. Of other items: none.
        """
        own = {
            choice.code: self.people[choice.code]
            for choice in item.choices
            if choice.code in self.people
        }
        if item.code in self._roots(codebook):
            known = own
        elif item.derivation is not None and item.derivation.how in _SUMMED:
            known = {}
        else:
            return {}
        if item.derivation is None or item.derivation.how not in _SUMMED:
            return known
        parts = self.of(codebook.item(item.derivation.source), codebook)
        summed = {
            code: sum(parts[member] for member in members)
            for code, members in item.derivation.groups.items()
            if members and all(member in parts for member in members)
        }
        return summed | known

    def _roots(self, codebook: Codebook) -> set[str]:
        """Items whose choices the headcounts name."""
        found = {self.item}
        item = codebook.item(self.item)
        while item.derivation is not None and item.derivation.how == "merge-units":
            item = codebook.item(item.derivation.source)
            found.add(item.code)
        return found


@dataclass(frozen=True, slots=True)
class Estimation:
    """How a table's intervals were made.

    Attributes
    ----------
    method
        As in `surveytools.analysis.statistics.proportion_interval`. ``None`` where
        mentions are counted: those of one respondent aren't independent, and how many
        each respondent gave isn't in a protected table, so there are no intervals.
    level
        Their coverage.
    population
        People in each group, by its code, where known: its intervals allow for how
        many of them answered.
    headcounts
        People who could have given each answer, where the answers are departments:
        they have response rates.
    source
        Where the headcounts come from.
    """

    method: IntervalMethod | None = "wilson"
    level: float = 0.95
    population: Mapping[str, int] = field(default_factory=dict)
    headcounts: Mapping[str, int] = field(default_factory=dict)
    source: str = ""


def estimation_of(
    item: Item,
    banner: Item | None,
    codebook: Codebook,
    *,
    method: IntervalMethod,
    level: float,
    headcounts: Headcounts | None,
    base: BaseKind,
    total: str,
) -> Estimation:
    """Find out which groups of a table have a known headcount.

    All together have one where each department has. Mentions aren't people, and have
    no intervals.
    """
    if base is BaseKind.MENTIONS:
        return Estimation(None, level)
    plain = Estimation(method, level)
    if headcounts is None:
        return plain
    departments = codebook.item(headcounts.item)
    everybody = headcounts.of(departments, codebook)
    groups = {} if banner is None else headcounts.of(banner, codebook)
    if len(everybody) == len(departments.choices):
        groups |= {total: sum(everybody.values())}
    answers = headcounts.of(item, codebook) if item.kind is Kind.SINGLE else {}
    return replace(
        plain, population=groups, headcounts=answers, source=headcounts.source
    )


def require_enough_people(
    cells: pd.DataFrame, estimation: Estimation, *, file: str
) -> None:
    """Refuse headcounts that are smaller than the number of respondents.

    Raises
    ------
    StudyError, SurveyErrors
        One problem a department.
    """
    raise_all(list(_too_small(cells, estimation, Location(file))))


def _too_small(
    cells: pd.DataFrame, estimation: Estimation, where: Location
) -> Iterator[StudyError]:
    parts = (("group", "base", "population"), ("answer", "count", "headcounts"))
    for name, number, which in parts:
        people: Mapping[str, int] = getattr(estimation, which)
        most = cells.groupby(name, sort=False)[number].max()
        for code, headcount in people.items():
            if headcount < most.get(code, 0):
                msg = f"the headcount of {code!r} is {headcount}, and more answered"
                yield StudyError(msg, where, "correct it, or leave the line out")


def people_in(groups: Sequence[str] | pd.Series, estimation: Estimation) -> Floats:
    """Give the headcount of each group in a column; NaN where it isn't known."""
    known = estimation.population
    return np.array([known.get(str(code), np.nan) for code in groups], dtype=float)


def intervals_of(
    cells: pd.DataFrame, estimation: Estimation
) -> tuple[pd.Series, pd.Series]:
    """Compute the intervals of shares from counts and bases.

    Parameters
    ----------
    cells
        One row a cell: ``group``, ``count``, ``base``; missing numbers give missing
        bounds.
    estimation
        Method, level, headcounts.

    Returns
    -------
    low, high
        Fractions, NaN where the base is 0, or the estimation has no method.
    """
    count = cells["count"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    base = cells["base"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    shown = ~np.isnan(count) & ~np.isnan(base)
    people = people_in(cells["group"], estimation) if estimation.population else None
    low, high = interval_of(
        np.where(shown, count, 0.0),
        np.where(shown, base, 0.0),
        estimation,
        population=people,
    )
    return pd.Series(low, cells.index), pd.Series(high, cells.index)


def interval_of(
    count: Floats,
    base: Floats,
    estimation: Estimation,
    population: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Compute intervals of shares by the method of a table; NaN where it has none."""
    if estimation.method is None:
        return np.full_like(base, np.nan), np.full_like(base, np.nan)
    return proportion_interval(
        count,
        base,
        method=estimation.method,
        level=estimation.level,
        population=population,
    )
