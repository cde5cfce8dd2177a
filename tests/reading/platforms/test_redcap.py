"""REDCap's exports, transcribed from REDCapR's test projects, and the real ones.

Headers and values of label exports are those that REDCapR's readers and tests name.
"""

import pytest

from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

RAW = """\
record_id,redcap_event_name,redcap_survey_identifier,diet_timestamp,age,tools___1,\
tools___2,diet_complete,pain,sites___a,sites____1,pain_complete
1,visit_1_arm_1,,2026-03-06 15:52:43,33,1,0,2,3,0,1,2
1,visit_2_arm_1,,,,0,0,0,4,1,0,2
2,visit_1_arm_1,,[not completed],,0,0,0,,0,0,0
"""

LABELS = (
    '"Record ID","Event Name","Survey Timestamp","Tools? (choice=PyTorch)",'
    '"Tools? (choice=JAX, TPU)","Complete?","Survey Timestamp",'
    '"Sites? (choice=PyTorch)","Complete?"\n'
    '"1","Visit 1","2026-03-06 15:52:43","Checked",'
    '"Unchecked","Complete","",'
    '"Unchecked","Incomplete"\n'
    '"2","Visit 1","[not completed]","Unchecked",'
    '"Unchecked","Incomplete","2026-03-07 09:00:00",'
    '"Checked","Complete"\n'
)


def roles(raw):
    return {c.name: c.role for c in raw.columns if c.role is not Role.ANSWER}


class TestRaw:
    def test_platform_columns(self, export):
        raw = read_export(export(RAW))

        assert (raw.platform, raw.certainty) == ("redcap", "strong")
        assert roles(raw) == {
            "record_id": Role.METADATA,
            "redcap_event_name": Role.METADATA,
            "redcap_survey_identifier": Role.IDENTITY,
            "diet_timestamp": Role.SUBMITTED,
            "diet_complete": Role.COMPLETENESS,
            "pain_complete": Role.COMPLETENESS,
        }

    def test_boxes_are_options_of_one_question(self, export):
        raw = read_export(export(RAW))

        told = {
            c.name: (c.question.id, c.question.part)
            for c in raw.columns
            if c.question is not None
        }
        assert told == {
            "tools___1": ("tools", "1"),
            "tools___2": ("tools", "2"),
            "sites___a": ("sites", "a"),
            "sites____1": ("sites", "_1"),
        }
        assert {c.question.answers for c in raw.columns if c.question} == {
            Answers.OPTION
        }

    def test_several_rows_a_record_are_said(self, export):
        notes = read_export(export(RAW)).notes

        assert any(note.startswith("3 rows are of 2 records") for note in notes)

    def test_boxes_may_hold_their_labels(self, export):
        text = "record_id,tools___1,tools___2,a_complete\n1,PyTorch,,2\n2,,JAX,2\n"

        raw = read_export(export(text))

        parts = [c.question.part for c in raw.columns if c.question]
        assert parts == ["PyTorch", "JAX"]


class TestLabels:
    def test_repeated_headers_have_their_roles(self, export):
        raw = read_export(export(LABELS))

        assert (raw.platform, raw.certainty) == ("redcap", "strong")
        assert [c.role for c in raw.columns if c.header == "Complete?"] == [
            Role.COMPLETENESS
        ] * 2
        assert [c.role for c in raw.columns if c.header == "Survey Timestamp"] == [
            Role.SUBMITTED
        ] * 2
        assert ("checked", "unchecked") in raw.labels

    def test_options_are_those_behind_choice(self, export):
        raw = read_export(export(LABELS))

        told = [(c.question.text, c.question.part) for c in raw.columns if c.question]
        assert told == [
            ("Tools?", "PyTorch"),
            ("Tools?", "JAX, TPU"),
            ("Sites?", "PyTorch"),
        ]

    def test_same_question_on_two_forms_is_two_questions(self, export):
        text = (
            "Record ID,Tools? (choice=A),Complete?,Tools? (choice=A),Complete?\n"
            "1,Checked,Complete,Unchecked,Complete\n"
        )

        raw = read_export(export(text))

        assert len({c.question.id for c in raw.columns if c.question}) == 2


def test_dictionary_is_no_export(export):
    text = '"Variable / Field Name","Form Name","Field Type"\nage,diet,text\n'

    with pytest.raises(ExportError, match="data dictionary"):
        read_export(export(text))


def test_file_without_records_is_refused_though_a_person_names_it(export):
    path = export("Submitter,Sent,Role\n,2026-09-01,IT\n,2026-09-02,EP\n")

    with pytest.raises(ExportError, match="holds the id of a record, is blank"):
        read_export(path, platform="redcap")


def test_two_decimal_marks_are_said(shared_data):
    raw = read_export(shared_data / "redcap/decimal-comma/data.csv")

    # height and weight are validated with a comma, bmi is calculated.
    assert any(
        note == "column 3, 4 has decimal commas, column 5 has decimal points"
        for note in raw.notes
    )
    assert raw.frame["height"].iloc[0] == "1,54"


def test_cyrillic_and_na_as_r_wrote_them(shared_data):
    raw = read_export(shared_data / "redcap/russian/data.csv")

    assert raw.platform == "redcap"
    assert raw.columns[0].role is Role.METADATA
    # The file has 924 cells NA, counted with Python's csv module.
    assert any("924 NA read as blank" in note for note in raw.notes)
    assert raw.frame["recruitment_other"].iloc[1] == "мама и сестра"


def test_na_stays_where_r_did_not_write_the_file(export):
    text = "record_id,age,tools___1,a_complete\n1,NA,0,2\n2,7,1,2\n"

    raw = read_export(export(text))

    assert raw.frame["age"].tolist() == ["NA", "7"]
