"""From exports and a codebook to responses."""

from dataclasses import replace

import pandas as pd
import pytest

from surveytools.cleaning import Choice, Item, Kind, Missing, State, clean, summary
from surveytools.cleaning.accounting import COLUMNS
from surveytools.errors import CodebookError, ExportError, SurveyErrors
from surveytools.reading import Role
from surveytools.study import RowRules

STAGE = Item(
    "stage",
    "Stage",
    Kind.SINGLE,
    header="Stage?",
    choices=(
        Choice("trial", {"en": "Yes, on trial", "fr": "Oui, à l'essai"}),
        Choice("none", "No", aliases=("never",)),
        Choice("dk", "I do not know", missing=Missing.DONT_KNOW),
    ),
)
TOOLS = Item(
    "tools",
    "Tools",
    Kind.MULTIPLE,
    header="Tools?",
    choices=(
        Choice("git", "Git"),
        Choice("cvs", "CVS"),
        Choice("na", "Not applicable", missing=Missing.NOT_APPLICABLE),
    ),
)
HOURS = Item(
    "hours",
    "Hours",
    Kind.NUMBER,
    header="Hours?",
    suffixes=("h",),
    minimum=0,
    maximum=9e3,
)
WORDS = Item("words", "Words", Kind.TEXT, header="Words?")


@pytest.fixture(scope="module")
def one(raw_table, codebook):
    """Clean one item; a second column keeps rows from being empty."""

    def cleaned(item, *cells):
        raw = raw_table((item.header, cells), ("Always", ["x"] * len(cells)))
        always = Item("always", "Always", Kind.TEXT, header="Always")
        return clean([raw], codebook(item, always), wave="w")

    return cleaned


@pytest.mark.parametrize(
    ("written", "code", "state"),
    [
        pytest.param("Yes, on trial", "trial", State.ANSWERED, id="label"),
        pytest.param("Yes,  on trial", "trial", State.ANSWERED, id="double blank"),
        pytest.param(" yes, ON trial\n", "trial", State.ANSWERED, id="padded"),
        pytest.param("Oui, \u00e0 l\u2019essai", "trial", State.ANSWERED, id="French"),
        pytest.param("never", "none", State.ANSWERED, id="alias"),
        pytest.param("trial", "trial", State.ANSWERED, id="code"),
        pytest.param("I do not know", "dk", State.DONT_KNOW, id="don't know"),
        pytest.param("Perhaps", None, State.UNRESOLVED, id="unknown"),
        pytest.param("  ", None, State.NO_ANSWER, id="only blanks"),
        pytest.param(None, None, State.NO_ANSWER, id="blank"),
    ],
)
def test_single_response(one, written, code, state):
    responses = one(STAGE, written)

    assert responses.states["stage"].tolist() == [state.value]
    assert responses.frame["stage"].astype("object").where(
        responses.frame["stage"].notna(), None
    ).tolist() == [code]
    assert responses.frame["stage"].cat.categories.tolist() == ["trial", "none", "dk"]
    assert responses.frame["stage"].cat.ordered


@pytest.mark.parametrize(
    ("written", "selected", "state"),
    [
        pytest.param("Git; CVS", [True, True, False], State.ANSWERED, id="two"),
        pytest.param("CVS", [False, True, False], State.ANSWERED, id="one"),
        pytest.param("CVS; fax", [False, True, False], State.ANSWERED, id="part known"),
        pytest.param("fax", [None] * 3, State.UNRESOLVED, id="unknown"),
        pytest.param(
            "Not applicable", [False, False, True], State.NOT_APPLICABLE, id="n/a"
        ),
        pytest.param(
            "Git; Not applicable", [True, False, True], State.ANSWERED, id="n/a and one"
        ),
        pytest.param(None, [None] * 3, State.NO_ANSWER, id="blank"),
    ],
)
def test_multiple_response(one, written, selected, state):
    responses = one(TOOLS, written)

    row = responses.frame[["tools__git", "tools__cvs", "tools__na"]].iloc[0]
    assert [None if flag is pd.NA else flag for flag in row] == selected
    assert responses.states["tools"].tolist() == [state.value]


