"""The crosswalk: which questions and answers of two waves are one and the same."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Crosswalk", "SameItem"]

Codes = dict[str, str]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SameItem(_Entry):
    """One item through the waves.

    Attributes
    ----------
    code
        Its code in the last wave, and in joined tables.
    waves
        Its code in a wave where that was another one, by the wave's name.
    comparable
        Why its answers compare although question or choices changed; without it, an
        item whose meaning may have changed isn't joined.
    choices, rows
        Codes of choices (of rows of a matrix) of a wave, and those of the last wave
        that they stand for, by the wave's name.
    """

    code: str
    waves: Codes = {}
    comparable: str | None = Field(default=None, min_length=1)
    choices: dict[str, Codes] = {}
    rows: dict[str, Codes] = {}


class Crosswalk(_Entry):
    """The file ``crosswalk.toml``.

    Attributes
    ----------
    items
        What the codebooks of the waves don't tell by themselves.
    units
        Departments of a wave that were renamed or merged since, and what they are in
        the last wave, by the wave's name.
    """

    items: tuple[SameItem, ...] = ()
    units: dict[str, Codes] = {}

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [item.code for item in self.items]
        repeated = sorted({code for code in codes if codes.count(code) > 1})
        if repeated:
            msg = f"found {', '.join(map(repr, repeated))} twice; give each item once"
            raise ValueError(msg)
        return self

    def item(self, code: str) -> SameItem:
        """Give what is said of an item: nothing, if it isn't named."""
        for entry in self.items:
            if entry.code == code:
                return entry
        return SameItem(code=code)
