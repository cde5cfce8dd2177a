"""Exports of Indico surveys, CSV and XLSX.

References
----------
.. [1] indico/indico, ``indico/modules/events/surveys/util.py`` and
   ``indico/util/spreadsheets.py``, version 3.3.14.
"""

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid, listed
from surveytools.reading.platform import WHY_BLANK, Certainty, Match, Platform, Shape
from surveytools.reading.table import Role

__all__ = ["INDICO", "LABELS", "LOST_IN_CSV"]

_META = ("Submitter", "Submitter Email", "Submission Date")
LABELS = (("yes", "no"), ("oui", "non"), ("ja", "nein"), ("sí", "no"))
"""What Indico writes for yes and no, in the language of the one who exports."""

LOST_IN_CSV = (
    "Indico's CSV has lost every = + - @ at the start of a cell (-5 became 5) and "
    "shows line breaks as four blanks: export XLSX where that matters"
)
"""What every CSV of Indico lacks, in words."""

_ZONE_CSV = "submission times are UTC"
_ZONE_XLSX = "submission times are in the event's time zone, which the file lacks"


def _matches(grid: Grid) -> Match | None:
    if _meta(grid) != _META:
        return None
    reason = f"the first three headers are {', '.join(map(repr, _META))}"
    return Match(Certainty.CERTAIN, reason)


def _shape(grid: Grid) -> Shape:
    if _meta(grid) != _META:
        problem = "the first three headers aren't those of an Indico survey"
        hint = f"they are {', '.join(map(repr, _META))}; choose another platform"
        raise ExportError(problem, grid.locate(), hint)
    # By position: a question may be titled 'Submission Date' as well.
    roles = {1: Role.IDENTITY, 2: Role.IDENTITY, 3: Role.SUBMITTED}
    is_csv = grid.source.kind == "CSV"
    notes = (LOST_IN_CSV, _ZONE_CSV) if is_csv else (_ZONE_XLSX,)
    if any(grid.frame[n].hasnans for n in grid.header if n not in roles):
        notes = (*notes, WHY_BLANK)
    dates = grid.frame[3]
    if unfinished := dates.index[dates.isna()].tolist():
        note = f"no submission date, so never submitted: row {listed(unfinished)}"
        notes = (*notes, note)
    return Shape(roles, separator="; ", labels=LABELS, notes=notes)


def _meta(grid: Grid) -> tuple[str, ...]:
    return tuple(grid.header.get(position, "") for position in (1, 2, 3))


INDICO = Platform("indico", "Indico survey", _matches, _shape)
