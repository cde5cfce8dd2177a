"""``""`` and nothing between delimiters are both blank, and can be told apart.

LimeSurvey writes the first where a question was shown and left blank, the second where
it wasn't shown. The expected marks are read off the bytes.
"""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveytools.reading.delimited import read_delimited

SETTINGS = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def marks(grid):
    """Places of the cells written as ``""``, by row and column number."""
    return sorted(
        (row, column)
        for column, quoted in grid.quoted_blanks.items()
        for row, mark in zip(grid.frame.index, quoted, strict=True)
        if mark
    )


def test_both_kinds_of_blank_are_told_apart(export):
    grid = read_delimited(
        export('"id","Role","Years"\n"1","",\n"2",,""\n"3","x","4"\n')
    )

    assert marks(grid) == [(2, 2), (3, 3)]
    assert grid.frame.isna().to_numpy().sum() == 4


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_in_every_dialect(export, delimiter, end):
    text = '"id","Role"\n"1",""\n"2",\n"3",""'
    path = export(text.replace(",", delimiter).replace("\n", end))

    assert marks(read_delimited(path)) == [(2, 2), (4, 2)]


def test_rows_are_those_of_the_frame(export):
    grid = read_delimited(
        export('"id","Role","","Remark"\n"1","","",""\n"","","",""\n\n"2",,"",\n')
    )

    assert list(grid.frame.index) == [2, 5]
    assert list(grid.quoted_blanks) == list(grid.header) == [1, 2, 4]
    assert marks(grid) == [(2, 2), (2, 4)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('id,"Role"\n1,""\n2,\n', id="a header cell isn't quoted"),
        pytest.param('"id",\n1,""\n2,\n', id="a blank header cell isn't quoted"),
        pytest.param('"id","Role"\n"1",""\n"2",""\n', id="only quoted ones"),
        pytest.param('"id","Role"\n"1",\n"2",\n', id="only bare ones"),
        pytest.param('"id","Role"\n"1","x"\n"2","y"\n', id="none"),
    ],
)
def test_nothing_is_said_where_the_file_tells_no_difference(export, text):
    assert read_delimited(export(text)).quoted_blanks is None


def test_what_stands_inside_of_a_quoted_cell_is_no_blank_cell(export):
    grid = read_delimited(
        export('"id","Remark"\n"1","a,"""",b"\n"2","""\n"""",c"\n"3",\n"4",""\n')
    )

    assert grid.texts(2).tolist() == ['a,"",b', '"\n"",c']
    assert marks(grid) == [(5, 2)]


def test_a_quotation_mark_inside_of_a_bare_cell_opens_nothing(export):
    grid = read_delimited(export('"id","Remark"\n1,5" nail\n2,""\n3,\n4,6" nail\n'))

    assert grid.texts(2).tolist() == ['5" nail', '6" nail']
    assert marks(grid) == [(3, 2)]


CELL = st.one_of(st.just('""'), st.just(""), st.text('a",\n\r; ', max_size=4))


@SETTINGS
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_marks_stand_where_they_were_written(export, rows):
    """Other cells are written by the standard library, all of them quoted."""

    def written(cell):
        if cell in {"", '""'}:
            return cell
        stream = io.StringIO()
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="").writerow([cell])
        return stream.getvalue()

    rows = [("x", "x"), *rows]
    lines = ['"a","b"', *(",".join(map(written, row)) for row in rows)]
    grid = read_delimited(export("\n".join(lines)))

    expected = [
        (row, column)
        for row, cells in enumerate(rows, start=2)
        for column, cell in enumerate(cells, start=1)
        if cell == '""' and any(text not in {"", '""'} for text in cells)
    ]
    bare = [
        cell
        for cells in rows
        for cell in cells
        if cell == "" and any(text not in {"", '""'} for text in cells)
    ]
    if expected and bare:
        assert marks(grid) == expected
    else:
        assert grid.quoted_blanks is None
