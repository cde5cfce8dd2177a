"""Codes for items and choices, made from labels."""

import unicodedata
from collections.abc import Iterable

__all__ = ["slug"]

_CODE_LENGTH = 24
_SPELT = {
    "+": "plus",
    "#": "sharp",
    "&": " and ",
    "%": " percent ",
    "<": " lt ",
    ">": " gt ",
}


def slug(label: str, taken: Iterable[str]) -> str:
    """Make a code from a label, other than those taken."""
    text = label.casefold()
    for mark, word in _SPELT.items():
        text = text.replace(mark, word)
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in _plain(text))
    code = ""
    for word in words.split():
        longer = f"{code}_{word}" if code else word[:_CODE_LENGTH]
        if len(longer) > _CODE_LENGTH:
            break
        code = longer
    code = code or "c"
    used = set(taken)
    number = 2
    unique = code
    while unique in used:
        unique = f"{code}_{number}"
        number += 1
    return unique


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
