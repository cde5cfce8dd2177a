"""A first codebook for an export, for a person to correct."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.guess import Answer, Guess, guess_column, guess_grid, slug
from surveytools.cleaning.matching import normalise
from surveytools.reading.table import Column, RawTable, Role

__all__ = ["draft_codebook"]

_BRACKETED = re.compile(r"^(?P<head>.*\S)\s*\[(?P<row>[^\[\]]+)\]$", re.DOTALL)
_LIMESURVEY_CODE = re.compile(r"^[^\s.]+\. ")
_LABEL_LENGTH = 40
_FEWEST_ROWS = 2
_FEWEST_ROWS_OF_SECTION = 3

_TOP = """\
# Draft of a codebook, made from {file} ({platform}).
#
# Read it item by item: what cells show is a guess at what was asked.
#   label    write a short one, for axes and tables
#   choices  put them in the order of the questionnaire; add those that nobody chose
#   kind     single-response, multiple-response, likert, matrix, number or text
# Lines that begin with "# decide" need a decision; remove them when it is taken.
"""


@dataclass(frozen=True, slots=True)
class _Part:
    """One item of the draft: its columns, and what they seem to hold."""

    header: str
    columns: tuple[Column, ...]
    guess: Guess
    rows: tuple[str, ...] = field(default=())


def draft_codebook(raw: RawTable) -> str:
    """Write a codebook that fits an export.

    Platform columns are left to the reader; columns that say nothing are ignored, with
    the reason. Choices are answers that at least two people gave: an answer of one
    person may be that person's own words, and isn't repeated.

    Parameters
    ----------
    raw
        The export.

    Returns
    -------
    str
        TOML text that `load_codebook` takes as it is. Comments that begin with
        ``# decide`` say what a person must look at.
    """
    parts = list(_parts(raw))
    silent = [part for part in parts if part.guess.kind is None]
    telling = [part for part in parts if part.guess.kind is not None]
    digits = max(2, len(str(len(telling))))
    blocks = [_TOP.format(file=_in_comment(raw.file), platform=raw.platform)]
    blocks += _ignored(raw, silent)
    for number, part in enumerate(telling, start=1):
        blocks.append(_item(f"q{number:0{digits}}", part, raw))
    return "\n".join(blocks)


def _parts(raw: RawTable) -> Iterator[_Part]:
    """Take the columns together that seem to belong to one item."""
    done: set[int] = set()
    columns = raw.answers()
    for column in columns:
        if column.position in done:
            continue
        for head, rows in _grids_with(column, columns, raw):
            grid = guess_grid(
                [raw.frame[c.name] for c in rows.values()], labels=raw.labels
            )
            if grid is not None:
                done |= {c.position for c in rows.values()}
                yield _Part(head, tuple(rows.values()), grid, tuple(rows))
                break
        else:
            done.add(column.position)
            yield _Part(column.header, (column,), _guess_alone(column, raw))


def _guess_alone(column: Column, raw: RawTable) -> Guess:
    if not column.header.strip():
        return Guess(None, reason="no header to find it by")
    cells = raw.frame[column.name]
    return guess_column(cells, separator=raw.separator, labels=raw.labels)


def _grids_with(
    column: Column, columns: Sequence[Column], raw: RawTable
) -> Iterator[tuple[str, dict[str, Column]]]:
    """Give the grids that a column could be part of: their header, and the rows."""
    bracketed = _bracketed(column.header)
    if bracketed is not None:
        head = bracketed[0]
        found = [(c, _bracketed(c.header)) for c in columns]
        rows = [(parts[1], c) for c, parts in found if parts and parts[0] == head]
        yield from _one_grid(head, rows, _FEWEST_ROWS)
    if raw.platform == "indico" and ": " in column.header:
        section = column.header.split(": ", 1)[0]
        start = f"{section}: "
        rows = [
            (c.header.removeprefix(start), c)
            for c in columns
            if c.header.startswith(start)
        ]
        yield from _one_grid(section, rows, _FEWEST_ROWS_OF_SECTION)


def _one_grid(
    head: str, rows: list[tuple[str, Column]], fewest: int
) -> Iterator[tuple[str, dict[str, Column]]]:
    """Give the grid if it has rows enough, and no two of one name."""
    names = {normalise(name) for name, _ in rows}
    if len(rows) >= fewest and len(names) == len(rows):
        yield head, dict(rows)


def _bracketed(header: str) -> tuple[str, str] | None:
    """Take ``question [row]`` apart, and a LimeSurvey code off its front."""
    match = _BRACKETED.match(header.strip())
    if match is None or not match["row"].strip():
        return None
    return _LIMESURVEY_CODE.sub("", match["head"]), match["row"]


def _ignored(raw: RawTable, silent: list[_Part]) -> Iterator[str]:
    """Write what to ignore and why, each header once."""
    told: set[str] = set()
    for part in silent:
        if normalise(part.header) not in told:
            told.add(normalise(part.header))
            lines = [f"# decide: {text}" for text in part.guess.decide]
            yield "\n".join([*lines, _rule(part.header, part.guess.reason)])
    for column in raw.columns:
        if column.role is Role.IDENTITY:
            yield _rule(column.header, str(Role.IDENTITY))


def _rule(header: str, reason: str) -> str:
    return f"[[ignored]]\nheader = {_toml(header)}\nreason = {_toml(reason)}\n"


def _item(code: str, part: _Part, raw: RawTable) -> str:
    guess = part.guess
    lines = [f"# decide: {text}" for text in guess.decide]
    lines += ["[[items]]", f'code = "{code}"', f"header = {_toml(part.header)}"]
    lines.append(f"label = {_toml(_short(part.header, raw))}")
    lines.append(f'kind = "{guess.kind}"')
    occurrence = _occurrence(part, raw)
    if occurrence > 1:
        lines.append(f"occurrence = {occurrence}")
    if guess.separator is not None:
        lines.append(f"separator = {_toml(guess.separator)}")
    rows = [Answer(text) for text in part.rows]
    if guess.kind is Kind.MATRIX:
        lines += _choices("rows", rows)
    lines += _choices("choices", list(guess.choices) if guess.choices else rows)
    return "\n".join(lines) + "\n"


def _choices(key: str, answers: Sequence[Answer]) -> list[str]:
    if not answers:
        return []
    lines = [f"{key} = ["]
    taken: list[str] = []
    for answer in answers:
        taken.append(slug(answer.label, taken))
        entry = f"code = {_toml(taken[-1])}, label = {_toml(answer.label)}"
        if answer.value is not None:
            entry += f", value = {answer.value}"
        if answer.missing is not None:
            entry += f", missing = {_toml(answer.missing)}"
        lines.append(f"  {{ {entry} }},")
    return [*lines, "]"]


def _occurrence(part: _Part, raw: RawTable) -> int:
    """Which of the columns with this header it is; grids have a header of their own."""
    if part.rows:
        return 1
    same = [
        column.position
        for column in raw.answers()
        if normalise(column.header) == normalise(part.header)
    ]
    return same.index(part.columns[0].position) + 1


def _short(header: str, raw: RawTable) -> str:
    """Make a label of a header: without section, cut at a word."""
    text = " ".join(header.split())
    if raw.platform == "indico" and ": " in text:
        text = text.split(": ", 1)[1]
    text = _LIMESURVEY_CODE.sub("", text) or text
    if len(text) <= _LABEL_LENGTH:
        return text
    return text[: _LABEL_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _toml(text: str) -> str:
    """Write a basic string of TOML: JSON's, with DEL escaped, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _in_comment(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
