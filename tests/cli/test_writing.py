"""What commands say of places that they can't read or write, or shall not replace."""

import ctypes
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from surveytools.cli import main

EXPORT = "Which department?,How many people?\nPhysics,3\nInformatics,4\nPhysics,10\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("export.csv").write_text(EXPORT, encoding="utf-8")

    def invoke(*words):
        return CliRunner().invoke(main, words)

    assert invoke("codebook", "draft", "export.csv", "-o", "book.toml").exit_code == 0
    Path("folder").mkdir()
    return invoke


@pytest.fixture
def permissions():
    """Let permissions hold for the superuser too, who else may read any file."""
    if os.geteuid() != 0:
        yield
        return
    system = ctypes.CDLL(None, use_errno=True)
    thread = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this one
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    assert system.capget(thread, sets) == 0
    before = sets[0]
    sets[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert system.capset(thread, sets) == 0
    yield
    sets[0] = before
    assert system.capset(thread, sets) == 0


WRITING = [
    ("codebook", "draft", "export.csv", "--force", "-o"),
    ("codebook", "to-xlsx", "book.toml", "--force", "-o"),
    ("codebook", "export", "book.toml", "--to", "html", "--force", "-o"),
    ("codebook", "export", "book.toml", "--to", "xlsform", "--force", "-o"),
]


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
@pytest.mark.parametrize(
    ("out", "reason"),
    [("folder", "Is a directory"), ("export.csv/book", "File exists")],
)
def test_place_that_cannot_be_written_gives_one_line(run, command, out, reason):
    refused = run(*command, out)

    assert refused.exit_code == 1
    hint = "name another place, or make room and see to the permissions"
    assert refused.stderr == f"error: {out}: can't be written ({reason}); {hint}\n"
    assert sorted(p.name for p in Path().iterdir()) == [
        "book.toml",
        "export.csv",
        "folder",
    ]


def test_cleaning_into_a_file_gives_one_line(run):
    refused = run(
        "clean", "export.csv", "--codebook", "book.toml", "--out", "book.toml"
    )

    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: book.toml/")
    assert "can't be written" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert Path("book.toml").is_file()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("codebook", "draft", "export.csv", "-o", "./export.csv"), "export.csv"),
        (("codebook", "to-xlsx", "book.toml", "-o", "book.toml"), "book.toml"),
        (
            ("codebook", "export", "book.toml", "--to", "html", "-o", "book.toml"),
            "book.toml",
        ),
    ],
    ids=["draft", "to-xlsx", "export"],
)
def test_no_command_replaces_what_it_reads(run, command, name):
    before = Path(name).read_bytes()

    refused = run(*command, "--force")

    assert refused.exit_code == 1
    assert refused.stderr == (
        f"error: {name}: is the file that is read; name another file\n"
    )
    assert Path(name).read_bytes() == before


@pytest.mark.parametrize(
    "command",
    [
        ("inspect", "{}"),
        ("codebook", "draft", "{}", "-o", "new.toml"),
        ("clean", "export.csv", "--codebook", "{}", "--out", "out"),
        ("codebook", "export", "{}", "--to", "html", "-o", "new.html"),
        ("codebook", "to-xlsx", "{}", "-o", "new.xlsx"),
        ("codebook", "draft", "export.csv", "-o", "{}"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("place", ["locked/file", "x" * 300], ids=["locked", "long"])
def test_place_that_cannot_be_looked_at_gives_one_line(
    run, command, place, permissions
):
    if place.startswith("locked"):
        Path("locked").mkdir(mode=0o600)

    refused = run(*(word.format(place) for word in command))

    assert refused.exit_code == 1
    assert refused.exception is None or isinstance(refused.exception, SystemExit)
    assert refused.stderr.startswith("error: ")
    assert Path(place).name in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_file_that_nobody_may_read_gives_one_line(run, permissions):
    Path("export.csv").chmod(0)

    refused = run("inspect", "export.csv")

    assert refused.exit_code == 1
    assert refused.stderr == (
        "error: export.csv: the file can't be opened (Permission denied); check its "
        "permissions\n"
    )
