"""What protecting tables cost, for the owner of the data."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from surveytools.disclosure import Ledger, losses, record
from surveytools.disclosure.attack import audit
from surveytools.disclosure.loss import Chosen, Loss, Unproven
from surveytools.disclosure.optimal import Limits
from surveytools.disclosure.suppression import suppress
from surveytools.disclosure.writing import as_json
from surveytools.study.study import Profile

sys.path.insert(0, str(Path(__file__).parent))
from grids import drawn, table_of

RULES = {"threshold": 5, "profile": Profile.INTERNAL}
CORNER = [[9, 3, 3], [30, 3, 8]]
"""Three small counts in the corners of a rectangle: the fourth must be withheld, since
one of them is alone in its line, and is enough, since all four can move."""


def lost(*tables, **rules):
    return losses(Ledger.of(tables, **(RULES | rules)))


def test_cells_lost_are_told_beside_those_of_the_first_answer(make_table):
    found = lost(make_table(CORNER, sensitive=True)).iloc[0]

    assert (found["cells"], found["primary"], found["complementary"]) == (9, 3, 1)
    assert found["greedy"] > 1
    assert (found["gap"], found["proven"]) == (0, "yes")


def test_the_numbers_are_those_of_the_disclosure_record(make_table):
    tables = [
        make_table(CORNER, sensitive=True),
        make_table([[2, 1], [20, 30], [9, 9]], id="u", stub="u", banner="other"),
    ]
    ledger = Ledger.of(tables, **RULES)

    found, shown = losses(ledger), record(ledger.safe())

    assert found["id"].tolist() == ["t", "u"]
    assert found["cells"].tolist() == shown["cells"].tolist()
    withheld = found["primary"] + found["complementary"]
    assert withheld.tolist() == shown["withheld"].tolist()
    # A small group has its two counts withheld, and takes another group with it.
    assert found.loc[1, ["primary", "complementary"]].tolist() == [2, 2]


def test_lots_of_a_table_that_do_not_touch_are_added_up(make_table):
    """Two corners in lines and columns of their own, all other counts being 0."""
    one, none = np.array(CORNER), np.zeros((2, 3), dtype=int)
    both = np.block([[one, none], [none, one]])

    found = lost(make_table(both.tolist(), sensitive=True)).iloc[0]

    assert (found["primary"], found["complementary"]) == (6, 2)
    assert found["greedy"] > 2
    assert (found["gap"], found["proven"]) == (0, "yes")


def test_a_table_beyond_the_limit_says_that_nothing_is_proven(make_table):
    counts = np.full((55, 56), 20)
    counts[3, 4] = 2

    found = lost(make_table(counts.tolist(), sensitive=True)).iloc[0]

    assert found["cells"] == 56 * 56
    assert (found["primary"], found["complementary"]) == (1, 3)
    assert np.isnan(found["gap"])
    assert found["proven"] == "no: too many numbers hang together"


def test_a_threshold_of_one_loses_nothing(make_table):
    found = lost(make_table(CORNER, sensitive=True), threshold=1).iloc[0]

    assert found[["primary", "complementary", "greedy"]].tolist() == [0, 0, 0]


def test_what_was_decided_is_read_with_what_it_cost(make_table):
    tables = [make_table(CORNER, sensitive=True)]
    ledger = Ledger.of(tables, **RULES)

    content = json.loads(ledger.decisions())
    content["losses"][0][1] = 77
    again = Ledger.of(tables, **RULES, decided=json.dumps(content))

    assert losses(again)["greedy"].tolist() == [77]


def test_a_decision_that_does_not_say_what_it_cost_is_made_anew(make_table):
    tables = [make_table(CORNER, sensitive=True)]
    ledger = Ledger.of(tables, **RULES)
    content = json.loads(ledger.decisions())
    hidden = [[each.replace("1", "0") for each in one] for one in content["hidden"]]
    old = json.dumps({"tables": content["tables"], "hidden": hidden})

    again = Ledger.of(tables, **RULES, decided=old)

    assert again.decisions() == ledger.decisions()
    assert losses(again).equals(losses(ledger))


def test_what_goes_with_the_outputs_does_not_tell_them(make_table):
    """Which of the three are small is as hidden as the numbers themselves."""
    first = [[2, 1, 9, 20, 30], [30, 31, 23, 20, 30]]
    second = [[4, 4, 4, 20, 30], [28, 28, 28, 20, 30]]
    one, two = (
        Ledger.of([make_table(counts, sensitive=True)], **RULES)
        for counts in (first, second)
    )

    assert as_json(*one.safe()) == as_json(*two.safe())
    assert record(one.safe()).equals(record(two.safe()))
    assert losses(one)["primary"].tolist() == [2]
    assert losses(two)["primary"].tolist() == [3]


def test_a_search_that_ends_early_says_how_much_less_might_do():
    """The longer it may search, the closer it knows; the last finds the best."""
    system, small, needs = table_of(drawn(0, (10, 10), 60))

    found = [
        suppress(system, small, needs, Limits(programmes=number))
        for number in (20, 60, 6_000)
    ]

    best = found[-1]
    assert [each.unproven for each in found] == [Unproven.STEPS, Unproven.STEPS, None]
    assert found[0].gap > found[1].gap > best.gap == 0
    for each in found:
        assert each.bound <= best.cost <= each.cost
        low, high = audit(system, each.hidden)
        assert (high >= needs.high - 1e-6).all()
        assert (high - low >= needs.width - 1e-6).all()


def test_gaps_of_lots_are_added_up_as_far_as_they_are_known():
    nothing = np.zeros(3, dtype=bool)
    proven = Chosen(nothing, nothing, cost=6, bound=6)
    ended = Chosen(nothing, nothing, 4, bound=3, unproven=Unproven.STEPS)
    large = Chosen(nothing, nothing, 10, bound=0, unproven=Unproven.SIZE)

    forced = Chosen(nothing, nothing, 10, bound=0, unproven=Unproven.NOTHING)

    def gap(*parts):
        return Loss.of(parts, complementary=0, greedy=0).gap

    assert gap(proven) == 0
    assert gap(forced, proven) == 0
    assert gap(proven, ended) == pytest.approx(1 / 10)
    assert gap(ended, large, proven) == pytest.approx(11 / 20)
    assert gap(large) is None
