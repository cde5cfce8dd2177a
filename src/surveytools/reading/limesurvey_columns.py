"""LimeSurvey's own columns: which they are, in code, in words, or by what they hold."""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from surveytools.reading.grid import Grid
from surveytools.reading.table import Role

__all__ = ["CODES", "is_own_code", "own_columns"]

CODES: Mapping[str, Role] = {
    "id": Role.METADATA,
    "submitdate": Role.SUBMITTED,
    "lastpage": Role.COMPLETENESS,
    "startlanguage": Role.LANGUAGE,
    "seed": Role.METADATA,
    "startdate": Role.STARTED,
    "datestamp": Role.METADATA,
    "ipaddr": Role.IDENTITY,
    "refurl": Role.METADATA,
    "token": Role.IDENTITY,
    "firstname": Role.IDENTITY,
    "lastname": Role.IDENTITY,
    "email": Role.IDENTITY,
    "participant_id": Role.IDENTITY,
    "emailstatus": Role.METADATA,
    "interviewtime": Role.METADATA,
}
"""Columns that LimeSurvey adds to the answers, as code headings name them."""

# In English [1], and as exports of people who read German and French have them.
_WORDS = {
    "id": "response id|antwort id|id de la réponse",
    "submitdate": "date submitted|datum abgeschickt|date de soumission",
    "lastpage": "last page|letzte seite|dernière page",
    "startlanguage": "start language|start-sprache|langue de départ",
    "seed": "seed|zufallsgeneratorstartwert|zufallsstartwert|tête de série",
    "startdate": "date started|datum gestartet|date de lancement",
    "datestamp": "date last action|datum letzte aktivität|date de la dernière action",
    "ipaddr": "ip address|ip-adresse|adresse ip",
    "refurl": "referrer url|weiterleitungs-url|url référente",
    "token": "token|access code|zugangscode|zugangsschlüssel|code d'accès",
    "firstname": "first name|vorname|prénom",
    "lastname": "last name|nachname|nom",
    "email": "email address|e-mail-adresse|adresse de courriel",
    "interviewtime": "total time|gesamtzeit|temps total",
}
_BY_WORD = {word: code for code, words in _WORDS.items() for word in words.split("|")}
_CORE = ("id", "submitdate", "lastpage", "startlanguage")
_TELLING = frozenset(
    {"submitdate", "lastpage", "startlanguage", "startdate", "datestamp", "refurl"}
)
_ENOUGH = 2
_TIMING = re.compile(r"(?:group|question) time: |groupTime\d+$", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"attribute_\d+")
_DATE = r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"
_SAMPLE = 50
# Bases of LimeSurvey's language codes (ISO 639), such as de-informal and pt-BR. Without
# "no", which stands for something else in a column of answers.
_LANGUAGE = (
    "(?:af|am|ar|be|bg|bn|bs|ca|ckb|cs|cy|da|de|dz|el|en|es|et|eu|fa|fi|fr|ga|gl|he|hi"
    "|hr|hu|hy|id|is|it|ja|ka|kk|km|ko|ky|lb|lt|lv|mk|ml|mn|mr|ms|mt|my|nb|ne|nl|nn|pa"
    "|pl|ps|pt|ro|ru|si|sk|sl|sq|sr|sv|sw|ta|th|tl|tr|uk|ur|vi|zh|zu)(?:-[A-Za-z]+)*"
)
_PATTERNS = (r"\d+", _DATE, r"-?\d{1,3}", _LANGUAGE)
_AFTER = (
    ("seed", r"\d{5,}"),
    ("startdate", _DATE),
    ("datestamp", _DATE),
    ("ipaddr", r"[\da-f]*[.:][\da-f.:]+"),
    ("refurl", r"https?://.*"),
)


def is_own_code(code: str) -> bool:
    """Tell a code that LimeSurvey itself gives, ``attribute_1`` for example."""
    return code in CODES or _ATTRIBUTE.fullmatch(code) is not None


def own_columns(grid: Grid, codes: Mapping[int, str]) -> dict[int, str]:
    """Find the columns that hold no answers.

    Parameters
    ----------
    grid
        The cells.
    codes
        Code of each column, without its parts, where the headings have one; else its
        heading.

    Returns
    -------
    dict
        Code of each such column by its number; a key of `CODES`, or ``timing``.

    Notes
    -----
    Three ways, the first that finds anything counts: by code, two that nobody else
    uses; by heading, two in English, German or French; by what the first four columns
    hold, which works in every language. Attributes of participants are named
    ``attribute_1`` in code.
    """
    named = {n: code for n, code in codes.items() if code in CODES}
    words = {
        n: _BY_WORD[key]
        for n, text in codes.items()
        if (key := text.strip().casefold().replace("\u2019", "'")) in _BY_WORD
    }
    ways = (w for w in (named, words) if len(_TELLING & set(w.values())) >= _ENOUGH)
    found = next(ways, None)
    if found is None:
        found = dict(_by_cells(grid))
    if not found:
        return {}
    timed = set(codes.values()) if "interviewtime" in codes.values() else ()
    for n, text in codes.items():
        bare = text.removesuffix("Time")
        if _TIMING.match(text) or (bare != text and bare in timed):
            found.setdefault(n, "timing")
        elif _ATTRIBUTE.fullmatch(text):
            found.setdefault(n, "attribute")
    return found


def _by_cells(grid: Grid) -> Iterator[tuple[int, str]]:
    """Find the first four columns, and those behind them, by what they hold."""
    places = [n for n, text in grid.header.items() if text.strip()]
    if len(places) <= len(_CORE):
        return
    pairs = zip(places, _PATTERNS, strict=False)
    if not all(_fits(grid.frame[n], pattern) for n, pattern in pairs):
        return
    number, submitted, page, language = (grid.frame[n] for n in places[:4])
    if number.hasnans or not number.is_unique or language.isna().all():
        return
    if submitted.isna().all() and page.isna().all():
        return
    yield from zip(places, _CORE, strict=False)
    rest = iter(places[4:])
    place = next(rest, None)
    for code, pattern in _AFTER:
        if place is None:
            return
        if grid.frame[place].notna().any() and _fits(grid.frame[place], pattern):
            yield place, code
            place = next(rest, None)


def _fits(cells: pd.Series, pattern: str) -> bool:
    """Tell whether all texts of a column match; the first rows mostly say no."""
    return all(
        bool(some.dropna().str.fullmatch(pattern).all())
        for some in (cells.iloc[:_SAMPLE], cells)
    )
