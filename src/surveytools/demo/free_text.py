"""What respondents write in their own words, and what the named ones are called."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from surveytools.demo import draws

__all__ = ["address", "invented_names", "missing_today", "texts", "use_case"]

_SERVICE = re.compile(r"\{([A-Z_]+)\}")


@cache
def texts() -> dict[str, Any]:
    """Read the words of the demo study."""
    path = files("surveytools.demo") / "texts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def use_case(rng: np.random.Generator, area: str, language: str) -> str:
    """Describe a use case (Q08) in the area of Q07 that was named first."""
    descriptions: list[str] = texts()[f"use_case_{language}"][area]
    return draws.one_of(rng, descriptions)


def missing_today(rng: np.random.Generator, language: str, alias: float) -> str:
    """Say what is missing (Q34).

    ``alias`` is the share of service names that are written by an alias or misspelt.
    """
    return _SERVICE.sub(
        lambda found: _service_name(rng, found[1], alias),
        draws.one_of(rng, texts()[f"missing_{language}"]),
    )


def _service_name(rng: np.random.Generator, service: str, alias: float) -> str:
    """Name a service as people write it."""
    words = texts()["services"][service]
    name: str = words["name"]
    return draws.one_of(rng, words["aliases"]) if draws.happens(rng, alias) else name


def invented_names(rng: np.random.Generator, size: int) -> list[str]:
    """Draw different full names; none belongs to anybody."""
    given, family = texts()["given"], texts()["family"]
    return draws.sample(rng, [f"{a} {b}" for a in given for b in family], size)


def address(name: str) -> str:
    """E-mail address of an invented person, in the domain kept for examples."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@example.org"
