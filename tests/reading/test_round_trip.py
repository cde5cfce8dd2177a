"""Whatever stands in a file stands in the table, at its row and column."""

import csv
import io

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from surveytools.errors import ExportError
from surveytools.reading import read_export

SETTINGS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
CELLS = [
    ('<c r="{}" t="str"><v>text</v></c>', "text"),
    ('<c r="{}"><v>3</v></c>', "3"),
    ('<c r="{}" t="b"><v>1</v></c>', "TRUE"),
    ('<c r="{}" t="e"><v>#N/A</v></c>', "#N/A"),
    ('<c r="{}" s="2"><v>45000</v></c>', "2023-03-15"),
    ('<c r="{}"><f>abc</f></c>', "=abc"),
    ('<c r="{}" t="inlineStr"><is><t>in</t></is></c>', "in"),
    ('<c r="{}" t="inlineStr"><is/></c>', None),
    ('<c r="{}" t="str"><v></v></c>', None),
    ('<c r="{}" s="1"/>', None),
    ('<c r="{}"></c>', None),
    ('<c r="{}"><v/></c>', None),
]
PLACES = st.tuples(st.integers(1, 7), st.integers(1, 26))
TEXTS = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8
)


def placed(raw):
    """Texts by row and column number, without the header."""
    return {
        (row, column.position): text
        for column in raw.columns
        for row, text in raw.frame[column.name].dropna().items()
    }


@SETTINGS
@given(st.dictionaries(PLACES, st.sampled_from(CELLS), max_size=12))
def test_cells_of_a_workbook_stay_in_their_place(workbook, sheet, chosen):
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            xml.format(f"{chr(ord('A') + column - 1)}{row}")
            for (other, column), (xml, _) in sorted(chosen.items())
            if other == row
        )
        + "</row>"
        for row in range(1, 8)
    )
    texts = {place: text for place, (_, text) in chosen.items() if text is not None}
    header = min((row for row, _ in texts), default=0)
    expected = {place: text for place, text in texts.items() if place[0] > header}
    path = workbook(sheet(rows))

    if not expected:
        with pytest.raises(ExportError, match=r"blank|no response"):
            read_export(path, header_row=max(header, 1))
        return
    raw = read_export(path, header_row=header)
    assert placed(raw) == expected
    assert {c.position: c.header for c in raw.columns} == {
        column: texts.get((header, column), "")
        for column in sorted({column for _, column in texts})
    }


@SETTINGS
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
@example([("a\rb", "c\n"), ('"', "x;y,z\tq|"), (" ", "\ufeff")])
def test_texts_survive_csv(export, rows):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerows([("Role", "Remark"), ("x", "x"), *rows])

    raw = read_export(export(stream.getvalue()))

    assert placed(raw) == {
        (row, column): text
        for row, texts in enumerate([("x", "x"), *rows], start=2)
        for column, text in enumerate(texts, start=1)
        if text
    }


@SETTINGS
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_texts_survive_a_workbook(tmp_path, rows):
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for row, texts in enumerate([("Role", "Remark"), ("x", "x"), *rows]):
            for column, text in enumerate(texts):
                page.write_string(row, column, text)

    assert placed(read_export(path)) == {
        (row, column): text
        for row, texts in enumerate([("x", "x"), *rows], start=2)
        for column, text in enumerate(texts, start=1)
        if text
    }
