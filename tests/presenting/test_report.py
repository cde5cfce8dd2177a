import itertools
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from surveytools.analysis.table import TOTAL
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure import protect
from surveytools.disclosure.details import details_of, planned_details
from surveytools.presenting import (
    NotebookRun,
    build_index,
    draw,
    save_figure,
    shown_figure,
    write_tables,
)
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind


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


def test_no_text_of_a_printed_sheet_is_cut(make, words, study, tmp_path):
    study = study.model_copy(update={"source": "a long story " * 30})
    table = make.sealed(make.service_use())
    details = details_of(table, correction="holm")
    path = tmp_path / "t.xlsx"
    write_tables([table], path, words=words, study=study, details=[details])

    contents, sheet = openpyxl.load_workbook(path).worksheets
    assert contents.page_setup.orientation == "landscape"
    assert contents.sheet_properties.pageSetUpPr.fitToPage
    (merged,) = [each for each in sheet.merged_cells.ranges if each.min_row == 2]
    assert (merged.min_col, merged.max_row) == (1, 2)
    assert "a long story a long story" in sheet["A2"].value
    assert sheet["A2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height > 30
    said = [row[0].value or "" for row in sheet.iter_rows(min_row=6)]
    assert max(map(len, said)) < 200


def test_workbook_has_equal_bytes(make, words, study, tmp_path):
    safe = protect(make.ml_use(), threshold=5, profile=Profile.WORKSHOP)
    one, two = (
        write_tables([safe], tmp_path / name, words=words, study=study).read_bytes()
        for name in ("one.xlsx", "two.xlsx")
    )
    assert one == two


def sheet_of(safe, path, words, study, plan):
    details = [planned_details(safe, plan)]
    write_tables([safe], path, words=words, study=study, details=details)
    return openpyxl.load_workbook(path)[safe.id]


def legend(sheet):
    """Give the sentences below the last line of the table."""
    texts = [sheet.cell(row, 1).value for row in range(6, sheet.max_row + 1)]
    return texts[texts.index(None) + 1 :]


def test_letters_in_the_workbook_are_those_of_statsmodels(make, words, study, tmp_path):
    counts = np.array([[60, 20, 20], [20, 40, 40], [50, 30, 40]] * 3 + [[40, 40, 40]])
    safe = make.sealed(make.ml_use(counts))
    plan = make.plan("stacked", by="department", compare="holm")
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    bases = counts.sum(axis=1)
    pairs = [
        (at, one, other)
        for at in range(3)
        for one, other in itertools.combinations(range(10), 2)
    ]
    p_values = [
        proportions_ztest(counts[[one, other], at], bases[[one, other]])[1]
        for at, one, other in pairs
    ]
    differ = multipletests(p_values, method="holm")[0]
    expected = {(at, group): "" for at in range(3) for group in range(10)}
    for (at, *pair), beyond in zip(pairs, differ, strict=True):
        smaller, larger = sorted(pair, key=lambda one: counts[one, at] / bases[one])
        expected[at, larger] += "ABCDEFGHIJ"[smaller] if beyond else ""
    heads = [cell.value for cell in sheet[5]]
    shown = dict.fromkeys(expected, "")
    for group, (name, _) in enumerate(make.departments.values()):
        letter = "ABCDEFGHIJ"[group]
        place = heads.index(f"{name} ({letter})") + 2  # the column behind it, from 1
        for at in range(3):
            if heads[place - 1] == "Letters":
                shown[at, group] = sheet.cell(6 + at, place).value or ""
    assert any(expected.values())
    assert {at: sorted(text.split()) for at, text in shown.items()} == {
        at: sorted(found) for at, found in expected.items()
    }


def test_only_groups_with_letters_have_a_column_of_them(make, words, study, tmp_path):
    """EP differs from IT; BE (30) is like both, TH too small, HSE withheld."""
    counts = np.array([[0, size, 0] for _, size in make.departments.values()])
    counts[0] = [60, 33, 0]
    counts[1] = [10, 34, 0]
    counts[4] = [14, 16, 0]
    plan = make.plan("stacked", by="department", compare="holm")
    safe = make.sealed(make.ml_use(counts))
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    heads = [cell.value for cell in sheet[5]]
    assert heads[1:6] == ["EP (A)", "Letters", "IT (B)", "Letters", "TH (C)"]
    assert heads.count("Letters") == 2
    (said,) = (text for text in legend(sheet) if text.startswith("Groups without"))
    assert "HSE (withheld)" in said
    assert "and Administration (base below 30)" in said
    assert "BE (no share is greater beyond chance)" in said


def test_a_table_without_answers_is_a_sheet_all_the_same(make, words, study, tmp_path):
    """As of exact combinations that nobody gave."""
    safe = make.sealed(
        make.table_of(
            np.zeros((1, 1, 0)),
            np.zeros((1, 1, 0)),
            groups=[Choice(TOTAL, "Total")],
            answers=(),
        )
    )
    write_tables([safe], tmp_path / "t.xlsx", words=words, study=study)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")[safe.id]

    assert sheet["A1"].value == "Demo table"
    assert sheet["A5"].value == "Answer"


def test_no_heading_breaks_inside_a_word(make, words, study, tmp_path):
    safe = make.sealed(make.ml_use())
    plan = make.plan("stacked", by="department", compare="holm")
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    for cell in sheet[5]:
        longest = max(map(len, (cell.value or "").split()), default=0)
        assert sheet.column_dimensions[cell.column_letter].width > longest


def test_workbook_says_how_letters_were_given(make, words, study, tmp_path):
    plan = make.plan("stacked", by="department", compare="none", test="fisher")
    safe = make.sealed(make.ml_use())
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    said = " ".join(legend(sheet))
    assert "Fisher's exact test, no correction for the number of tests, 95% " in said
    assert "in about 5% of comparisons" in said
    assert "No letters below a base of 30" in said
    assert said.endswith("volunteers answered, and self-selection isn't covered.")


def test_nets_and_means_stand_below_the_answers(make, words, study, tmp_path):
    table = make.scale(["SWAN"], make.levels, [[5, 5, 10, 40, 40]], id="m")
    nets = {"=Any": ("c1", "c2")}
    plan = make.plan("likert", nets=nets, summary=True)
    sheet = sheet_of(make.sealed(table), tmp_path / "t.xlsx", words, study, plan)

    below = [
        [sheet.cell(row, at).value for at in (2, 3, 5, 7)] for row in range(11, 19)
    ]
    # Intervals: statsmodels' proportion_confint (Wilson), scipy's t interval of the
    # mean (1*5 + 2*5 + 3*10 + 4*40 + 5*40) / 100 = 4.05.
    between = [
        [f"{end:.0%}" for end in proportion_confint(count, 100, method="wilson")]
        for count in (10, 80, 10)
    ]
    net, top, bottom = (f"{low} to {high}" for low, high in between)
    values = np.repeat([1, 2, 3, 4, 5], [5, 5, 10, 40, 40])
    low, high = stats.t.interval(0.95, 99, values.mean(), stats.sem(values))
    assert below == [
        ["=Any", pytest.approx(0.1), 10, 100],
        ["95% interval", net, None, None],
        ["Top 2", pytest.approx(0.8), None, 100],
        ["95% interval", top, None, None],
        ["Bottom 2", pytest.approx(0.1), None, 100],
        ["95% interval", bottom, None, None],
        ["Mean", pytest.approx(4.05), None, 100],
        ["95% interval", f"{low:.2f} to {high:.2f}", None, None],
    ]
    assert sheet["B11"].data_type == "s"


def test_letters_of_nets_stand_beside_their_shares(make, words, study, tmp_path):
    """As the table's details have them; also of a group that has no others."""
    counts = np.array([[20, 24, 20], [14, 14, 36]] * 5)
    safe = make.sealed(make.ml_use(counts))
    nets = {"Any": ("c1", "c2")}
    plan = make.plan("stacked", by="department", compare="none", nets=nets)
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    compared = planned_details(safe, plan).comparisons
    below = compared.below.set_index("group")["letters"]
    answers = compared.cells.groupby("group")["letters"].agg("".join)
    assert below["ep"]
    assert not answers["ep"]
    heads = [cell.value for cell in sheet[5]]
    place = heads.index("EP (A)") + 1
    assert heads[place] == "Letters"
    shown = [sheet.cell(row, place + 1).value for row in range(6, 11)]
    assert shown == [None, None, None, below["ep"], None]  # the interval is below
    said = " ".join(legend(sheet))
    assert "Nets are compared like answers." in said


def test_each_group_is_compared_with_all_others(make, words, study, tmp_path):
    """By statsmodels' z test, Holm over the groups that are large enough."""
    plan = make.plan("stacked", by="department", compare="holm")
    safe = make.sealed(make.ml_use())
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    heads = [cell.value for cell in sheet[5]]
    place = heads.index("EP: difference in points") + 1
    assert heads[place : place + 3] == ["from", "to", "p"]
    assert sum(str(head).endswith("in points") for head in heads) == 3  # EP, IT, BE
    cells = safe.cells[safe.cells["answer"].eq("c1")].set_index("group")
    (k, n), (all_k, all_n) = (
        cells.loc[code, ["count", "base"]] for code in ("ep", safe.groups[-1].code)
    )
    found = [sheet.cell(6, at).value for at in range(place, place + 4)]
    assert found[0] == pytest.approx(100 * (k / n - (all_k - k) / (all_n - n)))
    assert found[1] < found[0] < found[2]
    ps = [
        proportions_ztest([k, all_k - k], [n, all_n - n])[1]
        for answer in ("c1", "c2", "c3")
        for code in ("ep", "it", "be")
        for own in [safe.cells[safe.cells["answer"].eq(answer)].set_index("group")]
        for k, n in [own.loc[code, ["count", "base"]].astype(int)]
        for all_k, all_n in [own[["count", "base"]].iloc[-1].astype(int)]
    ]
    assert found[3] == pytest.approx(multipletests(ps, method="holm")[1][0])


def test_association_stands_below_with_its_strength(make, words, study, tmp_path):
    counts = np.array([[60, 20, 20], [20, 40, 40]] * 5)
    plan = make.plan("stacked", by="department", compare="holm")
    safe = make.sealed(make.ml_use(counts))
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    expected = stats.chi2_contingency(counts, correction=False)
    (said,) = (text for text in legend(sheet) if text.startswith("Association"))
    assert f"chi-square {expected.statistic:.1f} on 18 degrees of freedom" in said
    assert "p < 0.001; Cramér's V less its bias 0." in said


def test_french_legend(make, french, study, tmp_path):
    counts = np.array([[60, 20, 20], [20, 40, 40]] * 5)
    plan = make.plan("stacked", by="department", compare="holm")
    safe = make.sealed(make.ml_use(counts))
    sheet = sheet_of(safe, tmp_path / "t.xlsx", french, study, plan)

    said = " ".join(legend(sheet))
    assert "p < 0,001\N{NO-BREAK SPACE}; V de Cramér moins son biais 0," in said
    assert "correction de Holm sur le tableau, niveau 95\N{NO-BREAK SPACE}%" in said
    assert "l'autosélection n'est pas couverte" in said


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(({"groups_partition": False}, "groups overlap"), id="overlap"),
        pytest.param(({"base": BaseKind.MENTIONS}, "not respondents"), id="mentions"),
    ],
)
def test_a_sheet_without_letters_says_why(make, words, study, tmp_path, case):
    options, why = case
    safe = make.sealed(make.ml_use(**options))
    plan = make.plan("stacked", by="department", compare="holm")
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    heads = [cell.value for cell in sheet[5]]
    assert "EP" in heads  # without a letter
    assert "Letters" not in heads
    assert why in legend(sheet)[0]


