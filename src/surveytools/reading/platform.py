"""What a platform is: a way to recognise its exports, and what their columns are.

A new platform is one room like `surveytools.reading.indico` and one line in
`surveytools.reading.detect`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from surveytools.reading.grid import Grid
from surveytools.reading.table import Role

__all__ = ["Certainty", "Match", "Platform", "Shape"]


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
    """

    roles: Mapping[int, Role] = field(default_factory=dict)
    separator: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


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
