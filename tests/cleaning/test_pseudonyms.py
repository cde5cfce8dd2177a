"""Personal data reach nothing but the pseudonyms that the codebook keeps."""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import replace

import numpy as np
import pytest

from surveytools.cleaning import (
    Codebook,
    Item,
    Kind,
    Pseudonym,
    clean,
    load_codebook,
    read_responses,
    summary,
    write_responses,
)
from surveytools.cleaning.codebook_xlsx import document_from_xlsx, document_to_xlsx
from surveytools.cleaning.document import Document
from surveytools.errors import CodebookError, StudyError
from surveytools.reading import Role
from surveytools.study import RowRules

KEY = b"0123456789abcdef0123456789abcdef"
WORDS = Item("words", "Words", Kind.TEXT, header="Words?")
BOOK = Codebook(
    "codebook.toml",
    (WORDS,),
    pseudonyms=(Pseudonym("respondent", "E-mail", ("Submitter Email",)),),
)


@pytest.fixture
def export(raw_table):
    def made(*cells, header="E-mail", file="export.csv", words=None):
        words = words or [f"w{at}" for at in range(len(cells))]
        columns = ((header, cells), ("Words?", words))
        return raw_table(*columns, file=file, roles={header: Role.IDENTITY})

    return made


def names(responses):
    return responses.pseudonyms["respondent"].tolist()


def test_pseudonym_is_the_start_of_a_keyed_hash(export):
    (name,) = names(clean([export("Ada@Example.org ")], BOOK, wave="w", key=KEY))

    # as RFC 2104 and RFC 4648 define them, by other functions of the library
    digest = hmac.new(KEY, b"respondent\0ada@example.org", hashlib.sha256).digest()
    assert name.replace("-", "") == b32encode(digest).decode()[:12].lower()


@pytest.mark.parametrize(
    "written",
    [
        "ada@example.org",
        " ADA@example.org",
        "\uff41da@example.org",
        "ada@example.org\u00a0",
    ],
    ids=["same", "case and blanks", "full width", "no-break space"],
)
def test_one_address_has_one_pseudonym_in_all_exports_and_waves(export, written):
    first = clean([export("ada@example.org")], BOOK, wave="2023", key=KEY)
    second = clean(
        [export("bob@example.org", written, header="Submitter Email", file="b.csv")],
        BOOK,
        wave="2024",
        key=KEY,
    )

    assert names(second)[1] == names(first)[0]
    assert names(second)[0] != names(first)[0]
    assert first.key == second.key


def test_another_key_or_code_gives_other_pseudonyms(export):
    raw = export("ada@example.org")
    other = replace(BOOK, pseudonyms=(replace(BOOK.pseudonyms[0], code="person"),))

    one = clean([raw], BOOK, wave="w", key=KEY)
    rekeyed = clean([raw], BOOK, wave="w", key=KEY[::-1])
    recoded = clean([raw], other, wave="w", key=KEY)

    assert len({*names(one), *names(rekeyed), *recoded.pseudonyms["person"]}) == 3
    assert one.key != rekeyed.key


def test_who_gave_no_address_is_nobody(export):
    raw = export(None, "anonymous", "anonymous", " ", "ada@example.org")

    rules = RowRules(duplicates="later", duplicates_by=("respondent",))
    responses = clean([raw], BOOK, wave="w", key=KEY, rows=rules)

    assert responses.pseudonyms["respondent"].notna().tolist() == [False] * 4 + [True]
    assert len(responses.frame) == 5


@pytest.mark.parametrize(
    ("keep", "rows"), [("later", [2, 3]), ("earlier", [3, 4])], ids=str
)
def test_rows_of_one_person_may_be_left_out(export, keep, rows):
    raw = export("ada@example.org", "bob@example.org", "ADA@example.org")

    rules = RowRules(duplicates=keep, duplicates_by=("respondent",))
    responses = clean([raw], BOOK, wave="w", key=KEY, rows=rules)

    assert responses.frame.index.get_level_values("row").tolist() == rows
    assert responses.rows["left out: another row of the same person"] == 1
    assert responses.accounting["cells"].sum() == 6


def test_completed_row_is_kept_rather_than_a_partial_one(export):
    raw = export("ada@example.org", "ada@example.org", "ada@example.org")
    raw = replace(raw, partial=np.array([True, False, True]))

    for keep in ("later", "earlier"):
        rules = RowRules(duplicates=keep, duplicates_by=("respondent",))
        responses = clean([raw], BOOK, wave="w", key=KEY, rows=rules)
        assert responses.frame.index.get_level_values("row").tolist() == [3]


