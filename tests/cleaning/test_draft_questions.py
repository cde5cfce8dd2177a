"""Drafts of what a platform tells, and of skip rules that the data show."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from surveytools.cleaning import clean, draft_codebook, load_codebook
from surveytools.cleaning.codebook import Kind
from surveytools.reading import Answers, Question, read_export


@pytest.fixture
def raw_of(tmp_path):
    """Read a small CSV, and put what a platform tells over its columns."""

    def make(rows, questions=None, **marks):
        path = tmp_path / "export.csv"
        path.write_text("\n".join(rows), encoding="utf-8")
        raw = read_export(path)
        questions = questions or {}
        columns = tuple(
            replace(c, question=questions.get(c.position)) for c in raw.columns
        )
        return replace(raw, columns=columns, **marks)

    return make


@pytest.fixture
def drafted(tmp_path):
    def draft(raw):
        path = tmp_path / "draft.toml"
        path.write_text(draft_codebook(raw), encoding="utf-8")
        book = load_codebook(path)
        return book, clean([raw], book, wave="w")

    return draft


def option(part, *, of="Q2", text="Tools?"):
    return Question(text, part, of, Answers.OPTION)


def test_options_in_columns_of_their_own_are_one_item(raw_of, drafted):
    raw = raw_of(
        ["Q2_1,Q2_2,Q3", "PyTorch,,5", ",JAX,4", "PyTorch,JAX,3"],
        {1: option("PyTorch"), 2: option("JAX")},
    )

    book, responses = drafted(raw)

    (item,) = [item for item in book.items if item.kind is Kind.MULTIPLE]
    assert (item.header, [c.label for c in item.choices]) == (
        "Tools?",
        ["PyTorch", "JAX"],
    )
    assert responses.frame["q01__pytorch"].tolist() == [True, False, True]
    assert responses.frame["q01__jax"].tolist() == [False, True, True]


def test_questions_of_one_text_stay_apart(raw_of, drafted):
    raw = raw_of(
        ["Q2_1,Q2_2,Q9_1,Q9_2", "1,,,1", ",1,1,", "1,1,,1"],
        {
            1: option("PyTorch"),
            2: option("JAX"),
            3: option("PyTorch", of="Q9"),
            4: option("JAX", of="Q9"),
        },
    )

    _, responses = drafted(raw)

    assert responses.frame["q01__jax"].tolist() == [False, True, True]
    assert responses.frame["q02__jax"].tolist() == [True, False, True]


def test_labels_in_the_file_become_choices_with_codes_as_aliases(raw_of, drafted):
    labels = (
        ("1", "Never"),
        ("2", "Sometimes"),
        ("3", "Regularly"),
        ("9", "Don't know"),
    )
    raw = raw_of(
        ["use", "1", "3", "9", "1"],
        {1: Question("How often?", None, "use", Answers.SINGLE, labels)},
    )

    book, responses = drafted(raw)

    item = book.item("q01")
    assert (item.kind, item.header) == (Kind.LIKERT, "How often?")
    assert [choice.label for choice in item.choices] == [label for _, label in labels]
    assert responses.frame["q01"].tolist() == [
        "never",
        "regularly",
        "don_t_know",
        "never",
    ]
    assert responses.states["q01"].value_counts()["don't know"] == 1


def test_a_question_answered_only_after_one_answer_gets_that_skip_rule(raw_of):
    rows = [*(["Yes,Good"] * 9), "Yes,Bad", "Yes,", *(["No,"] * 12)]
    text = draft_codebook(raw_of(["Writes code?,How good?", *rows]))

    items = {item["code"]: item for item in tomllib.loads(text)["items"]}
    assert items["q02"]["asked_if"] == "q01 = yes"
    assert "asked_if" not in items["q01"]
    assert "# decide: is it asked only if q01 = yes? 10 of 11 such respondents" in text


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([*(["Yes,Good"] * 9), *(["No,"] * 12), "No,Good"], id="one did"),
        pytest.param([*(["Yes,Good"] * 9), *(["No,"] * 5)], id="few others"),
        pytest.param(
            [*(["Yes,Good"] * 5), *(["Yes,"] * 9), *(["No,"] * 9)], id="few answered"
        ),
    ],
)
def test_no_skip_rule_without_clear_evidence(raw_of, rows):
    text = draft_codebook(raw_of(["Writes code?,How good?", *rows]))

    assert "asked_if" not in text


def test_cells_that_were_not_shown_are_no_answers(raw_of, drafted):
    hidden = np.array([False, True, False, True])
    raw = raw_of(["Uses GPUs", "Yes", "N/A", "No", "N/A"])
    raw = replace(raw, not_shown={"Uses GPUs": hidden})

    book, _ = drafted(raw)

    assert [choice.label for choice in book.item("q01").choices] == ["Yes", "No"]
