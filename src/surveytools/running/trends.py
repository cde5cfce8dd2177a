"""Trends: what a study declares, and what it is asked for beside the plan."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from surveytools.analysis.statistics import Correction, ProportionTest
from surveytools.analysis.waves import WaveTables, tabulate_waves
from surveytools.disclosure.trends import Trend, compare_waves, protect_trend
from surveytools.errors import Location, StudyError, SurveyError
from surveytools.presenting import ShownTrend
from surveytools.running.options import require_options
from surveytools.running.released import require_declared
from surveytools.study import (
    Crosswalk,
    PlannedTable,
    PlannedTrend,
    Study,
    in_language,
    load_crosswalk,
)

if TYPE_CHECKING:
    from surveytools.running.survey import Survey

__all__ = [
    "count_trends",
    "released_trends",
    "shown_trends",
    "tables_of_trend",
    "trend",
]


def tables_of_trend(planned: PlannedTrend, study: Study) -> list[PlannedTable]:
    """List the tables that a trend is made of, one a wave, as a plan would name them.

    They have ids of their own.
    """
    table = PlannedTable(
        id=planned.id,
        topic="respondents",
        stub=planned.stub,
        where=planned.where,
        title=planned.title,
    )
    return [
        table.model_copy(
            update={"id": f"{planned.id}~{wave.name}", "wave": wave.name},
        )
        for wave in study.waves
    ]


def count_trends(self: "Survey") -> dict[str, WaveTables]:
    """Count the declared trends, by id; none while the study has one wave.

    Not for showing.

    Raises
    ------
    StudyError, SurveyErrors
        If an item isn't the same in all waves; the trend is named.
    """
    file, study = self.study.files.tabplan.name, self.study
    found: dict[str, WaveTables] = {}
    for planned in self.tabplan.trends if len(study.waves) > 1 else ():
        try:
            counted = _count(self, planned.stub, where=planned.where)
        except SurveyError as error:
            where = Location(file, column=f"trends[{planned.id}]")
            raise StudyError(error.problem, where, error.hint) from error
        ids = [table.id for table in tables_of_trend(planned, study)]
        tables = zip(counted.tables, ids, strict=True)
        named = tuple(replace(table, id=id_) for table, id_ in tables)
        found[planned.id] = replace(counted, tables=named)
    return found


def released_trends(counted: Mapping[str, WaveTables]) -> dict[str, WaveTables]:
    """Take those of which releases know what earlier ones showed.

    It is known of what each wave asked itself, not of what the crosswalk makes of it.
    """
    return {id_: each for id_, each in counted.items() if all(each.own)}


def shown_trends(self: "Survey") -> list[ShownTrend]:
    """Give the declared trends, protected, or why one has no numbers."""
    protected = self.protected.trends
    reason = "wave" if len(self.study.waves) == 1 else "release"
    return [
        ShownTrend(
            planned.id,
            in_language(planned.title, self.study.language),
            protected.get(planned.id),
            "" if planned.id in protected else reason,
        )
        for planned in self.tabplan.trends
    ]


def trend(
    self: "Survey",
    stub: str,
    *,
    where: str | None = None,
    correction: Correction = "holm",
    test: ProportionTest = "z",
    level: float = 0.95,
) -> Trend:
    """Compare the answers to an item through the waves of the study.

    The tables of all waves are protected against all that the tab plan declares. What
    is the same in two waves say their codebooks, and ``crosswalk.toml``. In a release
    it is a trend that the plan declares.

    Parameters are those of `surveytools.analysis.waves.tabulate_waves` and
    `surveytools.disclosure.trends.protect_trend`.

    Raises
    ------
    SurveyError, SurveyErrors
        If the item isn't the same in all waves, or can't be tabulated; in a release,
        if the plan doesn't declare the trend.
    """
    require_options(correction=correction, test=test, level=level)
    found = None if self.release is None else _declared(self, stub, where, level)
    if found is None:
        require_declared(self.release, "this trend")
        return protect_trend(
            _count(self, stub, where=where, level=level),
            ledger=self.protected.published,
            correction=correction,
            test=test,
            language=self.study.language,
        )
    return compare_waves(
        self.protected.waves()[found],
        self.protected.trends[found].tables,
        correction=correction,
        test=test,
        language=self.study.language,
    )


def _declared(self: "Survey", stub: str, where: str | None, level: float) -> str | None:
    """Give the id of the declared trend of an item, if it has numbers."""
    for planned in self.tabplan.trends:
        trend = self.protected.trends.get(planned.id)
        said = (planned.stub, planned.where)
        if trend is not None and (*said, trend.method.level) == (stub, where, level):
            return planned.id
    return None


def _count(
    self: "Survey", stub: str, *, where: str | None, level: float = 0.95
) -> WaveTables:
    """Count an item in each wave, as the codebooks and ``crosswalk.toml`` join them."""
    file = self.home / self.study.files.crosswalk
    known = load_crosswalk(file) if file.exists() else Crosswalk()
    counted = tabulate_waves(
        list(self.all_responses().values()),
        stub,
        known,
        where=where,
        level=level,
        labels={wave.name: wave.label or wave.name for wave in self.study.waves},
    )
    tables = tuple(self._with_groups(table) for table in counted.tables)
    return replace(counted, tables=tables)
