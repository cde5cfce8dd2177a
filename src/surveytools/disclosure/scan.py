"""Searching outputs for what must not leave: people, raw rows, small numbers.

The gate keeps unprotected tables out; this looks once more at all that was written,
since a notebook may print anything.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from surveytools.disclosure.contents import Piece, pieces

__all__ = ["Hit", "Watch", "bare_watch", "scan", "watch_for"]

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\w+")
_BASE = re.compile(
    r"""(?:\bn[ \u00a0]?=[ \u00a0]?|"base" ?: ?)(\d{1,6})\b(?![,\u202f]\d{3}\b)"""
)
"""A base, also one that may not be broken; 1,238 and its French form aren't 1."""
_PHRASE = 8  # words of a free text that nobody else writes in this order
_SHORTEST_NAME = 6  # letters; a shorter single word may be any word
_COLUMNS_OF_A_ROW = 3
_ANSWERS_OF_A_ROW = 5
_NO_NAMES = frozenset({"anonymous", "anonym", "anonyme", "unknown"})


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, without its contents.

    Attributes
    ----------
    file
        Path of the file, as it was given.
    place
        Where in the file, in words.
    what
        What was found, in words.
    """

    file: Path
    place: str
    what: str


@dataclass(frozen=True, slots=True, repr=False)
class Watch:
    """What to look for; made by `watch_for`.

    Attributes
    ----------
    people
        Names, logins and addresses as tuples of words, by their first word.
    phrases
        Runs of words of free-text answers.
    columns
        Names of columns of the cleaned answers, and the codes that stand in each.
    threshold
        Smallest base that may be shown; 1 lets all pass.
    allowed
        E-mail addresses that may be shown, in small letters.
    """

    people: Mapping[str, frozenset[tuple[str, ...]]]
    phrases: frozenset[tuple[str, ...]]
    columns: Mapping[str, frozenset[str]]
    threshold: int
    allowed: frozenset[str] = field(default=frozenset())


def watch_for(
    *,
    people: Iterable[str],
    texts: Iterable[str],
    columns: Mapping[str, Iterable[str]],
    harmless: Iterable[str],
    threshold: int,
    allowed: Iterable[str] = (),
) -> Watch:
    """Prepare the search.

    Parameters
    ----------
    people
        Cells of personal data: names, e-mail addresses, logins.
    texts
        Free-text answers. A run of eight words of one is found; shorter texts are
        not looked for, since anybody may write them.
    columns
        Names of columns of the cleaned answers, and the codes that stand in each.
    harmless
        Texts that outputs may hold: labels, titles. What stands there is no hit.
    threshold
        Smallest base that may be shown.
    allowed
        E-mail addresses that may be shown.
    """
    known = [tuple(_words(text)) for text in harmless]
    plain = {word for words in known for word in words}
    common = {run for words in known for run in _runs(words)}
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in people:
        words = tuple(_words(name))
        if _telling(words, plain):
            found.setdefault(words[0], set()).add(words)
    phrases = {run for text in texts for run in _runs(tuple(_words(text)))}
    return Watch(
        people={first: frozenset(names) for first, names in found.items()},
        phrases=frozenset(phrases - common),
        columns={
            name.casefold(): frozenset(code.casefold() for code in codes)
            for name, codes in columns.items()
        },
        threshold=threshold,
        allowed=frozenset(address.casefold() for address in allowed),
    )


def bare_watch(threshold: int, *, allowed: Iterable[str] = ()) -> Watch:
    """Look only for addresses and small bases, where no answers are at hand."""
    return watch_for(
        people=(),
        texts=(),
        columns={},
        harmless=(),
        threshold=threshold,
        allowed=allowed,
    )


def scan(files: Iterable[Path], watch: Watch) -> list[Hit]:
    """Search files; each place tells a thing once.

    Found are e-mail addresses; names and logins of respondents; runs of words of
    their free texts; several columns of the cleaned answers side by side, as a
    printed frame shows them; bases below the threshold, written as ``n = 3``, under
    ``base`` in JSON or in the column ``base`` of a CSV file.

    Parameters
    ----------
    files
        Files to look through, whatever their type.
    watch
        What to look for.
    """
    hits: dict[Hit, None] = {}
    for path in files:
        for piece in pieces(path):
            for what in _found(piece, watch):
                hits[Hit(path, piece.place, what)] = None
        if path.suffix == ".csv":
            for what in _small_numbers(path, watch.threshold):
                hits[Hit(path, "", what)] = None
    return list(hits)


def _telling(words: tuple[str, ...], plain: set[str]) -> bool:
    """Whether words point at a person, and not at any text."""
    if not words or _NO_NAMES.issuperset(words) or plain.issuperset(words):
        return False
    return len(words) > 1 or len(words[0]) >= _SHORTEST_NAME


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - _PHRASE + 1):
        yield tuple(words[start : start + _PHRASE])


def _found(piece: Piece, watch: Watch) -> Iterator[str]:
    addresses = {found.casefold() for found in _EMAIL.findall(piece.text)}
    if addresses - watch.allowed:
        yield "an e-mail address"
    words = _words(piece.text)
    if any(_names_at(words, at, watch) for at in range(len(words))):
        yield "a respondent's name, login or address"
    if not watch.phrases.isdisjoint(_runs(words)):
        yield "words of a free-text answer"
    if _has_row(words, watch.columns):
        yield "columns of the cleaned answers, as raw rows show them"
    if any(0 < int(n) < watch.threshold for n in _BASE.findall(piece.text)):
        yield f"a base below {watch.threshold}"


def _names_at(words: Sequence[str], at: int, watch: Watch) -> bool:
    return any(
        tuple(words[at : at + len(name)]) == name
        and "".join(name) not in watch.allowed
        and not _allowed(name, watch)
        for name in watch.people.get(words[at], ())
    )


def _allowed(name: tuple[str, ...], watch: Watch) -> bool:
    return any(tuple(_words(address)) == name for address in watch.allowed)


def _has_row(words: Sequence[str], columns: Mapping[str, frozenset[str]]) -> bool:
    """Whether several columns stand side by side, or each before its answer."""
    beside = answered = 0
    before = ""
    for at, word in enumerate(words):
        codes = columns.get(word)
        beside = beside + 1 if codes is not None and word != before else 0
        if beside >= _COLUMNS_OF_A_ROW:
            return True
        if codes is not None and at + 1 < len(words) and words[at + 1] in codes:
            answered += 1
        elif codes is not None or (before and before not in columns):
            answered = 0
        if answered >= _ANSWERS_OF_A_ROW:
            return True
        before = word
    return False


def _small_numbers(path: Path, threshold: int) -> Iterator[str]:
    """Look at the numbers of a table that was written beside a figure."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            base = row.get("base") or ""
            if base.isdecimal() and 0 < int(base) < threshold:
                yield f"a base below {threshold}"
            # Beside figures the word stands there, in other tables "true".
            hidden = (row.get("withheld") or "").casefold() not in {"", "false"}
            if hidden and any(map(row.get, ("count", "share", "low", "high"))):
                yield "the number of a withheld cell"
