"""Exports in gzip and zip files, as ODK Central and Google Forms hand them out."""

import gzip
import hashlib
import io
import zipfile

import pytest

from surveytools.errors import ExportError
from surveytools.reading import read_export

TABLE = b"Role,Tools\r\nPhysicist,ROOT\r\nEngineer,\r\n"
BEFORE = [["Physicist", "ROOT"], ["Engineer", None]]


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(path, **options):
    with pytest.raises(ExportError) as caught:
        read_export(path, **options)
    text = str(caught.value)
    assert text.startswith(path.name)
    assert "\n" not in text
    assert caught.value.hint
    return text


@pytest.mark.parametrize("name", ["export.csv.gz", "export.csv", "export"])
def test_gzip(export, cells, name):
    data = gzip.compress(TABLE)

    raw = read_export(export(data, name))

    assert cells(raw) == BEFORE
    assert raw.file == name
    assert raw.sha256 == hashlib.sha256(data).hexdigest()
    assert raw.notes[0] == "unpacked from a gzip file"


def test_gzip_in_several_parts(export, cells):
    """RFC 1952: a gzip file may have several members; zeros may fill up a block."""
    half = len(TABLE) // 2
    data = gzip.compress(TABLE[:half]) + gzip.compress(TABLE[half:]) + bytes(512)

    assert cells(read_export(export(data))) == BEFORE


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([("submissions.csv", TABLE)], id="ODK Central"),
        pytest.param([("Our survey (2026).csv", TABLE)], id="Google Forms"),
        pytest.param(
            [
                ("submissions.csv", TABLE),
                ("media/", b""),
                ("media/1.jpg", b"\xff\xd8"),
                ("media/list.csv", b"a,b\n"),
            ],
            id="attachments",
        ),
        pytest.param(
            [
                ("answers/a.csv", TABLE),
                ("__MACOSX/answers/._a.csv", b"x"),
                ("answers/.DS_Store", b"x"),
            ],
            id="macOS",
        ),
        pytest.param([("a.csv", TABLE), ("read me.pdf", b"%PDF")], id="document"),
        pytest.param([("responses", TABLE)], id="no extension"),
    ],
)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zip_with_one_table(export, cells, members, method):
    raw = read_export(export(zipped(*members, method=method), "export.csv.zip"))

    assert cells(raw) == BEFORE
    assert raw.file == "export.csv.zip"
    assert raw.notes[0] == f"unpacked from a zip file: {members[0][0]!r}"


def test_zip_with_several_tables_is_left_to_a_person(export):
    members = [("submissions.csv", TABLE), ("submissions-gpus.csv", TABLE)]

    text = refused(export(zipped(*members), "submissions.csv.zip"))

    assert text == (
        "submissions.csv.zip: the zip file holds 2 tables: 'submissions.csv', "
        "'submissions-gpus.csv'; unpack it, and name the one with the responses"
    )


def test_zip_without_a_table(export):
    pictures = [("a.jpg", b"\xff\xd8\xff"), ("b.jpg", b"\xff\xd8\xff")]

    assert "holds 2 files, none of them" in refused(export(zipped(*pictures)))
    assert "holds 0 files" in refused(export(zipped(("media/", b""))))
    assert "a JPEG picture" in refused(export(zipped(pictures[0])))


def test_workbook_in_an_archive(workbook, sheet, export, cells):
    rows = (
        '<row r="1"><c r="A1" t="str"><v>Role</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c></row>'
    )
    data = workbook({"One": sheet(rows), "Two": sheet(rows)}).read_bytes()

    for packed in (gzip.compress(data), zipped(("a.xlsx", data))):
        raw = read_export(export(packed), sheet="Two")
        assert cells(raw) == [["3"]]
        assert raw.sheet == "Two"


def test_real_export_in_archives(shared_data, export):
    data = (shared_data / "indico" / "survey_fr_ui-en.xlsx").read_bytes()
    plain = read_export(export(data, "a.xlsx"))

    for packed in (gzip.compress(data), zipped(("a.xlsx", data))):
        assert read_export(export(packed)).frame.equals(plain.frame)


def test_archive_within_an_archive(export):
    for inner in (gzip.compress(TABLE), zipped(("a.csv", TABLE))):
        for packed in (gzip.compress(inner), zipped(("a.csv", inner))):
            assert "an archive within the archive" in refused(export(packed))


def test_tar_archive(export):
    header = b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(247)
    data = header + TABLE.ljust(512, b"\0") + bytes(1024)

    assert "a tar archive" in refused(export(data))
    assert "a tar archive" in refused(export(gzip.compress(data), "a.tar.gz"))


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_gzip_that_is_cut_off(export, cut):
    assert "cut off" in refused(export(gzip.compress(TABLE)[:-cut]))


def test_gzip_with_a_wrong_checksum(export):
    data = bytearray(gzip.compress(TABLE))
    data[-6] ^= 1

    assert "is damaged" in refused(export(bytes(data)))


def test_zip_whose_file_is_damaged(export):
    data = bytearray(zipped(("a.csv", TABLE), method=zipfile.ZIP_STORED))
    data[data.index(b"Physicist")] ^= 1

    assert "'a.csv' is damaged" in refused(export(bytes(data)))


def test_zip_that_declares_less_than_it_holds(export):
    table = TABLE * 1000
    size = len(table).to_bytes(4, "little")
    data = zipped(("a.csv", table)).replace(size, (10).to_bytes(4, "little"))

    refused(export(data))


def test_protected_zip(export):
    data = bytearray(zipped(("a.csv", TABLE)))
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert "protected by a password" in refused(export(bytes(data)))


def test_nothing_packed(export):
    assert "nothing in the archive's file" in refused(export(gzip.compress(b"")))
    assert "nothing in the archive's file" in refused(export(zipped(("a.csv", b""))))


def test_bombs(export):
    zeros = bytes(100_000_000)

    assert "200 times its size" in refused(export(gzip.compress(zeros)))
    assert "times its size" in refused(export(zipped(("a.csv", zeros))))


def test_nothing_is_left_behind(export, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()

    read_export(export(gzip.compress(TABLE)))
    refused(export(gzip.compress(b"Role\n")))

    assert list((tmp_path / "tmp").iterdir()) == []
