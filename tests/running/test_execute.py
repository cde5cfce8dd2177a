"""Executing one notebook: its copy, its errors, its kernel."""

import json
import os
import sys

import pytest

from surveytools.errors import NotebookError, ParameterError
from surveytools.running.execute import FailedCellError, execute_notebook


def texts(path):
    """Text outputs of an executed notebook."""
    cells = json.loads(path.read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return ["".join(output["text"]) for output in outputs if "text" in output]


def test_a_notebook_runs_in_its_folder_with_this_python(
    tmp_path, write_notebook, monkeypatch
):
    source = (
        "import os, sys, ipykernel.kernelapp as app\n"
        "print(os.getcwd(), sys.executable, unit, sep='\\n')\n"
        "print(app.IPKernelApp.instance().transport)"
    )
    notebook = write_notebook(tmp_path / "in {here}" / "20_a.ipynb", source)
    # A kernelspec of this name in the user's home doesn't take the kernel's place.
    home = tmp_path / "jupyter"
    spec = {"argv": ["false"], "display_name": "x", "language": "python"}
    (home / "kernels" / "python3").mkdir(parents=True)
    (home / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(home))
    output = tmp_path / "out" / "20_a.ipynb"

    execute_notebook(notebook, output, parameters={"unit": "ep"})

    lines = "".join(texts(output)).splitlines()
    assert lines == [str(notebook.parent), sys.executable, "ep", "ipc"]
    assert os.listdir(output.parent) == ["20_a.ipynb"]  # noqa: PTH208 - hidden too


def test_equal_runs_give_equal_copies_without_secrets(tmp_path, write_notebook):
    notebook = write_notebook(
        tmp_path / "20_a.ipynb", "1 + 1", parameters='api_token: str = ""\nunit = "x"'
    )
    copies = [tmp_path / "one.ipynb", tmp_path / "two.ipynb"]

    for copy in copies:
        given = {"api_token": "hunter2", "unit": "ep"}
        execute_notebook(notebook, copy, parameters=given)

    one, two = (copy.read_text() for copy in copies)
    assert one == two
    assert "hunter2" not in one
    assert "ep" in one


def test_what_a_cell_prints_is_one_text_until_it_shows_something(
    tmp_path, write_notebook
):
    """The kernel sends what is there whenever it is asked to."""
    source = (
        "import sys\n"
        "for number in range(3):\n"
        "    print(number)\n"
        "    sys.stdout.flush()\n"
        "display('shown')\n"
        "print('after')"
    )
    notebook = write_notebook(tmp_path / "20_a.ipynb", source)
    output = tmp_path / "out.ipynb"

    execute_notebook(notebook, output)

    assert texts(output) == ["0\n1\n2\n", "after\n"]


def test_a_failing_cell_is_named_and_the_copy_written(tmp_path, write_notebook):
    notebook = write_notebook(tmp_path / "21_b.ipynb", "a = 1", "b = 2\na / (b - 2)")
    output = tmp_path / "out.ipynb"

    with pytest.raises(FailedCellError) as caught:
        execute_notebook(notebook, output)

    assert str(caught.value) == (
        "21_b.ipynb: cell [3], line 2, 'a / (b - 2)': ZeroDivisionError: "
        "division by zero; look at its executed copy"
    )
    assert caught.value.ename == "ZeroDivisionError"
    assert "ZeroDivisionError" in output.read_text()


def test_the_copy_is_written_when_the_kernel_dies(tmp_path, write_notebook):
    notebook = write_notebook(
        tmp_path / "22_c.ipynb", "print('before')", "import os; os._exit(1)"
    )
    output = tmp_path / "out.ipynb"

    with pytest.raises(NotebookError, match="the kernel died"):
        execute_notebook(notebook, output)

    assert texts(output) == ["before\n"]


def test_an_unknown_parameter_starts_nothing(tmp_path, write_notebook):
    notebook = write_notebook(tmp_path / "20_a.ipynb", "1")

    with pytest.raises(ParameterError, match="did you mean 'unit'"):
        execute_notebook(notebook, tmp_path / "x.ipynb", parameters={"unti": "ep"})

    assert not (tmp_path / "x.ipynb").exists()
