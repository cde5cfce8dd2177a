"""Departments: names, other spellings, and how small ones are merged."""

from pydantic import BaseModel, ConfigDict, Field

from surveytools.study.text import Text

__all__ = ["Ambiguous", "MergedUnits", "Unit", "Units"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Unit(_Entry):
    """One department or unit; ``aliases`` are other spellings that people type."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Text
    short: str | None = None
    sector: str | None = None
    aliases: tuple[str, ...] = ()


class Ambiguous(_Entry):
    """A spelling that could mean several units: it stays unresolved."""

    text: str
    reason: str


class MergedUnits(_Entry):
    """Small units that outputs name together."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Text
    short: str | None = None
    members: tuple[str, ...] = Field(min_length=2)


class Units(_Entry):
    """The file ``units.toml``.

    Attributes
    ----------
    units
        In the order in which outputs list them.
    merged
        Groups of small units, for reporting.
    ambiguous
        Spellings never to be mapped.
    group_suffixes
        Whether ``IT-PW-PI`` or ``be/op`` stands for the unit before the first
        hyphen or slash.
    """

    units: tuple[Unit, ...] = Field(min_length=1)
    merged: tuple[MergedUnits, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    group_suffixes: bool = True
