"""The deck, opened again as PowerPoint would."""

import dataclasses
import io
import zipfile

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from surveytools.errors import DisclosureError
from surveytools.presenting import Slide, build_deck, load_words
from surveytools.study import BaseKind

NB = "\N{NO-BREAK SPACE}"
FINDINGS = ["stacked", "heatmap", "awareness", "likert", "bars"]


@pytest.fixture(scope="module")
def slides(families):
    found = []
    for name in FINDINGS:
        given = families[name]
        found.append(Slide(given["table"], given["plan"], given.get("second")))
    return found


@pytest.fixture(scope="module")
def deck_file(slides, make, words, study, tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "deck.pptx"
    respondents = make.sealed(make.ml_use(id="respondents"))
    build_deck(slides, path, study=study, words=words, respondents=respondents)
    return path


@pytest.fixture(scope="module")
def deck(deck_file):
    return Presentation(str(deck_file))


def described(shape):
    (properties,) = list(shape.element.iter(qn("p:cNvPr")))[:1]
    return properties.get("descr")


def charts_of(deck):
    return [s for slide in deck.slides for s in slide.shapes if s.has_chart]


def test_slides_are_wide_and_in_order(deck):
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-4)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == "ML infrastructure survey"
    known = "Who answered: 256 respondents whose “Department” is known"
    assert titles[1] == known
    assert len(titles) == 2 + len(FINDINGS) + 1
    assert titles[-1] == "What is withheld, and why"


def test_charts_print_per_cent_as_their_language_does(
    deck, slides, french, study, tmp_path
):
    path = tmp_path / "deck.pptx"
    build_deck(slides, path, study=study, words=french)
    blank = '0"\N{NO-BREAK SPACE}"%'

    for found, ends in (
        (charts_of(deck)[1:], "0%"),
        (charts_of(Presentation(str(path))), blank),
    ):
        assert len(found) > 0
        for shape in found:
            for series in shape.chart.plots[0].series:
                assert series.data_labels.number_format.endswith(ends)


def test_respondents_are_all_only_where_those_without_a_group_count(
    make, words, study, tmp_path
):
    counted = make.chosen(["EP", "IT"], [0.4, 0.6], 50)
    counted = dataclasses.replace(counted, base=BaseKind.ALL)
    path = tmp_path / "deck.pptx"
    build_deck([], path, study=study, words=words, respondents=make.sealed(counted))
    who = Presentation(str(path)).slides[1]
    assert who.shapes.title.text_frame.text == "Who answered: 50 respondents"


def test_many_departments_stand_in_columns_on_one_scale(make, words, study, tmp_path):
    """39 institutes in one chart lost every second label, and 20 are said to fit."""
    names = [f"Institute {number}" for number in range(1, 40)]
    counted = make.chosen(names, [number / 100 for number in range(10, 49)], 100)
    path = tmp_path / "deck.pptx"
    build_deck([], path, study=study, words=words, respondents=make.sealed(counted))
    shapes = Presentation(str(path)).slides[1].shapes
    charts = [shape for shape in shapes if shape.has_chart]
    shown = [category for each in charts for category in each.chart.plots[0].categories]
    assert shown == names
    assert [len(list(each.chart.plots[0].categories)) for each in charts] == [20, 19]
    assert len({each.chart.value_axis.maximum_scale for each in charts}) == 1
    assert charts[0].left + charts[0].width <= charts[1].left


