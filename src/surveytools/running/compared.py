"""The tables of a wave as they count two sets of respondents, for comparing the two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis import Table
from surveytools.analysis.counting import Counting, counting_of, exact_combinations
from surveytools.cleaning import Codebook, Kind, Responses, State
from surveytools.disclosure.admission import (
    Change,
    Counted,
    Demands,
    note_families,
    note_people,
    note_table,
)
from surveytools.running.planned import count_planned, group_items
from surveytools.study import BaseKind, PlannedTable, Study, TabPlan

__all__ = ["Scope"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
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
        def counting(responses: Responses) -> Counting:
            return counting_of(
                responses, table.stub, by=table.by, where=table.where, base=table.base
            )

        old, new = counting(before), counting(after)
        answers = self.codebook.item(table.stub).state_columns()
        if table.combinations:
            old, new = exact_combinations(old, new)
        return Counted(
            family=f"{table.stub}, combinations" if table.combinations else table.stub,
            answers=answers[:1] if table.combinations else answers,
            before=old,
            after=new,
            base=table.base,
            sensitive=made.sensitive,
            names_groups=made.names_groups,
            alike=table.stub in self._departments(),
        )

    def demands(
        self,
        before: Responses,
        after: Responses,
        counted: Sequence[Counted],
        change: Change,
    ) -> Demands:
        """List what must hold of the changes between two sets of respondents."""
        demands = Demands(self._firm())
        for table in counted:
            note_people(demands, table, change)
            note_table(demands, table, change, profile=self.study.disclosure.profile)
        note_families(demands, counted, change)
        if self.study.disclosure.comments is not None:
            self._note_comments(demands, before, after, change)
        return demands

    def _firm(self) -> frozenset[str]:
        """Name the answers that groups are made of, or that all respondents have."""
        planned = self.tables()
        named = " ".join(table.where or "" for table in planned)
        firm = {table.by for table in planned if table.by}
        firm |= {table.stub for table in planned if table.base is BaseKind.ALL}
        return frozenset(
            name
            for item in self.codebook.items
            if item.code in firm or item.code in named
            for name in item.state_columns()
        )

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
