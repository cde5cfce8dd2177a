"""A small department is small on every slide."""

import shutil

import pytest

from surveytools import open_study


@pytest.mark.long  # departments are protected: half a minute
def test_who_answered_hides_the_departments_that_other_tables_hide(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    study = home / "study.toml"
    study.write_text(study.read_text().replace("threshold = 5", "threshold = 8"))
    survey = open_study(home)
    who = survey.plan["respondents_by_department"].cells.set_index("answer")
    use = survey.plan["use_by_department"].cells.groupby("group")["base"].first()
    explored = survey.table("department").cells.set_index("answer")

    assert use.isna()["dg_ir_rcs"]
    assert who.loc["dg_ir_rcs", "withheld"]
    assert explored.loc["dg_ir_rcs", "withheld"]
    assert who["count"].dropna().between(1, 7).sum() == 0


def test_the_units_behind_merged_departments_are_groups_too(demo_home):
    counts = open_study(demo_home).table("q01").cells.set_index("answer")["count"]

    assert counts.loc["ep"] > 0
    assert counts.dropna().between(1, 4).sum() == 0
