"""``surveytools key``, and how ``clean`` finds the key."""

import pytest
from click.testing import CliRunner

from surveytools.cleaning import read_responses
from surveytools.cli import main

EXPORT = (
    "Submitter,Submitter Email,Submission Date,Words\n"
    "Ada,ada@example.org,2026-09-14 11:44:20+00:00,hello\n"
    "Ada,Ada@example.org,2026-09-14 11:45:20+00:00,hello again\n"
)
CODEBOOK = """
[[pseudonyms]]
code = "respondent"
header = "Submitter Email"

[[items]]
code = "words"
header = "Words"
kind = "text"
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.delenv("SURVEYTOOLS_KEY_FILE", raising=False)
    study = tmp_path / "study"
    study.mkdir()
    (study / "export.csv").write_text(EXPORT, encoding="utf-8-sig")
    (study / "book.toml").write_text(CODEBOOK)

    def invoke(*more):
        words = ["clean", str(study / "export.csv"), "--wave", "w", *more]
        words += ["--codebook", str(study / "book.toml"), "--out", str(study / "out")]
        return CliRunner().invoke(main, words)

    return invoke


def test_key_is_made_named_and_used(run, tmp_path, monkeypatch):
    path = tmp_path / "respondents.key"

    made = CliRunner().invoke(main, ["key", "new", str(path)])
    monkeypatch.setenv("SURVEYTOOLS_KEY_FILE", str(path))
    cleaned = run("--duplicates", "later", "--duplicates-by", "respondent")

    assert made.exit_code == 0, made.output
    assert f"use it: export SURVEYTOOLS_KEY_FILE={path}" in made.output
    assert path.read_text().strip() not in made.output
    assert cleaned.exit_code == 0, cleaned.output
    assert "left out: another row of the same person 1" in cleaned.output
    assert "example.org" not in cleaned.output
    responses = read_responses(tmp_path / "study" / "out")
    assert responses.pseudonyms["respondent"].notna().tolist() == [True]


def test_study_file_may_name_the_key(run, tmp_path):
    CliRunner().invoke(main, ["key", "new", str(tmp_path / "respondents.key")])
    (tmp_path / "study" / "study.toml").write_text(
        'title = "T"\nkey_file = "../respondents.key"\n'
        'disclosure = { profile = "internal", threshold = 5 }\n'
        '[[waves]]\nname = "w"\ncodebook = "book.toml"\n'
        'exports = [{ file = "export.csv" }]\n'
    )

    assert run().exit_code == 0


def test_key_in_the_results_is_refused(run, tmp_path, monkeypatch):
    path = tmp_path / "study" / "out" / "respondents.key"
    CliRunner().invoke(main, ["key", "new", str(path)])
    monkeypatch.setenv("SURVEYTOOLS_KEY_FILE", str(path))

    cleaned = run()

    assert cleaned.exit_code == 1
    assert "together with the data; keep it elsewhere" in cleaned.stderr


def test_missing_key_is_one_clear_line(run):
    cleaned = run()

    assert cleaned.exit_code == 1
    assert cleaned.stderr == (
        "error: book.toml: the codebook keeps pseudonyms (respondent), and no key is "
        "named; set SURVEYTOOLS_KEY_FILE, or make a key: surveytools key new PATH\n"
    )
