"""Every cell ends as exactly one outcome."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.cleaning import (
    Choice,
    Codebook,
    Item,
    Kind,
    State,
    accounting,
    clean,
    summary,
    too_many_unresolved,
)
from surveytools.errors import SurveyError
from surveytools.reading import Column, RawTable, Role
from surveytools.study import RowRules

CHOICES = (Choice("a", "A"), Choice("b", "B; C"), Choice("none", "None"))
BOOK = Codebook(
    "codebook.toml",
    (
        Item("single", "S", Kind.SINGLE, header="S", choices=CHOICES),
        Item("several", "M", Kind.MULTIPLE, header="M", choices=CHOICES),
        Item(
            "wide", "W", Kind.MULTIPLE, header="W", choices=CHOICES[:2], optional=True
        ),
        Item("number", "N", Kind.NUMBER, header="N", asked_if="single = a"),
        Item("words", "T", Kind.TEXT, header="T", asked_if="several = b"),
    ),
)
HEADERS = ("E-mail", "S", "M", "W [A]", "W [B; C]", "N", "T", "Heading", "New")

cells = st.one_of(
    st.none(),
    st.sampled_from(["A", "B; C", "A; B; C", "None", "1", "Yes", "No", "test", " "]),
    st.text(max_size=5),
)
rules = st.builds(
    RowRules,
    empty=st.booleans(),
    duplicates=st.sampled_from(["keep", "later", "earlier"]),
    test_words=st.sampled_from([(), ("test",)]),
)


@st.composite
def exports(draw):
    rows = draw(st.lists(st.tuples(*(cells for _ in HEADERS)), max_size=8))
    number = draw(st.integers(0, 99))
    columns = tuple(
        Column(at, header, header, Role.IDENTITY if at == 1 else Role.ANSWER)
        for at, header in enumerate(HEADERS, start=1)
    )
    frame = pd.DataFrame(rows, columns=list(HEADERS)).astype("str")
    frame["Heading"] = pd.Series(None, index=frame.index, dtype="str")
    # What a reader hands on: blank cells are missing.
    frame = frame.where(frame.ne("")).set_axis(
        pd.RangeIndex(2, len(rows) + 2, name="row")
    )
    digest = hashlib.sha256(repr((rows, number)).encode()).hexdigest()
    return RawTable(frame, columns, f"{number}.csv", None, digest, "test", "made up")


@settings(deadline=None, max_examples=60)
@given(st.lists(exports(), min_size=1, max_size=2, unique_by=lambda r: r.file), rules)
def test_outcomes_sum_to_all_cells(raws, rows):
    responses = clean(raws, BOOK, wave="w", rows=rows)

    counted = responses.accounting.groupby("export")["cells"].sum()
    assert counted.to_dict() == {
        raw.file: raw.frame.size for raw in raws if len(raw.frame)
    }
    allowed = {state.value for state in State}
    assert all(
        outcome in allowed or outcome.startswith("left out: ")
        for outcome, _ in summary(responses.accounting)
    )
    assert responses.accounting["cells"].gt(0).all()


@settings(deadline=None, max_examples=40)
@given(exports())
def test_what_is_answered_is_in_the_frame_and_nothing_else_is(raw):
    responses = clean([raw], BOOK, wave="w")

    for name, known in (
        ("single", State.ANSWERED),
        ("number", State.ANSWERED),
        ("words", State.TEXT),
    ):
        assert (
            responses.frame[name].notna().tolist()
            == responses.states[name].eq(known.value).tolist()
        )


def test_share_of_unresolved_answers_is_judged_by_item(raw_table, codebook):
    item = Item("q", "Q", Kind.SINGLE, header="Q", choices=(Choice("a", "A"),))
    responses = clean(
        [raw_table(("Q", ["A", "?", "A", "A", None]), ("T", ["x"] * 5))],
        codebook(item, Item("t", "T", Kind.TEXT, header="T")),
        wave="w",
    )

    (problem,) = too_many_unresolved(responses, at_most=0.2)
    assert str(problem) == (
        "codebook.toml: 25.0% of the answers to item 'q' are unresolved, above 20.0%;"
        " add aliases or choices for what the findings list"
    )
    assert too_many_unresolved(responses, at_most=0.25) == []


def test_states_come_before_rules_in_the_summary(raw_table, codebook):
    raw = raw_table(("E-mail", ["a@b"]), ("T", ["x"]), roles={"E-mail": Role.IDENTITY})
    responses = clean([raw], codebook(Item("t", "T", Kind.TEXT, header="T")), wave="w")

    assert list(summary(responses.accounting)) == [
        ("free text", 1),
        ("left out: personal data", 1),
    ]


def test_counts_that_do_not_add_up_stop_the_run(raw_table, codebook):
    """The guard itself: a fault of the program must not go unseen."""
    raw = raw_table(("T", ["x", "y"]))
    responses = clean([raw], codebook(Item("t", "T", Kind.TEXT, header="T")), wave="w")
    halved = responses.accounting.assign(cells=1)

    with pytest.raises(SurveyError, match="1 of 2 cells are accounted for"):
        accounting._check(halved, [raw], ["export.csv"])
