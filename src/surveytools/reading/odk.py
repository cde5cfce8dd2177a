"""Submissions of ODK Central, as CSV.

References
----------
.. [1] getodk/central-backend, ``lib/data/briefcase.js`` and its tests.
"""

import re
from collections.abc import Iterator, Mapping

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid, listed
from surveytools.reading.platform import WHY_BLANK, Certainty, Match, Platform, Shape
from surveytools.reading.selects import selects_of
from surveytools.reading.table import Role

__all__ = ["ODK"]

_OWN: Mapping[str, Role] = {
    "SubmissionDate": Role.SUBMITTED,
    "start": Role.STARTED,
    **dict.fromkeys(
        (
            "SubmitterID",
            "SubmitterName",
            "DeviceID",
            "deviceid",
            "username",
            "phonenumber",
            "email",
        ),
        Role.IDENTITY,
    ),
    **dict.fromkeys(
        (
            "meta-instanceID",
            "meta-instanceName",
            "instanceID",
            "instanceName",
            "KEY",
            "PARENT_KEY",
            "AttachmentsPresent",
            "AttachmentsExpected",
            "Status",
            "ReviewState",
            "Edits",
            "FormVersion",
            "end",
            "today",
        ),
        Role.METADATA,
    ),
}
_PLACE = re.compile(r"(?P<name>.+)-(?:Latitude|Longitude|Altitude|Accuracy)")
_LOCKED = ("not decrypted", "missing encrypted form data")


def _matches(grid: Grid) -> Match | None:
    titles = set(grid.titles())
    if {"SubmissionDate", "KEY", "SubmitterName"} <= titles:
        reason = "there are columns 'SubmissionDate', 'KEY' and 'SubmitterName'"
        return Match(Certainty.CERTAIN, reason)
    if {"PARENT_KEY", "KEY"} <= titles:
        return Match(Certainty.STRONG, "there are columns 'PARENT_KEY' and 'KEY'")
    if grid.titles()[0] == "SubmissionDate" and "KEY" in titles:
        reason = "the first header is 'SubmissionDate', and there is 'KEY'"
        return Match(Certainty.STRONG, reason)
    return None


def _shape(grid: Grid) -> Shape:
    if "KEY" not in grid.titles():
        problem = "there is no column 'KEY', which ODK Central writes"
        raise ExportError(problem, grid.locate(), "choose another platform")
    header = grid.header
    roles = {n: _OWN[text] for n, text in header.items() if text in _OWN}
    places = _places(grid)
    roles |= dict.fromkeys(places, Role.IDENTITY)
    locked = _locked(grid)
    frame = grid.frame.drop(index=locked)
    found = selects_of(frame, header, [n for n in header if n not in roles])
    roles |= dict.fromkeys(found.summaries, Role.METADATA)
    return Shape(
        roles=roles,
        notes=(*found.notes, *_notes(grid, places)),
        questions=found.questions,
        set_aside={"submissions not decrypted": locked} if locked else {},
    )


def _places(grid: Grid) -> list[int]:
    """Columns of a place, where all four of them are there."""
    names: dict[str, list[int]] = {}
    for n, text in grid.header.items():
        if (match := _PLACE.fullmatch(text)) is not None:
            names.setdefault(match["name"], []).append(n)
    return [n for found in names.values() if len(found) == 4 for n in found]  # noqa: PLR2004


def _column(grid: Grid, title: str) -> int | None:
    return next((n for n, text in grid.header.items() if text == title), None)


def _locked(grid: Grid) -> list[int]:
    """Rows whose answers are encrypted, and so not in the file."""
    status = _column(grid, "Status")
    if status is None:
        return []
    rows = grid.frame.index[grid.frame[status].isin(_LOCKED)]
    return [int(row) for row in rows]


def _notes(grid: Grid, places: list[int]) -> Iterator[str]:
    yield WHY_BLANK
    if places:
        yield f"column {listed(places)} says where somebody was: personal data"
    if "PARENT_KEY" in grid.titles():
        yield "this is a repeated group: a row isn't a respondent, 'PARENT_KEY' is"
    review = _column(grid, "ReviewState")
    if review is not None:
        rejected = int(grid.frame[review].eq("rejected").sum())
        if rejected:
            yield f"submissions that a reviewer rejected, kept here: {rejected}"


ODK = Platform("odk", "ODK Central", _matches, _shape)
