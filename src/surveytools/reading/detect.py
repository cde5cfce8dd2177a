"""Which platform an export comes from. Always said, never silent."""

from collections.abc import Mapping

from surveytools.errors import ExportError
from surveytools.reading.alchemer import ALCHEMER
from surveytools.reading.eusurvey import EUSURVEY
from surveytools.reading.generic import GENERIC
from surveytools.reading.google import GOOGLE
from surveytools.reading.grid import Grid
from surveytools.reading.indico import INDICO
from surveytools.reading.indico_lists import PROGRAMME, REGISTRATIONS
from surveytools.reading.kobo import KOBO
from surveytools.reading.limesurvey import LIMESURVEY
from surveytools.reading.msforms import MSFORMS
from surveytools.reading.odk import ODK
from surveytools.reading.platform import Certainty, Match, Platform
from surveytools.reading.qualtrics import QUALTRICS
from surveytools.reading.redcap import REDCAP
from surveytools.reading.sharepoint import SHAREPOINT
from surveytools.reading.spss import SPSS
from surveytools.reading.surveymonkey import SURVEYMONKEY

__all__ = ["PLATFORMS", "detect"]

PLATFORMS: Mapping[str, Platform] = {
    platform.name: platform
    for platform in (
        SPSS,
        INDICO,
        REGISTRATIONS,
        PROGRAMME,
        KOBO,
        ODK,
        REDCAP,
        LIMESURVEY,
        QUALTRICS,
        SURVEYMONKEY,
        ALCHEMER,
        MSFORMS,
        EUSURVEY,
        GOOGLE,
        SHAREPOINT,
        GENERIC,
    )
}
"""Platforms by name, in the order in which their signatures are tried."""


def detect(grid: Grid, *, platform: str | None = None) -> tuple[Platform, Match]:
    """Recognise the platform of an export.

    A certain signature counts, else a strong one, else a weak one; the generic reader
    is the last. Between two platforms of equal certainty a person has to decide.

    Parameters
    ----------
    grid
        The cells.
    platform
        Name of the platform if a person has decided.

    Raises
    ------
    ExportError
        If there is no platform of that name, or two platforms are equally likely.
    """
    if platform is not None:
        if platform not in PLATFORMS:
            problem = f"no platform {platform!r}"
            hint = f"choose one of {', '.join(PLATFORMS)}"
            raise ExportError(problem, grid.locate(), hint)
        return PLATFORMS[platform], Match(Certainty.CERTAIN, "named by a person")
    found = [(one, one.matches(grid)) for one in PLATFORMS.values()]
    matches = [(one, match) for one, match in found if match is not None]
    ranks = list(Certainty)
    best = min(matches, key=lambda pair: ranks.index(pair[1].certainty))
    rivals = [
        pair
        for pair in matches
        if pair[1].certainty is best[1].certainty and pair[0] is not GENERIC
    ]
    if len(rivals) > 1:
        raise _undecided(grid, rivals)
    return best


def _undecided(grid: Grid, rivals: list[tuple[Platform, Match]]) -> ExportError:
    """Say between which platforms a person has to decide, and what speaks for each."""
    found = "; ".join(f"{one.name}, since {match.reason}" for one, match in rivals)
    names = " or ".join(one.name for one, _ in rivals)
    problem = f"the export may come from several platforms: {found}"
    return ExportError(problem, grid.locate(), f"name one with --platform: {names}")
