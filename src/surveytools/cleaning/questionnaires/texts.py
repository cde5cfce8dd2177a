"""Texts and names as questionnaire files have them, made fit for a codebook."""

import re
from collections.abc import Collection, Mapping
from html.parser import HTMLParser

from surveytools.cleaning.conditions import KEYWORDS

__all__ = ["code_for", "label_of", "one_line", "plain_text", "short_label"]

_LABEL_LENGTH = 40
_NO_CODE = re.compile(r"[^a-z0-9]+")
_APART = frozenset({"br", "div", "li", "p", "td", "th", "tr", "h1", "h2", "h3", "h4"})
_SILENT = frozenset({"script", "style", "head"})


class _Words(HTMLParser):
    """Collects the words of HTML, those of scripts left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.silent += tag in _SILENT
        self.words.append(" " * (tag in _APART))

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        self.words.append(" " * (tag in _APART))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def one_line(text: str) -> str:
    """Collapse blanks of any kind; lone surrogates, which no file can hold, go."""
    return " ".join(text.encode("utf-8", "ignore").decode().replace("\0", " ").split())


def plain_text(text: str) -> str:
    """Give the words of a text that may be HTML, on one line."""
    if "<" in text or "&" in text:
        words = _Words()
        words.feed(text)
        words.close()
        text = "".join(words.words)
    return one_line(text)


def label_of(texts: Mapping[str, str]) -> str | dict[str, str]:
    """Make one text of those in several languages, where all say the same."""
    filled = {language: text for language, text in texts.items() if text}
    if len(set(filled.values())) <= 1:
        return next(iter(filled.values()), "")
    return filled


def short_label(text: str) -> str:
    """Cut a question at a word, to make a label of it."""
    if len(text) <= _LABEL_LENGTH:
        return text
    return text[: _LABEL_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def code_for(name: str, taken: Collection[str], *, start: str = "") -> str:
    """Make a code of a name that a file has, other than those taken.

    Parameters
    ----------
    name
        For example ``Q_12``, ``SQ001`` or ``-9``.
    taken
        Codes that are in use.
    start
        Put before a name that doesn't begin with a letter.
    """
    words = [word for word in _NO_CODE.split(name.casefold()) if word]
    if name.startswith("-") and words and words[0].isdecimal():
        words.insert(0, "minus")
    code = "_".join(words) or start or "c"
    if start and not code[0].isalpha():
        code = f"{start}{code}"
    if code in KEYWORDS:
        code = f"{code}_item"
    unique, number = code, 2
    while unique in taken:
        unique = f"{code}_{number}"
        number += 1
    return unique
