"""Cases that others published, and small tables worked out by hand."""

import dataclasses

import pytest

from surveytools.disclosure import protect, record
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

INTERNAL, WORKSHOP, PUBLIC = Profile


def withheld_bases(safe):
    first = safe.cells[safe.cells["answer"].eq("a0")].set_index("group")
    return set(first.index[first["base"].isna()])


def withheld(safe):
    hidden = safe.cells[safe.cells["withheld"]]
    return set(zip(hidden["group"], hidden["answer"], strict=True))


def test_three_units_of_one_hide_the_next(make_table):
    """Tivian's remainder rule (support.tivian.com/article/49086): together they are
    3, fewer than 5, so the smallest of the others goes as well."""
    table = make_table([[1, 0], [0, 1], [1, 0], [10, 12], [20, 30]])

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert withheld_bases(safe) == {"g0", "g1", "g2", "g3"}


def test_units_that_are_small_alone_but_not_together_hide_nobody_else(make_table):
    table = make_table([[3, 1], [2, 2], [1, 3], [10, 12], [20, 30]])

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert withheld_bases(safe) == {"g0", "g1", "g2"}


def test_one_small_group_is_not_left_to_subtraction_from_the_total(make_table):
    table = make_table([[2, 1], [10, 12], [20, 30]])

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert withheld_bases(safe) == {"g0", "g1"}
    assert "total" not in withheld_bases(safe)


def test_a_total_of_few_is_hidden_wholly(make_table):
    safe = protect(make_table([[2, 1], [1, 0]]), threshold=5, profile=INTERNAL)

    assert safe.cells["withheld"].all()
    assert safe.cells["base"].isna().all()


def test_a_small_group_among_overlapping_ones_hides_no_other(make_table):
    """Nothing adds up where groups overlap, so nothing can be subtracted."""
    table = make_table(
        [[2, 1], [10, 12], [20, 30]],
        bases=[3, 15, 40],
        total=[22, 35],
        total_base=45,
        groups_partition=False,
    )

    assert withheld_bases(protect(table, threshold=5, profile=INTERNAL)) == {"g0"}


def test_one_masked_cell_in_a_row_is_not_enough(make_table):
    """UK LLC: mask at least two cells, by row *and* by column."""
    table = make_table([[2, 20, 30], [9, 25, 35], [40, 50, 60]], sensitive=True)

    safe = protect(table, threshold=5, profile=INTERNAL)

    hidden = withheld(safe)
    assert ("g0", "a0") in hidden
    for axis in (0, 1):
        lines = [cell[axis] for cell in hidden]
        assert all(lines.count(line) >= 2 for line in lines)
    assert len(hidden) == 4


@pytest.mark.parametrize(
    ("profile", "sensitive", "hidden"),
    [
        pytest.param(INTERNAL, False, set(), id="internal sees it"),
        pytest.param(WORKSHOP, False, {("g0", "a0")}, id="workshop doesn't"),
    ],
)
def test_an_answer_that_all_of_a_group_gave(make_table, profile, sensitive, hidden):
    table = make_table(
        [[9, 3, 5], [10, 12, 8], [6, 9, 4]],
        bases=[9, 25, 12],
        total=[20, 20, 15],
        total_base=40,
        groups_partition=False,
        sensitive=sensitive,
    )

    assert withheld(protect(table, threshold=5, profile=profile)) == hidden


@pytest.mark.parametrize(
    ("profile", "sensitive", "hides"),
    [
        pytest.param(INTERNAL, True, False, id="internal, sensitive"),
        pytest.param(WORKSHOP, False, False, id="workshop, not sensitive"),
        pytest.param(WORKSHOP, True, True, id="workshop, sensitive"),
        pytest.param(PUBLIC, False, True, id="public"),
    ],
)
def test_an_answer_that_none_of_a_group_gave(make_table, profile, sensitive, hides):
    table = make_table([[0, 20, 20], [20, 20, 20]], sensitive=sensitive)

    safe = protect(table, threshold=5, profile=profile)

    assert (("g0", "a0") in withheld(safe)) is hides


@pytest.mark.parametrize(
    ("profile", "hides"), [(INTERNAL, False), (WORKSHOP, False), (PUBLIC, True)]
)
def test_a_small_count_of_any_item_is_hidden_from_the_public(
    make_table, profile, hides
):
    """As statistical offices do (Hundepool et al. 2012, 4.2: minimum frequency)."""
    table = make_table([[1, 6, 20], [20, 30, 40], [30, 30, 30]])

    safe = protect(table, threshold=5, profile=profile)

    assert (("g0", "a0") in withheld(safe)) is hides
    assert bool(withheld(safe)) is hides
    assert ("counts of 1 to 4 withheld" in record([safe]).loc[0, "rules"]) is hides


