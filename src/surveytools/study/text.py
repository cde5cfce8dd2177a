"""Texts that a codebook or catalogue gives in one or several languages."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

__all__ = ["Text", "fold", "in_language", "texts_of"]


def _no_empty(value: str | dict[str, str]) -> str | dict[str, str]:
    texts = [value] if isinstance(value, str) else list(value.values())
    if not texts or any(not text.strip() for text in texts):
        msg = "a text is empty"
        raise ValueError(msg)
    return value


Text = Annotated[str | dict[str, str], AfterValidator(_no_empty)]
"""``"Department"``, or ``{en = "Department", fr = "Département"}``."""


def in_language(text: str | Mapping[str, str], language: str) -> str:
    """Give a text in a language; without one, the first that it has."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()))


def texts_of(text: str | Mapping[str, str]) -> tuple[str, ...]:
    """List a text in all the languages that it has."""
    return (text,) if isinstance(text, str) else tuple(text.values())


def fold(text: str) -> str:
    """Bring a spelling into the form in which spellings are compared.

    Compatibility forms are unified (NFKC), blanks of any kind collapsed to one, case
    folded.
    """
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
