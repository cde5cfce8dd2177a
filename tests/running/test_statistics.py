"""Means, letters and formats through the facade, on the demo."""

import shutil
import stat
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook

from surveytools.errors import ParameterError, StudyError
from surveytools.running import open_study
from surveytools.running.plan_faults import faults_of_study


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
    details = survey.details(table)

    html = survey.html(table, details)
    assert "Experimental Physics (A)" in html
    assert "A letter names a group" in survey.markdown(table, details)
    assert "letters" in survey.tidy(table, details)
    assert "(A)" not in survey.html(table)


def test_details_of_a_table_of_the_plan_are_those_it_declares(survey):
    scale = survey.details(survey.plan["overall_satisfaction"])
    compared = survey.details(survey.plan["use_by_department"])
    plain = survey.details(survey.plan["needs"])

    assert (scale.summary is None, scale.comparisons) == (False, None)
    assert (compared.summary, compared.comparisons is None) == (None, False)
    assert (plain.summary, plain.comparisons, plain.nets) == (None, None, None)


def test_letters_of_the_demo_show_what_was_planted_in_it(survey):
    """NXCALS is used almost only in the accelerator sector: by BE, not by EP, IT."""
    details = survey.details(survey.plan["service_use_by_department"])
    cells = details.comparisons.cells.set_index(["answer", "group"])

    assert cells.loc["nxcals", "letters"]["be"] == "A B"
    assert cells.loc["nxcals", "letters"].drop("be").eq("").all()


@pytest.mark.long  # departments are protected: half a minute
def test_details_of_a_departments_part_are_those_of_its_table(survey):
    (ep,) = (
        table
        for table in survey.tables("satisfaction", unit="ep")
        if table.id == "overall_satisfaction"
    )

    means = survey.details(ep).summary
    assert means["mean"].notna().tolist() == [True]
    assert survey.details(ep, summary=False).summary is None


