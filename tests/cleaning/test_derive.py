"""Derived items, and why their answers are missing."""

from dataclasses import replace

import pandas as pd
import pytest

from surveytools.cleaning import Choice, Derivation, Item, Kind, Missing, clean

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
SCALE = (
    Choice("low", "Low", value=1),
    Choice("mid", "Mid", value=2),
    Choice("high", "High", value=3),
    Choice("dk", "Don't know", missing=Missing.DONT_KNOW),
)
ROWS = (Choice("swan", "SWAN"), Choice("eos", "EOS"))
USE = Item("use", "Use", Kind.SINGLE, header="Use", choices=SCALE)
OPINION = replace(USE, code="opinion", header="Opinion", asked_if="use = high")
TOOLS = Item(
    "tools",
    "Tools",
    Kind.MULTIPLE,
    header="Tools",
    choices=(
        Choice("git", "Git"),
        Choice("cvs", "CVS"),
        Choice("fax", "Fax"),
        Choice("na", "N/A", missing=Missing.NOT_APPLICABLE),
    ),
)
GRID = Item("grid", "Grid", Kind.MATRIX, header="Grid", rows=ROWS, choices=SCALE)
LIKE = replace(GRID, code="like", header="Like")
GROUPS = (Choice("little", "Little"), Choice("much", "Much"))
REGROUPED = {"little": ("low", "mid"), "much": ("high",)}


@pytest.fixture
def derived(raw_table, codebook):
    """Clean columns and give values and states of one derived item."""

    def make(item, *columns, items):
        height = len(columns[0][1])
        raw = raw_table(*columns, ("Always", ["x"] * height))
        always = Item("always", "Always", Kind.TEXT, header="Always")
        responses = clean([raw], codebook(*items, always, item), wave="w")
        frame = responses.frame[list(item.columns())].astype("object")
        values = frame.where(frame.notna(), None).to_numpy().tolist()
        states = responses.states[list(item.state_columns())].to_numpy().tolist()
        kinds = [str(dtype) for dtype in responses.frame[list(item.columns())].dtypes]
        return values, states, kinds

    return make


def item(how, kind, *, source="use", choices=(), rows=(), groups=None, condition=None):
    derivation = Derivation(source, how, groups or {}, condition)
    return Item("d", "D", kind, choices=choices, rows=rows, derivation=derivation)


def test_regroup_single_response(derived):
    values, states, kinds = derived(
        item("regroup", Kind.SINGLE, choices=GROUPS, groups=REGROUPED),
        ("Use", ["Mid", "High", "Don't know", "What", None]),
        items=[USE],
    )

    assert values == [["little"], ["much"], [None], [None], [None]]
    assert states == [
        ["coded answer"],
        ["coded answer"],
        ["don't know"],
        ["unresolved"],
        ["asked, no answer"],
    ]
    assert kinds == ["category"]


def test_regroup_each_row_of_a_matrix(derived):
    values, states, _ = derived(
        item(
            "regroup",
            Kind.MATRIX,
            source="grid",
            choices=GROUPS,
            rows=ROWS,
            groups=REGROUPED,
        ),
        ("Grid: SWAN", ["Low", "High"]),
        ("Grid: EOS", ["High", None]),
        items=[GRID],
    )

    assert values == [["little", "much"], ["much", None]]
    assert states[1] == ["coded answer", "asked, no answer"]


def test_net_of_a_multiple_response(derived):
    values, states, _ = derived(
        item(
            "net",
            Kind.SINGLE,
            source="tools",
            choices=YES_NO,
            groups={"yes": ("git", "cvs")},
        ),
        ("Tools", ["CVS", "Fax", "N/A", None]),
        items=[TOOLS],
    )

    assert values == [["yes"], ["no"], [None], [None]]
    assert states[2:] == [["not applicable"], ["asked, no answer"]]


def test_selected_rows_of_a_matrix(derived):
    values, states, kinds = derived(
        item(
            "selected",
            Kind.MULTIPLE,
            source="grid",
            choices=ROWS,
            groups={"selected": ("mid", "high")},
        ),
        ("Grid: SWAN", ["Low", "High", "Don't know"]),
        ("Grid: EOS", ["High", None, "Low"]),
        items=[GRID],
    )

    assert values == [[False, True], [True, None], [None, False]]
    assert states == [
        ["coded answer", "coded answer"],
        ["coded answer", "asked, no answer"],
        ["don't know", "coded answer"],
    ]
    assert kinds == ["boolean", "boolean"]


