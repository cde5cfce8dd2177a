"""EUSurvey: sheets as its own source code lays them out, written by openpyxl."""

from datetime import datetime

import openpyxl
import pytest

from surveytools.cleaning import draft_codebook
from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

META = ["Invitation Number", "Contribution Id", "User Name", "Creation Date"]
META += ["Last Update", "Languages"]
DAY = datetime(2026, 1, 2, 3, 4)


@pytest.fixture
def results(tmp_path):
    """Write a sheet with EUSurvey's rows above the header, and give its path."""

    def write(header, *rows):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Content"
        for row in (["Alias", "my-survey"], ["Export Date", DAY], [], header, *rows):
            sheet.append(row)
        path = tmp_path / "Content_Export.xlsx"
        book.save(path)
        return path

    return write


def own(number, language="EN"):
    return [None, f"c-{number}", f"p{number}@example.org", DAY, DAY, language]


def test_header_stands_below_alias_and_date(results):
    path = results(["Role?", *META], ["x", *own(1)], ["y", *own(2, "FR")])

    raw = read_export(path)

    assert (raw.platform, raw.certainty) == ("eusurvey", "certain")
    assert {c.header: c.role for c in raw.columns} == {
        "Role?": Role.ANSWER,
        "Invitation Number": Role.IDENTITY,
        "Contribution Id": Role.METADATA,
        "User Name": Role.IDENTITY,
        "Creation Date": Role.SUBMITTED,
        "Last Update": Role.METADATA,
        "Languages": Role.LANGUAGE,
    }
    assert raw.frame["Role?"].tolist() == ["x", "y"]


def test_french_headings(results):
    meta = ["Nom d'utilisateur", "Dernière mise à jour", "Langues"]
    path = results(["Rôle ?", *meta], ["x", "a@b.ch", DAY, "FR"], ["y", "", DAY, "FR"])

    raw = read_export(path)

    assert (raw.platform, raw.certainty) == ("eusurvey", "strong")
    assert [c.header for c in raw.answers()] == ["Rôle ?"]


@pytest.mark.parametrize(("joint", "separator"), [("; ", "; "), (";", ";")])
def test_options_are_joined_in_two_ways(results, joint, separator):
    cells = [joint.join(["Git", "SVN"]), "Git"]
    path = results(["Tools?", *META], *([c, *own(n)] for n, c in enumerate(cells)))

    assert read_export(path).separator == separator


def test_options_in_columns_of_their_own(results):
    header = ["Tools?", "Git", "SVN", "Role?", *META]
    path = results(
        header,
        [None, "Yes", "No", "x", *own(1)],
        [None, "No", "Yes", "y", *own(2)],
        [None, None, None, "z", *own(3)],
    )

    raw = read_export(path)

    told = [(c.header, c.question.text, c.question.part) for c in raw.answers()[:2]]
    assert told == [("Git", "Tools?", "Git"), ("SVN", "Tools?", "SVN")]
    assert raw.answers()[0].question.answers is Answers.OPTION
    assert [c.header for c in raw.answers()] == ["Git", "SVN", "Role?"]
    assert 'kind = "multiple-response"' in draft_codebook(raw)


def test_rows_of_a_matrix(results):
    header = ["How good? : Support", "How good? : Speed", "Note: why", *META]
    rows = [["good", "bad", "a"], ["bad", "good", "b"]]
    path = results(header, *([*row, *own(n)] for n, row in enumerate(rows)))

    raw = read_export(path)

    parts = [c.question.part for c in raw.columns if c.question]
    assert parts == ["Support", "Speed"]


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="aren't those of EUSurvey"):
        read_export(export("Role,Years\nx,3\n"), platform="eusurvey")
