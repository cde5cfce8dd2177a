"""``surveytools clean``, as people type it."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from surveytools.cleaning import read_responses
from surveytools.cli.clean import command

CODEBOOK = """
title = "Test"

[[items]]
code = "department"
header = "Department"
label = "Department"
kind = "single-response"
choices = "@units"

[[items]]
code = "words"
header = "Words"
label = "Words"
kind = "text"
optional = true
"""
UNITS = """
[[units]]
code = "it"
label = "Information Technology"

[[units]]
code = "ep"
label = "Experimental Physics"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "codebook.toml").write_text(CODEBOOK)
    (tmp_path / "units.toml").write_text(UNITS)
    (tmp_path / "export.csv").write_text(
        "Submitter,Submitter Email,Submission Date,Department,Words\n"
        "Ada,a@example.org,2026-09-14 11:44:20+00:00,IT-PW,hello\n"
        "Bob,b@example.org,2026-09-14 12:44:20+00:00,Experimental Fysics,\n"
        "Cat,c@example.org,2026-09-14 13:44:20+00:00,ep,\n"
        "Cat,c@example.org,2026-09-14 13:45:20+00:00,ep,\n",
        encoding="utf-8-sig",
    )
    return tmp_path


@pytest.fixture
def run(folder):
    def call(*more, exports=("export.csv",)):
        names = [str(folder / name) for name in exports]
        codebook = ["--codebook", str(folder / "codebook.toml")]
        out = ["--out", str(folder / "out" / "2026")]
        return CliRunner().invoke(command, [*names, *codebook, *out, *more])

    return call


def test_clean_prints_what_became_of_every_cell(run, folder):
    result = run()

    assert result.exit_code == 0, result.output
    assert "export.csv: indico (" in result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "rows: 4 read, 4 kept" in lines
    assert "coded answer 3" in lines
    assert "unresolved 1" in lines
    assert "left out: personal data 8" in lines
    assert "= all 20 cells of 1 export" in lines
    assert "1 findings (unknown answer: 1), see findings.csv" in lines
    assert lines[-1] == f"4 respondents -> {folder / 'out' / '2026'}"
    assert "Ada" not in result.output


def test_units_beside_the_codebook_are_found(run, folder):
    run()

    responses = read_responses(folder / "out" / "2026")
    assert responses.frame["department"].tolist()[0] == "it"
    assert responses.wave == "2026"


def test_strict_names_the_cell_and_writes_nothing(run, folder):
    result = run("--strict")

    assert result.exit_code == 1
    assert result.output.strip() == (
        "error: export.csv, row 3, column 'department': unknown answer: Experimental"
        " Fysics; did you mean 'Experimental Physics'? add an alias or a choice to"
        " item 'department'"
    )
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("share", "status"), [("0.2", 1), ("0.25", 0)], ids=["above", "at the limit"]
)
def test_share_of_unresolved_cells_may_be_limited(run, folder, share, status):
    result = run("--max-unresolved", share)

    assert result.exit_code == status
    assert (folder / "out").exists() == (status == 0)


def test_workbook_is_left_out_if_asked_and_none_of_an_earlier_run_stays(run, folder):
    workbook = folder / "out" / "2026" / "responses.xlsx"

    run()
    assert workbook.exists()
    result = run("--no-workbook")

    assert result.exit_code == 0, result.output
    assert not workbook.exists()
    assert (workbook.parent / "responses.parquet").exists()


def test_duplicates_are_left_out_if_asked(run):
    result = run("--duplicates", "later")

    assert "rows: 4 read, 3 kept, left out: duplicate row 1" in result.output
    assert "3 respondents" in result.output


def test_manifest_counts_rows_by_what_became_of_them(run, folder):
    run("--duplicates", "later")

    manifest = json.loads((folder / "out" / "2026" / "manifest.json").read_text())
    assert manifest["rows"] == {"read": 4, "left out: duplicate row": 1, "kept": 3}
    assert read_responses(folder / "out" / "2026").rows == manifest["rows"]


