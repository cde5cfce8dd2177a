"""What an SPSS file tells of its variables: labels, missing values, sets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.reading.grid import listed
from surveytools.reading.spss_parser import Parsed
from surveytools.reading.spss_values import code_text
from surveytools.reading.table import Answers, Question

__all__ = ["notes_on", "questions_of"]

_DICHOTOMIES, _CATEGORIES = "D", "C"
# Records that hold multiple-response sets: type 7, subtypes 7 and 19, bytes of one.
_SET_RECORDS = tuple(
    b"\x07\x00\x00\x00" + subtype + b"\x00\x00\x00\x01\x00\x00\x00"
    for subtype in (b"\x07", b"\x13")
)


@dataclass(frozen=True, slots=True)
class _Set:
    """A multiple-response set, and the code that means "chosen" in its columns."""

    name: str
    text: str
    kind: str
    counted: str | None


def questions_of(frame: pd.DataFrame, parsed: Parsed) -> dict[int, Question]:
    """Say what the file tells of each variable, by its number.

    Parameters
    ----------
    frame
        Texts of the variables, by number.
    parsed
        The file.
    """
    sets = dict(_sets(parsed))
    return {
        number: _question(name, frame[number], sets.get(name), parsed)
        for number, name in enumerate(parsed.names, start=1)
    }


def notes_on(
    told: Mapping[int, Question], parsed: Parsed, data: bytes
) -> tuple[str, ...]:
    """Say what a person should know of the variables, without contents of cells."""
    notes = []
    if declared := [n for n, question in told.items() if question.missing]:
        notes.append(
            f"column {listed(declared)} has values that the file declares missing: "
            "they stay"
        )
    for name, told_of in parsed.sets.items():
        if told_of["type"] == _CATEGORIES:
            count = len(told_of["variable_list"])
            notes.append(
                f"the multiple-response set {name!r} spreads its answers over {count} "
                "columns, one answer in each"
            )
    if not parsed.sets and any(record in data for record in _SET_RECORDS):
        notes.append("the file has multiple-response sets that can't be read")
    return tuple(notes)


def _sets(parsed: Parsed) -> Iterator[tuple[str, _Set]]:
    """Give each variable the set that it belongs to, the first one of several."""
    seen: set[str] = set()
    texts = Counter(told["label"] or name for name, told in parsed.sets.items())
    for name, told in parsed.sets.items():
        text = told["label"] or name
        if texts[text] > 1:
            text = f"{text} ({name})"
        for variable in told["variable_list"]:
            if variable not in seen:
                seen.add(variable)
                counted = told["counted_value"]
                code = None if counted is None else code_text(counted)
                yield variable, _Set(name, text, told["type"], code)


def _question(
    name: str, texts: pd.Series, of_set: _Set | None, parsed: Parsed
) -> Question:
    label = parsed.labels.get(name) or name
    labels = tuple(
        (code_text(code), text)
        for code, text in sorted(parsed.value_labels.get(name, {}).items())
    )
    missing = tuple(_declared(name, texts, labels, parsed))
    if of_set is not None and of_set.kind == _DICHOTOMIES:
        codes = _counted_first(of_set.counted, labels, texts)
        return Question(of_set.text, label, of_set.name, Answers.OPTION, codes, missing)
    answers = Answers.SINGLE if labels else None
    return Question(label, None, name, answers, labels, missing)


def _counted_first(
    counted: str | None, labels: Sequence[tuple[str, str]], texts: pd.Series
) -> tuple[tuple[str, str], ...]:
    """Codes of an option: the one that means "chosen", then the others."""
    if counted is None:
        return tuple(labels)
    known = dict(labels)
    others = dict.fromkeys([*known, *texts.dropna().unique()])
    others.pop(counted, None)
    chosen = (counted, known.get(counted, "Yes"))
    return (chosen, *((code, known.get(code, "No")) for code in others))


def _declared(
    name: str,
    texts: pd.Series,
    labels: Sequence[tuple[str, str]],
    parsed: Parsed,
) -> Iterator[str]:
    """Codes that occur, or have a label, and that the file declares missing."""
    ranges = parsed.missing.get(name, ())
    if not ranges:
        return
    codes = dict.fromkeys([code for code, _ in labels])
    codes |= dict.fromkeys(texts.dropna().unique())
    for code in codes:
        if any(_within(code, span) for span in ranges):
            yield code


def _within(code: str, span: float | str | Mapping[str, float | str]) -> bool:
    low, high = (span["lo"], span["hi"]) if isinstance(span, Mapping) else (span, span)
    if isinstance(low, str) or isinstance(high, str):
        return code == str(low).rstrip(" ")
    try:
        return low <= float(code) <= high
    except ValueError:
        return False
