"""Stored outputs: whose they are, and that others are refused."""

import json

import pytest

from surveytools.errors import NotebookError
from surveytools.running.freshness import describe_run
from surveytools.running.stored import check, main, refresh

STUDY = (
    'title = "Tiny"\n'
    'disclosure = { profile = "workshop", threshold = 5 }\n'
    '[[waves]]\nname = "2024"\ncodebook = "c.toml"\nexports = [{ file = "e.csv" }]\n'
)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "c.toml").write_text("")
    (tmp_path / "e.csv").write_text("a\n1\n")
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": []}
    cell |= {"source": "print(6 * 7)", "execution_count": None}
    spec = {"name": "python3", "display_name": "x", "language": "python"}
    notebook = {"cells": [cell], "metadata": {"kernelspec": spec}}
    notebook |= {"nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "20_a.ipynb").write_text(json.dumps(notebook))
    return tmp_path


def test_outputs_are_stored_once_and_refused_for_other_inputs(home, monkeypatch):
    for name in ("SURVEYTOOLS_STUDY", "SURVEYTOOLS_REPORTS"):
        monkeypatch.setenv(name, "")
    run = describe_run(home / "study.toml")
    with pytest.raises(NotebookError, match="it has no stored outputs"):
        check(run)

    (path,) = refresh(run)
    (cell,) = json.loads(path.read_text())["cells"]
    assert cell["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["42\n"]}
    ]
    assert cell["metadata"] == {}
    assert refresh(run) == ()
    check(run)

    (home / "e.csv").write_text("a\n2\n")
    with pytest.raises(NotebookError) as caught:
        check(describe_run(home / "study.toml"))
    assert str(caught.value) == (
        "20_a.ipynb: its stored outputs are of other inputs; "
        "run make notebooks and look at what changed"
    )
    assert main(["check", "--study", str(home / "study.toml")]) == 1


def test_a_folder_of_this_computer_in_an_output_is_refused(home, monkeypatch):
    for name in ("SURVEYTOOLS_STUDY", "SURVEYTOOLS_REPORTS"):
        monkeypatch.setenv(name, "")
    path = home / "notebooks" / "20_a.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["source"] = "import os\nos.getcwd()"
    path.write_text(json.dumps(notebook))
    run = describe_run(home / "study.toml")
    refresh(run)

    with pytest.raises(NotebookError, match="name a folder of this computer"):
        check(run)
