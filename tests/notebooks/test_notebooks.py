"""What each notebook must be; that it still says what it said, nbval checks."""

import ast
import json
import re
from pathlib import Path

import pytest

from surveytools.running.freshness import describe_run
from surveytools.running.parameters import parameters_of
from surveytools.running.stored import check

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return json.loads(path.read_text())


def code(notebook):
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells]


def test_there_are_the_notebooks_of_the_design():
    assert [path.stem for path in NOTEBOOKS] == [
        "00_profile",
        "10_clean",
        "20_use_by_department",
        "21_use_by_service",
        "22_satisfaction",
        "23_needs_and_obstacles",
        "40_deck",
    ]


def test_it_begins_with_its_question_and_its_command(path, notebook):
    first = notebook["cells"][0]
    text = "".join(first["source"])

    assert first["cell_type"] == "markdown"
    assert text.startswith(f"# {path.stem[:2]} · ")
    for part in ("**Question.**", "| Inputs |", "| Outputs |", "| Takes |"):
        assert part in text
    assert f"`surveytools run --only {path.stem}" in text


def test_its_parameters_are_annotated_and_explained(path, notebook):
    tagged = [
        cell
        for cell in notebook["cells"]
        if "parameters" in cell["metadata"].get("tags", [])
    ]
    known = parameters_of(path)

    assert len(tagged) == 1
    assert tagged[0] is notebook["cells"][1]
    assert known[0].name == "study"
    assert known[0].default == ""
    assert all(parameter.comment for parameter in known)
    source = ast.parse("".join(tagged[0]["source"]))
    assert all(isinstance(line, ast.AnnAssign) for line in source.body)


def test_it_calls_and_shows_and_defines_nothing(notebook):
    for source in code(notebook):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda), (
                source
            )
            number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
            assert not number, f"a number typed by hand: {source}"


def test_its_kernel_is_that_of_any_environment(notebook):
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}


def test_its_metadata_has_no_times(notebook):
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d\d-[a-z-]+", each) for each in ids)


def test_its_figures_are_there_in_words_too(notebook):
    """Not as their size, by which nbval issue 185 found figures to differ."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                words = "".join(output["data"]["text/plain"])
                assert len(words) > 100
                assert not words.startswith("<Figure")


def test_stored_outputs_are_of_the_demo_as_it_is(root):
    check(describe_run(root / "study.toml"))
