"""Every printed word of tables, figures, deck and pages, in one file a language.

Tables are titled where they are counted, and say where they are protected what they
withhold: so the words stand before all wings that print.
"""

import difflib
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Any

from surveytools.errors import Location, ParameterError

__all__ = ["LANGUAGES", "Words", "load_words", "plain", "words_for"]

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """Printed words of one language.

    Attributes
    ----------
    language
        Of the labels beside the texts: ``en`` or ``fr``, or another (`words_for`).
    texts
        Templates by key, for example ``figure.withheld``.
    """

    language: str
    texts: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Words({self.language}, {len(self.texts)} texts)"

    def __call__(self, key: str, /, **values: object) -> str:
        """Print one text; braces in ``values`` stay as they are.

        Raises
        ------
        ParameterError
            If there is no such key, or the text asks for a value that isn't given.
        """
        where = Location(f"{self.language}.toml")
        if key not in self.texts:
            close = difflib.get_close_matches(key, self.texts, n=1)
            hint = f"did you mean {close[0]!r}?" if close else None
            msg = f"no printed words for {key!r}"
            raise ParameterError(msg, where, hint)
        try:
            return self.texts[key].format(**values)
        except KeyError as error:
            msg = f"the words {key!r} ask for a value {error}"
            raise ParameterError(msg, where, "give it by name") from error

    def count(self, key: str, number: int, /, **values: object) -> str:
        """Print the text that fits a number: keys ``one`` and ``other`` below ``key``.

        French counts 0 as singular, English as plural (Unicode CLDR plural rules).
        """
        single = number in (0, 1) if self.language == "fr" else number == 1
        form = "one" if single else "other"
        return self(f"{key}.{form}", n=self.number(number), **values)

    def percent(self, share: float) -> str:
        """Print a share as whole percent; almost none and almost all are no 0 or 1.

        Half a percent is rounded up, as PowerPoint and Excel do, so that a chart and
        its alternative text agree.
        """
        exact = Decimal(str(round(share * 100, 6)))
        whole = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        if whole == 0 and share > 0:
            return "<" + self("number.percent", n=1)
        if whole == 100 and share < 1:  # noqa: PLR2004  # 100 %
            return ">" + self("number.percent", n=99)
        return self("number.percent", n=whole)

    def exact(self, share: float) -> str:
        """Print a share as percent with one decimal, as tables of numbers have it."""
        return self("number.exact", n=self.decimal(100 * share, 1))

    def points(self, difference: float) -> str:
        """Print a difference of two shares in points, with its sign."""
        sign = "" if difference < 0 else "+"
        return sign + self.decimal(100 * difference, 1)

    def number(self, number: int) -> str:
        """Print a whole number with the language's mark between thousands."""
        return f"{number:,}".replace(",", self("number.thousands"))

    def decimal(self, number: float, digits: int) -> str:
        """Print a number with so many digits behind the language's decimal mark."""
        marks = str.maketrans(
            {",": self("number.thousands"), ".": self("number.decimal")}
        )
        return f"{number:,.{digits}f}".translate(marks)

    def short(self, number: float) -> str:
        """Print a number with as few digits as it needs."""
        return f"{number:g}".replace(".", self("number.decimal"))

    def listing(self, entries: Sequence[str]) -> str:
        """Print ``a, b and c``."""
        if not entries:
            return ""
        *rest, last = entries
        return self("number.and", rest=", ".join(rest), last=last) if rest else last

    def either(self, key: str, fallback: str, /) -> str:
        """Print a text, or the fallback where the language has none for the key."""
        return self(key) if key in self.texts else fallback


def plain(text: str) -> str:
    """Give text on one line, without control and formatting characters."""
    kept = (" " if c.isspace() else c for c in text)
    visible = "".join(c for c in kept if unicodedata.category(c)[0] != "C")
    return " ".join(visible.split())


def words_for(language: str) -> Words:
    """Give words beside labels in any language: in English, where it isn't known."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return Words(language, load_words(known).texts)


def load_words(language: str) -> Words:
    """Read the printed words of a language.

    Raises
    ------
    ParameterError
        If the language isn't one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        msg = f"no printed words in language {language!r}"
        raise ParameterError(msg, hint=f"use {' or '.join(LANGUAGES)}")
    text = (files(__name__) / f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, dict(_flat(tomllib.loads(text))))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, str):
            found.append((prefix + key, value))
        else:
            found.extend(_flat(value, f"{prefix}{key}."))
    return found
