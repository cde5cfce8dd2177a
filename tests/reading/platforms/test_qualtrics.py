"""Qualtrics exports, written out after the real ones of ropensci/qualtRics and
tufts-oir/QualtricsTools, and the real files themselves.
"""

import csv
import json
import re

import pytest

from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

OWN = [
    (
        "StartDate",
        "Start Date",
        {"ImportId": "startDate", "timeZone": "America/Denver"},
    ),
    ("EndDate", "End Date", {"ImportId": "endDate", "timeZone": "America/Denver"}),
    ("Status", "Response Type", {"ImportId": "status"}),
    ("IPAddress", "IP Address", {"ImportId": "ipAddress"}),
    ("Progress", "Progress", {"ImportId": "progress"}),
    ("Duration (in seconds)", "Duration (in seconds)", {"ImportId": "duration"}),
    ("Finished", "Finished", {"ImportId": "finished"}),
    ("RecordedDate", "Recorded Date", {"ImportId": "recordedDate"}),
    ("ResponseId", "Response ID", {"ImportId": "_recordId"}),
    ("RecipientEmail", "Recipient Email", {"ImportId": "recipientEmail"}),
    ("LocationLatitude", "Location Latitude", {"ImportId": "locationLatitude"}),
    ("DistributionChannel", "Channel", {"ImportId": "distributionChannel"}),
    ("UserLanguage", "User Language", {"ImportId": "userLanguage"}),
]
OWN_ROLES = [
    Role.STARTED, Role.METADATA, Role.TEST, Role.IDENTITY, Role.COMPLETENESS,
    Role.METADATA, Role.COMPLETENESS, Role.SUBMITTED, Role.METADATA, Role.IDENTITY,
    Role.IDENTITY, Role.TEST, Role.LANGUAGE,
]  # fmt: skip
ASKED = [
    ("Q1", "Role in the <b>e-mail</b> team? - Selected Choice", {"ImportId": "QID1"}),
    ("Q1_4_TEXT", "Role in the <b>e-mail</b> team? - Other - Text",
     {"ImportId": "QID1_4_TEXT"}),
    ("Q2_1", "Tools - now? - Selected Choice - C - old",
     {"ImportId": "QID2", "choiceId": "1"}),
    ("Q2_2", "Tools - now? - Selected Choice - C++",
     {"ImportId": "QID2", "choiceId": "2"}),
    ("Q2_2_TEXT", "Tools - now? - Other - Text",
     {"ImportId": "QID2_2_TEXT"}),
    ("Q3_1", "How satisfied?\nAll in all - Support", {"ImportId": "QID3_1"}),
    ("Q3_2", "How satisfied?\nAll in all - Storage", {"ImportId": "QID3_2"}),
    ("Q4", "Anything on ${lm://Field/1} &amp; more?", {"ImportId": "QID4_TEXT"}),
    ("Q4 - Topics", "Q4 - Topics", {"ImportId": "QID4_TEXT_eae5a8d0e7fd4bd1Topics"}),
    ("Q5_First Click", "Timing - First Click", {"ImportId": "QID5_FIRST_CLICK"}),
    ("Q5_Page Submit", "Timing - Page Submit", {"ImportId": "QID5_PAGE_SUBMIT"}),
    ("Q3_DO_1", "How satisfied? - Display Order - Support", {"ImportId": "QID3_DO_1"}),
    ("1_Q6", "GPU - How often?", {"ImportId": "1_QID6"}),
    ("2_Q6", "CPU - How often?", {"ImportId": "2_QID6"}),
    ("Status", "What is your status?", {"ImportId": "QID7"}),
    ("Q8", "Why?", {"ImportId": "QID8_TEXT"}),
    ("department", "department", {"ImportId": "department"}),
]  # fmt: skip
HEADS = [*OWN, *ASKED]
FILLED = ["2026-07-18 08:28:09", "2026-07-18 08:28:48", "IP Address", "192.0.2.1",
          "100", "38", "True", "2026-07-18 08:28:49", "R_1", "", "46.2", "anonymous",
          "EN", "Other", "welder", "C - old", "", "", "Good", "Bad", "-99", "", "1.5",
          "3.2", "2", "Daily", "Weekly", "busy", "x", "EP"]  # fmt: skip
LATER = ["2026-07-18 09:28:09", "2026-07-18 09:28:48", "Survey Preview", "192.0.2.2",
         "40", "12", "False", "2026-07-18 09:28:49", "R_2", "", "46.2", "preview",
         "EN", "Physicist", "", "", "C++", "", "Bad", "-99", "", "", "0.5", "2.2", "1",
         "", "Daily", "", "", "TH"]  # fmt: skip
