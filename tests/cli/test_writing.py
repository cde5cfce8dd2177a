"""What the commands say where they can't write, or would write over what they read."""

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