@pytest.mark.long
def test_a_net_is_named_in_the_language_of_the_study(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    study = home / "study.toml"
    text = study.read_text().replace('language = "en"', 'language = "fr"')
    text += '[[weights.margins]]\nitem = "department"\nwithout = ["ext"]\n'
    study.write_text(text)
    plan = home / "config" / "tabplan.toml"
    name = 'id = "use_by_department"\n'
    plan.write_text(plan.read_text().replace(name, name + "weights = true\n"))
    survey = open_study(home)
    survey.deck()

    sheet = load_workbook(survey.reports / "tables.xlsx")["use_by_department"]
    labels = [sheet.cell(row, 1).value for row in range(6, 12)]
    interval = "Intervalle à 95\N{NO-BREAK SPACE}%"
    assert labels[-3:] == ["Base efficace", "Utilise le ML ou le prévoit", interval]
    texts = " ".join(str(cell.value) for row in sheet for cell in row if cell.value)
    assert "Comparé à tous les autres" in texts
    assert "Groupes sans lettres" in texts
    assert "Pondéré selon Département (invented" in texts
    assert "2024), sans ext. Masqué si" in texts
    assert "V de Cramér moins son biais 0," in texts


def test_what_is_said_goes_before_what_is_declared(survey):
    declared = survey.plan["use_by_department"]
    details = survey.details(
        declared,
        correction="none",
        test="fisher",
        nets={"Uses it or plans to": ["active", "planned"]},
    )

    assert details.comparisons.method.correction == "none"
    assert details.comparisons.method.test == "fisher"
    assert set(details.nets["net"]) == {"Uses it or plans to"}
    assert survey.details(declared, correction=None).comparisons is None


def test_details_of_a_table_beside_the_plan_are_letters_alone(survey):
    """Also where it has the items of a declared table, but other respondents."""
    beside = survey.table("q33", where="ml_use = active")
    named = replace(beside, id="overall_satisfaction")

    for table in (beside, named):
        details = survey.details(table)
        assert (details.summary, details.nets) == (None, None)
        assert details.comparisons.reason == "alone"
    assert survey.details(beside, summary=True, box=1).box == 1


def test_trends_are_those_of_the_waves_own_tables(survey):
    trend = survey.trend("q06")
    cells = survey.tidy(trend).set_index(["wave", "answer"])

    for wave in ("2023", "2024"):
        own = survey.table("q06", wave=wave).cells.set_index("answer")
        assert cells.loc[wave, "count"].tolist() == own["count"].tolist()
    assert "Difference" in survey.markdown(trend)
    assert "Difference" in survey.html(trend)


def test_a_trend_of_departments_hides_those_that_other_tables_hide(survey):
    cells = survey.tidy(survey.trend("q01")).set_index(["wave", "answer"])
    own = survey.table("q01").cells.set_index("answer")

    assert cells.loc["2024", "count"].isna().any()
    assert cells.loc["2024", "count"].isna().tolist() == own["count"].isna().tolist()


def sheet_of(survey, name):
    """Give the lines of a sheet by their label, and its headings."""
    survey.deck()
    sheet = load_workbook(survey.reports / "tables.xlsx")[name]
    lines = {
        row[0].value: [cell.value for cell in row] for row in sheet if row[0].value
    }
    return lines, lines["Answer"]


def test_a_declared_trend_is_a_sheet_of_the_workbook(survey):
    """With the numbers that `Survey.trend` gives of the item."""
    lines, heads = sheet_of(survey, "use_through_waves")
    cells = survey.tidy(survey.trend("ml_use")).set_index(["wave", "answer_label"])
    now, before = cells.loc[("2024", "Uses ML")], cells.loc[("2023", "Uses ML")]
    place = heads.index("2024: change in points")
    shown = lines["Uses ML"]

    assert heads[1:3] == ["2023", "2024"]
    assert shown[1:3] == pytest.approx([before["share"], now["share"]])
    assert [shown[at] for at, head in enumerate(heads) if head == "2024"] == [
        pytest.approx(now[name]) for name in ("share", "count", "base")
    ]
    expected = now[["difference", "difference_low", "difference_high"]].astype(float)
    assert shown[place : place + 3] == pytest.approx(list(100 * expected))
    assert shown[place + 3] == pytest.approx(now["adjusted"])
    said = " ".join(lines)
    assert "Waves: 2023 and 2024" in said
    assert "Waves are taken for independent samples" in said
    assert "Holm's correction over the table" in said


def test_a_declared_trend_hides_what_tables_of_the_plan_hide(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    with (home / "config" / "tabplan.toml").open("a") as file:
        file.write('[[trends]]\nid = "units"\nstub = "q01"\ntitle = "Units"\n')
    survey = open_study(home)
    lines, heads = sheet_of(survey, "units")
    own = survey.table("q01").cells.set_index("answer")["count"]

    place = [at for at, head in enumerate(heads) if head == "2024"][1]
    shown = [line[place] for line in lines.values() if line[0] in labels(survey, "q01")]
    assert [value == "withheld" for value in shown] == own.isna().tolist()
    assert "withheld" in shown


def test_a_plan_may_declare_a_trend_before_there_is_a_second_wave(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    text = (home / "study.toml").read_text()
    head, _, last = text.split("[[waves]]\n")
    (home / "study.toml").write_text(f"{head}[[waves]]\n{last}")
    survey = open_study(home)
    survey.deck()

    sheet = load_workbook(survey.reports / "tables.xlsx")["use_through_waves"]
    assert sheet["A2"].value.startswith("No trend yet: the study has one wave. Source:")
    assert sheet["A3"].value == "SYNTHETIC DATA"


def labels(survey, item):
    choices = survey.responses().codebook.item(item).choices
    return [choice.text(survey.study.language) for choice in choices]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ('stub = "ml_use"\ntitle', 'stub = "ml_us"\ntitle'),
            "tabplan.toml, column 'trends[use_through_waves].stub': ",
            id="unknown item",
        ),
        pytest.param(
            ('stub = "ml_use"\ntitle', 'stub = "ml_use"\nwhere = "q99 = a"\ntitle'),
            "tabplan.toml, column 'trends[use_through_waves].where': ",
            id="unknown condition",
        ),
    ],
)
def test_faults_of_trends_are_told_with_the_plan(demo_home, tmp_path, change, message):
    home = shutil.copytree(demo_home, tmp_path / "study")
    plan = home / "config" / "tabplan.toml"
    plan.write_text(plan.read_text().replace(*change))
    (fault,) = faults_of_study(home / "study.toml")

    assert str(fault).startswith(message)


