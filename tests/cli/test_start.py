"""Commands start without what they don't need, and show a bar on terminals only."""

import os
import subprocess
import sys

import pytest

CALL = [sys.executable, "-c", "from surveytools.cli import main; main()", "inspect"]
HEAVY = {
    "IPython",
    "jinja2",
    "matplotlib",
    "nbformat",
    "openpyxl",
    "papermill",
    "pptx",
    "pyreadstat",
    "scipy",
    "seaborn",
    "snakemake",
    "statsmodels",
    "tomlkit",
    "tqdm",
    "xlsxwriter",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of 21 MB, of which a bar is shown."""
    path = tmp_path_factory.mktemp("large") / "export.csv"
    row = f'"Physicist","{"word " * 2_000}"\n'
    path.write_text("Role,Remark\n" + row * 2_100)
    return path


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("Role,Remark\nPhysicist,none\n")
    return path


def on_a_terminal(command):
    """Run a command whose standard error is a terminal; give what it wrote there."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 1 << 16):
            said += piece
    except OSError:  # how Linux says that the other side was closed
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0
    return said.decode()


def test_inspect_imports_nothing_that_it_does_not_need(small):
    imported = subprocess.run(
        [sys.executable, "-X", "importtime", *CALL[1:], str(small)],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    names = {line.rsplit("|", 1)[-1].strip() for line in imported.splitlines()}

    assert "pandas" in names
    assert not {name.split(".")[0] for name in names} & HEAVY


def test_large_file_shows_a_bar_on_a_terminal_and_leaves_nothing_there(large):
    said = on_a_terminal([*CALL, str(large)])

    assert "reading" in said
    assert not said.rsplit("\r", 2)[-2].strip()


def test_small_file_shows_no_bar(small):
    assert on_a_terminal([*CALL, str(small)]) == ""


def test_log_stays_free_of_the_bar(large):
    done = subprocess.run([*CALL, str(large)], check=True, capture_output=True)

    assert done.stderr == b""
