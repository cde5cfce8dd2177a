"""Tables of a study protected together; what was decided is kept while they're equal.

Kept are the places that are hidden, never numbers. They lie in ``data/processed``, and
are used as long as tables, owner's decision and program are the same.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from surveytools.analysis import Table
from surveytools.analysis.waves import WaveTables
from surveytools.analysis.weighted import StudyWeights
from surveytools.cleaning import Codebook, Responses
from surveytools.disclosure import Ledger, SafeTable, select_group
from surveytools.disclosure.kept import Place
from surveytools.disclosure.trends import Trend, compare_waves
from surveytools.disclosure.weighted import Weighted, parts_of, weighted_shares
from surveytools.errors import (
    SurveyError,
    SurveyErrors,
    raise_all,
)
from surveytools.files import sha256_of, write_text
from surveytools.running.departments import unit_plan
from surveytools.running.plan_faults import (
    faults_of_details,
    faults_of_plan,
    waves_of_plan,
)
from surveytools.running.trends import tables_of_trend
from surveytools.study import PlannedTable, Study, TabPlan

__all__ = ["ProtectedPlan", "ledger_of", "unit_tables"]

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class ProtectedPlan:
    """The tables of a tab plan, for all respondents and for single departments.

    Attributes
    ----------
    study, plan
        What is declared, and the owner's decision.
    folder
        Where is kept what was decided.
    count, codebook
        Counts a table, and gives the codebook of a wave, by default of the last.
    kept
        What earlier releases withheld, by the id of the table.
    dated
        Gives a table that says since when its numbers are these, in a release.
    responses, weights
        Give answers and weights of a wave. Without weights, nothing is weighted.
    waves
        Counts the declared trends that have numbers, by id.
    """

    study: Study
    plan: TabPlan
    folder: Path
    count: Callable[[PlannedTable], Table]
    codebook: Callable[[str | None], Codebook]
    kept: Mapping[str, frozenset[Place]]
    dated: Callable[[PlannedTable, SafeTable], SafeTable]
    responses: Callable[[str | None], Responses]
    weights: Callable[[str | None], StudyWeights] | None
    waves: Callable[[], Mapping[str, WaveTables]]

    @cached_property
    def ledger(self) -> Ledger:
        """The declared tables, protected together in declared order.

        Raises
        ------
        StudyError, SurveyErrors
            If a table, or what it is shown with, isn't there in the codebook, or its
            item can't give it.
        """
        rules = self.study.disclosure
        empty = Ledger.of(
            (), threshold=rules.threshold, profile=rules.profile, kept=self.kept
        )
        return ledger_of(self._tables(), beside=empty, file=self._file("plan"))

    def _tables(self) -> list[Table]:
        """Count the declared tables; if one can't be counted, say all that is wrong."""
        plan, file = self.plan.tables, self.study.files.tabplan.name
        names = waves_of_plan(self.study, self.plan)
        codebooks = {name: self.codebook(name) for name in names}
        try:
            tables = [self.count(planned) for planned in plan]
            pairs = zip(plan, tables, strict=True)
            raise_all([p for pair in pairs for p in faults_of_details(*pair, file)])
        except (SurveyError, SurveyErrors):
            raise_all(faults_of_plan(self.study, self.plan, codebooks))
            raise
        return tables

    @cached_property
    def tables(self) -> dict[str, SafeTable]:
        """The declared tables by id, in order."""
        safe = zip(self.plan.tables, self.ledger.safe(), strict=True)
        return {planned.id: self.dated(planned, table) for planned, table in safe}

    @cached_property
    def _weighted(self) -> dict[str, tuple[StudyWeights, list[Table]]]:
        """Weights, and the parts of each table whose weighted shares are declared."""
        if self.weights is None:
            return {}
        wanted = [each for each in self.plan.tables if each.weights]
        weights = {wave: self.weights(wave) for wave in {each.wave for each in wanted}}
        counted = dict(zip(self.tables, self.ledger.tables, strict=True))
        return {
            each.id: (
                weights[each.wave],
                parts_of(
                    counted[each.id], self.responses(each.wave), weights[each.wave]
                ),
            )
            for each in wanted
        }

    @cached_property
    def published(self) -> Ledger:
        """The ledger with all that is declared: weighted shares' parts, trends' waves.

        What is shown beside the plan is protected against it.
        """
        more = [part for _, parts in self._weighted.values() for part in parts]
        more += [table for each in self.waves().values() for table in each.tables]
        if not more:
            return self.ledger
        return ledger_of(more, beside=self.ledger, file=self._file("more"))

    @cached_property
    def trends(self) -> dict[str, Trend]:
        """The declared trends that have numbers by id, protected."""
        waves = self.waves()
        behind = sum(len(each.tables) for each in waves.values())
        safe = iter(self.published.safe()[-behind:] if behind else ())
        return {
            planned.id: compare_waves(
                waves[planned.id],
                [
                    self.dated(table, next(safe))
                    for table in tables_of_trend(planned, self.study)
                ],
                correction=planned.compare,
                test=planned.test,
                language=self.study.language,
            )
            for planned in self.plan.trends
            if planned.id in waves
        }

    @cached_property
    def weighted(self) -> dict[str, Weighted]:
        """Weighted shares of the declared tables that have them, by id."""
        safe = iter(self.published.safe()[len(self.plan.tables) :])
        return {
            id_: weighted_shares(self.tables[id_], [next(safe) for _ in parts], weights)
            for id_, (weights, parts) in self._weighted.items()
        }

    @cached_property
    def units(self) -> dict[tuple[str, str], SafeTable]:
        """Tables of departments, in order: those of `unit_plan`, by id and unit."""
        listed = unit_plan(
            self.plan, self.codebook(None), self.study.roles.department or ""
        )
        safe = unit_tables(
            listed, count=self.count, beside=self.published, file=self._file("units")
        )
        return {
            (id_, unit): self.dated(planned, safe[id_, unit])
            for id_, unit, planned in listed
        }

    @cached_property
    def released(self) -> list[SafeTable]:
        """What releases show, as `surveytools.running.departments.released_plan`."""
        trends = [table for each in self.trends.values() for table in each.tables]
        units = self.units.values() if self.study.release.units else ()
        return [*self.tables.values(), *trends, *units]

    def declaration_of(self, safe: SafeTable) -> PlannedTable | None:
        """Give what the plan says of a table of it, also of a department's part.

        A table beside the plan isn't one, whatever it is called.
        """
        listed = [each for each in self.plan.tables if each.id == safe.id]
        if department := self.study.roles.department:
            parts = unit_plan(TabPlan(tables=listed), self.codebook(None), department)
            listed += [planned for *_, planned in parts]
        for planned in listed:
            wave = planned.wave or self.study.waves[-1].name
            said = (planned.stub, planned.by, planned.where, planned.base, wave)
            if said == (safe.stub, safe.banner, safe.where, safe.base, safe.wave):
                return planned
        return None

    def _file(self, what: str) -> Path:
        return self.folder / f"hidden-{what}.json"

    def of_unit(self, planned: PlannedTable, unit: str, department: str) -> SafeTable:
        """Take a department's part of a table, as it was protected with the others."""
        if department in (planned.stub, planned.by):
            safe = self.tables[planned.id]
            # How large departments are is told as for all.
            return safe if planned.stub == department else select_group(safe, unit)
        if planned.by is None:
            safe = select_group(self.units[planned.id, ""], unit)
        else:
            safe = self.units[planned.id, unit]
        return replace(safe, id=planned.id)


