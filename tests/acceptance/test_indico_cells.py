"""Every cell that a real Indico wrote, against the answers that people gave.

The truth is what was posted to Indico's survey form over HTTP, recorded beside the
files (`../shared/data/indico`). What a format can't hold is written out here by rule
and counted, so that a loss of our own can't hide behind one of Indico's.
"""

import json
import re
from collections import Counter
from datetime import datetime, timedelta

import pandas as pd
import pytest

from surveytools.reading import Role, read_export

YES_NO = {"en": ("Yes", "No"), "fr": ("Oui", "Non")}
FILES = [
    pytest.param((survey, ui, kind), id=f"{survey}-{ui}-{kind}")
    for survey in ("survey", "survey_fr")
    for ui in ("en", "fr")
    for kind in ("csv", "xlsx")
]
TRUTH = {"survey": "truth.json", "survey_fr": "truth_survey_fr.json"}

# Cells by survey and format whose truth the format can't show, counted in the truth
# alone: text that begins with = + - @, text with line breaks, text beyond 32,767
# characters, whole numbers beyond 2**53.
LOST = {
    ("survey", "csv"): {"sign": 71, "line break": 9},
    ("survey", "xlsx"): {"cut": 1},
    ("survey_fr", "csv"): {"sign": 16, "line break": 3},
    ("survey_fr", "xlsx"): {},
}


def spoken(answer, ui):
    """Answer as Indico puts it into words, whatever the format."""
    if answer is None:
        return None
    if isinstance(answer, bool):
        return YES_NO[ui][0 if answer else 1]
    if isinstance(answer, list):
        return "; ".join(answer)
    return str(answer)


def in_csv(text):
    """What Indico's CSV writer leaves of a text, and what it lost."""
    flat = re.sub(r"(\r?\n)+", "    ", text)
    bare = re.sub(r"^[=+@-]+", "", flat)
    lost = ["line break"] * (flat != text) + ["sign"] * (bare != flat)
    return bare, lost


def in_xlsx(text, answer):
    """What a workbook can hold of a text, and what it lost."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        exact = int(float(answer)) == answer
        return (text, []) if exact else (str(int(float(answer))), ["digits"])
    return (text, []) if len(text) <= 32_767 else (text[:32_767], ["cut"])


@pytest.fixture(scope="module", params=FILES)
def case(request, shared_data):
    survey, ui, kind = request.param
    folder = shared_data / "indico"
    truth = json.loads((folder / TRUTH[survey]).read_text())
    return survey, ui, kind, truth, read_export(folder / f"{survey}_ui-{ui}.{kind}")


def test_every_cell_is_what_was_answered(case):
    survey, ui, kind, truth, raw = case
    by_position = {column.position: column.name for column in raw.columns}
    lost, wrong, seen = Counter(), [], 0
    for row in truth["rows"]:
        answers = {**row["answers"], **row.get("export_shows_instead", {})}
        for column in truth["columns"]:
            answer = answers.get(column["key"])
            expected = spoken(answer, ui)
            losses = []
            if expected is not None and kind == "csv":
                expected, losses = in_csv(expected)
            elif expected is not None:
                expected, losses = in_xlsx(expected, answer)
            lost.update(losses)
            cell = raw.frame.loc[row["file_row"], by_position[column["position"]]]
            cell = None if pd.isna(cell) else cell
            seen += 1
            if cell != (expected or None):
                wrong.append((row["file_row"], column["key"], expected, cell))

    assert wrong == []
    assert seen == {"survey": 240 * 121, "survey_fr": 40 * 120}[survey]
    assert dict(lost) == LOST[survey, kind]


def test_headers_are_the_questions(case):
    _, _, _, truth, raw = case
    header = {column.position: column.header for column in raw.columns}

    assert [header[c["position"]] for c in truth["columns"]] == [
        c["header"] for c in truth["columns"]
    ]
    assert len(header) == len(truth["columns"]) + 3
    assert raw.frame.columns.is_unique


def test_times_are_utc_in_csv_and_local_in_the_workbook(case):
    _, _, kind, truth, raw = case
    submitted = raw.columns[2]
    assert submitted.role is Role.SUBMITTED
    written = raw.frame[submitted.name]
    for row in truth["rows"]:
        text = written[row["file_row"]]
        if kind == "csv":
            assert text == row["submitted_utc"]
        else:
            local = datetime.fromisoformat(row["submitted_local_zurich"])
            shown = datetime.fromisoformat(text)
            # A serial number of 2026 resolves 0.6 microseconds.
            assert abs(shown - local.replace(tzinfo=None)) <= timedelta(microseconds=1)


def test_people_are_set_apart(case):
    _, _, kind, truth, raw = case
    name, email = raw.columns[:2]
    assert (name.role, email.role) == (Role.IDENTITY, Role.IDENTITY)
    for row in truth["rows"]:
        for column, person in ((name, row["submitter"]), (email, row["email"])):
            csv = person is not None and kind == "csv"
            expected = in_csv(person)[0] if csv else person
            cell = raw.frame.loc[row["file_row"], column.name]
            assert (None if pd.isna(cell) else cell) == expected
    assert name not in raw.answers()
    assert email not in raw.answers()


def test_platform_is_certain_and_said(case):
    _, _, kind, truth, raw = case

    assert (raw.platform, raw.certainty) == ("indico", "certain")
    assert "'Submitter Email'" in raw.reason
    assert raw.separator == "; "
    assert raw.left_out == ()
    assert list(raw.frame.index) == [row["file_row"] for row in truth["rows"]]
    assert any("-5 became 5" in note for note in raw.notes) == (kind == "csv")
