"""The reader of XLSX files beside openpyxl, calamine and pandas, over real workbooks.

Each difference must be of a kind that docs/workbooks.md names, with who is right.
"""

import datetime as dt
from collections import Counter

import openpyxl
import pandas as pd
import pytest
import python_calamine

from surveytools.reading import read_export
from surveytools.reading.workbook import read_workbook

MISSING_TO_PANDAS = {
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
    "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
}  # fmt: skip
"""The texts that ``pandas.read_excel`` documents as missing by default."""


@pytest.fixture(scope="module")
def books(shared_data):
    found = sorted(shared_data.rglob("*.xlsx"))
    assert len(found) >= 10
    return found


def ours(path):
    """Texts by row and column, header included, and the name of the sheet."""
    grid = read_workbook(path)
    texts = {
        (row, column): text
        for column in grid.frame
        for row, text in grid.frame[column].dropna().items()
    }
    texts |= {(grid.header_row, n): text for n, text in grid.header.items() if text}
    return texts, grid.source.sheet


def with_openpyxl(path, sheet):
    rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    cells = (cell for row in rows for cell in row)
    return {(c.row, c.column): c.value for c in cells if c.value is not None}


def with_calamine(path, sheet):
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return {
        (number, column): value
        for number, row in enumerate(rows, start=1)
        for column, value in enumerate(row, start=1)
        if value != ""
    }


def kind_of(text, value):
    """Name the kind of difference between our text and another reader's value."""
    number, moment = _is_number(value), isinstance(value, dt.datetime)
    escaped = value.replace("_x000D_\n", "\r\n") if isinstance(value, str) else None
    kinds = {
        "equal": value == text,
        "whole number": number and text == f"{value:.0f}",
        "number": number and text == repr(value),
        "boolean": isinstance(value, bool) and text == str(value).upper(),
        "moment": moment and text == str(value),
        "date": type(value) is dt.date and text == value.isoformat(),
        "midnight": str(value) == f"{text} 00:00:00",
        "rounded to the millisecond": moment and _near(text, value),
        "_x000D_": escaped == text,
    }
    return next((kind for kind, found in kinds.items() if found), "unknown")


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _near(text, value):
    exact = dt.datetime.fromisoformat(text)
    return abs(exact - value) <= dt.timedelta(milliseconds=0.5)


@pytest.mark.parametrize(
    ("other", "kinds"),
    [
        pytest.param(
            with_openpyxl,
            {
                "equal", "whole number", "number", "boolean", "moment", "midnight",
                "rounded to the millisecond", "_x000D_",
            },
            id="openpyxl",
        ),
        pytest.param(
            with_calamine,
            {
                "equal", "whole number", "number", "boolean", "moment", "date",
                "rounded to the millisecond",
            },
            id="calamine",
        ),
    ],
)  # fmt: skip
def test_differences_are_of_known_kinds(books, other, kinds):
    found = Counter()
    for path in books:
        texts, sheet = ours(path)
        values = other(path, sheet)
        assert texts.keys() == values.keys(), path.name
        for place, text in texts.items():
            kind = kind_of(text, values[place])
            assert kind in kinds, (path.name, place)
            found[kind] += 1

    assert set(found) == kinds
    assert found["equal"] > 70_000
    print(dict(found))  # noqa: T201 - the figures of the document, with -s


def test_moments_are_those_of_the_csv(shared_data):
    """Indico writes the same submissions to CSV, exactly and in UTC.

    The number in the workbook has sixteen digits, the last worth a microsecond.
    """
    for name in ("survey_ui-en", "survey_fr_ui-en"):
        book = read_export(shared_data / "indico" / f"{name}.xlsx")
        table = read_export(shared_data / "indico" / f"{name}.csv")
        local = pd.to_datetime(book.frame["Submission Date"], format="ISO8601")
        utc = pd.to_datetime(table.frame["Submission Date"], format="ISO8601")
        off = (local - utc.dt.tz_localize(None)) % pd.Timedelta("1h")

        whole = off.where(off < pd.Timedelta("30min"), pd.Timedelta("1h") - off)
        assert whole.max() <= pd.Timedelta("1us")
        assert local.dt.microsecond.gt(0).sum() > 30


@pytest.mark.parametrize("engine", ["openpyxl", "calamine"])
def test_pandas_loses_answers_by_default(books, engine):
    """Every cell that it takes for missing is a text on its list."""
    lost = Counter()
    for path in books:
        texts, sheet = ours(path)
        frame = pd.read_excel(path, sheet_name=sheet, header=None, engine=engine)
        for (row, column), text in texts.items():
            if pd.isna(frame.iat[row - 1, column - 1]):  # noqa: PD009 - by position
                assert text in MISSING_TO_PANDAS, path.name
                lost[text] += 1

    assert sum(lost.values()) > 30
    print(dict(lost))  # noqa: T201
