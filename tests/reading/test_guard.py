import io
import re
import time
import zipfile

import pytest

from surveytools.errors import ExportError
from surveytools.reading import read_export
from surveytools.reading.limits import Limits
from surveytools.reading.workbook import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016)
TEXT_CELL = '<c r="A1" t="str"><v>h</v></c>'
UNDER_IT = '<row r="2"><c r="A2"><v>1</v></c></row>'


@pytest.fixture(autouse=True)
def within_a_second():
    before = time.process_time()
    yield
    assert time.process_time() - before < 1


def refused(path, **options):
    with pytest.raises(ExportError) as caught:
        read_export(path, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert path.name in text
    assert caught.value.hint
    return text


def test_missing_file(tmp_path):
    assert "there is no such file" in refused(tmp_path / "nowhere.csv")


def test_folder(tmp_path):
    assert "this is a folder" in refused(tmp_path)


def test_empty_file(export):
    assert "the file is empty" in refused(export(b""))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"%PDF-1.7 ...", "a PDF document", id="pdf"),
        pytest.param(b"\x7fELF\x02\x01\x01" + bytes(99), "a program", id="elf"),
        pytest.param(b"MZ\x90\x00" + bytes(99), "a program", id="exe"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG", id="png"),
        pytest.param(b"<!DOCTYPE html><html>", "a web page", id="html"),
        pytest.param(b"\xef\xbb\xbf\n <HTML><table>", "a web page", id="html bom"),
        pytest.param(b"<?xml version='1.0'?><a/>", "an XML file", id="xml"),
        pytest.param(b'{"version": 1}', "a JSON file", id="json"),
        pytest.param(b"\x1f\x8b\x08" + bytes(99), "gzip file is", id="gzip"),
        pytest.param(bytes(range(256)) * 40, "neither text nor", id="noise"),
        pytest.param(OLE, "the old workbook (.xls) is damaged", id="xls"),
        pytest.param(b"PK\x03\x04 cut off", "damaged or cut off", id="cut off"),
    ],
)
@pytest.mark.parametrize("name", ["export.xlsx", "export.csv"])
def test_other_files_are_named_whatever_they_are_called(export, content, what, name):
    assert what in refused(export(content, name))


@pytest.mark.parametrize(
    ("member", "what"),
    [
        pytest.param("xl/workbook.bin", "binary workbook", id="xlsb"),
        pytest.param("Index/Tables.iwa", "Numbers", id="numbers"),
        pytest.param("word/document.xml", "a document", id="docx"),
    ],
)
def test_other_packages_are_named(export, member, what):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(member, "x")

    assert what in refused(export(buffer.getvalue(), "export.xlsx"))


def test_far_cell_does_not_abort_the_process(workbook, sheet):
    far = f'<row r="1">{TEXT_CELL}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    path = workbook(sheet(f"{far}</row>"))

    assert "17,179,869,184 cells" in refused(path)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param('<c r="XFE2"><v>1</v></c>', id="column beyond"),
        pytest.param('<c r="A1048577"><v>1</v></c>', id="row beyond"),
        pytest.param('<c r="Z99999999999999999999"><v>1</v></c>', id="wraps around"),
        pytest.param('<c r="A0"><v>1</v></c>', id="row zero"),
        pytest.param('<c r="$A$2"><v>1</v></c>', id="no reference"),
        pytest.param('<c  r="XFD1048576"><v>1</v></c>', id="two blanks"),
        pytest.param("<c\tr='XFD1048576'><v>1</v></c>", id="tab and single quote"),
        pytest.param('<x:c xmlns:x="M" r="XFD1048576"><x:v>1</x:v></x:c>', id="prefix"),
        pytest.param('<c r="&#88;FD1048576"><v>1</v></c>', id="character reference"),
        pytest.param('<!-- --><c r="XFD1048576"><v>1</v></c>', id="comment"),
    ],
)
def test_far_cell_in_any_disguise(workbook, sheet, cell):
    rows = f'<row r="1">{TEXT_CELL}</row><row r="2">{cell}</row>'

    refused(workbook(sheet(rows)))


def test_formatted_blank_cells_far_away_do_no_harm(workbook, sheet, cells):
    rows = (
        f'<row r="1">{TEXT_CELL}</row>{UNDER_IT}'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )

    assert cells(read_export(workbook(sheet(rows)))) == [["1"]]


def test_dimension_that_lies_is_ignored(workbook, sheet, cells):
    dimension = '<dimension ref="A1:XFD1048576"/>'
    rows = f'<row r="1">{TEXT_CELL}</row>{UNDER_IT}'

    raw = read_export(workbook(sheet(rows, before=dimension)))

    assert cells(raw) == [["1"]]


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'


def test_document_type_in_the_sheet(workbook, sheet):
    xml = sheet('<row r="1"><c r="A1" t="str"><v>&c;</v></c></row>')
    path = workbook(xml.replace("<worksheet", f"{BOMB}<worksheet"))

    assert "declares a document type" in refused(path)


def test_document_type_hidden_by_utf_16(workbook, sheet):
    xml = sheet(f'<row r="1">{TEXT_CELL}</row>').replace('encoding="UTF-8"', "")
    path = workbook(
        {"Sheet1": xml.replace("<worksheet", f"{BOMB}<worksheet").encode("utf-16")}
    )

    assert "declares a document type" in refused(path)


