"""The responses as a workbook for people: labels, not codes; text is only text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.responses import Responses

__all__ = ["fits_workbook", "write_workbook"]

_LARGEST = 2_000_000  # cells; more would take minutes to write and open badly
_ROWS, _COLUMNS = 1_048_576, 16_384  # of a sheet

_LONGEST = 32_767  # characters that Excel takes in a cell
_CUT = "… [cut; responses.parquet has the whole text]"
_EPOCH = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # equal inputs give equal bytes


def fits_workbook(responses: Responses) -> bool:
    """Tell whether the responses are few enough for a workbook."""
    rows, columns = responses.frame.shape
    return rows < _ROWS and columns + 2 <= _COLUMNS and rows * columns <= _LARGEST


def write_workbook(responses: Responses, path: Path) -> None:
    """Write the answers with labels, and what the columns mean.

    Every text is written as text, whatever it begins with, so that no spreadsheet
    program takes it for a formula, a link or a number.
    """
    import xlsxwriter  # noqa: PLC0415 - large responses get no workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _EPOCH.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        answers = book.add_worksheet("Responses")
        answers.freeze_panes(1, 2)
        _write_rows(answers, _response_rows(responses), bold)
        items = book.add_worksheet("Items")
        items.freeze_panes(1, 0)
        _write_rows(items, _item_rows(responses.codebook), bold)
        accounting = book.add_worksheet("Accounting")
        accounting.freeze_panes(1, 0)
        _write_rows(accounting, _frame_rows(responses.accounting), bold)


def _write_rows(sheet: Any, rows: Iterator[list[Any]], bold: Any) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                text = value
                if len(text) > _LONGEST:
                    text = text[: _LONGEST - len(_CUT)] + _CUT
                sheet.write_string(at, column, text, bold if at == 0 else None)
            elif value is not None:
                sheet.write_number(at, column, value)


def _response_rows(responses: Responses) -> Iterator[list[Any]]:
    codebook = responses.codebook
    columns = [
        (name, item, part)
        for item in codebook.items
        for name, part in zip(item.columns(), _parts(item), strict=True)
    ]
    yield [
        "export",
        "row",
        *(_title(item, part, codebook.language) for _, item, part in columns),
    ]
    index = responses.frame.index
    shown = [
        index.get_level_values("export").tolist(),
        index.get_level_values("row").tolist(),
    ]
    for name, item, _ in columns:
        shown.append(_shown(responses.frame[name], item, codebook.language))
    yield from map(list, zip(*shown, strict=True))


def _parts(item: Item) -> tuple[Choice | None, ...]:
    if item.kind is Kind.MATRIX:
        return item.rows
    wide = item.kind in {Kind.MULTIPLE, Kind.RANKING}
    return item.choices if wide else (None,)


def _title(item: Item, part: Choice | None, language: str) -> str:
    label = Choice(item.code, item.label).text(language)
    return f"{label} [{part.text(language)}]" if part else label


def _shown(answers: pd.Series[Any], item: Item, language: str) -> list[Any]:
    """Labels, 1 and 0 for choices selected or not, numbers and text; or nothing."""
    if isinstance(answers.dtype, pd.CategoricalDtype):
        labels = [item.choice(code).text(language) for code in answers.cat.categories]
        lookup = np.array([*labels, None], dtype=object)
        return list(lookup[answers.cat.codes.to_numpy()])
    values = answers.astype("Int8") if item.kind is Kind.MULTIPLE else answers
    return values.astype("object").where(values.notna(), None).tolist()


def _item_rows(codebook: Codebook) -> Iterator[list[Any]]:
    yield ["item", "label", "kind", "asked if", "speaks of", "choices"]
    for item in codebook.items:
        yield [
            item.code,
            Choice(item.code, item.label).text(codebook.language),
            item.kind.value,
            item.asked_if or "",
            item.unit,
            " | ".join(choice.text(codebook.language) for choice in item.choices),
        ]


def _frame_rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    yield [str(name) for name in frame.columns]
    plain = frame.astype("object").where(frame.notna(), None)
    for row in plain.itertuples(index=False):
        yield list(row)
