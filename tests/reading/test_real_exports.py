"""Files that people exported, read beside Python's own csv module.

Counts come from ../shared/data/README.md, which has them from the surveys' reports.
"""

import csv
from collections import Counter

import pandas as pd
import pytest

from surveytools.errors import ExportError
from surveytools.reading import Role, read_export

FILES = [
    ("dlr/data.csv", "sharepoint", 773, 40),
    ("sheffield/sheffield.csv", "google", 382, 20),
    ("spack/spack-user-survey-2022-responses.csv", "google", 182, 58),
    ("spack/spack-user-survey-2025-responses.csv", "google", 245, 56),
    ("rse2017/can/public_data.csv", "limesurvey", 110, 62),
    ("rse2017/de/public_data.csv", "limesurvey", 325, 248),
    ("jupyter2015/20160115235816-SurveyExport.csv", "alchemer", 1706, 37),
]


@pytest.mark.parametrize(("name", "platform", "rows", "columns"), FILES)
def test_every_cell_is_what_the_csv_module_reads(
    shared_data, name, platform, rows, columns
):
    path = shared_data / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.reader(file))

    raw = read_export(path)

    assert raw.platform == platform
    assert raw.frame.shape == (rows, columns)
    for column in raw.columns:
        assert column.header == records[0][column.position - 1]
        read = raw.frame[column.name].fillna("").to_dict()
        assert read == {row: records[row - 1][column.position - 1] for row in read}
    left = set(range(2, len(records) + 1)) - set(raw.frame.index)
    assert not any("".join(records[row - 1]) for row in left)


@pytest.mark.parametrize("year", [2022, 2025])
def test_csv_and_workbook_of_a_survey_agree(shared_data, year):
    stem = f"spack/spack-user-survey-{year}-responses"
    text = read_export(shared_data / f"{stem}.csv")
    book = read_export(shared_data / f"{stem}.xlsx")

    assert [c.header for c in text.columns] == [c.header for c in book.columns]
    assert text.separator == book.separator == ", "
    for one, other in zip(text.answers(), book.answers(), strict=True):
        assert (
            text.frame[one.name].fillna("").tolist()
            == book.frame[other.name].fillna("").tolist()
        )
    when = text.columns[0].name
    seconds = pd.to_datetime(text.frame[when]).to_numpy()
    exact = pd.to_datetime(book.frame[when], format="ISO8601").to_numpy()
    assert abs(seconds - exact).max() <= pd.Timedelta(seconds=0.5)


def test_phantom_rows_and_columns_are_counted(shared_data):
    raw = read_export(shared_data / "spack/spack-user-survey-2025-responses.csv")

    assert dict(raw.left_out) == {"blank rows": 100, "blank columns": 6}


def test_real_answer_none_survives(shared_data):
    raw = read_export(shared_data / "dlr/data.csv")
    (control,) = [c for c in raw.columns if c.header.startswith("Which version con")]

    counts = Counter(raw.frame[control.name].dropna())
    assert counts["None"] == 112
    assert counts["Git"] == 152
    assert counts["Subversion"] == 141
    assert raw.columns[0].role is Role.METADATA


@pytest.mark.parametrize("name", ["indico/timetable.xml", "indico/truth.json"])
def test_files_of_other_kinds_are_refused(shared_data, name):
    with pytest.raises(ExportError, match="not an export"):
        read_export(shared_data / name)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_registrations_keep_people_apart(shared_data, kind):
    raw = read_export(shared_data / f"indico/registrations_all_columns_ui-en.{kind}")

    personal = {c.header for c in raw.columns if c.role is Role.IDENTITY}
    assert "Name" in personal
    assert personal & {"Email Address", "Email"}
