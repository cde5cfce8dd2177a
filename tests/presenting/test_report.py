from html.parser import HTMLParser

import openpyxl
import pytest

from surveytools.disclosure import protect
from surveytools.presenting import (
    NotebookRun,
    build_index,
    draw,
    save_figure,
    shown_figure,
    write_tables,
)
from surveytools.study.study import Profile


class Page(HTMLParser):
    """Tags, their attributes and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def hostile(make, words, study):
    label = "<script>alert(1)</script> \"'&"
    table = make.chosen([label, "b"], [0.9, 0.02], 100, id="hostile")
    safe = make.sealed(table, table.cells["answer"].eq("c2"))
    return draw(safe, make.plan("bars", title=label), words=words, study=study)


def page_of(path, figure, words, study, **more):
    build_index(path, study=study, words=words, figures=[shown_figure(figure)], **more)
    return Page(path.read_text(encoding="utf-8"))


def test_page_works_without_network_and_without_scripts(
    hostile, words, study, tmp_path
):
    page = page_of(tmp_path / "index.html", hostile, words, study, links=["deck.pptx"])
    assert page.all("script") == []
    assert page.all("link") == []
    targets = [a["href"] for a in page.all("a")] + [i["src"] for i in page.all("img")]
    assert all("//" not in target for target in targets)
    assert "deck.pptx" in targets
    assert page.all("html") == [{"lang": "en"}]


def test_texts_are_escaped_and_pictures_described(hostile, words, study, tmp_path):
    path = tmp_path / "index.html"
    page = page_of(path, hostile, words, study)
    (image,) = page.all("img")
    assert image["alt"] == hostile.alt
    assert image["src"] == "figures/hostile.svg"
    assert "<script" not in path.read_text(encoding="utf-8")
    assert hostile.title_text in page.text


def test_numbers_stand_below_the_figure_and_withheld_ones_as_word(
    hostile, words, study, tmp_path
):
    page = page_of(tmp_path / "index.html", hostile, words, study)
    assert page.text.count("withheld") >= 3
    assert "90%" in page.text
    assert {head["scope"] for head in page.all("th")} == {"col", "row"}
    assert len(page.all("details")) == len(page.all("caption")) == 1


def test_runs_and_marks_are_told(hostile, words, study, tmp_path):
    runs = [
        NotebookRun("21_use <ep>", "done", "notebooks/21 use.ipynb"),
        NotebookRun("22_needs", "failed"),
        NotebookRun("23_more", "skipped"),
    ]
    page = page_of(tmp_path / "index.html", hostile, words, study, runs=runs)
    for text in ("21_use <ep>", "done", "failed", "unchanged"):
        assert text in page.text
    assert "notebooks/21%20use.ipynb" in [a["href"] for a in page.all("a")]
    assert "Synthetic demo data: nobody's answers" in page.text
    assert any("under 5 respondents" in text for text in page.text)


def test_french_page(make, french, study, tmp_path):
    build_index(tmp_path / "index.html", study=study, words=french)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in text
    assert "Aucune figure" in text


def test_equal_pages_for_equal_inputs(hostile, words, study, tmp_path):
    save_figure(hostile, tmp_path / "figures")
    for name in ("one.html", "two.html"):
        page_of(tmp_path / name, hostile, words, study)
    one, two = (tmp_path / name for name in ("one.html", "two.html"))
    assert one.read_bytes() == two.read_bytes()


def test_workbook_marks_what_is_withheld_and_runs_no_formula(
    make, words, study, tmp_path
):
    table = make.chosen(["=1+1", "b"], [0.9, 0.02], 100, id="needs")
    safe = make.sealed(table, table.cells["answer"].eq("c2"))
    use = make.sealed(make.ml_use())
    path = write_tables(
        [safe, use, safe], tmp_path / "tables.xlsx", words=words, study=study
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Contents", "needs", "ml_use_by_department", "needs_2"]
    sheet = book["needs"]
    rows = list(sheet.iter_rows(min_row=6, max_row=7, values_only=True))
    assert rows[0][:2] == ("=1+1", 0.9)
    assert sheet["A6"].data_type == "s"
    assert rows[1][:2] == ("b", "withheld")
    assert sheet["A3"].value == "SYNTHETIC DATA"
    assert book["Contents"]["A6"].hyperlink.location == "'ml_use_by_department'!A1"


def test_workbook_of_a_matrix_has_rows_and_bases(make, words, study, tmp_path):
    counts = [[5, 5, 10, 40, 40], [30, 30, 20, 10, 20]]
    table = make.scale(["SWAN", "EOS"], make.levels, counts, id="m")
    path = write_tables(
        [make.sealed(table)], tmp_path / "tables.xlsx", words=words, study=study
    )
    sheet = openpyxl.load_workbook(path)["m"]
    assert [cell.value for cell in sheet[11]] == [
        "EOS",
        "Very dissatisfied",
        pytest.approx(30 / 110),
        None,
        30,
        None,
        110,
    ]


def test_workbook_has_equal_bytes(make, words, study, tmp_path):
    safe = protect(make.ml_use(), threshold=5, profile=Profile.WORKSHOP)
    one, two = (
        write_tables([safe], tmp_path / name, words=words, study=study).read_bytes()
        for name in ("one.xlsx", "two.xlsx")
    )
    assert one == two
