import pytest

from surveytools.errors import ExportError
from surveytools.reading import read_export

LINE_SEPARATOR, NEXT_LINE = "\u2028", "\u0085"
FANCY = "5 \N{EN DASH} 10 “years”"


def headers(raw):
    return [column.header for column in raw.columns]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        pytest.param("utf-8", "UTF-8", id="utf-8"),
        pytest.param("utf-8-sig", "UTF-8 with byte-order mark", id="utf-8 bom"),
        pytest.param("utf-16", "UTF-16", id="utf-16 bom"),
        pytest.param("utf-16-le", "UTF-16 without byte-order mark", id="utf-16-le"),
        pytest.param("utf-16-be", "UTF-16 without byte-order mark", id="utf-16-be"),
        pytest.param("utf-32", "UTF-32", id="utf-32"),
        pytest.param("cp1252", "Windows-1252", id="cp1252"),
    ],
)
def test_encodings(export, cells, encoding, said):
    path = export(f'"Rôle",Years\n"{FANCY}",€5\n'.encode(encoding))

    raw = read_export(path)

    assert headers(raw) == ["Rôle", "Years"]
    assert cells(raw) == [[FANCY, "€5"]]
    assert raw.encoding == said


def test_windows_1252_is_said_with_the_line(export):
    raw = read_export(export(b"Role\nPhysicist\n5 \x96 10\n"))

    assert any("Windows-1252" in note and "line 3" in note for note in raw.notes)


def test_bytes_of_no_encoding_are_refused_with_their_line(export):
    with pytest.raises(ExportError, match="byte 0x81 in line 2 isn't text"):
        read_export(export(b"Role\n\x81\x96\n"))


def test_damaged_utf_8_is_not_taken_for_windows_1252(export):
    text = "Rôle\n" + "é, è, ê, à, ç\n" * 5

    with pytest.raises(ExportError, match="byte 0xff in line 7 isn't text in utf-8"):
        read_export(export(text.encode() + b"\xff\n"))


def test_mojibake_is_counted_and_left(export, cells):
    raw = read_export(export("Role\nIngÃ©nieur â€“ 2\n"))

    assert cells(raw) == [["IngÃ©nieur â€“ 2"]]
    assert any("left as they are: 2" in note for note in raw.notes)


def test_nul_characters_are_left_out_and_counted(export, cells):
    raw = read_export(export("Role,Years\nPhys\0icist,3\n" + "Engineer,5\n" * 20))

    assert cells(raw)[0] == ["Physicist", "3"]
    assert "NUL characters left out: 1" in raw.notes


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_told_by_the_whole_table(export, cells, delimiter):
    rows = [
        ["Role, please", "Tools", "Where; when"],
        ["Physicist", "AI;HPC;", "Geneva, Prévessin"],
        ["Engineer", "AI;Web", "a|b"],
    ]
    text = "".join(delimiter.join(f'"{c}"' for c in row) + "\r\n" for row in rows)

    raw = read_export(export(text))

    assert headers(raw) == rows[0]
    assert cells(raw) == rows[1:]


def test_semicolons_in_unquoted_cells_are_no_delimiter(export, cells):
    raw = read_export(export("Role,Tools\nPhysicist,AI;HPC\nEngineer,AI;HPC\n"))

    assert cells(raw) == [["Physicist", "AI;HPC"], ["Engineer", "AI;HPC"]]
    assert raw.delimiter == "comma"


def test_one_column(export, cells):
    assert cells(read_export(export("Remark\nfast; good\nno\n"))) == [
        ["fast; good"],
        ["no"],
    ]


