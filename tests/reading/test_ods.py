"""OpenDocument spreadsheets, written by hand and by LibreOffice."""

import zipfile

import openpyxl
import pandas as pd
import pytest

from surveytools.errors import ExportError
from surveytools.reading import read_export
from surveytools.reading.limits import Limits
from surveytools.reading.ods import read_ods

URN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = (
    f'xmlns:office="{URN}:office:1.0" xmlns:table="{URN}:table:1.0" '
    f'xmlns:text="{URN}:text:1.0" xmlns:style="{URN}:style:1.0" '
    f'xmlns:draw="{URN}:drawing:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
    'calcext:1.0"'
)
TEXT = (
    '<table:table-cell office:value-type="string"><text:p>{}</text:p>'
    "</table:table-cell>"
)
HEAD = f"<table:table-row>{TEXT.format('h')}{TEXT.format('i')}</table:table-row>"


@pytest.fixture
def ods(tmp_path):
    """Write a spreadsheet whose tables are given as XML, by name of the tab."""

    def write(tables, *, styles="", before="", extra=(), name="export.ods"):
        if isinstance(tables, str):
            tables = {"Sheet1": tables}
        body = "".join(
            f'<table:table table:name="{tab}" table:style-name="style-{tab}">{rows}'
            "</table:table>"
            for tab, rows in tables.items()
        )
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content '
            f"{SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{body}</office:spreadsheet>"
            "</office:body></office:document-content>"
        )
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            mimetype = "application/vnd.oasis.opendocument.spreadsheet"
            package.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
            package.writestr("content.xml", content)
            for part, xml in extra:
                package.writestr(part, xml)
        return path

    return write


def row(*cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def refused(path, **options):
    with pytest.raises(ExportError) as caught:
        read_export(path, **options)
    text = str(caught.value)
    assert text.startswith(path.name)
    assert "\n" not in text
    assert caught.value.hint
    return text


@pytest.mark.parametrize(
    ("attributes", "content", "text"),
    [
        pytest.param('value-type="float" office:value="3"', "3.00", "3", id="whole"),
        pytest.param('value-type="float" office:value="3.0"', "", "3", id="no .0"),
        pytest.param('value-type="float" office:value="2.7"', "3", "2.7", id="part"),
        pytest.param(
            'value-type="float" office:value="12390574951"', "1E10", "12390574951",
            id="eleven digits",
        ),
        pytest.param(
            'value-type="float" office:value="1E+015"', "", "1000000000000000",
            id="exponent",
        ),
        pytest.param('value-type="percentage" office:value="0.5"', "50%", "0.5",
                     id="percent"),
        pytest.param('value-type="currency" office:value="7"', "CHF 7", "7", id="CHF"),
        pytest.param('value-type="boolean" office:boolean-value="true"', "WAHR", "TRUE",
                     id="true"),
        pytest.param('value-type="boolean" office:boolean-value="false"', "0", "FALSE",
                     id="false"),
        pytest.param('value-type="date" office:date-value="2026-01-02"', "2 Jan",
                     "2026-01-02", id="date"),
        pytest.param(
            'value-type="date" office:date-value="2026-09-14T13:44:20.973927000"', "",
            "2026-09-14 13:44:20.973927", id="moment",
        ),
        pytest.param(
            'value-type="date" office:date-value="2026-09-14T13:44:20"', "",
            "2026-09-14 13:44:20", id="seconds",
        ),
        pytest.param('value-type="time" office:time-value="PT03H04M05S"', "",
                     "03:04:05", id="time"),
        pytest.param('value-type="time" office:time-value="PT30H00M01.5S"', "",
                     "30:00:01.5", id="elapsed"),
        pytest.param('value-type="string"', "007", "007", id="text"),
        pytest.param('value-type="string"', "N/A", "N/A", id="not available"),
        pytest.param('value-type="string" office:string-value="None"', "no", "None",
                     id="string value"),
        pytest.param('value-type="string" calcext:value-type="error"', "#NAME?",
                     "#NAME?", id="error"),
        pytest.param(
            'value-type="string" office:string-value="" calcext:value-type="error"',
            "#DIV/0!", "#DIV/0!", id="error as LibreOffice writes it",
        ),
    ],
)  # fmt: skip
def test_values(ods, cells, attributes, content, text):
    cell = (
        f"<table:table-cell office:{attributes}><text:p>{content}</text:p>"
        "</table:table-cell>"
    )

    raw = read_export(ods(HEAD + row(TEXT.format("x"), cell)))

    assert cells(raw) == [["x", text]]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("<text:p>a</text:p><text:p>b</text:p>", "a\nb", id="paragraphs"),
        pytest.param("<text:p>a<text:line-break/>b</text:p>", "a\nb", id="break"),
        pytest.param("<text:p>a<text:tab/>b</text:p>", "a\tb", id="tab"),
        pytest.param('<text:p>a <text:s text:c="2"/>b</text:p>', "a   b", id="blanks"),
        pytest.param("<text:p><text:s/>a <text:s/></text:p>", " a  ", id="around"),
        pytest.param("<text:p>a <text:span>b</text:span>c</text:p>", "a bc", id="span"),
        pytest.param("<text:p>\n   a\n   b\n  </text:p>", "a b", id="indented"),
        pytest.param("<text:p> a  b </text:p>", " a  b ", id="as LibreOffice does"),
        pytest.param("<text:p>&lt;b&gt; &amp;amp;</text:p>", "<b> &amp;", id="markup"),
        pytest.param("<text:p>=1+1</text:p>", "=1+1", id="equals sign"),
        pytest.param(
            "<text:p>see <text:a>there</text:a></text:p>", "see there", id="link"
        ),
        pytest.param(
            "<office:annotation><text:p>why?</text:p></office:annotation>"
            "<text:p>a</text:p>", "a", id="comment",
        ),
        pytest.param(
            "<text:p>a</text:p><draw:frame><draw:text-box><text:p>box</text:p>"
            "</draw:text-box></draw:frame>", "a", id="picture",
        ),
        pytest.param("<text:p/>", None, id="empty"),
        pytest.param("", None, id="nothing"),
    ],
)  # fmt: skip
def test_texts(ods, cells, content, text):
    cell = f'<table:table-cell office:value-type="string">{content}</table:table-cell>'

    raw = read_export(ods(HEAD + row(TEXT.format("x"), cell)))

    assert cells(raw) == [["x", text]]