def test_shares_whose_interval_crosses_their_number_are_drawn_as_a_picture(
    make, words, study, tmp_path
):
    safe = make.sealed(make.chosen(["a", "b"], [0.6, 0.01], 300))
    path = tmp_path / "deck.pptx"
    build_deck([Slide(safe, make.plan("bars"))], path, study=study, words=words)
    shapes = Presentation(str(path)).slides[1].shapes
    assert not [shape for shape in shapes if shape.has_chart]
    assert [shape for shape in shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def test_first_slide_says_that_the_data_are_invented(deck):
    texts = [shape.text_frame.text for shape in deck.slides[0].shapes]
    assert "Synthetic demo data: nobody's answers" in texts


def test_every_slide_with_numbers_is_marked_and_based(deck):
    for slide in list(deck.slides)[1:-1]:
        texts = " ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
        assert "SYNTHETIC DATA" in texts
        assert "volunteers answered" in texts


def test_charts_and_pictures_have_alternative_texts(deck):
    for slide in list(deck.slides)[1:-1]:
        (shown,) = [s for s in slide.shapes if s.has_chart or s.shape_type == 13]
        assert described(shown).startswith(slide.shapes.title.text_frame.text)
        assert "n = " in described(shown) or "EP 93" in described(shown)


def test_notes_say_where_the_numbers_come_from(deck):
    notes = deck.slides[2].notes_slide.notes_text_frame.text
    for part in (
        "Table: ml_use_by_department",
        "By: Department",
        "Base: Share of the respondents who answered",
        "Unit: respondent",
        "Wave: Spring 2024",
        "Filter: none",
        "Wilson",
        "groups under 5 respondents are withheld; 3 of 33 cells withheld",
    ):
        assert part in notes


def test_withheld_values_are_neither_in_the_chart_nor_in_its_workbook(deck):
    stacked = charts_of(deck)[1].chart
    (plot,) = stacked.plots
    categories = list(plot.categories)
    place = categories.index("HSE (withheld)")
    assert f"EP (n{NB}={NB}93)" in categories
    for series in plot.series:
        assert series.values[place] is None
    assert plot.series[0].values[0] == pytest.approx(65 / 93)
    blob = stacked.part.chart_workbook.xlsx_part.blob
    sheet = openpyxl.load_workbook(io.BytesIO(blob)).active
    row = [cell.value for cell in sheet[place + 2]]
    assert row == ["HSE (withheld)", None, None, None]


def test_bars_carry_wilson_intervals_and_none_for_what_is_withheld(deck):
    bars = charts_of(deck)[-1].chart
    values = bars.plots[0].series[0].values
    assert None in values
    (errors,) = list(bars._chartSpace.iter(qn("c:errBars")))
    points = errors.find(qn("c:plus")).findall(f".//{qn('c:pt')}")
    places = {int(point.get("idx")) for point in points}
    assert places == {i for i, value in enumerate(values) if value is not None}


def test_no_text_is_below_12_points(deck):
    for slide in deck.slides:
        for run in slide.element.iter(qn("a:rPr"), qn("a:defRPr")):
            if run.get("sz"):
                assert int(run.get("sz")) >= 1200
    for shape in charts_of(deck):
        sizes = [int(e.get("sz")) for e in shape.chart._chartSpace.iter(qn("a:defRPr"))]
        assert min(sizes) >= 1200


def test_shapes_lie_inside_the_slide_and_dont_overlap(deck):
    for slide in deck.slides:
        boxes = []
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + 1
            assert shape.top + shape.height <= deck.slide_height + 1
            boxes.append((shape.top, shape.top + shape.height, shape))
        title = slide.shapes.title
        end = title.top + title.height
        for top, _, shape in boxes:
            assert shape.shape_id == title.shape_id or top >= end - Pt(5)


def test_last_slide_counts_what_is_withheld(deck, slides):
    (table,) = [s.table for s in deck.slides[-1].shapes if s.has_table]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Table", "Cells", "Withheld"]
    assert rows[1] == ["Demo table", "33", "3"]  # who answered
    assert rows[2] == ["Use of ML by department", "33", "3"]
    # The second table of awareness counts too.
    assert len(rows) == 1 + 1 + len(slides) + 1


def test_equal_inputs_give_equal_bytes(deck_file, slides, make, study, tmp_path):
    words, respondents = load_words("en"), make.sealed(make.ml_use(id="respondents"))
    path = tmp_path / "again.pptx"
    build_deck(slides, path, study=study, words=words, respondents=respondents)
    assert path.read_bytes() == deck_file.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_hostile_texts_stay_texts(make, words, study, tmp_path):
    labels = ["=1+1", "\x00\x0b", "<script>$a$</script>", "+cmd"]
    table = make.chosen(labels, [0.9, 0.7, 0.5, 0.3], 100)
    slide = Slide(make.sealed(table), make.plan("bars", title="=A1 <b>\x0c"))
    path = build_deck([slide], tmp_path / "deck.pptx", study=study, words=words)
    (shape,) = charts_of(Presentation(str(path)))
    assert list(shape.chart.plots[0].categories) == [
        "=1+1",
        "c2",  # nothing visible is left of the label
        "<script>$a$</script>",
        "+cmd",
    ]
    blob = shape.chart.part.chart_workbook.xlsx_part.blob
    sheet = openpyxl.load_workbook(io.BytesIO(blob)).active
    assert {cell.data_type for cell in sheet["A"][1:]} == {"s"}


def test_many_tables_continue_on_a_next_slide(make, words, study, tmp_path):
    slides = [
        Slide(
            make.sealed(make.chosen(["a", "b"], [0.5, 0.2], 50, id=f"t{i}")),
            make.plan(None, title="A long neutral title of a table, " * 4),
        )
        for i in range(30)
    ]
    path = build_deck(slides, tmp_path / "deck.pptx", study=study, words=words)
    deck = Presentation(str(path))
    tables = [s for slide in deck.slides for s in slide.shapes if s.has_table]
    assert len(tables) > 1
    assert sum(len(s.table.rows) - 1 for s in tables) == 30
    title = deck.slides[1].shapes.title.text_frame.text
    assert title.endswith(f"(1 of {len(tables)})")


def test_unprotected_tables_are_refused_and_the_last_deck_stays(
    make, words, study, tmp_path
):
    path = tmp_path / "deck.pptx"
    path.write_bytes(b"last good deck")
    slide = Slide(make.ml_use(), make.plan("stacked"))
    with pytest.raises(DisclosureError):
        build_deck([slide], path, study=study, words=words)
    assert path.read_bytes() == b"last good deck"
