"""The folder of cleaned responses."""

import csv
import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from surveytools.cleaning import (
    Choice,
    Derivation,
    Item,
    Kind,
    Missing,
    clean,
    read_responses,
    write_responses,
)
from surveytools.errors import ExportError
from surveytools.reading import Role

TABLES = ("frame", "states", "accounting", "audit", "findings")


@pytest.fixture
def raw(raw_table):
    return raw_table(
        ("Submitter", ["Ada Lovelace", "Alan Turing", "Grace Hopper"]),
        ("Stage", ["Yes", "'=1+1", "Unsure"]),
        ("Tools", ["Git; Fax", None, "=cmd()"]),
        ("Grid: SWAN", ["Low", None, "Low"]),
        ("Number", ["1 000", "2-3", None]),
        ("Words", ['=HYPERLINK("http://x")', "long " * 10_000, "a\r\nb"]),
        ("New", ["-", None, None]),
        roles={"Submitter": Role.IDENTITY},
    )


@pytest.fixture
def responses(raw, codebook):
    yes_no = (
        Choice("yes", {"en": "Yes", "fr": "Oui"}, aliases=("y",)),
        Choice("no", "No"),
        Choice("dk", "Unsure", missing=Missing.DONT_KNOW),
    )
    items = (
        Item(
            "stage",
            {"en": "Stage", "fr": "Étape"},
            Kind.SINGLE,
            "Stage",
            choices=yes_no,
        ),
        Item(
            "tools",
            "Tools",
            Kind.MULTIPLE,
            "Tools",
            choices=(Choice("git", "Git"), Choice("fax", "Fax")),
            asked_if="stage = yes",
        ),
        Item(
            "grid",
            "Grid",
            Kind.MATRIX,
            "Grid",
            choices=(Choice("low", "Low", value=1.5), Choice("high", "High", value=2)),
            rows=(Choice("swan", "SWAN", short="S"),),
        ),
        Item("number", "Number", Kind.NUMBER, "Number", suffixes=("h",), maximum=5000),
        Item("words", "Words", Kind.TEXT, "Words"),
        Item(
            "net",
            "Net",
            Kind.SINGLE,
            choices=yes_no[:2],
            derivation=Derivation("tools", "net", {"yes": ("git",)}),
        ),
    )
    return clean([raw], codebook(*items), wave="2026")


def test_what_is_written_is_read_back(responses, raw, tmp_path):
    write_responses(responses, tmp_path, raws=[raw])

    back = read_responses(tmp_path)

    assert back.codebook == responses.codebook
    assert back.wave == "2026"
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(responses, name))


def test_empty_responses_are_read_back(raw, responses, tmp_path):
    none = clean(
        [replace(raw, frame=raw.frame.iloc[:0])], responses.codebook, wave="2026"
    )
    write_responses(none, tmp_path, raws=[raw])

    back = read_responses(tmp_path)

    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(none, name))


def test_equal_inputs_give_equal_bytes(responses, raw, tmp_path):
    first = write_responses(responses, tmp_path / "a", raws=[raw])
    second = write_responses(responses, tmp_path / "b", raws=[raw])

    assert [path.name for path in first] == [
        "responses.parquet",
        "states.parquet",
        "audit.parquet",
        "findings.csv",
        "unresolved.csv",
        "codebook.json",
        "responses.xlsx",
        "manifest.json",
    ]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_answers_can_be_read_by_their_owner_only(responses, raw, tmp_path):
    paths = write_responses(responses, tmp_path, raws=[raw])

    modes = {path.name: path.stat().st_mode & 0o777 for path in paths}
    assert {name for name, mode in modes.items() if mode != 0o600} == {
        "codebook.json",
        "manifest.json",
    }


def test_personal_data_is_in_no_file(responses, raw, tmp_path):
    write_responses(responses, tmp_path, raws=[raw])

    book = openpyxl.load_workbook(tmp_path / "responses.xlsx", read_only=True)
    texts = [str(row) for sheet in book for row in sheet.iter_rows(values_only=True)]
    texts += [pd.read_parquet(path).to_csv() for path in tmp_path.glob("*.parquet")]
    texts += [path.read_text("utf-8") for path in tmp_path.glob("*.[cj]s*")]
    assert not [text for text in texts if "Lovelace" in text or "Turing" in text]


def test_workbook_holds_text_as_text_and_labels(responses, raw, tmp_path):
    write_responses(responses, tmp_path, raws=[raw])

    book = openpyxl.load_workbook(tmp_path / "responses.xlsx")
    header, first, second, _ = book["Responses"].iter_rows()
    cells = dict(zip([cell.value for cell in header], first, strict=True))
    assert cells["Stage"].value == "Yes"
    assert cells["Tools [Git]"].value == 1
    assert cells["Number"].value == 1000
    assert (cells["Words"].value, cells["Words"].data_type) == (
        '=HYPERLINK("http://x")',
        "s",
    )
    long = next(
        cell for cell in second if isinstance(cell.value, str) and "cut" in cell.value
    )
    assert len(long.value) == 32_767


def test_findings_hold_no_formula(responses, raw, tmp_path):
    write_responses(responses, tmp_path, raws=[raw])

    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row["found"] for row in csv.DictReader(file)]
    assert "'=cmd()" in found
    assert "''=1+1" in found  # its own apostrophe is kept apart from ours
    assert not [text for text in found if text[0] in "=+-@"]


def test_manifest_counts_and_names_inputs(responses, raw, tmp_path):
    write_responses(responses, tmp_path, raws=[raw])

    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["exports"][0]["sha256"] == raw.sha256
    assert manifest["cells"] == 21
    assert sum(manifest["outcomes"].values()) == 21
    assert manifest["respondents"] == 3
    assert manifest["changes"] == {"tidy_text": 1, "parse_numbers": 1}
    assert manifest["findings"]["unknown answer"] == 2


def test_large_responses_have_no_workbook(responses, raw, tmp_path, monkeypatch):
    write_responses(responses, tmp_path, raws=[raw])
    monkeypatch.setattr("surveytools.cleaning.workbook._LARGEST", 5)

    written = write_responses(responses, tmp_path, raws=[raw])

    assert "responses.xlsx" not in {path.name for path in written}
    assert not (tmp_path / "responses.xlsx").exists()


def test_other_folder_is_refused(tmp_path):
    with pytest.raises(ExportError, match="not a folder of cleaned responses"):
        read_responses(tmp_path)


@pytest.mark.parametrize("name", ["responses.parquet", "findings.csv", "codebook.json"])
@pytest.mark.parametrize("damage", ["changed", "lost"])
def test_folder_that_is_not_whole_is_refused(responses, raw, tmp_path, name, damage):
    write_responses(responses, tmp_path, raws=[raw])
    if damage == "lost":
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(b"something else")

    with pytest.raises(ExportError, match=f"{name}: isn't the file that manifest"):
        read_responses(tmp_path)
