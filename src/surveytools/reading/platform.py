"""What a platform is: a way to recognise its exports, and what their columns are.

A new platform is one room like `surveytools.reading.indico` and one line in
`surveytools.reading.detect`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from surveytools.reading.grid import Grid
from surveytools.reading.table import Question, Role

__all__ = ["WHY_BLANK", "Certainty", "Match", "Platform", "Shape"]

WHY_BLANK = (
    "a blank cell is a question that was left or never shown: the file can't tell"
)
"""What nearly all platforms don't tell, in words."""


class Certainty(StrEnum):
    """How sure a signature is."""

    CERTAIN = "certain"
    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Match:
    """A platform's signature was found.

    Attributes
    ----------
    certainty
        How sure it is.
    reason
        What was found, in words, without contents of cells.
    """

    certainty: Certainty
    reason: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What the columns and cells of an export mean.

    Attributes
    ----------
    roles
        Role of columns that hold no answers, by column number.
    separator
        What joins the options of a multiple-response cell, if the platform says.
    labels
        Pairs of lower-cased texts for yes and no that the platform writes.
    notes
        What the platform lost or doesn't tell, one sentence each.
    header_rows
        Number of header rows; the first one is `Grid.header`, the others are the
        first rows of `Grid.frame`, which then hold no responses.
    headers
        Header texts for people, by column number, where they are others than
        `Grid.header`: under several header rows the first one may be blank.
    questions
        What the file tells of the question over a column, by column number.
    set_aside
        Rows that hold no response, by their row numbers, and what they are, for
        example ``{"HXL tags": [2]}``.
    frame
        The cells under all header rows, where the platform's own escapes had to be
        decoded; else ``None``. Rows and columns as in `Grid.frame`.
    not_shown, skipped
        Cells of which the file tells that the question was not shown, or was shown
        and left: by column number, indexed by row number. Rows that are absent are
        taken as false.
    unanswered
        Cells whose text is the platform's mark that there is no answer, where the file
        doesn't tell whether the question was shown; as `not_shown`.
    partial, test
        Rows that the platform marks as not completed, as a test or preview; indexed
        by row number. ``None`` where it doesn't tell.
    """

    roles: Mapping[int, Role] = field(default_factory=dict)
    separator: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    header_rows: int = 1
    headers: Mapping[int, str] = field(default_factory=dict)
    questions: Mapping[int, Question] = field(default_factory=dict)
    set_aside: Mapping[str, Sequence[int]] = field(default_factory=dict)
    frame: pd.DataFrame | None = None
    not_shown: Mapping[int, "pd.Series[bool]"] = field(default_factory=dict)
    skipped: Mapping[int, "pd.Series[bool]"] = field(default_factory=dict)
    unanswered: Mapping[int, "pd.Series[bool]"] = field(default_factory=dict)
    partial: "pd.Series[bool] | None" = None
    test: "pd.Series[bool] | None" = None


@dataclass(frozen=True, slots=True)
class Platform:
    """A survey platform.

    Attributes
    ----------
    name
        Name in commands, for example ``indico``.
    title
        Name on paper, for example ``Indico survey``.
    matches
        Looks for the platform's signature; ``None`` where there is none.
    shape
        Says what the columns are. Raises `ExportError` where a person named the
        platform and the export can't be one of its.
    """

    name: str
    title: str
    matches: Callable[[Grid], Match | None]
    shape: Callable[[Grid], Shape]