def test_count_of_choices_selected(derived):
    values, states, kinds = derived(
        item("count", Kind.NUMBER, source="tools"),
        ("Tools", ["Git; Fax", "Git; N/A", "N/A", None]),
        items=[TOOLS],
    )

    assert values == [[2.0], [1.0], [None], [None]]
    assert states[2:] == [["not applicable"], ["asked, no answer"]]
    assert kinds == ["Float64"]


def test_midpoint_of_a_scale(derived):
    values, states, kinds = derived(
        item("midpoint", Kind.NUMBER),
        ("Use", ["High", "Don't know", None]),
        items=[USE],
    )

    assert values == [[3.0], [None], [None]]
    assert states == [["coded answer"], ["don't know"], ["asked, no answer"]]
    assert kinds == ["Float64"]


def test_condition_is_yes_no_or_not_known(derived):
    values, states, _ = derived(
        item(
            "condition",
            Kind.SINGLE,
            source="",
            choices=YES_NO,
            condition="use = high and tools = git",
        ),
        ("Use", ["High", "Low", "High", "What", None]),
        ("Tools", ["Git", None, None, "Git", "Git"]),
        items=[USE, TOOLS],
    )

    assert values == [["yes"], ["no"], [None], [None], [None]]
    assert states == [
        ["coded answer"],
        ["coded answer"],
        ["asked, no answer"],
        ["unresolved"],
        ["asked, no answer"],
    ]


def test_where_keeps_the_rows_for_which_the_condition_holds(derived):
    """A rating of a service counts only from those who use it."""
    values, states, _ = derived(
        item(
            "where",
            Kind.MATRIX,
            source="like",
            choices=SCALE,
            rows=ROWS,
            condition="grid.* in (mid, high)",
        ),
        ("Grid: SWAN", ["High", "Low", None]),
        ("Grid: EOS", ["Low", "Mid", "High"]),
        ("Like: SWAN", ["Low", "Low", "Low"]),
        ("Like: EOS", ["High", "High", None]),
        items=[GRID, LIKE],
    )

    assert values == [["low", None], [None, "high"], [None, None]]
    assert states == [
        ["coded answer", "not asked"],
        ["not asked", "coded answer"],
        ["unknown whether asked", "asked, no answer"],
    ]


@pytest.mark.parametrize(
    ("source", "kind", "more"),
    [
        pytest.param("tools", Kind.MULTIPLE, {"choices": TOOLS.choices}, id="multiple"),
        pytest.param("use", Kind.SINGLE, {"choices": SCALE}, id="single"),
        pytest.param("always", Kind.TEXT, {}, id="text"),
    ],
)
def test_where_works_for_respondents(derived, source, kind, more):
    values, states, _ = derived(
        item("where", kind, source=source, condition="use = high", **more),
        ("Use", ["High", "Low"]),
        ("Tools", ["Git", "Git"]),
        items=[USE, TOOLS],
    )

    assert any(value is not None for value in values[0])
    assert all(value is None for value in values[1])
    assert states[1] == ["not asked"]


def test_units_are_merged_as_the_groups_say(derived):
    """`load_codebook` puts the groups of units.toml into the derivation."""
    merged = (Choice("low", "Low"), Choice("others", "Others"))
    values, _, _ = derived(
        item(
            "merge-units",
            Kind.SINGLE,
            choices=merged,
            groups={"low": ("low",), "others": ("mid", "high", "dk")},
        ),
        ("Use", ["Low", "Mid", "High"]),
        items=[USE],
    )

    assert values == [["low"], ["others"], ["others"]]


def test_derived_item_may_stand_on_another(raw_table, codebook):
    first = item("regroup", Kind.SINGLE, choices=GROUPS, groups=REGROUPED)
    second = Item(
        "e",
        "E",
        Kind.SINGLE,
        choices=YES_NO,
        derivation=Derivation("", "condition", condition="d = much"),
    )
    raw = raw_table(("Use", ["High", "Low"]))

    frame = clean([raw], codebook(USE, first, second), wave="w").frame

    assert frame["e"].tolist() == ["yes", "no"]
    assert isinstance(frame["e"].dtype, pd.CategoricalDtype)


def test_item_that_was_not_asked_derives_nothing(derived):
    values, states, _ = derived(
        item("midpoint", Kind.NUMBER, source="opinion"),
        ("Use", ["Low", "High"]),
        ("Opinion", [None, "Mid"]),
        items=[USE, OPINION],
    )

    assert values == [[None], [2.0]]
    assert states == [["not asked"], ["coded answer"]]
