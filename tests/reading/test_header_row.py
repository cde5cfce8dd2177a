"""Titles, comments and blank lines above the header; never a silent guess."""

import csv

import pytest

from surveytools.errors import ExportError
from surveytools.reading import read_export
from surveytools.reading.delimited import read_delimited
from surveytools.reading.workbook import read_workbook

TABLE = (
    "id,Which role?,Years here,Tools\r\n"
    "1,Physicist,3,ROOT\r\n"
    "2,Engineer,12,\r\n"
    "3,Physicist,7,PyTorch\r\n"
)


def headers(raw):
    return [column.header for column in raw.columns]


@pytest.mark.parametrize(
    "above",
    [
        pytest.param("Survey on machine learning\r\n", id="title"),
        pytest.param("Survey on machine learning\r\n\r\n", id="title and blank line"),
        pytest.param("\r\n\r\nSurvey\r\n\r\n", id="title between blank lines"),
        pytest.param("Survey,,,\r\n,,,\r\n", id="title as a spreadsheet saves it"),
        pytest.param("Survey,ML\r\nExported,2026-11-02\r\n\r\n", id="names and values"),
        pytest.param("# exported by us\r\n#\r\n", id="comments"),
        pytest.param("# role, years\r\n", id="comment with a comma"),
        pytest.param('"Survey, on ""machine"" learning"\r\n', id="quoted title"),
    ],
)
def test_header_is_found_below(export, cells, above):
    raw = read_export(export(above + TABLE))

    row = above.count("\r\n") + 1
    assert headers(raw) == ["id", "Which role?", "Years here", "Tools"]
    assert cells(raw)[1] == ["2", "Engineer", "12", None]
    assert raw.frame.index.tolist() == [row + 1, row + 2, row + 3]
    (note,) = [note for note in raw.notes if "header was found" in note]
    assert f"found in row {row}," in note
    assert dict(raw.left_out)["rows above the header"] >= 1


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiter_is_told_by_the_table_not_by_its_title(export, delimiter):
    table = TABLE.replace(",", delimiter)

    raw = read_export(export(f"Roles, years, tools: all of 2026\r\n{table}"))

    assert headers(raw) == ["id", "Which role?", "Years here", "Tools"]


def test_ragged_rows_are_those_below_the_header(export):
    raw = read_export(export(f"Survey\r\n{TABLE}4,Student\r\n"))

    assert "fewer cells than the header in row 6" in raw.notes
    assert not any("more cells" in note for note in raw.notes)


def test_workbook_with_a_title(workbook, sheet, cells):
    def text(place, words):
        return f'<c r="{place}" t="str"><v>{words}</v></c>'

    rows = (
        f'<row r="2">{text("B2", "Survey on machine learning")}</row>'
        f'<row r="4">{text("B4", "Role")}{text("C4", "Years")}{text("D4", "Tool")}'
        f"{text('E4', 'Where')}</row>"
        f'<row r="5">{text("B5", "Physicist")}<c r="C5"><v>3</v></c>'
        f"{text('E5', 'EP')}</row>"
        f'<row r="6">{text("B6", "Engineer")}<c r="C6"><v>4</v></c>'
        f"{text('D6', 'ROOT')}</row>"
    )

    raw = read_export(workbook(sheet(rows)))

    assert headers(raw) == ["Role", "Years", "Tool", "Where"]
    assert cells(raw)[0] == ["Physicist", "3", None, "EP"]
    assert raw.frame.index.tolist() == [5, 6]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Survey\r\nRole,Tool\r\nPhysicist,ROOT\r\n", id="all texts"),
        pytest.param("Survey\r\n1,2,3,4\r\n5,6,7,8\r\n", id="numbers below a title"),
        pytest.param("Survey\r\na,a,b,b\r\nx,y,z,w\r\n", id="texts that repeat"),
        pytest.param("# of GPUs\r\nfour\r\nnone\r\n", id="comment or header"),
        pytest.param(
            "# a,# b,# c,# d\r\nRole,Years,Tool,Where\r\nP,3,R,E\r\nQ,4,S,F\r\n",
            id="comment as wide as the table",
        ),
        pytest.param(
            ",Tools,,\r\nid,ROOT,PyTorch,Role\r\n1,Yes,No,P\r\n2,No,No,E\r\n",
            id="heading over a block",
        ),
        pytest.param(
            "Survey, of spring, in all departments\r\n"
            "id,a,b,c,d,e,f,g,h\r\n1,1,1,1,1,1,1,1,1\r\n2,2,2,2,2,2,2,2,2\r\n",
            id="title cut by its commas",
        ),
    ],
)
def test_unclear_header_is_left_to_a_person(export, content):
    path = export(content)

    with pytest.raises(ExportError) as caught:
        read_export(path)

    text = str(caught.value)
    assert text.startswith("export.csv: it is unclear which row holds the headers: of ")
    assert text.endswith(
        "; name the row of the headers with --header-row (header_row in study.toml)"
    )
    assert read_export(path, header_row=1).frame.index[0] == 2
    assert read_export(path, header_row=2).frame.index[0] == 3


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TABLE, id="plain"),
        pytest.param("#,Role,Years,Tool\r\n1,Physicist,3,ROOT\r\n", id="number sign"),
        pytest.param("# of GPUs,Role\r\n4,Physicist\r\n2,Engineer\r\n", id="hash"),
        pytest.param(",Role\r\n0,Physicist\r\n1,Engineer\r\n", id="only one header"),
        pytest.param("Role\r\nPhysicist\r\nEngineer\r\n", id="one column"),
        pytest.param("Role,,,,,\r\nPhysicist,,,,,\r\n", id="blank columns"),
        pytest.param(
            "id,Date,Tools,,,Role\r\n,,ROOT,PyTorch,JAX,Response\r\n1,2,x,,,P\r\n",
            id="question over its first option only",
        ),
    ],
)
def test_first_row_stays_the_header(export, content):
    raw = read_export(export(content))

    assert raw.frame.index[0] == 2
    assert "rows above the header" not in dict(raw.left_out)
    assert not any("header was found" in note for note in raw.notes)


