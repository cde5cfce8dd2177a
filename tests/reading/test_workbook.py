"""Cells of workbooks, as XlsxWriter and openpyxl write them, and by hand."""

import datetime as dt
import zipfile

import openpyxl
import openpyxl.comments
import pytest
import xlsxwriter

from surveytools.errors import ExportError
from surveytools.reading import read_export

STATED = {"strings_to_formulas": False, "strings_to_numbers": False}


@pytest.fixture
def written(tmp_path):
    """Write rows with XlsxWriter, under a header, and give the path."""

    def write(*rows, options=None, formats=()):
        path = tmp_path / "export.xlsx"
        with xlsxwriter.Workbook(path, STATED | (options or {})) as book:
            page = book.add_worksheet("Answers")
            known = [book.add_format({"num_format": code}) for code in formats]
            for column in range(max(map(len, rows))):
                page.write_string(0, column, f"Question {column + 1}")
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    style = known[column] if column < len(known) else None
                    if value is not None:
                        page.write(number, column, value, style)
        return path

    return write


@pytest.mark.parametrize("constant_memory", [False, True], ids=["shared", "inline"])
def test_texts_are_exact(written, cells, constant_memory):
    texts = [
        "None", "N/A", "NA", "007", "1.50", "TRUE", "true", "=1+1", "+5", "- item",
        " padded ", "a\nb", "a\r\nb", "tab\there", "bell\x07", "_x000D_", "_x005F_",
        "a _x000D_ b", "<b>&amp;</b>", 'quote "', "'=1", "\u2028", "@x",
        "Zoë \N{EN DASH} “x”",
        "#N/A", "1e5", "2026-01-02",
    ]  # fmt: skip

    raw = read_export(written(texts, options={"constant_memory": constant_memory}))

    assert cells(raw) == [texts]
    assert str(raw.frame["Question 1"].dtype) == "str"
    assert raw.sheet == "Answers"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        pytest.param(3, "3", id="whole"),
        pytest.param(-5, "-5", id="negative"),
        pytest.param(3.0, "3", id="whole float"),
        pytest.param(0.1, "0.1", id="tenth"),
        pytest.param(2.75, "2.75", id="fraction"),
        pytest.param(12390574951, "12390574951", id="eleven digits"),
        pytest.param(1e15, "1000000000000000", id="sixteen digits"),
        pytest.param(True, "TRUE", id="true"),
        pytest.param(False, "FALSE", id="false"),
    ],
)
def test_numbers_and_booleans(written, cells, number, text):
    assert cells(read_export(written([number, "x"]))) == [[text, "x"]]


def test_boolean_and_the_same_word_stay_apart(written, cells):
    assert cells(read_export(written([True], ["true"], [False], ["FALSE"]))) == [
        ["TRUE"],
        ["true"],
        ["FALSE"],
        ["FALSE"],
    ]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        pytest.param(
            dt.datetime(2026, 9, 14, 13, 44, 20, 973927),
            "yyyy-mm-dd hh:mm",
            "2026-09-14 13:44:20.973927",
            id="microseconds",
        ),
        pytest.param(
            dt.datetime(2020, 11, 17, 18, 23, 58),
            r"m/d/yyyy\ h:mm:ss",
            "2020-11-17 18:23:58",
            id="seconds",
        ),
        pytest.param(dt.date(2026, 1, 2), "dd/mm/yyyy", "2026-01-02", id="date"),
        pytest.param(
            dt.datetime(2026, 1, 2, 6), "[$-409]d-mmm-yy;@", "2026-01-02 06:00:00",
            id="date format over a moment",
        ),
        pytest.param(dt.time(3, 4, 5), "h:mm AM/PM", "03:04:05", id="time"),
        pytest.param(dt.timedelta(hours=30, seconds=1), "[h]:mm:ss", "30:00:01",
                     id="elapsed"),
        pytest.param(45000, "0.00", "45000", id="number with decimals"),
        pytest.param(45000, '#,##0" days"', "45000", id="quoted letters"),
        pytest.param(45000, "[Red]0", "45000", id="colour"),
        pytest.param(45000, "General", "45000", id="general"),
        pytest.param(0.5, "0%", "0.5", id="percent"),
    ],
)  # fmt: skip
def test_dates_and_times(written, cells, value, code, text):
    path = written([value, "x"], formats=[code])

    assert cells(read_export(path)) == [[text, "x"]]


def test_workbook_that_counts_from_1904(written, cells):
    day = dt.datetime(2026, 1, 2, 3, 4, 5)
    path = written([day], options={"date_1904": True}, formats=["yyyy-mm-dd hh:mm"])

    assert cells(read_export(path)) == [["2026-01-02 03:04:05"]]


def test_dates_among_texts_are_reported(written, cells):
    rows = [["3-5"], ["1-2"], [dt.date(2026, 5, 3)], ["6-10"]]

    raw = read_export(written(*rows, formats=["d-mmm"]))

    assert cells(raw)[2] == ["2026-05-03"]
    assert any("column 1 mixes dates with other answers" in note for note in raw.notes)


