"""Written figures: equal bytes, words inside, nothing that a program executes."""

import csv
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from surveytools.disclosure.details import planned_details
from surveytools.presenting import (
    add_details,
    draw,
    load_words,
    read_figures,
    save_figure,
)

HOSTILE = "=1+1 $a$ <script>alert(1)</script>\x00\x0b \N{HIRAGANA LETTER A}"


def test_files_are_named_and_equal_in_bytes_on_each_run(
    figure, family, families, study, tmp_path
):
    again = draw(**families[family], words=load_words("en"), study=study)
    first = save_figure(figure, tmp_path / "one")
    second = save_figure(again, tmp_path / "two")
    assert [path.suffix for path in first] == [".png", ".svg", ".csv"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_saving_twice_gives_the_same_bytes(figure, tmp_path):
    first = [path.read_bytes() for path in save_figure(figure, tmp_path)]
    second = [path.read_bytes() for path in save_figure(figure, tmp_path)]
    assert first == second


def test_picture_carries_title_and_words_and_no_date(figure, tmp_path):
    png, svg, _ = save_figure(figure, tmp_path)
    with Image.open(png) as image:
        assert image.size == (2000, 1125)
        assert image.text["Title"] == figure.title_text
        assert image.text["Description"] == figure.alt
        assert "Software" not in image.text
    root = ET.parse(svg).getroot()  # noqa: S314  # our own file
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == figure.title_text
    assert root.findtext(f"{space}desc") == figure.alt
    assert root.get("role") == "img"
    assert "<dc:date>" not in svg.read_text(encoding="utf-8")


def test_numbers_of_the_file_are_those_drawn(figure, tmp_path):
    _, _, numbers = save_figure(figure, tmp_path)
    read = pd.read_csv(numbers, keep_default_na=False, na_values={"share": [""]})
    assert len(read) == len(figure.data)
    assert read["share"].tolist() == pytest.approx(
        figure.data["share"].tolist(), rel=1e-5, nan_ok=True
    )
    hidden = read["withheld"].eq("withheld")
    assert hidden.tolist() == figure.data["withheld"].tolist()
    assert read.loc[hidden, "count"].eq("").all()


@pytest.mark.parametrize(
    "kind", ["bars", "stacked", "heatmap", "likert", "severity", "awareness"]
)
def test_hidden_values_leave_no_trace_in_any_byte(kind, make, words, study, tmp_path):
    """Two tables that differ in withheld cells alone give the same files."""
    results = []
    for swap in (False, True):
        if kind in ("likert", "severity"):
            counts = [[9, 12, 20, 30, 40], [3, 2, 20, 20, 20]]
            if swap:
                counts[1][:2] = [1, 4]
            table = make.scale(["A", "B"], make.levels, counts, id="t")
            hidden = table.cells["row"].eq("r1") & table.cells["answer"].isin(
                ["c1", "c2"]
            )
        elif kind == "stacked":
            table = make.ml_use(id="t")
            hidden = table.cells["group"].isin(["te", "sy"]) & table.cells[
                "answer"
            ].isin(["c2", "c3"])
        else:
            rates = [0.5, 0.04, 0.02, 0.3] if swap else [0.5, 0.02, 0.04, 0.3]
            table = make.chosen(["a", "b", "c", "d"], rates, 100, id="t")
            hidden = table.cells["answer"].isin(["c2", "c3"])
        if kind == "stacked" and swap:
            cells = table.cells.copy()
            for group in ("te", "sy"):
                two = cells["group"].eq(group) & cells["answer"].isin(["c2", "c3"])
                cells.loc[two, "count"] = cells.loc[two, "count"].to_numpy()[::-1]
            object.__setattr__(table, "cells", cells)
        safe = make.sealed(table, hidden)
        second = safe if kind == "awareness" else None
        figure = draw(safe, make.plan(kind), words=words, study=study, second=second)
        folder = tmp_path / str(swap)
        results.append([path.read_bytes() for path in save_figure(figure, folder)])
    assert results[0] == results[1]


def test_hostile_labels_are_text_in_every_file(make, words, study, tmp_path):
    table = make.chosen([HOSTILE, "+b"], [0.9, 0.5], 100, id="../../x")
    figure = draw(make.sealed(table), make.plan("bars"), words=words, study=study)
    png, svg, numbers = save_figure(figure, tmp_path)
    assert {path.parent for path in (png, svg, numbers)} == {tmp_path}
    assert "<script" not in svg.read_text(encoding="utf-8")
    ET.parse(svg)  # noqa: S314  # our own file
    with numbers.open(encoding="utf-8", newline="") as file:
        labels = [row["answer_label"] for row in csv.DictReader(file)]
    assert labels[0].startswith("'=1+1")
    assert labels[1] == "'+b"


def test_figures_can_be_read_back_for_the_index(figure, tmp_path):
    save_figure(figure, tmp_path / "figures" / "ep")
    (shown,) = read_figures(tmp_path / "figures", page=tmp_path)
    assert (shown.title, shown.alt) == (figure.title_text, figure.alt)
    assert shown.image == f"figures/ep/{figure.name}.svg"
    assert shown.data["withheld"].tolist() == figure.data["withheld"].tolist()


def test_the_csv_of_a_figure_has_what_its_table_declares(make, words, study, tmp_path):
    """Comparisons beside the cells, nets below them; the page shows the cells alone."""
    counts = np.array([[60, 30, 10], [20, 30, 50]] * 5)
    safe = make.sealed(make.ml_use(counts))
    plan = make.plan(
        "stacked", by="department", compare="holm", nets={"Any": ("c1", "c2")}
    )
    details = planned_details(safe, plan)
    figure = draw(safe, plan, words=words, study=study)
    add_details(figure, safe, details, words)
    folder = tmp_path / "figures"
    written = pd.read_csv(save_figure(figure, folder)[2], keep_default_na=False)

    cells = written[written["line"].eq("answer")]
    drawn = cells.set_index(["group", "answer"])
    expected = details.comparisons.cells.set_index(["group", "answer"])
    letters = expected["letters"].reindex(drawn.index)
    assert drawn["letters"].tolist() == letters.tolist()
    assert set(drawn["letters"]) != {""}
    nets = written[written["line"].eq("net")].set_index("group")
    assert float(nets.loc["ep", "share"]) == pytest.approx(0.9)
    assert nets["group_label"]["ep"] == "EP"
    below = details.comparisons.below.set_index("group")["letters"]
    assert nets["letters"].to_dict() == below.to_dict()
    assert below["ep"]
    (shown,) = read_figures(folder, page=tmp_path)
    assert len(shown.data) == len(figure.data)


def test_the_csv_of_a_figure_without_details_is_what_was_drawn(
    make, words, study, tmp_path
):
    safe = make.sealed(make.ml_use())
    plan = make.plan("stacked", by="department")
    figure = draw(safe, plan, words=words, study=study)
    add_details(figure, safe, planned_details(safe, plan), words)
    written = pd.read_csv(save_figure(figure, tmp_path)[2])

    assert list(written) == list(figure.data)
