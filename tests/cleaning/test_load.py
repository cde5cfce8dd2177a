"""Codebook files: what they may say, and each way to contradict themselves."""

import pytest

from surveytools.cleaning.codebook import Kind, Missing
from surveytools.cleaning.load import load_codebook
from surveytools.errors import CodebookError, SurveyErrors
from surveytools.study import Catalogue, Units

UNITS = Units.model_validate(
    {
        "units": [
            {"code": "ep", "label": "Experimental Physics", "short": "EP"},
            {"code": "it", "label": "Information Technology"},
            {"code": "hr", "label": "Human Resources"},
            {"code": "ir", "label": "International Relations"},
        ],
        "merged": [{"code": "small", "label": "Small", "members": ["it", "ir"]}],
    }
)
CATALOGUE = Catalogue.model_validate(
    {
        "services": [
            {"code": "swan", "label": "SWAN", "aliases": ["swan.cern.ch"]},
            {"code": "ngt", "label": "NGT cluster", "since": 2024},
            {"code": "aws", "label": "AWS", "scope": "external", "since": 2006},
        ]
    }
)
BOOK = """
[lists]
freq = [
  { code = "never", label = { en = "Never", fr = "Jamais" }, value = 0 },
  { code = "often", label = { en = "Often", fr = "Souvent" }, value = 2 },
  { code = "dk", label = "I do not know", missing = "don't know" },
]

[[ignored]]
header = "Label"
reason = "label of the demo data"

[[items]]
code = "q01"
header = { en = "Which department?", fr = "Quel département ?" }
label = "Department"
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
asked_if = "q02 = yes"
max_choices = 2

[[items]]
code = "q04"
header = "How often?"
kind = "matrix"
rows = "@services.internal"
choices = "freq"

[[items]]
code = "q05"
header = "How many people?"
kind = "number"
minimum = 1
maximum = 500
"""


@pytest.fixture
def load(tmp_path):
    def load_text(text, name="codebook.toml", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        options = {"units": UNITS, "catalogue": CATALOGUE, **options}
        return load_codebook(path, **options)

    return load_text


def codes(choices):
    return [choice.code for choice in choices]


def test_items_have_what_the_file_says(load):
    book = load(BOOK)

    item = book.item("q03")
    assert item.kind is Kind.MULTIPLE
    assert item.asked_if == "q02 = yes"
    assert item.max_choices == 2
    assert item.columns() == ("q03__reco", "q03__sim")
    assert book.item("q05").maximum == 500
    assert [(rule.header, rule.reason) for rule in book.ignored] == [
        ("Label", "label of the demo data")
    ]


def test_label_is_the_header_by_default(load):
    assert load(BOOK).item("q02").label == "Do you use ML?"


def test_choices_of_a_shared_list_keep_value_and_missing(load):
    choices = load(BOOK).item("q04").choices

    assert codes(choices) == ["never", "often", "dk"]
    assert [choice.value for choice in choices] == [0, 2, None]
    assert choices[2].missing is Missing.DONT_KNOW
    assert choices[0].text("fr") == "Jamais"


def test_units_become_choices_with_their_short_names(load):
    choices = load(BOOK).item("q01").choices

    assert codes(choices) == ["ep", "it", "hr", "ir"]
    assert choices[0].axis() == "EP"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param('"@services"', ["swan", "ngt", "aws"], id="all"),
        pytest.param('"@services.internal"', ["swan", "ngt"], id="scope"),
        pytest.param('"@services.internal.2023"', ["swan"], id="scope and year"),
        pytest.param('"@services.2023"', ["swan", "aws"], id="year"),
        pytest.param(
            '["@services.external", { code = "none", label = "None" }]',
            ["aws", "none"],
            id="list and a choice",
        ),
    ],
)
def test_services_are_filtered_by_scope_and_year(load, wanted, expected):
    book = load(BOOK.replace('rows = "@services.internal"', f"rows = {wanted}"))

    assert codes(book.item("q04").rows) == expected


