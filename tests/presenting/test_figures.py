import base64

import pandas as pd
import pytest
from matplotlib.figure import Figure

from surveytools.cleaning.codebook import Choice
from surveytools.disclosure import protect, select_group
from surveytools.errors import DisclosureError, ParameterError
from surveytools.presenting import SurveyFigure, draw, finding, write_tables
from surveytools.presenting.figures import (
    draw_awareness,
    draw_bars,
    draw_heatmap,
    draw_likert,
    draw_severity,
    draw_stacked,
)
from surveytools.study.study import Profile

HOSTILE = "$a$ <script>alert(1)</script> =1+1 \\frac{1}{0}"


def labels_of(axis):
    return [label.get_text().replace("\n", " ") for label in axis.get_ticklabels()]


def inside(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def hatched(figure):
    return [
        patch
        for axes in figure.axes
        for patch in axes.patches
        if patch.get_gid() == "withheld"
    ]


@pytest.mark.parametrize(
    "draw_family",
    [draw_bars, draw_heatmap, draw_likert, draw_severity, draw_stacked, draw],
)
def test_an_unprotected_table_is_refused(draw_family, make, words, study):
    with pytest.raises(DisclosureError, match="a Table isn't protected"):
        draw_family(make.ml_use(), make.plan("bars"), words=words, study=study)


def test_an_unprotected_second_table_is_refused(make, words, study):
    table = make.chosen(make.services, [0.5] * 30, 100)
    plan = make.plan("awareness")
    with pytest.raises(DisclosureError):
        draw_awareness(make.sealed(table), plan, words=words, study=study, second=table)
    with pytest.raises(DisclosureError):
        finding(make.sealed(table), plan, words, second=table)


def test_figure_is_a_matplotlib_figure_with_words(figure):
    assert isinstance(figure, SurveyFigure)
    assert isinstance(figure, Figure)
    assert isinstance(figure.data, pd.DataFrame)
    assert figure.alt.startswith(figure.title_text)
    assert figure.texts[0].get_text().replace("\n", " ") == figure.title_text


def test_footer_says_base_wave_source_and_synthetic(figure):
    drawn = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    for part in (
        "Share of the respondents who answered; volunteers answered.",
        "Wave: Spring 2024.",
        "Source: Demo data of surveytools, CC0.",
        "SYNTHETIC DATA",
    ):
        assert part in drawn


def test_notebook_gets_a_picture_and_the_words(figure):
    bundle = figure._repr_mimebundle_(None, None)
    assert bundle["text/plain"] == figure.alt
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert set(figure._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    assert set(figure._repr_mimebundle_(exclude={"image/png"})) == {"text/plain"}


def test_alt_text_has_every_shown_number_and_no_withheld_one(figure, words):
    data = figure.data
    for _, cell in data[~data["withheld"]].iterrows():
        assert words.percent(cell["share"]) in figure.alt
    if data["withheld"].any():
        assert "withheld" in figure.alt


def test_withheld_numbers_are_in_no_column_of_the_data(figure):
    hidden = figure.data[figure.data["withheld"]]
    assert hidden[["count", "share", "low", "high"]].isna().all(axis=None)


def test_stacked_bars_have_bases_in_labels_and_a_withheld_group(make, words, study):
    table = make.sealed(make.ml_use())
    figure = draw(table, make.plan("stacked"), words=words, study=study)
    (axes,) = figure.axes
    labels = labels_of(axes.yaxis)
    assert labels[:2] == ["EP (n = 93)", "IT (n = 44)"]
    assert labels[-2:] == ["HSE (n withheld)", "All (n = 256)"]
    assert inside(figure).count("withheld") == 1
    (mark,) = hatched(figure)
    assert mark.get_width() == 1.0
    ep = [patch for patch in axes.patches if round(patch.get_y() + 0.42) == 0]
    assert sum(patch.get_width() for patch in ep) == pytest.approx(1)
    assert ep[0].get_width() == pytest.approx(65 / 93)


def test_stacked_answers_that_are_withheld_share_one_part(make, words, study):
    table = make.ml_use()
    hidden = table.cells["group"].eq("ep") & table.cells["answer"].isin(["c2", "c3"])
    figure = draw(
        make.sealed(table, hidden), make.plan("stacked"), words=words, study=study
    )
    widths = sorted(patch.get_width() for patch in hatched(figure))
    assert widths == pytest.approx([28 / 93, 1.0])
    assert "withheld: Plans to use ML, Doesn't use ML" in figure.alt


def test_heat_map_has_whole_percents_and_hatched_cells(make, words, study):
    table = make.service_use()
    hidden = table.cells["group"].eq("be") & table.cells["count"].lt(5)
    safe = make.sealed(table, hidden)
    figure = draw(safe, make.plan("heatmap"), words=words, study=study)
    (axes,) = figure.axes
    assert len(hatched(figure)) == 30 + int(hidden.sum())
    assert labels_of(axes.xaxis)[0] == "EP n = 93"
    assert labels_of(axes.xaxis)[-2] == "HSE n withheld"
    shares = figure.data["share"].dropna()
    assert len(axes.texts) == len(shares)
    total = figure.data[figure.data["group"].eq("total")]["share"]
    assert total.is_monotonic_decreasing


def test_heat_map_of_one_group_becomes_bars_named_after_it(make, words, study):
    safe = select_group(make.sealed(make.service_use()), "it")
    figure = draw(safe, make.plan("heatmap"), words=words, study=study)
    assert figure.family == "bars"
    assert figure.title_text.startswith("IT: ")
    assert figure.axes[0].get_xlabel() == "Share of respondents (n = 44)"


def test_bars_are_sorted_only_if_all_are_shown(make, words, study):
    table = make.chosen(["a", "b", "c"], [0.2, 0.6, 0.4], 100)
    plan = make.plan("bars")
    shown = draw(make.sealed(table), plan, words=words, study=study)
    assert labels_of(shown.axes[0].yaxis) == ["b", "c", "a"]
    hidden = make.sealed(table, table.cells["answer"].eq("c2"))
    partly = draw(hidden, plan, words=words, study=study)
    assert labels_of(partly.axes[0].yaxis) == ["a", "b", "c"]
    assert inside(partly) == ["20%", "40%", "withheld"]


def test_bars_show_wilson_intervals(make, words, study):
    # statsmodels 0.14.4, proportion_confint(60, 100, method="wilson").
    table = make.chosen(["a", "b"], [0.6, 0.1], 100)
    figure = draw(make.sealed(table), make.plan("bars"), words=words, study=study)
    (lines,) = figure.axes[0].collections
    assert lines.get_segments()[0][:, 0] == pytest.approx([0.5020026, 0.6905987])
    assert "60% (95% interval 50% to 69%)" in figure.alt


def test_bars_by_group_need_one_answer(make, words, study):
    safe = make.sealed(make.ml_use())
    with pytest.raises(ParameterError, match="several a group"):
        draw(safe, make.plan("bars"), words=words, study=study)
    one = draw(safe, make.plan("bars", answers=("c1",)), words=words, study=study)
    assert labels_of(one.axes[0].yaxis)[0] == "EP (n = 93)"
    assert "EP (n = 93): 70% (95%" in one.alt


def test_likert_keeps_a_level_that_nobody_chose_and_centres(make, words, study):
    counts = [[0, 10, 20, 30, 40], [0, 40, 30, 20, 10]]
    table = make.scale(["A", "B"], make.levels, counts)
    figure = draw(make.sealed(table), make.plan("likert"), words=words, study=study)
    drawn = [text.get_text() for text in figure.texts]
    assert "Very dissatisfied" in drawn
    (axes,) = figure.axes
    first = min(patch.get_x() for patch in axes.patches[:4])
    assert first == pytest.approx(-(0.10 + 0.20 / 2))
    assert labels_of(axes.yaxis) == ["A (n = 100)", "B (n = 100)"]


def test_likert_sorts_by_the_two_highest_levels_where_shown(make, words, study):
    counts = [[10, 30, 30, 20, 10], [10, 10, 20, 30, 30], [0, 0, 20, 40, 40]]
    table = make.scale(["low", "hidden", "high"], make.levels, counts)
    hidden = table.cells["row"].eq("r1") & table.cells["answer"].isin(["c4", "c5"])
    figure = draw(
        make.sealed(table, hidden), make.plan("likert"), words=words, study=study
    )
    main, apart = figure.axes
    names = [text.split(" (")[0] for text in labels_of(main.yaxis)]
    assert names == ["high", "low", "hidden"]
    (mark,) = hatched(figure)
    assert mark.axes is apart
    assert mark.get_width() == pytest.approx(0.6)


def test_answers_beside_the_scale_are_drawn_apart(make, words, study):
    table = make.table_of(
        [[[10, 20, 30, 40]]],
        100,
        groups=[Choice("total", "Total")],
        answers=[*make.choices(["No", "Yes", "Surely"]), Choice("~dk", "Don't know")],
    )
    figure = draw(make.sealed(table), make.plan("likert"), words=words, study=study)
    main, apart = figure.axes
    assert len(main.patches) == 3
    assert [patch.get_width() for patch in apart.patches] == [pytest.approx(0.4)]
    assert "Don't know 40%" in figure.alt


def test_severity_begins_with_the_strongest_answer(make, words, study):
    counts = [[40, 30, 10, 10, 10], [10, 10, 20, 30, 30]]
    table = make.scale(["less", "more"], make.levels, counts)
    figure = draw(make.sealed(table), make.plan("severity"), words=words, study=study)
    (axes,) = figure.axes
    assert labels_of(axes.yaxis) == ["more (n = 100)", "less (n = 100)"]
    assert axes.patches[0].get_width() == pytest.approx(0.30)
    assert "more (n = 100): Very satisfied 30%, Satisfied 30%" in figure.alt


def test_awareness_pairs_services_and_names_a_withheld_use(make, words, study):
    aware = make.chosen(["a", "b"], [0.9, 0.5], 100)
    used = make.chosen(["a", "b"], [0.4, 0.03], 100)
    hidden = make.sealed(used, used.cells["answer"].eq("c2"))
    figure = draw(
        hidden,
        make.plan("awareness"),
        words=words,
        study=study,
        second=make.sealed(aware),
    )
    assert inside(figure) == ["40%", "90%", "50%", "Use it: withheld"]
    assert "a (n = 100): Know it 90%, Use it 40%." in figure.alt
    with pytest.raises(ParameterError, match="second table"):
        draw(hidden, make.plan("awareness"), words=words, study=study)


def test_awareness_the_wrong_way_round_is_an_error(make, words, study):
    aware = make.sealed(make.chosen(["a", "b"], [0.9, 0.5], 100, id="aware"))
    used = make.sealed(make.chosen(["a", "b"], [0.4, 0.3], 100, id="used"))
    with pytest.raises(ParameterError, match="exchange 'aware' and 'used'"):
        draw(aware, make.plan("awareness"), words=words, study=study, second=used)


def test_overlapping_answers_cant_be_stacked(make, words, study):
    safe = make.sealed(make.chosen(["a", "b"], [0.9, 0.5], 100))
    with pytest.raises(ParameterError, match="overlap"):
        draw(safe, make.plan("stacked"), words=words, study=study)


def test_a_group_without_respondents_is_named_so(make, words, study):
    table = make.ml_use()
    cells = table.cells.assign(base=table.cells["base"])
    empty = cells["group"].eq("th")
    cells.loc[empty, ["count", "base"]] = 0
    cells.loc[empty, ["share", "low", "high"]] = float("nan")
    object.__setattr__(table, "cells", cells)
    figure = draw(make.sealed(table), make.plan("stacked"), words=words, study=study)
    assert "nobody in this group" in inside(figure)
    assert "TH (n = 0): nobody answered." in figure.alt


@pytest.mark.parametrize("kind", ["bars", "heatmap"])
def test_labels_are_never_math_nor_markup(kind, make, words, study):
    table = make.chosen([HOSTILE, "b"], [0.9, 0.5], 100)
    figure = draw(make.sealed(table), make.plan(kind), words=words, study=study)
    figure.canvas.draw()
    drawn = labels_of(figure.axes[0].yaxis)[0].replace(" ", "")
    assert drawn == HOSTILE.replace(" ", "")


def test_an_unprotected_threshold_is_marked(make, words, study):
    table = protect(make.ml_use(), threshold=1, profile=Profile.INTERNAL)
    figure = draw(table, make.plan("stacked"), words=words, study=study)
    assert "NOT PROTECTED" in figure.marks


def test_what_protect_returns_can_be_drawn(make, words, study):
    safe = protect(make.service_use(), threshold=5, profile=Profile.WORKSHOP)
    figure = draw(safe, make.plan("heatmap"), words=words, study=study)
    assert int(figure.data["withheld"].sum()) == int(safe.cells["withheld"].sum())
    with pytest.raises(DisclosureError):
        write_tables([make.service_use()], None, words=words, study=study)
