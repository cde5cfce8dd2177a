"""Numbers as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.cleaning.numbers import plain_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        pytest.param("15.0", 15.0, id="as pandas writes it"),
        pytest.param("-5", -5.0, id="negative"),
        pytest.param("\N{MINUS SIGN}5", -5.0, id="typographic minus"),
        pytest.param("1 000", 1000.0, id="blank"),
        pytest.param("12\N{NARROW NO-BREAK SPACE}345", 12345.0, id="narrow blank"),
        pytest.param("1'000", 1000.0, id="apostrophe"),
        pytest.param("1 000,5", 1000.5, id="blank and decimal comma"),
        pytest.param("100h", 100.0, id="suffix"),
        pytest.param("100 H", 100.0, id="suffix after a blank"),
        pytest.param("0,125", 0.125, id="decimal comma after zero"),
        pytest.param("2,5", 2.5, id="decimal comma"),
        pytest.param("1,234,567", 1234567.0, id="English thousands"),
        pytest.param("1.234,5", 1234.5, id="German thousands"),
        pytest.param("1.5E3", 1500.0, id="exponent"),
    ],
)
def test_number_without_doubt(written, number):
    plain = plain_number(written, suffixes=["h"])

    assert plain is not None
    assert float(plain) == number


@pytest.mark.parametrize(
    "written",
    ["~100", "2-3", "1k", "1,000", "10 20", "many", "", "100 min", "nan", "inf", "1_0"],
)
def test_number_in_doubt_is_left_to_a_person(written):
    assert plain_number(written, suffixes=["h"]) is None


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_writes_is_read_back(number):
    plain = plain_number(repr(number))

    assert plain is not None
    assert float(plain) == number


@settings(deadline=None)
@given(st.text())
def test_what_is_given_is_always_a_number(text):
    plain = plain_number(text)

    assert plain is None or isinstance(float(plain), float)
