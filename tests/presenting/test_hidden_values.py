"""No file tells one hidden number from another that would have been as good."""

import dataclasses
import itertools

import numpy as np
import pytest

from surveytools.disclosure import Ledger
from surveytools.disclosure.details import planned_details
from surveytools.presenting import (
    Slide,
    build_deck,
    build_index,
    draw,
    save_figure,
    shown_figure,
    write_tables,
)
from surveytools.study.study import Profile


def truths(make):
    """A table, protected; and again, with people moved between hidden groups."""
    table = make.ml_use()
    ledger = Ledger.of([table], threshold=5, profile=Profile.WORKSHOP)
    (safe,) = ledger.safe()
    hidden = safe.cells["base"].isna().to_numpy().reshape(-1, len(table.answers))
    counts = table.cells["count"].to_numpy().reshape(hidden.shape)
    where = np.flatnonzero(hidden.all(axis=1))
    one, two = next(
        pair for pair in itertools.permutations(where, 2) if counts[pair[1], 0] > 0
    )
    moved = counts[:-1].copy()
    moved[[one, two], 0] += [1, -1]
    other = make.ml_use(moved)
    (again,) = dataclasses.replace(ledger, tables=(other,)).safe()
    assert not other.cells["count"].equals(table.cells["count"])
    assert not other.cells["base"].equals(table.cells["base"])
    return safe, again


@pytest.fixture(scope="module")
def written(make, words, study, tmp_path_factory):
    """Write all files of both truths."""

    def write(safe, *, figure):
        folder = tmp_path_factory.mktemp("out")
        plan = make.plan(figure)
        drawn = draw(safe, plan, words=words, study=study)
        save_figure(drawn, folder)
        slides = [Slide(safe, plan)]
        deck = folder / "deck.pptx"
        build_deck(slides, deck, study=study, words=words, respondents=safe)
        details = planned_details(
            safe, make.plan(figure, compare="holm", nets={"Any": ("c1", "c2")})
        )
        path = folder / "tables.xlsx"
        write_tables([safe], path, words=words, study=study, details=[details])
        figures = [shown_figure(drawn)]
        build_index(folder / "index.html", study=study, words=words, figures=figures)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    pair = truths(make)
    return {
        figure: [write(safe, figure=figure) for safe in pair]
        for figure in ("stacked", "heatmap")
    }


@pytest.mark.parametrize("figure", ["stacked", "heatmap"])
@pytest.mark.parametrize("kind", [".png", ".svg", ".csv", ".pptx", ".xlsx", ".html"])
def test_files_are_equal_whatever_the_hidden_numbers_are(written, figure, kind):
    one, other = (
        {name: data for name, data in files.items() if name.endswith(kind)}
        for files in written[figure]
    )

    assert one
    assert one == other
