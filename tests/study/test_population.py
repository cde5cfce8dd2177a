"""Headcounts of departments, as a file gives them."""

import pytest

from surveytools.errors import StudyError, SurveyErrors
from surveytools.study import load_population, load_units

UNITS = """
[[units]]
code = "ep"
label = "Physics"
[[units]]
code = "it"
label = "Computing"
[[units]]
code = "hr"
label = "People"
[[merged]]
code = "small"
label = "Small ones"
members = ["it", "hr"]
"""


@pytest.fixture
def load(tmp_path):
    units = tmp_path / "units.toml"
    units.write_text(UNITS)

    def read(text, encoding="utf-8"):
        path = tmp_path / "population.csv"
        path.write_bytes(text.encode(encoding))
        return load_population(path, load_units(units))

    return read


def test_the_headcount_of_the_wave_s_year_holds(load):
    population = load(
        "unit,headcount,year,source\n"
        "ep,500,2022,Annual report\nep,520,2024,Annual report\nit,90,2025,List\n"
    )

    def of(year):
        return {each.unit: each.people for each in population.of_year(year)}

    assert of(2023) == {"ep": 500, "it": 90}
    assert of(2024) == {"ep": 520, "it": 90}
    assert of(None) == {"ep": 520, "it": 90}
    assert population.source(2023) == "Annual report, List, 2022, 2025"


def test_a_file_as_a_french_spreadsheet_writes_it(load):
    population = load("Unit;Headcount\r\nep;500\r\n;\r\n", encoding="utf-8-sig")

    (only,) = population.headcounts
    assert (only.unit, only.people, only.year, only.source) == ("ep", 500, None, "")


def test_all_problems_are_told_at_once(load):
    with pytest.raises(SurveyErrors) as caught:
        load(
            "unit,headcount,year\nepp,5,2024\nit,many,2024\nep,0,2024\nep,5,24a\n"
            "hr,7,2024\nhr,8,2024\nsmall,9\n,3,2024\nit,\n"
        )

    assert [str(problem) for problem in caught.value.exceptions] == [
        (
            "population.csv, row 2, column 'unit': there is no unit 'epp'; "
            "did you mean 'ep'?"
        ),
        (
            "population.csv, row 3, column 'headcount': 'many' is no number of people; "
            "write a whole number above 0"
        ),
        (
            "population.csv, row 4, column 'headcount': '0' is no number of people; "
            "write a whole number above 0"
        ),
        "population.csv, row 5, column 'year': '24a' is no year; write it like 2024",
        (
            "population.csv, row 7, column 'unit': unit 'hr' stands there twice "
            "for 2024; remove one"
        ),
        "population.csv, row 9, column 'unit': names no unit; write its code",
        (
            "population.csv, row 10, column 'headcount': has no headcount; "
            "write a whole number above 0"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("department,people\nep,5\n", "has no column 'unit' and no column"),
        ("", "has no column"),
        ("unit,headcount\né,5\n", "there is no unit"),
    ],
)
def test_a_file_that_is_something_else(load, text, problem):
    with pytest.raises(StudyError, match=problem):
        load(text)


def test_a_file_in_another_encoding(load):
    with pytest.raises(StudyError, match="is not UTF-8"):
        load("unit,headcount,source\nep,5,Année\n", encoding="latin-1")
