"""Questions with several answers in exports of XLSForms: Kobo and ODK.

A question has a column with the names of its options, joined by blanks, or a column
an option with 0 and 1 under headers ``question/option``, or both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.reading.grid import listed
from surveytools.reading.table import Answers, Question

__all__ = ["Selects", "selects_of"]

_TICKS = {"0", "1"}
_NAME = r"[A-Za-z0-9_.-]+"
_NAMES = rf"{_NAME}(?: {_NAME})*"
_HEADER = re.compile(rf"{_NAME}(?:/{_NAME})*")
_MOST = 40
_RECURS = 2


@dataclass(frozen=True, slots=True)
class Selects:
    """What the columns of questions with several answers are.

    Attributes
    ----------
    questions
        Columns of options, and columns whose cells join the names of options.
    summaries
        Columns that only repeat what the columns of options tell.
    notes
        What was found, in words.
    """

    questions: Mapping[int, Question]
    summaries: tuple[int, ...]
    notes: tuple[str, ...]


def selects_of(
    frame: pd.DataFrame, header: Mapping[int, str], columns: Sequence[int]
) -> Selects:
    """Find the questions with several answers among some columns.

    Columns of options are told by the question's own column or, without one, by cells
    that are 0 and 1 and blank in the same rows. Cells with names joined by blanks are
    taken for several answers only where all headers are names too: labels have blanks
    of their own.

    Parameters
    ----------
    frame
        Cells of the responses, by column number.
    header
        Header texts, by column number.
    columns
        Columns that may hold answers.
    """
    own = {header[n]: n for n in columns}
    based, bare = _families(header, columns, own)
    families = {text: f for text, f in based.items() if _ticks(frame, f)}
    guessed = {
        text: f
        for text, f in bare.items()
        if len(f) > 1 and _ticks(frame, f) and _blank_together(frame, f)
    }
    questions = {
        n: Question(text, part, text, Answers.OPTION)
        for text, family in {**families, **guessed}.items()
        for n, part in family.items()
    }
    summaries = tuple(own[text] for text in families)
    rest = [n for n in columns if n not in questions and n not in summaries]
    joined = list(_joined(frame, header, rest))
    questions |= {
        n: Question(header[n], id=header[n], answers=Answers.SEVERAL, separator=" ")
        for n in joined
    }
    return Selects(questions, summaries, tuple(_notes(summaries, guessed, joined)))


def _families(
    header: Mapping[int, str], columns: Sequence[int], own: Mapping[str, int]
) -> tuple[dict[str, dict[int, str]], dict[str, dict[int, str]]]:
    """Group columns by what stands before a slash, with and without a column of it."""
    based: dict[str, dict[int, str]] = {}
    bare: dict[str, dict[int, str]] = {}
    for n in columns:
        text = header[n]
        ends = [at for at, mark in enumerate(text) if mark == "/"]
        known = [at for at in reversed(ends) if text[:at] in own]
        if known:
            based.setdefault(text[: known[0]], {})[n] = text[known[0] + 1 :]
        elif ends:
            bare.setdefault(text[: ends[-1]], {})[n] = text[ends[-1] + 1 :]
    return based, bare


def _ticks(frame: pd.DataFrame, family: Mapping[int, str]) -> bool:
    texts = pd.concat([frame[n].dropna() for n in family])
    return len(texts) > 0 and set(texts.unique()) <= _TICKS


def _blank_together(frame: pd.DataFrame, family: Mapping[int, str]) -> bool:
    blank = frame[list(family)].isna()
    return bool((blank.all(axis="columns") | ~blank.any(axis="columns")).all())


def _joined(
    frame: pd.DataFrame, header: Mapping[int, str], columns: Sequence[int]
) -> Iterator[int]:
    """Columns whose cells join names of options by blanks."""
    if not all(_HEADER.fullmatch(text) for text in header.values()):
        return
    for n in columns:
        texts = frame[n].dropna()
        if not texts.str.contains(" ", regex=False).any():
            continue
        if not texts.str.fullmatch(_NAMES).all():
            continue
        cells = [text.split(" ") for text in texts]
        if any(len(set(cell)) < len(cell) for cell in cells):
            continue
        counts = pd.Series([name for cell in cells for name in cell]).value_counts()
        if len(counts) <= _MOST and counts.ge(_RECURS).all():
            yield n


def _notes(
    summaries: Sequence[int], guessed: Mapping[str, object], joined: Sequence[int]
) -> Iterator[str]:
    if summaries:
        yield (
            f"column {listed(list(summaries))} only repeats which options the columns "
            "beside it say are ticked: left to these"
        )
    if guessed:
        names = ", ".join(repr(text) for text in list(guessed)[:3])
        yield (
            f"columns under {names} are taken for options of one question each: they "
            "hold 0 and 1 only and are blank in the same rows"
        )
    if joined:
        yield (
            f"column {listed(list(joined))} joins the names of several options by "
            "blanks: they recur, and all headers are names"
        )
