"""Which choice a text stands for."""

import pytest

from surveytools.cleaning.codebook import Choice
from surveytools.cleaning.matching import index_choices, normalise
from surveytools.study.units import Ambiguous, Unit, Units

UNITS = Units(
    units=(
        Unit(code="ep", label={"en": "Experimental Physics", "fr": "Physique exp."}),
        Unit(code="it", label="Information Technology", aliases=("openlab",)),
        Unit(code="be", label="Beams"),
        Unit(code="sy", label="Accelerator Systems", aliases=("be-rf",)),
        Unit(code="fap", label="Finance", aliases=("business computing",)),
    ),
    ambiguous=(Ambiguous(text="PH", reason="it became EP and TH"),),
)
DEPARTMENTS = (
    *(Choice(unit.code, unit.label, None, unit.aliases) for unit in UNITS.units),
    Choice("ext", "External user"),
)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        pytest.param("R&amp;D", "r&d", id="entity"),
        pytest.param("a\N{NO-BREAK SPACE} b\n", "a b", id="blanks"),
        pytest.param("1\N{EN DASH}2", "1-2", id="dash"),
        pytest.param("I\N{RIGHT SINGLE QUOTATION MARK}m", "i'm", id="quotation mark"),
        pytest.param("\N{ZERO WIDTH NO-BREAK SPACE}yes", "yes", id="byte order mark"),
        pytest.param("STRASSE", "stra\N{LATIN SMALL LETTER SHARP S}e", id="case"),
        pytest.param("\N{LATIN SMALL LIGATURE FI}ne", "fine", id="ligature"),
    ],
)
def test_texts_that_look_the_same_are_the_same(written, same):
    assert normalise(written) == normalise(same)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param("experimental  physics", "ep", id="label"),
        pytest.param("Physique exp.", "ep", id="label in French"),
        pytest.param("IT", "it", id="code"),
        pytest.param("ep department", "ep", id="word department"),
        pytest.param("IT Dept.", "it", id="word dept"),
        pytest.param("IT-PW-PI", "it", id="group and section"),
        pytest.param("be/op", "be", id="group with slash"),
        pytest.param("BE - OP", "be", id="group with blanks"),
        pytest.param("BE-RF", "sy", id="alias with hyphen"),
        pytest.param("BE-RF-FB", "sy", id="alias with hyphen before a section"),
        pytest.param("be/rf", "sy", id="alias with slash for hyphen"),
        pytest.param("external USER", "ext", id="choice beside the units"),
    ],
)
def test_department_is_found_by(written, code):
    assert index_choices(DEPARTMENTS, units=UNITS).find(written).code == code


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("PH", "it became EP and TH", id="old name"),
        pytest.param("PH-ESE", "it became EP and TH", id="group of an old name"),
        pytest.param("IT/EP", "it names ep and it", id="two departments"),
        pytest.param("Finance/IT", None, id="alias alone has no groups"),
        pytest.param("Informatoin Technology", None, id="misspelt"),
        pytest.param("IT services", None, id="other words"),
        pytest.param("-", None, id="only a mark"),
    ],
)
def test_department_is_not_guessed(written, reason):
    match = index_choices(DEPARTMENTS, units=UNITS).find(written)

    assert match.code is None
    assert match.reason == reason


def test_group_names_count_only_for_departments():
    choices = [Choice("it", "IT"), Choice("ep", "EP")]

    assert index_choices(choices, units=UNITS).find("IT-PW").code is None


def test_code_and_short_label_are_no_other_spelling():
    index = index_choices([Choice("ep", "Experimental Physics", "Exp. Ph.", ("PH",))])

    assert [index.find(text).respelt for text in ("EP", "exp. ph.", "ph")] == [
        False,
        False,
        True,
    ]


def test_label_wins_over_alias_of_another_choice():
    choices = [Choice("a", "Cloud", aliases=("Other cloud",)), Choice("b", "b")]
    renamed = [Choice("c", "Own", aliases=("Cloud",)), *choices]

    assert index_choices(renamed).find("cloud").code == "a"


def test_alias_of_two_choices_is_ambiguous():
    choices = [Choice("a", "A", aliases=("x",)), Choice("b", "B", aliases=("X",))]

    match = index_choices(choices).find("x")

    assert (match.code, match.reason) == (None, "it could be a or b")


def test_suggestion_is_a_label_and_maps_nothing():
    index = index_choices(DEPARTMENTS, units=UNITS)

    assert index.suggest("Informatoin Technology") == "Information Technology"
    assert index.suggest("zzz") is None
