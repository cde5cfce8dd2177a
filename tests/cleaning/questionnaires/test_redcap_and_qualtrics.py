"""REDCap dictionaries and Qualtrics surveys: real files, and their exports cleaned."""

import json

import pytest

from surveytools.cleaning import Kind, check_codebook, clean
from surveytools.cleaning.clean import RowRules
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.errors import ExportError
from surveytools.reading import read_export


@pytest.mark.parametrize("project", ["checkboxes-1", "survey", "decimal-comma"])
def test_draft_of_a_real_dictionary_cleans_its_export(shared_data, drafted, project):
    folder = shared_data / "redcap" / project
    book = drafted(folder / "dictionary.csv")
    raw = read_export(folder / "data.csv")

    cells = clean([raw], book, wave="w").accounting

    assert check_codebook(book, raw) == []
    assert cells["cells"].sum() == raw.frame.size
    assert "unresolved" not in set(cells["outcome"])


def test_dictionary_gives_kinds_and_leaves_people_out(shared_data, drafted):
    book = drafted(shared_data / "redcap" / "survey" / "dictionary.csv")

    race, height = book.item("race"), book.item("height")
    assert race.header == "Race"
    assert [c.code for c in race.choices] == ["0", "1", "2", "3", "4", "5", "6"]
    assert race.choices[1].label == "Asian"
    assert (height.kind, height.minimum, height.maximum) == (Kind.NUMBER, 130, 215)
    assert book.item("consent").kind is Kind.MULTIPLE
    assert {"email", "first_name"} <= {rule.header for rule in book.ignored}


HEADER = (
    '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Field Note",'
    '"Text Validation Type OR Show Slider Number","Text Validation Min",'
    '"Text Validation Max",Identifier?,"Branching Logic (Show field only if...)",'
    '"Required Field?","Custom Alignment","Question Number (surveys only)",'
    '"Matrix Group Name","Matrix Ranking?","Field Annotation"\n'
)


def fields(*rows):
    lines = ["record_id,f,,text,Record ID,,,,,,,,,,,,,", *rows]
    return HEADER + "\n".join(lines) + "\n"


def test_branching_logic_and_matrix_groups(drafted, written):
    text = fields(
        'uses,f,,yesno,"Do you <b>use</b> it?",,,,,,,,,,,,,',
        'tools,f,,checkbox,Tools,"1, Hammer|-2, Saw, big",,,,,,"[uses] = \'1\'",,,,,,',
        'a,f,"Rate these",radio,Support,"1, Bad | 2, Good",,,,,,,,,,rate,,',
        'b,f,,radio,Speed,"1, Bad | 2, Good",,,,,,,,,,rate,,',
        "n,f,,text,Years,,,integer,0,60,,\"[tools(1)] = '1' or [a] >= 2\",,,,,,",
        "m,f,,notes,More,,,,,,,\"[event_1][uses] = '1'\",,,,,,",
    )

    book = drafted(written(text, "dictionary.csv"))

    rate = book.item("rate")
    assert (rate.kind, rate.header) == (Kind.MATRIX, "Rate these")
    assert [row.label for row in rate.rows] == ["Support", "Speed"]
    assert [c.label for c in book.item("tools").choices] == ["Hammer", "Saw, big"]
    assert {item.code: item.asked_if for item in book.items if item.asked_if} == {
        "tools": "uses = 1",
        "n": "tools = 1 or rate.a = 2",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER, "header"),
        ('"Variable / Field Name",x\na,b\n', "lacks columns of a data dictionary"),
    ],
)
def test_broken_dictionary_gets_one_clear_line(written, text, message):
    with pytest.raises(ExportError, match=message):
        read_questionnaire(written(text, "dictionary.csv"))


def test_draft_of_a_real_survey_cleans_its_export(shared_data, drafted):
    folder = shared_data / "qualtrics"
    book = drafted(folder / "many_types.qsf")
    raw = read_export(folder / "many_types_insights.csv")

    # All five responses are previews.
    responses = clean([raw], book, wave="w", rows=RowRules(tests="keep"))

    outcomes = set(responses.accounting["outcome"])
    assert check_codebook(book, raw) == []
    assert responses.accounting["cells"].sum() == raw.frame.size
    assert "unresolved" not in outcomes
    assert responses.frame["fruits"].notna().any()


