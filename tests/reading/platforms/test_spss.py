"""SPSS files, written by pyreadstat, and real ones.

Expected values come from what was given to its writer, and from the dictionaries of
the real files as PSPP shows them.
"""

from contextlib import suppress

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from surveytools.cleaning import draft_codebook
from surveytools.errors import ExportError
from surveytools.reading import Answers, read_export


@pytest.fixture
def sav(tmp_path):
    """Write a frame as an SPSS file and give its path."""

    def write(columns, name="export.sav", **options):
        path = tmp_path / name
        frame = pd.DataFrame(columns)
        pyreadstat.write_sav(frame, path, **options)
        return path

    return write


def texts(raw, name):
    column = raw.frame[name]
    return column.astype(object).where(column.notna(), None).tolist()


@pytest.mark.parametrize("packed", [False, True], ids=["sav", "zsav"])
def test_whole_numbers_have_no_decimals(sav, packed):
    raw = read_export(sav({"a": [1.0, 2.5, 1e9, None]}, compress=packed))

    assert (raw.platform, raw.certainty) == ("spss", "certain")
    assert texts(raw, "a") == ["1", "2.5", "1000000000"]
    assert dict(raw.left_out) == {"blank rows": 1}


def test_labels_are_found_by_code(sav):
    raw = read_export(
        sav(
            {"sex": [1.0, 2.0, 1.0]},
            column_labels={"sex": "What is your sex?"},
            variable_value_labels={"sex": {1: "Male", 2: "Female"}},
        )
    )

    question = raw.columns[0].question
    assert texts(raw, "sex") == ["1", "2", "1"]
    assert (question.text, question.id) == ("What is your sex?", "sex")
    assert question.labels == (("1", "Male"), ("2", "Female"))
    assert question.answers is Answers.SINGLE


def test_declared_missing_values_stay_and_are_told(sav):
    raw = read_export(
        sav(
            {"income": [3.0, 99.0, 98.0, None, -5.0], "id": [1.0, 2.0, 3.0, 4.0, 5.0]},
            variable_value_labels={"income": {99: "refused"}},
            missing_ranges={"income": [99, {"lo": -9, "hi": -1}]},
        )
    )

    assert texts(raw, "income") == ["3", "99", "98", None, "-5"]
    assert set(raw.columns[0].question.missing) == {"99", "-5"}
    assert raw.columns[1].question.missing == ()
    assert any("column 1 has values that the file declares" in n for n in raw.notes)


def test_dates_are_iso_text(sav):
    moment = pd.to_datetime(["2026-09-14 13:44:20"])
    raw = read_export(
        sav(
            {"day": moment.date, "when": moment, "time": moment.time},
        )
    )

    assert raw.frame.iloc[0].tolist() == [
        "2026-09-14",
        "2026-09-14 13:44:20",
        "13:44:20",
    ]


def test_quarters_are_dates_too(shared_data):
    raw = read_export(shared_data / "spss/simple_alltypes.sav")

    # The file's variable has the format QYR8 and shows 4 Q 2014 and 1 Q 2015.
    assert set(raw.frame["quarter"]) == {"2014-10-01", "2015-01-01"}


def test_sets_of_options(shared_data):
    raw = read_export(shared_data / "spss/simple_alltypes.sav")

    parts = {
        c.name: c.question.part
        for c in raw.columns
        if c.question.answers is Answers.OPTION
    }
    assert parts == {f"bool{n}": f"Response #{n}" for n in (1, 2, 3)}
    (text,) = {c.question.text for c in raw.columns if c.question.id == "mymrset"}
    assert text == "My multiple response set"
    assert any("'categorical_array' spreads" in note for note in raw.notes)


def test_missing_ranges_of_a_real_file(shared_data):
    raw = read_export(shared_data / "spss/simple_alltypes.sav")

    # x: 7, 8 and 99 are missing; z: -999 to 0, and 999. Of these, x has an 8.
    assert raw.columns[0].question.missing == ("8",)
    assert set(raw.columns[2].question.missing) == {"-9", "999"}
    assert raw.frame["z"].iloc[0] == "-9"


