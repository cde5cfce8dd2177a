"""Registrations that a real Indico wrote, cell by cell, and cleaned by the commands.

The truth is what was posted to Indico's registration form, recorded beside the files.
What the CSV can't hold is written out here by Indico's own rule.
"""

import json
import re

import pandas as pd
import pytest
from click.testing import CliRunner

from surveytools.cli import main
from surveytools.reading import Role, read_export

YES_NO = {"en": ("Yes", "No"), "fr": ("Oui", "Non")}
FILES = [(ui, kind) for ui in ("en", "fr") for kind in ("csv", "xlsx")]
COLUMNS = {
    "ID": "friendly_id",
    "Name": "name",
    "Email Address": "email",
    "Affiliation": "affiliation",
    "Department / Département": "dept",
    "Tools": "tools",
    "Years of ML": "exp",
    "Will you give a talk?": "talk",
    "I agree to be contacted": "ack",
    "Remarks": "diet",
    "Arrival": "arr",
    "Departure": "dep",
}


def shown(key, answer, ui, kind):
    """What an export can show of an answer."""
    if isinstance(answer, bool):
        return YES_NO[ui][0 if answer else 1]
    if answer in (None, "", []):
        return None
    if isinstance(answer, list):
        return "; ".join(answer)
    text = str(answer)
    if key in {"arr", "dep"}:
        day, _, time = text.partition("T")
        # The form asks for a day of arrival, and for a day and time of departure.
        return day if kind == "xlsx" and key == "arr" else f"{day} {time}"
    return re.sub(r"^[=+@-]+", "", text) if kind == "csv" else text


@pytest.fixture(scope="module")
def truth(shared_data):
    path = shared_data / "indico/truth_registrations.json"
    return {row["friendly_id"]: row for row in json.loads(path.read_text())["rows"]}


@pytest.mark.parametrize(("ui", "kind"), FILES)
def test_every_cell_is_what_was_answered(shared_data, truth, ui, kind):
    raw = read_export(shared_data / f"indico/registrations_all_columns_ui-{ui}.{kind}")

    assert (raw.platform, raw.certainty) == ("indico-registrations", "certain")
    assert sorted(map(int, raw.frame["ID"])) == sorted(truth)
    wrong = []
    for row in raw.frame.index:
        person = truth[int(raw.frame.loc[row, "ID"])]
        for header, key in COLUMNS.items():
            cell = raw.frame.loc[row, header]
            cell = None if pd.isna(cell) else cell
            # Options stand in the order of the form, not in that of the answer.
            if key == "tools" and cell is not None:
                expected = set(person["tools"])
                assert set(cell.replace("TensorFlow; ", "TensorFlow+").split("; ")) == {
                    text.replace("TensorFlow; ", "TensorFlow+") for text in expected
                }
            elif cell != shown(key, person[key], ui, kind):
                wrong.append((row, header))
    assert wrong == []


@pytest.mark.parametrize(("ui", "kind"), FILES)
def test_people_and_platform_are_told_apart(shared_data, ui, kind):
    raw = read_export(shared_data / f"indico/registrations_all_columns_ui-{ui}.{kind}")

    roles = {c.header: c.role for c in raw.columns}
    personal = {text for text, role in roles.items() if role is Role.IDENTITY}
    assert personal == {
        "Name",
        "First Name",
        "Last Name",
        "Email Address",
        "Created by",
    }
    assert roles["Registration date"] is Role.SUBMITTED
    assert [c.header for c in raw.answers()] == list(COLUMNS)[3:]


CODEBOOK = """\
[[items]]
code = "department"
header = "Department / Département"
label = "Department"
kind = "single-response"
choices = [
  { code = "ep", label = "EP" },
  { code = "be", label = "BE" },
  { code = "it", label = "IT" },
  { code = "other", label = "Other; please say" },
]

[[items]]
code = "tools"
header = "Tools"
label = "Tools"
kind = "multiple-response"
choices = [
  { code = "pytorch", label = "PyTorch" },
  { code = "tf", label = "TensorFlow; Keras" },
  { code = "sklearn", label = "scikit-learn" },
  { code = "none", label = "None" },
]

[[items]]
code = "talk"
header = "Will you give a talk?"
label = "Talk"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
"""
IGNORED = ("Affiliation", "Years of ML", "I agree to be contacted", "Remarks")
LABELS = {
    "pytorch": "PyTorch",
    "tf": "TensorFlow; Keras",
    "sklearn": "scikit-learn",
    "none": "None",
}


@pytest.mark.parametrize(("ui", "kind"), FILES)
def test_cleaned_table_is_what_was_answered(shared_data, tmp_path, truth, ui, kind):
    export = shared_data / f"indico/registrations_all_columns_ui-{ui}.{kind}"
    codebook, out = tmp_path / "codebook.toml", tmp_path / "out"
    ignored = "".join(
        f'[[ignored]]\nheader = "{header}"\nreason = "not looked at here"\n'
        for header in (*IGNORED, "Arrival", "Departure")
    )
    codebook.write_text(CODEBOOK + ignored)

    done = CliRunner().invoke(
        main, ["clean", str(export), "--codebook", str(codebook), "--out", str(out)]
    )

    assert done.exit_code == 0, done.output
    cleaned = pd.read_parquet(out / "responses.parquet")
    ids = read_export(export).frame["ID"].astype(int)
    assert len(cleaned) == len(truth)
    for (_, row), answers in cleaned.iterrows():
        person = truth[ids[row]]
        talk = {True: "yes", False: "no", None: None}[person["talk"]]
        assert (None if pd.isna(answers["talk"]) else answers["talk"]) == talk
        chosen = {
            label for code, label in LABELS.items() if answers[f"tools__{code}"] is True
        }
        assert chosen == set(person["tools"])
