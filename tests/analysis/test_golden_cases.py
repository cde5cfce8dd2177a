"""Cases on which other tools went wrong, in the words of those who met them."""

import pytest

from surveytools.analysis import tabulate
from surveytools.study.tabplan import BaseKind


@pytest.mark.parametrize(
    ("base", "people", "share"),
    [
        pytest.param(BaseKind.ALL, 2, 0.5, id="all"),
        pytest.param(BaseKind.ASKED, 2, 0.5, id="asked"),
        pytest.param(BaseKind.ANSWERED, 2, 0.5, id="answered"),
        pytest.param(BaseKind.SELECTED_ANY, 1, 1.0, id="selected any"),
    ],
)
def test_who_leaves_a_multiple_response_blank_uses_nothing(
    responses, base, people, share
):
    """Devographics/StateOfJS-Vulcan issue 23: one uses lodash, one no utility; it was
    printed that 100 % use lodash, and not of whom."""
    table = tabulate(responses({"tools": ["git", ""]}), "tools", base=base)

    cell = table.cells.set_index("answer").loc["git"]
    assert (cell["count"], cell["base"], cell["share"]) == (1, people, share)


def test_sets_of_choices_and_the_choices_themselves(responses):
    """jnothman/UpSetPlot issue 303: [[0, 1], [1, 2]], data 5 and 10; under pandas 3
    nothing was drawn."""
    answers = responses({"tools": ["git+svn"] * 5 + ["svn+none"] * 10})

    sets = tabulate(answers, "tools", combinations=True).cells
    choices = tabulate(answers, "tools").cells

    assert dict(zip(sets["answer"], sets["count"], strict=True)) == {
        "git+svn": 5,
        "svn+none": 10,
    }
    assert dict(zip(choices["answer"], choices["count"], strict=True)) == {
        "git": 5,
        "svn": 15,
        "none": 10,
    }
