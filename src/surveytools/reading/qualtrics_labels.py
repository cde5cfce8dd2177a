"""Qualtrics' labels, ``question - choice``, cut with knowledge of their neighbours."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from surveytools.reading.parts import kind_of_parts
from surveytools.reading.qualtrics_columns import Tag
from surveytools.reading.table import Answers, Question
from surveytools.reading.wording import plain_label

__all__ = ["SEEN", "questions_of"]

SEEN = "-99"
"""What Qualtrics writes for a question that was seen and left, if it was asked to."""

_UNTICKED = "0"
_SELECTED = re.compile(
    r"^(?:Selected Choice|Selected Answer|Ausgewählte Auswahl)(?: - |$)"
)
_TYPED = re.compile(r"\s*-\s*Text$")
_MARKS = (" - ", "-", ": ")
_FEWEST = 2


def questions_of(
    labels: Mapping[int, str],
    tags: Mapping[int, Tag],
    frame: pd.DataFrame,
    *,
    dashed: bool,
) -> dict[int, Question]:
    """Take all labels apart.

    Parameters
    ----------
    labels
        Label of each column of answers; its name where there is none.
    tags
        Which question each belongs to.
    frame
        The cells.
    dashed
        Whether question and choice are joined by a dash without blanks, as before
        2017.

    Notes
    -----
    What the labels of one question have in common, up to the last dash in it, is the
    question; a dash in a question or a choice doesn't mislead. A part that stands
    alone is cut at its last dash.
    """
    groups: dict[str, list[int]] = {}
    tags = _neighbours(labels, tags, "-" if dashed else " - ")
    for n, tag in tags.items():
        groups.setdefault(tag.id, []).append(n)
    questions: dict[int, Question] = {}
    for places in groups.values():
        plain = {n: plain_label(labels[n]) for n in places}
        cut = _cut(plain, tags, dashed=dashed)
        kinds = _answers(places, cut, tags, frame)
        for n in places:
            text, part = cut[n]
            loop = tags[n].loop
            text = f"{text} (loop {loop})" if loop else text
            questions[n] = Question(text, part, tags[n].id, kinds[n])
    return questions


def _neighbours(
    labels: Mapping[int, str], tags: Mapping[int, Tag], mark: str
) -> dict[int, Tag]:
    """Join columns that stand together and share the label up to its last dash.

    Rows of a matrix may be named by a person; without import ids only their labels
    tell that they belong together.
    """
    joined = dict(tags)
    heads = {
        n: plain_label(labels[n]).rpartition(mark)[0] for n in tags if not tags[n].known
    }
    for at, n in zip(list(heads), list(heads)[1:], strict=False):
        alone = not (tags[at].part or tags[at].text or tags[n].part or tags[n].text)
        if heads[at] and heads[at] == heads[n] and alone:
            first = joined[at].id
            joined[at] = replace(joined[at], part=True)
            joined[n] = replace(joined[n], id=first, part=True)
    return joined


def _cut(
    labels: Mapping[int, str], tags: Mapping[int, Tag], *, dashed: bool
) -> dict[int, tuple[str, str | None]]:
    """Give question and part of each column of one question."""
    marks = ("-", ": ") if dashed else _MARKS[:1]
    if len(labels) < _FEWEST:
        ((n, label),) = labels.items()
        return {n: _cut_alone(label, marks, tag=tags[n])}
    shared = _in_common(list(labels.values()))
    ends = [shared.rfind(mark) for mark in marks]
    at = max(ends)
    if at < 0:
        return {n: (label, None) for n, label in labels.items()}
    mark = marks[ends.index(at)]
    head, start = shared[:at].rstrip(), at + len(mark)
    bare = re.sub(r" - Selected (?:Choice|Answer)$", "", head)
    cells = {}
    for n, label in labels.items():
        part = _SELECTED.sub("", label[start:].strip())
        part = _TYPED.sub("", part) if tags[n].text else part
        cells[n] = (bare, part if part and (tags[n].part or tags[n].text) else None)
    return cells


def _in_common(labels: list[str]) -> str:
    """Give the start that all labels share."""
    first, last = min(labels), max(labels)
    same = (a == b for a, b in zip(first, last, strict=False))
    length = next((at for at, equal in enumerate(same) if not equal), None)
    return first if length is None else first[:length]


def _cut_alone(
    label: str, marks: tuple[str, ...], *, tag: Tag
) -> tuple[str, str | None]:
    bare = re.sub(r" - Selected (?:Choice|Answer)$", "", label)
    if not tag.part:
        return bare, None
    bare = _TYPED.sub("", bare) if tag.text else bare
    at, mark = max((bare.rfind(mark), mark) for mark in marks)
    if at < 0:
        return bare, None
    return bare[:at].rstrip(), bare[at + len(mark) :].strip() or None


def _answers(
    places: list[int],
    cut: Mapping[int, tuple[str, str | None]],
    tags: Mapping[int, Tag],
    frame: pd.DataFrame,
) -> dict[int, Answers | None]:
    """Say what the columns of one question hold."""
    typed = [n for n in places if tags[n].text]
    parts = [n for n in places if tags[n].part and not tags[n].text]
    alone = Answers.TEXT if len(typed) == len(places) > 1 else Answers.WRITE_IN
    kinds: dict[int, Answers | None] = dict.fromkeys(places)
    for n in typed:
        kinds[n] = alone if tags[n].part else Answers.TEXT
    if parts:
        cells = frame[parts].mask(frame[parts].isin([SEEN, _UNTICKED]))
        kind = kind_of_parts(cells, {n: cut[n][1] or "" for n in parts})
        chosen = any(tags[n].choice for n in parts)
        kinds |= dict.fromkeys(parts, Answers.OPTION if chosen else kind)
    return kinds
