"""Old workbooks, written record by record after [MS-XLS], and by LibreOffice.

What is written by hand is read by xlrd too, another reader, so that both agree on it.
"""

import datetime as dt
import struct

import openpyxl
import pandas as pd
import pytest
import xlrd

from surveytools.errors import ExportError
from surveytools.reading import read_export

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE, END, IN_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
BIFF8, BIFF5 = 0x0600, 0x0500
FORMATS = (0, 22, 14, 21, 46)
"""Style of a cell: 0 general, 1 moment, 2 date, 3 time, 4 elapsed time."""


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def bof(kind, version=BIFF8):
    return record(0x0809, struct.pack("<HHHHII", version, kind, 0, 1997, 0, 6))


def unicode(text):
    """A text with its length before it; one byte a character where that is enough."""
    if text.isascii():
        return struct.pack("<HB", len(text), 0) + text.encode("latin-1")
    wide = text.encode("utf-16-le")
    return struct.pack("<HB", len(wide) // 2, 1) + wide


def label(row, column, number):
    return record(0x00FD, struct.pack("<3HI", row, column, 0, number))


def number(row, column, value, style=0):
    return record(0x0203, struct.pack("<3Hd", row, column, style, value))


def boolean(row, column, code, *, error=0):
    return record(0x0205, struct.pack("<3HBB", row, column, 0, code, error))


def formula(row, column, result, style=0):
    return record(0x0006, struct.pack("<3H", row, column, style) + result + bytes(8))


def rk(value, *, hundredth=False):
    return (int(value * (100 if hundredth else 1)) << 2) | 2 | hundredth


def container(stream, name="Workbook", sector=512):
    """A compound file with one stream, of 4,096 bytes at least."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % sector)
    count = len(stream) // sector
    chain = [*range(1, count), END, END, IN_TABLE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(sector, b"\xff")
    assert len(table) == sector

    def entry(title, kind, start, size, child=FREE):
        encoded = (title + "\0").encode("utf-16-le") if title else b""
        head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        links = struct.pack("<3I", FREE, FREE, child)
        return head + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, END, 0, 1) + entry(name, 2, 0, len(stream))
    shift = {512: 9, 4096: 12}[sector]
    header = MAGIC + bytes(16)
    header += struct.pack("<HHHHH6x", 62, 3 if shift == 9 else 4, 0xFFFE, shift, 6)
    header += struct.pack("<9I", 0, 1, count, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", count + 1, *[FREE] * 108)
    return header.ljust(sector, b"\0") + stream + directory.ljust(sector, b"\0") + table


def workbook(
    *sheets, texts=(), before=b"", names=("Sheet1",), hidden=(), version=BIFF8
):
    """A stream of records; the sheets are given as records of cells."""
    shared = b"".join(unicode(text) for text in texts)
    sst = record(0x00FC, struct.pack("<II", len(texts), len(texts)) + shared)
    styles = b"".join(record(0x00E0, struct.pack("<HH16x", 0, n)) for n in FORMATS)
    fonts = record(
        0x0031, struct.pack("<HHHHHBBBxBB", 200, 0, 8, 400, 0, 0, 0, 0, 0, 0)
    )
    start = bof(0x0005, version) + before + fonts + styles
    end = (sst if texts else b"") + record(0x000A)
    pages = [bof(0x0010, version) + page + record(0x000A) for page in sheets]

    def title(name):
        encoded = name.encode("cp1252")
        flags = b"\0" if version == BIFF8 else b""
        return bytes([len(name)]) + flags + encoded

    tabs = [struct.pack("<BB", name in hidden, 0) + title(name) for name in names]
    at = len(start) + len(end) + sum(8 + len(tab) for tab in tabs)
    bounds = b""
    for page, tab in zip(pages, tabs, strict=True):
        bounds += record(0x0085, struct.pack("<I", at) + tab)
        at += len(page)
    return start + bounds + end + b"".join(pages)


def refused(path, **options):
    with pytest.raises(ExportError) as caught:
        read_export(path, **options)
    text = str(caught.value)
    assert text.startswith(path.name)
    assert "\n" not in text
    assert caught.value.hint
    return text


HEAD = label(0, 0, 0) + label(0, 1, 1)
TEXTS = ("Role", "Remark", "x")


@pytest.fixture
def xls(export):
    def write(cells, texts=TEXTS, **options):
        data = container(workbook(HEAD + cells, texts=texts, **options))
        return export(data, "export.xls")

    return write


MOMENT = 46279.572464965625
"""2026-09-14 13:44:20.973030, as days since 30 December 1899."""


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param(number(1, 1, 3.0), "3", id="whole"),
        pytest.param(number(1, 1, 2.75), "2.75", id="fraction"),
        pytest.param(number(1, 1, 12390574951.0), "12390574951", id="eleven digits"),
        pytest.param(number(1, 1, 1e15), "1000000000000000", id="sixteen digits"),
        pytest.param(
            record(0x027E, struct.pack("<3HI", 1, 1, 0, rk(3))), "3", id="RK"
        ),
        pytest.param(
            record(0x027E, struct.pack("<3HI", 1, 1, 0, rk(-5) & 0xFFFFFFFF)), "-5",
            id="RK below zero",
        ),
        pytest.param(
            record(0x027E, struct.pack("<3HI", 1, 1, 0, rk(2.75, hundredth=True))),
            "2.75", id="RK in hundredths",
        ),
        pytest.param(
            record(0x027E, struct.pack("<3HI", 1, 1, 0, 0x3FF80000)), "1.5",
            id="RK of a float",
        ),
        pytest.param(
            record(0x00BD, struct.pack("<HHHIHIH", 1, 1, 0, rk(7), 0, rk(8), 2)),
            "7", id="several RK",
        ),
        pytest.param(number(1, 1, 46279.5, style=1), "2026-09-14 12:00:00", id="noon"),
        pytest.param(number(1, 1, MOMENT, style=1), "2026-09-14 13:44:20.973030",
                     id="microseconds"),
        pytest.param(number(1, 1, 46279, style=2), "2026-09-14", id="date"),
        pytest.param(number(1, 1, 0.5, style=3), "12:00:00", id="time"),
        pytest.param(number(1, 1, 1.25, style=4), "30:00:00", id="elapsed"),
        pytest.param(boolean(1, 1, 1), "TRUE", id="true"),
        pytest.param(boolean(1, 1, 0), "FALSE", id="false"),
        pytest.param(boolean(1, 1, 0x1D, error=1), "#NAME?", id="error"),
        pytest.param(formula(1, 1, struct.pack("<d", 2)), "2", id="formula"),
        pytest.param(formula(1, 1, b"\1\0\1\0\0\0\xff\xff"), "TRUE", id="true result"),
        pytest.param(formula(1, 1, b"\2\0\x2a\0\0\0\xff\xff"), "#N/A", id="#N/A"),
        pytest.param(formula(1, 1, b"\3\0\0\0\0\0\xff\xff"), None, id="empty formula"),
        pytest.param(
            formula(1, 1, b"\0\0\0\0\0\0\xff\xff") + record(0x0207, unicode("Zo\xeb")),
            "Zo\xeb", id="text formula",
        ),
        pytest.param(
            record(0x0204, struct.pack("<3H", 1, 1, 0) + unicode("\u2013 a")),
            "\u2013 a", id="text of its own",
        ),
    ],
)  # fmt: skip
def test_values(xls, cells, cell, text):
    path = xls(label(1, 0, 2) + cell)

    assert [row[:2] for row in cells(read_export(path))] == [["x", text]]
    other = xlrd.open_workbook(path).sheet_by_index(0).cell(1, 1)
    if other.ctype == xlrd.XL_CELL_TEXT:
        assert other.value == (text or "")
    elif other.ctype == xlrd.XL_CELL_NUMBER:
        assert other.value == float(text)
    elif other.ctype == xlrd.XL_CELL_ERROR:
        assert xlrd.error_text_from_code[other.value] == text
    elif other.ctype == xlrd.XL_CELL_BOOLEAN:
        assert bool(other.value) == (text == "TRUE")
    else:
        assert other.ctype == xlrd.XL_CELL_DATE


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "N/A",
        "007",
        "=1+1",
        " padded ",
        "a\nb",
        "a\tb",
        "Zo\xeb \u2013 \u201cx\u201d",
        "\U0001f600",
    ],
)
def test_texts(xls, cells, text):
    path = xls(label(1, 0, 2), texts=("Role", "Remark", text))

    assert cells(read_export(path)) == [[text, None]]
    assert xlrd.open_workbook(path).sheet_by_index(0).cell_value(1, 0) == text


def test_workbook_that_counts_from_1904(xls, cells):
    cell = label(1, 0, 2) + number(1, 1, 44817, style=2)

    path = xls(cell, before=record(0x0022, struct.pack("<H", 1)))

    assert cells(read_export(path)) == [["x", "2026-09-14"]]


def test_shared_texts_that_go_on_in_further_records(export, cells):
    """A text may be cut after any character, and go on with other bytes."""
    long = "a" * 10 + "\u2013" * 10
    count = struct.pack("<II", 3, 3)
    first = count + unicode("Role") + struct.pack("<HB", 20, 0) + b"a" * 10
    second = b"\1" + ("\u2013" * 10).encode("utf-16-le")
    third = struct.pack("<HBH", 3, 0x08, 1) + b"xyz" + struct.pack("<HH", 1, 5)
    sst = record(0x00FC, first) + record(0x003C, second) + record(0x003C, third)
    page = HEAD + label(1, 0, 2)
    stream = workbook(page, before=sst)

    path = export(container(stream), "export.xls")

    raw = read_export(path)
    assert [c.header for c in raw.columns] == ["Role", long]
    assert cells(raw) == [["xyz", None]]
    assert xlrd.open_workbook(path).sheet_by_index(0).row_values(0) == ["Role", long]


def test_excel_5(export, cells):
    def text(row, column, words):
        encoded = words.encode("cp1252")
        head = struct.pack("<4H", row, column, 0, len(encoded))
        return record(0x0204, head + encoded)

    page = text(0, 0, "Role") + text(1, 0, "Zo\xeb \u2013")
    page += text(0, 1, "Years") + number(1, 1, 3.0)
    codepage = record(0x0042, struct.pack("<H", 1252))
    stream = workbook(page, before=codepage, version=BIFF5)

    path = export(container(stream, "Book"), "export.xls")

    assert cells(read_export(path)) == [["Zo\xeb \u2013", "3"]]
    assert (
        xlrd.open_workbook(path).sheet_by_index(0).cell_value(1, 0) == "Zo\xeb \u2013"
    )


def test_large_sectors(export, cells):
    stream = workbook(HEAD + label(1, 0, 2), texts=TEXTS)

    assert cells(read_export(export(container(stream, sector=4096)))) == [["x", None]]


def test_charts_within_a_sheet_are_not_read(xls, cells):
    chart = bof(0x0020) + number(9, 9, 1.0) + record(0x000A)

    assert cells(read_export(xls(label(1, 0, 2) + chart))) == [["x", None]]


def test_hidden_merged_and_comments(xls):
    hidden_row = record(0x0208, struct.pack("<6HI", 1, 0, 2, 255, 0, 0, 0x20))
    hidden_column = record(0x007D, struct.pack("<6H", 1, 1, 2560, 0, 1, 0))
    merged = record(0x00E5, struct.pack("<5H", 1, 0, 0, 0, 1))
    comment = record(0x001C, struct.pack("<4H", 1, 0, 0, 1))

    notes = read_export(
        xls(hidden_column + hidden_row + label(1, 0, 2) + comment + merged)
    ).notes

    assert any("hides or filters away, read like the others: 1" in n for n in notes)
    assert "column 2 is hidden, read like the others" in notes
    assert any("merged over column 1 to 2" in note for note in notes)
    assert "comments on cells, not read: 1" in notes


class TestSheets:
    def test_named_and_unclear(self, export, cells):
        one, two = HEAD + label(1, 0, 2), HEAD + label(1, 1, 2)
        names = ("Answers", "Codes", "Empty")
        data = container(workbook(one, two, b"", texts=TEXTS, names=names))
        path = export(data, "export.xls")

        assert cells(read_export(path, sheet="Codes")) == [[None, "x"]]
        assert "2 sheets hold something; name one with --sheet" in refused(path)
        assert "the file has 'Answers', 'Codes', 'Empty'" in refused(path, sheet="x")

    def test_hidden(self, export):
        one = HEAD + label(1, 0, 2)
        names = ("Answers", "Codes")
        stream = workbook(one, one, texts=TEXTS, names=names, hidden={"Codes"})

        raw = read_export(export(container(stream), "export.xls"))

        assert raw.sheet == "Answers"
        assert "hidden sheets that hold something, not read: 'Codes'" in raw.notes


class TestGuard:
    def test_far_cell(self, xls):
        assert "the used range reaches row 65,536" in refused(
            xls(number(65535, 16000, 1.0))
        )
        assert "a cell lies in row 2, column 65,536" in refused(
            xls(number(1, 65535, 1.0))
        )

    @pytest.mark.parametrize("at", [0, 1])
    def test_protected(self, export, at):
        record_ = record(0x002F, bytes(54))
        stream = workbook(HEAD, texts=TEXTS, before=record_)
        data = container(stream) if at else container(bytes(9), "EncryptedPackage")

        assert "protected by a password" in refused(export(data, "export.xls"))

    def test_other_old_documents(self, export):
        data = container(bytes(9), "WordDocument")

        assert "an old Office document, not a workbook" in refused(export(data))

    def test_older_than_excel_5(self, export):
        stream = record(0x0409, struct.pack("<HHH", 0, 0x0010, 0))

        assert "older than Excel 5" in refused(export(container(stream)))

    def test_text_that_is_not_there(self, xls):
        assert "damaged" in refused(xls(label(1, 0, 99)))

    def test_more_texts_than_there_are(self, export):
        sst = record(0x00FC, struct.pack("<II", 2**32 - 1, 2**32 - 1))
        stream = workbook(HEAD, before=sst)

        assert "damaged" in refused(export(container(stream)))

    def test_sectors_in_a_ring(self, export):
        data = bytearray(container(workbook(HEAD, texts=TEXTS)))
        table = data.rindex(struct.pack("<II", 1, 2))
        data[table : table + 4] = struct.pack("<I", 0)

        assert "damaged" in refused(export(bytes(data)))

    @pytest.mark.parametrize("length", [8, 30, 511, 600, 1500, 4000, 5000])
    def test_cut_off(self, export, length):
        data = container(workbook(HEAD + label(1, 0, 2), texts=TEXTS))

        assert "damaged or cut off" in refused(export(data[:length]))

    @pytest.mark.parametrize("page", [0, 932])
    def test_code_page(self, export, page):
        before = record(0x0042, struct.pack("<H", page))
        stream = workbook(number(0, 0, 1.0), before=before, version=BIFF5)
        text = refused(export(container(stream, "Book")))

        assert ("unknown encoding" if page == 0 else "no response") in text


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    ["indico/survey_fr_ui-en.xlsx", "spack/spack-user-survey-2022-responses.xlsx"],
)
def test_real_exports_saved_by_libreoffice(libreoffice, shared_data, name):
    """LibreOffice ends lines with LF; xlrd reads the same of its file."""
    before = read_export(shared_data / name)
    path = libreoffice(shared_data / name, "xls")

    raw = read_export(path)

    lines = before.frame.apply(
        lambda texts: texts.str.replace("\r\n", "\n", regex=False)
    )
    pd.testing.assert_frame_equal(raw.frame, lines)
    assert raw.platform == before.platform
    page = xlrd.open_workbook(path).sheet_by_index(0)
    assert [c.header for c in raw.columns] == page.row_values(0)
    texts = {
        (row + 1, column + 1): page.cell_value(row, column)
        for row in range(1, page.nrows)
        for column in range(page.ncols)
        if page.cell_type(row, column) == xlrd.XL_CELL_TEXT
    }
    assert len(texts) > 3_000
    assert texts == {
        (row, n): raw.frame.loc[row, raw.columns[n - 1].name] for row, n in texts
    }


@pytest.mark.long
def test_libreoffice_writes_the_same_answers(libreoffice, tmp_path, cells):
    book = openpyxl.Workbook()
    book.active.append(["id", "Role", "Remark", "Sure", "When"])
    moment = dt.datetime(2026, 9, 14, 13, 44, 20, 973927)
    book.active.append([1, "Physicist", "two  blanks\nand a line", True, moment])
    book.active.append([2.5, "None", "N/A", False, dt.date(2026, 1, 2)])
    book.active.append([12390574951, "007", " around ", None, dt.time(3, 4, 5)])
    book.active.append(["x" * 9000, "\u2013" * 9000, "\U0001f600", None, None])
    book.save(tmp_path / "book.xlsx")

    raw = read_export(libreoffice(tmp_path / "book.xlsx", "xls"))

    assert cells(raw) == cells(read_export(tmp_path / "book.xlsx"))
