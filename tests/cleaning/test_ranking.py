"""Rankings in the three forms in which platforms write them."""

import pytest

from surveytools.analysis import tabulate
from surveytools.cleaning import (
    Choice,
    Item,
    Kind,
    State,
    check_codebook,
    clean,
    load_codebook,
    read_responses,
    write_responses,
)
from surveytools.cleaning.draft import draft_codebook
from surveytools.errors import CodebookError, SurveyError
from surveytools.reading import read_export

NEEDS = Item(
    "needs",
    "Needs",
    Kind.RANKING,
    header="Order these",
    choices=(Choice("gpu", "GPUs"), Choice("disk", "Disk"), Choice("help", "Help")),
)
ALWAYS = Item("always", "Always", Kind.TEXT, header="Always")

# Four respondents: GPUs, Help, Disk; Disk, GPUs, Help; only Help; nothing.
CELL = (("Order these", ["GPUs;Help;Disk;", "Disk;GPUs;Help;", "Help;", None]),)
PLACES = (
    ("Order these  [Rank 1]", ["GPUs", "Disk", "Help", None]),
    ("Order these  [Rank 2]", ["Help", "GPUs", None, None]),
    ("Order these  [Rank 3]", ["Disk", "Help", None, None]),
)
OPTIONS = (
    ("Order these - GPUs", ["1", "2", None, None]),
    ("Order these - Disk", ["3", "1.0", None, None]),
    ("Order these - Help", ["2", "3", "1", None]),
)


def ranks(responses):
    columns = responses.frame[["needs__gpu", "needs__disk", "needs__help"]]
    return [
        [None if v is None else int(v) for v in row]
        for row in columns.astype("object").where(columns.notna(), None).to_numpy()
    ]


@pytest.fixture
def cleaned(raw_table, codebook):
    def made(*columns, separator=";"):
        filled = ("Always", ["x"] * len(columns[0][1]))
        raw = raw_table(*columns, filled, separator=separator)
        return clean([raw], codebook(NEEDS, ALWAYS), wave="w")

    return made


@pytest.mark.parametrize(
    "columns", [CELL, PLACES, OPTIONS], ids=["cell", "place", "option"]
)
def test_rank_of_each_choice(cleaned, columns):
    responses = cleaned(*columns)

    assert ranks(responses) == [[1, 3, 2], [2, 1, 3], [None, None, 1], [None] * 3]
    assert responses.states["needs"].tolist() == [State.ANSWERED] * 3 + [
        State.NO_ANSWER
    ]
    assert str(responses.frame["needs__gpu"].dtype) == "Int64"
    assert responses.findings.empty
    assert responses.accounting["cells"].sum() == 4 * (len(columns) + 1)


def test_unknown_option_leaves_the_whole_order_unresolved(cleaned):
    responses = cleaned(("Order these", ["GPUs;Beer;Disk;"]))

    assert ranks(responses) == [[None, None, None]]
    assert responses.states["needs"].tolist() == [State.UNRESOLVED]
    assert responses.findings["found"].tolist() == ["Beer"]


@pytest.mark.parametrize("written", ["4", "0", "1.5", "first"])
def test_what_is_no_rank_is_unresolved(cleaned, written):
    columns = [("Order these - GPUs", [written]), *OPTIONS[1:]]

    responses = cleaned(*((h, cells[:1]) for h, cells in columns))

    assert ranks(responses) == [[None, 3, 2]]
    assert responses.findings["kind"].tolist() == ["unreadable number"]


def test_equal_ranks_are_told_and_kept(cleaned):
    responses = cleaned(
        ("Order these - GPUs", ["1"]),
        ("Order these - Disk", ["1"]),
        ("Order these - Help", [None]),
    )

    assert ranks(responses) == [[1, 1, None]]
    assert responses.findings["kind"].tolist() == ["equal ranks"]


