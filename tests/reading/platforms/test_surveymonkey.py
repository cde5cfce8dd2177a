"""SurveyMonkey exports: the documented two header rows, and the Star Wars survey."""

import csv

import pytest

from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

ROWS = (
    "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,"
    "First Name,Last Name,Custom Data 1,Which tools?,,,Your role?,,Order these.,,"
    "Rate the service.,,Yesterday&apos;s <b>date</b>?\n"
    ",,,,,,,,,PyTorch,JAX,Other (please specify),Response,Other (please specify),"
    "Disk,Tape,Speed,Help,Open-Ended Response\n"
    "12390574951,400123,09/01/2026 10:00:00,09/01/2026 10:05:00,192.0.2.1,,,,,PyTorch,,"
    "my tool,Developer,,1,2,Good,Bad,text\n"
    "12390574952,400123,09/01/2026 11:00:00,09/01/2026 11:05:00,192.0.2.2,,,,,,JAX,,"
    "Other,welder,2,1,Bad,Bad,\n"
    "12390574953,400123,09/01/2026 11:00:00,09/01/2026 11:05:00,192.0.2.3,,,,,PyTorch,"
    "JAX,,Developer,,2,1,Good,Good,\n"
    "12390574954,400123,09/01/2026 11:00:00,09/01/2026 11:05:00,192.0.2.4,,,,,,,,,,1,2,"
    "Bad,,\n"
    "12390574955,400123,09/01/2026 11:00:00,09/01/2026 11:05:00,192.0.2.5,,,,,,,,,,1,2,"
    "Bad,,\n"
)
OWN = [
    Role.METADATA, Role.METADATA, Role.STARTED, Role.SUBMITTED, Role.IDENTITY,
    Role.IDENTITY, Role.IDENTITY, Role.IDENTITY, Role.METADATA,
]  # fmt: skip


def questions(raw):
    return [
        (c.question.text, c.question.part, c.question.answers) for c in raw.answers()
    ]


def test_questions_are_filled_forward_inside_their_block(export):
    raw = read_export(export(ROWS))

    assert (raw.platform, raw.certainty) == ("surveymonkey", "certain")
    assert raw.frame.index.tolist() == [3, 4, 5, 6, 7]
    assert [c.role for c in raw.columns[:9]] == OWN
    assert questions(raw) == [
        ("Which tools?", "PyTorch", Answers.OPTION),
        ("Which tools?", "JAX", Answers.OPTION),
        ("Which tools?", "Other (please specify)", Answers.WRITE_IN),
        ("Your role?", None, Answers.SINGLE),
        ("Your role?", "Other (please specify)", Answers.WRITE_IN),
        ("Order these.", "Disk", Answers.RANK),
        ("Order these.", "Tape", Answers.RANK),
        ("Rate the service.", "Speed", Answers.ROW),
        ("Rate the service.", "Help", Answers.ROW),
        ("Yesterday's date?", None, Answers.TEXT),
    ]


def test_headers_of_a_block_say_question_and_part(export):
    raw = read_export(export(ROWS))

    headers = [c.header for c in raw.answers()]
    assert headers[:3] == [
        "Which tools? [PyTorch]",
        "Which tools? [JAX]",
        "Which tools? [Other (please specify)]",
    ]
    assert headers[-1] == "Yesterday&apos;s <b>date</b>?"


def test_workbook_with_merged_cells(workbook, sheet):
    """Merged cells are blank but for the first, as in the CSV."""

    def row(number, texts):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(texts)
            if text
        )
        return f'<row r="{number}">{cells}</row>'

    heads = [
        ["Respondent ID", "Collector ID", "Which tools?", "", "Role?"],
        ["", "", "PyTorch", "JAX", "Response"],
    ]
    body = [["1", "2", "PyTorch", "", "x"], ["2", "2", "", "JAX", "y"]]
    rows = "".join(row(n, r) for n, r in enumerate([*heads, *body], 1))

    raw = read_export(workbook(sheet(rows)))

    assert raw.platform == "surveymonkey"
    assert questions(raw) == [
        ("Which tools?", "PyTorch", Answers.OPTION),
        ("Which tools?", "JAX", Answers.OPTION),
        ("Role?", None, Answers.SINGLE),
    ]