TIMING = {"Q4 - Topics", "Q5_First Click", "Q5_Page Submit", "Q3_DO_1", "department"}


def written(heads, rows, *, end="\n", mark=",", names=True, labels=True, ids=True):
    """Write CSV as the modern export does: quotes where needed, LF, no mark."""

    def cell(text):
        quoted = any(c in text for c in f'{mark}"\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    def packed(fields):
        return json.dumps(fields, separators=(",", ":"))

    lines = [[name for name, _, _ in heads]] if names else []
    lines += [[label for _, label, _ in heads]] if labels else []
    lines += [[packed(fields) for _, _, fields in heads]] if ids else []
    return "".join(mark.join(map(cell, row)) + end for row in [*lines, *rows])


@pytest.fixture
def raw(export):
    return read_export(export(written(HEADS, [FILLED, LATER])))


def told(raw, header):
    (found,) = [c for c in raw.columns if c.header == header and c.question]
    return found.question.text, found.question.part, found.question.answers


def test_three_header_rows_are_no_respondents(raw):
    assert (raw.platform, raw.certainty) == ("qualtrics", "certain")
    assert raw.reason == "row 3 has the import ids of Qualtrics"
    assert raw.frame.index.tolist() == [4, 5]
    assert raw.frame["Q1"].tolist() == ["Other", "Physicist"]
    assert "times are in the time zone America/Denver" in raw.notes


def test_roles(raw):
    assert [c.role for c in raw.columns[: len(OWN)]] == OWN_ROLES
    asked = raw.columns[len(OWN) :]
    assert {c.header for c in asked if c.role is Role.METADATA} == TIMING
    assert {c.role for c in asked} == {Role.METADATA, Role.ANSWER}
    # The name alone would take the question for Qualtrics' own column.
    names = [c.name for c in raw.columns if c.header == "Status"]
    assert names == ["Status (column 3)", "Status (column 28)"]


def test_labels_are_cut_with_knowledge_of_their_neighbours(raw):
    assert told(raw, "Q1") == ("Role in the e-mail team?", None, None)
    other = ("Role in the e-mail team?", "Other", Answers.WRITE_IN)
    assert told(raw, "Q1_4_TEXT") == other
    assert told(raw, "Q2_1") == ("Tools - now?", "C - old", Answers.OPTION)
    assert told(raw, "Q2_2") == ("Tools - now?", "C++", Answers.OPTION)
    assert told(raw, "Q2_2_TEXT") == ("Tools - now?", "Other", Answers.WRITE_IN)
    assert told(raw, "Q3_2") == ("How satisfied? All in all", "Storage", Answers.ROW)
    assert told(raw, "Q4") == (
        "Anything on ${lm://Field/1} & more?",
        None,
        Answers.TEXT,
    )


def test_original_headers_stay(raw):
    assert [c.header for c in raw.columns] == [name for name, _, _ in HEADS]


def test_loops_are_questions_of_their_own(raw):
    assert told(raw, "1_Q6")[0] == "GPU - How often? (loop 1)"
    assert told(raw, "2_Q6")[0] == "CPU - How often? (loop 2)"


def test_partial_and_preview(raw):
    assert raw.partial.tolist() == [False, True]
    assert raw.test.tolist() == [False, True]


@pytest.mark.parametrize(
    "status", ["0", "1", "2", "8", "Spam", "IP Address", "Imported"]
)
def test_status_codes_of_tests(export, status):
    rows = [[*FILLED[:2], status, *FILLED[3:]]]

    raw = read_export(export(written(HEADS, rows)))

    assert raw.test.tolist() == [status in {"1", "2", "8", "Spam"}]


def test_seen_but_unanswered(raw):
    """-99 is an option of the export; with it, a blank cell was not seen."""
    assert raw.skipped["Q4"].tolist() == [True, False]
    assert raw.skipped["Q3_2"].tolist() == [False, True]
    assert raw.not_shown["Q4"].tolist() == [False, True]
    assert raw.given("Q3_2").isna().tolist() == [False, True]
    # Of options the same option of the export writes 0, and this one has none.
    assert "Q2_1" not in raw.not_shown
    assert any(note.startswith("-99 stands for") for note in raw.notes)


def test_without_the_recode_blanks_do_not_tell(export):
    rows = [[text.replace("-99", "") for text in row] for row in (FILLED, LATER)]

    raw = read_export(export(written(HEADS, rows)))

    assert not raw.not_shown
    assert not raw.skipped
    assert sum("export with 'seen but unanswered' recoded" in n for n in raw.notes) == 1


def test_options_nobody_ticked_may_not_have_been_seen(export):
    rows = [FILLED, [*LATER[:15], "", "", *LATER[17:]]]

    notes = read_export(export(written(HEADS, rows))).notes

    (note,) = [n for n in notes if "without any tick" in n]
    assert note.endswith("the file doesn't tell: 1")


def test_tsv_in_utf_16(export):
    text = written(HEADS, [FILLED, LATER], mark="\t", end="\r\n")

    raw = read_export(export(b"\xff\xfe" + text.encode("utf-16-le"), "export.tsv"))

    assert raw.platform == "qualtrics"
    assert (raw.encoding, raw.delimiter) == ("UTF-16", "tab")
    assert raw.frame["Q1"].tolist() == ["Other", "Physicist"]


def test_single_quoted_import_ids_of_2016(export):
    """As in many_types_insights.csv: dashes without blanks, recodes 1."""
    text = (
        "ResponseID,StartDate,EndDate,Finished,Status,Q1,Q2_1,Q2_2\n"
        "ResponseID,StartDate,EndDate,Finished,Status,Age?,Pre-war fruit-Apple,"
        "Pre-war fruit-Pear\n"
        "{'ImportId': 'responseId'},{'ImportId': 'startDate'},{'ImportId': 'endDate'},"
        "{'ImportId': 'finished'},{'ImportId': 'status'},{'ImportId': 'QID1'},"
        "{'ImportId': 'QID2-1'},{'ImportId': 'QID2-2'}\n"
        "R_1,2016-05-13 12:14:42,2016-05-13 12:14:42,1,0,2,1,\n"
        "R_2,2016-05-13 12:14:42,2016-05-13 12:14:42,0,0,3,,1\n"
    )

    raw = read_export(export(text))

    assert raw.frame.index.tolist() == [4, 5]
    assert told(raw, "Q2_1") == ("Pre-war fruit", "Apple", Answers.OPTION)
    assert [c.role for c in raw.columns[:5]] == [
        Role.METADATA, Role.STARTED, Role.SUBMITTED, Role.COMPLETENESS, Role.TEST,
    ]  # fmt: skip
    assert raw.partial.tolist() == [False, True]


def test_row_of_labels_deleted_by_hand(export):
    raw = read_export(export(written(HEADS, [FILLED], labels=False)))

    assert raw.frame.index.tolist() == [3]
    assert told(raw, "Q2_1")[0] == "Q2_1"


@pytest.mark.parametrize("rows", [1, 2])
def test_without_import_ids_dates_tell_where_responses_begin(export, rows):
    text = written(HEADS, [FILLED], ids=False, labels=rows == 2)

    raw = read_export(export(text))

    assert (raw.platform, raw.certainty) == ("qualtrics", "strong")
    assert raw.frame.index.tolist() == [rows + 1]
    assert [c.role for c in raw.columns[: len(OWN)]] == OWN_ROLES


def test_legacy_with_a_trailing_empty_column(export):
    """As sample_legacy.csv: byte-order mark, V1 to V10, one delimiter too many."""
    text = (
        "\ufeffV1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2_1,Q2_2,LocationLatitude,\n"
        "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,"
        "Status,StartDate,EndDate,Finished,Age?,Fruit-Apple,Fruit-Pear,"
        "LocationLatitude,\n"
        "R_1,Default,Anonymous,,,192.0.2.1,0,2017-07-18 08:28:09,2017-07-18 08:28:48,"
        "1,2,1,,47.1,\n"
    )

    raw = read_export(export(text))

    assert raw.certainty == "certain"
    assert raw.frame.index.tolist() == [3]
    assert dict(raw.left_out) == {"blank columns": 1}
    assert [c.role for c in raw.columns[:10]] == [
        Role.METADATA, Role.METADATA, Role.IDENTITY, Role.IDENTITY, Role.IDENTITY,
        Role.IDENTITY, Role.TEST, Role.STARTED, Role.SUBMITTED, Role.COMPLETENESS,
    ]  # fmt: skip
    assert told(raw, "Q2_1") == ("Fruit", "Apple", Answers.OPTION)
    assert raw.columns[-1].role is Role.IDENTITY


def test_kaggle(export):
    text = (
        "Time from Start to Finish (seconds),Q1,Q18_Part_1,Q18_Part_2,Q18_OTHER_TEXT\n"
        "Duration (in seconds),What is your age?,What languages? - Selected Choice -"
        " Python,What languages? - Selected Choice - R,What languages? - Other - Text\n"
        "510,22-24,Python,,-1\n423,40-44,,R,-1\n"
    )

    raw = read_export(export(text))

    assert (raw.platform, raw.certainty) == ("qualtrics", "certain")
    assert raw.reason.endswith("(Kaggle)")
    assert raw.frame.index.tolist() == [3, 4]
    assert raw.columns[0].role is Role.METADATA
    assert told(raw, "Q18_Part_1") == ("What languages?", "Python", Answers.OPTION)
    assert told(raw, "Q18_OTHER_TEXT")[1:] == ("Other", Answers.WRITE_IN)


def test_ranks_and_options_in_one_cell(export):
    heads = [
        *OWN[:2],
        ("Q1_1", "Order - A", {"ImportId": "QID1_1"}),
        ("Q1_2", "Order - B", {"ImportId": "QID1_2"}),
        ("Q2", "Tools?", {"ImportId": "QID2"}),
    ]
    rows = [[*FILLED[:2], *cells] for cells in (
        ("1", "2", "1,3"), ("2", "1", "2"), ("1", "2", "1,2,3"), ("2", "1", ""),
        ("2", "1", "3"),
    )]  # fmt: skip

    raw = read_export(export(written(heads, rows)))

    assert told(raw, "Q1_1") == ("Order", "A", Answers.RANK)
    assert raw.separator == ","


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="no header row of a Qualtrics export"):
        read_export(export("Role,Years\nx,3\n"), platform="qualtrics")


