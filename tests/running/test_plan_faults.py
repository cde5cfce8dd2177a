"""Faults of a tab plan are found before anything is counted, all at once."""

import shutil

import pytest

from surveytools.errors import SurveyErrors
from surveytools.running import open_study
from surveytools.running.plan_faults import faults_of_study


@pytest.fixture
def home(root, tmp_path):
    """The demo study without its exports: a plan is judged by codebooks alone."""
    shutil.copy(root / "study.toml", tmp_path)
    shutil.copytree(root / "config", tmp_path / "config")
    return tmp_path


def table(id_, **keys):
    """One table of a plan, by default a sound one."""
    given = {"topic": "needs", "stub": "q33", "title": "x"} | keys
    lines = [f"{key} = {_toml(value)}" for key, value in given.items()]
    return "\n".join(["[[tables]]", f'id = "{id_}"', *lines, ""])


def _toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{k}" = {_toml(v)}' for k, v in value.items()) + "}"
    return "true" if value is True else repr(value)


def faults(home, *tables):
    (home / "config" / "tabplan.toml").write_text("\n".join(tables))
    return [str(fault) for fault in faults_of_study(home / "study.toml")]


def test_the_demo_has_none(home):
    assert faults_of_study(home / "study.toml") == []


@pytest.mark.parametrize(
    ("keys", "place", "said"),
    [
        pytest.param(
            {"stub": "q333"},
            "tables[t].stub",
            "the codebook has no item 'q333'; did you mean 'q33'?",
            id="item",
        ),
        pytest.param(
            {"by": "departement"},
            "tables[t].by",
            "the codebook has no item 'departement'; did you mean 'department'?",
            id="groups",
        ),
        pytest.param(
            {"where": "ml_use = activ"},
            "tables[t].where",
            "item 'ml_use' has no choice 'activ' at character 10 of 'ml_use = activ'; "
            "did you mean 'active'?",
            id="filter",
        ),
        pytest.param(
            {"wave": "2014"},
            "tables[t].wave",
            "the study has no wave '2014'; did you mean '2024'?",
            id="wave",
        ),
        pytest.param(
            {"stub": "ml_use", "nets": {"Uses it": ["active", "activ"]}},
            "tables[t].nets",
            "item 'ml_use' has no answer 'activ' to put into a net; "
            "did you mean 'active'?",
            id="net",
        ),
        pytest.param(
            {"stub": "q28", "nets": {"Hardware": ["gpus"]}},
            "tables[t].nets",
            "the answers of 'q28' overlap, so they can't be added up; "
            "derive an item (how = 'net') in the codebook",
            id="net of several answers",
        ),
        pytest.param(
            {"stub": "department", "summary": True},
            "tables[t].summary",
            "item 'department' is single-response, not a scale; "
            "only Likert items and matrices are summarised",
            id="box of no scale",
        ),
        pytest.param(
            {"stub": "ml_use", "figure": "stacked", "answers": ["actve"]},
            "tables[t].answers",
            "item 'ml_use' has no answer 'actve' to draw; did you mean 'active'?",
            id="answer to draw",
        ),
        pytest.param(
            {"figure": "bars", "by": "department"},
            "tables[t].figure",
            "bars of table 't' would be several a group; "
            "name one answer, or draw it as stacked or heatmap",
            id="bars of groups",
        ),
        pytest.param(
            {"stub": "q28", "figure": "likert"},
            "tables[t].figure",
            "answers of table 't' overlap, so their shares can't be stacked; "
            "draw it as bars or heatmap",
            id="no scale to draw",
        ),
        pytest.param(
            {"stub": "service_use", "figure": "awareness"},
            "tables[t].figure",
            "the figure 't' needs a second table, of who knows what; "
            "name it in the tab plan with with_table",
            id="one table of two",
        ),
        pytest.param(
            {"stub": "q33", "combinations": True},
            "tables[t]",
            "item 'q33' is likert, and combinations need several choices; "
            "leave out combinations, or name a multiple-response item",
            id="combinations",
        ),
    ],
)
def test_a_fault_is_told_with_table_and_key(home, keys, place, said):
    assert faults(home, table("t", **keys)) == [
        f"tabplan.toml, column {place!r}: {said}"
    ]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(
            {"base": "asked", "nets": {"None": ["~no-answer"]}}, id="missing answers"
        ),
        pytest.param(
            {"stub": "q28", "combinations": True, "answers": ["a+b"]}, id="combinations"
        ),
        pytest.param({"stub": "q12", "by": "department"}, id="numbers"),
        pytest.param({"stub": "q08", "base": "all"}, id="texts"),
        pytest.param({"stub": "q27", "where": "q12 >= 5 and not q33 = 1"}, id="filter"),
    ],
)
def test_what_only_answers_tell_is_no_fault(home, keys):
    assert faults(home, table("t", **keys)) == []


def test_all_faults_are_told_at_once(home):
    found = faults(
        home,
        table("a", stub="x", by="y", where="z = 1"),
        table("b", summary=True, box=9, nets={"n": ["p", "q"]}),
        table("c"),
    )

    places = [fault.split("'")[1] for fault in found]
    assert places == [
        *("tables[a].stub", "tables[a].by", "tables[a].where"),
        *("tables[b].nets", "tables[b].nets", "tables[b].summary"),
    ]


def test_a_department_that_is_no_item_is_told(home):
    study = home / "study.toml"
    text = study.read_text()
    study.write_text(text.replace('department = "department"', 'department = "dep"'))

    (fault,) = faults_of_study(study)

    assert str(fault).startswith(
        "study.toml, column 'roles.department': the codebook has no item 'dep'"
    )


def test_whoever_asks_for_the_plan_hears_all_of_it(home, root):
    shutil.copytree(root / "data" / "raw", home / "data" / "raw")
    plan = home / "config" / "tabplan.toml"
    bad = [table("a", stub="x"), table("b", by="y"), table("c", box=9, summary=True)]
    plan.write_text("\n".join(bad))

    with pytest.raises(SurveyErrors) as caught:
        open_study(home).plan  # noqa: B018  # a property that reads the plan

    assert [str(p) for p in caught.value.exceptions] == faults(home, *bad)