def ledger_of(tables: Sequence[Table], *, beside: Ledger, file: Path) -> Ledger:
    """Protect tables together, in order.

    Parameters
    ----------
    beside
        Tables that were protected before, and stay as they are; with the owner's
        decision.
    file
        Where is kept what was decided.
    """
    program = _program()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        kept = {}
    decided = kept.get("decisions", "") if kept.get("program") == program else ""
    ledger = beside.grown(tables, decided=decided)
    if (new := ledger.decisions()) != decided:
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {"program": program, "decisions": new}
        write_text(file, json.dumps(content), mode=0o600)
    return ledger


def unit_tables(
    listed: Sequence[tuple[str, str, PlannedTable]],
    *,
    count: Callable[[PlannedTable], Table],
    beside: Ledger,
    file: Path,
) -> dict[tuple[str, str], SafeTable]:
    """Protect the tables of `unit_plan` against those of the plan, in order."""
    tables = [count(table) for _, _, table in listed]
    safe = ledger_of(tables, beside=beside, file=file).safe()
    names = [(id_, unit) for id_, unit, _ in listed]
    return dict(zip(names, safe[len(beside.tables) :], strict=True))


def _program() -> str:
    paths = [
        path
        for wing in ("analysis", "disclosure")
        for path in sorted((_PACKAGE / wing).glob("*.py"))
    ]
    return hashlib.sha256("".join(map(sha256_of, paths)).encode()).hexdigest()
