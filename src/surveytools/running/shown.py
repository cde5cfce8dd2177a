"""What the facade gives beside the plan: tables, means, letters, HTML, Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import pandas as pd

from surveytools.analysis import tabulate
from surveytools.analysis.numbers import tabulate_numbers
from surveytools.analysis.statistics import Correction, IntervalMethod, ProportionTest
from surveytools.analysis.weighted import StudyWeights, weights_of
from surveytools.cleaning.codebook import Kind
from surveytools.disclosure import SafeNumbers, SafeTable, protect_numbers
from surveytools.disclosure import writing as tables
from surveytools.disclosure.details import PLAIN, Details, details_of
from surveytools.disclosure.number_writing import (
    numbers_html,
    numbers_markdown,
    tidy_numbers,
)
from surveytools.disclosure.trends import (
    Trend,
    trend_html,
    trend_markdown,
)
from surveytools.disclosure.weighted import Weighted, protect_weighted
from surveytools.errors import Location, ParameterError
from surveytools.presenting.captions import footer_text
from surveytools.running.options import require_options
from surveytools.running.released import require_declared
from surveytools.running.texts import text_table
from surveytools.study import BaseKind

if TYPE_CHECKING:
    from surveytools.running.survey import Survey

__all__ = [
    "Declared",
    "details",
    "html",
    "markdown",
    "note",
    "numbers",
    "study_weights",
    "table",
    "text",
    "tidy",
    "weighted",
]

_T = TypeVar("_T")

Declared: TypeAlias = Literal["as declared"]
"""What the tab plan says of the table; of a table beside it, the default."""


def table(
    self: "Survey",
    stub: str,
    *,
    by: str | None = None,
    where: str | None = None,
    base: BaseKind | str = BaseKind.ANSWERED,
    combinations: bool = False,
    interval: IntervalMethod = "wilson",
    level: float = 0.95,
    wave: str | None = None,
) -> SafeTable:
    """Count the answers of an item by the groups of another, small groups hidden.

    The table is protected against all that the tab plan declares, and changes
    none of them. Two such tables aren't protected against each other: what is to
    be published belongs into the tab plan.

    Parameters are those of `surveytools.analysis.tabulate`.

    Raises
    ------
    SurveyError
        If an item or a choice doesn't exist, or can't be tabulated that way.
    """
    require_options(base=base, interval=interval, level=level)
    require_declared(self.release, "others")
    table = tabulate(
        self.responses(wave),
        stub,
        by=by,
        where=where,
        base=BaseKind(base),
        combinations=combinations,
        interval=interval,
        level=level,
        headcounts=self.headcounts(wave),
    )
    (safe,) = self.protected.published.beside([self._with_groups(table)])
    return safe


def numbers(
    self: "Survey",
    stub: str,
    *,
    by: str | None = None,
    where: str | None = None,
    level: float = 0.95,
    wave: str | None = None,
) -> SafeNumbers:
    """Give mean, median and standard deviation of a numeric item, by groups.

    Its bases are protected against all tables that the tab plan declares. What is
    withheld, and why: `surveytools.disclosure.number_rules`.

    Parameters are those of `surveytools.analysis.tabulate`.

    Raises
    ------
    SurveyError
        If an item doesn't exist, or holds no numbers.
    """
    require_options(level=level)
    require_declared(self.release, "others")
    disclosure = self.study.disclosure
    table = tabulate_numbers(
        self.responses(wave),
        stub,
        by=by,
        where=where,
        level=level,
        headcounts=self.headcounts(wave),
    )
    return protect_numbers(
        table,
        threshold=disclosure.threshold,
        profile=disclosure.profile,
        ledger=self.protected.published,
    )


def details(
    self: "Survey",
    table: SafeTable,
    *,
    correction: Correction | Declared | None = "as declared",
    test: ProportionTest | Declared = "as declared",
    nets: Mapping[str, Sequence[str]] | Declared | None = "as declared",
    summary: bool | Declared = "as declared",
    box: int | Declared = "as declared",
    intervals: bool = False,
    weights: bool | Declared = "as declared",
) -> Details:
    """Compute letters, nets and a summary of a scale, of shown numbers only.

    What isn't said is, for a table of the tab plan (or a department's part of it), as
    declared there: without ``compare``, nothing is compared. For a table beside the
    plan it is letters by Holm's correction and the z test, no nets, no summary, boxes
    of two levels, no weights. Releases and departments' parts have no weighted shares.

    Parameters are those of `surveytools.disclosure.details.details_of`; with
    ``weights``, there are weighted shares as ``[weights]`` of ``study.toml`` says, and
    a report for the owner of the data beside the answers, ``weighting.csv``.

    Raises
    ------
    SurveyError
        If the table has no such answers, or no scale; if it can't be weighted.
    """
    require_options(correction=_given(correction), test=_given(test))
    said = self.protected.declaration_of(table)
    shares, unweighted = None, ""
    if weights == "as declared":
        if said is not None and said.weights:
            shares, unweighted = _declared_weights(self, table)
    elif weights:
        shares = weighted(self, table)
    found = details_of(
        table,
        correction=_or(correction, said.compare if said else "holm"),
        test=_or(test, said.test if said else "z"),
        nets=_or(nets, said.nets_in(self.study.language) if said else None),
        summary=_or(summary, said.summary if said else False),
        box=_or(box, said.box if said else 2),
        intervals=intervals,
        weighted=shares,
    )
    return replace(found, unweighted=unweighted)


def _declared_weights(self: "Survey", table: SafeTable) -> tuple[Weighted | None, str]:
    """Give the weighted shares of a table of the plan, or why there are none."""
    if self.release is not None:
        return None, "release"
    if table.cells.equals(self.plan[table.id].cells):
        return self.protected.weighted[table.id], ""
    return None, "unit"


def _given(option: str | None) -> str | None:
    return None if option == "as declared" else option


def _or(given: _T | Declared, declared: _T) -> _T:
    return declared if given == "as declared" else given


def weighted(self: "Survey", table: SafeTable) -> Weighted:
    """Give weighted shares of a table, as ``[weights]`` of ``study.toml`` says.

    What can't be shown beside the plain ones is withheld, as
    `surveytools.disclosure.weighted.protect_weighted` says. The report of the weights
    is written beside the answers, ``weighting.csv``.

    Raises
    ------
    SurveyError
        If the study has no weights, or the table can't be weighted.
    """
    require_declared(self.release, "weighted shares")
    weights = study_weights(self, table.wave)
    responses, headcounts = self.responses(table.wave), self.headcounts(table.wave)
    again = tabulate(
        responses,
        table.stub,
        by=table.banner,
        where=table.where,
        base=table.base,
        combinations=table.stub_kind is Kind.MULTIPLE and table.answers_partition,
        interval=table.estimation.method or "wilson",  # mentions aren't weighted
        level=table.estimation.level,
        headcounts=headcounts,
    )
    ledger, again = self.protected.published, self._with_groups(again)
    return protect_weighted(again, responses, weights, ledger=ledger)[1]


def study_weights(self: "Survey", wave: str | None) -> StudyWeights:
    """Weight the respondents of a wave, and report to the owner of the data.

    Raises
    ------
    SurveyError, SurveyErrors
        If the study has no weights, or they can't be met.
    """
    if self.study.weights is None:
        msg = "the study has no section [weights]"
        raise ParameterError(msg, Location(self.file.name), "say what to weight to")
    responses = self.responses(wave)
    found = weights_of(responses, self.study.weights, headcounts=self.headcounts(wave))
    found.report(self.home / self.study.places.processed / responses.wave)
    return found


def text(self: "Survey", table: SafeTable) -> pd.DataFrame:
    """Lay a protected table out as text: labels, per cent, what is withheld."""
    return text_table(table, self.words)


def note(self: "Survey", table: SafeTable) -> str:
    """Say what a table counts: title, base, wave, what is withheld."""
    return f"{table.title}. {footer_text(table, self.words, self.study)}"


def html(
    self: "Survey", table: SafeTable | SafeNumbers | Trend, details: Details = PLAIN
) -> str:
    """Write a table as an HTML fragment; with letters and more, as `details` gives."""
    language = self.study.language
    if isinstance(table, Trend):
        return trend_html(table)
    if isinstance(table, SafeNumbers):
        return numbers_html(table, language=language)
    return tables.as_html(table, details=details, language=language)


def markdown(
    self: "Survey", table: SafeTable | SafeNumbers | Trend, details: Details = PLAIN
) -> str:
    """Write a table as Markdown; with letters and more, as `details` gives."""
    language = self.study.language
    if isinstance(table, Trend):
        return trend_markdown(table)
    if isinstance(table, SafeNumbers):
        return numbers_markdown(table, language=language)
    return tables.as_markdown(table, details=details, language=language)


def tidy(
    self: "Survey", table: SafeTable | SafeNumbers | Trend, details: Details = PLAIN
) -> pd.DataFrame:
    """Give a table as a frame, one row a cell (of numbers, a group).

    Columns are those of `surveytools.disclosure.writing.tidy`, of
    `surveytools.disclosure.number_writing.tidy_numbers`, or of
    `surveytools.disclosure.trends.CELLS`; withheld numbers are missing.
    """
    language = self.study.language
    if isinstance(table, Trend):
        table.require_untouched()
        return table.cells.copy()
    if isinstance(table, SafeNumbers):
        return tidy_numbers(table, language=language)
    return tables.tidy(table, details=details, language=language)