@pytest.mark.parametrize(
    ("written", "number", "kind"),
    [
        pytest.param("15.0", 15.0, None, id="plain"),
        pytest.param("1 000", 1000.0, None, id="thousands"),
        pytest.param("100h", 100.0, None, id="suffix"),
        pytest.param("~100", None, "unreadable number", id="about"),
        pytest.param("2-3", None, "unreadable number", id="range"),
        pytest.param("10000", None, "number out of range", id="too large"),
        pytest.param("-1", None, "number out of range", id="too small"),
    ],
)
def test_numbers(one, written, number, kind):
    responses = one(HOURS, written)

    values = responses.frame["hours"]
    assert str(values.dtype) == "Float64"
    assert values.isna().tolist() == [number is None]
    assert values.fillna(0).tolist() == [number or 0.0]
    assert responses.findings["kind"].tolist() == ([kind] if kind else [])


def test_missing_texts_are_blank_for_their_item_only(raw_table, codebook):
    item = Item("q", "Q", Kind.TEXT, header="Q", missing_texts=("N/A",))
    raw = raw_table(("Q", ["n/a", "none"]), ("Words?", ["N/A", "x"]))

    responses = clean([raw], codebook(item, WORDS), wave="w")

    assert responses.states["q"].tolist() == ["asked, no answer", "free text"]
    assert responses.states["words"].tolist() == ["free text", "free text"]


def test_free_text_keeps_its_line_breaks(one):
    responses = one(WORDS, " a\n  b ")

    assert responses.frame["words"].tolist() == ["a\n  b"]


def test_unknown_answer_is_one_finding_with_count_rows_and_suggestion(one):
    cells = ["No", "Yes, on trail", "Perhaps", "Yes, on trail", "Yes, on trail"]
    responses = one(STAGE, *cells)

    trail, perhaps = responses.findings.to_dict("records")
    assert trail == {
        "kind": "unknown answer",
        "export": "export.csv",
        "row": 3,
        "item": "stage",
        "column": "stage",
        "found": "Yes, on trail",
        "cells": 3,
        "advice": "did you mean 'Yes, on trial'? add an alias or a choice to item"
        " 'stage' (also row 5, 6)",
    }
    assert (perhaps["row"], perhaps["cells"]) == (4, 1)


def test_unknown_part_of_several_cells_is_one_finding(one):
    responses = one(TOOLS, "Git; fax", "fax", "CVS; fax")

    (finding,) = responses.findings.to_dict("records")
    assert (finding["found"], finding["cells"], finding["row"]) == ("fax", 3, 2)


def test_blank_cells_say_why_they_are_blank(raw_table, codebook):
    item = Item("more", "More", Kind.TEXT, header="More?", asked_if="stage = trial")
    raw = raw_table(
        ("Stage?", ["Yes, on trial", "No", None, "No"]),
        ("More?", [None, None, None, "still"]),
        ("Always", ["x"] * 4),
    )
    always = Item("always", "Always", Kind.TEXT, header="Always")

    responses = clean([raw], codebook(STAGE, item, always), wave="w")

    assert responses.states["more"].tolist() == [
        "asked, no answer",
        "not asked",
        "unknown whether asked",
        "free text",
    ]
    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["row"]) == ("answered though not asked", 5)


def test_optional_item_was_not_asked_in_the_export_that_lacks_it(raw_table, codebook):
    optional = Item("words", "Words", Kind.TEXT, header="Words?", optional=True)
    first = raw_table(("Stage?", ["No"]), ("Words?", [None]), file="a.csv")
    second = raw_table(("Stage?", ["No"]), file="b.csv")

    responses = clean([first, second], codebook(STAGE, optional), wave="w")

    assert responses.states["words"].tolist() == ["asked, no answer", "not asked"]
    assert responses.frame.index.tolist() == [("a.csv", 2), ("b.csv", 2)]


