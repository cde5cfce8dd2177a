"""Whatever the table: an observer learns no small number from what is shown."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure import protect
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

profiles = st.sampled_from(Profile)
thresholds = st.sampled_from([2, 3, 5, 10])


@st.composite
def tables(draw, make_table):
    groups, answers = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    sensitive = draw(st.booleans())
    if draw(st.booleans()):
        numbers = st.one_of(st.integers(0, 30), st.integers(0, 3))
        line = st.lists(numbers, min_size=answers, max_size=answers)
        counts = draw(st.lists(line, min_size=groups, max_size=groups))
        return make_table(counts, sensitive=sensitive)
    # Choices and overlapping groups can't be drawn cell by cell: draw people.
    people = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size, often = draw(st.integers(1, 60)), draw(st.sampled_from([0.03, 0.3, 0.97]))
    selects = people.random((size, answers)) < often
    overlap = draw(st.booleans())
    if overlap:
        member = people.random((size, groups)) < draw(st.sampled_from([0.1, 0.5]))
    else:
        member = np.eye(groups, dtype=bool)[people.integers(0, groups, size)]
    inside = member.any(axis=1)
    return make_table(
        (member.T.astype(int) @ selects).tolist(),
        bases=member.sum(axis=0).tolist(),
        total=selects[inside].sum(axis=0).tolist(),
        total_base=int(inside.sum()),
        sensitive=sensitive,
        groups_partition=not overlap,
    )


def truth(table):
    return table.cells.set_index(["group", "answer"])[["count", "base"]]


def assert_uncertain(bounds, threshold, what):
    low, high = bounds
    assert high >= threshold, (what, bounds)
    assert high - low >= threshold - 1, (what, bounds)


def assert_protected(table, safe, observer):
    """Recompute from the truth which numbers are dangerous, and try to find them."""
    t, profile = safe.threshold, safe.profile
    guess_all = profile is not Profile.INTERNAL and len(table.answers) > 1
    guess_none = profile is Profile.PUBLIC or (
        profile is Profile.WORKSHOP and table.sensitive
    )
    each = table.sensitive or profile is Profile.PUBLIC
    for (group, answer), count, base in truth(table).itertuples():
        cell, what = (group, answer), (group, answer, count, base)
        if 1 <= base < t:
            assert_uncertain(observer.bounds([group]), t, what)
            if count:
                low, high = observer.bounds([cell])
                assert low < high, what
        if each and 1 <= count < t:
            assert_uncertain(observer.bounds([cell]), t, what)
        if each and not table.answers_partition and 1 <= base - count < t:
            assert_uncertain(observer.bounds([group], [cell]), t, what)
        if guess_all and base and count == base:
            assert observer.bounds([group], [cell])[1] >= t - 1, what
        if guess_none and base and not count:
            assert_uncertain(observer.bounds([cell]), t, what)


@settings(max_examples=80, deadline=None)
@given(st.data(), thresholds, profiles)
def test_no_observer_finds_a_small_number(
    make_table, observer, data, threshold, profile
):
    table = data.draw(tables(make_table))

    safe = protect(table, threshold=threshold, profile=profile)

    assert_protected(table, safe, observer(safe).note_zeros(table))


@settings(max_examples=20, deadline=None)
@given(st.data(), thresholds, profiles)
def test_no_row_of_a_matrix_gives_a_small_number_away(
    make_table, observer, data, threshold, profile
):
    """Bases of a row are its own, or everybody's and so the same in each row."""
    everybody = data.draw(st.booleans())
    groups, answers = data.draw(st.integers(1, 4)), data.draw(st.integers(2, 4))
    line = st.lists(st.integers(0, 12), min_size=answers, max_size=answers)
    first = data.draw(st.lists(line, min_size=groups, max_size=groups))
    if everybody:
        second = [data.draw(st.permutations(line)) for line in first]
    else:
        second = data.draw(st.lists(line, min_size=groups, max_size=groups))
    parts = [make_table(counts, sensitive=True) for counts in (first, second)]
    cells = [part.cells.assign(row=f"r{at}") for at, part in enumerate(parts)]
    matrix = dataclasses.replace(
        parts[0],
        rows=(Choice("r0", "R0"), Choice("r1", "R1")),
        base=BaseKind.ALL if everybody else BaseKind.ANSWERED,
        cells=pd.concat(cells),
    )

    safe = protect(matrix, threshold=threshold, profile=profile)

    for at, part in enumerate(parts):
        row = safe.cells[safe.cells["row"].eq(f"r{at}")]
        assert_protected(part, safe, observer(safe, row))
    if everybody:
        known = safe.cells.groupby("group")["base"].agg(lambda b: b.isna().nunique())
        assert known.eq(1).all()