def test_announced_delimiter_is_no_row(export, cells):
    raw = read_export(export("sep=;\r\nRole;Years, all\r\nPhysicist;3\r\n"))

    assert headers(raw) == ["Role", "Years, all"]
    assert cells(raw) == [["Physicist", "3"]]
    assert raw.frame.index.tolist() == [2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
def test_line_ends(export, cells, end):
    text = end.join(["Role,Remark", 'Physicist,"one', 'two"', "Engineer,three"])

    raw = read_export(export(text))

    assert cells(raw) == [["Physicist", f"one{end}two"], ["Engineer", "three"]]
    assert raw.frame.index.tolist() == [2, 3]


@pytest.mark.parametrize("character", [LINE_SEPARATOR, NEXT_LINE, "\v", "\f", "\x1c"])
def test_characters_that_only_python_takes_for_line_ends(export, cells, character):
    raw = read_export(export(f"Role,Remark\nPhysicist,a{character}b\n"))

    assert cells(raw) == [["Physicist", f"a{character}b"]]


def test_texts_that_other_readers_take_for_missing(export, cells):
    texts = ["None", "N/A", "NA", "n/a", "null", "NULL", "nan", "NaN", "<NA>", "#N/A"]

    raw = read_export(export("Answer\n" + "\n".join(texts)))

    assert cells(raw) == [[text] for text in texts]


def test_cells_stay_text(export, cells):
    texts = ["007", "1.50", " padded ", "TRUE", "1e5", "2026-01-02", "+5", "-5", "'x"]

    raw = read_export(export("Answer\n" + "\n".join(texts)))

    assert cells(raw) == [[text] for text in texts]
    assert str(raw.frame["Answer"].dtype) == "str"


def test_blank_cells_are_missing(export, cells):
    raw = read_export(export('Role,Years\nPhysicist,\n"",3\n'))

    assert cells(raw) == [["Physicist", None], [None, "3"]]


def test_long_cell(export, cells):
    text = "word " * 40_000

    assert cells(read_export(export(f'Role,Remark\nPhysicist,"{text}"\n'))) == [
        ["Physicist", text]
    ]


def test_duplicate_headers_keep_their_position(export):
    raw = read_export(export("Name it,Other,Name it,,Other (column 2)\na,b,c,d,e\n"))

    assert [(c.position, c.name, c.header) for c in raw.columns] == [
        (1, "Name it (column 1)", "Name it"),
        (2, "Other", "Other"),
        (3, "Name it (column 3)", "Name it"),
        (4, "column 4", ""),
        (5, "Other (column 2)", "Other (column 2)"),
    ]
    assert list(raw.frame.columns) == [column.name for column in raw.columns]


def test_names_are_unique_even_against_a_malicious_header(export):
    raw = read_export(export("A (column 2),A,A,column 5,\na,b,c,d,e\n"))

    assert raw.frame.columns.is_unique
    assert raw.frame.iloc[0].tolist() == ["a", "b", "c", "d", "e"]


def test_blank_rows_and_nameless_blank_columns_are_set_aside_and_counted(export, cells):
    text = "Role,,Years,,\n,,,,\nPhysicist,,3,,\n\nEngineer,,,,\n,,,,\n,,,,\n"

    raw = read_export(export(text))

    assert cells(raw) == [["Physicist", "3"], ["Engineer", None]]
    assert raw.frame.index.tolist() == [3, 5]
    assert [c.position for c in raw.columns] == [1, 3]
    assert dict(raw.left_out) == {"blank rows": 4, "blank columns": 3}


def test_blank_column_with_header_is_kept(export, cells):
    raw = read_export(export("Role,Tools you use:\nPhysicist,\n"))

    assert cells(raw) == [["Physicist", None]]
    assert raw.left_out == ()


def test_rows_of_another_length_are_reported_with_their_numbers(export, cells):
    text = "Role,Tools\nPhysicist\nEngineer,ROOT,Geant4\nManager,Excel,,\nx,y\n"

    raw = read_export(export(text))

    assert cells(raw)[:2] == [["Physicist", None, None], ["Engineer", "ROOT", "Geant4"]]
    assert any(note.startswith("fewer cells") and "row 2" in note for note in raw.notes)
    assert any("more cells than the header in row 3:" in note for note in raw.notes)


def test_quotation_mark_that_is_never_closed(export):
    text = 'Role,Remark\nPhysicist,fine\nEngineer,"cut off\nManager,no\n'

    with pytest.raises(ExportError) as caught:
        read_export(export(text))

    assert str(caught.value).startswith("export.csv, row 3: a quotation mark")


def test_header_with_line_breaks_and_blank_lines_above(export, cells):
    raw = read_export(export('\n\n"Role\nat work",Years\nPhysicist,3\n'))

    assert headers(raw) == ["Role\nat work", "Years"]
    assert raw.frame.index.tolist() == [4]
    assert dict(raw.left_out) == {}


def test_numbers_that_a_spreadsheet_has_rounded_are_reported(export):
    raw = read_export(export("Ticket,Years\n1.23906E+10,3\n12390574951,4\n"))

    assert any(note.startswith("column 1 has numbers of more") for note in raw.notes)