def test_formula_without_result_is_an_answer(ods, cells):
    cell = '<table:table-cell table:formula="of:=abc"/>'

    raw = read_export(ods(HEAD + row(TEXT.format("x"), cell)))

    assert cells(raw) == [["x", "=abc"]]
    assert any("text was taken as the answer: 1" in note for note in raw.notes)


def test_repeated_cells_and_rows(ods, cells):
    twice = (
        TEXT.format("x")
        .replace("<table:table-cell", "{}", 1)
        .format('<table:table-cell table:number-columns-repeated="2"')
    )
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = (
        HEAD
        + row(blank, attributes='table:number-rows-repeated="3"')
        + row(twice, blank, attributes='table:number-rows-repeated="2"')
        + row(blank, attributes='table:number-rows-repeated="1048570"')
    )

    raw = read_export(ods(rows))

    assert cells(raw) == [["x", "x"], ["x", "x"]]
    assert raw.frame.index.tolist() == [5, 6]


def test_covered_cells_keep_their_place(ods, cells):
    merged = (
        '<table:table-cell table:number-columns-spanned="2" '
        'office:value-type="string"><text:p>Tools</text:p></table:table-cell>'
        "<table:covered-table-cell/>"
    )
    rows = row(merged, TEXT.format("Role")) + row(*map(TEXT.format, "abc"))

    raw = read_export(ods(rows))

    assert [c.header for c in raw.columns] == ["Tools", "", "Role"]
    assert cells(raw) == [["a", "b", "c"]]
    assert any("merged over column 1 to 2" in note for note in raw.notes)


def test_earlier_versions_and_nested_tables_are_not_read(ods, cells):
    tracked = (
        "<table:tracked-changes><table:cell-content-change><table:previous>"
        f"{TEXT.format('old')}</table:previous></table:cell-content-change>"
        "</table:tracked-changes>"
    )
    nested = (
        '<table:table-cell office:value-type="string"><text:p>a</text:p>'
        f'<table:table table:name="inner">{HEAD}</table:table></table:table-cell>'
    )

    raw = read_export(ods(tracked + HEAD + row(nested)))

    assert cells(raw) == [["a", None]]


class TestSheets:
    HIDDEN = (
        '<style:style style:name="style-Codes"><style:table-properties '
        'table:display="false"/></style:style>'
    )

    def test_named_and_unclear(self, ods, cells):
        one, two = HEAD + row(TEXT.format("x")), HEAD + row(TEXT.format("y"))
        path = ods({"Answers": one, "Codes": two, "Empty": ""})

        assert cells(read_export(path, sheet="Codes")) == [["y", None]]
        assert "2 sheets hold something; name one with --sheet" in refused(path)
        assert "no sheet 'codes'" in refused(path, sheet="codes")

    def test_hidden(self, ods):
        one = HEAD + row(TEXT.format("x"))
        path = ods({"Answers": one, "Codes": one}, styles=self.HIDDEN)

        raw = read_export(path)

        assert raw.sheet == "Answers"
        assert "hidden sheets that hold something, not read: 'Codes'" in raw.notes

    def test_hidden_rows_and_columns(self, ods):
        columns = (
            '<table:table-column/><table:table-column table:visibility="collapse"/>'
        )
        rows = (
            columns
            + HEAD
            + row(TEXT.format("a"), TEXT.format("b"))
            + row(TEXT.format("c"), attributes='table:visibility="filter"')
        )

        notes = read_export(ods(rows)).notes

        assert "column 2 is hidden, read like the others" in notes
        assert any(note.endswith("read like the others: 1") for note in notes)


