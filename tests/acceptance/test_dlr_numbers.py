"""Numbers that the authors of the DLR survey published, through the commands.

They stand in ``../shared/data/README.md`` and in ``published_top3_per_institute.txt``,
from the notebooks of DLR-SC/survey-research-software-dev-dlr (CC-BY-4.0).
"""

import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from surveytools.cli import main

CODEBOOK = Path(__file__).parent / "dlr" / "codebook.toml"
SPELT = {"Plusplus": "C++", "Zehscharf": "C#"}


@pytest.fixture(scope="module")
def cleaned(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dlr") / "clean"
    export = str(shared_data / "dlr" / "data.csv")
    arguments = ["clean", export, "--codebook", str(CODEBOOK), "--out", str(folder)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def table(cleaned):
    def tabulated(*arguments, threshold=1):
        written = ["--threshold", str(threshold), "--format", "csv"]
        result = CliRunner().invoke(main, ["table", str(cleaned), *arguments, *written])
        assert result.exit_code == 0, result.output
        return pd.read_csv(StringIO(result.stdout), keep_default_na=False)

    return tabulated


def counts(cells, group="Total"):
    own = cells[cells["group_label"].eq(group)]
    return dict(zip(own["answer_label"], own["count"], strict=True))


def test_age(table):
    cells = table("age")

    assert counts(cells) == {
        "18 - 24": 33,
        "25 - 34": 309,
        "35 - 44": 266,
        "45 - 54": 101,
        "55 or older": 55,
    }
    assert cells["base"].unique().tolist() == [764]


def test_writes_code(table):
    cells = table("writes_code")

    assert counts(cells) == {"Yes": 612, "No": 161}
    assert cells["base"].unique().tolist() == [773]


@pytest.mark.parametrize(
    ("institute", "respondents"),
    [
        ("Institute Aeronautics 1", 68),
        ("Institute Aeronautics 8", 41),
        ("Institute Space 16", 38),
        ("Other", 35),
        ("Institute Energy 4", 23),
    ],
)
def test_respondents_of_an_institute(table, institute, respondents):
    assert counts(table("institute"))[institute] == respondents


def test_exact_combinations_of_version_control(table):
    cells = table("vcs", "--combinations", "--where", "writes_code = yes")

    found = cells.set_index("answer")["count"]
    # "None" is an answer that people gave, not a missing one.
    assert found[["git", "svn", "svn+git", "none", "git+cvs"]].tolist() == [
        152,
        141,
        136,
        112,
        10,
    ]
    assert cells["base"].unique().tolist() == [612]
    assert found.sum() == 612


def published(path):
    """Cells of the file: institute, language, and how many of it use that."""
    block = []
    for line in path.read_text().splitlines():
        if name := re.match(r"Name: (.*), dtype", line):
            yield from ((name[1], *cell) for cell in block)
            block = []
        else:
            language, count = line.rsplit(maxsplit=1)
            block.append((SPELT.get(language, language), int(count)))


def test_the_117_cells_of_institute_by_language(table, shared_data):
    cells = list(published(shared_data / "dlr" / "published_top3_per_institute.txt"))
    used = table("languages", "--by", "institute")
    exact = table("languages", "--by", "institute", "--combinations")
    ours = {
        (cell.group_label, cell.answer_label): cell.count_
        for cell in used.rename(columns={"count": "count_"}).itertuples()
    }
    # The authors' columns include some answers of several languages, as one.
    ours |= {
        (cell.group_label, cell.answer_label.replace(" & ", ";#")): cell.count_
        for cell in exact.rename(columns={"count": "count_"}).itertuples()
        if "+" in cell.answer
    }

    # Their institute "nan" matched nobody; here it is no group, so 0 as well.
    assert len(cells) == 117
    assert [(*cell[:2], ours.get(cell[:2], 0)) for cell in cells] == cells


def test_who_named_no_institute_is_left_out_and_counted(cleaned):
    """28 of the 612 who write code; counted in the export with plain pandas."""
    arguments = ["table", str(cleaned), "languages", "--by", "institute"]
    result = CliRunner().invoke(main, [*arguments, "--threshold", "1"])

    assert "Left out: 28 (no group)" in result.stdout


def test_no_small_institute_is_shown(table):
    cells = table("languages", "--by", "institute", threshold=10)
    true = table("languages", "--by", "institute")

    shown = ~cells["withheld"].astype(str).eq("True")
    bases = cells.loc[shown, "base"].astype(float)
    assert (bases.ge(10) | bases.eq(0)).all()
    assert (
        true.loc[shown, "count"]
        .astype(float)
        .equals(cells.loc[shown, "count"].astype(float))
    )
    assert true.loc[~shown, "base"].lt(10).any()
    assert shown.mean() > 0.5
