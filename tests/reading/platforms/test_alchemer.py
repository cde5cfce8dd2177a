"""Alchemer exports, after the one of the Jupyter survey of 2015, and that one."""

import csv
from collections import Counter

import pytest

from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

HEAD = (
    '"Response ID","Time Started","Date Submitted","Status","Contact ID","Language",'
    '"IP Address","Longitude","City","Which language: C or Python?",'
    '"Other - Write In:Which language: C or Python?","Tool #1:Which tools?",'
    '"Tool #2:Which tools?","Speed:Rate the service","Help:Rate the service",'
    '"PyTorch:Frameworks?","JAX:Frameworks?","Hours: GPU only","City"\n'
)
ROWS = (
    '1,"2015-12-21 22:21:47","2015-12-21 22:31:47","Complete",,English,192.0.2.1,6.1,'
    "Meyrin,C,,git,make,Good,Bad,PyTorch,,5,Geneva\n"
    '2,"2015-12-21 22:21:47","2015-12-21 22:31:47","Partial",,English,192.0.2.1,6.1,'
    "Meyrin,Other - Write In,Rust,svn,,Bad,Bad,,JAX,3,\n"
    '3,"2015-12-21 22:21:47","2015-12-21 22:31:47","Disqualified",,English,192.0.2.1,'
    "6.1,Meyrin,,N/A,hg,cmake,,,,,,\n"
)


def test_roles_and_parts(export):
    raw = read_export(export(HEAD + ROWS))

    assert (raw.platform, raw.certainty) == ("alchemer", "certain")
    assert [c.role for c in raw.columns[:9]] == [
        Role.METADATA, Role.STARTED, Role.SUBMITTED, Role.COMPLETENESS, Role.IDENTITY,
        Role.LANGUAGE, Role.IDENTITY, Role.IDENTITY, Role.IDENTITY,
    ]  # fmt: skip
    found = [
        (c.question.text, c.question.part, c.question.answers) for c in raw.answers()
    ]
    assert found == [
        ("Which language: C or Python?", None, None),
        ("Which language: C or Python?", "Other - Write In", Answers.WRITE_IN),
        ("Which tools?", "Tool #1", Answers.TEXT),
        ("Which tools?", "Tool #2", Answers.TEXT),
        ("Rate the service", "Speed", Answers.ROW),
        ("Rate the service", "Help", Answers.ROW),
        ("Frameworks?", "PyTorch", Answers.OPTION),
        ("Frameworks?", "JAX", Answers.OPTION),
        ("Hours: GPU only", None, None),  # no other column says that it is cut
        ("City", None, None),  # a question: not beside the platform's own columns
    ]


def test_partial_rows(export):
    raw = read_export(export(HEAD + ROWS))

    assert raw.partial.tolist() == [False, True, True]
    assert raw.test is None


def test_an_unknown_status_makes_it_less_sure(export):
    raw = read_export(export(HEAD + ROWS.replace("Disqualified", "Approved")))

    assert (raw.platform, raw.certainty) == ("alchemer", "strong")


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="columns of an Alchemer export are missing"):
        read_export(export("Role,Years\nx,3\n"), platform="alchemer")


@pytest.fixture(scope="module")
def jupyter(shared_data):
    return read_export(shared_data / "jupyter2015" / "20160115235816-SurveyExport.csv")


def test_jupyter_rows(jupyter):
    """1,706 rows, 927 partial and 779 complete, as its authors say."""
    assert jupyter.frame.shape == (1706, 37)
    assert int(jupyter.partial.sum()) == 927
    assert int((~jupyter.partial).sum()) == 779
    assert jupyter.separator == ";"


def test_jupyter_question_and_part_of_every_column(jupyter, shared_data):
    """Parts are those before the last ``:`` that isn't in the question, by eye."""
    path = shared_data / "jupyter2015" / "20160115235816-SurveyExport.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))

    assert [c.header for c in jupyter.columns] == header
    assert [c.role for c in jupyter.columns[:3]] == [
        Role.STARTED,
        Role.SUBMITTED,
        Role.COMPLETENESS,
    ]
    starts = ("Tool / ", "Other", "Workflow", "Aspect", "Feature", "Enhan", "Industry")
    for column, text in zip(jupyter.columns[3:], header[3:], strict=True):
        part, _, question = text.rpartition(":")
        if not text.startswith(starts):
            part, question = None, text
        assert column.role is Role.ANSWER
        assert column.question.part == part
        assert column.question.text == " ".join(question.split())


def test_jupyter_kinds(jupyter):
    kinds = Counter(c.question.answers for c in jupyter.answers())

    assert kinds == {None: 8, Answers.TEXT: 24, Answers.WRITE_IN: 2}


def test_jupyter_typed_n_a_is_an_answer(jupyter):
    """764 said what hinders them; the authors' reader took one typed N/A for none."""
    (hindrance,) = [c for c in jupyter.columns if "hinders you" in c.header]

    texts = jupyter.given(hindrance.name).dropna()
    assert len(texts) == 764
    assert texts.eq("N/A").sum() == 1
