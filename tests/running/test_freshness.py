"""What a run depends on, found without importing anything heavy."""

import subprocess
import sys
from pathlib import Path

import pytest

from surveytools.errors import ParameterError, StudyError
from surveytools.files import write_text
from surveytools.running.freshness import describe_run, stale
from surveytools.running.publish import publish


@pytest.fixture
def study(tmp_path, write_study):
    return write_study(tmp_path / "home")


def made(run):
    """Pretend that all notebooks ran: stamps, outputs and manifest as jobs leave."""
    for name in run.notebooks:
        write_text(run.executed(name), "{}")
        stamp = f'{{"digest": "{run.digests[name]}", "outputs": {{}}}}'
        write_text(run.stamp(name), stamp)
    page = run.reports / "index.html"
    write_text(page, "<html>")
    publish(run, lambda _: page, lambda _: ([], {}))
    return run


def test_numbers_say_what_needs_what(study):
    run = describe_run(study)

    assert list(run.notebooks) == ["10_clean", "20_good", "21_other", "40_deck"]
    assert run.needs("10_clean") == ()
    assert run.needs("21_other") == ("10_clean",)
    assert run.needs("40_deck") == ("10_clean", "20_good", "21_other")


def test_nothing_is_stale_after_a_run(study):
    run = made(describe_run(study))

    assert stale(run) == {}
    assert stale(describe_run(study)) == {}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param("export.csv", {"10", "20", "21", "40"}, id="export"),
        pytest.param("codebook.toml", {"10", "20", "21", "40"}, id="codebook"),
        pytest.param("study.toml", {"10", "20", "21", "40"}, id="study"),
        pytest.param("notebooks/21_other.ipynb", {"21", "40"}, id="one notebook"),
        pytest.param("notebooks/40_deck.ipynb", {"40"}, id="the last notebook"),
    ],
)
def test_what_depends_on_a_changed_file_is_stale(study, file, expected):
    made(describe_run(study))
    path = study.parent / file
    path.write_text(path.read_text() + "\n")

    reasons = stale(describe_run(study))

    assert {name[:2] for name in reasons} == expected
    assert set(reasons.values()) == {"what it depends on changed"}


def test_the_base_of_a_codebook_and_a_tabplan_that_appears_count(study):
    made(describe_run(study))
    home = study.parent
    (home / "base.toml").write_text("")
    (home / "codebook.toml").write_text('title = "T"\nbased_on = "base.toml"\n')
    write_text(home / "config" / "tabplan.toml", "")

    assert set(describe_run(study).inputs) == {
        "study.toml",
        "export.csv",
        "codebook.toml",
        "base.toml",
        "config/tabplan.toml",
    }


@pytest.mark.parametrize("deed", ["unlink", "change"])
def test_a_damaged_output_is_made_again(study, deed):
    run = made(describe_run(study))
    page = run.reports / "index.html"
    page.unlink() if deed == "unlink" else page.write_text("other")

    (reason,) = stale(run).values()

    assert reason == f"index.html {'is gone' if deed == 'unlink' else 'was changed'}"


def test_parameters_go_to_the_notebooks_that_have_them(study, write_notebook):
    write_notebook(study.parent / "notebooks" / "00_a.ipynb", "1", parameters="")

    run = describe_run(study, given={"unit": "ep"})

    assert "00_a" not in run.parameters
    assert run.parameters["40_deck"] == {"unit": "ep"}
    assert run.reports == study.parent / "reports" / "unit" / "ep"
    assert run.digests["40_deck"] != describe_run(study).digests["40_deck"]


def test_a_parameter_that_no_notebook_has_is_refused(study):
    with pytest.raises(ParameterError, match="did you mean 'unit'"):
        describe_run(study, given={"unti": "ep"})


def test_a_secret_is_no_parameter_of_a_run(study, write_notebook):
    path = study.parent / "notebooks" / "00_a.ipynb"
    write_notebook(path, "1", parameters='api_token: str = ""')

    with pytest.raises(ParameterError, match="looks like a secret"):
        describe_run(study, given={"api_token": "hunter2"})


def test_a_file_that_is_missing_is_named(study):
    (study.parent / "export.csv").unlink()

    with pytest.raises(StudyError) as caught:
        describe_run(study)

    assert str(caught.value) == (
        "study.toml: it names export.csv, which isn't there; "
        "put the file there, or correct the path"
    )


def test_a_study_that_is_no_toml_is_named_with_its_line(study):
    study.write_text("title = \n")

    with pytest.raises(StudyError, match=r"study\.toml: not TOML: .*line 1"):
        describe_run(study)


def test_nothing_heavy_is_imported_to_say_that_nothing_changed(study):
    made(describe_run(study))
    code = (
        "import sys\n"
        "from surveytools.cli import main\n"
        "try: main(['run', '--study', *sys.argv[1:]])\n"
        "except SystemExit: pass\n"
        "heavy = 'pandas', 'numpy', 'papermill', 'snakemake', 'nbformat', 'pydantic'\n"
        "print([name for name in heavy if name in sys.modules])"
    )

    loud, quiet = (
        subprocess.run(
            [sys.executable, "-c", code, str(study), *options],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(study).parent,
        )
        for options in (["--verbose"], [])
    )

    assert loud.stdout == "nothing changed: reports/ is up to date\n[]\n"
    assert quiet.stdout + quiet.stderr == "[]\n"
