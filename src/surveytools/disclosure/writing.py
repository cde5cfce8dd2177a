"""A protected table as Markdown, HTML, CSV, JSON or a workbook."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pandas as pd
import xlsxwriter

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.below import lines_below
from surveytools.disclosure.details import PLAIN, Details
from surveytools.disclosure.legend import letters_in_words, reasons_in_words
from surveytools.disclosure.lines import Lines, lines_of, notes_of
from surveytools.disclosure.rates import (
    low_bases,
    population_of,
    response_rates,
)
from surveytools.disclosure.record import protection_of, rules_in_words
from surveytools.disclosure.safe import SafeTable
from surveytools.files import formula_safe
from surveytools.words import Words, words_for

__all__ = [
    "as_csv",
    "as_html",
    "as_json",
    "as_markdown",
    "as_workbook",
    "csv_text",
    "html_of",
    "markdown_of",
    "records",
    "tidy",
    "workbook_of",
]

_CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Equal tables give equal bytes."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_KEYS = ["group", "row", "answer"]
_BLANKS = re.compile("[^\\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")
"""Blanks at which a line may be broken: those that French puts before : stay."""


def tidy(
    safe: SafeTable, *, details: Details = PLAIN, language: str = "en"
) -> pd.DataFrame:
    """Give a protected table with labels: one row a cell.

    Returns
    -------
    DataFrame
        Columns ``table``, ``group``, ``group_label``, ``row``, ``row_label``,
        ``answer``, ``answer_label``, ``count``, ``base``, ``share``, ``low``,
        ``high``, ``withheld``, ``low_base`` (0, 1: below 100, 2: below 30),
        ``population`` (people in the group) where headcounts are known, ``headcount``
        and ``response_rate`` of the answers of a table of departments, where groups
        are compared those of `surveytools.disclosure.banner.CELLS`, where shares are
        weighted those of `surveytools.disclosure.weighted.CELLS`, and ``protection``.
        Withheld numbers are missing, and so are ``low`` and ``high`` of mentions.
    """
    safe.require_untouched()
    details.require_untouched()
    words = words_for(language)
    cells = safe.cells.assign(low_base=low_bases(safe).astype("Int64"))
    labels = {
        f"{name}_label": [
            _labels(choices, language).get(code, "") for code in cells[name]
        ]
        for name, choices in _parts(safe).items()
    }
    found = cells.assign(table=safe.id, protection=protection_of(safe, words), **labels)
    numbers = ["count", "base", "share", "low", "high", "withheld", "low_base"]
    if safe.estimation.population:
        found["population"] = population_of(safe)
        numbers.append("population")
    if (rates := response_rates(safe)) is not None:
        by_answer = rates.set_index("answer")
        found["headcount"] = found["answer"].map(by_answer["headcount"])
        found["response_rate"] = found["answer"].map(by_answer["rate"])
        numbers += ["headcount", "response_rate"]
    if details.comparisons is not None:
        compared = details.comparisons
        beside = reasons_in_words(compared.cells, compared.method, words)
        beside = beside.drop(columns=[*_KEYS, "low_base"])
        found = found.reset_index(drop=True).join(beside.reset_index(drop=True))
        numbers += list(beside.columns)
    if details.weighted is not None:
        found = found.join(details.weighted.cells)
        numbers += list(details.weighted.cells.columns)
    parts = [c for name in _parts(safe) for c in (name, f"{name}_label")]
    return found[["table", *parts, *numbers, "protection"]]


def as_csv(safe: SafeTable, *, details: Details = PLAIN, language: str = "en") -> str:
    """Write the cells as CSV: no text is a formula, withheld numbers are empty.

    Nets, boxes and means are lines below the cells; the column ``line`` then says what
    a line is: ``answer``, or as in `surveytools.disclosure.below.lines_below`.
    """
    cells = tidy(safe, details=details, language=language)
    words = words_for(language)
    below = lines_below(details, words)
    if below is not None:
        labels = {
            f"{name}_label": [
                _labels(choices, language).get(code, "") for code in below[name]
            ]
            for name, choices in (("group", safe.groups), ("row", safe.rows))
        }
        protection = protection_of(safe, words)
        below = below.assign(table=safe.id, protection=protection, **labels)
        names = ["line", *map(str, cells), "mean"]
        cells = pd.concat([cells.assign(line="answer"), below], ignore_index=True)
        cells = cells[names]
    return csv_text(cells)


def csv_text(frame: pd.DataFrame) -> str:
    """Write a frame as CSV: no text is a formula, missing numbers are empty."""
    cells = frame.copy()
    for name in cells.select_dtypes(include="bool"):
        cells[name] = cells[name].map({True: "true", False: "false"})
    texts = cells.select_dtypes(include=["str", "object"])
    for name in texts:
        cells[name] = texts[name].map(formula_safe, na_action="ignore")
    file = StringIO()
    cells.to_csv(file, index=False, lineterminator="\n")
    return file.getvalue()


def as_json(safe: SafeTable, *, details: Details = PLAIN, language: str = "en") -> str:
    """Write the table and what it says of itself as JSON; withheld numbers are null."""
    words = words_for(language)
    cells = tidy(safe, details=details, language=language)
    content = {
        "id": safe.id,
        "title": safe.title,
        "stub": safe.stub,
        "banner": safe.banner,
        "where": safe.where,
        "wave": safe.wave,
        "base": str(safe.base),
        "unit": safe.unit,
        "protected": safe.protected,
        "threshold": safe.threshold,
        "profile": str(safe.profile),
        "rules": rules_in_words(safe, words),
        "unresolved": safe.unresolved,
        "no_group": safe.no_group,
        "interval": safe.estimation.method,
        "level": safe.estimation.level if safe.estimation.method else None,
        "headcounts": safe.estimation.source or None,
        "cells": records(cells.drop(columns=["table", "protection"])),
    }
    if details.weighted is not None:
        content["weighted_to"] = details.weighted.label
    if details.comparisons is not None:
        letters = letters_in_words(safe, details.comparisons, words)
        content["letters"] = " ".join(letters)
    for name, frame in _frames(details, words).items():
        content[name] = records(frame)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_workbook(
    safe: SafeTable, *, details: Details = PLAIN, language: str = "en"
) -> bytes:
    """Write a workbook: the cells, and what the table says of itself.

    Texts are stored as texts, also where they begin like a formula.
    """
    words = words_for(language)
    frames = {"Table": tidy(safe, details=details, language=language)}
    below = _frames(details, words)
    frames |= {name.capitalize(): frame for name, frame in below.items()}
    notes = notes_of(safe, words, details=details, rest=True)
    return workbook_of(frames, (safe.title, *notes))


def workbook_of(frames: Mapping[str, pd.DataFrame], about: Sequence[str]) -> bytes:
    """Write frames as sheets, behind them one of notes; no text is a formula."""
    sheets: dict[str, list[list[Any]]] = {
        name: [list(frame.columns), *frame.astype(object).to_numpy().tolist()]
        for name, frame in frames.items()
    }
    sheets["About"] = [[line] for line in about]
    file = BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, [None if pd.isna(v) else v for v in row])
    return file.getvalue()


def as_markdown(
    safe: SafeTable, *, details: Details = PLAIN, language: str = "en"
) -> str:
    """Write a table for people: shares in %, counts in brackets, a line of bases."""
    return markdown_of(lines_of(safe, words_for(language), details=details))


def markdown_of(page: Lines) -> str:
    """Write lines as a Markdown table."""
    rule = ["---", *["---:"] * (len(page.head) - 1)]
    lines = [_line(page.head), _line(rule, raw=True)]
    lines += [_line(line) for line in page.lines]
    notes = [part for note in page.notes for part in ("", _escaped(note))]
    return "\n".join([f"**{_escaped(page.title)}**", "", *lines, *notes]) + "\n"


def as_html(safe: SafeTable, *, details: Details = PLAIN, language: str = "en") -> str:
    """Write a table as an HTML fragment: a table with caption, and its notes.

    Every text is escaped; the fragment has no script and no style of its own.
    """
    return html_of(lines_of(safe, words_for(language), details=details))


def html_of(page: Lines) -> str:
    """Write lines as an HTML table; every text is escaped."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in page.head)
    body = "\n".join(_html_line(line) for line in page.lines)
    notes = "\n".join(f"<p>{html.escape(note)}</p>" for note in page.notes)
    return (
        f"<table>\n<caption>{html.escape(page.title)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n{notes}\n"
    )