def test_choices_in_columns_of_their_own_are_answered_together(raw_table, codebook):
    raw = raw_table(
        ("Tools? [Git]", ["Yes", "No", None, "1", "what"]),
        ("Tools? [CVS]", ["No", "No", None, None, None]),
        ("Tools? [Not applicable]", ["No", "Yes", None, None, None]),
        ("Words?", ["x"] * 5),
    )

    responses = clean([raw], codebook(TOOLS, WORDS), wave="w")

    assert responses.states["tools"].tolist() == [
        "coded answer",
        "not applicable",
        "asked, no answer",
        "coded answer",
        "unresolved",
    ]
    assert responses.frame["tools__git"].fillna(value=False).tolist() == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert dict(summary(responses.accounting)) == {
        "coded answer": 6,  # a "No", and a blank beside a "1", are answers too
        "free text": 5,
        "asked, no answer": 3,
        "not applicable": 3,
        "unresolved": 3,
    }


def test_exports_may_write_the_same_item_in_two_ways(raw_table, codebook):
    one_cell = raw_table(("Tools?", ["Git", "fax"]), file="a.csv")
    columns = raw_table(
        ("Tools? [Git]", ["No", "hm"]),
        ("Tools? [CVS]", ["Yes", None]),
        ("Tools? [Not applicable]", [None, None]),
        file="b.csv",
    )

    responses = clean([one_cell, columns], codebook(TOOLS), wave="w")

    assert responses.frame["tools__git"].astype("object").tolist() == [
        True,
        pd.NA,
        False,
        pd.NA,
    ]
    assert responses.states["tools"].tolist() == [
        "coded answer",
        "unresolved",
        "coded answer",
        "unresolved",
    ]
    assert responses.accounting["cells"].sum() == 2 + 6


@pytest.mark.parametrize(
    ("rules", "rows", "left_out"),
    [
        pytest.param(RowRules(), [2, 3, 5, 6], {"row without answers": 3}, id="empty"),
        pytest.param(RowRules(empty=False), [2, 3, 4, 5, 6], {}, id="keep empty"),
        pytest.param(
            RowRules(duplicates="later"),
            [2, 3, 6],
            {"row without answers": 3, "duplicate row": 3},
            id="later duplicate",
        ),
        pytest.param(
            RowRules(duplicates="earlier"),
            [3, 5, 6],
            {"row without answers": 3, "duplicate row": 3},
            id="earlier duplicate",
        ),
        pytest.param(
            RowRules(test_words=("test",)),
            [2, 3, 5],
            {"row without answers": 3, "test row": 3},
            id="test words",
        ),
    ],
)
def test_rows_are_left_out_by_rule(raw_table, codebook, rules, rows, left_out):
    raw = raw_table(
        ("Time", ["1", "2", "3", "4", "5"]),
        ("Stage?", ["No", "No", " ", "never", "No"]),
        ("Words?", ["a", "b", None, " a", "TEST "]),
        roles={"Time": Role.SUBMITTED},
    )

    responses = clean([raw], codebook(STAGE, WORDS), wave="w", rows=rules)

    assert responses.frame.index.get_level_values("row").tolist() == rows
    outcomes = dict(summary(responses.accounting))
    counted = {key: n for key, n in outcomes.items() if "row" in key}
    assert counted == {f"left out: {rule}": n for rule, n in left_out.items()}
    dropped = responses.audit.query("column == '*'")["row"].tolist()
    assert sorted([*rows, *dropped]) == [2, 3, 4, 5, 6]


def test_same_answers_in_two_languages_are_duplicates(raw_table, codebook):
    english = raw_table(("Stage?", ["Yes, on trial"]), file="en.csv")
    french = raw_table(("Stage?", ["Oui, à l'essai"]), file="fr.csv")

    responses = clean(
        [english, french],
        codebook(STAGE),
        wave="w",
        rows=RowRules(duplicates="later"),
    )

    assert responses.frame.index.tolist() == [("en.csv", 2)]


def test_row_with_only_an_unknown_column_is_not_empty(raw_table, codebook):
    raw = raw_table(("Stage?", [None]), ("New?", ["something"]))

    responses = clean([raw], codebook(STAGE), wave="w")

    assert len(responses.frame) == 1
    assert dict(summary(responses.accounting)) == {
        "asked, no answer": 1,
        "unresolved": 1,
    }
    (finding,) = responses.findings.to_dict("records")
    assert finding["kind"] == "column not in the codebook"
    assert finding["column"] == "New?"
    assert "something" not in str(finding)


