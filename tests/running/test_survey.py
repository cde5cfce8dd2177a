"""The facade, on the demo: what may be shown, and for whom."""

import os
import shutil
import threading

import openpyxl
import pandas as pd
import pytest

from surveytools.cleaning import summary
from surveytools.disclosure import SafeTable
from surveytools.errors import CodebookError, ParameterError, StudyError
from surveytools.running import open_study
from surveytools.running.asking import ADDRESS
from surveytools.running.processed import cleaned_elsewhere
from surveytools.running.workers import nursery


@pytest.fixture(scope="module")
def home(root, tmp_path_factory):
    """A copy of the demo study without what was cleaned before."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copy(root / "study.toml", home)
    shutil.copytree(root / "config", home / "config")
    shutil.copytree(root / "data" / "raw", home / "data" / "raw")
    return home


@pytest.fixture(scope="module")
def survey(home):
    return open_study(home)


def test_a_study_is_found_upward_or_as_the_run_says(home, monkeypatch, tmp_path):
    monkeypatch.chdir(home / "data" / "raw")
    assert open_study("").home == home

    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError):
        open_study()
    monkeypatch.setenv("SURVEYTOOLS_STUDY", str(home / "study.toml"))
    assert open_study().home == home


def test_outputs_go_where_the_run_says(survey, home, monkeypatch, tmp_path):
    assert survey.reports == home / "reports"
    monkeypatch.setenv("SURVEYTOOLS_REPORTS", str(tmp_path))
    assert survey.reports == tmp_path


def test_a_wave_is_cleaned_once_and_again_when_its_inputs_change(home, survey):
    mark = home / "data" / "processed" / "2024" / "inputs.sha256"
    survey.responses()
    parquet = mark.with_name("responses.parquet")
    before = parquet.stat().st_mtime_ns
    open_study(home).responses()
    assert parquet.stat().st_mtime_ns == before

    units = home / "config" / "units.toml"
    text = units.read_text()
    units.write_text(text + "\n# a comment\n")
    try:
        open_study(home).responses()
    finally:
        units.write_text(text)
    assert parquet.stat().st_mtime_ns > before


def test_two_readers_at_a_time_get_the_same_answers(home):
    shutil.rmtree(home / "data" / "processed" / "2024", ignore_errors=True)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(open_study(home).responses()))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    one, two = found
    pd.testing.assert_frame_equal(one.frame, two.frame)


def test_a_forked_process_cleans_a_wave(home, monkeypatch):
    mark = home / "data" / "processed" / "2023" / "inputs.sha256"
    mark.unlink(missing_ok=True)

    with nursery() as address:
        monkeypatch.setenv(ADDRESS, address)
        with cleaned_elsewhere(home / "study.toml", ["2023"]):
            pass

    assert mark.read_text() == open_study(home).sources()[0].fingerprint()


def test_cleaned_answers_are_for_this_user_alone(home, survey):
    survey.responses()
    files = (home / "data" / "processed" / "2024").iterdir()
    open_to_others = {path.name for path in files if path.stat().st_mode & 0o077}

    # What was asked, and counts, are no answers.
    assert open_to_others <= {"codebook.json", "manifest.json"}


def test_an_unknown_wave_is_refused_with_the_closest(survey):
    with pytest.raises(ParameterError, match="did you mean '2024'"):
        survey.responses("2025")


def test_the_plan_holds_the_declared_tables_in_order(survey):
    assert list(survey.plan) == [planned.id for planned in survey.tabplan.tables]
    assert all(isinstance(table, SafeTable) for table in survey.plan.values())
    with pytest.raises(TypeError):
        survey.plan["x"] = None


@pytest.mark.parametrize(
    ("after", "more", "message"),
    [
        pytest.param(
            'of = ["active", "planned"]',
            'nets.more = { label = "Uses it", of = ["active", "activ"] }',
            "tabplan.toml, column 'tables[use_by_department].nets': item 'ml_use' has "
            "no answer 'activ' to put into a net; did you mean 'active'?",
            id="a net of an unknown answer",
        ),
        pytest.param(
            "summary = true",
            "box = 4",
            "tabplan.toml, column 'tables[overall_satisfaction].summary': a scale of "
            "5 levels has no box of 4; take a smaller box",
            id="a box that is too large",
        ),
    ],
)
def test_details_that_an_item_cant_give_are_told_with_the_table(
    home, tmp_path, after, more, message
):
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    plan = tmp_path / "config" / "tabplan.toml"
    plan.write_text(plan.read_text().replace(after, f"{after}\n{more}", 1))

    with pytest.raises(StudyError) as caught:
        open_study(tmp_path).plan  # noqa: B018  # a property that reads the plan

    assert str(caught.value) == message


def test_a_department_takes_its_column_of_the_protected_table(survey):
    whole = survey.plan["use_by_department"]
    (table,) = [
        table
        for table in survey.tables("department", unit="ep")
        if table.id == "use_by_department"
    ]

    assert [group.code for group in table.groups] == ["ep"]
    column = whole.cells[whole.cells["group"].eq("ep")].reset_index(drop=True)
    pd.testing.assert_frame_equal(table.cells, column)


@pytest.mark.long
def test_a_table_without_departments_is_counted_for_one(survey):
    tables = survey.tables("needs", unit="ep")

    for table in tables:
        assert [group.code for group in table.groups] == ["ep"], table.id


def test_the_order_of_asking_changes_no_table(home, survey):
    shutil.rmtree(home / "data" / "processed" / "2024", ignore_errors=True)
    for kept in (home / "data" / "processed").glob("hidden-*.json"):
        kept.unlink()
    other = open_study(home)
    asked = [("q33", "department"), ("ml_use", "q01"), ("q27", None)]

    one = [survey.table(stub, by=by) for stub, by in asked]
    two = [other.table(stub, by=by) for stub, by in asked[::-1]][::-1]

    for first, second in zip(
        [*one, *survey.plan.values()], [*two, *other.plan.values()], strict=True
    ):
        pd.testing.assert_frame_equal(first.cells, second.cells)


def test_what_is_hidden_is_decided_once(home, survey):
    decided = home / "data" / "processed" / "hidden-plan.json"
    tables = list(survey.plan.values())
    before = decided.stat().st_mtime_ns

    again = list(open_study(home).plan.values())

    assert decided.stat().st_mtime_ns == before
    assert not decided.stat().st_mode & 0o077
    for first, second in zip(tables, again, strict=True):
        pd.testing.assert_frame_equal(first.cells, second.cells)


def test_few_without_a_department_are_hidden_across_tables(survey):
    """Those who need something, less those of them in some department, are few."""
    everybody = survey.plan["needs"].cells["base"].iloc[0]
    by = survey.plan["needs_by_department"]
    total = by.cells.query("group == 'total'")

    assert everybody > 0
    assert by.no_group is None
    assert total["base"].isna().all()


def test_an_unknown_department_is_refused_with_the_closest(survey):
    with pytest.raises(ParameterError) as caught:
        survey.figures("service", unit="ept")

    assert str(caught.value) == "there is no department 'ept'; did you mean 'ep'?"


def test_a_topic_without_tables_says_so(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "study")
    plan = copy / "config" / "tabplan.toml"
    parts = plan.read_text().split("[[tables]]\n")
    plan.write_text("[[tables]]\n".join(p for p in parts if '"needs"' not in p))
    survey = open_study(copy)

    assert survey.figures("needs") == []
    assert survey.describe("needs") == "The tab plan declares no table of topic needs."


def test_figures_of_a_department_have_their_own_files(survey, tmp_path, monkeypatch):
    monkeypatch.setenv("SURVEYTOOLS_REPORTS", str(tmp_path))
    figure = survey.draw("use_by_department", unit="ep")

    written = survey.save(figure)

    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        "figures/use_by_department_ep.csv",
        "figures/use_by_department_ep.png",
        "figures/use_by_department_ep.svg",
    }


def test_a_table_beside_the_plan_is_protected(survey):
    table = survey.table("q33", by="department", base="answered")

    assert isinstance(table, SafeTable)
    shown = table.cells.loc[~table.cells["withheld"], "count"]
    # q33 is sensitive: a shown count is none or at least the threshold of the study.
    assert ((shown == 0) | (shown >= survey.study.disclosure.threshold)).all()


def test_every_cell_of_the_exports_is_accounted_for(survey):
    accounting = survey.accounting()
    cells = survey.profile().groupby("wave")["cells"].sum()

    assert accounting.loc["all cells"].to_dict() == cells.to_dict()
    known = dict(summary(survey.responses().accounting))
    told = accounting["2024"].dropna().drop("all cells").to_dict()
    assert told == {outcome: known[outcome] for outcome in told}
    assert set(known) - set(told) == {"unresolved"}


def test_findings_are_counted_without_what_was_found(survey):
    counted = survey.findings_summary()
    found = survey.responses().findings
    last = counted[counted["wave"].eq("2024")].set_index("item")

    assert list(counted) == ["wave", "kind", "item", "findings", "cells"]
    assert set(last.index) == set(found["item"])
    assert last.loc["q12", "findings"] == found["item"].eq("q12").sum()
    assert pd.isna(last.loc["q01", "cells"])  # of which departments are made


def test_text_of_a_table_has_labels_bases_and_what_is_withheld(survey):
    text = survey.text(survey.table("q33", by="department"))

    assert "EP" in text.columns
    assert text.iloc[-1]["EP"].startswith("n = ")
    assert text.isin(["withheld"]).to_numpy().any()


def test_more_unresolved_answers_than_allowed_stop_a_study(home, tmp_path):
    shutil.copytree(home, tmp_path / "strict", ignore=lambda *_: {"processed"})
    path = tmp_path / "strict" / "study.toml"
    text = path.read_text()
    assert "max_unresolved = 0.05" in text
    path.write_text(text.replace("max_unresolved = 0.05", "max_unresolved = 0.02"))

    with pytest.raises(CodebookError, match="are unresolved, above 2"):
        open_study(path).responses()

    assert "inputs.sha256" not in os.listdir(path.parent / "data/processed/2024")  # noqa: PTH208


def test_the_deck_and_the_workbook_are_written(survey, tmp_path, monkeypatch):
    monkeypatch.setenv("SURVEYTOOLS_REPORTS", str(tmp_path))

    assert [path.name for path in survey.deck()] == ["deck.pptx", "tables.xlsx"]
    assert all((tmp_path / name).is_file() for name in ("deck.pptx", "tables.xlsx"))


def test_the_deck_of_a_department_has_no_numbers_twice(survey, tmp_path, monkeypatch):
    """Needs of everybody and by department are the same for one department."""
    monkeypatch.setenv("SURVEYTOOLS_REPORTS", str(tmp_path))

    _, book = survey.deck(unit="ep")

    sheets = openpyxl.load_workbook(book).sheetnames
    assert "needs" in sheets
    assert "needs_by_department" not in sheets
    assert "service_use" in sheets
    assert "service_use_by_department" not in sheets
    assert "obstacles_by_department" in sheets


def test_the_whole_does_not_show_answers_by_chance(survey):
    survey.responses()

    assert repr(survey) == (
        "Survey(Machine-learning infrastructure survey (synthetic demo): 2 waves)"
    )
