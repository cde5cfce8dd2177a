"""Derived items: the kind and choices that follow, and entries that can't be."""

import pytest

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.load import load_codebook
from surveytools.errors import CodebookError
from surveytools.study import Units

UNITS = Units.model_validate(
    {
        "units": [
            {"code": "ep", "label": "Experimental Physics"},
            {"code": "it", "label": "Information Technology"},
            {"code": "hr", "label": "Human Resources"},
            {"code": "ir", "label": "International Relations"},
        ],
        "merged": [{"code": "small", "label": "Small", "members": ["it", "ir"]}],
    }
)
BOOK = """
[lists]
services = [{ code = "swan", label = "SWAN" }, { code = "ngt", label = "NGT" }]
freq = [
  { code = "never", label = "Never" },
  { code = "often", label = "Often" },
  { code = "dk", label = "I do not know", missing = "don't know" },
]

[[items]]
code = "q01"
header = "Which department?"
kind = "single-response"
choices = "@units"

[[items]]
code = "q02"
header = "Do you use ML?"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
sensitive = true

[[items]]
code = "q03"
header = "Which areas?"
kind = "multiple-response"
choices = [{ code = "reco", label = "Reco" }, { code = "sim", label = "Sim" }]

[[items]]
code = "q04"
header = "How often?"
kind = "matrix"
rows = "services"
choices = "freq"

[[items]]
code = "q05"
header = "How many people?"
kind = "number"
"""


@pytest.fixture
def load(tmp_path):
    def load_text(text):
        path = tmp_path / "codebook.toml"
        path.write_text(text, encoding="utf-8")
        return load_codebook(path, units=UNITS)

    return load_text


def codes(choices):
    return [choice.code for choice in choices]


