"""Means, letters and formats through the facade, on the demo."""

import numpy as np
import pytest

from surveytools.running import open_study


@pytest.fixture(scope="module")
def survey(demo_home):
    return open_study(demo_home)


def test_departments_have_response_rates(survey):
    cells = survey.tidy(survey.plan["respondents_by_department"])
    rates = cells.set_index("answer")["response_rate"]

    shown = cells.set_index("answer").loc["ep"]
    assert rates["ep"] == shown["count"] / 820
    assert rates[["ext", "~unresolved"]].isna().all()
    merged = cells.set_index("answer")["headcount"]["administration"]
    assert merged == 110 + 150 + 90  # HR, IPT and FAP of population.csv
    text = survey.note(survey.plan["respondents_by_department"])
    assert "of the headcount (invented for the synthetic demo, 2024)" in text


def test_means_of_departments(survey):
    safe = survey.numbers("q20", by="department")
    cells = safe.cells.set_index("group")
    answers = survey.responses().frame
    ep = answers.loc[answers["department"].eq("ep"), "q20"].dropna().astype(float)

    assert cells.loc["ep", "base"] == len(ep)
    if not cells.loc["ep", "withheld"]:
        assert cells.loc["ep", "mean"] == pytest.approx(np.mean(ep))
    assert "GPU hours per month" in survey.markdown(safe)
    assert survey.tidy(safe)["withheld"].tolist() == cells["withheld"].tolist()


def test_letters_stand_in_html_and_markdown(survey):
    table = survey.plan["use_by_department"]
    details = survey.details(table, summary=False)

    html = survey.html(table, details)
    assert "Experimental Physics (A)" in html
    assert "Letters: a letter names a group" in survey.markdown(table, details)
    assert "letters" in survey.tidy(table, details)
    assert "(A)" not in survey.html(table)
