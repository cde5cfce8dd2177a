"""Only texts that may change are looked at, and only rows that may be equal."""

import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.cleaning import Item, Kind, clean
from surveytools.study import RowRules

INVISIBLE = "\u200b\ufeff"
BLANKS = [c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace()]


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.NUMBER])
def test_every_blank_of_unicode_is_tidied(raw_table, codebook, kind):
    """Python's own `str.strip` and `str.split` say what a blank is."""
    places = ["a{}b", "{}a", "a{}", "a {}b", "a b{}", "{}"]
    given = [place.format(c) for c in [*BLANKS, *INVISIBLE] for place in places]
    raw = raw_table(("Q", given), ("OTHER", ["x"] * len(given)))
    book = codebook(
        Item("q", "Q", kind, header="Q"), Item("o", "O", Kind.TEXT, header="OTHER")
    )

    changes = clean([raw], book, wave="w").audit

    bare = [text.translate(dict.fromkeys(map(ord, INVISIBLE))) for text in given]
    tidy = [t.strip() if kind is Kind.TEXT else " ".join(t.split()) for t in bare]
    tidied = changes[changes["step"] == "tidy_text"].set_index("row")
    expected = {
        row: new or None
        for row, (old, new) in enumerate(zip(given, tidy, strict=True), start=2)
        if new != old
    }
    found = tidied["after"].astype(object).where(tidied["after"].notna(), None)
    assert found.to_dict() == expected


CELLS = st.sampled_from([None, "1", "1.0", "+1", "x", "y"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12))
def test_rows_are_equal_as_pandas_finds_them(raw_table, codebook, rows):
    """`DataFrame.duplicated` on the plain numbers and texts is the other opinion."""
    columns = list(zip(*rows, strict=True))
    raw = raw_table(("N", columns[0]), ("A", columns[1]), ("B", columns[2]))
    book = codebook(
        Item("n", "N", Kind.NUMBER, header="N"),
        Item("a", "A", Kind.TEXT, header="A"),
        Item("b", "B", Kind.TEXT, header="B"),
    )

    kept = clean([raw], book, wave="w", rows=RowRules(duplicates="later")).frame

    plain = pd.DataFrame(rows, columns=["n", "a", "b"], index=range(2, len(rows) + 2))
    plain["n"] = plain["n"].replace({"+1": "1"})
    plain = plain[plain.notna().any(axis=1)]
    expected = plain[~plain.duplicated()].index
    assert kept.index.get_level_values("row").tolist() == expected.tolist()
