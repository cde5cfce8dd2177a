"""Numbers that the Sheffield survey of 2020 published, through the commands.

They stand in ``../shared/data/README.md``, from report and charts of
RSE-Sheffield/sssurvey (BSD-3), in per cent of the 382 respondents unless said.
"""

from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from surveytools.cli import main

CODEBOOK = Path(__file__).parent / "sheffield" / "codebook.toml"


@pytest.fixture(scope="module")
def table(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheffield") / "clean"
    export = str(shared_data / "sheffield" / "sheffield.csv")
    arguments = ["clean", export, "--codebook", str(CODEBOOK), "--out", str(folder)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output

    def tabulated(*arguments):
        written = ["--threshold", "1", "--format", "csv"]
        result = CliRunner().invoke(main, ["table", str(folder), *arguments, *written])
        assert result.exit_code == 0, result.output
        cells = pd.read_csv(StringIO(result.stdout), dtype={"answer": str})
        return cells.set_index("answer")

    return tabulated


def test_faculty(table):
    cells = table("faculty", "--base", "all")

    assert cells["base"].unique().tolist() == [382]
    percent = (100 * cells["share"]).round(1)
    assert percent[
        ["engineering", "science", "social", "arts", "medicine", "amrc"]
    ].tolist() == [28.5, 28.0, 24.6, 11.0, 5.0, 0.8]


@pytest.mark.parametrize(
    ("item", "answer", "percent"),
    [
        pytest.param("uses", "yes", 91, id="uses research software"),
        pytest.param("importance", "5", 65, id="vital"),
        pytest.param("develops", "yes", 27, id="develops"),
    ],
)
def test_share_of_all(table, item, answer, percent):
    cells = table(item, "--base", "all")

    assert round(100 * cells.loc[answer, "share"]) == percent
    assert cells.loc[answer, "base"] == 382


def test_training_is_a_share_of_those_who_were_asked(table):
    no = table("training", "--base", "asked").loc["no"]

    assert no["base"] == 103
    assert round(100 * no["share"]) == 69


def test_hpc_of_all(table):
    cells = table("hpc", "--base", "all")

    assert cells["base"].unique().tolist() == [382]
    percent = (100 * cells["share"]).round(1)
    silent = [code for code in cells.index if code.startswith("~")]
    assert percent[silent].sum() == 73.0
    assert percent["yes"] == 8.1


def test_hpc_of_those_asked(table):
    cells = table("hpc", "--base", "asked")

    assert cells["base"].unique().tolist() == [103]
    percent = (100 * cells["share"]).round()
    assert percent[["yes", "would", "not_required"]].tolist() == [30, 22, 25]