def test_audit_lists_what_the_steps_changed_and_no_translation(one):
    cells = ["Oui, à l'essai", "never", " No"]
    responses = one(STAGE, *cells)

    changes = responses.audit[["step", "row", "column", "before", "after"]]
    assert changes.to_numpy().tolist() == [
        ["tidy_text", 4, "stage", " No", "No"],
        ["resolve_spellings", 3, "stage", "never", "No"],
    ]


@pytest.mark.parametrize(
    ("item", "cells", "kind", "row"),
    [
        pytest.param(
            Item(
                "q",
                "Q",
                Kind.MULTIPLE,
                header="Q",
                choices=(Choice("a", "A"), Choice("b", "B")),
                max_choices=1,
            ),
            ["A", "A; B"],
            "more choices than allowed",
            3,
            id="too many",
        ),
        pytest.param(
            Item(
                "q",
                "Q",
                Kind.MULTIPLE,
                header="Q",
                choices=(Choice("a", "A"), Choice("none", "None")),
            ),
            ["None", "A", "A; None"],
            "none and others",
            4,
            id="none and others",
        ),
    ],
)
def test_contradictions_are_found_and_answers_kept(one, item, cells, kind, row):
    responses = one(item, *cells)

    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["row"]) == (kind, row)
    assert responses.frame["q__a"].tolist()[-1] is True


def test_same_answer_in_all_rows_of_a_matrix_is_found(raw_table, codebook):
    rows = tuple(Choice(f"r{at}", f"Row {at}") for at in range(5))
    item = Item(
        "m",
        "M",
        Kind.MATRIX,
        header="M",
        rows=rows,
        choices=(Choice("low", "Low"), Choice("high", "High")),
    )
    raw = raw_table(
        *((f"M: Row {at}", ["High", "Low" if at else "High", None]) for at in range(5))
    )

    responses = clean([raw], codebook(item), wave="w", rows=RowRules(empty=False))

    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["row"], finding["cells"]) == (
        "same answer in all rows",
        2,
        1,
    )


def test_all_problems_of_all_exports_are_raised_at_once(raw_table, codebook):
    raws = [raw_table(("Other", ["x"]), file=name) for name in ("a.csv", "b.csv")]

    with pytest.raises(SurveyErrors) as caught:
        clean(raws, codebook(STAGE, WORDS), wave="w")

    assert [p.where.file for p in caught.value.exceptions] == ["a.csv"] * 2 + [
        "b.csv"
    ] * 2
    assert all(isinstance(p, CodebookError) for p in caught.value.exceptions)


def test_an_export_given_twice_is_refused(raw_table, codebook):
    raw = raw_table(("Words?", ["x"]))

    with pytest.raises(ExportError, match=r"has the same contents as export\.csv"):
        clean([raw, raw], codebook(WORDS), wave="w")


def test_no_export_is_refused(codebook):
    with pytest.raises(ExportError, match="there is no export to clean"):
        clean([], codebook(WORDS), wave="w")


def test_export_without_rows_gives_no_respondents(raw_table, codebook):
    items = (STAGE, TOOLS, HOURS, WORDS)
    raw = raw_table(*((item.header, []) for item in items))

    responses = clean([raw], codebook(*items), wave="w")

    assert responses.frame.shape == (0, 6)
    assert responses.accounting.columns.tolist() == list(COLUMNS)


def test_repr_shows_no_answers(one):
    responses = one(WORDS, "my secret")

    assert repr(responses) == "Responses(w: 1 respondents, 2 items)"


def test_who_was_not_asked_the_filter_was_not_asked_what_follows(raw_table, codebook):
    stage = replace(STAGE, code="first", header="First?")
    second = replace(STAGE, code="second", header="Second?", asked_if="first = trial")
    third = replace(STAGE, code="third", header="Third?", asked_if="second = trial")
    raw = raw_table(
        ("First?", ["No", "Yes, on trial", "Yes, on trial"]),
        ("Second?", [None, "No", None]),
        ("Third?", [None, None, None]),
    )

    states = clean([raw], codebook(stage, second, third), wave="w").states

    assert states["second"].tolist()[0] == State.NOT_ASKED
    assert states["third"].tolist() == [
        State.NOT_ASKED,
        State.NOT_ASKED,
        State.UNKNOWN,
    ]
