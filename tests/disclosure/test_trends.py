"""Trends hold shown numbers alone, and nobody makes one by hand."""

import dataclasses

import pytest

from surveytools.analysis.waves import WaveTables
from surveytools.disclosure import Ledger
from surveytools.disclosure.trends import (
    Trend,
    protect_trend,
    trend_csv,
    trend_html,
    trend_json,
    trend_markdown,
    trend_workbook,
)
from surveytools.errors import DisclosureError
from surveytools.study.study import Profile

WRITERS = (trend_csv, trend_html, trend_json, trend_markdown, trend_workbook)


@pytest.fixture
def trend(make_table):
    tables = tuple(
        make_table([counts], wave=wave, groups_partition=True, sensitive=True)
        for wave, counts in (("2025", [30, 2, 20]), ("2026", [40, 9, 1]))
    )
    counted = WaveTables(tables, ("2025", "2026"), (True, True), None)
    ledger = Ledger.of((), threshold=5, profile=Profile.INTERNAL)
    return protect_trend(counted, ledger=ledger)


def test_nobody_else_makes_a_trend(trend):
    fields = [name for name in Trend.__slots__ if name != "permit"]

    with pytest.raises(DisclosureError, match="made by"):
        Trend(**{name: getattr(trend, name) for name in fields})
    with pytest.raises(DisclosureError, match="made by"):
        dataclasses.replace(trend, cells=trend.cells.assign(withheld=False))


@pytest.mark.parametrize("write", WRITERS)
def test_a_trend_that_was_changed_is_not_written(trend, write):
    assert trend.cells["withheld"].any()
    assert write(trend)

    trend.cells["count"] = 2

    with pytest.raises(DisclosureError, match="made by"):
        write(trend)