def test_text_in_another_encoding_than_the_file_says(sav):
    path = sav({"a": ["Zürich", "x"]}, column_labels={"a": "Städte"})
    data = path.read_bytes()
    for text in ("Zürich", "Städte"):
        data = data.replace(text.encode(), text.encode("cp1252") + b" ")
    path.write_bytes(data)

    raw = read_export(path)

    assert texts(raw, "a") == ["Zürich", "x"]
    assert any("read as windows-1252" in note for note in raw.notes)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        pytest.param(lambda data: data[:300], "can't be read", id="cut in its head"),
        pytest.param(lambda data: data[:-10], "can't be read", id="cut in its cases"),
        pytest.param(lambda _: b"$FL2" + bytes(99), "can't be read", id="zeros"),
        pytest.param(lambda _: b"$FL3" + bytes(99), "can't be read", id="zsav"),
    ],
)
def test_damaged_files_are_refused(sav, damage, what):
    path = sav({"a": [1.0, 2.0], "b": ["x", "y"]})
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(ExportError, match=what):
        read_export(path)


@pytest.mark.parametrize("seed", range(3))
def test_damage_anywhere_never_crashes(shared_data, tmp_path, seed):
    random = np.random.default_rng(seed)
    path = tmp_path / "damaged.sav"
    for _ in range(8):
        data = bytearray((shared_data / "spss/simple_alltypes.sav").read_bytes())
        for _ in range(5):
            data[random.integers(4, len(data))] = random.integers(256)
        path.write_bytes(data)
        with suppress(ExportError):
            read_export(path)


def test_file_without_a_case_is_refused(sav):
    path = sav({"a": pd.Series([], dtype="float64")})

    with pytest.raises(ExportError, match="no case with a value"):
        read_export(path)


def test_sheet_makes_no_sense(sav):
    with pytest.raises(ExportError, match="has no sheet"):
        read_export(sav({"a": [1.0]}), sheet="Sheet1")


def test_csv_is_no_spss_file(export):
    with pytest.raises(ExportError, match="isn't an SPSS file"):
        read_export(export("a,b\n1,2\n"), platform="spss")


class TestDraft:
    def test_choices_come_with_codes_and_labels(self, sav):
        path = sav(
            {"sex": [1.0, 2.0, 9.0]},
            column_labels={"sex": "What is your sex?"},
            variable_value_labels={"sex": {2: "Female", 1: "Male", 9: "refused"}},
            missing_ranges={"sex": [9]},
        )

        draft = draft_codebook(read_export(path))

        assert 'label = "What is your sex?"' in draft
        assert '{ code = "male", label = "Male", aliases = ["1"] }' in draft
        assert draft.index('"Male"') < draft.index('"Female"')
        assert 'missing_texts = ["9"]' in draft
        assert "# decide: 9 (refused) is declared missing" in draft

    def test_label_that_reads_like_a_code_is_kept_apart(self, sav):
        path = sav(
            {"children": [1.0, 2.0, 2.0]},
            variable_value_labels={"children": {1: "0", 2: "1", 3: "2"}},
        )

        draft = draft_codebook(read_export(path))

        assert 'label = "1: 0", aliases = ["1"]' in draft
        assert 'label = "2: 1", aliases = ["2"]' in draft

    def test_number_with_a_labelled_code_stays_a_number(self, sav):
        years = [float(n) for n in range(20)]
        path = sav({"years": years}, variable_value_labels={"years": {0: "none"}})

        assert 'kind = "number"' in draft_codebook(read_export(path))

    def test_set_is_one_item(self, shared_data):
        raw = read_export(shared_data / "spss/simple_alltypes.sav")

        draft = draft_codebook(raw)

        assert 'header = "My multiple response set"' in draft
        assert draft.count('kind = "multiple-response"') == 1

    def test_label_with_a_line_break_stays_in_its_comment(self, sav):
        path = sav(
            {"a": [1.0, 9.0]},
            variable_value_labels={"a": {1: "x", 9: "no\n[[items]]"}},
            missing_ranges={"a": [9]},
        )

        draft = draft_codebook(read_export(path))

        assert draft.count("\n[[items]]") == 1
