"""A codebook exported and drafted again is the same codebook."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveytools.cleaning.choices import YES_NO
from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.differences import differences
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.questionnaires.export import export_codebook
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.cleaning.scales import missing_kind, scale_of

# What all three formats can hold: one line of text, no blanks around it.
WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="\x7f"),
    min_size=1,
    max_size=8,
)
TEXTS = (
    st.lists(WORDS, min_size=1, max_size=3)
    .map(" ".join)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and missing_kind(text) is None and "${" not in text)
    .filter(lambda text: "&" not in text)  # entities are resolved when texts are read
)
CODES = st.from_regex(r"[a-z][a-z0-9]{0,7}(_[a-z0-9]{1,4})?", fullmatch=True).filter(
    lambda code: code not in {"and", "or", "not", "in", "meta"}
)
SCALE = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")
LIKERT = tuple(
    Choice(str(at), label, value=float(at)) for at, label in enumerate(SCALE, start=1)
)


def texts_for(languages):
    """One text in all languages, or one for each that differ."""
    several = st.lists(
        TEXTS, min_size=len(languages), max_size=len(languages), unique_by=normalise
    ).map(lambda texts: dict(zip(languages, texts, strict=True)))
    return TEXTS if len(languages) < 2 else TEXTS | several


def said_once(choices):
    """No text stands for two choices, and none makes a scale."""
    texts = [normalise(t) for c in choices for t in spoken(c.label)]
    return len(set(texts)) == len(texts) and not scale_of(
        [next(iter(spoken(c.label))) for c in choices]
    )


def spoken(label):
    return [label] if isinstance(label, str) else list(label.values())


@st.composite
def choices_in(draw, languages, *, fewest=1):
    codes = draw(st.lists(CODES, min_size=fewest, max_size=4, unique=True))
    labels = draw(
        st.lists(texts_for(languages), min_size=len(codes), max_size=len(codes))
    )
    found = tuple(map(Choice, codes, labels))
    return found if said_once(found) else tuple(Choice(c, f"Choice {c}") for c in codes)


@st.composite
def codebooks(draw, languages, *, rules):
    codes = draw(st.lists(CODES, min_size=1, max_size=5, unique=True))
    headers = draw(
        st.lists(
            texts_for(languages),
            min_size=len(codes),
            max_size=len(codes),
            unique_by=lambda label: normalise(spoken(label)[0]),
        )
    )
    headers = [
        h if isinstance(h, str) or len(set(h.values())) > 1 else "?" for h in headers
    ]
    seen: set[str] = set()
    items = []
    for code, header in zip(codes, headers, strict=True):
        texts = {normalise(text) for text in spoken(header)}
        if texts & seen:
            continue
        seen |= texts
        item = draw(item_of(code, header, languages))
        if rules and items:
            item = replace(item, asked_if=draw(st.none() | rule_over(items)))
        items.append(item)
    return Codebook("book.toml", tuple(items))


@st.composite
def item_of(draw, code, header, languages):
    kinds = [kind for kind in Kind if len(languages) > 1 or kind is not Kind.RANKING]
    kind = draw(st.sampled_from(kinds))  # Indico, in one language, has no rankings
    item = Item(code, header, kind, header=header)
    if kind is Kind.LIKERT:
        return replace(item, choices=LIKERT)
    if kind in {Kind.SINGLE, Kind.RANKING}:
        return replace(item, choices=draw(choices_in(languages)))
    if kind is Kind.MULTIPLE:
        most = draw(st.none() | st.integers(1, 9))
        choices = draw(choices_in(languages))
        return replace(item, choices=choices, max_choices=most)
    if kind is Kind.MATRIX:
        rows = draw(choices_in(languages, fewest=2))
        choices = draw(choices_in(languages) | st.just(LIKERT))
        return replace(item, rows=rows, choices=choices)
    if kind is Kind.NUMBER:
        low = draw(st.none() | st.integers(-50, 50).map(float))
        return replace(item, minimum=low, maximum=draw(st.sampled_from([None, 99.0])))
    return item


@st.composite
def rule_over(draw, items):
    """A condition in its shortest form over an item asked before."""
    item = draw(st.sampled_from(items))
    if item.kind in {Kind.TEXT, Kind.RANKING}:
        return None
    if item.kind is Kind.NUMBER:
        return f"{item.code} >= {draw(st.integers(-9, 99))}"
    name = item.code
    if item.kind is Kind.MATRIX:
        name = f"{name}.{draw(st.sampled_from(item.rows)).code}"
    codes = [choice.code for choice in item.choices]
    picked = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
    if len(picked) == 1:
        return f"{name} {draw(st.sampled_from(['=', '!=']))} {picked[0]}"
    return f"{name} in ({', '.join(picked)})"


def again(codebook, path, to):
    export_codebook(codebook, path, to=to, title="Survey")
    return read_questionnaire(path).codebook()


def compared(before, after):
    """What differs; short labels aside, which a draft makes of the questions."""
    return [str(c) for c in differences(before, after) if c.what != "label" or c.part]


QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(book=codebooks(["en"], rules=False))
@QUICK
def test_indico_gives_the_same_codebook_again(tmp_path, book):
    assert compared(book, again(book, tmp_path / "survey.json", "indico")) == []


@given(book=codebooks(["en", "fr"], rules=True))
@QUICK
def test_limesurvey_gives_the_same_codebook_again(tmp_path, book):
    assert compared(book, again(book, tmp_path / "survey.txt", "limesurvey")) == []


@given(book=codebooks(["en", "fr"], rules=True))
@QUICK
def test_xlsform_gives_the_same_codebook_again(tmp_path, book):
    assert compared(book, again(book, tmp_path / "survey.xlsx", "xlsform")) == []


@pytest.mark.parametrize("to", ["indico", "limesurvey", "xlsform"])
def test_yes_and_no_stay_yes_and_no(tmp_path, to):
    item = Item("q1", "Do you?", Kind.SINGLE, header="Do you?", choices=YES_NO)
    book = Codebook("book.toml", (item,))

    # Without another text in two languages, only what the platform itself translates.
    (found,) = again(book, tmp_path / "survey", to).asked()

    assert [choice.code for choice in found.choices] == ["yes", "no"]
    assert found.kind is Kind.SINGLE
