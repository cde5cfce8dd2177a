"""Trends in releases: of each wave what earlier releases allow, dated."""

import shutil

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from statsmodels.stats.proportion import proportions_ztest

from surveytools.cli import main

STUDY = """title = "Tiny study"
[disclosure]
profile = "workshop"
threshold = 4
[roles]
department = "dept"
[[waves]]
name = "2025"
codebook = "before.toml"
exports = [{ file = "before.csv" }]
[[waves]]
name = "2026"
codebook = "codebook.toml"
exports = [{ file = "export.csv" }]
[files]
crosswalk = "crosswalk.toml"
"""
CODEBOOK = """[[items]]
code = "dept"
header = "Department"
kind = "single-response"
choices = [
  { code = "it", label = "IT" },
  { code = "ep", label = "EP" },
]

[[items]]
code = "q1"
header = "Use"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]

[[items]]
code = "q2"
header = "Where"
kind = "single-response"
choices = [{ code = "here", label = "Here" }, { code = "away", label = "Away" }]

[[items]]
code = "q3"
header = "Stage"
kind = "single-response"
choices = [{ code = "young", label = "Young" }, { code = "old", label = "Old" }]
"""
CROSSWALK = """[[items]]
code = "q2"
choices.2025 = { there = "away" }
"""
TABPLAN = """[[tables]]
id = "use"
topic = "department"
stub = "q1"
title = "Use"

[[trends]]
id = "all"
stub = "q1"
compare = "none"
title = "Use through the waves"

[[trends]]
id = "old"
stub = "q1"
where = "q3 = old"
title = "Use of the old through the waves"

[[trends]]
id = "renamed"
stub = "q2"
title = "Where through the waves"
"""
SHOWS = "from surveytools import open_study\nstudy = open_study()\nstudy.deck()"
THEN = [*["IT,Yes,Here,Young"] * 20, *["IT,No,There,Young"] * 30]
THEN += [*["EP,Yes,Here,Old"] * 10, *["EP,No,There,Old"] * 25]
NOW = [*["IT,Yes,Here,Young"] * 40, *["IT,No,Away,Young"] * 20]
NOW += [*["EP,Yes,Here,Old"] * 15, *["EP,No,Away,Old"] * 20]


def write_exports(home, then, now):
    for name, lines in (("before.csv", then), ("export.csv", now)):
        text = "\n".join(["Department,Use,Where,Stage", *lines, ""])
        (home / name).write_text(text)


def release(home, date, *more):
    options = ["--study", str(home / "study.toml"), "--cores", "1", "--date", date]
    return CliRunner().invoke(main, ["release", *options, *more])


@pytest.fixture(scope="module")
def first(tmp_path_factory, write_notebook):
    """A study with one release, which tests copy."""
    home = tmp_path_factory.mktemp("first")
    (home / "config").mkdir()
    for name, text in (
        ("study.toml", STUDY),
        ("codebook.toml", CODEBOOK),
        ("before.toml", CODEBOOK.replace("away", "there").replace("Away", "There")),
        ("crosswalk.toml", CROSSWALK),
        ("config/tabplan.toml", TABPLAN),
    ):
        (home / name).write_text(text)
    write_exports(home, THEN, NOW)
    write_notebook(home / "notebooks" / "40_deck.ipynb", SHOWS)
    return home, release(home, "2026-03-01")


@pytest.fixture
def home(first, tmp_path):
    return shutil.copytree(first[0], tmp_path / "home")


def sheet_of(home, name):
    """Give the numbers of those who use it, by heading, and the text around them."""
    (folder, *_) = sorted((home / "releases").glob("[0-9]*"), reverse=True)
    rows = list(load_workbook(folder / "tables.xlsx")[name].values)
    texts = " ".join(str(cell) for row in rows for cell in row if cell is not None)
    heads = next((row for row in rows if row[0] == "Answer"), ())
    yes = next((row for row in rows if row[0] == "Yes"), ())
    return list(zip(heads, yes, strict=True))[1:], texts


def counts_of(home, name):
    """Give count and base of those who use it in each wave."""
    numbers, _ = sheet_of(home, name)
    by_wave = [
        [value for head, value in numbers if head == wave] for wave in ("2025", "2026")
    ]
    return [(count, base) for _, count, base in by_wave]


