"""Drafts: they load and clean as they are, and see what a person would see."""

import tomllib

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveytools.cleaning import clean
from surveytools.cleaning.check import check_codebook
from surveytools.cleaning.codebook import Kind, Missing
from surveytools.cleaning.draft import draft_codebook
from surveytools.cleaning.guess import slug
from surveytools.cleaning.load import load_codebook
from surveytools.cleaning.scales import in_order, missing_kind, scale_of
from surveytools.reading import Column, RawTable, read_export


@pytest.fixture
def drafted(tmp_path):
    def draft(raw):
        path = tmp_path / "draft.toml"
        path.write_text(draft_codebook(raw), encoding="utf-8")
        return load_codebook(path)

    return draft


@pytest.fixture
def export_of(tmp_path):
    def write(header, *columns):
        lines = [header, *(",".join(row) for row in zip(*columns, strict=True))]
        path = tmp_path / "export.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return read_export(path)

    return write


def by_header(book, text):
    (item,) = [item for item in book.items if text in item.header]
    return item


def labels(item):
    return [choice.label for choice in item.choices]


@pytest.mark.parametrize(
    "file",
    [
        "dlr/data.csv",
        "sheffield/sheffield.csv",
        "indico/survey_ui-en.csv",
        "indico/survey_ui-en.xlsx",
        "indico/survey_fr_ui-fr.csv",
    ],
)
def test_draft_of_a_real_export_cleans_it(shared_data, drafted, file):
    raw = read_export(shared_data / file)
    book = drafted(raw)

    responses = clean([raw], book, wave="draft")

    known = [
        problem
        for problem in check_codebook(book, raw)
        if "unknown answers" not in problem.problem
    ]
    assert known == []
    assert int(responses.accounting["cells"].sum()) == raw.frame.size


# Numbers of shared/data/README.md, published by the surveys' authors.
def test_draft_of_dlr_gives_published_numbers(shared_data, drafted):
    raw = read_export(shared_data / "dlr" / "data.csv")
    book = drafted(raw)

    frame = clean([raw], book, wave="draft").frame
    tools = by_header(book, "Which version control tools")
    none = f"{tools.code}__none"
    only_none = frame[list(tools.columns())].sum(axis="columns").eq(1) & frame[none]
    ages = by_header(book, "select your age")

    assert by_header(book, "write code").kind is Kind.SINGLE
    assert labels(ages) == ["18 - 24", "25 - 34", "35 - 44", "45 - 54", "55 or older"]
    assert frame[ages.code].value_counts(sort=False).tolist() == [33, 309, 266, 101, 55]
    assert only_none.sum() == 112


def test_draft_of_sheffield_sees_grids_lists_and_scales(shared_data, drafted):
    book = drafted(read_export(shared_data / "sheffield" / "sheffield.csv"))

    grid = by_header(book, "How confident")
    funders = by_header(book, "organisations")
    assert grid.kind is Kind.MATRIX
    assert [row.label for row in grid.rows] == [
        "Version control",
        "Continuous integration",
        "Unit testing",
    ]
    assert funders.kind is Kind.MULTIPLE
    assert "EPSRC" in labels(funders)
    assert by_header(book, "job title").kind is Kind.TEXT
    assert by_header(book, "How important").kind is Kind.LIKERT


def test_draft_of_indico_sees_matrices_and_leaves_out_people(shared_data, drafted):
    raw = read_export(shared_data / "indico" / "survey_ui-en.xlsx")
    book = drafted(raw)

    matrices = [item for item in book.items if item.kind is Kind.MATRIX]
    satisfaction = by_header(book, "Overall, how satisfied")
    # Q13, Q14 (30 services each), Q27 (12) and Q30 (13) of the questionnaire.
    assert [len(item.rows) for item in matrices] == [30, 30, 12, 13]
    assert satisfaction.kind is Kind.LIKERT
    assert labels(satisfaction)[:5] == [
        "Very dissatisfied",
        "Dissatisfied",
        "Neutral",
        "Satisfied",
        "Very satisfied",
    ]
    assert {rule.header: rule.reason for rule in book.ignored} == {
        "Submitter": "personal data",
        "Submitter Email": "personal data",
    }


def test_headers_that_repeat_are_told_apart_by_occurrence(shared_data, drafted):
    book = drafted(read_export(shared_data / "indico" / "survey_ui-en.csv"))

    same = [item for item in book.items if item.header == "Any other remark?"]
    assert [item.occurrence for item in same] == [1, 2]


def test_answers_of_one_person_are_not_repeated(export_of):
    raw = export_of(
        "Place,Other",
        ["here", "here", "here", "there", "there", "at Jane Roe's desk"],
        ["1", "2", "3", "4", "5", "6"],
    )

    text = draft_codebook(raw)

    assert "Jane" not in text
    assert "# decide: 1 answer of one person each: add choices or aliases" in text


def test_empty_and_constant_columns_are_ignored_with_the_reason(export_of, drafted):
    raw = export_of(
        "Heading,Label,Use",
        [""] * 6,
        ["7"] * 6,
        ["yes", "no", "yes", "no", "no", "no"],
    )

    book = drafted(raw)

    assert [(rule.header, rule.reason) for rule in book.ignored] == [
        ("Heading", "no answers"),
        ("Label", "every row says the same"),
    ]
    assert labels(book.items[0]) == ["yes", "no"]