def test_survey_gives_kinds_order_and_display_logic(shared_data, drafted, tmp_path):
    book = drafted(shared_data / "qualtrics" / "many_types.qsf")

    kinds = {item.code: item.kind for item in book.items}
    assert kinds["fruits"] is Kind.SINGLE
    assert kinds["q2"] is Kind.MULTIPLE
    assert kinds["q3"] is Kind.MATRIX
    assert kinds["q44_1"] is Kind.MULTIPLE  # several answers a row
    assert kinds["q4_1"] is Kind.MATRIX  # side by side
    assert kinds["q5_1"] is Kind.NUMBER  # a slider
    assert "q6" not in kinds  # in the bin
    assert book.items[0].code == "fruits"
    # Recode values are the codes; names of values are other spellings.
    assert [(c.code, c.aliases) for c in book.item("q45").choices] == [
        ("143", ("orange",)),
        ("132", ("purple",)),
        ("142", ("red",)),
    ]
    assert book.item("q36").asked_if == "fruits = 1"
    text = (tmp_path / "drafted.toml").read_text("utf-8")
    assert "# decide: who is asked? The file says: If This is" in text


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"SurveyEntry": {}}, "no 'SurveyElements'"),
        ({"SurveyEntry": {}, "SurveyElements": {"a": 1}}, "no 'SurveyElements'"),
    ],
)
def test_broken_survey_gets_one_clear_line(written, table, message):
    with pytest.raises(ExportError, match=message):
        read_questionnaire(written(json.dumps(table), "survey.qsf"))


def test_survey_with_odd_parts_is_read_as_far_as_it_goes(drafted, written):
    question = {"QuestionType": "MC", "Selector": "SAVR", "QuestionText": "Which?"}
    elements = [
        None,
        {"Element": "BL", "Payload": {"0": {"ID": "B", "BlockElements": None}}},
        {"Element": "SQ", "PrimaryAttribute": "QID1", "Payload": question},
        {
            "Element": "SQ",
            "PrimaryAttribute": "QID2",
            "Payload": {
                **question,
                "QuestionText": "Else?",
                "Choices": [{"Display": "A"}],
            },
        },
        {"Element": "FL", "Payload": {"Flow": [{"Type": "Block", "ID": "gone"}]}},
    ]
    elements[1]["Payload"]["0"]["BlockElements"] = [
        {"Type": "Question", "QuestionID": "QID2"},
        {"Type": "Question", "QuestionID": "QID1"},
    ]
    survey = {"SurveyEntry": {"SurveyName": "S"}, "SurveyElements": elements}

    book = drafted(written(json.dumps(survey), "survey.qsf"))

    assert [(item.code, item.kind) for item in book.items] == [
        ("qid2", Kind.SINGLE),
        ("qid1", Kind.TEXT),  # a list without answers is no list
    ]


# Where translations stand in a question: marko-choi/cocreate, qualtrics-metadata.js.
def test_survey_is_read_in_all_its_languages(drafted, written):
    question = {
        "QuestionID": "QID1",
        "DataExportTag": "use",
        "QuestionType": "MC",
        "Selector": "SAVR",
        "QuestionText": "Do you <b>use</b> it?",
        "Choices": {"1": {"Display": "Yes"}, "2": {"Display": "SWAN"}},
        "ChoiceOrder": ["2", "1"],
        "Language": {
            "FR": {
                "QuestionText": "L'utilisez-vous&nbsp;?",
                "Choices": {"1": {"Display": "Oui"}, "2": {"Display": "SWAN"}},
            }
        },
    }
    survey = {
        "SurveyEntry": {"SurveyName": "S", "SurveyLanguage": "EN"},
        "SurveyElements": [{"Element": "SQ", "Payload": question}],
    }

    (item,) = drafted(written(json.dumps(survey), "survey.qsf")).items

    assert (item.code, item.header) == (
        "use",
        {"en": "Do you use it?", "fr": "L'utilisez-vous ?"},
    )
    assert [c.label for c in item.choices] == ["SWAN", {"en": "Yes", "fr": "Oui"}]
