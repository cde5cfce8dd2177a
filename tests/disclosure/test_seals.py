"""What a table is shown with comes from shown numbers, and from nowhere else."""

import dataclasses

import pandas as pd
import pytest

from surveytools.disclosure import protect
from surveytools.disclosure.banner import Comparisons, compare_groups
from surveytools.disclosure.details import Details, details_of
from surveytools.disclosure.number_letters import MeanComparisons
from surveytools.disclosure.numbers import SafeNumbers
from surveytools.disclosure.trends import Trend
from surveytools.disclosure.weighted import CELLS, Weighted
from surveytools.disclosure.writing import as_csv, as_html, as_json, as_markdown
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile

WRITERS = (as_csv, as_html, as_json, as_markdown)
NETS = {"Most": ["a0"]}


@pytest.fixture
def table(make_table):
    return make_table([[20, 30], [30, 20], [2, 1]])


@pytest.fixture
def safe(table):
    return protect(table, threshold=5, profile=Profile.WORKSHOP)


def raw_nets(table):
    cells = table.cells[table.cells["answer"].eq("a0")]
    return cells.assign(net="Most").drop(columns="answer")


def test_nets_made_by_hand_are_refused(table):
    with pytest.raises(DisclosureError, match="details_of alone"):
        Details(nets=raw_nets(table))


def test_other_nets_do_not_take_the_place_of_those_computed(table, safe):
    details = details_of(safe, nets=NETS)

    with pytest.raises(DisclosureError, match="details_of alone"):
        dataclasses.replace(details, nets=raw_nets(table))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("part", ["nets", "letters"])
def test_numbers_that_were_changed_are_not_written(safe, write, part):
    details = details_of(safe, nets=NETS, correction="holm")
    assert write(safe, details=details)

    if part == "nets":
        details.nets.loc[2, "count"] = 2
    else:
        details.comparisons.cells["rest_difference"] = 0.02
    with pytest.raises(DisclosureError, match="alone"):
        write(safe, details=details)


@pytest.mark.parametrize("write", WRITERS)
def test_a_table_that_was_changed_is_not_written(table, safe, write):
    safe.cells["share"] = table.cells["share"].to_numpy()

    with pytest.raises(DisclosureError, match="protect alone"):
        write(safe)


def test_letters_made_by_hand_are_refused(safe):
    compared = compare_groups(safe)

    with pytest.raises(DisclosureError, match="compare_groups alone"):
        dataclasses.replace(compared, pairs=compared.cells)


def test_weighted_shares_made_by_hand_are_refused(table):
    raw = table.cells["share"]
    cells = pd.DataFrame(dict.fromkeys(CELLS, raw))

    with pytest.raises(DisclosureError, match="protect_weighted alone"):
        Weighted(cells, "Department")


@pytest.mark.parametrize(
    "kind", [Comparisons, Details, MeanComparisons, SafeNumbers, Trend, Weighted]
)
def test_no_other_kind_may_leave_the_check_out(kind):
    with pytest.raises(DisclosureError, match=f"{kind.__name__} has no other kinds"):
        type("Unchecked", (kind,), {"require_untouched": lambda _self: None})
