"""Numbers as people write them; what could mean two numbers stays text."""

import re
from collections.abc import Iterable

from surveytools.cleaning.matching import normalise

__all__ = ["plain_number"]

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_FORMS = (
    # form, what sets off thousands, decimal mark
    (_PLAIN, "", "."),
    (re.compile(r"[+-]?\d{1,3}(?:[ ']\d{3})+(?:\.\d+)?"), " '", "."),
    (re.compile(r"[+-]?\d{1,3}(?:[ ']\d{3})+,\d+"), " '", ","),
    (re.compile(r"[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?"), ",", "."),
    (re.compile(r"[+-]?\d{1,3},\d{3}\.\d+"), ",", "."),
    (re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?"), ".", ","),
    (re.compile(r"[+-]?\d{1,3}\.\d{3},\d+"), ".", ","),
    (re.compile(r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+)"), "", ","),
)


def plain_number(text: str, *, suffixes: Iterable[str] = ()) -> str | None:
    """Give a number as Python writes it, or ``None`` where it isn't certain.

    Thousands may be set off by blanks or apostrophes; a comma is a decimal comma
    where it can't set off thousands. ``1,000`` could be one or a thousand and
    ``~100``, ``2-3`` and ``1k`` aren't numbers: all of them are left to a person.

    Parameters
    ----------
    text
        Text of the cell.
    suffixes
        Units that may stand behind the number, for example ``h``.

    Examples
    --------
    >>> plain_number("1 000"), plain_number("100h", suffixes=["h"])
    ('1000', '100')
    >>> plain_number("1,000") is None
    True
    """
    if _PLAIN.fullmatch(text):
        return text.removeprefix("+")  # nearly every cell: no need to look further
    key = normalise(text)
    for suffix in sorted((normalise(s) for s in suffixes), key=len, reverse=True):
        if suffix and key.endswith(suffix):
            key = key.removesuffix(suffix).rstrip()
            break
    for form, thousands, point in _FORMS:
        if form.fullmatch(key):
            plain = key.translate(str.maketrans("", "", thousands))
            return plain.replace(point, ".").removeprefix("+")
    return None