def test_file_based_on_another_says_only_what_differs(load):
    load(BOOK, "base.toml")
    book = load(
        """
        based_on = "base.toml"
        drop = ["q05"]
        [[items]]
        code = "q04"
        rows = "@services.internal.2023"
        [[items]]
        code = "q06"
        header = "New?"
        kind = "text"
        """
    )

    assert [item.code for item in book.items] == ["q01", "q02", "q03", "q04", "q06"]
    assert codes(book.item("q04").rows) == ["swan"]
    assert codes(book.item("q04").choices) == ["never", "often", "dk"]
    assert book.ignored[0].header == "Label"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ("max_choices = 2", "max_choises = 2"),
            "items[q03].max_choises': unknown key 'max_choises'; "
            "did you mean 'max_choices'?",
            id="mistyped key",
        ),
        pytest.param(
            ('kind = "matrix"', 'kind = "grid"'),
            "items[q04].kind': found 'grid'; use 'single-response', "
            "'multiple-response', 'likert', 'matrix', 'ranking', 'number' or 'text'",
            id="unknown kind",
        ),
        pytest.param(
            ('code = "reco", label = "Reco"', 'code = "reco", lable = "Reco"'),
            "items[q03].choices[reco].lable': unknown key 'lable'; "
            "did you mean 'label'?",
            id="mistyped key of a choice",
        ),
        pytest.param(
            ('choices = "freq"', 'choices = "frq"'),
            "items[q04].choices': there is no list 'frq'; did you mean 'freq'?",
            id="unknown list",
        ),
        pytest.param(
            ('"@services.internal"', '"@services.intern"'),
            "items[q04].rows': found 'intern' in '@services.intern'; "
            "use internal, external or a year",
            id="unknown scope",
        ),
        pytest.param(
            ('label = "Sim"', 'label = "Reco "'),
            "items[q03].choices': 'Reco ' stands for 'reco' and for 'sim'; "
            "keep it in one",
            id="one label for two choices",
        ),
        pytest.param(
            ('code = "sim"', 'code = "sim", aliases = ["RECO"]'),
            "items[q03].choices': 'RECO' stands for 'reco' and for 'sim'; "
            "keep it in one",
            id="alias of another choice",
        ),
        pytest.param(
            ('code = "sim"', 'code = "reco"'),
            "items[q03].choices': code 'reco' stands there twice; remove one",
            id="one code for two choices",
        ),
        pytest.param(
            ('code = "q05"', 'code = "q02"'),
            "items[q02]': code 'q02' stands there twice; choose another code for one",
            id="one code for two items",
        ),
        pytest.param(
            ("How many people?", "which  AREAS?"),
            "items[q05].header': 'q03' has the header 'which  AREAS?', too; "
            "say which it is with `occurrence`",
            id="one header for two items",
        ),
        pytest.param(
            ('code = "q05"', 'code = "q__5"'),
            "items[q__5].code': found 'q__5'; "
            "use lower-case letters and digits, single _ between",
            id="two underscores",
        ),
        pytest.param(
            ('code = "q05"', 'code = "or"'),
            "items[or]': 'or' is a word of conditions; choose another code",
            id="keyword as code",
        ),
        pytest.param(
            ('rows = "@services.internal"\n', ""),
            "items[q04].rows': a matrix needs rows; add them",
            id="matrix without rows",
        ),
        pytest.param(
            ('choices = "freq"', ""),
            "items[q04].choices': a matrix item needs choices; add them",
            id="matrix without choices",
        ),
        pytest.param(
            ("minimum = 1", "minimum = 501"),
            "items[q05].minimum': minimum 501 is above maximum 500; exchange them",
            id="minimum above maximum",
        ),
        pytest.param(
            ('kind = "number"', 'kind = "number"\nmax_choices = 2'),
            "items[q05].max_choices': a number item has no use for 'max_choices'; "
            "remove it, or correct `kind`",
            id="key without use",
        ),
        pytest.param(
            ('header = "Which areas?"', ""),
            "items[q03].header': no header is given; give the text over its column",
            id="no header",
        ),
        pytest.param(
            ('kind = "number"\n', ""),
            "items[q05]': 'kind' is missing; use single-response, multiple-response, "
            "likert, matrix, ranking, number, text",
            id="no kind",
        ),
        pytest.param(
            ("q02 = yes", "q02 = yse"),
            "items[q03].asked_if': item 'q02' has no choice 'yse' at character 7 of "
            "'q02 = yse'; did you mean 'yes'?",
            id="skip rule with unknown choice",
        ),
        pytest.param(
            ("q02 = yes", "q03 = reco"),
            "items[q03].asked_if': 'q03' can't be asked because of itself; "
            "use another item",
            id="skip rule with itself",
        ),
        pytest.param(
            ("sensitive = true", 'sensitive = "yes"'),
            "items[q02].sensitive': found 'yes'; write true or false, without quotes",
            id="text for true",
        ),
    ],
)
def test_contradictions_name_the_key_and_what_to_do(load, change, message):
    with pytest.raises(CodebookError) as caught:
        load(BOOK.replace(*change))

    assert str(caught.value) == f"codebook.toml, column '{message}"


def test_all_problems_are_named_at_once_and_not_what_follows_from_them(load):
    text = BOOK.replace('choices = "freq"', 'choices = "frq"').replace(
        'label = "No"', 'label = "Yes"'
    )
    text += '[[derived]]\ncode = "d"\nlabel = "D"\nfrom = "q04"\nhow = "count"\n'

    with pytest.raises(SurveyErrors) as caught:
        load(text)

    assert [problem.where.column for problem in caught.value.exceptions] == [
        "items[q02].choices",
        "items[q04].choices",
    ]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            "units",
            (
                "items[q01].choices': '@units' stands for units, and no file of units "
                "is given; name the file units.toml"
            ),
        ),
        (
            "catalogue",
            (
                "items[q04].rows': '@services.internal' stands for services, and no "
                "file of services is given; name the file services.toml"
            ),
        ),
    ],
)
def test_lists_of_other_files_need_those_files(load, option, message):
    with pytest.raises(CodebookError) as caught:
        load(BOOK, **{option: None})

    assert str(caught.value) == f"codebook.toml, column '{message}"


def test_base_that_leads_back_is_refused(load):
    with pytest.raises(CodebookError) as caught:
        load('based_on = "codebook.toml"')

    assert str(caught.value) == (
        "codebook.toml, column 'based_on': it is based on itself"
    )


def test_dropping_what_the_base_lacks_is_named(load):
    load(BOOK, "base.toml")

    with pytest.raises(CodebookError) as caught:
        load('based_on = "base.toml"\ndrop = ["q50"]\n')

    assert str(caught.value) == (
        "codebook.toml, column 'drop': base.toml has no item 'q50'; did you mean 'q05'?"
    )