def test_weighted_shares_as_the_study_says(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    with (home / "study.toml").open("a") as file:
        file.write('[[weights.margins]]\nitem = "department"\nwithout = ["ext"]\n')
    survey = open_study(home)
    details = survey.details(survey.table("q06"), weights=True)
    cells = survey.tidy(survey.table("q06"), details).set_index("answer")
    answers = survey.responses().frame.query("department != 'ext'")
    given = answers["q06"].eq("prod").where(answers["q06"].notna())
    shares = given.astype(float).groupby(answers["department"], observed=True).mean()
    sizes = answers.groupby("department", observed=True)["q06"].count()
    people = survey.headcounts().of(
        survey.responses().codebook.item("department"), survey.responses().codebook
    )
    # Everybody answered q06, so that each department counts as many as it has.
    assert sizes.sum() == answers["department"].notna().sum()
    weights = [people[code] for code in shares.index]
    assert cells.loc["prod", "weighted_share"] == pytest.approx(
        np.average(shares, weights=weights)
    )
    report = home / "data" / "processed" / "2024" / "weighting.csv"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "Weighted to Department" in survey.markdown(survey.table("q06"), details)


@pytest.fixture(scope="module")
def weighted(demo_home, tmp_path_factory):
    """The demo with weights by department, and two declared tables that have them."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("w") / "study")
    with (home / "study.toml").open("a") as file:
        file.write('[[weights.margins]]\nitem = "department"\nwithout = ["ext"]\n')
    plan = home / "config" / "tabplan.toml"
    text = plan.read_text()
    for table in ("use_by_department", "overall_satisfaction"):
        text = text.replace(f'id = "{table}"\n', f'id = "{table}"\nweights = true\n')
    plan.write_text(text)
    return open_study(home)


def test_a_declared_table_has_weighted_shares_on_its_sheet(weighted):
    """Answers of departments, weighted with their headcounts, by numpy."""
    weighted.deck()
    sheet = load_workbook(weighted.reports / "tables.xlsx")["use_by_department"]
    lines = {
        row[0].value: [cell.value for cell in row] for row in sheet if row[0].value
    }
    block = [cell.value for cell in sheet[4]].index("Weighted share")
    groups = [cell.value for cell in sheet[5]]
    place = groups.index("All", block)
    shown = weighted.plan["use_by_department"].cells.set_index(["answer", "group"])
    people = weighted.headcounts().of(
        weighted.responses().codebook.item("department"),
        weighted.responses().codebook,
    )
    parts = shown.loc["active"].drop(["ext", "total"])
    weights = np.array([people[code] for code in parts.index])

    # Everybody who has a department answered.
    assert lines["Uses ML"][place] == pytest.approx(
        np.average(parts["share"].astype(float), weights=weights)
    )
    each = weights / parts["base"].astype(float)
    kish = weights.sum() ** 2 / (each**2 * parts["base"].astype(float)).sum()
    assert lines["Effective base"][place] == pytest.approx(kish)
    said = " ".join(lines)
    assert "Weighted to Department (invented for the synthetic demo, 2024)" in said
    assert f"Effective base of all (Kish): {kish:.1f} of 307 respondents" in said


def test_weighted_shares_of_which_parts_are_small_are_withheld(weighted):
    """In three departments fewer than five said how satisfied they are."""
    table = weighted.plan["overall_satisfaction"]
    cells = weighted.tidy(table, weighted.details(table))

    assert not cells["withheld"].any()
    assert cells["weighted_share"].isna().all()
    assert weighted.details(table, weights=False).weighted is None


def test_weights_change_no_number_of_the_plan(weighted, survey):
    for id_, table in survey.plan.items():
        assert weighted.plan[id_].cells.equals(table.cells), id_


@pytest.mark.long  # departments are protected: half a minute
def test_a_departments_part_has_no_weighted_shares_and_says_so(weighted):
    (ep,) = (
        table
        for table in weighted.tables("satisfaction", unit="ep")
        if table.id == "overall_satisfaction"
    )
    details = weighted.details(ep)

    assert details.weighted is None
    assert "No weighted shares: they are given of all" in weighted.markdown(ep, details)


def test_weights_that_the_study_lacks_are_refused_with_the_plan(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "study")
    plan = home / "config" / "tabplan.toml"
    text = plan.read_text()
    plan.write_text(text.replace('id = "needs"\n', 'id = "needs"\nweights = true\n'))

    with pytest.raises(StudyError) as caught:
        open_study(home).declared("needs")
    assert str(caught.value) == (
        "tabplan.toml, column 'tables[needs].weights': the study has no section "
        "[weights]; say in study.toml what to weight to, or remove weights"
    )


def test_weighted_shares_need_a_section_of_the_study(survey):
    with pytest.raises(ParameterError, match=r"study.toml: the study has no section"):
        survey.details(survey.plan["use_by_department"], weights=True)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda s: s.table("q06", base="answerd"), "no base 'answerd'; did you mean"),
        (
            lambda s: s.table("q06", interval="wald"),
            "no interval 'wald'; there are ",
        ),
        (lambda s: s.table("q06", level=95), "between 0 and 1, and 95 doesn't"),
        (lambda s: s.numbers("q08", level=0), "between 0 and 1, and 0 doesn't"),
        (lambda s: s.trend("ml_use", correction="bonferroni"), "no correction 'bonf"),
        (lambda s: s.trend("ml_use", test="chi"), "no test 'chi'; there are z, fisher"),
        (lambda s: s.details(s.plan["needs"], test="chi"), "no test 'chi'; there are"),
        (lambda s: s.tables("need"), "no topic 'need'; did you mean 'needs'?"),
    ],
)
def test_a_mistyped_option_is_refused_in_words(survey, ask, message):
    with pytest.raises(ParameterError) as caught:
        ask(survey)
    assert message in str(caught.value)
