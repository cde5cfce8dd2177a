import re
import tomllib
from importlib.resources import files

import pytest

from surveytools.errors import ParameterError
from surveytools.words import load_words

NB = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def words():
    return load_words("en")


@pytest.fixture(scope="module")
def french():
    return load_words("fr")


def test_french_has_every_key_with_the_same_values(words, french):
    assert list(words.texts) == list(french.texts)
    for key, text in words.texts.items():
        expected = set(re.findall(r"{(\w+)}", text)) - {"n"}
        found = set(re.findall(r"{(\w+)}", french.texts[key])) - {"n"}
        assert found == expected, key


def test_what_is_the_same_in_both_languages_is_known(words, french):
    """A text copied into the French file to be translated later is found here."""
    same = {key for key, text in words.texts.items() if french.texts[key] == text}
    signs = {key for key in same if not re.search(r"[a-z]{2}", bare(words.texts[key]))}

    assert same - signs == {
        *("column.base", "note.low", "people.mentions", "workbook.bases"),
        *("profile.public", "protection.public"),
        *("report.contents", "report.notebook"),
    }


def bare(text):
    return re.sub(r"{\w+}", "", text)


def test_files_are_utf8_toml_without_repeated_texts_of_the_other_language():
    folder = files("surveytools.words")
    english = tomllib.loads((folder / "en.toml").read_text(encoding="utf-8"))
    assert english["figure"]["withheld"] == "withheld"


def test_unknown_key_names_the_closest(words):
    with pytest.raises(ParameterError, match=r"did you mean 'figure.withheld'"):
        words("figure.witheld")


def test_missing_value_is_an_error(words):
    with pytest.raises(ParameterError, match="ask for a value 'label'"):
        words("figure.with_base", base="n = 3")


def test_unknown_language_is_an_error():
    with pytest.raises(ParameterError, match="use en or fr"):
        load_words("de")


def test_braces_of_a_value_stay(words):
    assert words("figure.with_base", label="{n}", base="{x.y}") == "{n} ({x.y})"


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        pytest.param(0.0, "0%", id="none"),
        pytest.param(0.004, "<1%", id="almost none"),
        pytest.param(0.145, "15%", id="half up, also where floats are below"),
        pytest.param(0.625, "63%", id="half up as PowerPoint"),
        pytest.param(0.996, ">99%", id="almost all"),
        pytest.param(1.0, "100%", id="all"),
    ],
)
def test_percent(words, share, printed):
    assert words.percent(share) == printed


@pytest.mark.parametrize(
    ("language", "number", "printed"),
    [
        pytest.param("en", 0, "0 cells withheld", id="English zero is plural"),
        pytest.param("en", 1, "1 cell withheld", id="English one"),
        pytest.param("fr", 0, "0 case masquée", id="French zero is singular"),
        pytest.param("fr", 2, "2 cases masquées", id="French two"),
    ],
)
def test_count_follows_the_plural_of_the_language(language, number, printed):
    text = load_words(language).count("footer.withheld", number)
    assert text.startswith(printed)


def test_numbers_in_french(french):
    assert french.number(12345) == "12\N{NARROW NO-BREAK SPACE}345"
    assert french.percent(0.5) == f"50{NB}%"


def test_listing(words):
    assert words.listing([]) == ""
    assert words.listing(["a"]) == "a"
    assert words.listing(["a", "b", "c"]) == "a, b and c"
