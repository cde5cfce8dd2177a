"""Indico's questionnaire: read from real files, written as its import demands."""

import json

import pandas as pd
import pytest

from surveytools.cleaning import Kind, check_codebook, clean, load_codebook
from surveytools.cleaning.questionnaires.export import export_codebook
from surveytools.cleaning.questionnaires.recognise import read_questionnaire, recognise
from surveytools.errors import ExportError
from surveytools.reading import read_export
from surveytools.study import load_catalogue, load_units


@pytest.mark.parametrize(
    ("questionnaire", "export"),
    [
        ("survey_questionnaire.json", "survey_ui-en.xlsx"),
        ("survey_questionnaire.json", "survey_ui-fr.csv"),
        ("survey_fr_questionnaire.json", "survey_fr_ui-fr.xlsx"),
    ],
)
def test_draft_of_a_real_questionnaire_cleans_its_export(
    shared_data, drafted, questionnaire, export
):
    book = drafted(shared_data / "indico" / questionnaire)
    raw = read_export(shared_data / "indico" / export)

    responses = clean([raw], book, wave="w")

    assert check_codebook(book, raw) == []
    outcomes = responses.accounting.groupby("outcome")["cells"].sum()
    assert outcomes.sum() == raw.frame.size
    assert outcomes.get("unresolved", 0) == 0


# truth.json of ../shared/data/indico holds the answer behind every cell.
def test_draft_gives_the_true_answers(shared_data, drafted):
    folder = shared_data / "indico"
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    book = drafted(folder / "survey_questionnaire.json")
    raw = read_export(folder / "survey_ui-en.xlsx")

    frame = clean([raw], book, wave="w").frame

    (item,) = [i for i in book.items if i.header.startswith("What best describes")]
    (key,) = [c["key"] for c in truth["columns"] if "best describes" in c["header"]]
    for row in truth["rows" if "rows" in truth else "submissions"]:
        told = row["answers"].get(key)
        found = frame[item.code].xs(row["file_row"], level="row").iloc[0]
        assert (None if pd.isna(found) else item.choice(found).text()) == told


def test_sections_of_one_scale_become_matrices(shared_data, drafted):
    book = drafted(shared_data / "indico" / "survey_questionnaire.json")

    matrices = [item for item in book.items if item.kind is Kind.MATRIX]
    by_header = {item.header: len(item.rows) for item in matrices}
    repeated = [i for i in book.items if "Any other remark?" in i.header]

    assert by_header["How satisfied are you with the services you use?"] == 30
    assert len(by_header) == 4
    assert [(i.header, i.occurrence) for i in repeated] == [
        ("About you: Any other remark?", 1),
        ("Any other remark?", 1),
        ("Any other remark?", 2),
    ]


@pytest.fixture(scope="module")
def demo(root):
    config = root / "config"
    return load_codebook(
        config / "codebook-2024.toml",
        units=load_units(config / "units.toml"),
        catalogue=load_catalogue(config / "services.toml"),
    )


def refusals(survey):
    """What Indico 3.3.14 refuses on import; facts 1.9.5 of the notes on formats."""
    if survey.get("version") != 1 or isinstance(survey["version"], bool):
        yield "version is not the number 1"
    for section in survey["sections"]:
        shown = section.get("display_as_section")
        if shown is True and not section.get("title", "").strip():
            yield "a section that is shown has no title"
        if shown is not True and {"title", "description"} & set(section):
            yield "a section that isn't shown has a title or a description"
        if shown not in {True, False}:
            yield "display_as_section is missing"
        for question in section["content"]:
            yield from refused(question)


def refused(question):
    if question["type"] == "text":
        return
    title, data = question["title"], question["field_data"]
    if not title.strip() or title != title.strip():
        yield f"{title!r}: blanks around the title"
    yield from (f"{title}: {why}" for why in CHECKS[question["field_type"]](data))
    if data.get("min_choices") and not question["is_required"]:
        yield f"{title}: min_choices of a question that isn't required"


def refused_display(data):
    display, radio = data.get("display_type"), data.get("radio_display_type")
    known = {"radio": {"vertical", "horizontal"}, "select": {None}}
    if radio not in known.get(display, set()):
        yield f"displayed as {display}, {radio}"
    yield from refused_options(data)


def refused_options(data):
    options = [option["option"] for option in data["options"]]
    if not options or len(set(options)) < len(options) or "" in options:
        yield "options"
    if any(set(option) != {"option"} for option in data["options"]):
        yield "an option has other keys"


def refused_bounds(data):
    for bound in (data["min_value"], data["max_value"]):
        if not isinstance(bound, int | None):
            yield "Indico's numbers are whole"


CHECKS = {
    "text": lambda _: (),
    "bool": lambda _: (),
    "number": refused_bounds,
    "single_choice": refused_display,
    "multiselect": refused_options,
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_exported_questionnaire_obeys_the_import(demo, tmp_path, language):
    out = tmp_path / "survey.json"
    export_codebook(demo, out, to="indico", title="Survey", language=language)

    survey = json.loads(out.read_text("utf-8"))

    assert list(refusals(survey)) == []
    # A matrix is a section of its own, everything else stands in sections not shown.
    shown = [s["title"] for s in survey["sections"] if s["display_as_section"]]
    matrices = [item for item in demo.asked() if item.kind is Kind.MATRIX]
    assert shown == [item.header[language] for item in matrices]


# The two files were imported by a real Indico, and exported again at the end.
@pytest.mark.parametrize(
    "name", ["questionnaire_as_imported_en.json", "survey_questionnaire.json"]
)
def test_the_checker_accepts_what_indico_accepted(shared_data, name):
    survey = json.loads((shared_data / "indico" / name).read_text("utf-8"))

    assert list(refusals(survey)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"version": 2, "sections": []}', "version 2", id="version"),
        pytest.param('{"version": 1, "sections": 5}', "sections", id="shape"),
        pytest.param('{"sections": []}', "'version' is missing", id="no version"),
        pytest.param('{"version": 1,', "not JSON", id="cut off"),
        pytest.param('{"answers": []}', "no questionnaire of Indico", id="other JSON"),
        pytest.param(
            '{"version": 1, "sections": ' + "[" * 100_000,
            "too deep|not JSON",
            id="deep",
        ),
    ],
)
def test_broken_files_get_one_clear_line(written, text, message):
    with pytest.raises(ExportError, match=message) as caught:
        read_questionnaire(written(text, "survey.json"))
    assert "\n" not in str(caught.value)


def test_files_of_others_are_left_to_the_readers_of_exports(shared_data):
    assert recognise(shared_data / "indico" / "survey_ui-en.csv") is None
    assert recognise(shared_data / "indico" / "survey_ui-en.xlsx") is None
    assert recognise(shared_data / "spss" / "sample.sav") is None
