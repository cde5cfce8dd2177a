"""Weights for ``surveytools table``, from the section ``[weights]`` of a file."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from surveytools.analysis.estimation import Headcounts
from surveytools.analysis.weighted import StudyWeights, weights_of
from surveytools.cleaning import Responses
from surveytools.errors import Location, StudyError
from surveytools.study import Files, WeightRules, load_population, read_toml

__all__ = ["headcounts_of", "study_weights"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    weights: WeightRules | None = None
    files: Files = Files()


def headcounts_of(
    path: Path | None, responses: Responses, item: str
) -> Headcounts | None:
    """Read the headcounts of the choices of an item; others aren't there.

    Raises
    ------
    StudyError, SurveyErrors
        If the file must be corrected, or none of its units is a choice.
    """
    if path is None:
        return None
    population = load_population(path)
    asked = responses.codebook.item(item)
    found = Headcounts(
        item,
        {each.unit: each.people for each in population.of_year(None)},
        population.source(None),
        path.name,
    )
    if not found.of(asked, responses.codebook):
        msg = f"names no choice of item {item!r}"
        codes = ", ".join(choice.code for choice in asked.choices)
        raise StudyError(msg, Location(path.name), f"its choices are {codes}")
    return found


def study_weights(
    file: Path, responses: Responses, *, population: Path | None, folder: Path
) -> tuple[StudyWeights, Headcounts | None]:
    """Weight respondents as a file says, and report to the owner of the data.

    Parameters
    ----------
    file
        ``study.toml``, or another with a section ``[weights]``.
    population
        Headcounts, for margins without targets; by default those that the file names.
    folder
        Where the answers lie: the report is written there.

    Raises
    ------
    SurveyError, SurveyErrors
        As `weights_of`, or if a file must be corrected.
    """
    said = read_toml(file, _Section)
    if said.weights is None:
        msg = "has no section [weights]"
        raise StudyError(msg, Location(file.name), "say there what to weight to")
    if population is None and said.files.population is not None:
        population = file.parent / said.files.population
    wanting = [each.item for each in said.weights.margins if not each.targets]
    headcounts = headcounts_of(population, responses, wanting[0]) if wanting else None
    weights = weights_of(responses, said.weights, headcounts=headcounts)
    weights.report(folder)
    return weights, headcounts
