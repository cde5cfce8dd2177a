"""The three real exports as whole studies: run by the command, and looked at.

Expected numbers are those that the surveys' authors published, as they stand in
``../shared/data/README.md``; names and e-mails are those of ``indico/truth.json``.
"""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from surveytools.presenting.measure import plain
from surveytools.study import PlannedTable, Study, load_study, load_tabplan
from surveytools.study.text import in_language

STUDIES = ("dlr", "sheffield", "indico")
ATTRIBUTIONS = {
    "dlr": ("DLR", "CC-BY-4.0"),
    "sheffield": ("RSE-Sheffield", "BSD-3"),
    "indico": ("Invented test data",),
}


@dataclass(frozen=True)
class Ran:
    """A study that was run: what it says, what it printed, what it wrote."""

    name: str
    study: Study
    plan: tuple[PlannedTable, ...]
    processed: Path
    reports: Path
    printed: str

    def drawn(self, table: str) -> pd.DataFrame:
        """Read the numbers of a figure."""
        path = self.reports / "figures" / f"{table}.csv"
        return pd.read_csv(path, dtype={"answer": str}, keep_default_na=False)


@pytest.fixture(scope="module")
def studies(shared_data, root, run_study, tmp_path_factory) -> Callable[[str], Ran]:
    """Run all studies, in a copy of the tree so that their relative paths hold.

    Side by side: each works alone for much of its time, on one core.
    """
    home = tmp_path_factory.mktemp("tree")
    (home / "shared").symlink_to(shared_data.parent)
    for folder in ("config", "notebooks"):
        shutil.copytree(root / folder, home / "main" / folder)
    there = home / "main" / "tests" / "acceptance"

    def run(name: str) -> Ran:
        shutil.copytree(root / "tests" / "acceptance" / name, there / name)
        file = there / name / "study.toml"
        study = load_study(file)
        return Ran(
            name,
            study,
            load_tabplan(file.parent / study.files.tabplan).tables,
            file.parent / study.places.processed,
            file.parent / study.places.reports,
            run_study(file),
        )

    with ThreadPoolExecutor() as pool:
        ran = dict(zip(STUDIES, pool.map(run, STUDIES), strict=True))
    return ran.__getitem__


@pytest.fixture(params=STUDIES)
def ran(request, studies) -> Ran:
    return studies(request.param)


@pytest.fixture
def figures(ran) -> list[PlannedTable]:
    return [planned for planned in ran.plan if planned.figure is not None]


@pytest.fixture
def slides(ran) -> list:
    return list(Presentation(str(ran.reports / "deck.pptx")).slides)


def test_all_is_written_where_the_study_says(ran, root):
    assert ran.printed.startswith("wrote deck.pptx, tables.xlsx, index.html")
    assert (ran.processed / ran.study.waves[-1].name / "responses.parquet").is_file()
    for ignored in ("data/processed", "reports"):
        assert not (root / "tests" / "acceptance" / ran.name / ignored).exists()


def test_the_deck_has_a_slide_for_each_planned_figure(ran, figures, slides):
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    cover, who, *findings = titles
    who_answered = next(each for each in figures if each.topic == "respondents")
    neutral = [
        plain(in_language(planned.title, ran.study.language))
        for planned in figures
        if planned is not who_answered
    ]
    assert cover == ran.study.title
    assert who.startswith("Who answered: ")
    assert len(findings) > len(neutral)
    for found, expected in zip(findings, neutral, strict=False):
        assert found.startswith(expected)
    for last in findings[len(neutral) :]:
        assert last.startswith("What is withheld, and why")


def test_each_slide_has_words_for_its_picture_and_notes(slides):
    for slide in slides[1:]:
        shown = [
            shape
            for shape in slide.shapes
            if shape.has_chart or shape.shape_type == MSO_SHAPE_TYPE.PICTURE
        ]
        for shape in shown:
            assert len(shape._element._nvXxPr.cNvPr.get("descr")) > 60
        if shown:
            assert "Base: " in slide.notes_slide.notes_text_frame.text


def test_figures_are_there_as_png_svg_and_csv(ran, figures):
    folder = ran.reports / "figures"
    names = {planned.id for planned in figures}
    wanted = {f"{name}.{kind}" for name in names for kind in ("png", "svg", "csv")}

    assert {path.name for path in folder.iterdir()} == wanted
    for name in names:
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.width > picture.height > 1000
            assert len(picture.text["Description"]) > 60
        assert "<desc" in (folder / f"{name}.svg").read_text("utf-8")
        assert not ran.drawn(name).empty