@pytest.mark.parametrize(
    ("profile", "hidden"), [(INTERNAL, set()), (WORKSHOP, set()), (PUBLIC, {"a0"})]
)
def test_few_who_did_not_select_a_choice_are_hidden_from_the_public(
    make_table, profile, hidden
):
    safe = protect(make_table([[18, 9]], bases=[20]), threshold=5, profile=profile)

    assert {answer for group, answer in withheld(safe) if group == "g0"} == hidden


def test_rare_combinations_lose_their_names_in_public(make_table):
    table = make_table([[12, 1, 3], [9, 7, 1]], combinations=True)

    public = protect(table, threshold=5, profile=PUBLIC)
    workshop = protect(table, threshold=5, profile=WORKSHOP)

    assert [answer.code for answer in public.answers] == ["a0", "a1", "~rare"]
    assert [answer.code for answer in workshop.answers] == ["a0", "a1", "a2"]


def test_few_who_did_not_select_a_sensitive_choice_are_hidden(make_table):
    table = make_table([[18, 9]], bases=[20], sensitive=True)

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert ("g0", "a0") in withheld(safe)
    assert ("g0", "a1") not in withheld(safe)


def test_many_mentions_of_few_people_are_hidden(make_table):
    table = make_table(
        [[2, 2, 2], [20, 12, 9]],
        base=BaseKind.MENTIONS,
        respondents=(2, 25, 27),
    )

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert "g0" in withheld_bases(safe)


def test_rare_combinations_of_a_sensitive_item_lose_their_names(make_table):
    table = make_table([[20, 1, 2, 9], [20, 1, 1, 9]], sensitive=True)
    table = dataclasses.replace(table, combinations=True)

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert [choice.code for choice in safe.answers] == ["a0", "a3", "~rare"]
    total = safe.cells.query("group == 'total'").set_index("answer")
    assert total["base"].tolist() == [63, 63, 63]


def test_numbers_left_out_are_hidden_when_small(make_table):
    table = make_table([[20, 30]], unresolved=4, no_group=5)

    safe = protect(table, threshold=5, profile=INTERNAL)

    assert (safe.unresolved, safe.no_group) == (None, 5)


@pytest.mark.parametrize(
    ("counts", "options"),
    [
        pytest.param([[2, 1], [10, 12], [20, 30]], {}, id="small group"),
        pytest.param(
            [[2, 20, 30], [9, 25, 35], [40, 50, 60]],
            {"sensitive": True},
            id="small cell",
        ),
        pytest.param(
            [[1, 0], [0, 1], [1, 0], [10, 12], [20, 30]], {}, id="three units of one"
        ),
        pytest.param(
            [[8, 3, 1], [10, 12, 4], [20, 30, 9]],
            {"bases": [12, 15, 40], "sensitive": True},
            id="choices",
        ),
    ],
)
def test_each_complementary_cell_is_needed(
    make_table, observer, showing, counts, options
):
    """Show any other cell again, and an observer finds a small one."""
    table = make_table(counts, **options)
    safe = protect(table, threshold=5, profile=INTERNAL)
    true = table.cells
    small = true["base"].between(1, 4)
    if table.sensitive:
        rest = true["base"] - true["count"]
        small |= true["count"].between(1, 4)
        small |= rest.between(1, 4) & (not table.answers_partition)
    assert not is_found_out(observer(safe).note_zeros(table), table)

    extra = safe.cells.index[safe.cells["withheld"] & ~small]

    assert len(extra)
    for cell in extra:
        cells = safe.cells.copy()
        group = cells["group"].eq(cells.loc[cell, "group"])
        cells.loc[group, "base"] = true.loc[group, "base"]
        cells.loc[cell, "count"] = true.loc[cell, "count"]
        shown = showing(safe, cells)
        assert is_found_out(observer(shown).note_zeros(table), table)


def is_found_out(observer, table):
    """Say whether an observer can tell that some small number is below 5."""
    for cell in table.cells.itertuples():
        bounds = [observer.bounds([cell.group])] if 1 <= cell.base < 5 else []
        if table.sensitive and 1 <= cell.count < 5:
            bounds.append(observer.bounds([(cell.group, cell.answer)]))
        rest = cell.base - cell.count
        if table.sensitive and not table.answers_partition and 1 <= rest < 5:
            bounds.append(observer.bounds([cell.group], [(cell.group, cell.answer)]))
        if any(high < 5 or high - low < 4 for low, high in bounds):
            return True
    return False
