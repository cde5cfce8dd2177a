"""Tables protected together: what one can't tell, several can't either."""

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surveytools.disclosure import Ledger, protect, protect_all
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

sys.path.insert(0, str(Path(__file__).parent))
from studies import Asked, Attacker, draw_plan, draw_responses, tabulated

THRESHOLDS = (3, 5)


def attacked(seed, *, blank=False):
    """Draw a study, protect its plan, and list what the attacker finds out.

    Every third study asks some respondents less, every fifth has two waves. With
    ``blank``, some answer that they use no tool.
    """
    random = np.random.default_rng(seed)
    skips, waves = seed % 3 == 1, ["2026", "2027"][: 1 + (seed % 5 == 2)]
    drawn = [
        draw_responses(random, skips=skips, blank=blank, wave=wave) for wave in waves
    ]
    threshold = int(random.choice(THRESHOLDS))
    profile = Profile(str(random.choice([each.value for each in Profile])))
    public = profile is Profile.PUBLIC  # see the limits in docs/method.md
    plans = [draw_plan(random, skips=skips, blank=blank, apart=public) for _ in waves]
    tables = [
        table
        for plan, responses in zip(plans, drawn, strict=True)
        for table in tabulated(plan, responses)
    ]
    safe = protect_all(tables, threshold=threshold, profile=profile)
    found = []
    for plan, responses in zip(plans, drawn, strict=True):
        own, safe = safe[: len(plan)], safe[len(plan) :]
        options = {"threshold": threshold, "profile": profile}
        found += found_out(plan, tables[: len(plan)], own, responses, **options)
        tables = tables[len(plan) :]
    return found


def found_out(plan, tables, safe, responses, *, threshold=5, profile=Profile.INTERNAL):
    attacker = Attacker(plan, responses)
    for asked, table in zip(plan, safe, strict=True):
        attacker.read(asked, table)
    return [
        what
        for atoms, what in attacker.dangers(
            plan, safe, threshold=threshold, profile=profile
        )
        if attacker.is_certain(atoms, threshold)
    ]


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_no_attacker_finds_a_small_number_in_the_tables_of_a_study(first):
    assert {seed: attacked(seed) for seed in range(first, first + 10)} == {
        seed: [] for seed in range(first, first + 10)
    }


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(106, id="all but one department are few"),
        pytest.param(241, id="all but those of a department with some answers"),
        pytest.param(541, id="those who gave a sensitive item no answer"),
        pytest.param(823, id="two tables, each filtered by the item of the other"),
    ],
)
def test_no_attacker_finds_what_filtered_tables_leave_over(seed):
    assert attacked(seed) == []


@pytest.mark.parametrize("first", range(0, 20, 10))
def test_no_attacker_finds_a_small_number_of_those_who_selected_any(first):
    seeds = range(first, first + 10)
    assert {s: found for s in seeds if (found := attacked(s, blank=True))} == {}


@pytest.mark.long
@pytest.mark.parametrize("first", range(20, 300, 20))
def test_no_attacker_finds_a_small_number_of_selections_in_many_studies(first):
    seeds = range(first, first + 20)
    assert {s: found for s in seeds if (found := attacked(s, blank=True))} == {}


@pytest.mark.long
@pytest.mark.parametrize("first", range(50, 1000, 50))
def test_no_attacker_finds_a_small_number_in_many_studies(first):
    assert {s: found for s in range(first, first + 50) if (found := attacked(s))} == {}


@pytest.fixture
def responses():
    return draw_responses(np.random.default_rng(11), size=80)


def with_departments(responses, missing):
    """Let the first respondents have given no department."""
    frame, states = responses.frame.copy(), responses.states.copy()
    code = np.random.default_rng(3).choice(["it", "ep", "hse"], len(frame))
    frame["dept"] = pd.Categorical(
        np.where(np.arange(len(frame)) < missing, None, code),
        categories=["it", "ep", "th", "hse"],
        ordered=True,
    )
    states["dept"] = pd.Categorical(
        np.where(np.arange(len(frame)) < missing, "asked, no answer", "coded answer"),
        categories=states["dept"].cat.categories,
    )
    return dataclasses.replace(responses, frame=frame, states=states)


def protected(plan, responses):
    tables = tabulated(plan, responses)
    return protect_all(tables, threshold=5, profile=Profile.INTERNAL)


def test_few_without_a_department_are_not_left_to_subtraction(responses):
    """Each table may be shown alone; together they tell what three people said."""
    people = with_departments(responses, 3)
    plan = [Asked("use"), Asked("use", by="dept")]
    alone = [
        protect(table, threshold=5, profile=Profile.INTERNAL)
        for table in tabulated(plan, people)
    ]

    one, by = protected(plan, people)

    assert not any(table.cells["withheld"].any() for table in alone)
    assert not one.cells["withheld"].any()  # declared first
    assert by.cells.query("group == 'total'")["base"].isna().all()
    assert by.cells.groupby("group")["base"].first().isna().sum() == 2
    assert by.no_group is None


def test_enough_without_a_department_hide_nothing(responses):
    plan = [Asked("use"), Asked("use", by="dept")]

    tables = protected(plan, with_departments(responses, 20))

    assert not any(table.cells["withheld"].any() for table in tables)


def test_the_table_declared_first_is_shown(responses):
    people = with_departments(responses, 3)

    by, one = protected([Asked("use", by="dept"), Asked("use")], people)

    assert not by.cells["withheld"].any()
    assert one.cells["withheld"].all()


