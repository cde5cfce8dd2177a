"""Which column of an export holds which item."""

from dataclasses import replace

import pytest

from surveytools.cleaning import Choice, Ignored, Item, Kind, match_columns
from surveytools.errors import CodebookError
from surveytools.reading import Role

SERVICES = (
    Choice("swan", "SWAN (notebooks)", aliases=("swan.cern.ch",)),
    Choice("eos", {"en": "EOS", "fr": "Stockage EOS"}),
)
HOW_OFTEN = (Choice("never", "Never"), Choice("often", "Often"))


def text(code, *headers, **more):
    return Item(code, code, Kind.TEXT, header=headers[0], headers=headers[1:], **more)


def matrix(code, header, **more):
    return Item(
        code,
        code,
        Kind.MATRIX,
        header=header,
        rows=SERVICES,
        choices=HOW_OFTEN,
        **more,
    )


def names(raw, codebook):
    return [entry.name for entry in match_columns(raw, codebook).columns]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Your role?", id="as it is"),
        pytest.param("  your\N{NO-BREAK SPACE} ROLE?", id="blanks and case"),
        pytest.param("About you: Your role?", id="Indico section"),
        pytest.param("Part 1: About you: Your role?", id="colon in the section"),
        pytest.param("q4. Your role?", id="LimeSurvey code"),
        pytest.param(
            "Votre r\N{LATIN SMALL LETTER O WITH CIRCUMFLEX}le ?", id="French"
        ),
        pytest.param("role_other", id="another header"),
    ],
)
def test_item_is_found_under(raw_table, codebook, header):
    item = Item(
        "role",
        "Role",
        Kind.TEXT,
        header={"en": "Your role?", "fr": "Votre rôle ?"},
        headers=("role_other",),
    )

    assert names(raw_table((header, ["x"])), codebook(item)) == ["role"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(("Use: SWAN (notebooks)", "Use: EOS"), id="colon"),
        pytest.param(("Use  [SWAN (notebooks)]", "Use [EOS]"), id="brackets"),
        pytest.param(("C: Use: SWAN (notebooks)", "C: Use: EOS"), id="section"),
        pytest.param(("SWAN (notebooks)", "EOS"), id="label alone"),
        pytest.param(("Part: SWAN (notebooks)", "Part: EOS"), id="label in a section"),
        pytest.param(("Use: swan.cern.ch", "Use: Stockage EOS"), id="alias, French"),
        pytest.param(
            ("q1[SQ1]. Use [SWAN (notebooks)]", "q1[SQ2]. Use [EOS]"), id="Lime"
        ),
    ],
)
def test_rows_of_a_matrix_are_found_by(raw_table, codebook, headers):
    raw = raw_table(*((header, ["Never"]) for header in headers))

    assert names(raw, codebook(matrix("use", "Use"))) == ["use__swan", "use__eos"]


def test_two_matrices_with_equal_rows_are_told_apart_by_their_headers(
    raw_table, codebook
):
    headers = (
        "Use: SWAN (notebooks)",
        "Use: EOS",
        "Like: SWAN (notebooks)",
        "Like: EOS",
    )
    raw = raw_table(*((header, ["Never"]) for header in headers))

    assert names(raw, codebook(matrix("use", "Use"), matrix("like", "Like"))) == [
        "use__swan",
        "use__eos",
        "like__swan",
        "like__eos",
    ]


def test_choices_may_have_a_column_each(raw_table, codebook):
    item = Item("tools", "Tools", Kind.MULTIPLE, header="Tools", choices=SERVICES)
    raw = raw_table(("Tools [SWAN (notebooks)]", ["Yes"]), ("Tools [EOS]", ["No"]))

    assert names(raw, codebook(item)) == ["tools__swan", "tools__eos"]


def test_column_of_one_choice_beside_the_whole_answer_is_unknown(raw_table, codebook):
    item = Item("tools", "Tools", Kind.MULTIPLE, header="Tools", choices=SERVICES)
    raw = raw_table(("Tools", ["EOS"]), ("Tools [EOS]", ["since 2019"]))

    matched = match_columns(raw, codebook(item))

    assert [entry.name for entry in matched.columns] == ["tools", None]
    assert matched.problems == ()


