"""A protected table as Markdown, CSV, JSON or a workbook."""

import json
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pandas as pd
import xlsxwriter

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.record import rules_in_words
from surveytools.disclosure.safe import SafeTable
from surveytools.files import formula_safe
from surveytools.study.tabplan import BaseKind

__all__ = ["as_csv", "as_json", "as_markdown", "as_workbook", "tidy"]

_BASES = {
    BaseKind.ALL: "all respondents",
    BaseKind.ASKED: "respondents who were asked",
    BaseKind.ANSWERED: "respondents who answered",
    BaseKind.MENTIONS: "mentions",
}
_WITHHELD = "withheld"
_NO_SHARE = "\N{EN DASH}"
_CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Equal tables give equal bytes."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def tidy(safe: SafeTable, *, language: str = "en") -> pd.DataFrame:
    """Give a protected table with labels: one row a cell.

    Returns
    -------
    DataFrame
        Columns ``table``, ``group``, ``group_label``, ``row``, ``row_label``,
        ``answer``, ``answer_label``, ``count``, ``base``, ``share``, ``low``,
        ``high``, ``withheld`` and ``protection``. Withheld numbers are missing.
    """
    cells = safe.cells
    labels = {
        f"{name}_label": [
            _labels(choices, language).get(code, "") for code in cells[name]
        ]
        for name, choices in _parts(safe).items()
    }
    found = cells.assign(table=safe.id, protection=_protection(safe), **labels)
    parts = [c for name in _parts(safe) for c in (name, f"{name}_label")]
    numbers = ["count", "base", "share", "low", "high", "withheld"]
    return found[["table", *parts, *numbers, "protection"]]


def as_csv(safe: SafeTable, *, language: str = "en") -> str:
    """Write the cells as CSV: no text is a formula, withheld numbers are empty."""
    cells = tidy(safe, language=language)
    cells["withheld"] = cells["withheld"].map({True: "true", False: "false"})
    texts = cells.select_dtypes(include=["str", "object"])
    for name in texts:
        cells[name] = texts[name].map(formula_safe)
    file = StringIO()
    cells.to_csv(file, index=False, lineterminator="\n")
    return file.getvalue()


def as_json(safe: SafeTable, *, language: str = "en") -> str:
    """Write the table and what it says of itself as JSON; withheld numbers are null."""
    cells = tidy(safe, language=language).drop(columns=["table", "protection"])
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
        "rules": rules_in_words(safe),
        "unresolved": safe.unresolved,
        "no_group": safe.no_group,
        "cells": json.loads(cells.to_json(orient="records", double_precision=15)),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_workbook(safe: SafeTable, *, language: str = "en") -> bytes:
    """Write a workbook: the cells, and what the table says of itself.

    Texts are stored as texts, also where they begin like a formula.
    """
    cells = tidy(safe, language=language)
    sheets = {
        "Table": [list(cells.columns), *cells.astype(object).to_numpy().tolist()],
        "About": [[line] for line in (safe.title, *_notes(safe))],
    }
    file = BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, [None if pd.isna(v) else v for v in row])
    return file.getvalue()


def as_markdown(safe: SafeTable, *, language: str = "en") -> str:
    """Write a table for people: shares in %, counts in brackets, a line of bases."""
    head = [_escaped(safe.stub_label)]
    head += [_escaped(group.text(language)) for group in safe.groups]
    lines = [_line(head), _line(["---", *["---:"] * len(safe.groups)])]
    cells = safe.cells.set_index(["group", "row", "answer"])
    for row in safe.rows or (Choice("", ""),):
        lines += _block(safe, row, cells, language)
    title = [f"**{_escaped(safe.title)}**", ""]
    notes = [part for note in _notes(safe) for part in ("", _escaped(note))]
    return "\n".join([*title, *lines, *notes]) + "\n"


def _block(
    safe: SafeTable, row: Choice, cells: pd.DataFrame, language: str
) -> list[str]:
    """Write the answers of an item, or of one row of a matrix, and their base."""
    own = cells.loc[pd.IndexSlice[:, row.code, :], :]
    by_answer = bool(own.groupby("group")["base"].nunique().gt(1).any())
    before = f"{row.text(language)}: " if row.code else ""
    lines = []
    for answer in safe.answers:
        same = own.loc[pd.IndexSlice[:, :, answer.code], :]
        shown = [_number(cell, with_base=by_answer) for _, cell in same.iterrows()]
        lines.append(_line([_escaped(before + answer.text(language)), *shown]))
    if not by_answer and safe.answers:
        bases = own.xs(safe.answers[0].code, level="answer")["base"].tolist()
        shown = [_WITHHELD if pd.isna(base) else str(base) for base in bases]
        lines.append(_line([_escaped(f"{before}Base"), *shown]))
    return lines


def _number(cell: pd.Series, *, with_base: bool) -> str:
    if cell["withheld"]:
        return _WITHHELD
    of_base = f" of {cell['base']}" if with_base else ""
    counted = f"{cell['count']}{of_base}"
    if pd.isna(cell["share"]):
        return f"{_NO_SHARE} ({counted})"
    return f"{100 * cell['share']:.1f} % ({counted})"


def _notes(safe: SafeTable) -> list[str]:
    speaks = "" if safe.unit == "respondent" else f"; answers speak of a {safe.unit}"
    notes = [f"Base: {_BASES[safe.base]}{speaks}"]
    if safe.where:
        notes.append(f"Only where {safe.where}")
    outside = {"unresolved answers": safe.unresolved, "no group": safe.no_group}
    for name, number in outside.items():
        if number != 0:
            left_out = "a few" if number is None else number
            notes.append(f"Left out: {left_out} ({name})")
    hidden = int(safe.cells["withheld"].sum())
    notes.append(f"{hidden} of {len(safe.cells)} cells withheld")
    before = f"{_protection(safe)}: " if safe.protected else ""
    notes.append(f"{before}{rules_in_words(safe)}")
    return notes


def _protection(safe: SafeTable) -> str:
    if not safe.protected:
        return "UNPROTECTED"
    return f"threshold {safe.threshold}, profile {safe.profile}"


def _parts(safe: SafeTable) -> dict[str, tuple[Choice, ...]]:
    return {"group": safe.groups, "row": safe.rows, "answer": safe.answers}


def _labels(choices: tuple[Choice, ...], language: str) -> dict[str, str]:
    return {choice.code: choice.text(language) for choice in choices}


def _escaped(text: str) -> str:
    for mark, written in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|")):
        text = text.replace(mark, written)
    return " ".join(text.split())


def _line(parts: list[str]) -> str:
    return f"| {' | '.join(parts)} |"