def test_codebook_that_does_not_fit_is_reported_by_column(run, folder):
    (folder / "export.csv").write_text("Departement,Words\nIT,x\n", encoding="utf-8")

    result = run()

    assert result.exit_code == 1
    assert "column 'Department': no column for item 'department'" in result.output
    assert "the export has 'Departement'" in result.output


def test_mistyped_command_has_status_two(folder):
    result = CliRunner().invoke(command, [str(folder / "export.csv")])

    assert result.exit_code == 2


def test_every_unresolved_cell_is_listed_with_row_column_and_raw_text(folder, run):
    tools = (
        '\n[[items]]\ncode = "tools"\nheader = "Tools"\nlabel = "Tools"\n'
        'kind = "multiple-response"\n'
        'choices = [{code = "git", label = "Git"}, {code = "svn", label = "SVN"}]\n'
    )
    (folder / "codebook.toml").write_text(CODEBOOK + tools)
    (folder / "export.csv").write_text(
        "Submitter,Submitter Email,Submission Date,Department,Words,Tools,Other\n"
        + "Ada,a@example.org,2026-09-14 11:44:20+00:00,=Fysics,hello,Git; Fax,secret\n"
        * 7
        + "Bob,b@example.org,2026-09-14 12:44:20+00:00,ep,,Telex; Fax; SVN,\n",
        encoding="utf-8-sig",
    )

    assert run().exit_code == 0

    path = folder / "out" / "2026" / "unresolved.csv"
    lines = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [
        (line["row"], line["column"], line["found"], line["cell"]) for line in lines
    ] == [
        # the export's Indico dialect is CSV: its "=" stands as the file has it
        *((str(row), "Department", "'=Fysics", "'=Fysics") for row in range(2, 9)),
        *((str(row), "Tools", "Fax", "Git; Fax") for row in range(2, 9)),
        ("9", "Tools", "Fax", "Telex; Fax; SVN"),
        ("9", "Tools", "Telex", "Telex; Fax; SVN"),
        *((str(row), "Other", "", "") for row in range(2, 9)),
    ]
    assert {line["export"] for line in lines} == {"export.csv"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert "secret" not in path.read_text("utf-8-sig")  # no item: nobody vouched
    manifest = json.loads((path.parent / "manifest.json").read_text("utf-8"))
    assert manifest["unresolved_cells"] == 22
    listed = {(line["column"], line["row"]) for line in lines}
    for entry in manifest["accounting"]:
        if entry["outcome"] == "unresolved":
            cells = [place for place in listed if place[0] == entry["column"]]
            assert len(cells) >= entry["cells"]
    assert "unresolved.csv" in manifest["files"]


@pytest.mark.parametrize("header", ["Name", "Nom", "Nombre", "Vorname"])
def test_item_over_a_personal_header_is_told_how_to_keep_it(folder, run, header):
    with (folder / "codebook.toml").open("a") as file:
        file.write(
            f'\n[[items]]\ncode = "service"\nheader = "{header}"\n'
            'label = "Service"\nkind = "text"\n'
        )
    (folder / "export.csv").write_text(f"Department,{header}\nep,SWAN\nep,lxplus\n")

    result = run()

    assert result.exit_code == 1
    assert f"column '{header}': the column of item 'service' counts as" in result.output
    assert "write a longer header" in result.output
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "header",
    [
        "Name of the service you use",
        "Nom du service utilisé",
        "Name des Dienstes",
        "Nombre del servicio",
    ],
)
def test_name_of_a_service_is_an_answer(folder, run, header):
    with (folder / "codebook.toml").open("a") as file:
        file.write(
            f'\n[[items]]\ncode = "service"\nheader = "{header}"\n'
            'label = "Service"\nkind = "text"\n'
        )
    (folder / "export.csv").write_text(f"Department,{header}\nep,SWAN\nep,lxplus\n")

    assert run().exit_code == 0

    frame = read_responses(folder / "out" / "2026").frame
    assert frame["service"].tolist() == ["SWAN", "lxplus"]