def test_whole_header_wins_and_occurrences_count_among_the_rest(raw_table, codebook):
    raw = raw_table(("About you: Remark?", "a"), ("Remark?", "b"), ("Remark?", "c"))
    items = (
        text("first", "About you: Remark?"),
        text("second", "Remark?"),
        text("third", "Remark?", occurrence=2),
    )

    assert names(raw, codebook(*items)) == ["first", "second", "third"]


def test_answer_column_wins_over_a_platform_column_of_the_same_name(
    raw_table, codebook
):
    raw = raw_table(
        ("Submission Date", ["2026"]),
        ("Submission Date", ["tomorrow"]),
    )
    time, question = raw.columns
    raw = _with_role(raw, time, Role.SUBMITTED)

    matched = match_columns(raw, codebook(text("q", "Submission Date")))

    assert [entry.item for entry in matched.columns] == [None, "q"]
    assert matched.columns[0].left_out == "platform metadata"
    assert question.role is Role.ANSWER


def test_personal_data_is_never_an_item(raw_table, codebook):
    raw = raw_table(("E-mail", ["a@b"]), roles={"E-mail": Role.IDENTITY})

    matched = match_columns(raw, codebook(text("mail", "E-mail", optional=True)))

    assert matched.columns[0].item is None
    assert matched.columns[0].left_out == "personal data"


def test_rule_of_the_codebook_leaves_a_column_out(raw_table, codebook):
    raw = raw_table(("Demo", ["x"]), ("Q", ["y"]))
    book = codebook(text("q", "Q"), ignored=(Ignored("demo", "label of the demo"),))

    assert match_columns(raw, book).columns[0].left_out == "label of the demo"


def test_heading_is_left_out_and_an_unknown_column_is_not(raw_table, codebook):
    raw = raw_table(("Heading", [None]), ("New", ["x"]), ("Q", ["y"]))

    heading, new, _ = match_columns(raw, codebook(text("q", "Q"))).columns

    assert heading.left_out == "heading without answers"
    assert new.unknown


def test_lacking_item_names_the_closest_header(raw_table, codebook):
    raw = raw_table(("Which departments?", ["x"]))

    (problem,) = match_columns(
        raw, codebook(text("department", "Which department?"))
    ).problems

    assert isinstance(problem, CodebookError)
    assert str(problem) == (
        "export.csv, column 'Which department?': no column for item 'department'; "
        "the export has 'Which departments?'; add it to `headers` if it is it"
    )


def test_lacking_row_is_named(raw_table, codebook):
    raw = raw_table(("Use: EOS", ["Never"]))

    (problem,) = match_columns(raw, codebook(matrix("use", "Use"))).problems

    assert problem.problem == "no column for 'swan' of item 'use'"


def test_optional_item_may_lack(raw_table, codebook):
    raw = raw_table(("Q", ["x"]))
    matched = match_columns(
        raw, codebook(text("q", "Q"), matrix("use", "Use", optional=True))
    )

    assert matched.problems == ()
    assert matched.absent == ("use__swan", "use__eos")


def test_two_columns_for_one_item_are_a_problem(raw_table, codebook):
    raw = raw_table(("Remark", ["x"]), ("Remark", ["y"]))

    (problem,) = match_columns(raw, codebook(text("q", "Remark"))).problems

    assert problem.problem == "a second column fits item 'q'"


def test_blank_second_column_is_no_problem(raw_table, codebook):
    raw = raw_table(("Remark", ["x"]), ("Remark", [None]))

    assert match_columns(raw, codebook(text("q", "Remark"))).problems == ()


def test_one_column_for_two_items_is_a_problem(raw_table, codebook):
    raw = raw_table(("Remark", ["x"]))
    items = (text("a", "Remark"), text("b", "Other", "Remark"))

    (problem,) = match_columns(raw, codebook(*items)).problems

    assert problem.problem == "the column fits 'a' and 'b'"


def _with_role(raw, column, role):
    columns = tuple(
        replace(entry, role=role) if entry == column else entry for entry in raw.columns
    )
    return replace(raw, columns=columns)