class TestGuard:
    FAR = '<table:table-cell table:number-columns-repeated="16383"/>' + TEXT.format("x")

    def test_far_cell(self, ods):
        far = row(attributes='table:number-rows-repeated="1048574"') + row(self.FAR)

        assert "the used range reaches row 1,048,576" in refused(ods(HEAD + far))

    def test_sheet_that_does_not_fit_matters_only_if_it_is_chosen(self, ods, cells):
        far = row(attributes='table:number-rows-repeated="1048574"') + row(self.FAR)
        path = ods({"Far": HEAD + far, "Answers": HEAD + row(TEXT.format("x"))})

        assert cells(read_export(path, sheet="Answers")) == [["x", None]]
        problem = refused(path, sheet="Far")
        assert problem.startswith("export.ods, sheet 'Far': the used range reaches row")

    def test_repeated_until_memory_is_full(self, ods):
        cell = TEXT.format("x" * 1000).replace(
            "<table:table-cell",
            '<table:table-cell table:number-columns-repeated="9999"',
            1,
        )
        bomb = row(cell, attributes='table:number-rows-repeated="1000000"')

        assert "cells hold something" in refused(ods(HEAD + bomb))

    def test_one_long_text_in_many_cells(self, ods):
        long = row(TEXT.format("x" * 1000), attributes='table:number-rows-repeated="9"')
        path = ods(HEAD + long)

        assert len(read_ods(path, limits=Limits(characters=9_002)).frame) == 9
        with pytest.raises(ExportError, match="hold over 9,001 characters together"):
            read_ods(path, limits=Limits(characters=9_001))

    @pytest.mark.parametrize("repeated", ["1048577", "999999999", "99999999999999"])
    def test_beyond_any_sheet(self, ods, repeated, cells):
        blank = row(attributes=f'table:number-rows-repeated="{repeated}"')
        path = ods(HEAD + blank + row(TEXT.format("x")))

        if len(repeated) < 10:
            assert "a cell lies in row" in refused(path)
        else:  # no number at all
            assert cells(read_export(path)) == [["x", None]]

    def test_entities(self, ods):
        bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'

        assert "declares a document type" in refused(
            ods(HEAD + row(TEXT.format("&c;")), before=bomb)
        )

    def test_protected(self, ods):
        manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
        path = ods(HEAD, extra=[("META-INF/manifest.xml", manifest)])

        assert "protected by a password" in refused(path)

    def test_text_document(self, tmp_path):
        path = tmp_path / "export.ods"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("content.xml", f"<office:document-content {SPACES}/>")

        assert "it has no sheets" in refused(path)

    def test_damaged(self, ods):
        assert "the sheet is damaged" in refused(ods(f"{HEAD}</table:table-row>"))

    def test_long_cell(self, ods):
        long = TEXT.format("x" * 1_100_000)

        assert "over a million characters" in refused(ods(HEAD + row(long)))


@pytest.mark.long
def test_libreoffice_writes_the_same_answers(libreoffice, tmp_path, cells):
    book = openpyxl.Workbook()
    book.active.append(["id", "Role", "Remark", "Sure"])
    book.active.append([1, "Physicist", "two  blanks\nand a line", True])
    book.active.append([2.5, "None", "N/A", False])
    book.active.append([12390574951, "007", " around ", None])
    book.save(tmp_path / "book.xlsx")

    raw = read_export(libreoffice(tmp_path / "book.xlsx", "ods"))

    assert cells(raw) == cells(read_export(tmp_path / "book.xlsx"))


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    ["indico/survey_fr_ui-en.xlsx", "spack/spack-user-survey-2022-responses.xlsx"],
)
def test_real_exports_saved_by_libreoffice(libreoffice, shared_data, name, cells):
    """LibreOffice ends lines with LF and keeps hundredths of a second, we all."""
    before = read_export(shared_data / name)

    raw = read_export(libreoffice(shared_data / name, "ods"))

    assert raw.platform == before.platform
    submitted = [c.name for c in raw.columns if c.role == "submitted"]
    kept = before.frame.drop(columns=submitted)
    lines = kept.apply(lambda texts: texts.str.replace("\r\n", "\n", regex=False))
    pd.testing.assert_frame_equal(raw.frame.drop(columns=submitted), lines)
    times, exact = (
        pd.to_datetime(table.frame[submitted].iloc[:, 0], format="ISO8601")
        for table in (raw, before)
    )
    assert (times - exact).abs().max() <= pd.Timedelta("0.01s")