def test_rows_of_one_person_are_found_across_exports(export):
    first = export("ada@example.org", "bob@example.org")
    second = export("ada@example.org", file="b.csv")

    responses = clean([first, second], BOOK, wave="w", key=KEY)

    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["cells"]) == ("rows of one person", 2)
    assert finding["advice"].endswith("under `rows` (also row 2 of b.csv)")
    assert names(responses)[0] not in str(finding)


def test_personal_data_reach_no_file_and_pseudonyms_only_theirs(export, tmp_path):
    raws = [export("ada@example.org", "ADA@example.org", "odd\u202e@example.org")]

    responses = clean(raws, BOOK, wave="w", key=KEY)
    write_responses(responses, tmp_path / "w", raws=raws)

    for path in (tmp_path / "w").iterdir():
        content = path.read_bytes().lower()
        assert b"ada@" not in content, path
        assert b"example.org" not in content, path
        assert KEY not in content, path
        if path.suffix != ".xlsx" and path.name != "pseudonyms.parquet":
            assert names(responses)[0].encode() not in content, path
    assert (tmp_path / "w" / "pseudonyms.parquet").stat().st_mode & 0o777 == 0o600
    back = read_responses(tmp_path / "w")
    assert back.pseudonyms.equals(responses.pseudonyms)
    assert (back.key, back.codebook) == (responses.key, BOOK)


def test_pseudonyms_go_when_the_codebook_no_longer_keeps_them(export, tmp_path):
    raws = [export("ada@example.org")]
    write_responses(clean(raws, BOOK, wave="w", key=KEY), tmp_path, raws=raws)

    without = clean(raws, replace(BOOK, pseudonyms=()), wave="w")
    write_responses(without, tmp_path, raws=raws)

    assert not (tmp_path / "pseudonyms.parquet").exists()
    assert read_responses(tmp_path).pseudonyms.columns.empty


def test_columns_that_the_codebook_calls_personal_are_left_out(raw_table):
    raw = raw_table(("Badge", ["123456"]), ("Words?", ["x"]))

    responses = clean(
        [raw], replace(BOOK, personal=("badge",), pseudonyms=()), wave="w"
    )

    assert dict(summary(responses.accounting)) == {
        "free text": 1,
        "left out: personal data": 1,
    }


def test_pseudonyms_without_a_key_are_refused(export):
    with pytest.raises(StudyError, match="no key is named; set SURVEYTOOLS_KEY_FILE"):
        clean([export("ada@example.org")], BOOK, wave="w")


def test_pseudonym_whose_column_no_export_has_is_refused(raw_table):
    with pytest.raises(CodebookError, match="no export has a column 'E-mail'"):
        clean([raw_table(("Words?", ["x"]))], BOOK, wave="w", key=KEY)


def test_rule_may_only_name_pseudonyms_that_are_kept(export):
    rules = RowRules(duplicates="later", duplicates_by=("person",))

    with pytest.raises(StudyError, match="use answers or respondent"):
        clean([export("ada@example.org")], BOOK, wave="w", key=KEY, rows=rules)


def test_codebook_file_says_what_is_personal(tmp_path):
    base = tmp_path / "base.toml"
    base.write_text(
        'personal = ["Badge"]\n'
        '[[pseudonyms]]\ncode = "respondent"\nheader = "Token"\n'
        '[[items]]\ncode = "words"\nheader = "Words?"\nkind = "text"\n'
    )
    book = tmp_path / "book.toml"
    book.write_text(
        'based_on = "base.toml"\npersonal = ["Phone"]\n'
        '[[pseudonyms]]\ncode = "respondent"\nheaders = ["E-mail"]\nheader = "Token"\n'
    )

    codebook = load_codebook(book)

    assert codebook.personal == ("Badge", "Phone")
    assert codebook.pseudonyms == (Pseudonym("respondent", "Token", ("E-mail",)),)


def test_item_and_pseudonym_of_one_column_contradict_each_other(tmp_path):
    book = tmp_path / "book.toml"
    book.write_text(
        '[[pseudonyms]]\ncode = "respondent"\nheader = "Words?"\n'
        '[[items]]\ncode = "words"\nheader = "words?"\nkind = "text"\n'
    )

    with pytest.raises(CodebookError, match="this column holds personal data"):
        load_codebook(book)


def test_workbook_of_a_codebook_keeps_what_is_personal(tmp_path):
    document = Document.model_validate(
        {
            "personal": ["Badge", "Office"],
            "pseudonyms": [
                {"code": "respondent", "header": "Token", "headers": ["E-mail", "Mail"]}
            ],
            "items": [{"code": "words", "header": "Words?", "kind": "text"}],
        }
    )

    document_to_xlsx(document, tmp_path / "book.xlsx")

    assert document_from_xlsx(tmp_path / "book.xlsx") == document
