"""What a reader can read: sizes, overlaps, edges; of every family."""

import itertools
import sys

import numpy as np
import pytest
from matplotlib.text import Text

from surveytools.presenting import draw, load_words
from surveytools.presenting.measure import fit_rows, plain, text_width, wrap
from surveytools.presenting.style import slide_style


def texts_of(figure):
    """Every text that is drawn."""
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]


def boxes_of(figure, texts):
    with slide_style():
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        return [text.get_window_extent(renderer) for text in texts]


def test_page_has_the_size_of_a_slide(figure):
    assert figure.get_size_inches() == pytest.approx((13.3333, 7.5), abs=1e-3)


def test_no_text_is_below_12_points(figure):
    sizes = {text.get_fontsize() for text in texts_of(figure)}
    assert min(sizes) >= 12


def test_all_text_is_inside_the_page(figure):
    texts = texts_of(figure)
    page = figure.bbox
    for text, box in zip(texts, boxes_of(figure, texts), strict=True):
        assert box.x0 >= 0, text.get_text()
        assert box.x1 <= page.x1, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.y1 <= page.y1, text.get_text()


def test_texts_dont_overlap(figure):
    texts = texts_of(figure)
    boxes = [box.padded(-1.0) for box in boxes_of(figure, texts)]
    pairs = itertools.combinations(zip(texts, boxes, strict=True), 2)
    for (one, box), (other, beside) in pairs:
        assert not box.overlaps(beside), (one.get_text(), other.get_text())


def test_thirty_services_by_eleven_groups_fit_on_one_slide(families, words, study):
    figure = draw(**families["heatmap"], words=words, study=study)
    (axes,) = figure.axes
    assert len(axes.get_yticks()) == 30
    assert len(axes.get_xticks()) == 11
    assert "drawn" not in figure.footer


@pytest.mark.parametrize("kind", ["bars", "severity"])
def test_long_french_labels_are_broken_and_not_cut(kind, families, study, make):
    figure = draw(**families[kind], words=load_words("fr"), study=study)
    (axes,) = figure.axes[:1]
    drawn = {label.get_text().replace("\n", " ") for label in axes.get_yticklabels()}
    for label in make.obstacles:
        assert any(text.startswith(label) for text in drawn)


def test_a_word_wider_than_a_line_is_broken_without_loss():
    lines = wrap("Unpronounceable" * 5 + " end", 100, 12)
    assert "".join(lines).replace(" ", "") == "Unpronounceable" * 5 + "end"
    assert max(text_width(line, 12) for line in lines) <= 100


def test_rows_that_rank_last_are_left_out_when_height_ends():
    kept, labels = fit_rows(["a", "b", "c", "d"], [1, 4, -1, 3], 30, widest=100)
    assert kept == [1, 3]
    assert labels.texts == ("b", "d")


def test_plain_removes_what_could_hide_or_reorder_text():
    assert plain(" a\tb\n\x00c\u202ed\u200b ") == "a b cd"


def test_too_many_rows_and_groups_are_said_and_the_largest_stay(make, words, study):
    # As many as the dlr survey has: 39 institutes, 26 languages.
    rng = np.random.default_rng(7)
    sizes = np.arange(39) * 2 + 10
    counts = np.minimum(rng.integers(0, 60, (39, 26)), sizes[:, None])
    groups = tuple(
        make.choices([f"Institute of aeronautics {i}" for i in range(1, 40)])
    )
    table = make.table_of(
        counts,
        sizes[:, None, None],
        groups=groups,
        answers=make.choices([f"Language {i}" for i in range(26)]),
        answers_partition=False,
        id="languages",
    )
    figure = draw(make.sealed(table), make.plan("heatmap"), words=words, study=study)
    (axes,) = figure.axes
    shown = len(axes.get_xticks())
    assert shown <= 12
    assert f"{39 - shown} groups with smaller or withheld bases" in figure.footer
    assert "The full table languages is in tables.xlsx" in figure.footer
    assert set(figure.data["group"]) == {f"c{i}" for i in range(40 - shown, 40)}


def test_pyplot_is_never_imported():
    # The suite may import it elsewhere; our modules must not hold it.
    ours = [m for name, m in sys.modules.items() if name.startswith("surveytools.pres")]
    assert not any(hasattr(module, "plt") for module in ours)
