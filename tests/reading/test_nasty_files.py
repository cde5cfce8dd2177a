"""What goes wrong with files, by the names and numbers of the project's two lists.

``test_wrong_...`` are the things that were seen to go wrong with other readers,
``test_nasty_NN_...`` the nastiest inputs; those of single platforms stand in
``test_nasty_platforms.py``. Rooms beside this one test each subject in all its cases.
"""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from surveytools.errors import ExportError
from surveytools.reading import Role, read_export

MISSING_TO_OTHERS = [
    "None", "NA", "N/A", "n/a", "null", "NULL", "nan", "NaN", "<NA>", "#N/A", "-nan",
    "1.#IND", "-",
]  # fmt: skip


def table(*rows):
    return "".join(",".join(row) + "\r\n" for row in rows)


def headers(raw):
    return [column.header for column in raw.columns]


def said(raw, words):
    return any(words in note for note in raw.notes)


def refused(path, **options):
    with pytest.raises(ExportError) as caught:
        read_export(path, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert path.name in text
    assert caught.value.hint
    return text


@pytest.fixture
def written(tmp_path):
    """Write rows of texts with openpyxl."""

    def write(*rows, change=None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if change is not None:
            change(book.active)
        path = tmp_path / "export.xlsx"
        book.save(path)
        return path

    return write


# --- What goes wrong ---------------------------------------------------------------


def test_wrong_na_none_lost(export, written, cells):
    rows = [
        ["id", "Tool"],
        *([str(n), text] for n, text in enumerate(MISSING_TO_OTHERS)),
    ]

    assert cells(read_export(export(table(*rows)))) == rows[1:]
    assert cells(read_export(written(*rows))) == rows[1:]


def test_wrong_formula_without_cached_value(written, tmp_path, cells):
    """openpyxl stores no result; XlsxWriter stores 0, which no reader can tell."""
    path = written(["id", "Remark"], ["1", "=SUM(A1)"], ["2", "=-)"])
    assert [row[1] for row in cells(read_export(path))] == ["=SUM(A1)", "=-)"]

    with xlsxwriter.Workbook(tmp_path / "zero.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "Remark"])
        page.write_row(1, 0, ["1", "=SUM(A1)"])
    raw = read_export(tmp_path / "zero.xlsx")
    assert cells(raw) == [["1", "0"]]
    assert said(raw, "cells with the stored result of a formula: 1")


def test_wrong_x000d_in_cells(tmp_path, cells):
    texts = ["a\r\nb", "bell\x07", "_x000D_", "_x005F_"]
    with xlsxwriter.Workbook(tmp_path / "export.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b", "c", "d"])
        for column, text in enumerate(texts):
            page.write_string(1, column, text)

    assert cells(read_export(tmp_path / "export.xlsx")) == [texts]


def test_wrong_far_cell_and_dimension(workbook, sheet, cells):
    head = '<row r="1"><c r="A1" t="str"><v>h</v></c></row>'
    far = f'{head}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    near = f'{head}<row r="2"><c r="A2"><v>1</v></c></row>'

    assert "the used range reaches row 1,048,576" in refused(workbook(sheet(far)))
    for lie in ("A1:XFD1048576", "A1", "B7:B7"):
        path = workbook(sheet(near, before=f'<dimension ref="{lie}"/>'))
        assert cells(read_export(path)) == [["1"]]


def test_wrong_zip_bomb(workbook, sheet):
    strings = "<sst><si><t>" + "A" * 50_000_000 + "</t></si></sst>"
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'

    path = workbook(sheet(cell), extra=[("xl/sharedStrings.xml", strings)])

    assert "times its size" in refused(path)


def test_wrong_xlsx_engine_differences(written, cells):
    """Whole numbers without .0, blank cells missing, dates ISO, a blank column kept."""
    day = dt.date(2026, 1, 2)
    rows = [
        ["id", "When", "Years", "Blank"],
        [12390574951, day, 3, None],
        [1, day, 2.5],
    ]

    assert cells(read_export(written(*rows))) == [
        ["12390574951", "2026-01-02", "3", None],
        ["1", "2026-01-02", "2.5", None],
    ]


def test_wrong_bom_before_a_quotation_mark(export):
    raw = read_export(export('\ufeff"Response ID","Role"\r\n"1","x"\r\n'))

    assert headers(raw) == ["Response ID", "Role"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252", "utf-8-sig"])
def test_wrong_utf_16_and_windows_1252(export, cells, encoding):
    text = "Role,Remark\r\nZo\xeb,\u201cyes\u201d \u2013 no\r\n"

    assert cells(read_export(export(text.encode(encoding)))) == [
        ["Zo\xeb", "\u201cyes\u201d \u2013 no"]
    ]


def test_wrong_duplicate_headers(export, cells):
    raw = read_export(export("a,a,a.1\r\n1,2,3\r\n"))

    assert headers(raw) == ["a", "a", "a.1"]
    assert [c.name for c in raw.columns] == ["a (column 1)", "a (column 2)", "a.1"]
    assert cells(raw) == [["1", "2", "3"]]
    assert said(raw, "headers that stand over several columns: 1")


def test_wrong_extra_fields_in_rows(export, cells):
    raw = read_export(export("a,b\r\n1,2,3\r\n4,5\r\n6\r\n"))

    assert headers(raw) == ["a", "b", ""]
    assert cells(raw) == [["1", "2", "3"], ["4", "5", None], ["6", None, None]]
    assert said(raw, "more cells than the header in row 2:")
    assert said(raw, "fewer cells than the header in row 4")


def test_wrong_long_text(export, cells):
    long = "x" * 200_000

    assert cells(read_export(export(f"id,Remark\r\n1,{long}\r\n"))) == [["1", long]]


def test_wrong_lone_carriage_return(export, cells):
    """Alone it ends a line, as old Macs wrote; within quotes it is text."""
    raw = read_export(export('id,Remark\r1,"x\ry"\r2,z\r'))

    assert cells(raw) == [["1", "x\ry"], ["2", "z"]]


def test_wrong_ids_as_floats(export, written, cells):
    rows = [["12390574951", "007"], [None, "x"]]

    assert cells(read_export(export("id,Code\r\n12390574951,007\r\n,x\r\n"))) == rows
    assert cells(
        read_export(written(["id", "Code"], [12390574951, "007"], [None, "x"]))
    )
    book = written(["id", "Code"], [12390574951, "007"], [None, "x"])
    assert cells(read_export(book)) == rows


def test_wrong_merged_headers(written):
    raw = read_export(
        written(
            ["id", "Which tools?", None, None, "Role"],
            ["1", "a", "b", "c", "d"],
            change=lambda sheet: sheet.merge_cells("B1:D1"),
        )
    )

    assert headers(raw) == ["id", "Which tools?", "", "", "Role"]
    assert [c.name for c in raw.columns][2:4] == ["column 3", "column 4"]
    assert said(raw, "one header cell is merged over column 2 to 4")


def test_wrong_dates(export, cells):
    """Which is day and which is month, a person or the platform says, not reading."""
    dates = ["03/04/2026", "31/12/2026", "2026-11-02 10:00 EST", "45000"]
    rows = [["id", "When"], *([str(n), text] for n, text in enumerate(dates))]

    assert cells(read_export(export(table(*rows)))) == rows[1:]


def test_wrong_multi_select_commas(export, cells):
    text = 'id,Where\r\n1,"Cloud (AWS, GCP), HPC"\r\n2,HPC\r\n'

    assert cells(read_export(export(text))) == [
        ["1", "Cloud (AWS, GCP), HPC"],
        ["2", "HPC"],
    ]


def test_wrong_newlines_in_headers(export, written):
    raw = read_export(export('id,"Which role\r\ndo you have?"\r\n1,x\r\n'))
    assert headers(raw) == ["id", "Which role\r\ndo you have?"]
    assert raw.frame.index.tolist() == [2]

    book = read_export(written(["id", "Which role\ndo you have?"], ["1", "x"]))
    assert headers(book) == ["id", "Which role\ndo you have?"]


def test_wrong_csv_injection_marks(export, cells):
    """What the platform left in stays in: ``'=1``, ``=1``, ``+5``, ``@x``, ``-``."""
    marks = ["'=1", "=1+1", "+5", "@x", "-5", "- item"]
    rows = [["id", "Remark"], *([str(n), text] for n, text in enumerate(marks))]

    assert cells(read_export(export(table(*rows)))) == rows[1:]


# --- The nastiest inputs -----------------------------------------------------------


@pytest.mark.parametrize("text", MISSING_TO_OTHERS)
def test_nasty_01_option_that_others_take_for_missing(export, text):
    raw = read_export(export(f"id,Version control\r\n1,{text}\r\n2,Git\r\n3,\r\n"))

    assert raw.frame["Version control"].dropna().tolist() == [text, "Git"]


def test_nasty_08_duplicate_headers_keep_their_position(export):
    raw = read_export(export("id,Other,Tools,Other,Other (column 2)\r\n1,a,b,c,d\r\n"))

    assert [c.position for c in raw.columns] == [1, 2, 3, 4, 5]
    assert len({c.name for c in raw.columns}) == 5
    assert headers(raw)[1] == headers(raw)[3] == "Other"
    assert raw.frame.iloc[0].tolist() == ["1", "a", "b", "c", "d"]


def test_nasty_09_formula_without_value_is_an_answer(workbook, sheet, cells):
    """As LimeSurvey writes it: ``t="s"`` and no ``<v>``."""
    rows = (
        '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>R</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><f>=2+2</f></c></row>'
    )

    raw = read_export(workbook(sheet(rows)))

    assert cells(raw) == [["1", "=2+2"]]
    assert said(raw, "text was taken as the answer: 1")


def test_nasty_11_indico_csv_has_lost_signs_and_lines(export, cells):
    text = (
        "Submitter,Submitter Email,Submission Date,Change?,Remark\r\n"
        ",,2026-09-01 12:34:56.789012+00:00,5, item    next\r\n"
    )

    raw = read_export(export("\ufeff" + text))

    assert said(raw, "has lost every = + - @ at the start of a cell")
    assert said(raw, "export XLSX")
    assert cells(raw)[0][3:] == ["5", " item    next"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param("\ufeffid,R\r\n1,\xe9\r\n".encode(), "UTF-8 with", id="bom"),
        pytest.param("id,R\r\n1,\xe9\r\n".encode(), "UTF-8", id="utf-8"),
        pytest.param("id\tR\r\n1\t\xe9\r\n".encode("utf-16"), "UTF-16", id="tsv"),
        pytest.param("id\tR\r\n1\t\xe9\r\n".encode("utf-16-le"), "UTF-16", id="no bom"),
        pytest.param("id,R\r\n1,\xe9\r\n".encode("cp1252"), "Windows-1252", id="1252"),
    ],
)
def test_nasty_13_encodings(export, cells, data, encoding):
    raw = read_export(export(data))

    assert cells(raw) == [["1", "\xe9"]]
    assert raw.encoding.startswith(encoding)


def test_nasty_13_mojibake_is_reported_not_repaired(export, cells):
    garbled = "Zo\xe9 \u2013 oui".encode().decode("cp1252")

    raw = read_export(export(f"id,R\r\n1,{garbled}\r\n"))

    assert cells(raw) == [["1", garbled]]
    assert said(raw, "left as they are: 2")


def test_nasty_14_semicolons_within_and_between_cells(export, cells):
    text = 'id;Tools;Role\r\n1;"a;b;c";x\r\n2;"a;b";y\r\n3;a;"z; w"\r\n'

    raw = read_export(export(text))

    assert raw.delimiter == "semicolon"
    assert cells(raw) == [["1", "a;b;c", "x"], ["2", "a;b", "y"], ["3", "a", "z; w"]]


def test_nasty_15_line_ends_and_nuls(export, cells):
    data = b'id,R\r\n1,"a\r\nb\nc\rd"\n2,x\0y\r3,z\r\n'

    raw = read_export(export(data))

    assert cells(raw) == [["1", "a\r\nb\nc\rd"], ["2", "xy"], ["3", "z"]]
    assert "NUL characters left out: 1" in raw.notes


def test_nasty_16_phantom_rows_and_columns(export):
    """A row with nothing but its id is a response, if an empty one."""
    text = "id,Role,,\r\n1,x,,\r\n2,,,\r\n,,,\r\n,,,\r\n3,y,,\r\n,,,\r\n"

    raw = read_export(export(text))

    assert raw.frame.index.tolist() == [2, 3, 6]
    assert dict(raw.left_out) == {"blank rows": 3, "blank columns": 2}


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(
        f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10)
    )
    + "]>"
)
HEAD = '<row r="1"><c r="A1" t="str"><v>h</v></c></row>'


