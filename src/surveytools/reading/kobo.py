"""Exports of KoboToolbox, CSV and workbooks, with names or labels as headers.

References
----------
.. [1] kobotoolbox/formpack, ``src/formpack/reporting/export.py``.
"""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid, listed
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.selects import selects_of
from surveytools.reading.table import Role

__all__ = ["KOBO"]

_OWN: Mapping[str, Role] = {
    "_submission_time": Role.SUBMITTED,
    "start": Role.STARTED,
    "_submitted_by": Role.IDENTITY,
    "username": Role.IDENTITY,
    "deviceid": Role.IDENTITY,
    "phonenumber": Role.IDENTITY,
    "simserial": Role.IDENTITY,
    "subscriberid": Role.IDENTITY,
    **dict.fromkeys(
        (
            "_id",
            "_uuid",
            "_validation_status",
            "_notes",
            "_status",
            "__version__",
            "_tags",
            "_index",
            "_parent_table_name",
            "_parent_index",
            "end",
            "today",
            "meta/instanceID",
            "meta/rootUuid",
            "formhub/uuid",
        ),
        Role.METADATA,
    ),
}
_OF_PARENT = "_submission_"
_PLACE = re.compile(
    r"(?P<before>(?:.*/)?)_(?P<name>.+)_(?:latitude|longitude|altitude|precision)"
)
_TRUNCATED = "<WARNING: Truncated to Excel limit"
_TAG = "#"


def _matches(grid: Grid) -> Match | None:
    titles = set(grid.titles())
    if {"_uuid", "_submission_time"} <= titles:
        reason = "there are columns '_uuid' and '_submission_time'"
        return Match(Certainty.CERTAIN, reason)
    if {"_parent_table_name", "_parent_index"} <= titles:
        return Match(Certainty.STRONG, "there is a column '_parent_table_name'")
    return None


def _shape(grid: Grid) -> Shape:
    titles = set(grid.titles())
    if not titles & {"_uuid", "_submission_time", "_parent_table_name", "_index"}:
        problem = "none of KoboToolbox's own columns is there"
        hint = "they are '_uuid', '_submission_time'…; choose another platform"
        raise ExportError(problem, grid.locate(), hint)
    tags = _tag_rows(grid)
    frame = grid.frame.drop(index=tags)
    roles = _roles(grid)
    answers = [n for n in grid.header if n not in roles]
    found = selects_of(frame, grid.header, answers)
    roles |= dict.fromkeys(found.summaries, Role.METADATA)
    return Shape(
        roles=roles,
        notes=(*found.notes, *_notes(grid, frame, roles)),
        questions=found.questions,
        set_aside={"HXL tags": tags} if tags else {},
    )


def _tag_rows(grid: Grid) -> list[int]:
    """Rows right under the header in which every cell that isn't blank is a tag."""
    tags = []
    for row, cells in grid.frame.head(5).iterrows():
        texts = cells.dropna()
        if not texts.str.startswith(_TAG).all():
            break
        tags.append(int(str(row)))
    return tags


def _roles(grid: Grid) -> dict[int, Role]:
    header = grid.header
    titles = set(header.values())
    roles = {n: _OWN[text] for n, text in header.items() if text in _OWN}
    places: set[str] = set()
    for n, text in header.items():
        place = _PLACE.fullmatch(text)
        if text.startswith(_OF_PARENT) and text not in _OWN:
            roles[n] = Role.METADATA
        elif place is not None and f"{place['before']}{place['name']}" in titles:
            roles[n] = Role.IDENTITY
            places.add(f"{place['before']}{place['name']}")
        elif text.endswith("_URL") and text.removesuffix("_URL") in titles:
            roles[n] = Role.METADATA
    roles |= {n: Role.IDENTITY for n, text in header.items() if text in places}
    return roles


def _notes(grid: Grid, frame: pd.DataFrame, roles: Mapping[int, Role]) -> Iterator[str]:
    yield (
        "a blank cell is a question that was left or never shown; only 0 in the column "
        "of an option says that it was shown and not ticked"
    )
    places = [
        n
        for n, role in roles.items()
        if role is Role.IDENTITY and grid.header[n] not in _OWN
    ]
    if places:
        yield f"column {listed(sorted(places))} says where somebody was: personal data"
    if "_parent_index" in grid.header.values():
        yield "this is a repeated group: a row isn't a respondent, '_parent_index' is"
    cut = sum(int(frame[n].str.startswith(_TRUNCATED).sum()) for n in grid.header)
    if cut:
        yield f"cells that Kobo cut off at 32,767 characters, and marks as such: {cut}"
    if any("stored result of a formula" in note for note in grid.source.notes):
        yield (
            "an answer that begins with = is a formula in Kobo's workbooks, and shows "
            "as 0: export CSV where that matters"
        )


KOBO = Platform("kobo", "KoboToolbox", _matches, _shape)
