"""The Jupyter survey of 2015, against its authors' README and notebooks.

jupyter/surveys, CC0. 1,706 rows, of which 927 partial; the authors count 763 answers to
what hinders people, since their reader took a typed ``N/A`` for a missing one.
"""

import pytest

from surveytools.cleaning import clean, load_codebook, summary
from surveytools.reading import read_export
from surveytools.study.study import RowRules


@pytest.fixture(scope="module")
def export(shared_data):
    return read_export(shared_data / "jupyter2015/20160115235816-SurveyExport.csv")


@pytest.fixture(scope="module")
def codebook(root):
    return load_codebook(root / "tests/acceptance/jupyter2015/codebook.toml")


@pytest.fixture(scope="module")
def jupyter(export, codebook):
    return clean([export], codebook, wave="2015")


def rows_of(export, codebook, partial):
    rules = RowRules(empty=False, partial=partial)
    return clean([export], codebook, wave="2015", rows=rules)


def test_partial_and_complete_rows(export, codebook):
    everybody = rows_of(export, codebook, "keep")
    complete = rows_of(export, codebook, "drop")

    assert (len(export.frame), len(everybody.frame)) == (1706, 1706)
    assert len(complete.frame) == 779
    assert int(export.partial.sum()) == 927


def test_every_cell_is_accounted_for(jupyter):
    outcomes = dict(summary(jupyter.accounting))

    assert sum(outcomes.values()) == 1706 * 37
    assert "unresolved" not in outcomes


def test_a_typed_n_a_is_an_answer(jupyter):
    """764 said what hinders them, 763 by the authors' own count."""
    hindrance = jupyter.frame["hindrance"].dropna()

    assert len(hindrance) == 764
    assert hindrance.eq("N/A").sum() == 1


def test_typed_roles(jupyter):
    roles = jupyter.frame["role"].dropna().str.strip().str.lower().value_counts()

    wanted = ["data scientist", "student", "researcher", "data analyst"]
    assert roles[wanted].tolist() == [84, 51, 40, 28]


def test_partial_rows_were_asked_what_they_reached(jupyter):
    """Default: a question behind the last one that a row answered wasn't asked."""
    states = jupyter.states["audience"]

    assert states.eq("coded answer").sum() == 746
    assert states.eq("not asked").sum() > 0
    assert len(jupyter.frame) < 1706  # rows without any answer are left out