REAL = [
    ("qualtrics_sample.csv", 3, 1, 20),
    ("qualtrics_sample_legacy.csv", 2, 1, 15),
    ("many_types_insights.csv", 3, 5, 190),
    ("many_types_legacy.csv", 2, 5, 189),
    ("matrix_multi_insights.csv", 3, 5, 75),
]
ANSWERED = {
    "qualtrics_sample.csv": 2,
    "qualtrics_sample_legacy.csv": 2,
    "many_types_insights.csv": 176,
    "many_types_legacy.csv": 176,
    "matrix_multi_insights.csv": 61,
}


@pytest.mark.parametrize(("name", "heads", "rows", "columns"), REAL)
def test_real_files_cell_by_cell(shared_data, name, heads, rows, columns):
    path = shared_data / "qualtrics" / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.reader(file))

    raw = read_export(path)

    assert (raw.platform, raw.certainty) == ("qualtrics", "certain")
    assert raw.frame.shape == (rows, columns)
    assert len(records) == heads + rows
    for column in raw.columns:
        at = column.position - 1
        assert column.header == records[0][at]
        cells = raw.frame[column.name].fillna("").tolist()
        assert cells == [record[at] for record in records[heads:]]
    assert len(raw.answers()) == ANSWERED[name]


@pytest.mark.parametrize(("name", "heads", "rows", "columns"), REAL)
def test_real_files_question_and_part_make_up_the_label(
    shared_data, name, heads, rows, columns
):
    """Question, dash and part are the label again, but for blanks and tags."""
    with (shared_data / "qualtrics" / name).open(
        encoding="utf-8-sig", newline=""
    ) as file:
        labels = list(csv.reader(file))[1]

    for column in read_export(shared_data / "qualtrics" / name).answers():
        question = column.question
        joined = question.text + (f"-{question.part}" if question.part else "")
        label = re.sub("</?(?:em|strong)>", "", labels[column.position - 1])
        assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", label)


def test_real_parts_are_those_of_the_questionnaire(shared_data):
    """Choices of each question, and rows of each matrix, from the .qsf file."""
    folder = shared_data / "qualtrics"
    survey = json.loads((folder / "many_types.qsf").read_text(encoding="utf-8"))
    asked = {
        element["PrimaryAttribute"]: element["Payload"]
        for element in survey["SurveyElements"]
        if element["Element"] == "SQ"
    }
    compared = 0
    for column in read_export(folder / "many_types_insights.csv").answers():
        question = column.question
        payload = asked.get(question.id, {})
        if question.part is None or payload.get("QuestionType") not in {"MC", "Matrix"}:
            continue
        shown = (choice["Display"] for choice in payload["Choices"].values())
        choices = {
            " ".join(re.sub("</?(?:em|strong)>", "", text).split()) for text in shown
        }
        assert question.part in choices
        compared += 1
    assert compared == 24
