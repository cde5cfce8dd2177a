"""Services: what is offered, by whom, since when, and how people spell it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from surveytools.study.text import Text
from surveytools.study.units import Ambiguous

__all__ = ["Catalogue", "Service"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(_Entry):
    """One service.

    Attributes
    ----------
    code, label, short
        Name in code, name on paper, and a short name for axes.
    owner
        Group that runs it.
    scope
        Offered by the laboratory, or from outside.
    since
        First year in which it could be used, if known.
    aliases
        Other spellings that people type.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Text
    short: str | None = None
    owner: str | None = None
    scope: Literal["internal", "external"] = "internal"
    since: int | None = None
    aliases: tuple[str, ...] = ()


class Catalogue(_Entry):
    """The file ``services.toml``: the services in the order of outputs."""

    services: tuple[Service, ...] = Field(min_length=1)
    ambiguous: tuple[Ambiguous, ...] = ()
