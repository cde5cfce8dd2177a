"""Taking out of a text what points at a person: addresses, numbers, names, logins."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import permutations

__all__ = ["Mask"]

_AT = r"(?:\s?[\[({<]\s?(?:at|arobase)\s?[\])}>]\s?)"
_DOT = r"(?:\.|\s?[\[({<]\s?(?:dot|point)\s?[\])}>]\s?|\s(?:dot|point)\s)"
_WORD = r"(?<![\w+'-])[\w+'-]+"
_EMAIL = re.compile(
    rf"{_WORD}(?:\.[\w+'-]+){{0,6}}(?:@|{_AT})[\w-]+(?:{_DOT}[\w-]+){{0,6}}"
    rf"|{_WORD}(?:{_DOT}[\w+'-]+){{0,6}}\s(?:at|arobase)\s[\w-]+(?:\s(?:dot|point)\s[\w-]+){{1,6}}"
    rf"|{_WORD}(?:\.[\w+'-]+){{1,6}}\s(?:at|arobase)\s[\w-]+(?:\.[\w-]+){{1,6}}",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,14}(?!\w|\.\d)")
# Within a house numbers are short, and only the word before tells them from others.
_SHORT_PHONE = re.compile(
    r"\b((?:tel|tél|phone|telephone|téléphone|call|ext|mobile|natel|poste)"
    r"\W{1,3})\d(?:[ .\-]?\d){4,5}(?!\w|\.\d)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"
    r"|(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])",
    re.IGNORECASE,
)
_APART = r"['\N{RIGHT SINGLE QUOTATION MARK}-]"
_NAME = re.compile(rf"[^\W\d_]+(?:{_APART}[^\W\d_]+)*")
_LOGIN = re.compile(r"\w{3,}")
_INITIALS = re.compile(
    r"(?:\b[^\W\d_]\.[ -]?){1,3}(?=\[name\])|(?<=\[name\]) [^\W\d_]\."
)
_SIGNS = str.maketrans(
    {"\N{FULLWIDTH COMMERCIAL AT}": "@", "\N{SMALL COMMERCIAL AT}": "@"}
)
_LETTERS = str.maketrans("øłđı", "oldi") | {ord("æ"): "ae", ord("œ"): "oe"}
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}  # as telegraphs had them
)
_SHORTEST = 3  # letters; shorter pieces of a name stand in any text
_LONG = 6  # letters; a name of so many is rarely a word, if written small
_LOGIN_LETTERS = 4


class Mask:
    """Replaces what points at a person by what it was, in brackets.

    Parameters
    ----------
    people
        Names, e-mail addresses and logins, a text each.
    """

    def __init__(self, people: Iterable[str]) -> None:
        names: set[str] = set()
        logins: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for person in people:
            own = unicodedata.normalize("NFC", person).split("@")[0].strip()
            pieces = _NAME.findall(own)
            names.update(form for piece in pieces for form in _forms(piece))
            for one, other in permutations(pieces, 2):
                pairs.update((a, b) for a in _spelt(one) for b in _spelt(other))
            if " " not in own:
                logins.update(_logins(own))
        self._names = frozenset(names)
        self._logins = frozenset(logins)
        self._pairs = frozenset(pairs)

    def __call__(self, text: str) -> str:
        """Mask a text."""
        text = unicodedata.normalize("NFC", text).translate(_SIGNS)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
        text = _EMAIL.sub("[e-mail]", text)
        text = _ADDRESS.sub("[address]", text)
        text = _PHONE.sub("[number]", text)
        text = _SHORT_PHONE.sub(r"\1[number]", text)
        text = self._full_names(text)
        text = _LOGIN.sub(self._login, text)
        text = _NAME.sub(self._name, text)
        text = _INITIALS.sub("", text)
        return re.sub(r"\[name\](?:[ .,_-]+\[name\])+", "[name]", text)

    def _full_names(self, text: str) -> str:
        """Mask two names of one person side by side, however they are written."""
        words = list(_NAME.finditer(text))
        found = [False] * len(words)
        for at in range(len(words) - 1):
            one, other = words[at], words[at + 1]
            if (
                _beside(text, one, other)
                and (_fold(one[0]), _fold(_owner(other[0]))) in self._pairs
            ):
                found[at] = found[at + 1] = True
        for word, masked in reversed(list(zip(words, found, strict=True))):
            if masked:
                text = f"{text[: word.start()]}[name]{text[word.end() :]}"
        return text

    def _login(self, match: re.Match[str]) -> str:
        return "[login]" if _fold(match[0]) in self._logins else match[0]

    def _name(self, match: re.Match[str]) -> str:
        word = match[0]
        parts = [word, *re.split(_APART, word)]
        # Short ones in small letters are left: "mark" and "will" are words, "Mark" may
        # be a person.
        told = any(
            (part[0].isupper() or len(part) >= _LONG) and _fold(part) in self._names
            for part in parts
        )
        return "[name]" if told else word


def _beside(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return text[one.end() : other.start()] in {" ", ", ", ",", ".", "_", "-"}


def _owner(word: str) -> str:
    return re.sub(rf"{_APART}s$", "", word)


def _forms(piece: str) -> Iterator[str]:
    """Give the ways in which a piece of a name may be written."""
    for part in (piece, *re.split(_APART, piece)):
        if len(part) >= _SHORTEST:
            yield from _spelt(part)
    if len(joined := re.sub(_APART, "", piece)) >= _SHORTEST:
        yield _fold(joined)


def _spelt(word: str) -> set[str]:
    return {_fold(word), _fold(word.casefold().translate(_SPELT))}


def _logins(word: str) -> Iterator[str]:
    """Give a word as a login, if it looks like one: small letters, or digits."""
    plain = _fold(word)
    digits = any(c.isdigit() for c in word)
    if (word == word.lower() and len(plain) >= _LOGIN_LETTERS) or (
        digits and len(plain) >= _SHORTEST
    ):
        yield plain


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return "".join(c for c in plain if not unicodedata.combining(c))