def test_document_type_in_another_part(workbook, sheet):
    xml = sheet(f'<row r="1">{TEXT_CELL}</row>{UNDER_IT}')
    strings = f"<?xml version='1.0'?>{BOMB}<sst/>"
    path = workbook(xml, extra=[("xl/sharedStrings.xml", strings)])

    assert "declares a document type" in refused(path)


def test_zip_bomb(workbook, sheet):
    xml = sheet(f'<row r="1">{TEXT_CELL}</row>{UNDER_IT}')
    strings = "<sst><si><t>" + "A" * 40_000_000 + "</t></si></sst>"
    path = workbook(xml, extra=[("xl/sharedStrings.xml", strings)])

    assert path.stat().st_size < 50_000
    assert "times its size" in refused(path)


class TestOneLongTextInManyCells:
    """A text is stored once, and copied into each cell that refers to it."""

    CELL = '<row r="{0}"><c r="A{0}" t="s"><v>{1}</v></c></row>'

    def strings(self, *texts):
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        return [("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{items}</sst>')]

    @pytest.mark.parametrize("cell", [CELL, CELL.replace('"s"', "'s'")])
    def test_workbook(self, workbook, sheet, cell):
        rows = "".join(cell.format(n, int(n > 1)) for n in range(1, 101))
        path = workbook(sheet(rows), extra=self.strings("h", "x" * 30_000))

        assert len(read_workbook(path, limits=Limits(characters=3_000_000)).frame) == 99
        with pytest.raises(ExportError, match="hold over 2,900,000 characters"):
            read_workbook(path, limits=Limits(characters=2_900_000))

    def test_numbers_that_are_no_references_do_not_count(self, workbook, sheet):
        number = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
        rows = self.CELL.format(1, 0) + "".join(number.format(n) for n in range(2, 101))
        path = workbook(sheet(rows), extra=self.strings("h", "x" * 30_000))

        assert len(read_workbook(path, limits=Limits(characters=100_000)).frame) == 99


def test_part_that_is_longer_than_it_declares(workbook, sheet):
    xml = sheet(f'<row r="1">{TEXT_CELL}</row>{UNDER_IT}')
    strings = b"<sst><si><t>" + b"A" * 5_000_000 + b"</t></si></sst>"
    path = workbook(xml, extra=[("xl/sharedStrings.xml", strings)])
    length = len(strings).to_bytes(4, "little")
    lying = path.read_bytes().replace(length, (100).to_bytes(4, "little"))
    path.write_bytes(lying)

    refused(path)


def test_part_that_is_missing(workbook, sheet):
    path = workbook(sheet(f'<row r="1">{TEXT_CELL}</row>'))
    with zipfile.ZipFile(path) as package:
        kept = {n: package.read(n) for n in package.namelist() if "sheet1" not in n}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in kept.items():
            package.writestr(name, content)

    assert "it lacks 'xl/worksheets/sheet1.xml'" in refused(path)


def test_only_header(export, workbook, sheet):
    hint = "no response under it"

    assert hint in refused(export("Role,Tools\r\n"))
    assert hint in refused(workbook(sheet(f'<row r="1">{TEXT_CELL}</row>')))


@pytest.mark.parametrize("content", ["\n\n", ",,\r\n,,\r\n", "\ufeff"])
def test_only_blanks(export, content):
    assert "all cells are blank" in refused(export(content))


def test_blank_workbook(workbook, sheet):
    assert "all cells are blank" in refused(workbook(sheet("")))
    both = {"One": sheet(""), "Two": sheet("")}
    assert "all sheets are blank" in refused(workbook(both))


def test_renamed_files_are_read_by_their_bytes(export, workbook, sheet, cells):
    text = export("Role,Tools\nPhysicist,ROOT\n", "export.xlsx")
    book = workbook(sheet(f'<row r="1">{TEXT_CELL}</row>{UNDER_IT}'), name="a.csv")

    assert cells(read_export(text)) == [["Physicist", "ROOT"]]
    assert cells(read_export(book)) == [["1"]]


def test_sheet_of_a_text_file(export):
    path = export("Role\nPhysicist\n")

    assert "has no sheet 'Answers'" in refused(path, sheet="Answers")


def test_unknown_platform(export):
    path = export("Role\nPhysicist\n")

    text = refused(path, platform="doodle")

    assert re.search(r"choose one of .*indico.*, generic", text)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        # Excel: length and name of the user, in 55 bytes, and again in UTF-16
        pytest.param(
            "~$export.xlsx",
            b"\x03Ada" + b" " * 51 + b"\x03\0" + "Ada".ljust(54).encode("utf-16-le"),
            id="excel",
        ),
        pytest.param(
            ".~lock.export.xlsx#",
            b",ada,host,25.11.2026 09:00,file:///home/ada/.config/libreoffice/4;",
            id="libreoffice",
        ),
    ],
)
def test_lock_file_of_an_open_workbook(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    text = refused(path)

    assert "marks a workbook that somebody has open" in text
    assert "name 'export.xlsx'" in text
