"""Comments of a department beside those of everybody: few are never left over."""

import pandas as pd
import pytest

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.responses import Responses
from surveytools.running.comments import comments_of
from surveytools.study.study import CommentRules, Disclosure, Profile

DEPARTMENTS = ("it", "ep", "hse")
CODEBOOK = Codebook(
    file="codebook.toml",
    items=(
        Item(
            "dept",
            "Department",
            Kind.SINGLE,
            choices=tuple(Choice(code, code.upper()) for code in DEPARTMENTS),
        ),
        Item("why", "Why", Kind.TEXT),
    ),
)
DECIDED = Disclosure(
    profile=Profile.INTERNAL,
    threshold=3,
    comments=CommentRules(threshold=3, profiles=(Profile.INTERNAL,)),
)


def shown(written, department=None):
    codes = [code for code, number in written.items() for _ in range(number)]
    frame = pd.DataFrame(
        {
            "dept": pd.Categorical(
                [code or None for code in codes], categories=DEPARTMENTS
            ),
            "why": pd.array([f"text {n}" for n in range(len(codes))], dtype="str"),
        }
    )
    empty = pd.DataFrame()
    responses = Responses(frame, empty, CODEBOOK, "2026", empty, empty, empty)
    member = None if department is None else ("dept", department)
    return set(
        comments_of(responses, "why", people=(), decided=DECIDED, member=member).texts
    )


@pytest.mark.parametrize(
    ("written", "departments"),
    [
        pytest.param({"it": 5, "ep": 4, "hse": 1}, {"it"}, id="a small department"),
        pytest.param({"it": 5, "ep": 4, "": 2}, {"it"}, id="few in no department"),
        pytest.param({"it": 5, "ep": 2, "hse": 1}, {"it"}, id="enough left over"),
        pytest.param({"it": 5, "ep": 4, "hse": 3}, {"it", "ep", "hse"}, id="nothing"),
        pytest.param({"it": 5, "hse": 1}, set(), id="only one department"),
    ],
)
def test_comments_of_few_are_not_left_over_by_subtraction(written, departments):
    everybody = shown(written)
    by = {code: shown(written, code) for code in DEPARTMENTS}

    assert {code for code, texts in by.items() if texts} == departments
    assert len(everybody) == sum(written.values())
    assert not 1 <= len(everybody.difference(*by.values())) < 3
