"""Whatever stands in a file stands in the table, at its row and column."""

import csv
import gzip
import io
import zipfile
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, example, given, settings
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


# --- Any table, in any file that can hold it ----------------------------------------

ENCODINGS = {
    "utf-8": st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    "utf-8-sig": st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    "utf-16": st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    "utf-16-le": st.characters(codec="ascii", exclude_categories=["Cc"]),
    "cp1252": st.characters(codec="cp1252", exclude_categories=["Cc"]),
}
HEADERS = ["Role", "Remark", "Years here", "Tools"]


@st.composite
def texts(draw, letters, breaks):
    """Texts with what separates cells, more often than by chance."""
    letters = st.one_of(letters, st.sampled_from([*",;|\"'= ", *breaks]))
    width = draw(st.integers(2, len(HEADERS)))
    row = st.tuples(*[st.text(letters, max_size=8)] * width)
    rows = draw(st.lists(row, max_size=6))
    return [tuple(HEADERS[:width]), ("x",) * width, *rows]


@st.composite
def delimited(draw):
    """A text file in any dialect, written by hand."""
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    table = draw(texts(ENCODINGS[encoding], "\t\r\n"))
    delimiter = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoted = draw(st.booleans())

    def written(cell):
        if not quoted and not set(cell) & set(f'{delimiter}"\r\n'):
            return cell
        doubled = cell.replace('"', '""')
        return f'"{doubled}"'

    lines = [delimiter.join(map(written, row)) for row in table]
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    data = text.encode(encoding)
    if encoding == "cp1252" and not text.isascii():
        # Read as UTF-8, or as damaged UTF-8, it would be another table.
        lenient = data.decode("utf-8", "replace")
        assume(sum(letter > "\x7f" for letter in lenient) == lenient.count("\ufffd"))
    return table, "csv", data


@st.composite
def spreadsheet(draw):
    """A workbook by openpyxl or XlsxWriter, or an OpenDocument file by hand."""
    kind = draw(st.sampled_from(["openpyxl", "xlsxwriter", "ods"]))
    breaks = "\t\n\r" if kind == "xlsxwriter" else "\t\n"
    table = draw(texts(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), breaks))
    write = {"openpyxl": by_openpyxl, "xlsxwriter": by_xlsxwriter, "ods": by_hand}
    return table, "ods" if kind == "ods" else "xlsx", write[kind](table)


def by_openpyxl(table):
    book = openpyxl.Workbook()
    for number, row in enumerate(table, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = book.active.cell(number, column, text)
                cell.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def by_xlsxwriter(table):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for number, row in enumerate(table):
            for column, text in enumerate(row):
                page.write_string(number, column, text)
    return buffer.getvalue()


def by_hand(table):
    """An OpenDocument spreadsheet, every blank as an element of its own."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"

    def paragraph(line):
        marked = escape(line).replace(" ", "<text:s/>").replace("\t", "<text:tab/>")
        return f"<text:p>{marked}</text:p>"

    def cell(text):
        lines = "".join(map(paragraph, text.split("\n"))) if text else ""
        start = '<table:table-cell office:value-type="string">' if text else ""
        return f"{start}{lines}</table:table-cell>" if text else "<table:table-cell/>"

    rows = "".join(
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in table
    )
    content = (
        f'<office:document-content xmlns:office="{urn}:office:1.0" '
        f'xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("content.xml", content)
    return buffer.getvalue()


def packed(data, suffix, pack):
    if pack == "gz":
        return gzip.compress(data, 1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"export.{suffix}", data)
    return buffer.getvalue()


FILES = st.tuples(
    st.one_of(delimited(), spreadsheet()), st.sampled_from([None, None, "gz", "zip"])
)


def reads_back_equal(export, written):
    (table, suffix, data), pack = written
    content = data if pack is None else packed(data, suffix, pack)
    raw = read_export(export(content, f"export.{suffix}"), platform="generic")

    assert tuple(c.header for c in raw.columns) == table[0]
    assert placed(raw) == {
        (row, column): text
        for row, cells in enumerate(table[1:], start=2)
        for column, text in enumerate(cells, start=1)
        if text
    }


@SETTINGS
@given(FILES)
def test_any_table_in_any_file(export, written):
    reads_back_equal(export, written)


@pytest.mark.long
@settings(SETTINGS, max_examples=2_000)
@given(FILES)
def test_any_table_in_any_file_many_times(export, written):
    reads_back_equal(export, written)
