"""Conditions: the grammar, and truth with three values."""

import pandas as pd
import pytest

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind, Missing
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.responses import State
from surveytools.errors import CodebookError, SurveyErrors

USE = (
    Choice("prod", "In production"),
    Choice("none", "No"),
    Choice("dk", "Don't know", missing=Missing.DONT_KNOW),
)
FREQ = (Choice("occ", "Occasionally"), Choice("reg", "Regularly"))
ROWS = (Choice("swan", "SWAN"), Choice("eos", "EOS"))
BOOK = Codebook(
    "codebook.toml",
    (
        Item("q06", "Use", Kind.SINGLE, choices=USE),
        Item("q07", "Areas", Kind.MULTIPLE, choices=(Choice("reco", "R"),)),
        Item("q12", "People", Kind.NUMBER),
        Item("q13", "Services", Kind.MATRIX, choices=FREQ, rows=ROWS),
        Item("q34", "Missing", Kind.TEXT),
    ),
)
YES, NO, UNKNOWN = True, False, None


def responses(**columns):
    """One row a value; each is (answer, state)."""
    frame = pd.DataFrame({name: [a for a, _ in v] for name, v in columns.items()})
    states = pd.DataFrame({name: [s for _, s in v] for name, v in columns.items()})
    return frame, states


def truth(text, frame, states, **options):
    held = parse_condition(text, BOOK).holds(frame, states, BOOK, **options)
    assert held.dtype == "boolean"
    return [None if pd.isna(value) else bool(value) for value in held]


# Columns are: in production, no, don't know, no answer, not asked, unresolved.
USES = [
    ("prod", State.ANSWERED),
    ("none", State.ANSWERED),
    ("dk", State.DONT_KNOW),
    (None, State.NO_ANSWER),
    (None, State.NOT_ASKED),
    (None, State.UNRESOLVED),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("q06 = prod", [YES, NO, NO, None, None, None], id="equal"),
        pytest.param("q06 != prod", [NO, YES, YES, None, None, None], id="not equal"),
        pytest.param("q06 in (prod, dk)", [YES, NO, YES, None, None, None], id="in"),
        pytest.param("not q06 = prod", [NO, YES, YES, None, None, None], id="not"),
        pytest.param(
            "NOT (q06 = prod OR q06 = none)", [NO, NO, YES, None, None, None], id="caps"
        ),
    ],
)
def test_single_response_is_known_where_it_was_answered(text, expected):
    assert truth(text, *responses(q06=USES)) == expected


# Kleene's strong logic of three values: the tables for "and" and "or".
# S. C. Kleene, Introduction to Metamathematics, 1952, section 64.
@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (YES, YES, YES, YES),
        (YES, NO, NO, YES),
        (YES, UNKNOWN, UNKNOWN, YES),
        (NO, YES, NO, YES),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, YES, UNKNOWN, YES),
        (UNKNOWN, NO, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_and_or_follow_kleene(left, right, both, either):
    use = {YES: USES[0], NO: USES[1], UNKNOWN: USES[3]}[left]
    people = {YES: 9.0, NO: 1.0, UNKNOWN: None}[right]
    state = State.NO_ANSWER if people is None else State.ANSWERED
    frame, states = responses(q06=[use], q12=[(people, state)])
    frame["q12"] = frame["q12"].astype("Float64")

    assert truth("q06 = prod and q12 > 5", frame, states) == [both]
    assert truth("q06 = prod or q12 > 5", frame, states) == [either]


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ("=", [NO, YES, NO]),
        ("!=", [YES, NO, YES]),
        ("<", [YES, NO, NO]),
        ("<=", [YES, YES, NO]),
        (">", [NO, NO, YES]),
        (">=", [NO, YES, YES]),
    ],
)
def test_numbers_compare_as_numbers(sign, expected):
    frame, states = responses(q12=[(n, State.ANSWERED) for n in (-2.5, 10.0, 11.0)])
    frame["q12"] = frame["q12"].astype("Float64")

    assert truth(f"q12 {sign} 10", frame, states) == expected
    assert truth("q12 = -2.5", frame, states) == [YES, NO, NO]


def test_multiple_response_means_selected():
    frame = pd.DataFrame({"q07__reco": pd.array([True, False, None], "boolean")})
    states = pd.DataFrame({"q07": [State.ANSWERED, State.ANSWERED, State.NO_ANSWER]})

    assert truth("q07 = reco", frame, states) == [YES, NO, None]
    assert truth("q07 != reco", frame, states) == [NO, YES, None]