@pytest.mark.parametrize(
    "part",
    [
        "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml",
        "xl/workbook.xml", "xl/worksheets/sheet1.xml", "docProps/core.xml",
        "xl/theme/theme1.xml",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nasty_17_entity_bomb_in_any_part(workbook, sheet, tmp_path, part, encoding):
    plain = workbook(sheet(f'{HEAD}<row r="2"><c r="A2"><v>1</v></c></row>'))
    with zipfile.ZipFile(plain) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    xml = parts.get(part, "<a>&lol9;</a>")
    end = xml.index("?>") + 2 if xml.startswith("<?xml") else 0
    parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}{xml[end:]}'
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text.encode(encoding if name == part else "utf-8"))

    assert "declares a document type, which no spreadsheet does" in refused(path)


def test_nasty_17_other_bombs_and_lies(workbook, sheet, export):
    far = f'{HEAD}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "17,179,869,184 cells" in refused(workbook(sheet(far)))
    lie = f'{HEAD}<row r="2"><c r="A2"><v>1</v></c></row>'
    path = workbook(sheet(lie, before='<dimension ref="A1:XFD1048576"/>'))
    assert len(read_export(path).frame) == 1
    program = b"MZ\x90\x00" + bytes(2000)
    assert "a program for Windows" in refused(export(program, "export.xlsx"))


