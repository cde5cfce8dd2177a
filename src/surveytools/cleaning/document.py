"""Shape of a codebook file, before shared lists and base files are filled in."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from surveytools.cleaning.codebook import Kind, Missing
from surveytools.study.text import Text

__all__ = [
    "ChoiceEntry",
    "Choices",
    "Code",
    "CodedEntry",
    "DerivedEntry",
    "Document",
    "GroupEntry",
    "IgnoredEntry",
    "ItemEntry",
    "PseudonymEntry",
    "well_formed",
]

_CODE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def well_formed(code: str) -> bool:
    """Whether a text may be a code.

    Neighbouring underscores would confuse ``item__choice``, the names of columns.
    """
    return _CODE.fullmatch(code) is not None


def _code(value: str) -> str:
    if not well_formed(value):
        msg = f"found {value!r}; use lower-case letters and digits, single _ between"
        raise ValueError(msg)
    return value


def _item_code(value: str) -> str:
    if value[:1].isdigit():
        msg = f"found {value!r}; start it with a letter"
        raise ValueError(msg)
    return _code(value)


Code = Annotated[str, AfterValidator(_code)]
ItemCode = Annotated[str, AfterValidator(_item_code)]
Flag = Annotated[bool, Field(strict=True)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceEntry(_Entry):
    """A choice or a row; the keys are those of `surveytools.cleaning.Choice`."""

    code: Code
    label: Text
    short: str | None = None
    aliases: tuple[str, ...] = ()
    value: float | None = None
    missing: Missing | None = None
    write_in: Flag = False


Choices = str | tuple[str | ChoiceEntry, ...]
"""``"@units"``, ``"sat5"``, or a list of such names and of choices written out."""


class CodedEntry(_Entry):
    """An entry that a file based on another may change, by its code."""

    code: ItemCode


class ItemEntry(CodedEntry):
    """An item; in a file that is based on another, only what differs."""

    label: Text | None = None
    kind: Kind | None = None
    header: Text | None = None
    headers: tuple[str, ...] = ()
    occurrence: int = Field(default=1, ge=1)
    choices: Choices = ()
    rows: Choices = ()
    asked_if: str | None = None
    unit: str = "respondent"
    sensitive: Flag = False
    optional: Flag = False
    separator: str | None = Field(default=None, min_length=1)
    max_choices: int | None = Field(default=None, ge=1)
    missing_texts: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


class GroupEntry(_Entry):
    """A choice of a derived item, and the codes that it stands for."""

    label: Text | None = None
    short: str | None = None
    value: float | None = None
    of: tuple[str, ...] = Field(min_length=1)


class DerivedEntry(CodedEntry):
    """A derived item; `surveytools.cleaning.Derivation` says what each ``how`` is."""

    label: Text
    source: str | None = Field(default=None, alias="from")
    how: Literal[
        "regroup",
        "net",
        "selected",
        "first",
        "count",
        "midpoint",
        "condition",
        "where",
        "merge-units",
    ]
    groups: dict[Code, GroupEntry] = {}
    condition: str | None = None
    sensitive: Flag | None = None
    unit: str | None = None


class IgnoredEntry(_Entry):
    """Columns that are left out, and why."""

    header: str
    reason: str = Field(min_length=1)


class PseudonymEntry(CodedEntry):
    """A column of which a keyed pseudonym is kept."""

    header: str = Field(min_length=1)
    headers: tuple[str, ...] = ()


class Document(_Entry):
    """A codebook file."""

    title: str | None = None
    based_on: str | None = None
    drop: tuple[str, ...] = ()
    lists: dict[str, tuple[ChoiceEntry, ...]] = {}
    ignored: tuple[IgnoredEntry, ...] = ()
    personal: tuple[str, ...] = ()
    pseudonyms: tuple[PseudonymEntry, ...] = ()
    items: tuple[ItemEntry, ...] = ()
    derived: tuple[DerivedEntry, ...] = ()
