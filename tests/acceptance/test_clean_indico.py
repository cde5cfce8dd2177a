"""Answers posted to a real Indico, exported by it, cleaned, and compared one by one.

The truth (`../shared/data/indico/truth*.json`) says what each person answered; the
questionnaire (`../shared/domain/questionnaire.json`) which code each answer text has.
Neither was made by this package.
"""

import json

import pandas as pd
import pytest

from surveytools.cleaning import Kind, clean, load_codebook, summary
from surveytools.reading import read_export
from surveytools.study import RowRules, load_catalogue, load_units

TRUTH = {"survey": "truth.json", "survey_fr": "truth_survey_fr.json"}
FILES = [
    pytest.param((survey, f"{survey}_ui-{ui}.{kind}"), id=f"{survey}-{ui}-{kind}")
    for survey in TRUTH
    for ui in ("en", "fr")
    for kind in ("csv", "xlsx")
]
WORKBOOKS = [file for file in FILES if "xlsx" in str(file.id)]
ADDED = {
    "X_REMARK_A": "remark_a",
    "X_REMARK_1": "remark_1",
    "X_REMARK_2": "remark_2",
    "X_LATE": "late",
    "X_FTE": "fte",
}


@pytest.fixture(scope="module")
def codebook(root):
    return load_codebook(
        root / "tests/acceptance/indico/codebook.toml",
        units=load_units(root / "config/units.toml"),
        catalogue=load_catalogue(root / "config/services.toml"),
    )


@pytest.fixture(scope="module")
def code_of(shared_data):
    """Code of each answer text of each item, in both languages."""
    path = shared_data.parent / "domain/questionnaire.json"
    questionnaire = json.loads(path.read_text("utf-8"))
    codes = {}
    for question in questionnaire["questions"]:
        options = question["options"]
        for option in options:
            for language in ("en", "fr"):
                codes[question["id"], option[language]] = option["code"].lower()
    return codes


@pytest.fixture(scope="module", params=FILES)
def cleaned(request, shared_data, codebook):
    survey, file = request.param
    raw = read_export(shared_data / "indico" / file)
    truth = json.loads((shared_data / "indico" / TRUTH[survey]).read_text("utf-8"))
    return clean([raw], codebook, wave="2026"), truth, file


def shown(row, key):
    """What the export can show of an answer: an option may have been deleted."""
    return row.get("export_shows_instead", {}).get(key, row["answers"].get(key))


def test_nothing_is_unresolved(cleaned):
    responses, truth, _ = cleaned
    outcomes = dict(summary(responses.accounting))

    assert "unresolved" not in outcomes
    cells = len(truth["rows"]) * (3 + len(truth["columns"]))
    assert sum(outcomes.values()) == cells
    assert outcomes["left out: personal data"] == 2 * len(truth["rows"])


def test_every_coded_answer_is_what_the_person_chose(cleaned, code_of):
    responses, truth, file = cleaned
    answers = responses.frame.astype("object").to_dict("index")
    compared = 0
    for column, item, part in columns_of(responses, truth):
        if not item.choices:
            continue
        for row in truth["rows"]:
            found = answers[file, row["file_row"]]
            wanted = coded(shown(row, column["key"]), column["key"], code_of)
            if item.kind is Kind.MULTIPLE:
                assert selected(found, item) == wanted, (row["file_row"], item.code)
            else:
                answer = found[f"{item.code}__{part}" if part else item.code]
                assert (None if pd.isna(answer) else answer) == wanted
            compared += 1
    assert compared > 100 * len(truth["rows"])


def columns_of(responses, truth):
    """Columns of the truth, each with its item and the row of a matrix."""
    for column in truth["columns"]:
        question, _, part = column["key"].partition(".")
        code = ADDED.get(question, question.lower())
        yield column, responses.codebook.item(code), part.lower()


def selected(found, item):
    flags = {name.split("__")[1]: found[name] for name in item.columns()}
    if all(pd.isna(flag) for flag in flags.values()):
        return None
    return {code for code, flag in flags.items() if flag}


def coded(answer, key, code_of):
    question = key.partition(".")[0]
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, list):
        return {code_of[question, text] for text in answer}
    return None if answer is None else code_of[question, answer]


@pytest.mark.parametrize("cleaned", WORKBOOKS, indirect=True)
def test_numbers_and_texts_of_the_workbook_are_what_was_typed(cleaned):
    """Not of the CSV, which has lost signs and line breaks."""
    responses, truth, file = cleaned
    answers = responses.frame.astype("object").to_dict("index")
    for column, item, _ in columns_of(responses, truth):
        if item.choices:
            continue
        for row in truth["rows"]:
            wanted = shown(row, column["key"])
            found = answers[file, row["file_row"]][item.code]
            if wanted is None:
                assert pd.isna(found)
            elif item.kind is Kind.NUMBER:
                assert found == wanted
            else:
                typed = wanted.replace("\r\n", "\n").strip()
                assert found.replace("\r\n", "\n") == typed[: len(found)]
                assert len(found) >= min(len(typed), 32_000)  # a cell holds no more


def test_duplicates_across_exports_in_two_languages_are_found(shared_data, codebook):
    """The same 240 submissions, exported with two interfaces, are all duplicates.

    And two pairs among them are identical, as the files' own README says.
    """
    folder = shared_data / "indico"
    raws = [read_export(folder / f"survey_ui-{ui}.xlsx") for ui in ("en", "fr")]

    responses = clean(raws, codebook, wave="2026", rows=RowRules(duplicates="later"))

    assert len(responses.frame) == 240 - 2
    exports = responses.frame.index.get_level_values("export")
    assert set(exports) == {"survey_ui-en.xlsx"}
