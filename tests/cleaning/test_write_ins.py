"""Text columns of "other" belong to their item, as the platform tells."""

from dataclasses import replace

import pandas as pd
import pytest

from surveytools.cleaning import (
    Choice,
    Item,
    Kind,
    State,
    check_codebook,
    clean,
    summary,
)
from surveytools.reading.table import Answers, Question

OTHER = Choice("other", "Other", write_in=True)
ROLE = Item(
    "role",
    "Role",
    Kind.SINGLE,
    header="Role?",
    choices=(Choice("dev", "Developer"), Choice("ops", "Operator"), OTHER),
)
TOOLS = Item(
    "tools",
    "Tools",
    Kind.MULTIPLE,
    header="Tools?",
    choices=(Choice("git", "Git"), Choice("cvs", "CVS"), OTHER),
)
ALWAYS = Item("always", "Always", Kind.TEXT, header="Always")


@pytest.fixture
def export(raw_table):
    """Columns of one question: part or none, what it holds, and its cells."""

    def made(text, *columns):
        headers = [
            f"{text} [{part}] {kind}" if part else text for part, kind, _ in columns
        ]
        height = len(columns[0][2])
        raw = raw_table(
            *((h, c[2]) for h, c in zip(headers, columns, strict=True)),
            ("Always", ["x"] * height),
        )
        told = [Question(text, part, "q1", kind) for part, kind, _ in columns]
        described = [
            replace(column, question=question)
            for column, question in zip(raw.columns, [*told, None], strict=True)
        ]
        return replace(raw, columns=tuple(described))

    return made


def values(frame, name):
    return [None if v is pd.NA else v for v in frame[name].astype("object")]


def test_text_beside_the_code_for_other(export, codebook):
    raw = export(
        "Role?",
        (None, Answers.SINGLE, ["Developer", "Other", None, "Operator", None]),
        ("Other", Answers.WRITE_IN, [None, "clown", "juggler", "both", None]),
    )

    responses = clean([raw], codebook(ROLE, ALWAYS), wave="w")

    assert responses.frame["role"].astype("object").tolist()[:4] == [
        "dev",
        "other",
        "other",
        "ops",
    ]
    assert responses.states["role"].tolist()[4] == State.NO_ANSWER
    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["row"], finding["item"]) == (
        "written in though not selected",
        5,
        "role",
    )
    assert "both" not in str(finding)
    assert dict(summary(responses.accounting)) == {
        "coded answer": 4 + 3,  # the blank beside "Developer" is answered with it
        "free text": 5,
        "asked, no answer": 2,
        "unresolved": 1,
    }
    audit = responses.audit.query("column == 'role__other__text'")
    assert audit["before"].tolist() == ["clown", "juggler", "both"]


def test_text_counts_as_other_where_other_has_no_box(export, codebook):
    raw = export(
        "Tools?",
        ("Git", Answers.OPTION, ["Yes", "Yes", None, None]),
        ("CVS", Answers.OPTION, [None, None, None, None]),
        ("Other", Answers.WRITE_IN, ["svn", None, "hg", None]),
    )

    responses = clean([raw], codebook(TOOLS, ALWAYS), wave="w")

    assert values(responses.frame, "tools__other") == [True, False, True, None]
    assert values(responses.frame, "tools__git") == [True, True, False, None]
    assert responses.findings.empty


def test_text_beside_a_box_that_was_not_ticked_is_told(export, codebook):
    raw = export(
        "Tools?",
        ("Git", Answers.OPTION, ["Yes", "Yes", "Yes"]),
        ("CVS", Answers.OPTION, [None, None, None]),
        ("Other", Answers.OPTION, ["Yes", None, None]),
        ("Other", Answers.WRITE_IN, ["svn", "hg", None]),
    )

    responses = clean([raw], codebook(TOOLS, ALWAYS), wave="w")

    assert values(responses.frame, "tools__other") == [True, False, False]
    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["row"]) == ("written in though not selected", 3)


def test_comment_on_another_choice_is_not_other(export, codebook):
    raw = export(
        "Role?",
        (None, Answers.SINGLE, ["Developer"]),
        ("Developer", Answers.WRITE_IN, ["since 1999"]),
    )

    responses = clean([raw], codebook(ROLE, ALWAYS), wave="w")

    (finding,) = responses.findings.to_dict("records")
    assert finding["kind"] == "column not in the codebook"


def test_codebook_may_keep_the_text_as_an_item(export, codebook):
    raw = export(
        "Role?",
        (None, Answers.SINGLE, ["Other"]),
        ("Other", Answers.WRITE_IN, ["clown"]),
    )
    words = Item("words", "Words", Kind.TEXT, header="Role? [Other]")

    responses = clean([raw], codebook(ROLE, words, ALWAYS), wave="w")

    assert responses.frame["words"].tolist() == ["clown"]


def test_check_has_nothing_to_say_about_texts_of_other(export, codebook):
    raw = export(
        "Role?",
        (None, Answers.SINGLE, ["Other", "Developer"]),
        ("Other", Answers.WRITE_IN, ["clown", None]),
    )

    assert check_codebook(codebook(ROLE, ALWAYS), raw) == []
