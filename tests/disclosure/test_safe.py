import copy
import dataclasses
import pickle

import pandas as pd
import pytest

from surveytools.disclosure import (
    SafeTable,
    protect,
    protect_all,
    record,
    select_group,
)
from surveytools.disclosure.writing import as_csv
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile


@pytest.fixture
def safe(make_table):
    table = make_table([[2, 1], [10, 12], [20, 30]])
    return protect(table, threshold=5, profile=Profile.WORKSHOP)


def test_nobody_makes_a_safe_table_by_hand(safe):
    fields = [name for name in SafeTable.__slots__ if name != "permit"]

    with pytest.raises(DisclosureError, match=r"made by disclosure\.protect alone"):
        SafeTable(**{name: getattr(safe, name) for name in fields})


def test_no_copy_of_a_safe_table_has_other_numbers(safe, make_table):
    truth = make_table([[2, 1], [10, 12], [20, 30]]).cells

    with pytest.raises(DisclosureError, match=r"made by disclosure\.protect alone"):
        dataclasses.replace(safe, cells=truth)
    with pytest.raises(DisclosureError, match=r"made by disclosure\.protect alone"):
        dataclasses.replace(safe, no_group=3)
    with pytest.raises(DisclosureError, match="isn't pickled"):
        pickle.dumps(safe)
    assert copy.copy(safe) is safe
    assert copy.deepcopy(safe) is safe
    assert dataclasses.replace(safe, title="Another").title == "Another"


def test_numbers_that_were_changed_are_not_written(safe):
    safe.cells.loc[0, ["count", "base"]] = [2, 3]

    with pytest.raises(DisclosureError, match=r"made by disclosure\.protect alone"):
        as_csv(safe)


def test_no_other_kind_of_safe_table_leaves_the_check_out():
    with pytest.raises(DisclosureError, match="no other kinds"):
        type("Lax", (SafeTable,), {"require_untouched": lambda _: None})


def test_no_hidden_number_lies_beneath_a_mask(safe):
    hidden = safe.cells["withheld"].to_numpy()

    for name in ("count", "base"):
        unmasked = safe.cells[name].array._data
        assert not unmasked[hidden].any()
        assert unmasked[~hidden].all()


def test_repr_shows_no_number_of_a_cell(safe):
    assert repr(safe) == "SafeTable(t: use by dept, 8 cells, 4 withheld)"


def test_protect_leaves_its_argument_as_it_was(make_table):
    table = make_table([[2, 1], [10, 12], [20, 30]])
    before = table.cells.copy()

    protect(table, threshold=5, profile=Profile.WORKSHOP)

    pd.testing.assert_frame_equal(table.cells, before)


def test_protect_refuses_a_threshold_below_one(make_table):
    with pytest.raises(ValueError, match="a threshold is at least 1, not 0"):
        protect(make_table([[2, 1]]), threshold=0, profile=Profile.PUBLIC)


def test_protect_refuses_numbers_that_do_not_add_up(make_table):
    table = make_table([[2, 1], [10, 12]], total=[13, 12])

    with pytest.raises(DisclosureError, match="numbers of table 't' don't add up"):
        protect(table, threshold=5, profile=Profile.WORKSHOP)


def test_select_group_takes_a_protected_column_as_it_is(safe):
    one = select_group(safe, "g2")

    assert [group.code for group in one.groups] == ["g2"]
    assert one.cells["count"].tolist() == [20, 30]
    assert select_group(safe, "g0").cells["count"].isna().all()


def test_select_group_names_the_groups_that_there_are(safe):
    with pytest.raises(DisclosureError) as caught:
        select_group(safe, "g9")

    assert str(caught.value) == (
        "table 't' has no group 'g9'; it has g0, g1, g2, total"
    )


def test_record_has_a_row_a_table(make_table):
    tables = [
        make_table([[2, 1], [10, 12], [20, 30]]),
        make_table([[20, 30]], id="opinion", sensitive=True),
    ]

    listed = record(protect_all(tables, threshold=5, profile=Profile.WORKSHOP))

    assert listed["id"].tolist() == ["t", "opinion"]
    assert listed["withheld"].tolist() == [4, 0]
    assert listed["cells"].tolist() == [8, 4]
    first, second = listed["rules"]
    assert first == (
        "groups of 1 to 4 respondents withheld; answers that all of a group gave "
        "withheld; and what would give these away"
    )
    assert second == (
        "groups of 1 to 4 respondents withheld; counts of 1 to 4 withheld, and what "
        "they leave over; answers that all of a group gave withheld; answers that "
        "none of a group gave withheld; and what would give these away"
    )


def test_record_marks_what_is_not_protected(make_table):
    safe = protect(make_table([[2, 1]]), threshold=1, profile=Profile.WORKSHOP)

    assert record([safe])["rules"][0].startswith("UNPROTECTED")
