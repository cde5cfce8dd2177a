"""Tables made from arrays of counts, and an observer who reads protected ones."""

import itertools
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from surveytools.analysis import CELLS, Table
from surveytools.analysis.estimation import Estimation, intervals_of
from surveytools.cleaning.codebook import Choice, Kind
from surveytools.disclosure import SafeTable
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind


def make_table(
    counts: Sequence[Sequence[int]],
    *,
    bases: Sequence[int] | None = None,
    total: Sequence[int] | None = None,
    total_base: int | None = None,
    sensitive: bool = False,
    groups_partition: bool = True,
    **changes: object,
) -> Table:
    """Make a table of groups by answers, with the total behind them.

    Parameters
    ----------
    counts
        One list a group, one count an answer.
    bases
        One a group, for multiple-response; by default, the sum of the group's counts.
    total, total_base
        Where groups overlap; by default the sums.
    """
    inner = np.array(counts)
    own = np.array(bases) if bases is not None else inner.sum(axis=1)
    whole = np.array(total) if total is not None else inner.sum(axis=0)
    whole_base = own.sum() if total_base is None else total_base
    groups = tuple(Choice(f"g{i}", f"G{i}") for i in range(len(inner)))
    answers = tuple(Choice(f"a{i}", f"A{i}") for i in range(inner.shape[1]))
    everyone = (*groups, Choice("total", "Total"))
    index = pd.MultiIndex.from_product(
        [[g.code for g in everyone], [""], [a.code for a in answers]],
        names=["group", "row", "answer"],
    )
    cells = index.to_frame(index=False).assign(
        count=np.vstack([inner, whole]).ravel(),
        base=np.repeat([*own, whole_base], len(answers)),
    )
    bare = changes.get("base") is BaseKind.MENTIONS
    estimation = Estimation(None) if bare else Estimation()
    low, high = intervals_of(cells, estimation)
    share = cells["count"] / cells["base"].where(cells["base"].gt(0))
    cells = cells.assign(share=share, low=low, high=high)[list(CELLS)]
    options = {
        "id": "t",
        "title": "Use by Department",
        "stub": "use",
        "stub_label": "Use",
        "stub_kind": Kind.SINGLE if bases is None else Kind.MULTIPLE,
        "rows": (),
        "answers": answers,
        "banner": "dept",
        "banner_label": "Department",
        "groups": everyone,
        "base": BaseKind.ANSWERED,
        "unit": "respondent",
        "answers_partition": bases is None,
        "groups_partition": groups_partition,
        "sensitive": sensitive,
        "where": None,
        "wave": "2026",
        "cells": cells,
        "estimation": estimation,
    }
    return Table(**(options | changes))


FAR = 10_000


class Observer:
    """Bounds what is hidden in a table of groups by answers, without matrix rows.

    Written apart from the program: it sees the `SafeTable` only, knows how tables add
    up, and that people come in whole numbers.
    """

    def __init__(self, safe, cells=None):
        self.safe = safe
        self.groups = [g.code for g in safe.groups]
        self.answers = [a.code for a in safe.answers]
        self.names = [*itertools.product(self.groups, self.answers), *self.groups]
        self.at = {name: i for i, name in enumerate(self.names)}
        self.limits = [(0, FAR)] * len(self.names)
        for cell in (safe.cells if cells is None else cells).itertuples():
            self._read((cell.group, cell.answer), cell.count)
            self._read(cell.group, cell.base)
        self.equal, self.less = [], []
        self._answers(partition=safe.answers_partition)
        self._groups(partition=safe.groups_partition)

    def note_zeros(self, table):
        """Take in that a 0 is printed where the profile hides none.

        What is hidden then isn't 0, but for numbers that are 0 in truth: whoever made
        the table may have hidden these for the sake of others.
        """
        profile, threshold = self.safe.profile, self.safe.threshold
        veiled = profile is Profile.PUBLIC or (
            profile is Profile.WORKSHOP and table.sensitive
        )
        for cell in table.cells.itertuples():
            if cell.base:
                self._at_least_one(cell.group)
            counted = table.sensitive or table.names_groups
            if counted and not veiled and cell.base >= threshold and cell.count:
                self._at_least_one((cell.group, cell.answer))
        return self

    def _at_least_one(self, name):
        low, high = self.limits[self.at[name]]
        self.limits[self.at[name]] = (max(low, 1), high)

    def _read(self, name, number):
        if not pd.isna(number):
            self.limits[self.at[name]] = (int(number), int(number))

    def _row(self, plus, minus):
        row = np.zeros(len(self.names))
        for name in plus:
            row[self.at[name]] += 1
        for name in minus:
            row[self.at[name]] -= 1
        return row

    def _answers(self, *, partition):
        for group in self.groups:
            counts = [(group, answer) for answer in self.answers]
            if partition:
                self.equal.append(self._row(counts, [group]))
            else:
                self.less += [self._row([count], [group]) for count in counts]

    def _groups(self, *, partition):
        *inner, total = self.groups
        if not inner:
            return
        lines = [([(g, a) for g in inner], (total, a)) for a in self.answers]
        for parts, whole in [*lines, (inner, total)]:
            if partition:
                self.equal.append(self._row(parts, [whole]))
            else:
                self.less += [self._row([part], [whole]) for part in parts]
                self.less.append(self._row([whole], parts))
        for answer in self.answers if not partition else ():
            # Who is in a group and did not select it is in the total as well.
            have, all_of = [(g, answer) for g in inner], (total, answer)
            for group, count in zip(inner, have, strict=True):
                self.less.append(self._row([group, all_of], [count, total]))
            self.less.append(self._row([total, *have], [all_of, *inner]))

    def bounds(self, plus, minus=()):
        """Smallest and largest value of a sum of cells minus others."""
        objective = self._row(plus, minus)
        found = []
        for sign in (1, -1):
            result = linprog(
                sign * objective,
                A_ub=np.array(self.less) if self.less else None,
                b_ub=np.zeros(len(self.less)) if self.less else None,
                A_eq=np.array(self.equal) if self.equal else None,
                b_eq=np.zeros(len(self.equal)) if self.equal else None,
                bounds=self.limits,
                integrality=np.ones(len(self.names)),
            )
            assert result.status == 0, result.message
            found.append(round(sign * result.fun))
        return tuple(found)


@pytest.fixture(scope="session", name="make_table")
def _make_table() -> Callable[..., Table]:
    return make_table


@pytest.fixture(scope="session")
def observer() -> type:
    """Read the published numbers of a table as an observer would."""
    return Observer


@pytest.fixture(scope="session")
def showing() -> Callable[..., SimpleNamespace]:
    """Make something that looks like a protected table, with other cells."""
    return lambda safe, cells: SimpleNamespace(
        **{name: getattr(safe, name) for name in SafeTable.__dataclass_fields__}
        | {"cells": cells}
    )
