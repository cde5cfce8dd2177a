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


def run(home, exceptions="", *, only=None):
    (home / "study.toml").write_text(
        'title = "Tiny study"\n'
        '[disclosure]\nprofile = "workshop"\nthreshold = 5\n'
        f"{exceptions}"
        '[[waves]]\nname = "2026"\ncodebook = "codebook.toml"\n'
        'exports = [{ file = "export.csv" }]\n'
    )
    command = [Path(sys.executable).with_name("surveytools"), "run", "--study"]
    part = ["--only", only] if only else []
    return subprocess.run(
        [*command, home / "study.toml", *part],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_leak_stops_publishing(home, write_notebook):
    assert run(home).returncode == 0
    good = (home / "reports" / "notebooks" / "20_use.ipynb").read_text()
    write_notebook(home / "notebooks" / "20_use.ipynb", f"'answered by {NAME}'")

    done = run(home)

    assert done.returncode == 4
    assert "holds a respondent's name, login or address (cell 2, output" in done.stderr
    assert "Grace" not in done.stdout + done.stderr
    assert (home / "reports" / "notebooks" / "20_use.ipynb").read_text() == good
    # What may be copied at any time holds nothing of it, nor a log that quotes it ...
    assert all(NAME not in text for text in texts(home / "reports"))
    # ... but whoever may see answers can look at it, where standard error says.
    withheld = home / "data" / "processed" / "_withheld"
    copy = withheld / "jobs" / "20_use" / "notebooks" / "20_use.ipynb"
    assert done.stderr.startswith(f"error: {copy}: holds a respondent's name")
    assert "it was moved there" in done.stderr
    assert NAME in copy.read_text()
    assert withheld.stat().st_mode & 0o777 == 0o700

    write_notebook(home / "notebooks" / "20_use.ipynb", "'corrected'")
    assert run(home).returncode == 0
    assert not withheld.exists()


def test_what_a_failing_notebook_says_is_no_leak_either(home, write_notebook):
    source = f"raise KeyError('{NAME}')"
    write_notebook(home / "notebooks" / "20_use.ipynb", "print('before')", source)
    write_notebook(home / "notebooks" / "21_more.ipynb", "1 / 0")

    done = run(home)

    assert done.returncode == 4
    assert "ZeroDivisionError" in done.stderr
    assert all(NAME not in text for text in texts(home / "reports"))


def test_a_part_of_a_run_is_searched_with_what_stays(home, write_notebook):
    source = (
        "import os, pathlib\n"
        "out = pathlib.Path(os.environ['SURVEYTOOLS_REPORTS'])\n"
        "_ = (out / 'table.csv').write_text('a,b')"
    )
    write_notebook(home / "notebooks" / "21_more.ipynb", source)
    assert run(home).returncode == 0
    whole = searched(home)
    write_notebook(home / "notebooks" / "20_use.ipynb", "'something else'")

    assert run(home, only="20_use").returncode == 0

    assert searched(home) == whole
    assert whole == ["notebooks/20_use.ipynb", "notebooks/21_more.ipynb", "table.csv"]


def test_what_was_published_and_is_now_a_leak_goes(home, write_notebook):
    """Somebody answers whom an earlier notebook happened to name."""
    newcomer = "Ada Augusta Lovelace"
    write_notebook(home / "notebooks" / "21_more.ipynb", f"'in honour of {newcomer}'")
    assert run(home).returncode == 0
    with (home / "export.csv").open("a") as export:
        export.write(f"{newcomer},ada@example.org,2026-09-03 12:34:56+00:00,yes\r\n")

    done = run(home, only="20_use")

    assert done.returncode == 4
    withheld = home / "data" / "processed" / "_withheld" / "published"
    copy = withheld / "notebooks" / "21_more.ipynb"
    assert done.stderr.startswith(f"error: {copy}: holds a respondent's name")
    assert copy.exists()
    assert all(newcomer not in text for text in texts(home / "reports"))
    # Nothing says any more that the folder was searched and is sound.
    assert not (home / "reports" / "disclosure.json").exists()

    write_notebook(home / "notebooks" / "21_more.ipynb", "'in honour of nobody'")
    assert run(home).returncode == 0
    assert searched(home) == ["notebooks/20_use.ipynb", "notebooks/21_more.ipynb"]


def texts(folder):
    return [
        path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()
    ]


def searched(home):
    record = json.loads((home / "reports" / "disclosure.json").read_text())
    return record["searched"]


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