def test_a_filter_that_leaves_few_out_hides_the_filtered_table(responses):
    """Everybody, and everybody but those who gave a rare answer."""
    frame = responses.frame.copy()
    frame["use"] = pd.Categorical(
        np.where(np.arange(len(frame)) < 3, "no", "yes"),
        categories=["yes", "trial", "no"],
        ordered=True,
    )
    states = responses.states.assign(
        use=pd.Categorical(
            ["coded answer"] * len(frame),
            categories=responses.states["use"].cat.categories,
        )
    )
    people = dataclasses.replace(responses, frame=frame, states=states)
    plan = [Asked("tools"), Asked("tools", where=("use", ("yes",)))]

    everybody, filtered = protected(plan, people)

    assert not everybody.cells["withheld"].any()
    assert filtered.cells["withheld"].all()


def test_regrouped_answers_are_compared_with_those_they_stand_for(responses):
    people = with_departments(responses, 3)
    plan = [Asked("use"), Asked("use2", by="dept")]

    _, by = protected(plan, people)

    assert by.cells.query("group == 'total'")["withheld"].all()
    assert (
        found_out(plan, tabulated(plan, people), protected(plan, people), people) == []
    )


LOW = ("view", ("low", "mid"))
SOME = ("use", ("yes", "trial"))


@pytest.mark.parametrize(
    ("seed", "plan", "threshold", "profile"),
    [
        pytest.param(
            551,
            [
                Asked("dept", base=BaseKind.ALL),
                Asked("tools", combinations=True),
                Asked("tools", by="dept"),
            ],
            5,
            Profile.WORKSHOP,
            id="those in no group, from exact combinations",
        ),
        pytest.param(
            563,
            [Asked("use", by="tools"), Asked("tools", where=SOME)],
            3,
            Profile.PUBLIC,
            id="choices as groups, and filtered by the answer",
        ),
        pytest.param(
            669,
            [Asked("view", by="tools"), Asked("tools", where=LOW)],
            3,
            Profile.WORKSHOP,
            id="the same, of a sensitive item",
        ),
    ],
)
def test_what_two_tables_name_otherwise_is_the_same(seed, plan, threshold, profile):
    people = draw_responses(np.random.default_rng(seed))
    tables = tabulated(plan, people)
    options = {"threshold": threshold, "profile": profile}

    safe = protect_all(tables, **options)

    assert found_out(plan, tables, safe, people, **options) == []


def test_waves_are_other_people(responses):
    people = with_departments(responses, 3)
    later = dataclasses.replace(people, wave="2027")
    one = tabulated([Asked("use")], people)
    by = tabulated([Asked("use", by="dept")], later)

    tables = protect_all([*one, *by], threshold=5, profile=Profile.INTERNAL)

    assert not any(table.cells["withheld"].any() for table in tables)


def test_each_complementary_cell_of_a_later_table_is_needed(responses, showing):
    people = with_departments(responses, 3)
    plan = [Asked("use"), Asked("use", by="dept")]
    tables = tabulated(plan, people)
    first, by = protected(plan, people)
    assert found_out(plan, tables, [first, by], people) == []

    groups = by.cells.loc[by.cells["withheld"], "group"].unique()

    assert len(groups) == 2
    for group in groups:
        own = by.cells["group"].eq(group)
        cells = by.cells.copy()
        cells.loc[own, ["count", "base"]] = tables[1].cells.loc[own, ["count", "base"]]
        shown = showing(by, cells)
        assert found_out(plan, tables, [first, shown], people) != [], group


def test_what_is_asked_for_beside_the_plan_changes_nothing(responses):
    people = with_departments(responses, 3)
    declared = tabulated([Asked("dept", base=BaseKind.ALL), Asked("use")], people)
    beside = tabulated([Asked("use", by="dept"), Asked("use2"), Asked("view")], people)
    ledger = Ledger.of(declared, threshold=5, profile=Profile.WORKSHOP)
    before = [table.cells.copy() for table in ledger.safe()]

    found = {
        order: [ledger.beside([beside[at]])[0].cells for at in order]
        for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0))
    }

    for order, cells in found.items():
        for at, table in zip(order, cells, strict=True):
            pd.testing.assert_frame_equal(table, found[0, 1, 2][at])
    for cells, table in zip(before, ledger.safe(), strict=True):
        pd.testing.assert_frame_equal(cells, table.cells)
    assert found[0, 1, 2][0].query("group == 'total'")["withheld"].all()


def test_a_decision_is_taken_over_for_equal_tables_alone(responses):
    people = with_departments(responses, 3)
    tables = tabulated([Asked("use"), Asked("use", by="dept")], people)
    options = {"threshold": 5, "profile": Profile.WORKSHOP}
    ledger = Ledger.of(tables, **options)
    decided = ledger.decisions()
    content = json.loads(decided)
    hidden = [[each.replace("1", "0") for each in one] for one in content["hidden"]]
    nothing = json.dumps(content | {"hidden": hidden})

    again = Ledger.of(tables, **options, decided=decided)
    other = Ledger.of(tables[::-1], **options, decided=nothing)

    assert again.decisions() == decided
    for one, two in zip(ledger.safe(), again.safe(), strict=True):
        pd.testing.assert_frame_equal(one.cells, two.cells)
    assert any(table.cells["withheld"].any() for table in other.safe())


def test_nothing_is_hidden_by_a_threshold_of_one(responses):
    tables = tabulated([Asked("view"), Asked("view", by="dept")], responses)

    safe = protect_all(tables, threshold=1, profile=Profile.PUBLIC)

    assert not any(table.cells["withheld"].any() for table in safe)
