"""Counts of every item by department, against the answers that people gave.

What was posted to a real Indico's survey form stands in
``../shared/data/indico/truth.json``; which code an answer text has, in
``../shared/domain/questionnaire.json``. Both are counted here with plain Python.
"""

import json
from collections import Counter
from io import StringIO

import pandas as pd
import pytest
from click.testing import CliRunner

from surveytools.cli import main

COUNTED = ("q12", "q20")  # numbers
TEXTS = ("q02", "q08", "q34")
ITEMS = [
    code
    for code in (f"q{number:02}" for number in range(3, 36))
    if code not in COUNTED + TEXTS
]


@pytest.fixture(scope="module")
def truth(shared_data):
    return json.loads((shared_data / "indico" / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def code_of(shared_data):
    path = shared_data.parent / "domain" / "questionnaire.json"
    questions = json.loads(path.read_text("utf-8"))["questions"]
    return {
        (question["id"], option["en"]): option["code"].lower()
        for question in questions
        for option in question["options"]
    }


@pytest.fixture(scope="module")
def folder(root, shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("indico") / "clean"
    arguments = [
        *("clean", str(shared_data / "indico" / "survey_ui-en.xlsx")),
        *("--codebook", str(root / "tests/acceptance/indico/codebook.toml")),
        *("--units", str(root / "config/units.toml")),
        *("--services", str(root / "config/services.toml")),
        *("--out", str(folder)),
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return folder


def tabulated(folder, *arguments):
    written = ["--threshold", "1", "--format", "csv"]
    result = CliRunner().invoke(main, ["table", str(folder), *arguments, *written])
    assert result.exit_code == 0, result.output
    return pd.read_csv(StringIO(result.stdout), keep_default_na=False, dtype=str)


def true_counts(truth, code_of, item):
    """Count respondents by department, row of a matrix, and code of the answer."""
    found = Counter()
    keys = [c["key"] for c in truth["columns"] if c["key"].split(".")[0] == item]
    for person in truth["rows"]:
        shown = person["answers"] | person.get("export_shows_instead", {})
        department = code_of["Q01", person["answers"]["Q01"]]
        for key in keys:
            given = shown.get(key)
            if isinstance(given, bool):
                given = "Yes" if given else "No"
            row = key.partition(".")[2].lower()
            for text in [given] if isinstance(given, str) else given or []:
                code = code_of.get((item, text), text.lower())
                found[department, row, code] += 1
                found["total", row, code] += 1
    return found


@pytest.mark.parametrize("item", ITEMS)
def test_counts_by_department_are_what_people_answered(folder, truth, code_of, item):
    cells = tabulated(folder, item, "--by", "q01", "--base", "all")
    expected = true_counts(truth, code_of, item.upper())

    answers = cells[~cells["answer"].str.startswith("~")]
    ours = {
        (cell.group, cell.row, cell.answer): int(cell.number)
        for cell in answers.rename(columns={"count": "number"}).itertuples()
        if int(cell.number)
    }
    assert ours == dict(expected)
    departments = Counter(
        code_of["Q01", person["answers"]["Q01"]] for person in truth["rows"]
    )
    bases = cells.drop_duplicates("group").set_index("group")["base"].astype(int)
    assert bases[bases.gt(0)].to_dict() == {**departments, "total": 240}


@pytest.mark.parametrize("item", ITEMS)
def test_a_workshop_sees_no_small_department(folder, item):
    """16 departments, some of 2 people: protected tables show true numbers only."""
    options = [item, "--by", "q01", "--base", "all"]
    arguments = ["table", str(folder), *options, "--threshold", "5", "--format", "csv"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    safe = pd.read_csv(StringIO(result.stdout), keep_default_na=False, dtype=str)
    true = tabulated(folder, *options)

    shown = safe["withheld"].eq("false")
    assert safe.loc[shown, ["count", "base"]].equals(true.loc[shown, ["count", "base"]])
    assert safe.loc[~shown, ["count", "share", "low", "high"]].eq("").all(axis=None)
    small = true["base"].astype(int).between(1, 4)
    assert small.any()
    assert not (shown & small).any()
