"""Checking a codebook against an export."""

import pytest

from surveytools.cleaning.check import check_codebook
from surveytools.cleaning.load import load_codebook
from surveytools.reading import read_export

BOOK = """
[[items]]
code = "q1"
header = "Which department?"
kind = "single-response"
choices = [{ code = "ep", label = "Physics" }, { code = "it", label = "Informatics" }]

[[items]]
code = "q2"
header = "How many people?"
kind = "number"

[[items]]
code = "q3"
header = "Anything else?"
kind = "text"

[[items]]
code = "q4"
header = "Which tools?"
kind = "multiple-response"
separator = ";"
choices = [{ code = "git", label = "Git" }, { code = "svn", label = "Subversion" }]
"""
HEADER = "Which department?,How many people?,Anything else?,Which tools?"


@pytest.fixture
def check(tmp_path):
    def check_text(export, book=BOOK):
        codebook, csv = tmp_path / "codebook.toml", tmp_path / "export.csv"
        codebook.write_text(book, encoding="utf-8")
        csv.write_text(export, encoding="utf-8")
        found = check_codebook(load_codebook(codebook), read_export(csv))
        return [str(problem) for problem in found]

    return check_text


def test_nothing_to_say_where_all_fits(check):
    rows = ["Physics,3,more,Git;Subversion", "informatics,,,Subversion"]

    assert check("\n".join([HEADER, *rows])) == []


def test_answers_are_quoted_with_the_choice_that_looks_like_them(check):
    rows = ["Phisics,3,more,Git", "Phisics,4,,Git;Bazaar", "PHYSICS,,,"]

    assert check("\n".join([HEADER, *rows])) == [
        (
            "export.csv, column 'Which department?': item 'q1': 2 cells hold unknown "
            "answers: 'Phisics' (did you mean 'Physics'?); add choices or aliases"
        ),
        (
            "export.csv, column 'Which tools?': item 'q4': 1 cell holds unknown "
            "answers: 'Bazaar'; add choices or aliases"
        ),
    ]


def test_only_five_answers_are_quoted(check):
    rows = [f"place {letter}xq,1,more,Git" for letter in "abcdefg"]

    (problem,) = check("\n".join([HEADER, *rows]))

    assert problem.count("xq'") == 5
    assert " and 2 more; add choices or aliases" in problem


def test_what_somebody_wrote_for_a_number_is_not_quoted(check):
    rows = ["Physics,ask Jane Roe,more,Git", "Physics,7,,Git"]

    assert check("\n".join([HEADER, *rows])) == [
        (
            "export.csv, column 'How many people?': item 'q2': 1 cell holds no number; "
            "add `suffixes` or `missing_texts`, or make it a text item"
        )
    ]


def test_texts_that_mean_no_answer_are_known(check):
    book = BOOK.replace('kind = "number"', 'kind = "number"\nmissing_texts = ["N/A"]')

    assert check(f"{HEADER}\nPhysics,n/a,more,Git\nPhysics,2,,Git", book) == []


def test_column_without_item_and_item_without_column_are_named(check):
    export = f"{HEADER.replace('Anything else?', 'Anything more?')}\nPhysics,1,x,Git\n"

    missing, spare = check(export)

    assert "no column for item 'q3'" in missing
    assert "Anything more?" in missing
    assert spare == (
        "export.csv, column 'Anything more?': the codebook doesn't know the column; "
        "add an item with this header, or ignore it"
    )
