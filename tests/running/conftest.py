"""Small notebooks and studies to run."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

PARAMETERS = 'unit: str = "all"  # department, or all'


@pytest.fixture(scope="session")
def write_notebook() -> Callable[..., Path]:
    """Write a notebook: its cell tagged ``parameters``, then one cell a source."""

    def write(path: Path, *sources: str, parameters: str = PARAMETERS) -> Path:
        v4 = nbformat.v4
        first = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        cells = [first, *(v4.new_code_cell(source) for source in sources)]
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def write_study(write_notebook) -> Callable[[Path], Path]:
    """Write a study with one export, whose notebooks write what they read."""

    def write(home: Path) -> Path:
        home.mkdir(parents=True, exist_ok=True)
        (home / "export.csv").write_text("answer\nyes\n")
        (home / "codebook.toml").write_text('title = "Tiny"\n')
        (home / "study.toml").write_text(
            'title = "Tiny study"\n'
            'disclosure = { profile = "workshop", threshold = 5 }\n'
            "[[waves]]\n"
            'name = "2024"\n'
            'codebook = "codebook.toml"\n'
            'exports = [{ file = "export.csv" }]\n'
        )
        copies_export = (
            "import os, pathlib\n"
            "out = pathlib.Path(os.environ['SURVEYTOOLS_REPORTS'])\n"
            "out.mkdir(parents=True, exist_ok=True)\n"
            "text = pathlib.Path('../export.csv').read_text()\n"
        )
        folder = home / "notebooks"
        write_notebook(folder / "10_clean.ipynb", "1 + 1")
        for name in ("20_good", "21_other", "40_deck"):
            source = f"{copies_export}_ = (out / '{name}.txt').write_text(text + unit)"
            write_notebook(folder / f"{name}.ipynb", source)
        return home / "study.toml"

    return write
