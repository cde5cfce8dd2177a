"""What a column holds, where the file tells its codes, labels and missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.guess import Answer, Guess, guess_column
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.scales import missing_kind, scale_of
from surveytools.reading.table import Question, RawTable

__all__ = ["guess_labelled"]

_FEW = 5
_RECURS = 2  # a text without label that one person gave may be that person's own


def guess_labelled(
    told: Question, columns: Sequence[pd.Series[str]], raw: RawTable, *, kind: Kind
) -> Guess:
    """Take the answers that the file itself names, in its order.

    Parameters
    ----------
    told
        The question, with labels of its answers or codes that stand for none.
    columns
        Cells of the column, or of the rows of a matrix.
    raw
        The export.
    kind
        Single-response, or matrix for the rows of one; a known scale makes a single
        response a Likert item.

    Returns
    -------
    Guess
        Where far more codes occur than have labels, what the cells look like.
    """
    cells = pd.concat(columns, ignore_index=True)
    cells = cells.mask(cells.isin(told.missing))
    counts = cells.value_counts()
    labels = _clear(dict(told.labels))
    telling = [code for code in labels if code not in told.missing]
    bare = [str(text) for text in counts.index if text not in labels]
    if kind is Kind.SINGLE and (not telling or len(bare) > max(len(telling), _FEW)):
        guess = guess_column(cells, separator=raw.separator, labels=raw.labels)
        return replace(guess, missing_texts=told.missing)
    shown = [t for t in bare if plain_number(t) is not None or counts[t] >= _RECURS]
    decide = [f"the file has no label for {code}" for code in sorted(shown)]
    if left := len(bare) - len(shown):
        decide.append(f"answers of one person each without a label: {left}")
    ordered = _in_order([*telling, *shown]) if shown else telling
    scale = scale_of(
        [text for c in ordered if missing_kind(text := labels.get(c, c)) is None]
    )
    if kind is Kind.SINGLE and scale is not None:
        kind = Kind.LIKERT
    points = scale.points if scale else {}
    choices = [_answer(code, labels.get(code, code), points) for code in ordered]
    lost = [code for code in told.missing if missing_kind(labels.get(code, "")) is None]
    silent = [code for code in told.missing if code not in lost]
    choices += [_answer(code, labels[code], {}) for code in silent]
    decide += [
        f"{code} ({labels.get(code, 'no label')}) is declared missing: no answer"
        for code in lost
    ]
    return Guess(kind, tuple(choices), decide=tuple(decide), missing_texts=tuple(lost))


def _answer(code: str, label: str, points: Mapping[str, int]) -> Answer:
    other = () if normalise(code) == normalise(label) else (code,)
    return Answer(label, points.get(label), missing_kind(label), other)


def _clear(labels: Mapping[str, str]) -> dict[str, str]:
    """Put codes before labels that repeat, or that read as another answer's code.

    A label wins over a code: where code 2 means "1", a cell 1 would count as 2.
    """
    keys = [normalise(label) for label in labels.values()]
    of_code = {normalise(code): code for code in labels}
    clear = len(set(keys)) == len(keys) and all(
        of_code.get(key, code) == code for code, key in zip(labels, keys, strict=True)
    )
    plain = {code: " ".join(label.split()) or code for code, label in labels.items()}
    if clear:
        return plain
    return {code: f"{code}: {label}" for code, label in plain.items()}


def _in_order(codes: Sequence[str]) -> list[str]:
    """Put codes without label between the others, where all are numbers."""
    numbers = {code: plain_number(code) for code in codes}
    if None in numbers.values():
        return list(codes)
    return sorted(codes, key=lambda code: float(numbers[code] or 0))
