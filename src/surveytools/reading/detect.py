"""Which platform an export comes from. Always said, never silent."""

from collections.abc import Mapping

from surveytools.errors import ExportError
from surveytools.reading.generic import GENERIC
from surveytools.reading.google import GOOGLE
from surveytools.reading.grid import Grid
from surveytools.reading.headers import refuse_several_header_rows
from surveytools.reading.indico import INDICO
from surveytools.reading.platform import Certainty, Match, Platform
from surveytools.reading.sharepoint import SHAREPOINT

__all__ = ["PLATFORMS", "detect"]

PLATFORMS: Mapping[str, Platform] = {
    platform.name: platform
    for platform in (
        INDICO,
        GOOGLE,
        SHAREPOINT,
        GENERIC,
    )
}
"""Platforms by name, in the order in which their signatures are tried."""


def detect(grid: Grid, *, platform: str | None = None) -> tuple[Platform, Match]:
    """Recognise the platform of an export.

    The first certain signature counts, then the first strong one, then the first weak
    one; the generic reader is the last.

    Parameters
    ----------
    grid
        The cells.
    platform
        Name of the platform if a person has decided.

    Raises
    ------
    ExportError
        If there is no platform of that name, or the export has several header rows.
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
    if best[0] is GENERIC:
        refuse_several_header_rows(grid)
    return best
