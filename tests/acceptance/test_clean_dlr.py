"""The DLR survey, cleaned with a codebook, against its authors' own counts.

Expected numbers: the authors' notebooks (DLR-SC/survey-research-software-dev-dlr), as
collected in `../shared/data/README.md` and ``published_top3_per_institute.txt``.
"""

import re

import pytest

from surveytools.cleaning import clean, load_codebook, summary
from surveytools.reading import read_export

# How the published file spells languages that it can't write in a column name.
SPELT = {"Plusplus": "C++", "Zehscharf": "C#"}


@pytest.fixture(scope="module")
def dlr(root, shared_data):
    codebook = load_codebook(root / "tests/acceptance/dlr/codebook.toml")
    raw = read_export(shared_data / "dlr/data.csv")
    return clean([raw], codebook, wave="2017")


def counts(responses, item):
    return responses.frame[item].value_counts().to_dict()


def test_every_cell_is_accounted_for_and_none_unresolved(dlr):
    outcomes = dict(summary(dlr.accounting))

    assert sum(outcomes.values()) == 773 * 40
    assert outcomes == {
        "coded answer": 21_644,
        "asked, no answer": 903,
        "not asked": 4_508,
        "left out: heading of eight items": 773,
        "left out: heading without answers": 3 * 773,
        "left out: platform metadata": 773,
    }


def test_who_does_not_write_code_was_not_asked_about_it(dlr):
    """161 respondents; 28 columns depend on that answer."""
    not_asked = dlr.states.eq("not asked").sum()

    assert set(not_asked[not_asked.gt(0)]) == {161}
    assert len(not_asked[not_asked.gt(0)]) == 28 + 2  # and two derived items


def test_published_counts_of_single_response_items(dlr):
    assert counts(dlr, "age") == {
        "25_34": 309,
        "35_44": 266,
        "45_54": 101,
        "55": 55,
        "18_24": 33,
    }
    assert counts(dlr, "writes_code") == {"yes": 612, "no": 161}
    institutes = counts(dlr, "institute")
    published = {
        "aeronautics_1": 68,
        "aeronautics_8": 41,
        "space_16": 38,
        "other": 35,
        "energy_4": 23,
    }
    assert {code: institutes[code] for code in published} == published


@pytest.mark.parametrize(
    ("tools", "count"),
    [
        (("git",), 152),
        (("svn",), 141),
        (("svn", "git"), 136),
        (("none",), 112),
        (("git", "cvs"), 10),
    ],
    ids=lambda value: " and ".join(value) if isinstance(value, tuple) else "",
)
def test_published_combinations_of_version_control(dlr, tools, count):
    """``None`` is an answer: 112 people use no version control."""
    columns = list(dlr.codebook.item("vcs").columns())
    answered = dlr.frame.loc[dlr.states["vcs"].eq("coded answer"), columns]
    wanted = [column.removeprefix("vcs__") in tools for column in columns]

    assert len(answered) == 612
    assert int(answered.eq(wanted).all(axis=1).sum()) == count


def test_published_languages_per_institute(dlr, shared_data):
    """Three languages for each institute, and how often each was named there.

    One of the 39 blocks is for respondents without an institute, and one cell counts
    a combination; both are 0 in the published file and left out here.
    """
    text = (shared_data / "dlr/published_top3_per_institute.txt").read_text()
    label_of = {c.code: c.text() for c in dlr.codebook.item("languages").choices}
    code_of = {c.text(): c.code for c in dlr.codebook.item("institute").choices}
    languages = dlr.frame[[f"languages__{code}" for code in label_of]].set_axis(
        list(label_of.values()), axis="columns"
    )
    table = languages.groupby(dlr.frame["institute"], observed=True).sum()

    compared = 0
    for lines, institute in re.findall(r"((?:.+ \d+\n){3})Name: (.+?), dtype", text):
        for name, count in (line.rsplit(None, 1) for line in lines.splitlines()):
            if institute != "nan" and ";#" not in name:
                counted = table.loc[code_of[institute], SPELT.get(name, name)]
                assert counted == int(count), (institute, name)
                compared += 1
    assert compared == 3 * 38 - 1
