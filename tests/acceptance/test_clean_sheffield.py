"""The Sheffield survey, cleaned with a codebook, against its published report.

Expected numbers: the report's charts (RSE-Sheffield/sssurvey), as collected in
`../shared/data/README.md`; shares there have one decimal or none.
"""

import pytest

from surveytools.cleaning import clean, load_codebook, summary
from surveytools.reading import read_export


@pytest.fixture(scope="module")
def sheffield(root, shared_data):
    codebook = load_codebook(root / "tests/acceptance/sheffield/codebook.toml")
    raw = read_export(shared_data / "sheffield/sheffield.csv")
    return clean([raw], codebook, wave="2020")


def per_cent(responses, item, choice, *, base):
    return 100 * responses.frame[item].eq(choice).sum() / base


def test_every_cell_is_accounted_for_and_none_unresolved(sheffield):
    outcomes = dict(summary(sheffield.accounting))

    assert sum(outcomes.values()) == 382 * 20
    assert set(outcomes) == {
        "coded answer",
        "free text",
        "asked, no answer",
        "not asked",
        "left out: platform metadata",
    }
    assert outcomes["not asked"] == 279 * 9


@pytest.mark.parametrize(
    ("faculty", "published"),
    [
        ("engineering", 28.5),
        ("science", 28.0),
        ("social", 24.6),
        ("arts", 11.0),
        ("medicine", 5.0),
        ("amrc", 0.8),
    ],
)
def test_published_shares_of_faculties(sheffield, faculty, published):
    share = per_cent(sheffield, "faculty", faculty, base=382)

    assert round(share, 1) == published


def test_near_duplicates_of_a_faculty_are_joined_where_the_codebook_says(sheffield):
    """AMRC 3, and NAMRC, Nuclear AMRC and AMRC NW once each."""
    assert sheffield.frame["faculty_home"].eq("amrc").sum() == 6
    assert sheffield.frame["faculty"].eq("nuclear_amrc").sum() == 2


@pytest.mark.parametrize(
    ("item", "choice", "base", "published"),
    [
        pytest.param("uses", "yes", 382, 91, id="uses research software"),
        pytest.param("importance", "5", 382, 65, id="vital"),
        pytest.param("develops", "yes", 382, 27, id="develops"),
        pytest.param("training", "no", 103, 69, id="training of those asked"),
        pytest.param("hpc", "yes", 103, 30, id="HPC of those asked"),
        pytest.param("hpc", "would", 103, 22, id="would use HPC"),
        pytest.param("hpc", "not_required", 103, 25, id="needs no HPC"),
    ],
)
def test_published_shares(sheffield, item, choice, base, published):
    asked = sheffield.states[item].ne("not asked").sum()

    assert asked == base
    assert round(per_cent(sheffield, item, choice, base=base)) == published


def test_published_shares_of_all_are_not_those_of_the_asked(sheffield):
    """The report's chart of HPC use counts 73.0 % who never saw the question."""
    not_asked = sheffield.states["hpc"].eq("not asked").sum()

    assert round(100 * not_asked / 382, 1) == 73.0
    assert round(per_cent(sheffield, "hpc", "yes", base=382), 1) == 8.1


def test_funders_with_commas_and_semicolons_inside_are_not_torn(sheffield):
    """Counted by hand in the file: who ticked EPSRC, whatever was typed beside it."""
    row = sheffield.frame.loc[("sheffield.csv", 7)]
    selected = [
        name.removeprefix("funders__")
        for name in sheffield.codebook.item("funders").columns()
        if row[name]
    ]

    assert selected == ["epsrc", "esrc", "other"]  # EPSRC;ESRC;EU, Commercial, Charity


def test_what_was_written_in_stands_in_the_audit(sheffield):
    changes = sheffield.audit.query("column == 'hpc'")

    assert len(changes) == 9
    assert set(changes["after"]) == {"Another answer"}
