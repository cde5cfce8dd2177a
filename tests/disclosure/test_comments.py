"""Free text: from enough people, for those who may read it, without names."""

import pytest

from surveytools.disclosure import SafeComments, protect_comments
from surveytools.errors import DisclosureError
from surveytools.study.study import CommentRules, Profile

RULES = CommentRules(threshold=3, profiles=(Profile.INTERNAL,))
PEOPLE = ["Ada Lovelace", "grace.hopper@example.org", "jdoe42", "Müller, Jürgen"]


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


def test_a_repr_shows_no_text():
    assert "one more" not in repr(shown("one more", "two", "three"))