def _html_line(line: Sequence[str]) -> str:
    first, *others = (html.escape(text) for text in line)
    cells = "".join(f"<td>{text}</td>" for text in others)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def _frames(details: Details, words: Words) -> dict[str, pd.DataFrame]:
    frames = {"nets": details.nets, "summary": details.summary}
    found = {name: frame for name, frame in frames.items() if frame is not None}
    if (compared := details.comparisons) is not None:
        found = {
            name: reasons_in_words(frame, compared.method, words)
            for name, frame in found.items()
        }
        found |= {"pairs": compared.pairs, "associations": compared.associations}
    return found


def records(frame: pd.DataFrame) -> list[object]:
    """Give the rows of a frame for JSON; what is missing is null."""
    found: list[object] = json.loads(
        frame.to_json(orient="records", double_precision=15)
    )
    return found


def _parts(safe: SafeTable) -> dict[str, tuple[Choice, ...]]:
    return {"group": safe.groups, "row": safe.rows, "answer": safe.answers}


def _labels(choices: tuple[Choice, ...], language: str) -> dict[str, str]:
    return {choice.code: choice.text(language) for choice in choices}


def _escaped(text: str) -> str:
    for mark, written in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|")):
        text = text.replace(mark, written)
    return " ".join(_BLANKS.split(text)).strip()


def _line(parts: Sequence[str], *, raw: bool = False) -> str:
    return f"| {' | '.join(parts if raw else map(_escaped, parts))} |"
