"""The waves of a study: their exports, answers and headcounts, each read once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from surveytools.analysis.estimation import Headcounts
from surveytools.cleaning import Responses
from surveytools.errors import Location, ParameterError
from surveytools.running.parameters import closest
from surveytools.running.processed import Source, cleaned_elsewhere
from surveytools.running.released import Released
from surveytools.study import Study

__all__ = ["Waves"]


@dataclass(frozen=True, repr=False)
class Waves:
    """What the waves of a study hold. Not for showing.

    Attributes
    ----------
    study
        What ``study.toml`` says.
    file
        That file.
    release
        The release that is being made, if one is: its respondents are frozen.
    """

    study: Study
    file: Path
    release: Released | None = None

    def __repr__(self) -> str:
        return f"Waves({', '.join(wave.name for wave in self.study.waves)})"

    @cached_property
    def _responses(self) -> dict[str, Responses]:
        return {}

    @cached_property
    def _headcounts(self) -> dict[str, Headcounts | None]:
        return {}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Exports and codebook of each wave by its name, in order."""
        home = self.file.parent
        return {wave.name: Source(home, self.study, wave) for wave in self.study.waves}

    def name(self, wave: str | None) -> str:
        """Give the name of a wave; by default of the last.

        Raises
        ------
        ParameterError
            If there is no such wave.
        """
        names = list(self.sources)
        name = names[-1] if wave is None else wave
        if name not in names:
            msg = f"the study has no wave {name!r}"
            raise ParameterError(msg, Location(self.file.name), closest(name, names))
        return name

    def responses(self, wave: str | None = None) -> Responses:
        """Give the cleaned answers of a wave; clean them if their inputs changed.

        In a release they are those that it shows.

        Raises
        ------
        ParameterError
            If there is no such wave.
        """
        name = self.name(wave)
        if name not in self._responses:
            self._responses[name] = (
                self.release.frozen(name).shown()
                if self.release
                else self.sources[name].responses()
            )
        return self._responses[name]

    def headcounts(self, wave: str | None = None) -> Headcounts | None:
        """Give the headcounts of departments that hold for a wave, if there are any.

        Raises
        ------
        ParameterError
            If there is no such wave.
        StudyError, SurveyErrors
            If the file of headcounts must be corrected.
        """
        name = self.name(wave)
        if name not in self._headcounts:
            self._headcounts[name] = self.sources[name].headcounts()
        return self._headcounts[name]

    def all_responses(self) -> dict[str, Responses]:
        """Give the cleaned answers of all waves by name, in order."""
        if self.release:
            return {name: self.responses(name) for name in self.sources}
        *others, last = self.sources
        with cleaned_elsewhere(self.file, others):
            self.responses(last)
        return {name: self.responses(name) for name in (*others, last)}
