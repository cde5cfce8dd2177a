"""What a column of answers looks like, judged by its cells alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from surveytools.cleaning.codebook import Kind, Missing
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.options import YES_NO
from surveytools.cleaning.pieces import inseparable, is_ranked, pieces_of
from surveytools.cleaning.scales import (
    in_order,
    in_scale_order,
    is_no,
    missing_kind,
    numbered_points,
    scale_of,
    yes_no,
)
from surveytools.cleaning.slugs import slug

__all__ = [
    "Answer",
    "Guess",
    "guess_column",
    "guess_grid",
    "guess_ranking",
    "slug",
]

_RECURS = 2  # an answer that one person alone gave may be a person's own words
_MOST_CHOICES = 60
_COVERED = 0.8  # share of answers that recurring ones must make up
_SCALE_END = 7  # whole numbers from 1 to at most this look like a rating
_GRID_ANSWERS = 12
_FEW = 5
_FEWEST_POINTS = 3
_LONG_ANSWER = 60  # characters of an answer that everybody is said to have given
_LONGEST = 400  # characters; longer ones are nobody's list of options
_COMMA = ", "
_TIGHT_COMMA = ","  # only where no comma of the column has a blank behind it
_COMMAS = (_COMMA, _TIGHT_COMMA)
_SEPARATORS = (";#", ";", "|", *_COMMAS)


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice, as the cells show it."""

    label: str
    value: int | None = None
    missing: Missing | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column, or the columns of a grid, seem to hold.

    Attributes
    ----------
    kind
        Kind of item; ``None`` for columns that say nothing.
    choices
        Answers in order.
    separator
        What parts the options of a cell, where the platform doesn't say.
    reason
        Why the column says nothing.
    decide
        What a person has to look at.
    missing_texts
        Cell texts that mean "no answer".
    """

    kind: Kind | None
    choices: tuple[Answer, ...] = ()
    separator: str | None = None
    reason: str = ""
    decide: tuple[str, ...] = field(default=())
    missing_texts: tuple[str, ...] = ()


def guess_column(
    cells: pd.Series[str],
    *,
    separator: str | None,
    labels: Sequence[tuple[str, str]] = (),
) -> Guess:
    """Guess the kind of item that a column holds, and its choices.

    Parameters
    ----------
    cells
        Text of each row; blank is missing.
    separator
        What joins the options of a cell on the platform, if it says so.
    labels
        What the platform writes for yes and no.
    """
    texts = _counted(cells)
    return (
        _guess_constant(cells, texts)
        or _guess_scale(texts)
        or _guess_yes_no(texts, labels)
        or _guess_lines(cells)
        or _guess_list(texts, separator)
        or _guess_long(texts)
        or _guess_single(texts)
    )


def guess_grid(
    columns: Sequence[pd.Series[str]],
    *,
    labels: Sequence[tuple[str, str]] = (),
    separator: str | None = None,
    names: Sequence[str] = (),
) -> Guess | None:
    """Guess what columns that share a header hold together, if it is one item.

    Parameters
    ----------
    columns
        Cells of each column.
    labels
        What the platform writes for yes and no.
    separator
        What joins the options of a cell on the platform, if it says so.
    names
        What each column's header calls it, beside the header that all share.

    Returns
    -------
    Guess or None
        A matrix if the cells come from one small set of answers; a multiple-response
        item without choices if they say yes and no, or repeat the column's own name;
        one with choices if each column is such an item, in a grid of boxes; ``None``
        if the columns go their own ways.
    """
    counted = [_counted(cells) for cells in columns]
    if names and _repeat_names(counted, names, labels):
        return Guess(Kind.MULTIPLE)
    together: Counter[str] = Counter()
    for texts in counted:
        together.update(texts)
    texts = _merged(together)
    if yes_no(texts, (*labels, *YES_NO)) and texts:
        return Guess(Kind.MULTIPLE)
    boxes = _guess_list(texts, separator) if separator else None
    if boxes is not None and boxes.kind is Kind.RANKING:
        return None
    if boxes is not None or not 0 < len(texts) <= _GRID_ANSWERS:
        return boxes
    return _guess_rows(texts)


def guess_ranking(columns: Sequence[pd.Series[str]]) -> Guess | None:
    """Guess the choices of a ranking that has several columns.

    Returns
    -------
    Guess or None
        Without choices where the columns are those, and their cells ranks; with
        choices where each column is a place. ``None`` where people wrote others.
    """
    together: Counter[str] = Counter()
    for cells in columns:
        together.update(_counted(cells))
    texts = _merged(together)
    if all(plain_number(text) is not None for text in texts):
        return Guess(Kind.RANKING)
    return _with_recurring(texts, Kind.RANKING)


def _guess_rows(texts: Counter[str]) -> Guess | None:
    """Guess the one set of answers of the rows of a matrix."""
    if all(plain_number(text) is not None for text in texts):
        return None
    points = numbered_points(texts)
    if points is not None:
        return replace(_guess_points(texts, points), kind=Kind.MATRIX)
    single = _guess_single(texts)
    if not single.choices:
        return None
    return Guess(Kind.MATRIX, single.choices, decide=single.decide)


def _repeat_names(
    counted: Sequence[Counter[str]],
    names: Sequence[str],
    labels: Sequence[tuple[str, str]],
) -> bool:
    """Whether columns hold their own names, where ticked, and nothing else."""
    no = {normalise(pair[1]) for pair in (*labels, *YES_NO)}
    keys = [{normalise(text) for text in texts} - no for texts in counted]
    own = [normalise(name) for name in names]
    return any(keys) and all(k <= {name} for k, name in zip(keys, own, strict=True))


def _guess_constant(cells: pd.Series[str], texts: Counter[str]) -> Guess | None:
    """Judge a column that says nothing, or the same in every row."""
    if not texts:
        return Guess(None, reason="no answers")
    if len(texts) > 1 or len(cells) < _FEW or cells.isna().any():
        return None
    (text,) = texts
    if len(text) > _LONG_ANSWER or plain_number(text) is not None:
        decide = ("is it an answer that all respondents gave?",)
        return Guess(None, reason="every row says the same", decide=decide)
    decide = ("every row says the same: is it an answer, or to be ignored?",)
    return Guess(Kind.SINGLE, (Answer(text),), decide=decide)


def _guess_scale(texts: Counter[str]) -> Guess | None:
    if all(plain_number(text) is not None for text in texts):
        return _guess_number(texts)
    points = numbered_points(texts)
    return None if points is None else _guess_points(texts, points)


def _guess_yes_no(
    texts: Counter[str], labels: Sequence[tuple[str, str]]
) -> Guess | None:
    if not yes_no(texts, labels):
        return None
    return Guess(Kind.SINGLE, tuple(map(Answer, sorted(texts, key=is_no))))


def _guess_lines(cells: pd.Series[str]) -> Guess | None:
    return Guess(Kind.TEXT) if _has_lines(cells) else None


def _guess_long(texts: Counter[str]) -> Guess | None:
    """Take what is too long for an option for free text."""
    return Guess(Kind.TEXT) if any(len(text) > _LONGEST for text in texts) else None


def _has_lines(cells: pd.Series[str]) -> bool:
    """Whether somebody wrote several lines, which no choice has."""
    return bool(cells.dropna().str.strip().str.contains("\n", regex=False).any())


def _counted(cells: pd.Series[str]) -> Counter[str]:
    """Count the texts of a column, spellings of one text together."""
    counts = cells.dropna().value_counts()
    return _merged({str(text): int(count) for text, count in counts.items()})


def _merged(counts: Mapping[str, int]) -> Counter[str]:
    """Add up texts that compare equal, under the most frequent spelling."""
    spelling: dict[str, str] = {}
    together: Counter[str] = Counter()
    for text, count in sorted(counts.items(), key=lambda entry: -entry[1]):
        key = normalise(text)
        if key:
            together[spelling.setdefault(key, " ".join(text.split()))] += count
    return together


def _guess_number(texts: Counter[str]) -> Guess:
    rating = all(text.isdecimal() and 1 <= int(text) <= _SCALE_END for text in texts)
    if not rating or len(texts) < _FEWEST_POINTS:
        return Guess(Kind.NUMBER)
    points = sorted(texts, key=int)
    return Guess(
        Kind.LIKERT,
        tuple(Answer(text, int(text)) for text in points),
        decide=("is it a rating? Then say what its ends mean; else make it a number",),
    )


def _guess_points(texts: Counter[str], points: Mapping[str, int]) -> Guess:
    """Take a scale of numbers of which some say what they mean."""
    answers = sorted(texts, key=lambda text: points.get(text, len(texts) + 10**6))
    gaps = len(points) < max(points.values()) - min(points.values()) + 1
    return Guess(
        Kind.LIKERT,
        tuple(Answer(text, points.get(text), missing_kind(text)) for text in answers),
        decide=("add the points of the scale that nobody chose",) if gaps else (),
    )


def _guess_list(texts: Counter[str], separator: str | None) -> Guess | None:
    """Guess whether cells hold several options, by parts that recur."""
    marks = (_mark(separator),) if separator else _SEPARATORS
    for mark in marks:
        cells = pieces_of(texts, mark)
        joined = {text for text, options in cells.items() if len(options) > 1}
        if sum(texts[text] for text in joined) < _RECURS:
            continue
        parts: Counter[str] = Counter()
        for text, options in cells.items():
            for option in set(options):
                parts[option] += texts[text]
        parts = _merged(parts)
        alone = {normalise(text) for text in texts if text not in joined}
        beside = {normalise(option) for text in joined for option in cells[text]}
        ranked = is_ranked(cells, texts)
        if len(parts) >= len(texts) and not alone & beside and not ranked:
            continue
        if mark == _TIGHT_COMMA and any(_COMMA in text for text in texts):
            continue
        if separator is None and mark in _COMMAS and len(alone & beside) < _RECURS:
            continue  # nearly every text has commas: options must stand alone, too
        guess = _with_recurring(parts, Kind.RANKING if ranked else Kind.MULTIPLE)
        if guess is not None:
            whole = inseparable((answer.label for answer in guess.choices), mark)
            decide = [f"taken as one option, not as several: {o}" for o in whole]
            return replace(
                guess,
                separator=None if separator else mark,
                decide=(*guess.decide, *decide),
            )
    return None


def _mark(separator: str) -> str:
    """Take blanks off a separator, but not off a comma: ``1,000`` is no list."""
    return separator if separator == _COMMA else separator.strip() or separator


def _guess_single(texts: Counter[str]) -> Guess:
    numbers = [text for text in texts if plain_number(text) is not None]
    share = sum(texts[text] for text in numbers) / texts.total()
    if len(numbers) > _SCALE_END and share >= _COVERED:
        odd = "some cells hold no number: correct them, or give `missing_texts`"
        return Guess(Kind.NUMBER, decide=(odd,))
    guess = _with_recurring(texts, Kind.SINGLE)
    if guess is None:
        return Guess(Kind.TEXT)
    return guess


def _with_recurring(texts: Counter[str], kind: Kind) -> Guess | None:
    """Offer the answers that recur, if they are few and make up most."""
    recurring = Counter({t: n for t, n in texts.items() if n >= _RECURS})
    scale = kind is Kind.SINGLE and scale_of(_telling(texts)) is not None
    if scale:
        recurring = texts
    if not 0 < len(recurring) <= _MOST_CHOICES:
        return None
    if recurring.total() < _COVERED * texts.total():
        return None
    decide = []
    rare = len(texts) - len(recurring)
    if rare:
        answers = "1 answer" if rare == 1 else f"{rare} answers"
        decide.append(f"{answers} of one person each: add choices or aliases")
    if not scale:
        return Guess(kind, _ordered(recurring), decide=tuple(decide))
    return _on_scale(recurring, decide)


def _on_scale(texts: Counter[str], decide: list[str]) -> Guess:
    telling = _telling(texts)
    found = scale_of(telling)
    points = found.points if found else {}
    if found and not found.complete:
        decide = [*decide, "add the points of the scale that nobody chose"]
    choices = [Answer(t, points[t]) for t in sorted(telling, key=points.__getitem__)]
    silent = [Answer(t, missing=missing_kind(t)) for t in texts if missing_kind(t)]
    return Guess(Kind.LIKERT, (*choices, *silent), decide=tuple(decide))


def _telling(texts: Counter[str]) -> list[str]:
    return [text for text in texts if missing_kind(text) is None]


def _ordered(texts: Counter[str]) -> tuple[Answer, ...]:
    """Order choices by their numbers, else by how often they were chosen."""
    telling = [text for text, _ in texts.most_common() if missing_kind(text) is None]
    silent = [text for text, _ in texts.most_common() if missing_kind(text)]
    return tuple(
        Answer(text, missing=missing_kind(text))
        for text in (*(in_scale_order(telling) or in_order(telling)), *silent)
    )
