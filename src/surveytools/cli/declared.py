"""Numbers of a study for a command, protected against what its tab plan declares."""

from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import click

from surveytools.cleaning import Codebook
from surveytools.cli.sources import Asked, Counts
from surveytools.disclosure import SafeNumbers, SafeTable
from surveytools.disclosure.weighted import Weighted
from surveytools.running.survey import Survey, open_study

__all__ = ["Declared", "open_study", "tell_of_plan"]


@dataclass(frozen=True)
class Declared:
    """A study: its tables are protected against all that its tab plan declares.

    Attributes
    ----------
    survey
        The study.
    wave
        Name of the wave; by default the last.
    weighted
        Whether weighted shares are wanted, too.
    """

    survey: Survey
    wave: str | None
    weighted: bool

    @classmethod
    def at(cls, path: Path, *, wave: str | None, weighting: Path | None) -> "Declared":
        """Open a study.

        Raises
        ------
        click.UsageError
            If the weights are to be those of another file.
        SurveyError, SurveyErrors
            If the study must be corrected.
        """
        survey = open_study(path)
        if weighting is not None and not weighting.samefile(survey.file):
            msg = f"with --study, weights are the study's own: --weights {survey.file}"
            raise click.UsageError(msg)
        return cls(survey, wave, weighting is not None)

    @property
    def codebook(self) -> Codebook:
        """Items that can be counted."""
        return self.survey.responses(self.wave).codebook

    @property
    def language(self) -> str:
        """Language of the study."""
        return self.survey.study.language

    def numbers(self, stub: str, **asked: Unpack[Asked]) -> SafeNumbers:
        """Give means and medians of a numeric item."""
        return self.survey.numbers(stub, wave=self.wave, **asked)

    def table(
        self, stub: str, **asked: Unpack[Counts]
    ) -> tuple[SafeTable, Weighted | None]:
        """Count answers; give weighted shares beside them, if they were asked for."""
        safe = self.survey.table(stub, wave=self.wave, **asked)
        return safe, self.survey.weighted(safe) if self.weighted else None


def tell_of_plan(survey: Survey) -> None:
    """Say on standard error what a table was protected against, and what not."""
    plan, count = survey.study.files.tabplan, len(survey.tabplan.tables)
    click.echo(
        f"note: protected against what {plan} declares (tables: {count}), not against "
        "others that were asked for like this; publish what is declared",
        err=True,
    )
