"""The files of the demo study: they load, agree, and fit the demo exports."""

import pytest

from surveytools.cleaning.check import check_codebook
from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.load import load_codebook
from surveytools.demo.facts import questionnaire
from surveytools.reading import read_export
from surveytools.study import (
    load_catalogue,
    load_study,
    load_tabplan,
    load_units,
)


@pytest.fixture(scope="module")
def units(root):
    return load_units(root / "config" / "units.toml")


@pytest.fixture(scope="module")
def books(root, units):
    catalogue = load_catalogue(root / "config" / "services.toml")
    return {
        wave.name: load_codebook(root / wave.codebook, units=units, catalogue=catalogue)
        for wave in load_study(root / "study.toml").waves
    }


def test_files_of_the_study_exist(root):
    study = load_study(root / "study.toml")

    named = [study.files.units, study.files.services, study.files.tabplan]
    named += [wave.codebook for wave in study.waves]
    named += [export.file for wave in study.waves for export in wave.exports]
    assert [path for path in named if not (root / path).is_file()] == []


@pytest.mark.parametrize("wave", [2023, 2024])
def test_codebook_asks_what_the_questionnaire_asks(books, wave):
    book, asked = books[str(wave)], questionnaire(wave)

    assert [item.code for item in book.asked()] == [q.code.lower() for q in asked.items]
    for question in asked.items:
        item = book.item(question.code.lower())
        assert item.header == {"en": question.en, "fr": question.fr}
        assert item.max_choices == question.max_choices
        assert (item.asked_if is not None) == bool(question.asked_of)
        for entries, written in (
            (item.choices, question.choices),
            (item.rows, question.rows),
        ):
            assert [
                (entry.code, entry.text("en"), entry.text("fr")) for entry in entries
            ] == [(each.code.lower(), each.en, each.fr) for each in written]


def test_wave_2023_lacks_the_services_that_did_not_exist(books):
    new = {row.code for row in books["2024"].item("q13").rows}
    old = {row.code for row in books["2023"].item("q13").rows}

    assert new - old == {"genai", "ngt"}
    assert old <= new


def test_departments_are_merged_for_reporting_with_external_last(books):
    choices = books["2024"].item("department").choices

    assert [choice.code for choice in choices] == [
        "ep",
        "it",
        "th",
        "dg_ir_rcs",
        "be",
        "sy",
        "te",
        "en_sce",
        "administration",
        "hse",
        "ext",
    ]


def test_labels_fit_a_stub(books):
    labels = [item.label for item in books["2024"].items]

    assert all(len(text) <= 40 for label in labels for text in label.values())


def test_tab_plan_names_items_of_every_wave(root, books):
    plan = load_tabplan(root / "config" / "tabplan.toml")

    for book in books.values():
        for table in plan.tables:
            assert book.item(table.stub).kind is not Kind.TEXT
            assert table.by is None or book.item(table.by).kind is Kind.SINGLE


def test_demo_exports_fit_but_for_the_mess_that_was_planted(root, books, units):
    study = load_study(root / "study.toml")

    found = {
        problem.problem.split(":")[0]
        for wave in study.waves
        for export in wave.exports
        for problem in check_codebook(
            books[wave.name], read_export(root / export.file), units=units
        )
    }
    # Typed departments and odd numbers; src/surveytools/demo/spelling.py plants them.
    assert found == {"item 'q01'", "item 'q12'", "item 'q20'"}
