import pytest

from surveytools.analysis import TOTAL, tabulate
from surveytools.cleaning.responses import State
from surveytools.errors import CodebookError, SurveyError
from surveytools.study.tabplan import BaseKind

NO_ANSWER, NOT_ASKED = State.NO_ANSWER, State.NOT_ASKED
UNKNOWN, UNRESOLVED = State.UNKNOWN, State.UNRESOLVED


def counts(table, group=TOTAL, row=""):
    cells = table.cells.query("group == @group and row == @row")
    return dict(zip(cells["answer"], cells["count"], strict=True))


def bases(table, row=""):
    cells = table.cells.query("row == @row")
    return cells.groupby("group", sort=False)["base"].first().to_dict()


def test_answers_and_groups_that_nobody_gave_stay_in_codebook_order(responses):
    answers = {"dept": ["ep", "it", "ep"], "use": ["no", "no", "yes"]}

    table = tabulate(responses(answers), "use", by="dept")

    assert table.cells[["group", "answer", "count", "base"]].to_numpy().tolist() == [
        ["it", "yes", 0, 1],
        ["it", "trial", 0, 1],
        ["it", "no", 1, 1],
        ["ep", "yes", 1, 2],
        ["ep", "trial", 0, 2],
        ["ep", "no", 1, 2],
        ["hse", "yes", 0, 0],
        ["hse", "trial", 0, 0],
        ["hse", "no", 0, 0],
        ["total", "yes", 1, 3],
        ["total", "trial", 0, 3],
        ["total", "no", 2, 3],
    ]
    assert (
        table.cells["share"].isna().tolist() == [False] * 6 + [True] * 3 + [False] * 3
    )
    assert table.answers_partition
    assert table.groups_partition
    assert (table.id, table.title) == ("use_by_dept", "Use by Department")


def test_total_counts_only_respondents_of_a_group(responses):
    answers = {
        "dept": ["it", NO_ANSWER, UNRESOLVED, "ep"],
        "use": ["yes", "yes", "no", UNRESOLVED],
    }

    table = tabulate(responses(answers), "use", by="dept")

    assert bases(table) == {"it": 1, "ep": 0, "hse": 0, "total": 1}
    assert table.no_group == 2
    assert table.unresolved == 1


@pytest.mark.parametrize(
    ("base", "expected", "unresolved"),
    [
        pytest.param(
            BaseKind.ANSWERED, {"low": 2, "mid": 0, "top": 1}, 1, id="answered"
        ),
        pytest.param(
            BaseKind.ASKED,
            {
                "low": 2,
                "mid": 0,
                "top": 1,
                "na": 1,
                "~unresolved": 1,
                "~no_answer": 2,
            },
            0,
            id="asked",
        ),
        pytest.param(
            BaseKind.ALL,
            {
                "low": 2,
                "mid": 0,
                "top": 1,
                "na": 1,
                "~unresolved": 1,
                "~no_answer": 2,
                "~unknown_if_asked": 1,
                "~not_asked": 3,
            },
            0,
            id="all",
        ),
    ],
)
def test_each_base_keeps_the_answers_a_partition(responses, base, expected, unresolved):
    given = ["low", "top", "low", "na", UNRESOLVED, NO_ANSWER, NO_ANSWER, UNKNOWN]
    answers = {"view": [*given, NOT_ASKED, NOT_ASKED, NOT_ASKED]}

    table = tabulate(responses(answers), "view", base=base)

    assert counts(table) == expected
    assert bases(table) == {"total": sum(expected.values())}
    assert table.unresolved == unresolved
    assert table.answers_partition


def test_multiple_response_counts_selections_of_those_who_answered(responses):
    answers = {"tools": ["git+svn", "git", "none", NO_ANSWER, NOT_ASKED, "git+svn"]}

    table = tabulate(responses(answers), "tools")

    assert counts(table) == {"git": 3, "svn": 2, "none": 1}
    assert bases(table) == {"total": 4}
    assert not table.answers_partition


def test_those_who_selected_any_are_a_base(responses):
    answers = {
        "tools": ["git+svn", "git", "", "none", NO_ANSWER, "", NOT_ASKED],
        "dept": ["it", "it", "it", "ep", "ep", "ep", "ep"],
    }
    base = BaseKind.SELECTED_ANY

    table = tabulate(responses(answers), "tools", by="dept", base=base)

    assert bases(table) == {"it": 2, "ep": 1, "hse": 0, "total": 3}
    assert counts(table) == {"git": 2, "svn": 1, "none": 1}
    assert not table.answers_partition
    sets = tabulate(responses(answers), "tools", base=base, combinations=True)
    assert counts(sets) == {"git": 1, "git+svn": 1, "none": 1}


def test_who_ticked_dont_know_selected_nothing(responses):
    answers = {"needs": ["gpu", "unsure", "gpu+disk", ""]}

    table = tabulate(responses(answers), "needs", base=BaseKind.SELECTED_ANY)

    assert bases(table) == {"total": 2}
    assert counts(table) == {"gpu": 2, "disk": 1}