def test_an_answer_that_all_gave_is_kept_for_a_person_to_judge(export_of):
    text = draft_codebook(export_of("Country,Use", ["Canada"] * 6, list("aabbaa")))

    assert "# decide: every row says the same: is it an answer, or to be ign" in text
    assert 'label = "Canada"' in text


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(
            ["Sehr unzufrieden", "Unzufrieden", "Zufrieden", "Sehr zufrieden"],
            id="German satisfaction",
        ),
        pytest.param(["Nie", "Selten", "Manchmal", "Oft", "Immer"], id="German often"),
        pytest.param(
            ["Trifft gar nicht zu", "Teils/teils", "Trifft voll und ganz zu"],
            id="German agreement",
        ),
        pytest.param(["Jamais", "Parfois", "Souvent"], id="French often"),
    ],
)
def test_common_scales_of_three_languages_are_put_in_order(export_of, drafted, points):
    cells = [*reversed(points), *points]

    item = drafted(export_of("Question,Other", cells, cells[::-1])).items[0]

    assert item.kind is Kind.LIKERT
    assert labels(item) == points


def test_answers_beside_a_scale_go_last(export_of, drafted):
    cells = ["Agree", "Unfamiliar", "Disagree", "Strongly agree"] * 3

    item = drafted(export_of("Question,Other", cells, cells[::-1])).items[0]

    assert labels(item) == ["Disagree", "Agree", "Strongly agree", "Unfamiliar"]


def test_points_of_which_only_the_ends_are_named_are_a_scale(export_of, drafted):
    points = ["1 (None at all)", "2", "3", "9", "10 (All my time)", "3"]

    item = drafted(export_of("Time,Other", points, list("aabbab"))).items[0]

    assert item.kind is Kind.LIKERT
    assert [choice.value for choice in item.choices] == [1, 2, 3, 9, 10]


def test_draft_is_toml_whatever_the_cells_say(export_of, drafted):
    odd = 'say "no" \\ # [x] \x7f'
    raw = export_of("A\u2028 header = {},Other", [odd, odd, "x", "x"], list("1234"))

    text = draft_codebook(raw)

    assert tomllib.loads(text)["items"][0]["choices"][0]["label"] == odd
    assert drafted(raw).items[0].kind is Kind.SINGLE


@pytest.mark.parametrize(
    ("label", "code"),
    [
        pytest.param("C++", "cplusplus", id="marks are spelt"),
        pytest.param("C#", "csharp", id="sharp"),
        pytest.param("Château d'eau", "chateau_d_eau", id="accents go"),
        pytest.param("نعم", "c", id="no latin letter"),
        pytest.param("Yes", "yes_2", id="taken"),
    ],
)
def test_codes_are_made_from_labels(label, code):
    assert slug(label, ["yes"]) == code


def test_classes_are_put_in_the_order_of_their_numbers():
    assert in_order(["More than 10", "6-10", "Less than 1", "1-2", "None"]) == [
        "Less than 1",
        "1-2",
        "6-10",
        "More than 10",
        "None",
    ]


def test_names_with_a_number_keep_their_order():
    names = ["Python", "C", "Fortran 90", "Go"]

    assert in_order(names) == names


def test_scales_are_known_in_english_and_french():
    scale = scale_of(["Souvent", "Jamais", "Rarement"])

    assert scale is not None
    assert scale.points == {"Souvent": 4, "Jamais": 1, "Rarement": 2}
    assert not scale.complete
    assert scale_of(["Often", "Blue"]) is None


def test_answers_that_say_nothing_are_known():
    assert missing_kind("I don\N{RIGHT SINGLE QUOTATION MARK}t know") is (
        Missing.DONT_KNOW
    )
    assert missing_kind("Sans objet") is Missing.NOT_APPLICABLE
    assert missing_kind("None") is None


HEADERS = [
    "A",
    "a ",
    "A: x",
    "A: y",
    "A: z",
    "Q [r]",
    "Q  [s]",
    "X. Q [t]",
    "r",
    "",
    "[x]",
]
CELLS = ["", "Yes", "No", "1", "2", "3", "a", "b", "a;b", "(a;b)", "x, y", "Often", ";"]


@st.composite
def raw_tables(draw):
    rows = draw(st.integers(1, 8))
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=6))
    columns = tuple(
        Column(position, f"column {position}", header)
        for position, header in enumerate(headers, start=1)
    )
    frame = pd.DataFrame(
        {
            column.name: draw(
                st.lists(st.sampled_from(CELLS), min_size=rows, max_size=rows)
            )
            for column in columns
        },
        index=pd.RangeIndex(2, rows + 2, name="row"),
        dtype="str",
    )
    platform = draw(st.sampled_from(["indico", "google", "generic"]))
    separator = draw(st.sampled_from([None, "; ", ";", ", "]))
    return RawTable(
        frame.mask(frame == ""),
        columns,
        "export.csv",
        None,
        "0" * 64,
        platform,
        "named by a person",
        separator=separator,
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(raw=raw_tables())
def test_draft_finds_every_column_of_any_table(drafted, raw):
    unfit = [
        str(problem)
        for problem in check_codebook(drafted(raw), raw)
        if " hold" not in problem.problem
    ]

    assert unfit == []
