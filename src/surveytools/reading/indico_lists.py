"""Lists that Indico writes beside surveys: registrations, abstracts, contributions.

References
----------
.. [1] indico/indico, ``generate_spreadsheet_from_registrations``,
   ``generate_spreadsheet_from_abstracts`` and
   ``generate_spreadsheet_from_contributions``; registrations of version 3.3.14.
"""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid, listed
from surveytools.reading.indico import LABELS, LOST_IN_CSV
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Question, Role

__all__ = ["PROGRAMME", "REGISTRATIONS"]

_FIRST = ("ID", "Name")
_OF_REGISTRATIONS: Mapping[str, Role] = {
    "Registration date": Role.SUBMITTED,
    "Modification date": Role.METADATA,
    "Registration state": Role.COMPLETENESS,
    "Created by": Role.IDENTITY,
    "Price": Role.METADATA,
    "Checked in": Role.METADATA,
    "Check-in date": Role.METADATA,
    "Payment date": Role.METADATA,
    "Tags": Role.METADATA,
}
_PERSONS = ("Submitter", "Speakers", "Primary authors", "Co-Authors")
_OF_PROGRAMME: Mapping[str, Role] = {
    **{
        f"{who}{what}": Role.IDENTITY
        for who in _PERSONS
        for what in ("", " (affiliation)", " (email)")
    },
    "Presenters": Role.IDENTITY,
    "Authors": Role.IDENTITY,
    "Submission date": Role.SUBMITTED,
    "Modification date": Role.METADATA,
}
_CONTRIBUTIONS = (
    "Title",
    "Description",
    "Date",
    "Duration",
    "Type",
    "Session",
    "Track",
)
_ABSTRACTS = ("State", "Submitter", "Submitted for tracks", "Submission date")
_LOCAL_MEAN_TIME = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[+-]\d\d:(?!00|15|30|45)\d\d"
_PLACES = re.compile(r" \(\+\d+\)(?=$|; )")
_STAY = re.compile(r"(?P<text>.+) \((?P<part>Arrival|Departure)\)", re.DOTALL)


def _is_registrations(grid: Grid) -> Match | None:
    if tuple(grid.titles()[:2]) != _FIRST:
        return None
    own = [text for text in grid.titles()[2:] if text in _OF_REGISTRATIONS]
    if not own:
        return None
    reason = f"the first two headers are 'ID', 'Name', and there is {own[0]!r}"
    return Match(Certainty.CERTAIN, reason)


def _shape_of_registrations(grid: Grid) -> Shape:
    if tuple(grid.titles()[:2]) != _FIRST:
        problem = "the first two headers aren't those of Indico's registrations"
        hint = "they are 'ID', 'Name'; choose another platform"
        raise ExportError(problem, grid.locate(), hint)
    roles = {1: Role.METADATA, 2: Role.IDENTITY}
    # The last column of a name is Indico's: a field of the form may be called Price.
    own = {text: n for n, text in grid.header.items() if text in _OF_REGISTRATIONS}
    roles |= {n: _OF_REGISTRATIONS[text] for text, n in own.items()}
    fields = [n for n in grid.header if n not in roles]
    frame, notes = _decoded(grid, fields)
    if "Registration state" in own or "Price" in own:
        notes = (*notes, "state and price are in the language of the one who exported")
    return Shape(
        roles=roles,
        separator="; ",
        labels=(*LABELS, ("true", "false")),
        notes=(*_format_notes(grid), *notes),
        questions=dict(_stays(grid, fields)),
        frame=frame,
    )


def _decoded(
    grid: Grid, fields: list[int]
) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Take off wrong offsets of dates and the number of places behind options."""
    frame = grid.frame.copy()
    dates, places = [], 0
    for n in fields:
        texts = grid.texts(n)
        if len(texts) and texts.str.fullmatch(_LOCAL_MEAN_TIME).all():
            dates.append(n)
            frame[n] = frame[n].str.slice(0, len("2026-12-03 00:00:00"))
        elif (several := texts.str.contains(_PLACES)).any():
            places += int(several.sum())
            frame[n] = frame[n].str.replace(_PLACES, "", regex=True)
    notes = []
    if dates:
        notes.append(
            f"dates in column {listed(dates)} are local: their offset, of local mean "
            "time before time zones, is an error of Indico and left out"
        )
    if places:
        notes.append(
            f"cells with options of several places, as in 'option (+1)': {places}; the "
            "number of places is left out"
        )
    return (frame if notes else None), tuple(notes)


def _stays(grid: Grid, fields: list[int]) -> Iterator[tuple[int, Question]]:
    """Tell days of arrival and departure from the accommodation that they belong to."""
    titles = {grid.header[n] for n in fields}
    for n in fields:
        match = _STAY.fullmatch(grid.header[n])
        if match is not None and match["text"] in titles:
            yield n, Question(match["text"], match["part"], match["text"])


def _is_programme(grid: Grid) -> Match | None:
    titles = grid.titles()
    if titles[0] not in {"Id", "ID"} or "Title" not in titles[:2]:
        return None
    if titles[1:8] == _CONTRIBUTIONS:
        reason = f"the first headers are {titles[0]!r} and those of contributions"
        return Match(Certainty.CERTAIN, reason)
    own = [text for text in titles if text in _ABSTRACTS]
    if titles[0] == "Id" and own:
        reason = f"the first headers are 'Id', 'Title', and there is {own[0]!r}"
        return Match(Certainty.STRONG, reason)
    return None


def _shape_of_programme(grid: Grid) -> Shape:
    roles = {1: Role.METADATA}
    roles |= {
        n: _OF_PROGRAMME[text]
        for n, text in grid.header.items()
        if text in _OF_PROGRAMME
    }
    separator = ", " if grid.titles()[1:8] == _CONTRIBUTIONS else "; "
    return Shape(roles, separator=separator, labels=LABELS, notes=_format_notes(grid))


def _format_notes(grid: Grid) -> tuple[str, ...]:
    return (LOST_IN_CSV,) if grid.source.kind == "CSV" else ()


REGISTRATIONS = Platform(
    "indico-registrations",
    "Indico registrations",
    _is_registrations,
    _shape_of_registrations,
)
PROGRAMME = Platform(
    "indico-programme",
    "Indico abstracts and contributions",
    _is_programme,
    _shape_of_programme,
)