@settings(max_examples=30, deadline=None)
@given(st.data(), thresholds, profiles)
def test_what_is_shown_is_true_and_whole(make_table, data, threshold, profile):
    table = data.draw(tables(make_table))

    safe = protect(table, threshold=threshold, profile=profile)

    cells, true = safe.cells, table.cells
    shown = ~cells["withheld"]
    assert cells["count"].isna().tolist() == cells["withheld"].tolist()
    assert cells.loc[~shown, ["share", "low", "high"]].isna().all(axis=None)
    for column in ("count", "base", "share", "low", "high"):
        both = cells[column].notna()
        assert cells.loc[both, column].tolist() == true.loc[both, column].tolist()
    assert cells.loc[shown, "base"].notna().all()
    assert cells[["group", "row", "answer"]].equals(true[["group", "row", "answer"]])


@settings(max_examples=15, deadline=None)
@given(st.data(), thresholds, profiles, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    make_table, data, threshold, profile, shuffle
):
    table = data.draw(tables(make_table))
    order = list(range(len(table.cells)))
    shuffle.shuffle(order)
    shuffled = dataclasses.replace(table, cells=table.cells.iloc[order])

    one = protect(table, threshold=threshold, profile=profile)
    other = protect(shuffled, threshold=threshold, profile=profile)

    pd.testing.assert_frame_equal(one.cells, other.cells)


@pytest.mark.parametrize("profile", Profile)
def test_a_threshold_of_one_hides_nothing(make_table, profile):
    table = make_table([[1, 0], [2, 3]], sensitive=True)

    safe = protect(table, threshold=1, profile=profile)

    assert not safe.cells["withheld"].any()
    assert not safe.protected


@pytest.mark.parametrize(
    ("counts", "options"),
    [
        pytest.param([[1, 1, 1, 1, 1, 0, 22, 50]], {"names_groups": True}, id="groups"),
        pytest.param([[1, 1], [1, 2], [0, 0], [10, 12], [20, 30]], {}, id="bases"),
        pytest.param(
            [[1, 40]] * 5 + [[0, 30], [10, 12], [20, 30]],
            {"sensitive": True},
            id="sensitive",
        ),
    ],
)
def test_what_is_hidden_is_not_0_where_a_0_would_be_shown(
    make_table, observer, counts, options
):
    """Five groups that aren't empty have five respondents: each has one."""
    table = make_table(counts, **options)

    safe = protect(table, threshold=5, profile=Profile.INTERNAL)

    assert safe.cells["count"].eq(0).any()
    watching = observer(safe).note_zeros(table)
    for cell in table.cells.itertuples():
        if 1 <= cell.base < 5:
            assert_uncertain(watching.bounds([cell.group]), 5, cell.group)
        if options and 1 <= cell.count < 5:
            at = (cell.group, cell.answer)
            assert_uncertain(watching.bounds([at]), 5, at)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    ("counts", "threshold"),
    [([[1], [1]], 2), ([[1], [1], [1]], 3), ([[1], [1], [0]], 2)],
)
def test_groups_of_one_are_not_told_by_how_many_there_are(
    make_table, observer, counts, threshold, profile
):
    """Of one answer, a count is its base, of which a 0 would be shown."""
    table = make_table(counts)

    safe = protect(table, threshold=threshold, profile=profile)

    watching = observer(safe).note_zeros(table)
    assert_uncertain(watching.bounds(["g0"]), threshold, "g0")
