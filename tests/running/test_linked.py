"""Which answers wait together."""

from surveytools.cleaning.codebook import Choice, Codebook, Derivation, Item, Kind
from surveytools.running.linked import followers, root_of


def choices(*codes):
    return tuple(Choice(code, code) for code in codes)


def matrix(code, **options):
    rows, answers = choices("swan", "lxplus"), choices("never", "often")
    return Item(code, code, Kind.MATRIX, choices=answers, rows=rows, **options)


BOOK = Codebook(
    file="codebook.toml",
    items=(
        Item("any", "Any", Kind.SINGLE, choices=choices("yes", "no")),
        Item("why", "Why", Kind.TEXT, asked_if="any = yes"),
        Item("age", "Age", Kind.NUMBER),
        matrix("use"),
        matrix("view", derivation=Derivation("use", "where", {}, "use.* in (often)")),
        matrix("swan", derivation=Derivation("use", "where", {}, "use.swan = often")),
    ),
)


def test_what_is_asked_after_an_answer_waits_with_it_but_not_the_other_way_round():
    assert followers(BOOK)["any"] == {"any", "why"}
    assert "why" not in followers(BOOK)


def test_an_answer_that_nothing_depends_on_waits_alone():
    assert "age" not in followers(BOOK)


def test_rows_that_are_taken_row_by_row_wait_apart():
    items = tuple(item for item in BOOK.items if item.code != "swan")
    book = Codebook(file="codebook.toml", items=items)

    assert followers(book)["use__lxplus"] == {"use__lxplus", "view__lxplus"}
    assert followers(book)["view__swan"] == {"use__swan", "view__swan"}


def test_rows_that_one_row_decides_on_wait_with_it():
    assert followers(BOOK)["use__swan"] >= {"swan__swan", "swan__lxplus"}


def test_sums_are_of_the_item_that_they_are_computed_from():
    assert root_of(BOOK, "view") == "use"
    assert root_of(BOOK, "use") == "use"
