"""Columns that hold personal data, told by their cells."""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from surveytools.reading.grid import Grid, listed

__all__ = ["addresses_inside", "personal_kind"]

_SAMPLE = 500
_TOO_FEW = 20
_MOST = 0.8
_HALF = 0.5
_SEVERAL = 5
_SCANNED = 100_000

_EMAIL = re.compile(r"(?:[^@<>]*<)?[^@\s<>,;]+@[^@\s<>,;]+\.[A-Za-z]{2,}>?")
_INSIDE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_ADDRESS_LIKE = re.compile(r"[0-9A-Fa-f.:%]{2,}")
_ORCID = re.compile(r"(?:https?://orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_UUID = re.compile(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
_PHONE_LIKE = re.compile(r"[+\d(][\d ()./-]{7,}")
_PHONE = re.compile(r"(?:\+|00?)[1-9(][\d ()./-]{5,}\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_DIGITS = range(9, 16)
_DIGIT, _LETTER = re.compile(r"\d"), re.compile("[A-Za-z]")
_KEY_LIKE = re.compile(r"[A-Za-z0-9_-]{10,64}")
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,19}")
_WORD = r"[^\W\d_][\w'\u2019.-]*"
_PERSON = re.compile(rf"{_WORD}(?: {_WORD}){{1,3}}")

_ASKS_LOGIN = re.compile(
    r"\b(?:login|log-in|username|user name|account|compte|identifiant|"
    r"benutzername|nutzername|benutzerkonto|anmeldename|usuario|cuenta)\b"
)
_ASKS_NAME = re.compile(
    r"\b(?:name|first name|last name|surname|nom|prénom|vorname|nachname|"
    r"nombre|apellidos?)\b"
)
_OF_SOMETHING = re.compile(
    r"\b(?:of|de|du|des|la|le|der|del|service|project|projet|projekt|proyecto|tool|"
    r"outil|software|package|group|groupe|team|institut\w*|experiment|file)\b"
)


def personal_kind(header: str, column: pd.Series) -> str | None:
    """Say what personal data a column holds, judged by its cells.

    Most cells of the column must be of the kind: an answer in which somebody happens
    to give an address doesn't make the question one for addresses. Logins and names
    look like any other words, so that the header must ask for them, too.

    Parameters
    ----------
    header
        Header of the column.
    column
        Its cells; blank is missing.

    Returns
    -------
    str or None
        ``e-mail addresses``, ``IP addresses``, ``phone numbers``, ``ORCID iDs``,
        ``tokens``, ``logins`` or ``names of people``.
    """
    sample = _stripped(column.head(_SAMPLE))
    if len(sample) < _TOO_FEW:
        sample = _stripped(column)
    if not sample:
        return None
    asked = " ".join(header.split()).casefold()
    for kind, holds in _KINDS.items():
        if holds(asked, sample) and holds(asked, _stripped(column)):
            return kind
    return None


def _stripped(column: pd.Series) -> list[str]:
    # A plain list: with few cells, each step over a Series costs more than all cells.
    return [text.strip() for text in column.tolist() if isinstance(text, str)]


def addresses_inside(grid: Grid, columns: list[int]) -> Iterator[str]:
    """Say in which columns answers mention an e-mail address, for a person to look."""
    found = {}
    for n in columns:
        texts = grid.frame[n].head(_SCANNED).tolist()
        cells = sum(
            isinstance(text, str) and "@" in text and _INSIDE.search(text) is not None
            for text in texts
        )
        if cells:
            found[n] = cells
    if found:
        more = "at least " if len(grid.frame) > _SCANNED else ""
        yield (
            f"answers in column {listed(list(found))} mention e-mail addresses (cells: "
            f"{more}{sum(found.values())}): look at them before passing texts on"
        )


def _share(texts: list[str], holds: Callable[[str], object]) -> float:
    return sum(bool(holds(text)) for text in texts) / len(texts)


def _emails(_: str, texts: list[str]) -> bool:
    return _share(texts, _EMAIL.fullmatch) >= _HALF


def _ips(_: str, texts: list[str]) -> bool:
    likely = _share(texts, _ADDRESS_LIKE.fullmatch) >= _MOST
    return likely and _share(texts, _is_ip) >= _MOST


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "." in text or ":" in text


def _phones(_: str, texts: list[str]) -> bool:
    likely = _share(texts, _PHONE_LIKE.fullmatch) >= _MOST
    return likely and _share(texts, _is_phone) >= _MOST


def _is_phone(text: str) -> bool:
    digits = sum(c.isdecimal() for c in text)
    known = _PHONE.fullmatch(text) is not None and digits in _DIGITS
    return known and (
        text[0] == "+" or _NUMBER.fullmatch(text) is None or text[:2] == "00"
    )


def _orcids(_: str, texts: list[str]) -> bool:
    return _share(texts, _ORCID.fullmatch) >= _HALF


def _tokens(_: str, texts: list[str]) -> bool:
    """Tell texts that no two rows share, as long as each other, of letters and digits.

    Words, however rare, differ in length and hold few digits.
    """
    if _differ(texts) < 1:
        return False
    if _share(texts, _UUID.fullmatch) >= _MOST:
        return True
    if len(texts) < _SEVERAL or _share(texts, _KEY_LIKE.fullmatch) < 1:
        return False
    alike = max(Counter(map(len, texts)).values())
    starts = _differ([text[:4] for text in texts])
    return (
        alike >= _MOST * len(texts)
        and _share(texts, _is_mixed) >= _MOST
        and starts >= _HALF
    )


def _differ(texts: list[str]) -> float:
    return len(set(texts)) / len(texts)


def _is_mixed(text: str) -> bool:
    return _DIGIT.search(text) is not None and _LETTER.search(text) is not None


def _logins(asked: str, texts: list[str]) -> bool:
    if _ASKS_LOGIN.search(asked) is None or len(texts) < _SEVERAL:
        return False
    return _share(texts, _LOGIN.fullmatch) >= _MOST and _differ(texts) >= _MOST


def _people(asked: str, texts: list[str]) -> bool:
    if _ASKS_NAME.search(asked) is None or _OF_SOMETHING.search(asked) is not None:
        return False
    if len(texts) < _SEVERAL or _differ(texts) < _MOST:
        return False
    return _share(texts, _is_person) >= _MOST


def _is_person(text: str) -> bool:
    words = text.split(" ")
    known = _PERSON.fullmatch(text) is not None
    return known and words[0][:1].isupper() and words[-1][:1].isupper()


_KINDS: Mapping[str, Callable[[str, list[str]], bool]] = {
    "e-mail addresses": _emails,
    "IP addresses": _ips,
    "ORCID iDs": _orcids,
    "phone numbers": _phones,
    "tokens": _tokens,
    "logins": _logins,
    "names of people": _people,
}
