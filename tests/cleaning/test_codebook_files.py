"""Codebook files written as TOML and as workbooks: read back, nothing is lost."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveytools.cleaning import load_codebook
from surveytools.cleaning.codebook_toml import codebook_toml, document_of, entry_key
from surveytools.cleaning.codebook_xlsx import document_from_xlsx, document_to_xlsx
from surveytools.cleaning.document import Document
from surveytools.errors import CodebookError, ExportError, SurveyErrors
from surveytools.study import load_catalogue, load_units
from surveytools.study.load import read_toml

# What a TOML file and a cell of a workbook can hold; surrogates are no characters.
TEXTS = st.text(
    st.characters(
        blacklist_categories=("Cs",), blacklist_characters="\x00\ufffe\uffff"
    ),
    max_size=12,
)
FILLED = TEXTS.filter(str.strip)
CODES = st.from_regex(r"[a-z][a-z0-9]{0,3}(_[a-z0-9]{1,3})?", fullmatch=True)
LABELS = FILLED | st.dictionaries(
    st.sampled_from(["en", "fr", "de"]), FILLED, min_size=1, max_size=3
)
NUMBERS = st.integers(-9999, 9999) | st.floats(-1e6, 1e6, width=32)


def optional(required, **keys):
    return st.fixed_dictionaries(required, optional=keys)


CHOICES = optional(
    {"code": CODES, "label": LABELS},
    short=TEXTS,
    aliases=st.lists(TEXTS, max_size=3),
    value=NUMBERS,
    missing=st.sampled_from(["don't know", "not applicable"]),
    write_in=st.booleans(),
)
PARTS = FILLED | st.lists(FILLED | CHOICES, max_size=3)
ITEMS = optional(
    {"code": CODES},
    label=LABELS,
    kind=st.sampled_from(["text", "number", "matrix", "likert"]),
    header=LABELS,
    headers=st.lists(TEXTS, max_size=2),
    occurrence=st.integers(1, 9),
    choices=PARTS,
    rows=PARTS,
    asked_if=TEXTS,
    sensitive=st.booleans(),
    separator=TEXTS.filter(bool),
    max_choices=st.integers(1, 9),
    minimum=NUMBERS,
)
DERIVED = optional(
    {"code": CODES, "label": LABELS, "how": st.sampled_from(["net", "regroup"])},
    **{"from": CODES, "condition": TEXTS, "unit": TEXTS},
    groups=st.dictionaries(
        CODES,
        optional({"of": st.lists(CODES, min_size=1, max_size=3)}, label=LABELS),
        max_size=2,
    ),
)
DOCUMENTS = optional(
    {},
    title=TEXTS,
    based_on=FILLED,
    drop=st.lists(TEXTS, max_size=2),
    lists=st.dictionaries(FILLED, st.lists(CHOICES, max_size=3), max_size=2),
    ignored=st.lists(
        st.fixed_dictionaries({"header": TEXTS, "reason": FILLED}), max_size=2
    ),
    items=st.lists(ITEMS, min_size=1, max_size=3, unique_by=lambda i: i["code"]),
    derived=st.lists(DERIVED, max_size=2, unique_by=lambda i: i["code"]),
).map(Document.model_validate)

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def said(document):
    """What a document says, and which keys it gives, for it may be a difference."""
    return document.model_dump(exclude_unset=True, exclude_defaults=False)


@given(document=DOCUMENTS)
@QUICK
def test_toml_reads_back_as_it_was_written(tmp_path, document):
    path = tmp_path / "book.toml"
    path.write_text(codebook_toml(document), encoding="utf-8", newline="\n")

    assert said(read_toml(path, Document)) == said(document)


@given(document=DOCUMENTS.filter(lambda d: d.items))
@QUICK
def test_workbook_reads_back_as_it_was_written(tmp_path, document):
    document_to_xlsx(document, tmp_path / "book.xlsx")

    again = document_from_xlsx(tmp_path / "book.xlsx")

    assert filled(said(again)) == filled(said(document))


def filled(table):
    """Leave out what is given but empty at the top: sheets are always there."""
    sheets = {"items", "derived", "ignored", "lists"}
    return {key: value for key, value in table.items() if value or key not in sheets}


@pytest.fixture(scope="module")
def demo(root):
    config = root / "config"
    units = load_units(config / "units.toml")
    services = load_catalogue(config / "services.toml")

    def load(path):
        return load_codebook(path, units=units, catalogue=services)

    return load


@pytest.mark.parametrize("wave", ["2023", "2024"])
def test_demo_codebook_survives_the_workbook(root, demo, tmp_path, wave):
    source = root / "config" / f"codebook-{wave}.toml"
    document = read_toml(source, Document)

    document_to_xlsx(document, tmp_path / "book.xlsx")

    assert said(document_from_xlsx(tmp_path / "book.xlsx")) == said(document)


def test_codebook_can_be_written_from_its_items(root, demo, tmp_path):
    book = demo(root / "config" / "codebook-2024.toml")
    path = tmp_path / "book.toml"

    text = codebook_toml(document_of(book.items, ignored=book.ignored))
    path.write_text(text, encoding="utf-8")

    assert replace(demo(path), file=book.file) == book


def test_comments_stand_over_their_entries():
    document = Document.model_validate(
        {
            "items": [{"code": "q1", "header": "Why?", "kind": "text"}],
            "ignored": [{"header": "x", "reason": "no answers"}],
        }
    )
    comments = {
        entry_key("items", "q1"): ["decide: is it text?", "two\nlines\x00"],
        entry_key("ignored", "x"): ["decide: why?"],
    }

    assert codebook_toml(document, top="Draft\n\nof a codebook", comments=comments) == (
        "# Draft\n#\n# of a codebook\n\n"
        '# decide: why?\n[[ignored]]\nheader = "x"\nreason = "no answers"\n\n'
        "# decide: is it text?\n# two\n# lines\n"
        '[[items]]\ncode = "q1"\nkind = "text"\nheader = "Why?"\n'
    )


def test_no_cell_of_the_workbook_is_a_formula(tmp_path):
    item = {
        "code": "q1",
        "header": "=1+1",
        "label": "@SUM(A1)",
        "headers": ["=2", "-3"],
    }
    document_to_xlsx(Document.model_validate({"items": [item]}), tmp_path / "book.xlsx")

    # openpyxl, another reader, tells formulas (f) from texts (s).
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["items"]

    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}
    assert "=1+1" in [cell.value for row in sheet for cell in row]


def edited(path, cells):
    book = openpyxl.load_workbook(path)
    for sheet, place, value in cells:
        book[sheet][place] = value
    book.save(path)


def test_edited_workbook_names_each_cell_that_is_wrong(tmp_path):
    path = tmp_path / "book.xlsx"
    items = [{"code": "q1", "header": "Why?", "kind": "text", "optional": True}]
    document_to_xlsx(Document.model_validate({"items": items}), path)
    sheet = openpyxl.load_workbook(path)["items"]
    at = {cell.value: cell.coordinate[:-1] for cell in sheet[1]}
    edited(
        path,
        [
            ("items", f"{at['optional']}2", "perhaps"),
            ("items", f"{at['sensitive']}1", "sensitif"),
            ("items", f"{at['sensitive']}2", "yes"),
            ("choices", "A2", "q9"),
            ("choices", "B2", "choices"),
        ],
    )

    with pytest.raises(SurveyErrors) as caught:
        document_from_xlsx(path)

    place = "book.xlsx, sheet 'items', row 2"
    assert [str(problem) for problem in caught.value.exceptions] == [
        f"{place}: there is no key 'sensitif'; did you mean 'sensitive'?",
        f"{place}: 'optional' is 'perhaps'; write yes or no",
        "book.xlsx, sheet 'choices', row 2: there is no item 'q9'; it may be q1",
    ]


def test_edited_workbook_is_held_to_the_rules_of_a_codebook(tmp_path):
    path = tmp_path / "book.xlsx"
    items = [{"code": "q1", "header": "Why?", "kind": "text"}]
    document_to_xlsx(Document.model_validate({"items": items}), path)
    edited(path, [("items", "A2", "Q 1")])

    with pytest.raises(CodebookError, match=r"found 'Q 1'; use lower-case letters"):
        document_from_xlsx(path)


def test_text_that_no_cell_holds_is_refused_with_its_place(tmp_path):
    item = {"code": "q1", "header": "x" * 32_768, "kind": "text"}

    with pytest.raises(CodebookError, match=r"sheet 'items', row 2, column 'header'"):
        document_to_xlsx(
            Document.model_validate({"items": [item]}), tmp_path / "b.xlsx"
        )
    assert not list(tmp_path.iterdir())


def test_other_workbooks_are_refused(tmp_path, shared_data):
    (tmp_path / "book.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(ExportError, match="this is text, and an XLSX workbook is need"):
        document_from_xlsx(tmp_path / "book.csv")
    (other,) = Path(shared_data, "spack").glob("*2022*.xlsx")
    with pytest.raises(CodebookError, match="this workbook holds no codebook"):
        document_from_xlsx(other)
