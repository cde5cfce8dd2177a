"""Exports of the other platforms, drafted and cleaned by the commands as they are."""

import json

import pytest
from click.testing import CliRunner

from surveytools.cli import main

FILES = [
    ("spss/sample.sav", 5, 7),
    ("spss/simple_alltypes.sav", 6, 12),
    ("spss/missing_test.sav", 2, 1),
    ("redcap/checkboxes-1/data.csv", 4, 13),
    ("redcap/decimal-comma/data.csv", 4, 6),
    ("redcap/russian/data.csv", 3, 402),
    ("redcap/survey/data.csv", 2, 33),
]
"""Rows and columns are those of ../shared/data/README.md and of the files' heads."""


@pytest.mark.parametrize(("name", "rows", "columns"), FILES)
def test_draft_alone_cleans_the_export(shared_data, tmp_path, name, rows, columns):
    export, codebook, out = (
        shared_data / name,
        tmp_path / "draft.toml",
        tmp_path / "out",
    )

    run("codebook", "draft", export, "-o", codebook)
    run("clean", export, "--codebook", codebook, "--out", out)

    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["cells"] == rows * columns == sum(manifest["outcomes"].values())
    assert manifest["outcomes"].get("unresolved", 0) <= 0.02 * manifest["cells"]


def run(*arguments):
    """Run a command that must succeed."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
