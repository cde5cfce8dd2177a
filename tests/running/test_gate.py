"""A run that wrote what must not leave publishes nothing and ends with status 4."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NAME, MAIL = "Grace Brewster Hopper", "grace@example.org"


@pytest.fixture
def home(tmp_path, write_notebook):
    """A study with one person's answer, and a notebook that says nothing of it."""
    (tmp_path / "export.csv").write_text(
        "Submitter,Submitter Email,Submission Date,Use\r\n"
        f"{NAME},{MAIL},2026-09-01 12:34:56.789012+00:00,yes\r\n"
        ",,2026-09-02 12:34:56.789012+00:00,no\r\n"
    )
    (tmp_path / "codebook.toml").write_text(
        '[[items]]\ncode = "use"\nheader = "Use"\nkind = "single-response"\n'
        'choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]\n'
    )
    write_notebook(tmp_path / "notebooks" / "20_use.ipynb", "'nothing'")
    return tmp_path


def run(home, exceptions=""):
    (home / "study.toml").write_text(
        'title = "Tiny study"\n'
        '[disclosure]\nprofile = "workshop"\nthreshold = 5\n'
        f"{exceptions}"
        '[[waves]]\nname = "2026"\ncodebook = "codebook.toml"\n'
        'exports = [{ file = "export.csv" }]\n'
    )
    command = [Path(sys.executable).with_name("surveytools"), "run", "--study"]
    return subprocess.run(
        [*command, home / "study.toml"], capture_output=True, text=True, check=False
    )


def test_a_leak_stops_publishing(home, write_notebook):
    assert run(home).returncode == 0
    good = (home / "reports" / "notebooks" / "20_use.ipynb").read_text()
    write_notebook(home / "notebooks" / "20_use.ipynb", f"'answered by {NAME}'")

    done = run(home)

    assert done.returncode == 4
    assert "holds a respondent's name, login or address (cell 2, output" in done.stderr
    assert "20_use.ipynb" in done.stderr
    assert "Grace" not in done.stdout + done.stderr
    assert (home / "reports" / "notebooks" / "20_use.ipynb").read_text() == good


def test_what_the_owner_granted_passes_and_is_recorded(home, write_notebook):
    write_notebook(home / "notebooks" / "20_use.ipynb", f"'ask {MAIL}'")
    assert run(home).returncode == 4

    done = run(
        home,
        "[[disclosure.exceptions]]\n"
        f'show = "{MAIL}"\nreason = "contact of the survey"\ngranted_by = "G. H."\n',
    )

    assert done.returncode == 0, done.stderr
    record = json.loads((home / "reports" / "disclosure.json").read_text())
    assert record["status"] == "passed"
    assert record["exceptions"][0]["granted_by"] == "G. H."
    assert record["exceptions"][0]["reason"] == "contact of the survey"
    assert "notebooks/20_use.ipynb" in record["searched"]
