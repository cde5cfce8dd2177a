"""Splitting cells that hold several options."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.options import reader_of_choice, reader_of_item


def reader(*labels, separator="; ", write_in=None, **more):
    choices = [Choice(f"c{at}", label) for at, label in enumerate(labels)]
    if write_in is not None:
        choices.append(Choice("other", write_in, write_in=True))
    item = Item("q", "Q", Kind.MULTIPLE, choices=tuple(choices), **more)
    return reader_of_item(item, separators=[separator]).read


@pytest.mark.parametrize(
    ("cell", "separator", "codes"),
    [
        pytest.param("Git; CVS", "; ", ("c0", "c1"), id="Indico"),
        pytest.param("Git;CVS;", ";", ("c0", "c1"), id="Microsoft Forms"),
        pytest.param("Git;#CVS", ";#", ("c0", "c1"), id="SharePoint"),
        pytest.param("Git, CVS", ", ", ("c0", "c1"), id="Google Sheets"),
        pytest.param("Git CVS", " ", ("c0", "c1"), id="Kobo"),
        pytest.param("CVS; Git; CVS", "; ", ("c0", "c1"), id="order and repetition"),
        pytest.param(" git ;CVS", "; ", ("c0", "c1"), id="case and blanks"),
    ],
)
def test_options_are_split_as_the_platform_joins_them(cell, separator, codes):
    reading = reader("Git", "CVS", separator=separator)(cell)

    assert (reading.codes, reading.unknown) == (codes, ())


@pytest.mark.parametrize(
    ("labels", "cell", "codes"),
    [
        pytest.param(
            ("Cloud (AWS; GCP)", "Own"), "Cloud (AWS; GCP); Own", ("c0", "c1"), id="in"
        ),
        pytest.param(("A", "A; B"), "A; B", ("c1",), id="longest first"),
        pytest.param(
            ("A", "A; B", "B; C"), "A; B; C", ("c0", "c2"), id="no piece left over"
        ),
        pytest.param(("C", "C++", "C#"), "C++; C#", ("c1", "c2"), id="no substrings"),
        pytest.param(("R&D", "Q"), "R&amp;D; Q", ("c0", "c1"), id="entity"),
    ],
)
def test_options_may_contain_the_separator_and_each_other(labels, cell, codes):
    reading = reader(*labels)(cell)

    assert (reading.codes, reading.unknown) == (codes, ())


def test_what_is_left_over_stays_unknown():
    reading = reader("Git", "CVS")("Git; by e-mail; CVS")

    assert reading.codes == ("c0", "c1")
    assert reading.unknown == ("by e-mail",)


def test_what_is_left_over_is_written_in_where_the_item_takes_it():
    reading = reader("Git", "CVS", write_in="Other")("Git; by e-mail")

    assert reading.codes == ("c0", "other")
    assert reading.unknown == ()
    assert reading.written_in == ("by e-mail",)
    assert reading.plain == "Git; Other"


def test_own_separator_wins_over_the_platform():
    read = reader("A", "B, C", separator=", ")
    own = Item(
        "q",
        "Q",
        Kind.MULTIPLE,
        choices=(Choice("a", "A"), Choice("b", "B")),
        separator="|",
    )

    assert read("A, B, C").codes == ("c0", "c1")
    assert reader_of_item(own, separators=["; "]).read("A|B").codes == ("a", "b")


def test_labels_are_not_put_where_they_would_spell_another_option():
    choices = (
        Choice("a", "A", aliases=("first",)),
        Choice("b", "B"),
        Choice("ab", "A; B"),
    )
    item = Item("q", "Q", Kind.MULTIPLE, choices=choices)

    reading = reader_of_item(item, separators=["; "]).read("first; B")

    assert reading.codes == ("a", "b")
    assert reading.plain is None


def _texts():
    letters = st.text("ab ();,-", min_size=1, max_size=8).map(str.strip)
    return letters.filter(lambda text: any(c in "ab" for c in text))


@settings(deadline=None)
@given(st.data())
def test_options_joined_are_split_again(data):
    """Unless an option is itself several options joined, which nobody can tell."""
    labels = data.draw(
        st.lists(
            _texts().filter(lambda text: ";" not in text),
            min_size=1,
            max_size=6,
            unique_by=lambda text: " ".join(text.split()),
        )
    )
    wrapped = [
        f"{label} (x; {at}y)" if at % 2 else label for at, label in enumerate(labels)
    ]
    chosen = data.draw(st.lists(st.sampled_from(range(len(labels))), unique=True))

    reading = reader(*wrapped)("; ".join(wrapped[at] for at in chosen))

    assert reading.unknown == ()
    assert set(reading.codes) == {f"c{at}" for at in chosen}


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_cell_is_read_without_guessing(pieces):
    reading = reader("Git", "Own (A; B)")("; ".join(pieces))

    known = {"git", "c0", "own (a", "b)", "own (a; b)", "c1"}
    if not any(known & {p.strip().casefold()} for p in ";".join(pieces).split(";")):
        assert reading.codes == ()


@pytest.mark.parametrize(
    ("cell", "codes", "unknown"),
    [
        pytest.param("Yes", ("git",), (), id="yes"),
        pytest.param("Oui", ("git",), (), id="yes in French"),
        pytest.param("1", ("git",), (), id="one"),
        pytest.param("GIT", ("git",), (), id="its own label"),
        pytest.param("No", (), (), id="no"),
        pytest.param("0", (), (), id="zero"),
        pytest.param("perhaps", (), ("perhaps",), id="neither"),
    ],
)
def test_column_of_one_choice_says_yes_or_no(cell, codes, unknown):
    reading = reader_of_choice(Choice("git", "Git")).read(cell)

    assert (reading.codes, reading.unknown) == (codes, unknown)


def test_column_of_a_write_in_choice_takes_any_text():
    reading = reader_of_choice(Choice("other", "Other", write_in=True)).read("Mercury")

    assert reading.codes == ("other",)


def test_translated_yes_stands_for_the_items_yes():
    item = Item("q", "Q", Kind.SINGLE, choices=(Choice("y", "Yes"), Choice("n", "No")))
    read = reader_of_item(item, labels=[("yes", "no"), ("oui", "non")]).read

    assert read("Non").codes == ("n",)
    assert read("Ja").codes == ()