BOOK = """
[[items]]
code = "needs"
header = "Order these"
kind = "ranking"
choices = [
  { code = "gpu", label = "GPUs" },
  { code = "disk", label = "Disk" },
  { code = "help", label = "Help" },
]

[[derived]]
code = "first_need"
label = "Ranked first"
from = "needs"
how = "first"
"""


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.toml"
    path.write_text(BOOK)
    return load_codebook(path)


def test_ranked_first_is_tabulated(raw_table, book):
    raw = raw_table(*PLACES)

    responses = clean([raw], book, wave="w")

    cells = tabulate(responses, "first_need").cells
    assert cells[["answer", "count", "base"]].to_numpy().tolist() == [
        ["gpu", 1, 3],
        ["disk", 1, 3],
        ["help", 1, 3],
    ]
    with pytest.raises(
        SurveyError, match='derive an item from it with `how = "first"`'
    ):
        tabulate(responses, "needs")


def test_ranking_is_written_and_read_back(raw_table, book, tmp_path):
    raws = [raw_table(*OPTIONS)]
    responses = clean(raws, book, wave="w")

    write_responses(responses, tmp_path / "w", raws=raws)
    back = read_responses(tmp_path / "w")

    assert back.frame.equals(responses.frame)
    assert back.codebook == book


def test_condition_on_a_ranking_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "book.toml"
    extra = '[[items]]\ncode = "why"\nheader = "Why?"\nkind = "text"\n'
    path.write_text(extra + 'asked_if = "needs = gpu"\n' + BOOK)

    with pytest.raises(CodebookError, match="'needs' is a ranking"):
        load_codebook(path)


def test_check_names_options_that_the_codebook_lacks(raw_table, book):
    places = raw_table(("Order these [Rank 1]", ["GPUs", "Beer"]))

    (problem,) = check_codebook(book, places)

    assert "1 cell holds unknown answers: 'Beer'" in str(problem)
    assert check_codebook(book, raw_table(*OPTIONS)) == []


def test_draft_sees_a_ranking_in_one_cell(tmp_path):
    orders = ["GPUs;Help;Disk;", "Disk;GPUs;Help;", "Help;GPUs;Disk;"]
    rows = "".join(f"{n},{order}\n" for n, order in enumerate(orders * 2, start=1))
    (tmp_path / "export.csv").write_text(f"Nr,Order these\n{rows}")
    raw = read_export(tmp_path / "export.csv")
    (tmp_path / "draft.toml").write_text(draft_codebook(raw))

    book = load_codebook(tmp_path / "draft.toml")

    (item,) = (item for item in book.items if item.header == "Order these")
    assert item.kind is Kind.RANKING
    assert sorted(str(choice.label) for choice in item.choices) == [
        "Disk",
        "GPUs",
        "Help",
    ]
    responses = clean([raw], book, wave="w")
    assert responses.states[item.code].eq(State.ANSWERED).all()


def test_limesurvey_ranking_is_drafted_and_cleaned(tmp_path):
    # full headings and answers, as LimeSurvey's CsvWriter quotes them
    rows = [("GPUs", "Help"), ("Disk", "GPUs"), ("Help", "GPUs"), ("GPUs", "Disk")] * 2
    header = (
        '"Response ID","Date submitted","Last page","Start language",'
        '"Order these [Rank 1]","Order these [Rank 2]"'
    )
    lines = [
        f'"{n}","2026-09-01 12:00:00","1","en","{first}","{second}"'
        for n, (first, second) in enumerate(rows, start=1)
    ]
    text = "\ufeff" + "\r\n".join([header, *lines, ""])
    (tmp_path / "results-survey1.csv").write_text(text, encoding="utf-8", newline="")
    raw = read_export(tmp_path / "results-survey1.csv")
    (tmp_path / "draft.toml").write_text(draft_codebook(raw))

    book = load_codebook(tmp_path / "draft.toml")
    responses = clean([raw], book, wave="w")

    assert raw.platform == "limesurvey"
    (item,) = book.items
    assert item.kind is Kind.RANKING
    gpu = next(f"{item.code}__{c.code}" for c in item.choices if c.label == "GPUs")
    assert responses.frame[gpu].astype("object").tolist()[1:4] == [2, 2, 1]
