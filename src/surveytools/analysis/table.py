"""A table of counts with explicit bases: what `tabulate` makes and `protect` takes."""

from dataclasses import dataclass, field

import pandas as pd

from surveytools.analysis.estimation import Estimation
from surveytools.analysis.meaning import Meaning
from surveytools.analysis.people import People
from surveytools.cleaning.codebook import Choice, Kind
from surveytools.study.tabplan import BaseKind

__all__ = ["CELLS", "TOTAL", "Table"]

TOTAL = "total"
"""Code of the banner group that holds everybody."""

CELLS = ("group", "row", "answer", "count", "base", "share", "low", "high")
"""Columns of `Table.cells`."""


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Counts of a stub by the groups of a banner. Unprotected: never shown.

    Attributes
    ----------
    id
        Name of the table.
    title
        Neutral title: what is tabulated.
    stub, stub_label, stub_kind
        Code, label and kind of the item in the rows.
    rows
        Rows of a matrix stub; empty for other items.
    answers
        Choices of the stub, in codebook order. For bases that count missing answers
        they are followed by the kinds of missing that occur, as choices whose code
        begins with ``~``. Exact combinations have codes joined by ``+``.
    banner, banner_label
        Code and label of the item in the columns; ``None`` without banner.
    groups
        Banner groups in codebook order, after them `TOTAL`. Without banner, only
        `TOTAL`.
    base
        Which respondents a share is a share of.
    unit
        What an answer speaks of (respondent, team, use case).
    answers_partition
        Whether each counted respondent gave exactly one of ``answers`` (in each
        row), so that counts add up to the base. False for multiple response.
    groups_partition
        Whether each respondent of the total is in exactly one group, so that groups
        add up to the total. False for multi-membership banners.
    names_groups
        Whether the answers name groups by which other tables are broken down. A small
        count is then a small group, which those tables withhold.
    sensitive
        Whether small counts are hidden too.
    where
        Condition that the respondents fulfil, or ``None``.
    wave
        Name of the wave.
    cells
        One row per group, row and answer, complete and in that order, columns
        `CELLS`: codes (``row`` is ``""`` without matrix), ``count`` and ``base`` as
        whole numbers of respondents (base ``mentions``: of mentions), ``share`` and
        its interval ``low``, ``high`` as fractions (missing if the base is 0; the
        interval of mentions always is).
    unresolved, no_group
        Respondents left out because the stub's answer, or their group, is
        unresolved or missing.
    respondents
        Respondents of each group who are counted in some row, in the order of
        ``groups``: with base ``mentions``, a large base may be of few people.
    combinations
        Whether ``answers`` are exact combinations, of which only those that occur are
        listed.
    meaning
        Whom each number counts, by which tables that overlap are recognised; ``None``
        if nothing is known but the codes.
    people
        Respondents of the wave, for counting whom overlapping tables single out.
    estimation
        How the intervals were made.
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
    unresolved: int = 0
    no_group: int = 0
    respondents: tuple[int, ...] = ()
    combinations: bool = False
    names_groups: bool = False
    meaning: Meaning | None = None
    people: People | None = None
    estimation: Estimation = field(default_factory=Estimation)

    def __repr__(self) -> str:
        by = f" by {self.banner}" if self.banner else ""
        rows = len(self.rows) or 1
        shape = f"{rows * len(self.answers)} x {len(self.groups)}"
        return f"Table({self.id}: {self.stub}{by}, {shape}, base {self.base})"