def test_openpyxl_writes_the_same(tmp_path, cells):
    book = openpyxl.Workbook()
    book.active.append(["Role", "When", "Sure", "Years"])
    book.active.append(["007", dt.datetime(2026, 9, 14, 13, 44, 20), True, 3])
    book.active.append([None, None, None, None])
    book.active.append(["None", None, False, 2.5])
    book.save(tmp_path / "export.xlsx")

    raw = read_export(tmp_path / "export.xlsx")

    assert cells(raw) == [
        ["007", "2026-09-14 13:44:20", "TRUE", "3"],
        ["None", None, "FALSE", "2.5"],
    ]
    assert raw.frame.index.tolist() == [2, 4]
    assert dict(raw.left_out) == {"blank rows": 1}


HEAD = '<row r="1"><c r="A1" t="str"><v>h</v></c><c r="B1" t="str"><v>i</v></c></row>'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param('<c r="B2" t="s"><f>=abc</f></c>', "=abc", id="LimeSurvey"),
        pytest.param('<c r="B2"><f>SUM(1,2)</f></c>', "=SUM(1,2)", id="no value"),
        pytest.param(
            '<c r="B2"><f>a&amp;"b"</f><v></v></c>', '=a&"b"', id="empty value"
        ),
        pytest.param('<c r="B2" t="str"><f>a&lt;b</f><v/></c>', "=a<b", id="closed"),
        pytest.param('<c r="B2"><f>1+1</f><v>2</v></c>', "2", id="stored number"),
        pytest.param('<c r="B2" t="str"><f>T("a")</f><v>a</v></c>', "a", id="text"),
        pytest.param('<c r="B2" t="e"><f>-t</f><v>#NAME?</v></c>', "#NAME?", id="err"),
        pytest.param('<c r="B2" t="e"><v>#N/A</v></c>', "#N/A", id="error"),
        pytest.param('<c r="B2" t="b"><v>1</v></c>', "TRUE", id="boolean"),
        pytest.param('<c r="B2" t="str"><v>a_x000D_b</v></c>', "a\rb", id="escape"),
        pytest.param('<c r="B2" s="1"><v>45000.5</v></c>', "2023-03-15 12:00:00",
                     id="moment"),
        pytest.param('<c r="B2" t="n" s="2"><v>45000</v></c>', "2023-03-15", id="day"),
        pytest.param('<c r="B2" s="1"><v>-1</v></c>', "-1", id="no date"),
        pytest.param(
            '<c r="B2" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
            "ab", id="rich text",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["usual", "spaced"])
def test_special_cells_in_both_shapes(workbook, sheet, cells, *, cell, text, shape):
    rows = f'{HEAD}<row r="2"><c r="A2"><v>1</v></c>{cell}</row>'
    if shape == "spaced":
        rows = rows.replace("<c ", "<c\n").replace("<row", "<!-- --><row")

    assert cells(read_export(workbook(sheet(rows)))) == [["1", text]]


def test_formulas_without_value_at_the_edge_are_kept(workbook, sheet, cells):
    rows = f'{HEAD}<row r="2"><c r="A2"><v>1</v></c></row>'
    rows += '<row r="3"><c r="D3"><f>abc</f></c></row>'

    raw = read_export(workbook(sheet(rows)))

    assert cells(raw) == [["1", None, None], [None, None, "=abc"]]
    assert [c.name for c in raw.columns] == ["h", "i", "column 4"]
    assert any("text was taken as the answer: 1" in note for note in raw.notes)


def test_table_that_starts_away_from_the_corner(workbook, sheet, cells):
    rows = (
        '<row r="3"><c r="C3" t="str"><v>h</v></c><c r="D3" t="str"><v>i</v></c></row>'
        '<row r="6"><c r="D6"><v>2</v></c></row>'
    )

    raw = read_export(workbook(sheet(rows)))

    assert cells(raw) == [[None, "2"]]
    assert [c.position for c in raw.columns] == [3, 4]
    assert raw.frame.index.tolist() == [6]


def test_blank_styled_first_column_does_not_shift_the_others(workbook, sheet, cells):
    rows = (
        '<row r="1"><c r="A1" s="1"/><c r="B1" t="str"><v>h</v></c></row>'
        '<row r="2"><c r="A2"><v></v></c><c r="B2" t="b"><v>1</v></c></row>'
    )

    raw = read_export(workbook(sheet(rows)))

    assert cells(raw) == [["TRUE"]]
    assert [c.position for c in raw.columns] == [2]


def test_cells_without_reference_follow_each_other(workbook, sheet, cells):
    rows = (
        '<row><c t="str"><v>h</v></c><c t="str"><v>i</v></c></row>'
        '<row><c/><c t="b"><v>0</v></c></row>'
    )

    assert cells(read_export(workbook(sheet(rows)))) == [[None, "FALSE"]]


def test_prefixed_xml(workbook, cells):
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/'
        'main"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>h</x:v></x:c></x:row>'
        '<x:row r="2"><x:c r="A2" t="b"><x:v>1</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )

    assert cells(read_export(workbook(xml))) == [["TRUE"]]


