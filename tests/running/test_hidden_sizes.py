"""What a study shows tells no size of a department that it hides."""

import pytest

from surveytools import open_study

STUDY = """title = "Small study"
disclosure = { profile = "workshop", threshold = 5 }
roles = { department = "dept" }
[[waves]]
name = "2024"
codebook = "codebook.toml"
exports = [{ file = "export.csv" }]
[files]
tabplan = "tabplan.toml"
"""
WEIGHTS = """[[weights.margins]]
item = "dept"
targets = { it = 100, ep = 300, be = 80, hse = 50 }
"""
CODEBOOK = """title = "Small survey"
[[items]]
code = "dept"
header = "Department?"
label = "Department"
kind = "single-response"
choices = [
  { code = "it", label = "IT" }, { code = "ep", label = "EP" },
  { code = "be", label = "BE" }, { code = "hse", label = "HSE" },
]
[[items]]
code = "stage"
header = "Stage?"
label = "Stage"
kind = "single-response"
choices = [{ code = "young", label = "Young" }, { code = "old", label = "Old" }]
[[items]]
code = "use"
header = "Use?"
label = "Use"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
"""
PLAN = """[[tables]]
id = "who"
stub = "dept"
base = "all"
topic = "respondents"
title = "Who answered"
[[tables]]
id = "use_by_stage"
stub = "use"
by = "stage"
topic = "needs"
title = "Use by stage"
weights = true
"""
PEOPLE = {
    ("IT", "Young"): (12, 8),
    ("IT", "Old"): (9, 10),
    ("EP", "Young"): (10, 15),
    ("EP", "Old"): (7, 8),
    ("BE", "Young"): (6, 7),
    ("BE", "Old"): (6, 7),
    ("HSE", "Old"): (1, 2),
}


@pytest.fixture
def study_of(tmp_path):
    def write(people, *, study=STUDY + WEIGHTS, plan=PLAN, name="study"):
        home = tmp_path / name
        home.mkdir()
        lines = ["Department?,Stage?,Use?"]
        for (dept, stage), counts in people.items():
            for answer, count in zip(("Yes", "No"), counts, strict=True):
                lines += [f"{dept},{stage},{answer}"] * count
        texts = {
            "export.csv": "\n".join([*lines, ""]),
            "codebook.toml": CODEBOOK,
            "study.toml": study,
            "tabplan.toml": plan,
        }
        for file, text in texts.items():
            (home / file).write_text(text)
        return open_study(home)

    return write


def test_weights_do_not_tell_how_many_answered_in_a_hidden_department(study_of):
    """BE's weight is 80 over its respondents, and BE's number is hidden for HSE's."""
    moved = {("BE", "Old"): (6, 6), ("HSE", "Old"): (1, 3)}
    shown = []
    for name, people in (("a", PEOPLE), ("b", PEOPLE | moved)):
        survey = study_of(people, name=name)
        table = survey.plan["use_by_stage"]
        who = survey.tidy(survey.plan["who"])
        assert who.set_index("answer")["withheld"][["be", "hse"]].all()
        shown.append((who, survey.tidy(table, survey.details(table))))

    (who, use), (others_who, others_use) = shown
    assert who.equals(others_who)
    assert use.equals(others_use)
    assert use["share"].notna().all()


def test_weighted_shares_stay_where_no_size_is_hidden(study_of):
    people = PEOPLE | {("HSE", "Old"): (4, 4)}
    survey = study_of(people)
    table = survey.plan["use_by_stage"]
    cells = survey.tidy(table, survey.details(table)).set_index(["group", "answer"])

    weights = {"it": 100 / 39, "ep": 300 / 40, "be": 80 / 26}
    yes = 12 * weights["it"] + 10 * weights["ep"] + 6 * weights["be"]
    all_ = 20 * weights["it"] + 25 * weights["ep"] + 13 * weights["be"]
    shown = cells["weighted_share"]
    assert shown["young", "yes"] == pytest.approx(yes / all_)


WHO, USE = (f"[[tables]]{table}" for table in PLAN.split("[[tables]]")[1:])
BY_DEPT = """[[tables]]
id = "use_by_dept"
stub = "use"
by = "dept"
base = "all"
topic = "needs"
title = "Use by department"
"""


def test_what_became_of_cells_does_not_tell_a_hidden_department(study_of):
    """Unreadable departments are hidden for HSE's sake, and cells of the item tell."""
    known = {("IT", "Young"): (14, 16), ("EP", "Young"): (20, 20)}
    shown = []
    for name, (hse, other) in {"a": (3, 6), "b": (4, 5)}.items():
        hidden = {("HSE", "Old"): (1, hse - 1), ("Nirvana", "Old"): (1, other - 1)}
        survey = study_of(known | hidden, study=STUDY, plan=WHO, name=name)
        who = survey.tidy(survey.plan["who"]).set_index("answer")
        assert who["withheld"][["hse", "~unresolved"]].all()
        told = survey.clean(), survey.accounting(), survey.findings_summary()
        shown.append((who, survey.profile(), *told))

    assert all(one.equals(other) for one, other in zip(*shown, strict=True))
    _, profile, clean, *_ = shown[0]
    assert clean.loc["2024", "respondents"] == 79
    assert profile["cells"].tolist() == [79] * 3


def test_those_without_a_department_do_not_follow_from_how_many_answered(study_of):
    """How many answered is told whenever a survey is, and stands in a notebook."""
    people = {("IT", "Young"): (14, 16), ("EP", "Old"): (20, 20), ("", "Old"): (2, 1)}
    survey = study_of(people, study=STUDY, plan=BY_DEPT)
    cells = survey.tidy(survey.plan["use_by_dept"]).set_index("group")

    assert survey.plan["use_by_dept"].no_group is None
    assert survey.clean().loc["2024", "respondents"] == 73
    assert cells["base"].groupby(level=0, sort=False).first().isna()["total"]


def test_unreadable_answers_are_not_counted_where_small_counts_are_hidden(study_of):
    people = {("IT", "Young"): (14, 16), ("EP", "Old"): (20, 20), ("?", "Old"): (3, 4)}
    survey = study_of(people, study=STUDY, plan=WHO)

    assert survey.table("dept").unresolved is None