def test_nasty_19_ids_are_texts(export, written, cells):
    texts = ["007", "12390574951", "1.20E+10", "9007199254740993"]
    rows = [["id", "Role"], *([text, "x"] for text in texts)]

    raw = read_export(export(table(*rows)))

    assert raw.frame["id"].tolist() == texts
    assert said(raw, "a spreadsheet may have rounded them")
    book = read_export(written(["id", "R"], [12390574951, "x"], [7, "y"]))
    assert book.frame["id"].tolist() == ["12390574951", "7"]


def test_nasty_20_numbers_in_any_writing_stay(export, cells):
    numbers = ["1,5", "1\xa0000", "50%", "3-5", "1.000,5", "0x10"]
    text = "id;Number\r\n" + "".join(f"{n};{t}\r\n" for n, t in enumerate(numbers))

    assert [row[1] for row in cells(read_export(export(text)))] == numbers


def test_nasty_20_number_formats_of_cells(written):
    def change(page):
        page["B2"].number_format = "0%"
        page["B3"].number_format = "d-mmm"

    rows = [["id", "N"], [1, 0.5], [2, dt.date(2026, 5, 3)], [3, "6-10"], [4, "1-2"]]
    raw = read_export(written(*rows, change=change))

    assert raw.frame["N"].tolist() == ["0.5", "2026-05-03", "6-10", "1-2"]
    assert said(raw, "column 2 mixes dates with other answers")