def test_a_release_shows_trends_of_what_it_shows(first):
    """The change and p are statsmodels' z test of the counts on the sheet."""
    home, done = first
    assert done.exit_code == 0, done.output

    assert counts_of(home, "all") == [(30, 85), (55, 95)]
    assert counts_of(home, "old") == [(10, 35), (15, 35)]
    numbers, said = sheet_of(home, "all")
    shown = dict(numbers)
    assert shown["2026: change in points"] == pytest.approx(100 * (55 / 95 - 30 / 85))
    _, p = proportions_ztest([55, 30], [95, 85])
    assert shown["p"] == pytest.approx(p)
    assert "Numbers as of 2026-03-01" in said


def test_a_trend_of_what_the_crosswalk_renames_is_left_out(first):
    numbers, said = sheet_of(first[0], "renamed")
    assert not numbers
    assert "No trend: the crosswalk renames or merges what a wave asked" in said


def test_few_who_came_to_a_wave_wait_in_the_trend(home):
    """One came to the old wave, one of EP and twenty of IT to the new one."""
    of_it = [*["IT,Yes,Here,Young"] * 16, *["IT,No,Away,Young"] * 4]
    write_exports(home, [*THEN, "EP,Yes,Here,Old"], [*NOW, "EP,Yes,Here,Old", *of_it])

    done = release(home, "2026-04-01")

    assert done.exit_code == 0, done.output
    assert counts_of(home, "all") == [(30, 85), (71, 115)]
    assert counts_of(home, "old") == [(10, 35), (15, 35)]
    said = sheet_of(home, "all")[1]
    assert "Numbers as of 2026-04-01. Numbers of 2025 as of 2026-03-01" in said
    assert "Numbers as of 2026-03-01" in sheet_of(home, "old")[1]


def test_who_is_in_one_trend_and_not_in_another_is_enough_or_waits(home):
    """Five of IT came to the old wave, three of them of the old: only the trend of
    these tells that there are two young ones."""
    came = [*["IT,Yes,Here,Old"] * 2, "IT,No,There,Old"]
    came += ["IT,Yes,Here,Young", "IT,No,There,Young"]
    write_exports(home, [*THEN, *came], NOW)

    done = release(home, "2026-04-01")

    assert done.exit_code == 0, done.output
    assert "2025: 5 came, went or changed, none shown, 5 waiting" in done.output
    assert "nothing to show since release 1" in done.output

    tabplan = home / "config" / "tabplan.toml"
    parts = tabplan.read_text().split("\n[[trends]]\n")
    tabplan.write_text("\n[[trends]]\n".join(p for p in parts if "q3" not in p))
    done = release(home, "2026-04-01", "--accept-changes", "one trend less")
    assert "2025: 5 came, went or changed, 5 shown" in done.output


def test_enough_who_came_to_an_old_wave_are_shown(home):
    write_exports(
        home, [*THEN, *["EP,Yes,Here,Old"] * 4, *["EP,No,There,Old"] * 4], NOW
    )

    done = release(home, "2026-04-01")

    assert done.exit_code == 0, done.output
    assert counts_of(home, "all") == [(34, 93), (55, 95)]
    assert counts_of(home, "old") == [(14, 43), (15, 35)]
    said = sheet_of(home, "old")[1]
    assert "Numbers as of 2026-04-01. Numbers of 2026 as of 2026-03-01" in said


@pytest.mark.long
def test_a_notebook_shows_declared_trends_and_no_others(home, write_notebook):
    source = "print(study.markdown(study.trend('q1', {})))"
    write_notebook(
        home / "notebooks" / "20_use.ipynb", SHOWS, source.format("where='q3 = old'")
    )
    write_exports(home, THEN, [*NOW, *["EP,Yes,Here,Old"] * 8, *["EP,No,Away,Old"] * 8])

    done = release(home, "2026-04-01")
    assert done.exit_code == 0, done.output
    (page,) = (home / "releases").glob("2-*/notebooks/20_use.ipynb")
    assert "45.1 % (23 of 51)" in page.read_text()

    write_notebook(
        home / "notebooks" / "20_use.ipynb", SHOWS, source.format("where='q3 = young'")
    )
    write_exports(
        home, THEN, [*NOW, *["EP,Yes,Here,Old"] * 18, *["EP,No,Away,Old"] * 18]
    )
    done = release(home, "2026-05-01")
    assert done.exit_code != 0
    assert "a release shows the tables of the tab plan, not" in done.output
    assert not list((home / "releases").glob("3-*"))
