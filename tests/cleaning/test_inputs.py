"""All that is wrong with exports and codebook is said at once."""

from click.testing import CliRunner

from surveytools.cli import main

CODEBOOK = """
title = "Tools"

[[items]]
code = "role"
header = "Role?"
kind = "text"
lable = "Role"

[[items]]
code = "tool"
header = "Tool?"
kind = "single-response"
choices = [{ code = "a", label = "Git" }, { code = "b", label = "Git" }]

[[items]]
code = "years"
header = "Years?"
kind = "number"
"""


def test_problems_of_all_files_are_told_together(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codebook.toml").write_text(CODEBOOK)
    export = tmp_path / "export.csv"
    export.write_text("Role?,Tool?\nA,Git\nB,Git\n")
    raw = export.read_bytes()

    run = CliRunner().invoke(
        main,
        [
            "clean",
            "export.csv",
            "absent.csv",
            "--codebook",
            "codebook.toml",
            "--out",
            "out",
        ],
    )

    assert run.exit_code == 1
    assert run.stdout == ""
    key, choices, file, item = run.stderr.splitlines()
    assert key == (
        "error: codebook.toml, column 'items[role].lable': unknown key 'lable'; "
        "did you mean 'label'?"
    )
    assert choices == (
        "error: codebook.toml, column 'items[tool].choices': 'Git' stands for 'a' "
        "and for 'b'; keep it in one"
    )
    assert file == (
        "error: absent.csv: there is no such file; check the name and the folder"
    )
    assert item == (
        "error: export.csv, column 'Years?': no column for item 'years'; correct "
        "the header in codebook.toml, or mark the item optional"
    )
    assert not (tmp_path / "out").exists()
    assert export.read_bytes() == raw