def test_nasty_24_header_noise_is_kept_for_display(export):
    noisy = [
        "id",
        "Which\xa0role?",
        "  Two  blanks ",
        "R&amp;D",
        "<b>Bold</b>",
        "${lm://a}",
    ]

    raw = read_export(export(table(noisy, list("abcdef"))))

    assert headers(raw) == noisy


# --- "Also" ------------------------------------------------------------------------


def test_nasty_also_rich_text(tmp_path, cells):
    book = openpyxl.Workbook()
    book.active.append(["id", "Remark"])
    bold = TextBlock(InlineFont(b=True), "very ")
    book.active.append([1, CellRichText("a ", bold, "good")])
    book.save(tmp_path / "export.xlsx")

    assert cells(read_export(tmp_path / "export.xlsx")) == [["1", "a very good"]]


def test_nasty_also_hidden_rows_columns_and_comments(written, cells):
    def change(page):
        page.row_dimensions[2].hidden = True
        page.column_dimensions["A"].hidden = True

    raw = read_export(written(["id", "R"], ["1", "x"], ["2", "y"], change=change))

    assert cells(raw) == [["1", "x"], ["2", "y"]]
    assert said(raw, "hides or filters away, read like the others: 1")
    assert said(raw, "column 1 is hidden")


def test_nasty_also_booleans_and_errors(written, workbook, sheet, cells):
    assert cells(read_export(written(["id", "R"], [1, True], [2, False]))) == [
        ["1", "TRUE"],
        ["2", "FALSE"],
    ]
    rows = f'{HEAD}<row r="2"><c r="A2" t="e"><f>-text</f><v>#NAME?</v></c></row>'
    raw = read_export(workbook(sheet(rows)))
    assert cells(raw) == [["#NAME?"]]
    assert said(raw, "cells with a spreadsheet error such as #NAME?: 1")