def test_notebooks_were_executed_without_an_error(ran, root):
    copies = sorted((ran.reports / "notebooks").glob("*.ipynb"))

    wanted = sorted(path.name for path in (root / "notebooks").glob("[0-9]*.ipynb"))
    assert [path.name for path in copies] == wanted
    for path in copies:
        cells = nbformat.read(path, as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        for output in (output for cell in code for output in cell.outputs):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


def test_the_source_stands_on_every_output(ran, figures, slides):
    book = openpyxl.load_workbook(ran.reports / "tables.xlsx", read_only=True)
    sheets = [str(list(sheet.values)) for sheet in book]
    book.close()
    withheld = "What is withheld"
    pages = [
        " ".join(
            shape.text_frame.text for shape in slide.shapes if shape.has_text_frame
        )
        for slide in slides
    ]
    drawings = [
        (ran.reports / "figures" / f"{planned.id}.svg").read_text("utf-8")
        for planned in figures
    ]
    index = (ran.reports / "index.html").read_text("utf-8")
    for words in ATTRIBUTIONS[ran.name]:
        assert words in index
        assert all(words in text for text in sheets[1:])
        assert all(words in text for text in drawings)
        assert all(words in text for text in pages if withheld not in text)


def counts(ran, table, group="total"):
    cells = ran.drawn(table)
    own = cells[cells["group"].eq(group)]
    return dict(zip(own["answer_label"], own["count"].astype(int), strict=True))


def percents(ran, table, digits=0):
    cells = ran.drawn(table)
    cells = cells[cells["share"].ne("")]  # without what is withheld
    shares = 100 * cells["share"].astype(float)
    return dict(zip(cells["answer"], shares.round(digits), strict=True))


def test_dlr_prints_what_its_authors_published(studies):
    ran = studies("dlr")

    assert list(counts(ran, "age").values()) == [33, 309, 266, 101, 55]
    assert counts(ran, "writes_code") == {"Yes": 612, "No": 161}
    institutes = counts(ran, "respondents_by_institute")
    assert institutes["Institute Aeronautics 1"] == 68
    assert institutes["Institute Aeronautics 8"] == 41
    assert institutes["Institute Space 16"] == 38
    assert institutes["Other"] == 35
    assert institutes["Institute Energy 4"] == 23
    sets = ran.drawn("version_control_combinations").set_index("answer")["count"]
    published = {"git": 152, "svn": 141, "svn+git": 136, "none": 112, "git+cvs": 10}
    assert sets[list(published)].astype(int).to_dict() == published


@pytest.mark.parametrize(
    ("institute", "published"),
    [
        ("space_17", {"Python": 23, "C++": 17, "C": 12}),
        ("aeronautics_1", {"Python": 53, "C": 35, "Fortran": 29}),
    ],
)
def test_dlr_heat_map_of_39_institutes_has_the_published_cells(
    studies, institute, published
):
    used = counts(studies("dlr"), "languages_by_institute", institute)

    assert {language: used[language] for language in published} == published


def test_dlr_heat_map_says_how_much_of_the_table_it_shows(studies):
    ran = studies("dlr")
    cells = ran.drawn("languages_by_institute")
    drawing = (ran.reports / "figures" / "languages_by_institute.svg").read_text(
        "utf-8"
    )
    left_out = 40 - cells["group"].nunique()

    assert 0 < left_out < 40
    assert f"{left_out} groups with smaller or withheld bases" in drawing
    assert "languages_by_institute is in tables.xlsx" in drawing
    assert cells["answer"].nunique() == 26


def test_sheffield_prints_what_its_authors_published(studies):
    ran = studies("sheffield")

    faculties = percents(ran, "faculty_as_answered", 1)
    published = [28.5, 28.0, 24.6, 11.0, 5.0, 0.8]
    assert list(faculties.values())[:6] == published
    assert percents(ran, "uses")["yes"] == 91
    assert percents(ran, "importance")["5"] == 65
    assert percents(ran, "develops")["yes"] == 27
    training = ran.drawn("training")
    assert percents(ran, "training")["no"] == 69
    assert training["base"].astype(int).unique().tolist() == [103]


def test_sheffield_hpc_stands_on_both_bases(studies):
    ran = studies("sheffield")

    of_all = percents(ran, "hpc_of_all", 1)
    assert of_all["yes"] == 8.1
    assert sum(n for code, n in of_all.items() if code.startswith("~")) == 73.0
    assert ran.drawn("hpc_of_all")["base"].astype(int).unique().tolist() == [382]
    of_asked = percents(ran, "hpc_of_asked")
    assert [of_asked[c] for c in ("yes", "would", "not_required")] == [30, 22, 25]
    assert ran.drawn("hpc_of_asked")["base"].astype(int).unique().tolist() == [103]


@pytest.fixture(scope="module")
def truth(shared_data) -> dict[str, list[dict]]:
    """Say who answered what, in the order of the study's exports."""
    folder = shared_data / "indico"
    return {
        name: json.loads((folder / name).read_text("utf-8"))["rows"]
        for name in ("truth.json", "truth_survey_fr.json")
    }


def test_indico_counts_both_exports_without_identical_answers(studies, truth):
    ran = studies("indico")
    sent = {
        json.dumps([name, row["answers"]], sort_keys=True)
        for name, rows in truth.items()
        for row in rows
    }
    departments = [json.loads(each)[1]["Q01"] for each in sent]
    physics = ("Theoretical Physics", "Physique théorique")

    assert sum(len(rows) for rows in truth.values()) == 280
    shown = counts(ran, "respondents_by_department")
    assert shown["TH"] == sum(each in physics for each in departments)
    assert sum(shown.values()) == len(sent) == 277


def test_indico_names_nobody_who_answered(studies, truth, leaks):
    ran = studies("indico")
    rows = [row for rows in truth.values() for row in rows]
    people = {row[key] for row in rows for key in ("submitter", "email") if row[key]}

    assert len(people) > 150
    assert leaks([ran.reports, ran.processed], people) == set()
    assert not [name for name in people if name.lower() in ran.printed.lower()]


def test_the_search_finds_names_where_they_are(shared_data, leaks, tmp_path):
    """In the export itself, packed as a workbook: else it would never find any."""
    shutil.copy(shared_data / "indico" / "survey_ui-en.xlsx", tmp_path)
    frame = pd.read_csv(shared_data / "indico" / "survey_ui-en.csv", dtype=str)
    people = set(frame["Submitter"].dropna()) | set(frame["Submitter Email"].dropna())
    frame[["Submitter"]].to_parquet(tmp_path / "people.parquet", compression="zstd")

    assert {name for _, name in leaks([tmp_path], people)} == people
    packed = {name for file, name in leaks([tmp_path], people) if "parquet" in file}
    assert packed == set(frame["Submitter"].dropna())