def derived(**keys):
    lines = [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join([BOOK, "[[derived]]", 'code = "d"', 'label = "D"', *lines])


def test_merged_units_stand_where_their_first_member_stood(load):
    item = load(derived(**{"from": '"q01"', "how": '"merge-units"'})).item("d")

    assert codes(item.choices) == ["ep", "small", "hr"]
    assert item.derivation.groups == {
        "ep": ("ep",),
        "small": ("it", "ir"),
        "hr": ("hr",),
    }


@pytest.mark.parametrize(
    ("keys", "kind", "choices", "rows"),
    [
        pytest.param(
            {
                "from": '"q02"',
                "how": '"regroup"',
                "groups": '{ any = { label = "Any", of = ["yes", "no"] } }',
            },
            Kind.SINGLE,
            ["any"],
            [],
            id="regroup",
        ),
        pytest.param(
            {
                "from": '"q04"',
                "how": '"regroup"',
                "groups": '{ any = { label = "Any", of = ["never", "often"] } }',
            },
            Kind.MATRIX,
            ["any"],
            ["swan", "ngt"],
            id="regroup of a matrix",
        ),
        pytest.param(
            {
                "from": '"q04"',
                "how": '"selected"',
                "groups": '{ selected = { of = ["often"] } }',
            },
            Kind.MULTIPLE,
            ["swan", "ngt"],
            [],
            id="selected",
        ),
        pytest.param(
            {"from": '"q03"', "how": '"net"', "groups": '{ yes = { of = ["reco"] } }'},
            Kind.SINGLE,
            ["yes", "no"],
            [],
            id="net",
        ),
        pytest.param(
            {"how": '"condition"', "condition": '"q02 = yes and q05 > 3"'},
            Kind.SINGLE,
            ["yes", "no"],
            [],
            id="condition",
        ),
        pytest.param(
            {"from": '"q03"', "how": '"count"'}, Kind.NUMBER, [], [], id="count"
        ),
        pytest.param(
            {"from": '"q04"', "how": '"where"', "condition": '"q04.* = often"'},
            Kind.MATRIX,
            ["never", "often", "dk"],
            ["swan", "ngt"],
            id="where of a matrix",
        ),
        pytest.param(
            {"from": '"q05"', "how": '"where"', "condition": '"q02 = yes"'},
            Kind.NUMBER,
            [],
            [],
            id="where of a number",
        ),
    ],
)
def test_derived_items_have_the_kind_that_follows(load, keys, kind, choices, rows):
    item = load(derived(**keys)).item("d")

    assert (item.kind, codes(item.choices), codes(item.rows)) == (kind, choices, rows)


def test_derived_items_are_as_sensitive_as_what_they_come_from(load):
    item = load(derived(how='"condition"', condition='"q02 = yes"')).item("d")

    assert item.sensitive


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        pytest.param(
            {"from": '"q022"', "how": '"count"'},
            "derived[d].from': there is no item 'q022' before it; did you mean 'q02'?",
            id="unknown item",
        ),
        pytest.param(
            {"from": '"q05"', "how": '"count"'},
            "derived[d].from': 'count' can't be applied to 'q05', a number item; "
            "use a source of kind multiple-response",
            id="wrong kind",
        ),
        pytest.param(
            {"from": '"q03"', "how": '"net"'},
            "derived[d]': 'net' needs 'groups'; add it",
            id="no groups",
        ),
        pytest.param(
            {"from": '"q03"', "how": '"count"', "condition": '"q02 = yes"'},
            "derived[d]': 'count' has no use for 'condition'; "
            "remove it, or correct `how`",
            id="condition without use",
        ),
        pytest.param(
            {
                "from": '"q03"',
                "how": '"net"',
                "groups": '{ yes = { of = ["rceo"] } }',
            },
            "derived[d].groups.yes.of': item 'q03' has no choice 'rceo'; "
            "did you mean 'reco'?",
            id="unknown code",
        ),
        pytest.param(
            {
                "from": '"q03"',
                "how": '"net"',
                "groups": '{ any = { of = ["reco"] } }',
            },
            "derived[d].groups': 'net' has one group, 'yes'; name it 'yes'",
            id="group of another name",
        ),
        pytest.param(
            {
                "from": '"q02"',
                "how": '"regroup"',
                "groups": '{ a = { label = "A", of = ["yes"] } }',
            },
            "derived[d].groups': no group has 'no' of item 'q02'; "
            "put each into a group",
            id="choice without group",
        ),
        pytest.param(
            {
                "from": '"q02"',
                "how": '"regroup"',
                "groups": '{ a = { label = "A", of = ["yes", "no"] }, '
                'b = { label = "B", of = ["no"] } }',
            },
            "derived[d].groups.b.of': 'no' is also in group 'a'; keep it in one",
            id="choice in two groups",
        ),
        pytest.param(
            {"from": '"q02"', "how": '"midpoint"'},
            "derived[d]': 'yes', 'no' of item 'q02' has no value; "
            "give each choice a value",
            id="midpoint without values",
        ),
        pytest.param(
            {"from": '"q02"', "how": '"where"', "condition": '"q04.* = often"'},
            "derived[d].condition': 'q04.*' stands for a row, and there is none; "
            "name a row: q04.<row>",
            id="row without matrix",
        ),
        pytest.param(
            {"how": '"conditoin"', "condition": '"q02 = yes"'},
            "derived[d].how': found 'conditoin'; use 'regroup', 'net', 'selected', "
            "'first', 'count', 'midpoint', 'condition', 'where' or 'merge-units'",
            id="unknown how",
        ),
    ],
)
def test_derivations_that_cannot_be_name_the_key(load, keys, message):
    with pytest.raises(CodebookError) as caught:
        load(derived(**keys))

    assert str(caught.value) == f"codebook.toml, column '{message}"


def test_where_needs_the_same_rows_in_both_matrices(load):
    other = """
        [[items]]
        code = "q06"
        header = "How satisfied?"
        kind = "matrix"
        rows = ["services", { code = "aws", label = "AWS" }]
        choices = "freq"
        [[derived]]
        code = "d"
        label = "D"
        from = "q06"
        how = "where"
        condition = "q04.* = often"
    """

    with pytest.raises(CodebookError) as caught:
        load(BOOK + other)

    assert str(caught.value) == (
        "codebook.toml, column 'derived[d].condition': 'q04' has no row 'aws'; "
        "give 'q04' and 'q06' the same rows"
    )
