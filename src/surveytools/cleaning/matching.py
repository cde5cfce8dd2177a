"""Which choice a text stands for. What is not certain stays unknown."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from surveytools.cleaning.codebook import Choice
from surveytools.study.text import texts_of
from surveytools.study.units import Units

__all__ = ["ChoiceIndex", "Match", "index_choices", "is_unit_list", "normalise"]

_LOOKALIKES = str.maketrans(
    {
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{ZERO WIDTH NO-BREAK SPACE}": None,
        "\N{ZERO WIDTH SPACE}": None,
        "\N{SOFT HYPHEN}": None,
    }
)
_UNIT_WORDS = re.compile(
    r"\b(?:department|dept|group|unit|département|departement|groupe|unité)\b\.?"
)
_GROUP_MARK = re.compile(r"\s*[-/]\s*")
_CLOSE_ENOUGH = 70.0  # per cent; below it a suggestion misleads more than it helps


def normalise(text: str) -> str:
    """Give the form in which two texts are compared; never the form to show.

    HTML entities are resolved, compatibility forms unified (NFKC), quotation marks
    and dashes made plain, invisible characters removed, blanks (also no-break ones)
    collapsed, and case is folded.
    """
    plain = unicodedata.normalize("NFKC", html.unescape(text)).translate(_LOOKALIKES)
    return " ".join(unicodedata.normalize("NFKC", plain.casefold()).split())


@dataclass(frozen=True, slots=True)
class Match:
    """What a text stands for.

    Attributes
    ----------
    code
        Code of the choice, or ``None`` where the text is unknown.
    respelt
        Whether it was found by an alias or a rule, not by its label or code.
    reason
        Why a text that looks known isn't mapped: it could mean several choices.
    """

    code: str | None
    respelt: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChoiceIndex:
    """Choices by every text that stands for them; made by `index_choices`.

    Attributes
    ----------
    known
        `Match` of each normalised text.
    labels
        Label of each code, for suggestions.
    unit_codes
        Codes for which group names like ``IT-PW-PI`` count; empty unless the
        choices are units.
    """

    known: Mapping[str, Match]
    labels: Mapping[str, str]
    unit_codes: frozenset[str] = field(default=frozenset())

    def find(self, text: str) -> Match:
        """Find the choice that a text stands for, if that is certain."""
        key = normalise(text)
        if found := self.known.get(key):
            return found
        if self.unit_codes:
            return self._find_unit(key)
        return Match(None)

    def suggest(self, text: str) -> str | None:
        """Name the label that looks most like a text. A hint for a person only."""
        by_key = {normalise(label): label for label in self.labels.values()}
        by_key |= {
            key: self.labels[match.code]
            for key, match in self.known.items()
            if match.code is not None
        }
        best = process.extractOne(
            normalise(text),
            list(by_key),
            scorer=fuzz.ratio,
            score_cutoff=_CLOSE_ENOUGH,
        )
        return by_key[best[0]] if best else None

    def _find_unit(self, key: str) -> Match:
        bare = " ".join(_UNIT_WORDS.sub(" ", key).split())
        if found := self.known.get(bare):
            return Match(found.code, respelt=True, reason=found.reason)
        parts = [part for part in _GROUP_MARK.split(bare) if part]
        for length in range(len(parts), 0, -1):
            found = self.known.get("-".join(parts[:length]))
            if found is None or (length == 1 and not self._counts_alone(found, parts)):
                continue
            return self._certain(found, parts[length:])
        return Match(None)

    def _counts_alone(self, found: Match, parts: list[str]) -> bool:
        """Only a unit's code stands for its groups: ``finance/it`` is not FAP's."""
        return found.reason is not None or parts[0] in self.unit_codes

    def _certain(self, found: Match, rest: list[str]) -> Match:
        """Refuse ``it/ep``: the part behind the mark is another unit."""
        others = {part for part in rest if part in self.unit_codes} - {found.code}
        if others:
            both = " and ".join(sorted({str(found.code), *others}))
            return Match(None, reason=f"it names {both}")
        return Match(found.code, respelt=True, reason=found.reason)


def is_unit_list(choices: Iterable[Choice], units: Units) -> bool:
    """Tell whether choices are the units of ``units.toml``, perhaps with others."""
    return {unit.code for unit in units.units} <= {choice.code for choice in choices}


def index_choices(
    choices: Iterable[Choice], *, units: Units | None = None
) -> ChoiceIndex:
    """Index choices by their labels in all languages, their aliases and codes.

    A label wins over an alias, an alias over a code. A text that stands for two
    choices in the same way is ambiguous and never mapped.

    Parameters
    ----------
    choices
        Choices of an item, or rows of a matrix.
    units
        Given, and if the choices contain all its units, its other spellings count
        too: ``IT-PW-PI``, ``be/op``, ``EP department``.
    """
    choices = tuple(choices)
    of_units = units is not None and is_unit_list(choices, units)
    known: dict[str, Match] = {}
    if of_units and units is not None:
        for unclear in units.ambiguous:
            known[normalise(unclear.text)] = Match(None, reason=unclear.reason)
    for respelt, spellings in _tiers(choices, units if of_units else None):
        tier: dict[str, set[str]] = {}
        for text, code in spellings:
            tier.setdefault(normalise(text), set()).add(code)
        for key, codes in tier.items():
            known.setdefault(key, _one_of(codes, respelt=respelt))
    return ChoiceIndex(
        known,
        {choice.code: choice.text() for choice in choices},
        frozenset(unit.code for unit in units.units)
        if units is not None and of_units and units.group_suffixes
        else frozenset(),
    )


def _one_of(codes: set[str], *, respelt: bool) -> Match:
    if len(codes) == 1:
        return Match(next(iter(codes)), respelt=respelt)
    return Match(None, reason=f"it could be {' or '.join(sorted(codes))}")


def _tiers(
    choices: tuple[Choice, ...], units: Units | None
) -> Iterator[tuple[bool, list[tuple[str, str]]]]:
    """Texts and codes, strongest first, with whether they are other spellings."""
    yield False, [(text, c.code) for c in choices for text in texts_of(c.label)]
    aliases = [(text, c.code) for c in choices for text in c.aliases]
    if units is not None:
        aliases += [(text, u.code) for u in units.units for text in u.aliases]
        aliases += [(text, u.code) for u in units.units for text in texts_of(u.label)]
    yield True, aliases
    yield False, [(c.code, c.code) for c in choices]
    yield False, [(c.short, c.code) for c in choices if c.short]