def test_details_of_a_workbook_depend_on_nothing_hidden(make, words, study, tmp_path):
    nets = {"Any": ("c1", "c2")}
    plan = make.plan("stacked", by="department", compare="holm", nets=nets)
    written = []
    for moved in (0, 15):
        counts = np.array([[30, 20, 50], [10, 70, 20]] * 5)
        counts[0] += [moved, -moved, 0]
        table = make.ml_use(counts)
        cells = table.cells
        hidden = cells["answer"].isin(["c1", "c2"])
        hidden &= cells["group"].isin(["ep", table.groups[-1].code])
        path = tmp_path / f"{moved}.xlsx"
        sheet = sheet_of(make.sealed(table, hidden), path, words, study, plan)
        assert sheet["B9"].value == "withheld"
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_details_of_a_group_too_small_to_show_are_withheld(
    make, words, study, tmp_path
):
    plan = make.plan("stacked", by="department", nets={"Any": ("c1", "c2")})
    safe = make.sealed(make.ml_use())
    sheet = sheet_of(safe, tmp_path / "t.xlsx", words, study, plan)

    heads = [cell.value for cell in sheet[5]]
    places = [at for at, head in enumerate(heads, 1) if head == "HSE"]
    below = [sheet.cell(9, place).value for place in places]
    assert below == ["withheld", "withheld", "withheld"]
