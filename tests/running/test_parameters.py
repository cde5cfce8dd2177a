"""Parameters: what a notebook says of them, and what it is spared."""

import pytest

from surveytools.errors import ParameterError, SurveyErrors
from surveytools.running.parameters import (
    Parameter,
    check_parameters,
    folder_of,
    parameters_of,
    parse_parameters,
)


def test_parameters_are_read_with_type_default_and_comment(tmp_path, write_notebook):
    source = (
        "# what is drawn\n"
        'unit: str = "all"  # department, or all\n'
        "year: int | None = None\n"
        "share = 0.5  # of the base\n"
    )
    path = write_notebook(tmp_path / "20_a.ipynb", parameters=source)

    assert parameters_of(path) == (
        Parameter("unit", "str", "all", "department, or all"),
        Parameter("year", "int | None", None),
        Parameter("share", "float", 0.5, "of the base"),
    )


def test_a_default_that_is_computed_is_refused(tmp_path, write_notebook):
    path = write_notebook(tmp_path / "20_a.ipynb", parameters="x = len('ab')")

    with pytest.raises(ParameterError, match="the default of parameter 'x'"):
        parameters_of(path)


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        pytest.param("str", "5", "5", id="text stays text"),
        pytest.param("int", "5", 5, id="number"),
        pytest.param("float", "0.5", 0.5, id="fraction"),
        pytest.param("bool", "yes", True, id="yes"),
        pytest.param("bool", "False", False, id="false"),
        # papermill issue 345: YAML makes a date of it
        pytest.param("str", "2024-03-04", "2024-03-04", id="a date stays text"),
        # papermill issue 806: None | str is declared and warned about all the same
        pytest.param("None | str", "None", None, id="none or text: none"),
        pytest.param("str | None", "ep", "ep", id="none or text: text"),
        pytest.param("Optional[int]", "3", 3, id="optional"),
        # papermill issue 906: Literal
        pytest.param("Literal['a', 'b']", "b", "b", id="literal"),
        pytest.param("Literal[1, 2]", "2", 2, id="literal number"),
        pytest.param("list[str]", "['a']", ["a"], id="list"),
        # papermill issue 586
        pytest.param("tuple[int, int]", "(1, 2)", (1, 2), id="tuple"),
    ],
)
def test_texts_become_values_of_the_annotated_type(annotation, text, value):
    known = [Parameter("x", annotation, None)]

    parsed = parse_parameters(known, {"x": text}, notebook="20_a.ipynb")

    assert parsed == {"x": value}
    assert type(parsed["x"]) is type(value)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        pytest.param("int", "five", id="word for a number"),
        pytest.param("bool", "perhaps", id="neither true nor false"),
        pytest.param("Literal['a', 'b']", "c", id="not among the literals"),
        pytest.param("int | None", "1.5", id="fraction for a whole number"),
    ],
)
def test_a_text_of_another_type_is_refused(annotation, text):
    known = [Parameter("x", annotation, None)]

    with pytest.raises(ParameterError) as caught:
        parse_parameters(known, {"x": text}, notebook="20_a.ipynb")

    assert str(caught.value) == (
        f"20_a.ipynb: parameter 'x' is {text!r}; give {annotation}"
    )


def test_all_problems_are_told_at_once_with_the_closest_name():
    known = [Parameter("unit", "str", "all"), Parameter("year", "int", 2024)]

    with pytest.raises(SurveyErrors) as caught:
        check_parameters(known, {"unti": "ep", "year": "x"}, notebook="n.ipynb")

    assert str(caught.value).splitlines() == [
        "n.ipynb: there is no parameter 'unti'; did you mean 'unit'?",
        "n.ipynb: parameter 'year' is 'x'; give int",
    ]


def test_a_bool_is_no_number():
    with pytest.raises(ParameterError):
        check_parameters([Parameter("n", "int", 1)], {"n": True}, notebook="n.ipynb")


@pytest.mark.parametrize(
    "value", ["../../x", "/etc/passwd", "..", "a/b", "", "\0", "ép"], ids=repr
)
def test_the_folder_of_a_run_stays_inside_whatever_the_value(tmp_path, value):
    folder = (tmp_path / folder_of({"unit": value})).resolve()

    assert folder.parent == (tmp_path / "unit").resolve()


def test_values_that_look_alike_have_different_folders():
    assert folder_of({"unit": "a/b"}) != folder_of({"unit": "a-b"})
    assert folder_of({"unit": "ep"}).as_posix() == "unit/ep"
