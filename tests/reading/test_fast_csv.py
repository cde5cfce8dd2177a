"""The fast way and the exact way through a CSV file give the same cells.

The exact way is the standard library's `csv`, whose reading of a table is the
specification here.
"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveytools.errors import ExportError, Location
from surveytools.reading import read_export
from surveytools.reading.exact_csv import parse_exactly
from surveytools.reading.fast_csv import parse_blocks

ROOMY = 16 << 20
WHERE = Location("export.csv")
CELLS = ["", '""', "a", '"a,"', '"x""y"', '"\n"', '"\r\n"', 'b"c', '"q"z', ' "x"', "é"]
ROWS = st.lists(st.lists(st.sampled_from(CELLS), min_size=2, max_size=2), max_size=6)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LAST = st.sampled_from(["", "\n", "\r\n", "\n\n", '"', '\n"'])
PIECES = ["a", '"', '""', ",", "\n", "\r", "\r\n", "\u2028", "\ufeff", " "]


def both(text, *, block=ROOMY):
    """Cells of both ways; ``None`` for the fast one where it leaves it to the other."""
    fast = parse_blocks(memoryview(text.encode()), ",", 2, block=block)
    try:
        exact = parse_exactly(text, ",", WHERE)
    except ExportError:
        return fast, None
    columns = {n: cells.to_pylist() for n, cells in exact.columns.items()}
    if fast is not None:
        fast = {n: cells.to_pylist() for n, cells in fast.items()}
        if not exact.tells_blanks:
            fast = {n: [cell or None for cell in cells] for n, cells in fast.items()}
            columns = {n: [c or None for c in cells] for n, cells in columns.items()}
    return fast, columns


@pytest.mark.parametrize("block", [ROOMY, 64, 24])
@settings(max_examples=300, deadline=None)
@given(ROWS, ENDS, LAST)
@example([["a", '"\r\n"']] * 9, "\n", "")
def test_tables_are_read_alike(block, rows, end, last):
    text = end.join(['"h","h"', *(",".join(row) for row in rows)]) + last

    fast, exact = both(text, block=block)

    assert fast is None or fast == exact


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example('"a"\n1,"2')
@example('1,"x""\n')
def test_any_text_is_read_alike_or_left_alone(rest):
    fast, exact = both(f'"h","h"\n{rest}')

    assert fast is None or fast == exact


def test_usual_tables_take_the_fast_way():
    text = '"h","h"\r\n"a, b","x ""y"""\r\n,"two\r\nlines"\r\n"",é\r\n'

    fast, exact = both(text)

    assert (
        fast
        == exact
        == {1: ["h", "a, b", None, ""], 2: ["h", 'x "y"', "two\r\nlines", "é"]}
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_gives_the_same_cells_and_notes(export, cells, encoding):
    text = 'Role,Remark\r\n"Physicist","CafÃ©, â€“"\r\nEngineer,Ã¼\r\n'

    raw = read_export(export(text.encode(encoding)))

    assert cells(raw) == [["Physicist", "CafÃ©, â€“"], ["Engineer", "Ã¼"]]
    assert raw.notes[-1].endswith("left as they are: 3")


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from(
            "Ãâ€\u0080\u00a9\u00bf\u2018\u2022\u2023\u0152\u0178\u0179\u2122\u2123 a"
        ),
        max_size=12,
    )
)
def test_mojibake_is_counted_alike_in_bytes_and_in_text(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("mojibake")
    notes = []
    for encoding in ("utf-8", "utf-16"):
        path = folder / f"{encoding}.csv"
        path.write_bytes(f'Role,Remark\n"x","{text}"\n'.encode(encoding))
        notes.append(read_export(path).notes)

    assert notes[0] == notes[1]


def test_one_row_of_another_length_changes_no_other(export, cells):
    rows = [f"{n},text {n}" for n in range(20_000)]
    rows[12_345] += ",more"

    raw = read_export(export("\n".join(["Number,Remark", *rows])))

    assert cells(raw)[12_345] == ["12345", "text 12345", "more"]
    assert cells(raw)[19_999] == ["19999", "text 19999", None]
    assert raw.notes[0].startswith("more cells than the header in row 12347")