class TestSheets:
    @pytest.fixture
    def two(self, workbook, sheet):
        first = sheet(f'{HEAD}<row r="2"><c r="A2"><v>1</v></c></row>')
        second = sheet(f'{HEAD}<row r="2"><c r="B2"><v>2</v></c></row>')
        return workbook({"Answers": first, "Codes": second, "Notes": sheet("")})

    def test_named_sheet(self, two, cells):
        assert cells(read_export(two, sheet="Codes")) == [[None, "2"]]

    def test_unknown_sheet_lists_the_known(self, two):
        with pytest.raises(ExportError) as caught:
            read_export(two, sheet="answers")

        assert str(caught.value) == (
            "export.xlsx: no sheet 'answers'; the file has 'Answers', 'Codes', 'Notes'"
        )

    def test_unclear_sheet_lists_those_that_hold_something(self, two):
        with pytest.raises(ExportError) as caught:
            read_export(two)

        assert str(caught.value) == (
            "export.xlsx: 2 sheets hold something; "
            "name one with --sheet: 'Answers', 'Codes'"
        )

    def test_only_filled_sheet_is_taken(self, workbook, sheet):
        filled = sheet(f'{HEAD}<row r="2"><c r="B2"><v>2</v></c></row>')
        path = workbook({"Cover": sheet(""), "Answers": filled})

        raw = read_export(path)

        assert raw.sheet == "Answers"
        assert str(raw.locate(2, "i")) == (
            "export.xlsx, sheet 'Answers', row 2, column 'i'"
        )


def test_text_at_the_limit_of_a_cell_is_reported(written):
    raw = read_export(written(["x" * 32_767]))

    assert any("may be cut off" in note for note in raw.notes)


class TestLayout:
    """What a spreadsheet hides or shows beside the cells, written by openpyxl."""

    @pytest.fixture
    def book(self):
        book = openpyxl.Workbook()
        book.active.title = "Answers"
        for row in [
            ["id", "Tools", None, "Role"],
            [1, "x", "y", "P"],
            [2, "z", "", "E"],
        ]:
            book.active.append(row)
        return book

    @pytest.fixture(params=["usual", "any"])
    def read(self, tmp_path, request):
        """Read a book, also with XML that only the slower scan takes."""

        def saved(book, **options):
            path = tmp_path / "export.xlsx"
            book.save(path)
            if request.param == "any":
                _respaced(path)
            return read_export(path, **options)

        return saved

    def test_hidden_rows_and_columns_are_read_and_counted(self, book, read):
        book.active.row_dimensions[3].hidden = True
        book.active.row_dimensions[9].hidden = True
        book.active.column_dimensions["D"].hidden = True

        raw = read(book)

        assert raw.frame.shape == (2, 4)
        assert (
            "rows that the spreadsheet hides or filters away, read like the others: 1"
            in raw.notes
        )
        assert "column 4 is hidden, read like the others" in raw.notes

    def test_hidden_sheet_is_not_taken_silently(self, book, read):
        book.create_sheet("Codes")["A1"] = "x"
        book["Codes"].sheet_state = "hidden"

        raw = read(book)

        assert raw.sheet == "Answers"
        assert "hidden sheets that hold something, not read: 'Codes'" in raw.notes

    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_only_hidden_sheets(self, book, read, state, cells):
        book.create_sheet("Cover")
        book["Answers"].sheet_state = state

        with pytest.raises(ExportError) as caught:
            read(book)

        assert str(caught.value) == (
            "export.xlsx: only hidden sheets hold something; "
            "name one with --sheet: 'Answers'"
        )
        assert cells(read(book, sheet="Answers"))[0] == ["1", "x", "y", "P"]

    def test_merged_header_is_reported(self, book, read):
        book.active.merge_cells("B1:C1")

        raw = read(book)

        assert [c.name for c in raw.columns] == ["id", "Tools", "column 3", "Role"]
        assert any(
            "one header cell is merged over column 2 to 3" in note for note in raw.notes
        )

    def test_merged_answers_are_reported(self, book, read):
        book.active.merge_cells("A2:A3")

        assert any(
            note.startswith("merged cells among the responses")
            and note.endswith("column only: 1")
            for note in read(book).notes
        )

    def test_comments_are_counted_not_read(self, book, read, cells):
        book.active["A2"].comment = openpyxl.comments.Comment("typo?", "somebody")
        book.active["D3"].comment = openpyxl.comments.Comment("sure?", "somebody")

        raw = read(book)

        assert cells(raw) == [["1", "x", "y", "P"], ["2", "z", None, "E"]]
        assert "comments on cells, not read: 2" in raw.notes

    def test_plain_workbook_has_no_notes(self, book, read):
        book.active["C1"] = "More"

        assert read(book).notes == ()


def _respaced(path):
    """Put blanks into the tags of all sheets, which XML allows."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            respaced = content.replace(b"<c ", b"<c  ").replace(b"<row ", b"<row  ")
            sheet = name.startswith("xl/worksheets/sheet")
            package.writestr(name, respaced if sheet else content)
