"""Where the numbers of a command come from: a folder of answers, or a study.

A folder's tables are protected each by itself; a study's, against all that its tab
plan declares (`surveytools.cli.declared`, which takes seconds to import).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypedDict, Unpack

import click
from click.core import ParameterSource

from surveytools.analysis import tabulate
from surveytools.analysis.estimation import Headcounts
from surveytools.analysis.numbers import tabulate_numbers
from surveytools.analysis.statistics import IntervalMethod
from surveytools.analysis.weighted import REPORT, StudyWeights
from surveytools.cleaning import Codebook, Responses, read_responses
from surveytools.cli.weighting import headcounts_of, study_weights
from surveytools.disclosure import (
    Ledger,
    SafeNumbers,
    SafeTable,
    protect,
    protect_numbers,
)
from surveytools.disclosure.weighted import Weighted, protect_weighted
from surveytools.errors import SurveyError, SurveyErrors
from surveytools.study import BaseKind, find_study, load_study
from surveytools.study.study import Profile

__all__ = [
    "Asked",
    "Counts",
    "Folder",
    "Source",
    "refuse_beside_study",
    "require_threshold",
    "tell_of_its_study",
]


class Asked(TypedDict):
    """Of whom numbers are asked, as `surveytools.analysis.tabulate` takes it."""

    by: str | None
    where: str | None
    level: float


class Counts(Asked):
    """What is asked of counts, as `surveytools.analysis.tabulate` takes it."""

    base: BaseKind
    combinations: bool
    interval: IntervalMethod


class Source(Protocol):
    """What `surveytools table` asks for numbers."""

    @property
    def codebook(self) -> Codebook:
        """Items that can be counted."""

    @property
    def language(self) -> str:
        """Language of what is printed."""

    def numbers(self, stub: str, **asked: Unpack[Asked]) -> SafeNumbers:
        """Give means and medians of a numeric item."""

    def table(
        self, stub: str, **asked: Unpack[Counts]
    ) -> tuple[SafeTable, Weighted | None]:
        """Count answers; give weighted shares beside them, if they were asked for."""


@dataclass(frozen=True)
class Folder:
    """A folder that `clean` wrote.

    Attributes
    ----------
    folder
        Where it lies.
    threshold, profile
        What is to be hidden.
    population
        Headcounts of the groups, or of the item's answers.
    weighting
        File whose section ``[weights]`` says what to weight to.
    """

    folder: Path
    threshold: int
    profile: Profile
    population: Path | None
    weighting: Path | None

    @cached_property
    def _responses(self) -> Responses:
        return read_responses(self.folder)

    @property
    def codebook(self) -> Codebook:
        """Items that can be counted."""
        return self._responses.codebook

    @property
    def language(self) -> str:
        """Language of the codebook."""
        return self._responses.codebook.language

    def numbers(self, stub: str, **asked: Unpack[Asked]) -> SafeNumbers:
        """Give means and medians of a numeric item."""
        table = tabulate_numbers(
            self._responses, stub, headcounts=self._headcounts(stub, asked), **asked
        )
        return protect_numbers(table, threshold=self.threshold, profile=self.profile)

    def table(
        self, stub: str, **asked: Unpack[Counts]
    ) -> tuple[SafeTable, Weighted | None]:
        """Count answers; give weighted shares beside them, if they were asked for."""
        responses, weights = self._responses, None
        if self.weighting is None:
            headcounts = self._headcounts(stub, asked)
        else:
            weights, headcounts = study_weights(
                self.weighting,
                responses,
                population=self.population,
                folder=self.folder,
            )
        table = tabulate(responses, stub, headcounts=headcounts, **asked)
        if headcounts is not None and headcounts.item == stub:
            table = replace(table, names_groups=True)  # a small one stays hidden
        if weights is None:
            safe = protect(table, threshold=self.threshold, profile=self.profile)
            return safe, None
        rules = Ledger.of((), threshold=self.threshold, profile=self.profile)
        found = protect_weighted(table, responses, weights, ledger=rules)
        _tell(weights, self.folder)
        return found

    def _headcounts(self, stub: str, asked: Asked) -> Headcounts | None:
        return headcounts_of(self.population, self._responses, asked["by"] or stub)


def refuse_beside_study(*names: str) -> None:
    """Refuse options that a study decides, where one is named.

    Raises
    ------
    click.UsageError
        If one of them was given.
    """
    context = click.get_current_context()
    default = ParameterSource.DEFAULT
    given = [n for n in names if context.get_parameter_source(n) is not default]
    if given:
        msg = f"--{given[0]} is the study's decision: leave out one of both"
        raise click.UsageError(msg)


def require_threshold(threshold: int | None) -> int:
    """Take the threshold, without which no folder's numbers are shown.

    Raises
    ------
    click.UsageError
        If there is none.
    """
    if threshold is None:
        msg = (
            "Missing option '--threshold': the smallest number of respondents shown "
            "(or --study, which says so)"
        )
        raise click.UsageError(msg)
    return threshold


def tell_of_its_study(folder: Path) -> None:
    """Say on standard error if answers are a study's, which would protect more."""
    if (file := _study_of(folder)) is not None:
        click.echo(
            f"note: these answers belong to the study {file}: without --study, the "
            "numbers aren't protected against what it publishes",
            err=True,
        )


def _study_of(folder: Path) -> Path | None:
    """Find the study whose answers lie in a folder; a faulty one is none."""
    try:
        file = find_study(folder)
        processed = file.parent / load_study(file).places.processed
    except (SurveyError, SurveyErrors):
        return None
    inside = folder.resolve().is_relative_to(processed.resolve())
    return Path(click.format_filename(file)) if inside else None


def _tell(weights: StudyWeights, folder: Path) -> None:
    """Say in a line what the weights do, and where the report is."""
    report, passes = weights.weighting.report, weights.weighting.iterations
    click.echo(
        f"weights: effective base {report.effective_base:.1f} of {report.base} "
        f"({report.efficiency:.0%}), passes: {passes}; see {folder / REPORT}",
        err=True,
    )
