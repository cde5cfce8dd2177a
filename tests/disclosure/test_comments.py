"""Free text: from enough people, for those who may read it, without names."""

import dataclasses
import time

import pytest

from surveytools.disclosure import SafeComments, protect_comments
from surveytools.errors import DisclosureError
from surveytools.study.study import CommentRules, Profile

RULES = CommentRules(threshold=3, profiles=(Profile.INTERNAL,))
PEOPLE = [
    "Ada Lovelace",
    "grace.hopper@example.org",
    "jdoe42",
    "Müller, Jürgen",
    "jdupont@example.org",
    "Pat O'Brien",
    "Søren Łuk",
]


def shown(*texts, rules=RULES, profile=Profile.INTERNAL):
    return protect_comments(
        list(texts), item="q31", people=PEOPLE, rules=rules, profile=profile
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("Ask Ada Lovelace", "Ask [name]", id="full name"),
        pytest.param("Lovelace knows", "[name] knows", id="last name"),
        pytest.param("as Grace said", "as [name] said", id="name in an address"),
        pytest.param("see Jürgen Müller", "see [name]", id="accents"),
        pytest.param("see Jurgen Muller", "see [name]", id="accents left out"),
        pytest.param("x.y@example.org!", "[e-mail]!", id="anybody's address"),
        pytest.param("jdoe42 has quota", "[login] has quota", id="login"),
        pytest.param("call +41 22 767 61 11.", "call [number].", id="phone"),
        pytest.param("my node 188.184.9.235", "my node [address]", id="IP address"),
        pytest.param("graceful ad-hoc ada", "graceful ad-hoc ada", id="words stay"),
        pytest.param("ask jdupont", "ask [login]", id="login of letters"),
        pytest.param("jdupont@lxplus", "[e-mail]", id="login at a host"),
        pytest.param("x (at) example.org", "[e-mail]", id="(at)"),
        pytest.param("x [at] example [dot] org", "[e-mail]", id="[at] and [dot]"),
        pytest.param("x.y at example dot org", "[e-mail]", id="at and dot"),
        pytest.param("x.y\uff20example.org", "[e-mail]", id="wide at"),
        pytest.param("Love\u200blace knows", "[name] knows", id="cut invisibly"),
        pytest.param("ada lovelace knows", "[name] knows", id="small letters"),
        pytest.param("lovelace, ada knows", "[name] knows", id="last name first"),
        pytest.param("A. Lovelace knows", "[name] knows", id="initial"),
        pytest.param("Lovelace's code", "[name] code", id="possessive"),
        pytest.param("Ada-Lovelace", "[name]", id="hyphen"),
        pytest.param("O\u2019Brien knows", "[name] knows", id="another apostrophe"),
        pytest.param("OBrien knows", "[name] knows", id="no apostrophe"),
        pytest.param("Mueller knows", "[name] knows", id="ue for an umlaut"),
        pytest.param("Soren Luk", "[name]", id="letters with strokes"),
        pytest.param("tel. 74123", "tel. [number]", id="phone within the house"),
        pytest.param("2001:db8::ff00:42:8329", "[address]", id="IPv6 address"),
        pytest.param("at 12:30:00 by SWAN", "at 12:30:00 by SWAN", id="time of day"),
        pytest.param("look at swan.ch now", "look at swan.ch now", id="a host"),
        pytest.param("100 GPUs, 2000 h, v1.2", "100 GPUs, 2000 h, v1.2", id="sizes"),
    ],
)
def test_people_are_masked(text, masked):
    assert masked in shown(text, "one more", "and another").texts


@pytest.mark.parametrize(
    ("comments", "why"),
    [
        pytest.param(shown("a", "b"), "fewer than 3", id="too few"),
        pytest.param(
            shown("a", "b", "c", profile=Profile.PUBLIC), "profile public", id="profile"
        ),
        pytest.param(shown("a", "b", "c", rules=None), "has not said", id="no rule"),
    ],
)
def test_comments_are_withheld(comments, why):
    assert comments.texts == ()
    assert why in comments.withheld


def test_the_order_of_rows_tells_nothing():
    assert shown("a", "b", "c").texts == shown("c", "a", "b").texts
    assert sorted(shown("a", "a", "b").texts) == ["a", "b"]


def test_only_protect_makes_them():
    with pytest.raises(DisclosureError):
        SafeComments("q31", None, ("secret",), None)
    with pytest.raises(DisclosureError):
        dataclasses.replace(shown("a", "b", "c"), texts=("secret",))


def test_a_repr_shows_no_text():
    assert "one more" not in repr(shown("one more", "two", "three"))


@pytest.mark.parametrize("piece", ["a.", "a dot ", "1 ", ":", "a@", "a at ", "(at)"])
def test_a_hostile_text_takes_no_longer_than_its_length(piece):
    """What looks back at all before it would take minutes."""
    start = time.process_time()

    shown(piece * 20_000, "b", "c")

    assert time.process_time() - start < 5
