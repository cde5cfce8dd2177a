"""The tables of a wave as they count two sets of respondents, for comparing the two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis import Table
from surveytools.analysis.counting import Counting, counting_of, exact_combinations
from surveytools.cleaning import Codebook, Kind, Responses, State
from surveytools.disclosure.admission import (
    Change,
    Counted,
    Demands,
    note_people,
    note_table,
)
from surveytools.disclosure.families import note_families
from surveytools.running.linked import followers, root_of
from surveytools.running.planned import count_planned, group_items
from surveytools.study import BaseKind, PlannedTable, Study, TabPlan

__all__ = ["Scope"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scope:
    """What outputs show of a wave: tables, groups, free texts.

    Attributes
    ----------
    study, plan
        What is declared, and the owner's decision.
    wave
        Name of the wave.
    codebook
        Its codebook.
    """

    study: Study
    plan: TabPlan
    wave: str
    codebook: Codebook

    @property
    def threshold(self) -> int:
        """Smallest number of respondents that may be shown."""
        return self.study.disclosure.threshold

    def tables(self) -> list[PlannedTable]:
        """List the tables of the wave, and the groups themselves."""
        last = self.study.waves[-1].name
        tables = [t for t in self.plan.tables if (t.wave or last) == self.wave]
        own = {item.code for item in self.codebook.items}
        groups = group_items(self.codebook, self.plan, self.study.roles) & own
        tables += [
            PlannedTable(
                id=f"members_of_{code}",
                topic="respondents",
                stub=code,
                base=BaseKind.ALL,
                title=code,
            )
            for code in sorted(groups)
            if self.codebook.item(code).kind is not Kind.MATRIX
        ]
        return tables

    def table(self, responses: Responses, planned: PlannedTable) -> Table:
        """Count a table."""
        counted = count_planned(responses, planned, language=self.study.language)
        groups = group_items(responses.codebook, self.plan, self.study.roles)
        return replace(counted, names_groups=planned.stub in groups)

    def counted(
        self, before: Responses, after: Responses, made: Sequence[Table]
    ) -> list[Counted]:
        """Say whom each table counts where, before and after.

        Parameters
        ----------
        made
            The tables, counted before.
        """
        return [
            self._counted(planned, before, after, table)
            for planned, table in zip(self.tables(), made, strict=True)
        ]

    def _counted(
        self, table: PlannedTable, before: Responses, after: Responses, made: Table
    ) -> Counted:
        def counting(base: BaseKind) -> tuple[Counting, Counting]:
            old, new = (
                counting_of(each, table.stub, by=table.by, where=table.where, base=base)
                for each in (before, after)
            )
            if table.combinations:
                old, new = exact_combinations(old, new)
            return old, new

        old, new = counting(table.base)
        item = self.codebook.item(table.stub)
        answers = item.state_columns()
        as_it_is = table.base is BaseKind.ANSWERED or item.kind is Kind.TEXT
        return Counted(
            family=f"{table.stub}, combinations" if table.combinations else table.stub,
            answers=answers[:1] if table.combinations else answers,
            before=old,
            after=new,
            base=table.base,
            sensitive=made.sensitive,
            names_groups=made.names_groups,
            alike=table.stub in self._departments(),
            root=root_of(self.codebook, table.stub),
            answered=None if as_it_is else counting(BaseKind.ANSWERED),
        )

    def demands(
        self,
        before: Responses,
        after: Responses,
        counted: Sequence[Counted],
        change: Change,
        *,
        held: Iterable[str] = (),
    ) -> Demands:
        """List what must hold of the changes between two sets of respondents.

        Parameters
        ----------
        held
            Answers of which some wait since the release before.
        """
        demands = Demands(self._firm(), self.follows, tuple(held))
        for table in counted:
            note_people(demands, table, change)
            note_table(demands, table, change, profile=self.study.disclosure.profile)
        note_families(demands, counted, change, profile=self.study.disclosure.profile)
        if self.study.disclosure.comments is not None:
            self._note_comments(demands, before, after, change)
        return demands

    def _firm(self) -> frozenset[str]:
        """Name the answers that groups are made of, or that all respondents have."""
        planned = self.tables()
        named = " ".join(table.where or "" for table in planned)
        firm = {table.by for table in planned if table.by}
        firm |= {table.stub for table in planned if table.base is BaseKind.ALL}
        own = {
            name
            for item in self.codebook.items
            if item.code in firm or item.code in named
            for name in item.state_columns()
        }
        # What a firm answer waits with can't wait without it.
        return frozenset(own | {n for n, all_ in self.follows.items() if all_ & own})

    @cached_property
    def follows(self) -> dict[str, frozenset[str]]:
        """By the name of an answer, those that wait where it does."""
        return followers(self.codebook)

    def _departments(self) -> set[str]:
        """Name the items that say to which department somebody belongs."""
        items = self.codebook.items
        found = {self.study.roles.department or ""}
        behind = {
            item.derivation.source
            for item in items
            if item.code in found and item.derivation is not None
        }
        found |= behind
        return found | {
            item.code
            for item in items
            if item.derivation is not None
            and item.derivation.source in found
            and item.derivation.how in ("merge-units", "regroup")
        }

    def _note_comments(
        self, demands: Demands, before: Responses, after: Responses, change: Change
    ) -> None:
        """Want enough of those whose free texts a group shows."""
        department = self.study.roles.department
        pairs: list[tuple[Bools, Bools]] = [
            (np.ones(len(before.frame), bool), np.ones(len(after.frame), bool))
        ]
        if department is not None:
            pairs += [
                (
                    _is(before, department, choice.code),
                    _is(after, department, choice.code),
                )
                for choice in self.codebook.item(department).choices
            ]
        for item in self.codebook.items:
            if item.kind is not Kind.TEXT:
                continue
            code, anew = item.code, np.zeros(len(change), dtype=bool)
            stayed = np.flatnonzero(change.stayed)
            was = before.frame[code].iloc[change.old[stayed]].fillna("").to_numpy()
            now = after.frame[code].iloc[change.new[stayed]].fillna("").to_numpy()
            anew[stayed] = was != now
            for old, new in pairs:
                members = change.touching(
                    old & _wrote(before, code), new & _wrote(after, code), anew
                )
                demands.want_enough(code, members)


def _is(responses: Responses, item: str, choice: str) -> Bools:
    found: Bools = responses.frame[item].eq(choice).to_numpy(bool, na_value=False)
    return found


def _wrote(responses: Responses, item: str) -> Bools:
    found: Bools = responses.states[item].eq(State.TEXT.value).to_numpy(dtype=bool)
    return found
