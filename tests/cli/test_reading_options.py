"""Options that all commands share which read an export."""

import json

import pytest
from click.testing import CliRunner

from surveytools.cleaning import read_listed
from surveytools.cli import main
from surveytools.reading import limits
from surveytools.study import Export

UNCLEAR = "Survey\r\nRole,Tool\r\nPhysicist,ROOT\r\nEngineer,JAX\r\n"


@pytest.fixture
def unclear(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(UNCLEAR, encoding="utf-8", newline="")
    return str(path)


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_inspect(unclear):
    refused = run("inspect", unclear)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert "name the row of the headers with --header-row" in refused.stderr

    page = json.loads(run("inspect", unclear, "--header-row", "2", "--json").stdout)
    assert [look["header"] for look in page["looks"]] == ["Role", "Tool"]
    assert page["left_out"] == {"rows above the header": 1}


def test_draft_check_and_clean(unclear, tmp_path):
    codebook = tmp_path / "codebook.toml"
    told = ("--header-row", "2")

    assert run("codebook", "draft", unclear, "-o", codebook).exit_code == 1
    assert run("codebook", "draft", unclear, "-o", codebook, *told).exit_code == 0
    assert run("codebook", "check", codebook, unclear).exit_code == 1
    assert run("codebook", "check", codebook, unclear, *told).exit_code == 0
    out = ("--codebook", codebook, "--out", tmp_path / "clean")
    assert run("clean", unclear, *out).exit_code == 1
    cleaned = run("clean", unclear, *out, *told)
    assert cleaned.exit_code == 0
    assert "note: row 2 was taken as the header, as told" in cleaned.stdout


def test_study_names_the_row(unclear):
    assert read_listed(Export(file=unclear, header_row=2)).frame.index[0] == 3


@pytest.mark.parametrize("row", ["0", "-1", "two"])
def test_row_is_a_number_from_one_on(unclear, row):
    assert run("inspect", unclear, "--header-row", row).exit_code == 2


def test_large_raises_every_limit():
    small, large = limits.LIMITS, limits.LARGE

    for name in ("text", "text_cells", "cells", "unpacked", "ratio", "parts"):
        assert getattr(large, name) >= 10 * getattr(small, name), name


def test_large_file_is_read_when_asked_for(tmp_path):
    """A text of 17 MB in a workbook of 60 kB: 280 times its size."""
    import xlsxwriter  # noqa: PLC0415 - slow to import

    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_column(0, 0, ["Remark", *(chr(65 + n) * 32_000 for n in range(26))])
        page.write_column(0, 1, ["Again", *(chr(97 + n) * 32_000 for n in range(26))])
        for column in range(2, 22):
            texts = [f"{column}{n}" + "x" * 32_000 for n in range(27)]
            page.write_column(0, column, texts)

    refused = run("inspect", path)
    assert refused.exit_code == 1
    assert "times its size; " in refused.stderr
    assert run("inspect", path, "--large").exit_code == 0


def test_a_title_that_was_taken_for_the_headers_is_told(tmp_path):
    """Two columns under a title of two cells: no row is plainly the header."""
    export, book = tmp_path / "export.csv", tmp_path / "codebook.toml"
    export.write_text("Our survey,2024\nDepartment,Answer\nEP,Yes\nIT,No\nEP,No\n")
    book.write_text('[[items]]\ncode = "q1"\nheader = "Department"\nkind = "text"\n')
    words = ["clean", str(export), "--codebook", str(book), "--out"]

    refused = CliRunner().invoke(main, [*words, str(tmp_path / "out")])
    done = CliRunner().invoke(
        main, [*words, str(tmp_path / "out"), "--header-row", "2"]
    )

    assert refused.exit_code == 1
    assert refused.stderr == (
        "error: export.csv, column 'Department': no column for item 'q1'; take the "
        "codebook of this export, or name the row of the headers with --header-row "
        "(header_row in study.toml)\n"
    )
    assert done.exit_code == 0, done.stderr