def test_star_is_the_row_that_is_given():
    frame, states = responses(
        q13__swan=[("reg", State.ANSWERED), ("occ", State.ANSWERED)],
        q13__eos=[(None, State.NO_ANSWER), ("reg", State.ANSWERED)],
    )

    assert truth("q13.swan = reg", frame, states) == [YES, NO]
    assert truth("q13.* = reg", frame, states, row="eos") == [None, YES]


def test_star_without_a_row_is_an_error():
    frame, states = responses(q13__swan=[], q13__eos=[])
    condition = parse_condition("q13.* = reg", BOOK)

    with pytest.raises(CodebookError) as caught:
        condition.holds(frame, states, BOOK)

    assert str(caught.value) == (
        "'q13.*' stands for a row, and there is none; name a row: q13.<row>"
    )


def test_and_binds_closer_than_or():
    first = parse_condition("q06 = prod or q06 = none and q12 > 5", BOOK)
    second = parse_condition("q06 = prod or (q06 = none and q12 > 5)", BOOK)

    assert first == second
    assert first != parse_condition("(q06 = prod or q06 = none) and q12 > 5", BOOK)


def test_condition_lists_its_items():
    condition = parse_condition("not q06 = prod and (q13.* = reg or q12 > 5)", BOOK)

    assert condition.items() == {"q06", "q12", "q13"}
    assert condition.row_items() == {"q13"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "q06 = pord",
            "item 'q06' has no choice 'pord' at character 7 of 'q06 = pord'; "
            "did you mean 'prod'?",
            id="mistyped choice",
        ),
        pytest.param(
            "q066 = prod",
            "there is no item 'q066' at character 1 of 'q066 = prod'; "
            "did you mean 'q06'?",
            id="mistyped item",
        ),
        pytest.param(
            "q13.swn = reg",
            "item 'q13' has no row 'swn' at character 1 of 'q13.swn = reg'; "
            "did you mean 'swan'?",
            id="mistyped row",
        ),
        pytest.param(
            "q13 = reg",
            "'q13' is a matrix at character 1 of 'q13 = reg'; name a row: q13.swan",
            id="matrix without row",
        ),
        pytest.param(
            "q06.swan = prod",
            "'q06' has no rows at character 1 of 'q06.swan = prod'; write q06 alone",
            id="row of no matrix",
        ),
        pytest.param(
            "q06 < 5",
            "'<' compares numbers, and 'q06' has choices at character 1 of 'q06 < 5'; "
            "use = != or in",
            id="order of choices",
        ),
        pytest.param(
            "q12 = many",
            "'q12' is a number, and 'many' is not at character 7 of 'q12 = many'; "
            "compare it with a number",
            id="word for a number",
        ),
        pytest.param(
            "q12 in (1, 2)",
            "'q12' is a number, and 'in' lists choices at character 1 of "
            "'q12 in (1, 2)'; use = != < <= > or >=",
            id="list of numbers",
        ),
        pytest.param(
            "q34 = x",
            "'q34' is text at character 1 of 'q34 = x'; compare an item with choices",
            id="text",
        ),
        pytest.param(
            "q06 prod",
            "found 'prod' at character 5 of 'q06 prod'; "
            "write = != < <= > >= or in there",
            id="no sign",
        ),
        pytest.param(
            "q06 in (prod",
            "found the end at character 13 of 'q06 in (prod'; write ) there",
            id="open bracket",
        ),
        pytest.param(
            "q06 = prod q12 > 5",
            "found 'q12' at character 12 of 'q06 = prod q12 > 5'; "
            "write 'and', 'or' or the end there",
            id="no word between",
        ),
        pytest.param(
            "q06 = 'prod'",
            'found "\'" at character 7 of "q06 = \'prod\'"; '
            "write the code of a choice, or a number there",
            id="quotes",
        ),
        pytest.param(
            "",
            "found the end at character 1 of ''; write the code of an item there",
            id="empty",
        ),
        pytest.param(
            "and = prod",
            "found 'and' at character 1 of 'and = prod'; "
            "write the code of an item there",
            id="keyword as item",
        ),
    ],
)
def test_conditions_out_of_the_grammar_name_the_character(text, message):
    with pytest.raises(CodebookError) as caught:
        parse_condition(text, BOOK)

    assert str(caught.value) == f"codebook.toml: {message}"


def test_all_unknown_codes_are_named_at_once():
    with pytest.raises(SurveyErrors) as caught:
        parse_condition("q06 in (prd, non) or q99 = x", BOOK)

    assert len(caught.value.exceptions) == 3


def test_deep_brackets_are_refused_and_not_followed():
    text = "(" * 5000 + "q06 = prod" + ")" * 5000

    with pytest.raises(CodebookError, match="brackets go too deep at character 51"):
        parse_condition(text, BOOK)