def test_nothing_is_filled_over_a_column_without_part(export):
    text = (
        "Respondent ID,Collector ID,Which tools?,,\n,,PyTorch,JAX,\n"
        "1,7,PyTorch,,stray\n2,7,,JAX,\n"
    )
    raw = read_export(export(text))

    assert [c.question and c.question.part for c in raw.answers()] == [
        "PyTorch",
        "JAX",
        None,
    ]
    assert raw.answers()[-1].header == ""


def test_flattened_headers(export):
    text = (
        "Respondent ID,Collector ID,Start Date,End Date,3.\u00a0Python.,Role?\n"
        "1,2,x,y,Python,a\n2,2,x,y,,b\n"
    )

    raw = read_export(export(text))

    assert (raw.platform, raw.certainty) == ("surveymonkey", "strong")
    assert len(raw.frame) == 2
    assert [c.header for c in raw.answers()] == ["3.\u00a0Python.", "Role?"]
    assert any("one header row" in note for note in raw.notes)


def test_headers_merged_by_hand_if_a_person_says_so(export):
    """Question over the first option, options in the second row, no own columns."""
    text = "Which tools?,,Role?\nPyTorch,JAX,\nPyTorch,,x\n,JAX,y\n"

    raw = read_export(export(text), platform="surveymonkey")

    assert len(raw.frame) == 2
    assert questions(raw) == [
        ("Which tools?", "PyTorch", Answers.OPTION),
        ("Which tools?", "JAX", Answers.OPTION),
        ("Role?", None, None),
    ]


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="no response under"):
        read_export(export("Role,Years\nx,3\n"), platform="surveymonkey")


@pytest.fixture(scope="module")
def starwars(shared_data):
    return read_export(shared_data / "starwars" / "StarWars.csv")


def test_star_wars_cell_by_cell(starwars, shared_data):
    """1,186 respondents, and one header that isn't UTF-8."""
    path = shared_data / "starwars" / "StarWars.csv"
    with path.open(encoding="cp1252", newline="") as file:
        records = list(csv.reader(file))

    assert starwars.frame.shape == (1186, 38)
    assert len(records) == 1188
    for column in starwars.columns:
        cells = starwars.frame[column.name].fillna("").tolist()
        assert cells == [record[column.position - 1] for record in records[2:]]


def test_star_wars_says_how_it_was_decoded(starwars):
    r"""Bytes 8C E6, ``åÊ`` in Mac Roman, are read as Windows-1252 and left so."""
    assert "read as Windows-1252: the bytes aren't UTF-8 (first in line 1)" in (
        starwars.notes
    )
    (dirty,) = [c.header for c in starwars.columns if "Expanded Universe?" in c.header
                and "fan" in c.header]  # fmt: skip
    assert dirty.endswith("?\u0152\u00e6")


def test_star_wars_questions(starwars, shared_data):
    path = shared_data / "starwars" / "StarWars.csv"
    with path.open(encoding="cp1252", newline="") as file:
        first, second, *_ = csv.reader(file)
    current = ""
    for column, top, under in zip(starwars.columns, first, second, strict=True):
        current = top or current
        if column.position == 1:
            assert column.role is Role.METADATA
            continue
        assert column.role is Role.ANSWER
        assert column.question.text == " ".join(current.split())
        part = None if under == "Response" else " ".join(under.split())
        assert column.question.part == part
    kinds = [c.question.answers for c in starwars.answers()]
    assert kinds == [
        *2 * [Answers.SINGLE],
        *6 * [Answers.OPTION],
        *6 * [Answers.RANK],
        *14 * [Answers.ROW],
        *9 * [Answers.SINGLE],
    ]
    assert starwars.labels == (("yes", "no"),)
