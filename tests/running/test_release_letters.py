"""What releases say of who differs: of the numbers that they show, and no others."""

import itertools

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from surveytools.cli import main

STUDY = """title = "Tiny study"
[disclosure]
profile = "workshop"
threshold = 4
[roles]
department = "dept"
[[weights.margins]]
item = "dept"
targets = { it = 300, ep = 500, be = 200, th = 50, hr = 40, dg = 30 }
[[waves]]
name = "2025"
codebook = "codebook.toml"
exports = [{ file = "before.csv" }]
[[waves]]
name = "2026"
codebook = "codebook.toml"
exports = [{ file = "export.csv" }]
"""
DEPARTMENTS = ("IT", "EP", "BE", "TH", "HR", "DG")
LETTERS = dict(zip(DEPARTMENTS, "ABCDEF", strict=True))
CHOICES = ", ".join(f'{{ code = "{d.lower()}", label = "{d}" }}' for d in DEPARTMENTS)
CODEBOOK = f"""[[items]]
code = "dept"
header = "Department"
kind = "single-response"
choices = [{CHOICES}]

[[items]]
code = "tools"
header = "Tools"
kind = "multiple-response"
separator = ";"
choices = [{{ code = "swan", label = "SWAN" }}, {{ code = "eos", label = "EOS" }}]

[[items]]
code = "use"
header = "Use"
kind = "single-response"
choices = [{{ code = "yes", label = "Yes" }}, {{ code = "no", label = "No" }}]
"""
TABPLAN = """[[tables]]
id = "use_by_department"
topic = "department"
stub = "use"
by = "dept"
compare = "holm"
title = "Use"

[[tables]]
id = "use_by_tool"
topic = "department"
stub = "use"
by = "tools"
compare = "holm"
weights = true
title = "Use by tool"
"""
FIRST = {
    "IT": {"Yes": 50, "No": 15},
    "EP": {"Yes": 20, "No": 45},
    "BE": {"Yes": 20, "No": 20},
    "TH": {"Yes": 10, "No": 12},
    "HR": {"Yes": 2, "No": 1},
    "DG": {"Yes": 1, "No": 2},
}
CAME_LATER = {"IT": {"Yes": 30, "No": 30}, "EP": {"Yes": 1}}


def write_export(home, *groups):
    tools = itertools.cycle(["SWAN", "SWAN;EOS", "EOS"])
    lines = [
        f"{department},{next(tools)},{use}"
        for answers in groups
        for department, uses in answers.items()
        for use, number in uses.items()
        for _ in range(number)
    ]
    text = "\r\n".join(["Department,Tools,Use", *lines]) + "\r\n"
    (home / "export.csv").write_text(text)
    if not (home / "before.csv").exists():
        (home / "before.csv").write_text(text)


def release(home, date):
    options = ["--study", str(home / "study.toml"), "--cores", "1", "--date", date]
    return CliRunner().invoke(main, ["release", *options])


@pytest.fixture(scope="module")
def releases(tmp_path_factory, write_notebook):
    """Folders of a first release and a second, of which one group waits."""
    home = tmp_path_factory.mktemp("letters")
    (home / "study.toml").write_text(STUDY)
    (home / "codebook.toml").write_text(CODEBOOK)
    (home / "config").mkdir()
    (home / "config" / "tabplan.toml").write_text(TABPLAN)
    source = "from surveytools import open_study\nopen_study().deck()"
    write_notebook(home / "notebooks" / "40_deck.ipynb", source)
    write_export(home, FIRST)
    done = [release(home, "2026-03-01")]
    write_export(home, FIRST, CAME_LATER)
    done.append(release(home, "2026-04-01"))
    assert [each.exit_code for each in done] == [0, 0], done[-1].output
    return sorted((home / "releases").glob("[0-9]*"))


def sheet_of(folder, name):
    """Give heads, lines by label and legend of a sheet."""
    sheet = load_workbook(folder / "tables.xlsx")[name]
    rows = [list(row) for row in sheet.iter_rows(min_row=5, values_only=True)]
    end = next(at for at, row in enumerate(rows) if row[0] is None)
    lines = {row[0]: row[1:] for row in rows[1:end]}
    return rows[0][1:], lines, " ".join(row[0] for row in rows[end + 1 :])


def test_letters_of_a_release_are_those_of_the_numbers_it_shows(releases):
    """Pooled z tests by statsmodels of the counts and bases on the sheet, Holm."""
    heads, lines, said = sheet_of(releases[0], "use_by_department")
    places = {
        name: [at for at, head in enumerate(heads) if head == f"{name} ({letter})"]
        for name, letter in LETTERS.items()
    }
    tested = ("IT", "EP", "BE")
    numbers = {
        (label, name): [line[at] for at in places[name][1:]]
        for label, line in lines.items()
        for name in tested
    }
    pairs = [
        ((label, one), (label, other))
        for label in lines
        for one, other in itertools.combinations(tested, 2)
    ]
    p_values = [
        proportions_ztest(*zip(numbers[one], numbers[other], strict=True))[1]
        for one, other in pairs
    ]
    expected = {cell: set() for cell in numbers}
    for pair, differs in zip(
        pairs, multipletests(p_values, method="holm")[0], strict=True
    ):
        small, large = sorted(pair, key=lambda cell: np.divide(*numbers[cell]))
        expected[large] |= {LETTERS[small[1]]} if differs else set()
    shown = {
        (label, name): set((lines[label][places[name][0] + 1] or "").split())
        for label, name in expected
    }
    assert any(expected.values())
    assert shown == expected
    assert "HR and DG (withheld); TH (base below 30)" in said


def test_a_release_says_that_overlapping_groups_have_no_letters(releases):
    for folder in releases:
        heads, _, said = sheet_of(folder, "use_by_tool")
        assert "Letters" not in heads
        assert "groups overlap" in said or "of different dates" in said
    assert "groups overlap" in sheet_of(releases[0], "use_by_tool")[2]


def test_a_release_has_no_weighted_shares_and_says_so(releases):
    for folder in releases:
        heads, _, said = sheet_of(folder, "use_by_tool")
        assert heads.count("SWAN") == 3  # shares, counts and bases
        assert said.startswith("No weighted shares: a release shows counts")


def test_groups_of_which_some_wait_are_not_compared(releases):
    """One of EP came: its numbers stay those of March, the others are of April."""
    heads, lines, said = sheet_of(releases[1], "use_by_department")

    assert lines["Yes"][heads.index("EP")] == pytest.approx(20 / 65)
    assert "Letters" not in heads
    assert "Compared" not in said
    assert said.startswith("No letters, and no comparisons: numbers of the groups are")
