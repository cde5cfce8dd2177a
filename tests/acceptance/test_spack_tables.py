"""CSV and workbook of one survey give one cleaned table, cell by cell.

Both are downloads of the same sheet. The CSV of 2025 has 100 blank rows and 6 blank
columns that the workbook doesn't show: both set the same aside.
"""

import pandas as pd
import pytest
from click.testing import CliRunner

from surveytools.cli import main
from surveytools.reading import read_export

ROWS = {2022: 182, 2025: 245}


def run(*arguments):
    """Run a command that must succeed."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("year", ROWS)
def test_csv_and_workbook_give_one_table(shared_data, tmp_path, year):
    stem = shared_data / f"spack/spack-user-survey-{year}-responses"
    codebook = tmp_path / "draft.toml"
    run("codebook", "draft", f"{stem}.csv", "-o", codebook)

    tables = []
    for kind in ("csv", "xlsx"):
        export, out = f"{stem}.{kind}", tmp_path / kind
        run("clean", export, "--codebook", codebook, "--out", out)
        answers = pd.read_parquet(out / "responses.parquet")
        states = pd.read_parquet(out / "states.parquet")
        tables.append((answers, states))

    (text, text_states), (book, book_states) = tables
    assert len(text) == ROWS[year]
    rows = [table.index.get_level_values("row") for table in (text, book)]
    assert rows[0].tolist() == rows[1].tolist()
    for one, other in ((text, book), (text_states, book_states)):
        pd.testing.assert_frame_equal(
            one.reset_index(drop=True), other.reset_index(drop=True)
        )


def test_phantom_rows_and_columns_are_said(shared_data):
    stem = "spack/spack-user-survey-2025-responses"
    text = run("inspect", shared_data / f"{stem}.csv")
    book = read_export(shared_data / f"{stem}.xlsx")

    assert "100 blank rows, 6 blank columns" in text
    assert book.frame.shape == (245, 56)
