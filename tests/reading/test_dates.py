"""What cells prove of the order of day and month; dates by hand."""

import pytest

from surveytools.reading import describe, read_export


def notes(export, cells, header="When?"):
    rows = "".join(f'x,"{cell}"\n' for cell in cells)
    raw = read_export(export(f"Role,{header}\n{rows}"))
    return [note for note in raw.notes if note.startswith("column 2")], raw


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["03/04/2026", "13/04/2026"], "has dates with the day first"),
        (["03/04/2026", "04/13/2026"], "has dates with the month first"),
        (["27.07.2026 19:06", "03.04.2026 9:00"], "has dates with the day first"),
        (["13/04/2026", "04/13/2026"], "has dates with the day first beside"),
        (["03/04/2026", "12/12/2026"], "no cell has a day above 12"),
        (["7/27/26 19:06:23"], "has dates with the month first"),
    ],
)
def test_order_is_told_where_cells_prove_it(export, cells, said):
    found, _ = notes(export, cells)

    assert any(said in note for note in found)
    assert not any(cell in note for note in found for cell in cells)


@pytest.mark.parametrize(
    "cells",
    [["2026-04-03", "2026-04-13"], ["2026/04/03 1:00:00 PM EST"], ["3.11", "3.12"],
     ["3/4", "1/2"], ["1.2.3", "22.04.1"], ["no", "3/4/2026", "x", "y"]],
)  # fmt: skip
def test_nothing_is_said_of_other_cells(export, cells):
    assert notes(export, cells)[0] == []


def test_years_of_two_digits_are_said(export):
    found, _ = notes(export, ["7/27/26 19:06:23"])

    assert "column 2 has years of two digits" in found


def test_inspect_says_the_order(export):
    _, raw = notes(export, ["03/04/2026", "13/04/2026"])

    assert describe(raw)[1].looks == "dates, day first"


def test_serial_numbers_are_said_where_dates_were_asked(export):
    assert notes(export, ["45000", "45000.5"], header="Date of visit")[0] == [
        "column 2 has numbers in place of dates: days, as a spreadsheet counts them"
    ]
    assert notes(export, ["45000", "45001"], header="Euros")[0] == []


def test_dates_that_a_spreadsheet_read_in_the_wrong_order(workbook, sheet):
    rows = (
        '<row r="1"><c r="A1" t="str"><v>When?</v></c></row>'
        '<row r="2"><c r="A2" s="2"><v>46085</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>13/04/2026</v></c></row>'
        '<row r="4"><c r="A4" s="2"><v>46115</v></c></row>'
    )

    raw = read_export(workbook(sheet(rows)))

    assert any("may have day and month swapped" in note for note in raw.notes)
