"""What columns look like: lists whose options hold commas, boxes, grids of boxes."""

import pandas as pd
import pytest

from surveytools.cleaning import Kind, State, clean, load_codebook
from surveytools.cleaning.draft import draft_codebook
from surveytools.cleaning.guess import guess_column, guess_grid
from surveytools.reading import read_export


def cells(*texts):
    return pd.Series(texts, dtype="str")


def labels(guess):
    return [answer.label for answer in guess.choices]


def test_pieces_that_never_stand_apart_are_one_option():
    guess = guess_column(
        cells(
            "Slurm, PBS or LSF, Cloud",
            "Slurm, PBS or LSF",
            "Cloud",
            "Own cluster, Slurm, PBS or LSF",
            "Own cluster, Cloud",
        ),
        separator=", ",
    )

    assert guess.kind is Kind.MULTIPLE
    assert sorted(labels(guess)) == ["Cloud", "Own cluster", "Slurm, PBS or LSF"]
    assert guess.decide == ("taken as one option, not as several: Slurm, PBS or LSF",)


def test_commas_in_brackets_part_nothing():
    guess = guess_column(
        cells(
            "Cloud (AWS, GCP), Laptop",
            "Cloud (AWS, GCP)",
            "Laptop, Cloud (AWS, GCP)",
            "Laptop",
        ),
        separator=", ",
    )

    assert sorted(labels(guess)) == ["Cloud (AWS, GCP)", "Laptop"]


def test_small_letter_continues_the_option_before_it():
    guess = guess_column(
        cells(
            "Yes, but not at work, Sometimes",
            "Yes, but not at work",
            "Yes, but not at work",
            "Yes, Sometimes",
            "Yes",
            "Sometimes",
        ),
        separator=", ",
    )

    assert sorted(labels(guess)) == ["Sometimes", "Yes", "Yes, but not at work"]


def test_single_answers_with_commas_are_no_list():
    answers = ["Yes, in production", "Yes, on trial", "No, never"]

    guess = guess_column(cells(*answers * 3), separator=", ")

    assert guess.kind is Kind.SINGLE
    assert sorted(labels(guess)) == sorted(answers)


def test_commas_part_options_where_no_platform_says_so():
    texts = ["Python, C", "Python", "C", "Python, C, Fortran", "Fortran", "C, Fortran"]

    guess = guess_column(cells(*texts, *texts), separator=None)

    assert (guess.kind, guess.separator) == (Kind.MULTIPLE, ", ")
    assert sorted(labels(guess)) == ["C", "Fortran", "Python"]


def test_sentences_with_commas_are_text_where_no_platform_says_so():
    texts = [
        "Well, it is slow",
        "Slow, slow, slow",
        "I like it, mostly",
        "Good, thanks",
    ]

    assert guess_column(cells(*texts), separator=None).kind is Kind.TEXT


def test_thousands_are_no_list():
    texts = ["1,000 cores", "10,000 cores", "1,000 cores", "10,000 cores"]

    guess = guess_column(cells(*texts), separator=", ")

    assert (guess.kind, labels(guess)) == (Kind.SINGLE, ["1,000 cores", "10,000 cores"])


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("Yes", "No"),
        ("Y", None),
        ("1", "0"),
        ("Checked", "Unchecked"),
        ("Selected", "Not Selected"),
        ("TRUE", "FALSE"),
        ("Oui", "Non"),
        ("Ja", "Nein"),
        ("Sí", "No"),
        ("x", None),
    ],
)
def test_boxes_are_seen_in_the_words_of_all_platforms(yes, no):
    columns = [cells(yes, no, yes), cells(no, yes, no), cells(yes, yes, None)]

    assert guess_grid(columns).kind is Kind.MULTIPLE


def test_boxes_that_repeat_their_option_are_seen():
    columns = [cells("Git", None, "git "), cells(None, "CVS", "CVS"), cells(None, None)]

    assert guess_grid(columns, names=["Git", "CVS", "svn"]).kind is Kind.MULTIPLE
    assert guess_grid(columns, names=["1", "2", "3"]).kind is Kind.MATRIX


GRID = """Timestamp,Where? [Python],Where? [Fortran]
11/17/2020 18:23:58,"At work, At home",At work
11/17/2020 18:24:58,At work,At home
11/17/2020 18:25:58,At home,
11/17/2020 18:26:58,"At work, At home","At work, At home"
11/17/2020 18:27:58,At work,At work
11/17/2020 18:28:58,At home,At home
"""


def test_grid_of_boxes_is_one_multiple_response_item_a_row(tmp_path):
    # as Google's linked sheet writes a checkbox grid: labels joined by comma and blank
    (tmp_path / "export.csv").write_text(GRID)
    raw = read_export(tmp_path / "export.csv")
    (tmp_path / "draft.toml").write_text(draft_codebook(raw))

    book = load_codebook(tmp_path / "draft.toml")
    responses = clean([raw], book, wave="w")

    python, fortran = book.items
    assert (python.header, fortran.header) == ("Where? [Python]", "Where? [Fortran]")
    assert {python.kind, fortran.kind} == {Kind.MULTIPLE}
    assert responses.frame[python.columns()[0]].sum() == 4
    assert responses.frame[python.columns()[1]].sum() == 4
    assert responses.states[fortran.code].tolist()[2] == State.NO_ANSWER
    assert responses.findings.empty
