"""Whatever an output is, a run that put something secret into it ends with status 4."""

import base64
import html
import io
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import openpyxl
import pytest
from PIL import Image, PngImagePlugin
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

COLUMNS = ["use", "team", "site", "role", "pace"]
LEAKS = {
    "address": (["contact", "Zoé.someone@example.net"], "an e-mail address"),
    "row": ([*COLUMNS, *["yes"] * 5], "columns of the cleaned answers"),
    "count": (["EP", "n = 3"], "a base below 5"),
}


def picture(words):
    written, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_itxt("Description", " ".join(words), zip=True)
    Image.new("RGB", (2, 2)).save(written, "png", pnginfo=info)
    return written.getvalue()


def vector(words):
    texts = "".join(f"<text>{html.escape(word)}</text>" for word in words)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{texts}</svg>'.encode()


def page(words):
    cells = "".join(f"<td>{html.escape(word)}</td>" for word in words)
    return f"<!doctype html><table><tr>{cells}</tr></table>".encode()


def workbook(words):
    written, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(words)
    book.save(written)
    return written.getvalue()


def slide_text(words):
    written, deck = io.BytesIO(), Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_textbox(*[Inches(1)] * 4)
    box.text_frame.text = " ".join(words)
    deck.save(written)
    return written.getvalue()


def chart_workbook(words):
    written, deck = io.BytesIO(), Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("shown", (1, 2))
    box = [Inches(1)] * 4
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    frame.chart.part.chart_workbook.xlsx_part._blob = workbook(words)
    deck.save(written)
    return written.getvalue()


KINDS = {
    "figure.png": picture,
    "figure.svg": vector,
    "slide.pptx": slide_text,
    "chart.pptx": chart_workbook,
    "page.html": page,
    "table.xlsx": workbook,
    "table.csv": lambda words: (",".join(words) + "\n").encode(),
    "table.json": lambda words: json.dumps(words).encode(),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory, write_notebook):
    """Run a study that leaks each secret into each kind of output."""
    home = tmp_path_factory.mktemp("study")
    (home / "export.csv").write_text(f"{','.join(COLUMNS)}\n{','.join(['yes'] * 5)}\n")
    choices = 'choices = [{ code = "yes", label = "Yes" }]'
    (home / "codebook.toml").write_text(
        "".join(
            f'[[items]]\ncode = "{code}"\nheader = "{code}"\n'
            f'kind = "single-response"\n{choices}\n'
            for code in COLUMNS
        )
    )
    (home / "study.toml").write_text(
        'title = "Tiny study"\n'
        'disclosure = { profile = "workshop", threshold = 5 }\n'
        '[[waves]]\nname = "2026"\ncodebook = "codebook.toml"\n'
        'exports = [{ file = "export.csv" }]\n'
    )
    notebooks = home / "notebooks"
    for name, (words, _) in LEAKS.items():
        folder = home / "planted" / name
        folder.mkdir(parents=True)
        for file, kind in KINDS.items():
            (folder / file).write_bytes(kind(words))
        packed = base64.b64encode(" ".join(words).encode())
        printed = f"import base64\nprint(base64.b64decode({packed}).decode())"
        write_notebook(notebooks / f"20_{name}_printed.ipynb", printed)
        path = write_notebook(notebooks / f"21_{name}_noted.ipynb", "1")
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["authors"] = words
        nbformat.write(notebook, path)
    copied = (
        "import os, shutil\n"
        "out = os.environ['SURVEYTOOLS_REPORTS']\n"
        "_ = shutil.copytree('../planted', out, dirs_exist_ok=True)"
    )
    write_notebook(notebooks / "30_copied.ipynb", copied)
    command = [Path(sys.executable).with_name("surveytools"), "run", "--study"]
    ran = subprocess.run(
        [*command, home / "study.toml"], capture_output=True, text=True, check=False
    )
    return ran, home / "reports"


def test_a_run_that_leaks_ends_with_status_4_and_publishes_nothing(done):
    ran, reports = done

    assert ran.returncode == 4, ran.stderr
    published = [path.relative_to(reports) for path in reports.rglob("*")]
    kept = [path for path in published if path.name in KINDS]
    assert {path.parts[0] for path in kept} <= {".work"}
    assert "someone" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("file", KINDS)
def test_each_kind_of_file_is_named_with_what_it_holds(done, leak, file):
    ran, _ = done
    lines = [line for line in ran.stderr.splitlines() if f"{leak}/{file}" in line]

    assert any(LEAKS[leak][1] in line for line in lines), ran.stderr


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize(
    ("notebook", "place"), [("printed", "output"), ("noted", "(metadata")]
)
def test_output_and_metadata_of_notebooks_are_named(done, leak, notebook, place):
    ran, _ = done
    name = f"_{leak}_{notebook}.ipynb"
    lines = [line for line in ran.stderr.splitlines() if name in line]

    assert any(LEAKS[leak][1] in line and place in line for line in lines), ran.stderr