def test_who_selected_any_of_choices_with_bases_of_their_own(responses):
    answers = {
        "often__swan": ["low", "mid", NO_ANSWER, "low"],
        "often__lxb": ["top", NO_ANSWER, "mid", "low"],
    }

    table = tabulate(responses(answers), "used", base=BaseKind.SELECTED_ANY)

    assert bases(table) == {"total": 3}
    assert counts(table) == {"swan": 1, "lxb": 2}


@pytest.mark.parametrize("item", ["use", "view", "often", "hours", "remark"])
def test_nobody_selects_several_of_other_items(responses, item):
    with pytest.raises(SurveyError, match="nobody selects several of it; take base"):
        tabulate(responses({"use": ["yes"]}), item, base=BaseKind.SELECTED_ANY)


def test_mentions_are_a_base_of_selections(responses):
    answers = {
        "tools": ["git+svn", "git", "none", NO_ANSWER],
        "dept": ["it", "it", "ep", "ep"],
    }

    table = tabulate(responses(answers), "tools", by="dept", base=BaseKind.MENTIONS)

    assert bases(table) == {"it": 3, "ep": 1, "hse": 0, "total": 4}
    assert table.respondents == (2, 1, 0, 3)
    assert table.answers_partition
    assert table.cells["share"].notna().any()
    assert table.cells[["low", "high"]].isna().all(axis=None)


def test_multiple_response_leaves_dont_know_out_of_the_answered(responses):
    answers = {"needs": ["gpu", "unsure", "gpu+disk", NO_ANSWER]}

    answered = tabulate(responses(answers), "needs")
    asked = tabulate(responses(answers), "needs", base=BaseKind.ASKED)

    assert counts(answered) == {"gpu": 2, "disk": 1}
    assert bases(answered) == {"total": 2}
    assert counts(asked) == {"gpu": 2, "disk": 1, "unsure": 1, "~no_answer": 1}
    assert bases(asked) == {"total": 4}


def test_combinations_are_exact_and_in_codebook_order(responses):
    selected = ["svn", "git+svn", "none", "svn", "git", "git+svn", NO_ANSWER]

    table = tabulate(responses({"tools": selected}), "tools", combinations=True)

    assert counts(table) == {"git": 1, "git+svn": 2, "svn": 2, "none": 1}
    assert [choice.text() for choice in table.answers] == [
        "GIT",
        "GIT & SVN",
        "SVN",
        "NONE",
    ]
    assert bases(table) == {"total": 6}
    assert table.answers_partition


def test_matrix_has_a_base_a_row(responses):
    answers = {
        "often__swan": ["low", "top", "na", NO_ANSWER],
        "often__lxb": ["mid", NO_ANSWER, NO_ANSWER, UNRESOLVED],
        "dept": ["it", "it", "ep", "ep"],
    }

    table = tabulate(responses(answers), "often", by="dept")

    assert bases(table, "swan") == {"it": 2, "ep": 0, "hse": 0, "total": 2}
    assert bases(table, "lxb") == {"it": 1, "ep": 0, "hse": 0, "total": 1}
    assert counts(table, "it", "swan") == {"low": 1, "mid": 0, "top": 1}
    assert table.unresolved == 1
    grid = table.cells[["group", "row", "answer"]].apply(tuple, axis=1).tolist()
    assert grid == [
        (group, row, answer)
        for group in ("it", "ep", "hse", "total")
        for row in ("swan", "lxb")
        for answer in ("low", "mid", "top")
    ]


def test_choices_from_matrix_rows_have_a_base_each(responses):
    answers = {
        "often__swan": ["low", "top", "na", "mid"],
        "often__lxb": ["mid", NO_ANSWER, "low", UNRESOLVED],
        "dept": ["it", "it", "ep", "ep"],
    }

    table = tabulate(responses(answers), "used", by="dept")

    cells = table.cells.set_index(["group", "answer"])
    assert cells["count"].unstack()["swan"].to_dict() == {
        "ep": 1,
        "hse": 0,
        "it": 1,
        "total": 2,
    }
    assert cells.loc["it", "base"].to_dict() == {"swan": 2, "lxb": 1}
    assert cells.loc["total", "base"].to_dict() == {"swan": 3, "lxb": 2}
    assert table.unresolved == 1


def test_services_as_groups_hold_their_users(responses):
    answers = {
        "often__swan": ["low", "top", "na", "mid"],
        "often__lxb": ["mid", NO_ANSWER, "low", "top"],
        "use": ["yes", "no", "yes", "yes"],
    }

    table = tabulate(responses(answers), "use", by="used")

    assert bases(table) == {"swan": 2, "lxb": 2, "total": 3}
    assert counts(table, "swan") == {"yes": 1, "trial": 0, "no": 1}
    assert table.no_group == 1


def test_combinations_of_rows_count_who_answered_them_all(responses):
    answers = {
        "often__swan": ["low", "top", "low", "mid"],
        "often__lxb": ["mid", NO_ANSWER, "low", "top"],
    }

    table = tabulate(responses(answers), "used", combinations=True)

    assert counts(table) == {"~none_selected": 1, "swan+lxb": 1, "lxb": 1}
    assert bases(table) == {"total": 3}


