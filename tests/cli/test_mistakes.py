"""Mistakes that people make: each gets a line that says what to do, no traceback."""

import pytest
from click.testing import CliRunner

from surveytools.cli import main

EXPORT = "Use?,Where?\nyes,EP\nno,IT\nyes,EP\n"
BOOK = """\
[[items]]
code = "q01"
header = "Use?"
kind = "single-response"
choices = [{ code = "yes", label = "yes" }, { code = "no", label = "no" }]
[[items]]
code = "q02"
header = "Where?"
kind = "text"
"""
STUDY = """\
title = "Small study"
disclosure = { profile = "workshop", threshold = 5 }
[[waves]]
name = "2026"
codebook = "book.toml"
exports = [{ file = "export.csv" }]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "export.csv").write_text(EXPORT)
    (home / "export.xlsx").write_bytes(b"PK\x03\x04 and more of a workbook")
    (home / "book.toml").write_text(BOOK)
    (home / "study.toml").write_text(STUDY)
    (home / "notebooks").mkdir()
    words = ["clean", home / "export.csv", "--codebook", home / "book.toml"]
    done = CliRunner().invoke(main, [*map(str, words), "--out", str(home / "out")])
    assert done.exit_code == 0, done.output
    return home


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        pytest.param(
            "codebook check export.xlsx book.toml",
            1,
            "error: export.xlsx: this is a workbook or an archive, and a TOML file is "
            "needed; check the names, and their order",
            id="export before codebook",
        ),
        pytest.param(
            "codebook check export.csv book.toml",
            1,
            "name a file that ends in .toml; check the names, and their order",
            id="CSV before codebook",
        ),
        pytest.param(
            "inspect book.toml",
            1,
            "error: book.toml: this is a TOML file, not an export; "
            "check the names, and their order",
            id="codebook for export",
        ),
        pytest.param(
            "table out/responses.parquet q01 --threshold 5",
            2,
            "'out/responses.parquet' is a file: name first the folder that clean wrote",
            id="file of the folder",
        ),
        pytest.param(
            "table q01 out --threshold 5",
            2,
            "'q01' does not exist: name first the folder that clean wrote",
            id="item before folder",
        ),
        pytest.param(
            "table out q1 --threshold 5",
            1,
            "the codebook has no item 'q1'; did you mean 'q01'?",
            id="a zero too few",
        ),
        pytest.param(
            "table out q01 --where Q2=x --threshold 5",
            1,
            "did you mean 'q02'?",
            id="a zero too few in a filter",
        ),
        pytest.param(
            "run --study book.toml",
            1,
            "error: book.toml, column 'waves': 'waves' is missing; add it",
            id="codebook for study",
        ),
        pytest.param(
            "run --study export.xlsx",
            1,
            "error: export.xlsx: this is a workbook or an archive",
            id="export for study",
        ),
        pytest.param(
            "release --date tomorrow",
            2,
            "'tomorrow' is no day as 2026-03-01",
            id="date",
        ),
        pytest.param(
            "table out q01 --threshold 5 -o study.toml",
            2,
            "--format md writes no .toml: name another file",
            id="output over an input",
        ),
        pytest.param(
            "table out q01 --threshold 5 -o table.html",
            2,
            "--format md writes no .html: say --format html, or name another file",
            id="name of another format",
        ),
        pytest.param(
            "table out q01 --threshold 5 -o out",
            2,
            "File 'out' is a directory.",
            id="folder for file",
        ),
    ],
)
def test_a_mistake_gets_an_answer(home, monkeypatch, words, status, said):
    monkeypatch.chdir(home)

    done = CliRunner().invoke(main, words.split())

    assert done.exit_code == status, done.output
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_no_release_is_said(home, monkeypatch):
    monkeypatch.chdir(home)
    (home / "notebooks" / "10_clean.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )

    done = CliRunner().invoke(main, ["release", "--list"])

    assert (done.exit_code, done.stdout) == (0, "no release yet\n")


def test_all_files_that_a_study_lacks_are_told(tmp_path, monkeypatch):
    (tmp_path / "study.toml").write_text(f"synthetic = true\n{STUDY}")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "10_clean.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(main, ["run"])

    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"error: study.toml: it names {name}, which isn't there; put the file there, "
        "or correct the path"
        for name in ("export.csv", "book.toml")
    ]
