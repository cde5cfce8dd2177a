"""The facade: what notebooks, commands and scripts ask a study for.

Whatever it hands out may be shown: protected tables, figures of them, and numbers of
cells. Only `Survey.responses` gives answers, to people who may see them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from surveytools.analysis import Table
from surveytools.analysis.estimation import Headcounts
from surveytools.analysis.waves import WaveTables
from surveytools.cleaning import Responses
from surveytools.disclosure import SafeComments, SafeTable, record
from surveytools.errors import ParameterError
from surveytools.presenting import (
    Slide,
    SurveyFigure,
    Words,
    add_details,
    draw,
    load_words,
    save_figure,
)
from surveytools.running import overview, shown, trends
from surveytools.running.comments import comments_of, people_in
from surveytools.running.departments import (
    released_plan,
    require_released,
    tables_of,
)
from surveytools.running.job import REPORTS, STUDY
from surveytools.running.options import require_options
from surveytools.running.outputs import tabplan_of, write_deck
from surveytools.running.parameters import closest
from surveytools.running.planned import (
    EVERYBODY,
    count_planned,
    group_items,
    require_unit,
)
from surveytools.running.processed import Source
from surveytools.running.protected import ProtectedPlan
from surveytools.running.released import Released, current_release, status_of
from surveytools.running.waves import Waves
from surveytools.study import PlannedTable, Study, TabPlan, find_study, load_study

__all__ = ["EVERYBODY", "Survey", "open_study"]


def open_study(path: Path | str | None = None) -> "Survey":
    """Open a study.

    Parameters
    ----------
    path
        The file ``study.toml`` or its folder. Without one, or if it is empty, the
        study of the run that executes the notebook, else the nearest ``study.toml``
        from the working directory upward.

    Raises
    ------
    StudyError, SurveyErrors
        If there is none, or it must be corrected.
    """
    given = str(path or os.environ.get(STUDY, ""))
    file = Path(given) if given else find_study(Path.cwd())
    file = (file / "study.toml" if file.is_dir() else file).resolve()
    return Survey(load_study(file), file)


@dataclass(frozen=True, repr=False)
class Survey:
    """A study that is open: its answers, its tables, its figures.

    Everything is read and computed when it is first asked for.

    Attributes
    ----------
    study
        What ``study.toml`` says.
    file
        That file.
    """

    study: Study
    file: Path

    def __repr__(self) -> str:
        return f"Survey({self.study.title}: {len(self.study.waves)} waves)"

    @property
    def home(self) -> Path:
        """Folder of the study file, to which its paths are relative."""
        return self.file.parent

    @property
    def reports(self) -> Path:
        """Where outputs are written: where the run says, else as the study says."""
        given = os.environ.get(REPORTS)
        return Path(given) if given else self.home / self.study.places.reports

    @cached_property
    def words(self) -> Words:
        """Printed words in the study's language."""
        return load_words(self.study.language)

    @cached_property
    def tabplan(self) -> TabPlan:
        """Tables that the study declares; none if it has no tab plan."""
        return tabplan_of(self.study, self.home)

    @cached_property
    def release(self) -> Released | None:
        """The release that is being made, if one is: its respondents are frozen."""
        return current_release(self.home, self.study)

    @cached_property
    def _waves(self) -> Waves:
        return Waves(self.study, self.file, self.release)

    def sources(self) -> tuple[Source, ...]:
        """List exports and codebook of each wave, in order."""
        return tuple(self._waves.sources.values())

    def responses(self, wave: str | None = None) -> Responses:
        """Give the cleaned answers of a wave; by default of the last.

        They are cleaned if their inputs changed; in a release, they are those that it
        shows. Not for showing.

        Raises
        ------
        ParameterError
            If there is no such wave.
        """
        return self._waves.responses(wave)

    def headcounts(self, wave: str | None = None) -> Headcounts | None:
        """Give the headcounts of departments for a wave, if the study has any."""
        return self._waves.headcounts(wave)

    table = shown.table
    numbers = shown.numbers
    details = shown.details
    html = shown.html
    markdown = shown.markdown
    tidy = shown.tidy
    trend = trends.trend
    weighted = shown.weighted
    text = shown.text
    note = shown.note

    @cached_property
    def plan(self) -> Mapping[str, SafeTable]:
        """Declared tables by id, protected together in declared order."""
        return MappingProxyType(self.protected.tables)

    @cached_property
    def protected(self) -> ProtectedPlan:
        """Declared tables with what is hidden of them. Not for showing."""
        return ProtectedPlan(
            self.study,
            self.tabplan,
            folder=self.home / self.study.places.processed,
            count=self._counted,
            codebook=lambda wave: self.responses(wave).codebook,
            kept=(
                self.release.withheld(self.study, self.released_plan)
                if self.release
                else {}
            ),
            dated=self._dated,
            responses=self.responses,
            waves=lambda: (
                trends.released_trends(self._trends) if self.release else self._trends
            ),
            # Nothing says what earlier releases showed of these.
            weights=None if self.release else partial(shown.study_weights, self),
        )

    @cached_property
    def _trends(self) -> Mapping[str, WaveTables]:
        return trends.count_trends(self)

    @cached_property
    def released_plan(self) -> TabPlan:
        """Tables that releases show: declared ones, trends', and departments' own."""
        return released_plan(
            self.tabplan,
            self.study,
            self.responses().codebook,
            trends=trends.released_trends(self._trends),
        )

    def _dated(self, planned: PlannedTable, safe: SafeTable) -> SafeTable:
        release = self.release
        return release.dated(planned, safe, self.study) if release else safe

    def declared(self, *topics: str) -> tuple[PlannedTable, ...]:
        """List the declared tables of some topics, in order.

        Raises
        ------
        ParameterError
            If there is no such topic.
        """
        for topic in topics:
            require_options(topic=topic)
        return tuple(
            planned for planned in self.tabplan.tables if planned.topic in topics
        )

    def describe(self, *topics: str) -> str:
        """Say what the tab plan declares for some topics."""
        names = [planned.id for planned in self.declared(*topics)]
        subject = " and ".join(topics)
        if not names:
            return f"The tab plan declares no table of topic {subject}."
        return f"Tables of topic {subject}: {', '.join(names)}."

    def tables(self, *topics: str, unit: str = EVERYBODY) -> list[SafeTable]:
        """Give the declared tables of some topics, for all or for one department.

        Raises
        ------
        ParameterError
            If there is no such department.
        """
        self._require_unit(unit)
        return [self._of_unit(planned, unit) for planned in self.declared(*topics)]

    def figures(self, *topics: str, unit: str = EVERYBODY) -> list[SurveyFigure]:
        """Draw the declared figures of some topics, for all or for one department.

        Raises
        ------
        ParameterError
            If there is no such department.
        """
        self._require_unit(unit)
        return [
            self.draw(planned.id, unit=unit)
            for planned in self.declared(*topics)
            if planned.figure is not None
        ]

    def draw(self, id: str, *, unit: str = EVERYBODY) -> SurveyFigure:  # noqa: A002
        """Draw one declared table.

        Raises
        ------
        ParameterError
            If the tab plan declares no such table or no figure of it.
        """
        planned = self._planned(id)
        table = self._of_unit(planned, unit)
        figure = draw(
            table,
            planned,
            words=self.words,
            study=self.study,
            second=self._second(planned, unit),
        )
        add_details(figure, table, self.details(table), self.words)
        if unit != EVERYBODY:
            figure.name = f"{planned.id}_{unit}"
        return figure

    def save(self, figure: SurveyFigure) -> list[Path]:
        """Write a figure and the numbers that it drew to ``figures/``."""
        return save_figure(figure, self.reports / "figures")

    def comments(
        self, item: str, *, unit: str = EVERYBODY, wave: str | None = None
    ) -> SafeComments:
        """Give the free-text answers to an item, masked; or say why they are withheld.

        Raises
        ------
        SurveyError
            If there is no such item, it isn't free text, or there is no such
            department.
        """
        department = None if unit == EVERYBODY else self._require_unit(unit)
        return comments_of(
            self.responses(wave),
            item,
            people=self.people,
            decided=self.study.disclosure,
            member=None if department is None else (department, unit),
        )

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Personal data in the exports, for masking. Not for showing."""
        return people_in(self.sources())

    def record(self, *, unit: str = EVERYBODY) -> pd.DataFrame:
        """List the declared tables and how each was protected: one row a table."""
        return record(
            [self._of_unit(planned, unit) for planned in self.tabplan.tables],
            language=self.study.language,
        ).set_index("id")

    def deck(self, *, unit: str = EVERYBODY) -> list[Path]:
        """Write deck and workbook, for all or for one department.

        Raises
        ------
        ParameterError
            If there is no such department.
        """
        self._require_unit(unit)
        slides = [
            Slide(self._of_unit(planned, unit), planned, self._second(planned, unit))
            for planned in tables_of(self.tabplan, self.study, unit)
        ]
        words, study = self.words, self.study
        return write_deck(
            slides,
            self.reports,
            details=[self.details(slide.table) for slide in slides],
            trends=trends.shown_trends(self) if unit == EVERYBODY else (),
            study=study,
            words=words,
            status=status_of(self.release, words, self.home, study),
        )

    clean = overview.clean
    accounting = overview.accounting
    findings_summary = overview.findings_summary

    def profile(self) -> pd.DataFrame:
        """Describe the exports' columns, not their contents: `overview.without_few`."""
        release = self.release
        known = release.columns() if release else overview.columns_of(self.sources())
        told = overview.told_columns(self, known)
        return overview.without_few(known, self.study.disclosure.threshold, told=told)

    def all_responses(self) -> dict[str, Responses]:
        """Give the cleaned answers of all waves by name, in order. Not for showing."""
        return self._waves.all_responses()

    def _planned(self, id: str) -> PlannedTable:  # noqa: A002
        for planned in self.tabplan.tables:
            if planned.id == id:
                return planned
        msg = f"the tab plan declares no table {id!r}"
        known = [planned.id for planned in self.tabplan.tables]
        raise ParameterError(msg, hint=closest(id, known))

    def _counted(self, planned: PlannedTable) -> Table:
        responses = self.responses(planned.wave)
        table = count_planned(
            responses,
            planned,
            language=self.study.language,
            headcounts=self.headcounts(planned.wave),
        )
        return self._with_groups(table)

    def _with_groups(self, table: Table) -> Table:
        """Mark a table that counts the members of groups of other tables."""
        codebook = self.responses(table.wave).codebook
        groups = group_items(codebook, self.tabplan, self.study.roles)
        return replace(table, names_groups=table.stub in groups)

    def _of_unit(self, planned: PlannedTable, unit: str) -> SafeTable:
        """Take a department's part of a table, as it was protected with the others."""
        if unit == EVERYBODY:
            return self.plan[planned.id]
        department = self._require_unit(unit)
        if self.release is not None:
            require_released(self.study, unit)
        return self.protected.of_unit(planned, unit, department)

    def _second(self, planned: PlannedTable, unit: str) -> SafeTable | None:
        if planned.with_table is None:
            return None
        return self._of_unit(self._planned(planned.with_table), unit)

    def _require_unit(self, unit: str) -> str:
        if unit == EVERYBODY:
            return self.study.roles.department or ""
        codebook, roles = self.responses().codebook, self.study.roles
        return require_unit(roles, codebook, unit, file=self.file.name)
