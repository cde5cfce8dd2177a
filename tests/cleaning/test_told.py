"""What a file tells of blank cells reaches the states, and the bases of tables."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from surveytools.analysis import tabulate
from surveytools.cleaning import Choice, Item, Kind, State, clean
from surveytools.reading import Role
from surveytools.reading.table import Answers, Question
from surveytools.study import BaseKind, RowRules

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
USE = Item("use", "Use", Kind.SINGLE, header="Use?", choices=YES_NO)
RATE = Item(
    "rate",
    "Rate",
    Kind.MATRIX,
    header="Rate",
    rows=(Choice("disk", "Disk"), Choice("tape", "Tape")),
    choices=(Choice("bad", "Bad"), Choice("good", "Good")),
)
TOOLS = Item(
    "tools",
    "Tools",
    Kind.MULTIPLE,
    header="Tools?",
    choices=(Choice("git", "Git"), Choice("cvs", "CVS")),
)
HOURS = Item("hours", "Hours", Kind.NUMBER, header="Hours?")
WORDS = Item("words", "Words", Kind.TEXT, header="Words?")

HIDDEN, LEFT = "~hidden", "~left"


def told(raw, **more):
    """Turn the marks in the cells into what a reader tells of them."""
    marks = {
        key: {
            name: raw.frame[name].eq(mark).to_numpy(dtype=bool)
            for name in raw.frame
            if raw.frame[name].isin([HIDDEN, LEFT]).any()
        }
        for key, mark in (("not_shown", HIDDEN), ("skipped", LEFT))
    }
    return replace(raw, **marks, **more)


def flags(text):
    return np.array([mark == "1" for mark in text.split()])


def base(responses, stub, kind, row=""):
    cells = tabulate(responses, stub, base=kind).cells
    return int(cells.query("row == @row")["base"].iloc[0])


@pytest.mark.parametrize(
    ("item", "answer"),
    [(USE, "Yes"), (HOURS, "4"), (WORDS, "well")],
    ids=lambda value: getattr(value, "code", value),
)
def test_not_shown_differs_from_shown_and_left(raw_table, codebook, item, answer):
    raw = told(
        raw_table((item.header, [answer, HIDDEN, LEFT, None]), ("Words", ["x"] * 4))
    )

    responses = clean([raw], codebook(item), wave="w", rows=RowRules(empty=False))

    assert responses.states[item.code].tolist()[1:] == [
        State.NOT_ASKED,
        State.NO_ANSWER,
        State.NO_ANSWER,
    ]
    assert responses.frame[item.code].isna().tolist() == [False, True, True, True]
    assert HIDDEN not in str(responses.audit)


def test_bases_count_those_who_were_shown_the_question(raw_table, codebook):
    # Ten respondents: 3 yes, 2 no, 1 saw it and left, 4 never saw it.
    cells = ["Yes", "No", "Yes", LEFT, HIDDEN, HIDDEN, "No", HIDDEN, "Yes", HIDDEN]
    raw = told(raw_table(("Use?", cells), ("Words?", ["x"] * 10)))

    responses = clean([raw], codebook(USE, WORDS), wave="w")

    assert base(responses, "use", BaseKind.ALL) == 10
    assert base(responses, "use", BaseKind.ASKED) == 6
    assert base(responses, "use", BaseKind.ANSWERED) == 5


def test_each_row_of_a_matrix_has_its_own_base(raw_table, codebook):
    raw = told(
        raw_table(
            ("Rate [Disk]", ["Bad", LEFT, "Good", HIDDEN]),
            ("Rate [Tape]", [HIDDEN, HIDDEN, "Good", HIDDEN]),
            ("Words?", ["x"] * 4),
        )
    )

    responses = clean([raw], codebook(RATE, WORDS), wave="w")

    assert base(responses, "rate", BaseKind.ASKED, "disk") == 3
    assert base(responses, "rate", BaseKind.ASKED, "tape") == 1
    assert base(responses, "rate", BaseKind.ANSWERED, "disk") == 2


def test_options_in_columns_were_not_asked_if_none_was_shown(raw_table, codebook):
    raw = told(
        raw_table(
            ("Tools? [Git]", ["Y", HIDDEN, LEFT, HIDDEN]),
            ("Tools? [CVS]", [LEFT, HIDDEN, LEFT, "Y"]),
            ("Words?", ["x"] * 4),
        )
    )

    responses = clean([raw], codebook(TOOLS, WORDS), wave="w")

    assert responses.states["tools"].tolist() == [
        State.ANSWERED,
        State.NOT_ASKED,
        State.NO_ANSWER,
        State.ANSWERED,
    ]
    assert base(responses, "tools", BaseKind.ASKED) == 3
    assert base(responses, "tools", BaseKind.ANSWERED) == 2


@pytest.mark.parametrize(
    ("yes", "no"), [("Yes", "No"), ("1", "0"), ("Y", None)], ids=["words", "0/1", "Y"]
)
def test_ticks_count_the_same_however_the_platform_writes_them(
    raw_table, codebook, yes, no
):
    raw = raw_table(
        ("Tools? [Git]", [yes, no, yes, no]),
        ("Tools? [CVS]", [no, no, yes, yes]),
        ("Words?", ["x"] * 4),
    )
    columns = tuple(
        replace(column, question=Question("Tools?", answers=Answers.OPTION))
        if "Tools" in column.name
        else column
        for column in raw.columns
    )

    responses = clean([replace(raw, columns=columns)], codebook(TOOLS, WORDS), wave="w")

    assert base(responses, "tools", BaseKind.ASKED) == 4
    assert base(responses, "tools", BaseKind.ANSWERED) == 3
    assert responses.frame["tools__git"].astype("object").tolist() == [
        True,
        pd.NA,
        True,
        False,
    ]


def test_file_is_believed_against_the_skip_rule_and_both_are_named(raw_table, codebook):
    hours = replace(HOURS, asked_if="use = yes")
    raw = told(
        raw_table(
            ("Use?", ["Yes", "Yes", "No", "No", None, None]),
            ("Hours?", [HIDDEN, LEFT, LEFT, HIDDEN, LEFT, HIDDEN]),
        )
    )

    responses = clean([raw], codebook(USE, hours), wave="w", rows=RowRules(empty=False))

    assert responses.states["hours"].tolist() == [
        State.NOT_ASKED,
        State.NO_ANSWER,
        State.NO_ANSWER,
        State.NOT_ASKED,
        State.NO_ANSWER,
        State.NOT_ASKED,
    ]
    assert responses.findings[["kind", "row", "found"]].to_numpy().tolist() == [
        ["shown though not asked", 4, "shown although not use = yes"],
        ["not shown though asked", 2, "not shown although use = yes"],
    ]


PARTIAL = (
    # in the order of the export; the codebook has another one
    ("Words?", ["a", "b", None, None, None]),
    ("Tools? [Git]", ["Yes", None, "Yes", None, None]),
    ("Tools? [CVS]", [None, None, None, None, None]),
    ("Rate [Disk]", ["Bad", None, None, "Bad", None]),
    ("Rate [Tape]", [None, None, None, None, None]),
    ("Use?", ["Yes", None, None, None, None]),
)
BOOK = (USE, RATE, TOOLS, WORDS)


@pytest.fixture
def partial_export(raw_table):
    """The first row is complete, the last two are blank, but for a mark."""
    raw = raw_table(*PARTIAL, file="export.csv")
    return replace(
        raw,
        partial=flags("0 1 1 1 1"),
        test=flags("0 0 0 0 1"),
    )


def test_partial_rows_count_for_what_they_reached(partial_export, codebook):
    responses = clean([partial_export], codebook(*BOOK), wave="w")

    asked, left, not_asked = State.ANSWERED, State.NO_ANSWER, State.NOT_ASKED
    assert responses.states.astype("str").to_numpy().tolist() == [
        # use, rate disk and tape, tools, words
        [asked, asked, left, asked, State.TEXT],
        [not_asked, not_asked, not_asked, not_asked, State.TEXT],
        [not_asked, not_asked, not_asked, asked, left],
        [not_asked, asked, left, left, left],
    ]
    assert base(responses, "use", BaseKind.ASKED) == 1
    assert base(responses, "tools", BaseKind.ASKED) == 3
    assert dict(responses.rows) == {
        "read": 5,
        "left out: test or preview row": 1,
        "kept": 4,
        "partial": 3,
    }


def test_partial_rows_may_be_kept_as_if_completed(partial_export, codebook):
    responses = clean(
        [partial_export], codebook(*BOOK), wave="w", rows=RowRules(partial="keep")
    )

    assert base(responses, "use", BaseKind.ASKED) == 4


def test_partial_and_test_rows_left_out_are_in_the_accounting(partial_export, codebook):
    rules = RowRules(partial="drop", tests="keep")

    responses = clean([partial_export], codebook(*BOOK), wave="w", rows=rules)

    cells = responses.accounting.groupby("outcome")["cells"].sum()
    assert cells["left out: partial row"] == 4 * 6
    assert cells.sum() == 5 * 6
    assert dict(responses.rows) == {
        "read": 5,
        "left out: partial row": 4,
        "kept": 1,
        "partial": 0,
    }


def test_option_not_ticked_is_no_sign_that_a_partial_row_got_there(raw_table, codebook):
    raw = raw_table(
        ("Time", ["1"]),
        ("Words?", ["a"]),
        ("Use?", [None]),
        ("Tools? [Git]", ["0"]),
        ("Tools? [CVS]", ["0"]),
        roles={"Time": Role.SUBMITTED},
    )

    states = clean(
        [replace(raw, partial=flags("1"))], codebook(USE, TOOLS, WORDS), wave="w"
    ).states

    assert states["use"].tolist() == [State.NOT_ASKED]


def test_question_seen_and_left_was_reached(raw_table, codebook):
    raw = told(
        raw_table(("Words?", ["a"]), ("Use?", [LEFT]), ("Hours?", [None])),
        partial=flags("1"),
    )

    states = clean([raw], codebook(USE, HOURS, WORDS), wave="w").states

    assert states["use"].tolist() == [State.NO_ANSWER]
    assert states["hours"].tolist() == [State.NOT_ASKED]
