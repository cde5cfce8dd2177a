"""Shares of mentions have no intervals: no figure, deck or page has or uses any."""

import io

import numpy as np
import openpyxl
import pytest
from matplotlib.collections import LineCollection
from pptx import Presentation
from pptx.oxml.ns import qn

from surveytools.analysis.table import TOTAL
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure.details import details_of
from surveytools.presenting import (
    Slide,
    build_deck,
    build_index,
    draw,
    finding,
    load_words,
    read_figures,
    save_figure,
    write_tables,
)
from surveytools.study.tabplan import BaseKind

MENTIONS = {"base": BaseKind.MENTIONS, "answers_partition": True, "id": "needs"}
NEEDS = ["More GPUs", "Faster storage", "Training"]
TITLE = "Use of ML by department"
NOTES = {
    "en": "No intervals: a respondent's mentions aren't independent",
    "fr": "Pas d'intervalles : les mentions d'un répondant ne sont pas indépendantes",
}
NOTES["fr"] = NOTES["fr"].replace(" :", "\N{NO-BREAK SPACE}:")


@pytest.fixture(scope="module")
def needs(make):
    """Shares far apart, of which none is withheld."""
    return make.sealed(make.chosen(NEEDS, [0.7, 0.2, 0.1], 200, **MENTIONS))


@pytest.fixture(scope="module")
def bars(needs, make, words, study):
    return draw(needs, make.plan("bars"), words=words, study=study)


def error_bars(figure):
    return [
        part
        for axes in figure.axes
        for part in axes.collections
        if isinstance(part, LineCollection)
    ]


def test_bars_have_their_numbers_and_no_error_bars(bars, make, words, study):
    respondents = make.sealed(make.chosen(NEEDS, [0.7, 0.2, 0.1], 200))
    usual = draw(respondents, make.plan("bars"), words=words, study=study)

    assert len(error_bars(usual)) == 1
    assert error_bars(bars) == []
    assert [text.get_text() for text in bars.axes[0].texts] == ["70%", "20%", "10%"]
    widths = [patch.get_width() for patch in bars.axes[0].patches]
    assert widths == pytest.approx([0.7, 0.2, 0.1])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_footer_says_why_there_are_no_intervals(language, needs, make, study):
    words = load_words(language)
    figure = draw(needs, make.plan("bars"), words=words, study=study)

    assert NOTES[language] in figure.footer
    assert "Wilson" not in figure.footer


def test_the_words_of_a_figure_name_shares_alone(bars):
    assert "More GPUs 70%; Faster storage 20%; Training 10%." in bars.alt
    assert "95%" not in bars.alt


def test_a_bar_a_group_is_read_out_without_interval(make, words, study):
    table = make.sealed(make.ml_use(**MENTIONS))
    plan = make.plan("bars", answers=("c1",))
    figure = draw(table, plan, words=words, study=study)

    assert "IT (n = 44): 68%." in figure.alt
    assert "HSE: withheld." in figure.alt
    assert "95%" not in figure.alt


@pytest.mark.parametrize("figure", ["bars", "stacked", "heatmap"])
def test_no_title_claims_what_needs_an_interval(figure, make, words):
    """The same counts of respondents support a claim."""
    counts = np.array([[80, 20], [40, 60]])
    makers = {
        "groups": [*make.choices(["EP", "IT"]), Choice(TOTAL, "Total")],
        "answers": make.choices(["GPUs", "Storage"]),
    }
    whole = np.vstack([counts, counts.sum(axis=0)])[:, None]
    bases = whole.sum(axis=2, keepdims=True)
    answers = ("c1",) if figure == "bars" else ()
    plan = make.plan(figure, answers=answers)
    usual, mentions = (
        finding(make.sealed(make.table_of(whole, bases, **makers, **more)), plan, words)
        for more in ({}, MENTIONS)
    )

    assert usual.startswith(f"{TITLE}: ")
    assert mentions == TITLE


@pytest.mark.parametrize("figure", ["likert", "severity"])
def test_no_title_ranks_levels_of_mentions(figure, make, words):
    counts = [[5, 5, 10, 40, 40], [30, 30, 20, 10, 10]]
    table = make.scale(["SWAN", "EOS"], make.levels, counts, **MENTIONS)

    assert finding(make.sealed(table), make.plan(figure), words) == TITLE


def test_no_title_says_that_a_service_is_unknown(make, words):
    used = make.sealed(make.chosen(["SWAN", "EOS"], [0.6, 0.1], 200))
    known = make.chosen(["SWAN", "EOS"], [0.8, 0.2], 200, **MENTIONS)
    plan = make.plan("awareness")

    title = finding(used, plan, words, second=make.sealed(known))
    assert "fewer than half" not in title


@pytest.fixture(scope="module")
def slide(needs, make, words, study, tmp_path_factory):
    path = tmp_path_factory.mktemp("mentions") / "deck.pptx"
    respondents = make.sealed(make.ml_use(id="respondents"))
    slides = [Slide(needs, make.plan("bars"))]
    build_deck(slides, path, study=study, words=words, respondents=respondents)
    return Presentation(str(path)).slides[2]


def test_native_chart_has_no_error_bars_and_room_for_its_numbers(slide):
    (chart,) = (shape.chart for shape in slide.shapes if shape.has_chart)

    assert chart.plots[0].series[0].values == pytest.approx((0.7, 0.2, 0.1))
    assert list(chart._chartSpace.iter(qn("c:errBars"))) == []
    assert chart.value_axis.maximum_scale == 1  # 0.75 leaves no room behind 0.7
    (place,) = chart._chartSpace.iter(qn("c:dLblPos"))
    assert place.get("val") == "outEnd"


def test_notes_of_a_slide_say_why_there_are_no_intervals(slide):
    notes = slide.notes_slide.notes_text_frame.text
    assert NOTES["en"] in notes
    assert "Wilson" not in notes


@pytest.mark.parametrize("hidden", [0, 2])
def test_page_has_no_column_of_intervals(hidden, make, words, study, tmp_path):
    table = make.chosen(NEEDS, [0.7, 0.2, 0.1], 200, **MENTIONS)
    safe = make.sealed(table, table.cells["answer"].isin(["c1", "c2"][:hidden]))
    figure = draw(safe, make.plan("bars"), words=words, study=study)
    save_figure(figure, tmp_path)
    shown = read_figures(tmp_path, page=tmp_path)
    path = build_index(tmp_path / "p.html", study=study, words=words, figures=shown)

    text = path.read_text(encoding="utf-8")
    assert "10%" in text
    assert "95%" not in text
    assert "nan" not in text


def test_sheet_has_nets_and_boxes_without_intervals(make, words, study, tmp_path):
    """A box of a scale that is counted by mentions, and a net of its levels."""
    table = make.scale(["SWAN"], make.levels, [[5, 5, 10, 40, 40]], **MENTIONS)
    safe = make.sealed(table)
    details = details_of(safe, nets={"Any": ["c1", "c2"]}, summary=True)
    path = tmp_path / "tables.xlsx"
    write_tables([safe], path, words=words, study=study, details=[details])

    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[1]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=11)]
    assert [line[1:3] for line in lines[:4]] == [
        ["Any", pytest.approx(0.1)],
        ["Top 2", pytest.approx(0.8)],
        ["Bottom 2", pytest.approx(0.1)],
        ["Mean", pytest.approx(4.05)],
    ]
    said = " ".join(str(line[0]) for line in lines[4:] if line[0])
    assert said.count(NOTES["en"]) == 1
    assert "how far chance may go" not in said
