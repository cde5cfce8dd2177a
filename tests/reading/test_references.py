"""Where the last row and column with a cell are, read off the references of cells.

Numbers of columns are those that spreadsheet programs show: ``XFD`` is the last one.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from surveytools.reading.references import furthest_cell


@pytest.mark.parametrize(
    ("xml", "furthest"),
    [
        (b"", (0, 0)),
        (b"<sheetData/>", (0, 0)),
        (b'<c r="A1"/>', (1, 1)),
        (b'<c r="J10"/><c r="A100"/>', (100, 10)),
        (b'<c r="Z9" t="s"><v>0</v></c><c r="AA3"/>', (9, 27)),
        (b'<c r="XFD1048576"><v>1</v></c>', (1_048_576, 16_384)),
        (b'<c\nr="B2"/>', (2, 2)),
        (b'<cols><col min="1"/></cols><conditionalFormatting/>', (0, 0)),
    ],
)
def test_last_row_and_column(xml, furthest):
    assert furthest_cell(xml) == furthest


@pytest.mark.parametrize(
    "cell",
    [
        b"<c/>",
        b"<c>",
        b"<c ",
        b'<c t="s" r="A1">',
        b'<c  r="A1">',
        b"<c r='A1'>",
        b'<c r="">',
        b'<c r="a1">',
        b'<c r="1">',
        b'<c r="A">',
        b'<c r="A1B">',
        b'<c r="A0">',
        b'<c r="A01">',
        b'<c r="$A$1">',
        b'<c r="ABCD1">',
        b'<c r="A12345678">',
        b'<c r="A1',
        b'<c r="A1 ">',
    ],
)
def test_cell_with_another_reference_is_left_to_the_xml_parser(cell):
    assert furthest_cell(b'<c r="A1"/>' + cell) is None
    assert furthest_cell(cell + b'<c r="A1"/>') is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9_999_999), st.integers(1, 16_384)), min_size=1)
)
def test_letters_are_read_as_openpyxl_writes_them(places):
    xml = "".join(
        f'<c r="{get_column_letter(n)}{row}"><v>1</v></c>' for row, n in places
    )

    furthest = max(row for row, _ in places), max(n for _, n in places)
    assert furthest_cell(xml.encode()) == furthest