class TestRowNamedByAPerson:
    def test_rows_above_are_not_read(self, export, cells):
        raw = read_export(export(f"a,b\r\nc,d\r\n{TABLE}"), header_row=3)

        assert headers(raw)[1] == "Which role?"
        assert cells(raw)[0] == ["1", "Physicist", "3", "ROOT"]
        assert raw.frame.index.tolist() == [4, 5, 6]
        assert "row 3 was taken as the header, as told" in raw.notes
        assert dict(raw.left_out) == {"rows above the header": 2}

    @pytest.mark.parametrize(
        ("row", "what"),
        [
            (2, "row 2, which shall hold the headers, is blank"),
            (9, "row 9, which shall hold the headers, is blank"),
            (0, "no sheet has a row 0"),
            (2_000_000, "no sheet has a row 2,000,000"),
        ],
    )
    def test_row_that_holds_no_header(self, export, row, what):
        with pytest.raises(ExportError, match=what):
            read_export(export(f"Survey\r\n\r\n{TABLE}"), header_row=row)

    def test_last_row(self, export):
        with pytest.raises(ExportError, match="no response under it"):
            read_export(export(TABLE), header_row=4)


def test_real_exports_have_their_header_in_the_first_row(shared_data):
    """Each was looked at: no file in the folder has anything above its header."""
    texts = [path for path in shared_data.rglob("*.csv") if path.stat().st_size]
    books = list(shared_data.rglob("*.xlsx"))
    assert len(texts) > 100
    assert len(books) >= 10

    assert {read_delimited(path).header_row for path in texts} == {1}
    assert {read_workbook(path).header_row for path in books} == {1}


def test_real_exports_under_a_title(shared_data, tmp_path):
    """The same files once somebody has put a title and its date above them."""
    names = [
        "dlr/data.csv",
        "sheffield/sheffield.csv",
        "jupyter2015/20160115235816-SurveyExport.csv",
        "rse2017/can/public_data.csv",
        "rse2017/de/public_data.csv",
        "redcap/survey/data.csv",
        "indico/survey_ui-en.csv",
        "spack/spack-user-survey-2025-responses.csv",
    ]
    for name in names:
        with (shared_data / name).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        path = tmp_path / "titled.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["Our survey"], ["Date", "2026"], [], *rows])

        grid = read_delimited(path)

        assert grid.header_row == 4, name
        plain = read_delimited(shared_data / name)
        assert grid.header == plain.header
        assert (grid.frame.index - 3).equals(plain.frame.index)
