"""Microsoft Forms: headers and cells as exports in four languages have them.

Headings, the trailing semicolon, dates and encodings are transcribed from exports
that other readers' tests hold; workbooks are written by openpyxl.
"""

from datetime import datetime

import openpyxl
import pytest

from surveytools.cleaning import draft_codebook
from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

META = {
    "en": "ID,Start time,Completion time,Email,Name",
    "fr": "ID,Heure de début,Heure de fin,Adresse de messagerie,Nom",
    "de": "Id,Startzeit,Fertigstellungszeit,E-Mail,Name",
    "es": "Id,Hora de inicio,Hora de finalización,Correo electrónico,Nombre",
}
TIMES = "7/27/26 19:06:23,7/27/26 19:17:10,anonymous,"


def roles(raw):
    return {c.name: c.role for c in raw.columns if c.role is not Role.ANSWER}


def form(*questions, rows, meta="en"):
    """Make a CSV of questions and rows of cells, quoted where needed."""

    def cell(text):
        return f'"{text}"' if "," in text or '"' in text else text

    lines = [",".join([META[meta], *map(cell, questions)])]
    for number, row in enumerate(rows, start=1):
        lines.append(",".join([str(number), TIMES, *map(cell, row)]))
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize("language", META)
def test_headers_in_four_languages(export, language):
    raw = read_export(export(form("Role?", rows=[["x"]], meta=language)))

    assert (raw.platform, raw.certainty) == ("msforms", "certain")
    assert list(roles(raw).values()) == [
        Role.METADATA,
        Role.STARTED,
        Role.SUBMITTED,
        Role.IDENTITY,
        Role.IDENTITY,
    ]
    assert [c.header for c in raw.answers()] == ["Role?"]


@pytest.mark.parametrize(
    ("language", "header"),
    [("en", "Last modified time"), ("fr", "Heure de la dernière modification")],
)
def test_time_of_the_last_change_is_no_answer(export, language, header):
    text = form(header, "Role?", rows=[["", "x"]], meta=language)

    assert roles(read_export(export(text)))[header] is Role.METADATA


def test_identity_columns_may_have_been_removed(export):
    text = "ID,Start time,Completion time,Role?\n1,7/27/26 9:00:00,7/27/26 9:01:00,x\n"

    raw = read_export(export(text))

    assert (raw.platform, raw.certainty) == ("msforms", "strong")


def test_semicolons_and_windows_1252_of_a_german_computer(export):
    text = (
        "Id;Startzeit;Fertigstellungszeit;E-Mail;Name;Werkzeuge\r\n"
        '1;27.07.2026 19:06;27.07.2026 19:17;anonymous;;"KI \N{EN DASH} ML;HPC;"\r\n'
    )

    raw = read_export(export(text.encode("cp1252")))

    assert (raw.platform, raw.encoding) == ("msforms", "Windows-1252")
    assert raw.frame["Werkzeuge"].tolist() == ["KI \N{EN DASH} ML;HPC"]


def test_options_lose_exactly_one_semicolon(export):
    raw = read_export(export(form("Tools?", rows=[["AI;HPC;"], ["AI;"], ["Web;;"]])))

    assert raw.frame["Tools?"].tolist() == ["AI;HPC", "AI", "Web;"]
    assert raw.columns[5].question.answers is Answers.SEVERAL
    assert raw.separator == ";"


def test_free_text_keeps_its_semicolon(export):
    raw = read_export(export(form("Why?", rows=[["so;"], ["no idea"], ["yes"]])))

    assert raw.frame["Why?"].iloc[0] == "so;"


def test_same_options_in_every_row_are_a_ranking(export):
    rows = [["A;B;C;"], ["B;A;C;"], ["C;A;B;"]]

    raw = read_export(export(form("Order?", rows=rows)))

    assert raw.columns[5].question.answers is Answers.RANK
    assert raw.frame["Order?"].tolist() == ["A;B;C", "B;A;C", "C;A;B"]
    assert any("column 6 ranks the same options" in note for note in raw.notes)


def test_everybody_who_ticked_all_is_no_ranking(export):
    rows = [["A;B;"], ["A;B;"], ["A;B;"]]

    raw = read_export(export(form("Tools?", rows=rows)))

    assert raw.columns[5].question.answers is Answers.SEVERAL


def test_points_and_feedback_of_a_quiz_are_no_answers(export):
    text = form(
        "Total points",
        "Quiz feedback",
        "Capital?",
        "Points - Capital?",
        "Feedback - Capital?",
        "Beruf?",
        "Punkte - Beruf?",
        rows=[["1", "", "Bern", "1", "", "x", "0"]],
    )

    raw = read_export(export(text))

    assert [c.header for c in raw.answers()] == ["Capital?", "Beruf?"]


def test_statements_of_a_likert_question_are_rows(export):
    text = form(
        "How much liked you the topic?.SQL",
        "How much liked you the topic?.Web dev.",
        "Version 3.11 of Python?",
        rows=[["A lot", "Not", "yes"], ["Not", "A lot", "no"]],
    )

    raw = read_export(export(text))

    told = [(c.question.text, c.question.part) for c in raw.columns if c.question]
    assert told == [
        ("How much liked you the topic?", "SQL"),
        ("How much liked you the topic?", "Web dev."),
    ]
    assert 'kind = "matrix"' in draft_codebook(raw)


def test_gaps_in_the_numbers_are_said(export):
    text = form("Role?", rows=[["x"], ["y"]]).replace("\r\n2,", "\r\n5,")

    notes = read_export(export(text)).notes

    assert "responses that were deleted on the platform (gaps in ID): 3" in notes


def test_workbook(tmp_path):
    path = tmp_path / "Survey(1-1).xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Form1"
    header = [*META["en"].split(","), "Last modified time", "Tools?  ", "How\xa0many?"]
    sheet.append(header)
    moment = datetime(2026, 7, 27, 19, 6, 23)
    sheet.append([1, moment, moment, "anonymous", None, None, "AI;", "3"])
    book.save(path)

    raw = read_export(path)

    assert (raw.platform, raw.certainty) == ("msforms", "certain")
    assert raw.frame.iloc[0, 1] == "2026-07-27 19:06:23"
    assert [c.header for c in raw.answers()] == ["Tools?  ", "How\xa0many?"]
    assert raw.frame["Tools?  "].tolist() == ["AI"]
    assert any("times have no zone" in note for note in raw.notes)


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="aren't those of Microsoft Forms"):
        read_export(export("Role,Years\nx,3\n"), platform="msforms")