def test_nasty_also_header_row_not_first(written):
    raw = read_export(
        written(["Our survey"], [], ["id", "Role", "Years"], [1, "x", 3], [2, "x", 4])
    )

    assert headers(raw) == ["id", "Role", "Years"]
    assert raw.frame.index.tolist() == [4, 5]
    assert said(raw, "the header was found in row 3")


def test_nasty_also_several_sheets(tmp_path):
    book = openpyxl.Workbook()
    for page in (book.active, book.create_sheet("group_repeat")):
        page.append(["_index", "R"])
        page.append([1, "x"])
    book.save(tmp_path / "export.xlsx")

    assert "name one with --sheet: 'Sheet', 'group_repeat'" in refused(
        tmp_path / "export.xlsx"
    )


def test_nasty_also_xls_that_is_something_else(export, written, cells):
    text = read_export(export("id\tRole\r\n1\tx\r\n", "export.xls"))
    assert cells(text) == [["1", "x"]]
    assert text.notes[0] == "named .xls, but by its bytes text, and read as that"

    data = written(["id", "Role"], ["1", "x"]).read_bytes()
    book = read_export(export(data, "export.xls"))
    assert cells(book) == [["1", "x"]]
    assert said(book, "named .xls, but by its bytes an XLSX workbook")

    page = "<html><table><tr><td>id</td></tr></table></html>"
    assert refused(export(page, "export.xls")) == (
        "export.xls: this is a web page, not an export; "
        "open it in a spreadsheet program and save it as XLSX"
    )
    old = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    )
    assert "an XML workbook of Excel 2003" in refused(export(old, "export.xls"))


@pytest.mark.parametrize(
    ("member", "words"),
    [
        pytest.param("Index/Tables.iwa", "a Numbers document", id="numbers"),
        pytest.param("xl/workbook.bin", "a binary workbook (.xlsb)", id="xlsb"),
    ],
)
def test_nasty_also_other_spreadsheets(export, member, words):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(member, "x")

    assert words in refused(export(buffer.getvalue(), "export.numbers"))


def test_nasty_also_personal_columns_are_told_apart(export):
    raw = read_export(export("E-mail,Role\r\na@example.org,x\r\n"))

    assert raw.columns[0].role is Role.IDENTITY
