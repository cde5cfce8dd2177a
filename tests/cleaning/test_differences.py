"""Two codebooks compared: what changed, and whether the meaning may have."""

import pytest

from surveytools.cleaning.codebook import Choice, Codebook, Ignored, Item, Kind
from surveytools.cleaning.differences import Sort, differences

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
SCALE = tuple(
    Choice(str(at), label, value=at)
    for at, label in enumerate(("Bad", "Fair", "Good"), start=1)
)


def book(*items, ignored=()):
    return Codebook("book.toml", items, ignored)


def item(code="q1", kind=Kind.SINGLE, choices=YES_NO, header="Do you?", **more):
    return Item(code, header, kind, header=header, choices=choices, **more)


def found(before, after):
    changes = differences(book(before), book(after))
    return [(change.sort, change.what, change.part) for change in changes]


def test_equal_codebooks_do_not_differ(root):
    assert differences(book(item()), book(item())) == ()


@pytest.mark.parametrize(
    ("after", "what", "part"),
    [
        pytest.param(item(choices=YES_NO[:1]), "part", "choice no", id="choice gone"),
        pytest.param(
            item(choices=(*YES_NO, Choice("dk", "Unsure"))),
            "part",
            "choice dk",
            id="choice new",
        ),
        pytest.param(item(kind=Kind.MULTIPLE), "kind", None, id="kind"),
        pytest.param(item(unit="team"), "unit", None, id="unit"),
        pytest.param(item(asked_if="q0 = yes"), "asked_if", None, id="skip rule"),
        pytest.param(
            item(header="How many engineers?"), "header", None, id="another question"
        ),
    ],
)
def test_what_may_change_the_meaning(after, what, part):
    assert (Sort.MEANING, what, part) in found(item(), after)


@pytest.mark.parametrize(
    ("after", "what", "part"),
    [
        pytest.param(item(header="Do you ever?"), "header", None, id="header"),
        pytest.param(
            item(choices=(Choice("yes", "Yes!"), YES_NO[1])),
            "label",
            "choice yes",
            id="spelling of a choice",
        ),
        pytest.param(
            item(choices=(Choice("y", "Yes"), YES_NO[1])),
            "code",
            "choice y",
            id="code of a choice",
        ),
        pytest.param(item(code="q2"), "code", None, id="code of the item"),
        pytest.param(
            item(choices=YES_NO[::-1]), "order of choices", None, id="order of names"
        ),
    ],
)
def test_what_changes_only_words(after, what, part):
    changes = found(item(), after)

    assert (Sort.WORDING, what, part) in changes
    assert not [change for change in changes if change[0] is Sort.MEANING]


def test_order_of_a_scale_is_its_meaning():
    before = item(kind=Kind.LIKERT, choices=SCALE)
    after = item(kind=Kind.LIKERT, choices=SCALE[::-1])

    assert found(before, after) == [(Sort.MEANING, "order of choices", None)]


def test_scale_turned_round_under_the_same_codes_is_seen():
    turned = [c.label for c in reversed(SCALE)]
    choices = tuple(
        Choice(choice.code, label, value=choice.value)
        for choice, label in zip(SCALE, turned, strict=True)
    )
    before = item(kind=Kind.LIKERT, choices=SCALE)

    changes = found(before, item(kind=Kind.LIKERT, choices=choices))

    assert changes == [
        (Sort.MEANING, "label", "choice 1"),
        (Sort.MEANING, "label", "choice 3"),
    ]


def test_items_that_come_and_go_are_named():
    before = book(item("q1"), item("q2", header="Which one?"))
    after = book(item("q1"), item("q3", header="Since when?"))

    texts = [str(change) for change in differences(before, after)]

    assert texts == ["q3: added: 'Since when?'", "q2: removed: 'Which one?'"]


def test_each_language_is_compared_by_itself():
    before = item(header={"en": "Department", "fr": "Département"})
    after = item(header={"en": "Department", "fr": "Départements"})

    (header, label) = differences(book(before), book(after))

    assert (header.what, header.before, header.after) == (
        "header (fr)",
        "'Département'",
        "'Départements'",
    )
    assert label.what == "label"


def test_how_cells_are_read_is_told_apart():
    before = book(item("q1"), ignored=(Ignored("Notes", "not asked"),))
    after = book(item("q1", missing_texts=("-",), sensitive=True))

    changes = differences(before, after)

    assert {change.sort for change in changes} == {Sort.READING}
    assert [change.what for change in changes] == [
        "missing_texts",
        "sensitive",
        "column",
    ]


def test_order_of_items_is_compared_for_those_that_stayed():
    one, two, new = item("q1"), item("q2", header="B?"), item("q0", header="C?")

    moved = differences(book(one, two), book(two, one))
    put_before = differences(book(one, two), book(new, one, two))

    assert [(c.sort, c.what, c.before, c.after) for c in moved] == [
        (Sort.WORDING, "order", "q1, q2", "q2, q1")
    ]
    assert [change.what for change in put_before] == ["item"]