def test_multiple_response_banner_gives_overlapping_groups(responses):
    answers = {
        "tools": ["git+svn", "git", NO_ANSWER, "none"],
        "use": ["yes", "no", "yes", "yes"],
    }

    table = tabulate(responses(answers), "use", by="tools")

    assert bases(table) == {"git": 2, "svn": 1, "none": 1, "total": 3}
    assert counts(table, "git") == {"yes": 1, "trial": 0, "no": 1}
    assert not table.groups_partition
    assert table.no_group == 1


def test_multiple_by_multiple_counts_respondents_with_both(responses):
    answers = {
        "tools": ["git+svn", "git", "none", NO_ANSWER],
        "needs": ["gpu", "gpu+disk", "disk", "gpu"],
    }

    table = tabulate(responses(answers), "needs", by="tools")
    turned = tabulate(responses(answers), "tools", by="needs")

    assert counts(table, "git") == {"gpu": 2, "disk": 1}
    assert counts(table, "svn") == {"gpu": 1, "disk": 0}
    assert counts(turned, "gpu") == {"git": 2, "svn": 1, "none": 0}


def test_where_leaves_out_who_cannot_be_judged(responses):
    answers = {
        "dept": ["it", "ep", NO_ANSWER, "it"],
        "use": ["yes", "yes", "yes", "no"],
    }

    table = tabulate(responses(answers), "use", where="dept = it")

    assert counts(table) == {"yes": 1, "trial": 0, "no": 1}
    assert table.where == "dept = it"


@pytest.mark.parametrize(
    ("options", "sensitive"),
    [
        pytest.param({"stub": "use"}, False, id="nothing sensitive"),
        pytest.param({"stub": "view"}, True, id="stub"),
        pytest.param({"stub": "use", "by": "view"}, True, id="banner"),
        pytest.param({"stub": "use", "where": "view = low"}, True, id="condition"),
    ],
)
def test_a_sensitive_item_makes_the_table_sensitive(responses, options, sensitive):
    answers = {"use": ["yes", "no"], "view": ["low", "top"]}

    assert tabulate(responses(answers), **options).sensitive is sensitive


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            {"stub": "remark"},
            "item 'remark' holds free text, of which only who wrote any counts; "
            "take base all or asked, or code its texts as choices in the codebook",
            id="text",
        ),
        pytest.param(
            {"stub": "use", "by": "often"},
            "item 'often' is a matrix, which gives no groups of respondents; "
            "derive an item from its rows ('selected'), and name that one",
            id="matrix banner",
        ),
        pytest.param(
            {"stub": "use", "by": "hours"},
            "item 'hours' holds numbers, which gives no groups of respondents; "
            "name an item with choices",
            id="number banner",
        ),
        pytest.param(
            {"stub": "use", "by": "remark"},
            "item 'remark' holds free text, which gives no groups of respondents; "
            "name an item with choices",
            id="text banner",
        ),
        pytest.param(
            {"stub": "use", "combinations": True},
            "item 'use' is single-response, and combinations need several choices; "
            "leave out combinations, or name a multiple-response item",
            id="combinations of one answer",
        ),
    ],
)
def test_tabulate_says_what_it_cannot_count(responses, options, message):
    with pytest.raises(SurveyError) as caught:
        tabulate(responses({"use": ["yes"]}), **options)

    assert str(caught.value) == message


def test_tabulate_names_the_closest_item(responses):
    with pytest.raises(CodebookError, match="did you mean 'dept'"):
        tabulate(responses({"use": ["yes"]}), "use", by="depts")


def test_no_respondents_make_a_table_of_zeros(responses):
    table = tabulate(responses({"use": []}), "use", by="dept")

    assert len(table.cells) == 12
    assert table.cells["count"].eq(0).all()
    assert table.cells["share"].isna().all()


def test_repr_shows_no_count(responses):
    answers = {"dept": ["it", "ep"], "use": ["yes", "no"]}

    shown = repr(tabulate(responses(answers), "use", by="dept"))

    assert shown == "Table(use_by_dept: use by dept, 3 x 4, base answered)"


def test_free_text_is_counted_by_who_wrote_some(responses):
    given = responses(
        {
            "dept": ["it", "it", "ep", "ep"],
            "remark": ["a", State.NO_ANSWER, "b", State.NOT_ASKED],
        }
    )

    table = tabulate(given, "remark", by="dept", base=BaseKind.ASKED)

    cells = table.cells.set_index(["group", "answer"])
    assert cells["count"].to_dict() == {
        ("it", "~text"): 1,
        ("it", "~no_answer"): 1,
        ("ep", "~text"): 1,
        ("ep", "~no_answer"): 0,
        ("hse", "~text"): 0,
        ("hse", "~no_answer"): 0,
        (TOTAL, "~text"): 2,
        (TOTAL, "~no_answer"): 1,
    }
    assert cells.loc[("ep", "~text"), "base"] == 1
