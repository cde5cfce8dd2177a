"""A codebook as plain values for JSON, and back; nothing is lost on the way."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from surveytools.cleaning.codebook import (
    Choice,
    Codebook,
    Derivation,
    Ignored,
    Item,
    Kind,
    Missing,
    Pseudonym,
)

__all__ = ["codebook_from_plain", "codebook_to_plain"]


def codebook_to_plain(codebook: Codebook) -> dict[str, Any]:
    """Give a codebook as dictionaries, lists, texts and numbers."""
    return asdict(codebook)


def codebook_from_plain(plain: Mapping[str, Any]) -> Codebook:
    """Make the codebook that `codebook_to_plain` was given.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the values aren't those of a codebook.
    """
    return Codebook(
        plain["file"],
        tuple(_item(entry) for entry in plain["items"]),
        tuple(Ignored(**entry) for entry in plain["ignored"]),
        plain["language"],
        tuple(plain.get("personal", ())),
        tuple(_pseudonym(entry) for entry in plain.get("pseudonyms", ())),
    )


def _pseudonym(plain: Mapping[str, Any]) -> Pseudonym:
    return Pseudonym(plain["code"], plain["header"], tuple(plain["headers"]))


def _item(plain: Mapping[str, Any]) -> Item:
    how = plain["derivation"]
    changed = {
        "kind": Kind(plain["kind"]),
        "headers": tuple(plain["headers"]),
        "choices": tuple(_choice(entry) for entry in plain["choices"]),
        "rows": tuple(_choice(entry) for entry in plain["rows"]),
        "missing_texts": tuple(plain["missing_texts"]),
        "suffixes": tuple(plain["suffixes"]),
        "derivation": _derivation(how) if how is not None else None,
    }
    return Item(**{**plain, **changed})


def _choice(plain: Mapping[str, Any]) -> Choice:
    missing = plain["missing"]
    changed = {
        "aliases": tuple(plain["aliases"]),
        "missing": Missing(missing) if missing is not None else None,
    }
    return Choice(**{**plain, **changed})


def _derivation(plain: Mapping[str, Any]) -> Derivation:
    groups = {code: tuple(codes) for code, codes in plain["groups"].items()}
    return Derivation(**{**plain, "groups": groups})
