"""The audit is computed, so it can't leave anything out."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.cleaning import audit

texts = st.one_of(st.none(), st.sampled_from(["", "a", "b", "a b"]))


def frame(*rows, kept=None):
    index = pd.MultiIndex.from_product(
        [["export.csv"], range(2, len(rows) + 2)], names=["export", "row"]
    )
    made = pd.DataFrame(list(rows), index=index, columns=["p", "q"]).astype("str")
    return made if kept is None else made[kept]


def test_changed_cells_and_lost_rows_are_listed():
    before = frame(("a", None), ("b", "c"), ("d", "e"))
    after = frame(("a", "new"), (None, "c"), ("d", "e"), kept=[True, True, False])

    changes = audit.diff(before, after, step="s")

    assert changes.astype("object").where(
        changes.notna(), None
    ).to_numpy().tolist() == [
        ["s", "export.csv", 4, "*", None, None],
        ["s", "export.csv", 3, "p", "b", None],
        ["s", "export.csv", 2, "q", None, "new"],
    ]


def test_equal_frames_have_no_audit():
    changes = audit.diff(frame(("a", None)), frame(("a", None)), step="s")

    assert changes.empty
    assert tuple(changes.columns) == audit.COLUMNS


@pytest.mark.parametrize("dtype", ["str", "category"])
@settings(deadline=None, max_examples=60)
@given(pairs=st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=6))
def test_audit_applied_to_before_gives_after(dtype, pairs):
    before = frame(*(pair[:2] for pair in pairs))
    after = frame(*(pair[2:] for pair in pairs))

    changes = audit.diff(before.astype(dtype), after.astype(dtype), step="s")

    rebuilt = before.copy()
    for change in changes.itertuples():
        rebuilt.loc[(change.export, change.row), change.column] = change.after
    pd.testing.assert_frame_equal(rebuilt, after)
    assert not changes["before"].fillna("\0").eq(changes["after"].fillna("\0")).any()
