"""KoboToolbox: lines as formpack writes them, workbooks by its own writer.

formpack quotes every cell, parts them by semicolons, and puts HXL tags in rows under
the header; its workbooks come from XlsxWriter with default options.
"""

import pytest
import xlsxwriter

from surveytools.cleaning import draft_codebook
from surveytools.errors import ExportError
from surveytools.reading import Answers, Role, read_export

META = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes"]
META += ["_status", "_submitted_by", "__version__", "_tags", "_index"]
OWN = ["1", "5f3c", "2026-07-27T09:00:00", "", "", "submitted_via_web", "ada"]
OWN += ["vX", "", "1"]


def lines(*rows):
    """Write lines as formpack does."""
    return "".join('"' + '";"'.join(row) + '"\n' for row in rows)


def kobo(header, *rows, tags=()):
    return lines(
        [*header, *META],
        *([*tag, *[""] * len(META)] for tag in tags),
        *([*row, *OWN] for row in rows),
    )


def roles(raw):
    return {c.name: c.role for c in raw.columns if c.role is not Role.ANSWER}


def parts(raw):
    return {
        c.header: (c.question.text, c.question.part)
        for c in raw.columns
        if c.question is not None
    }


def test_platform_columns(export):
    raw = read_export(export(kobo(["start", "end", "role"], ["a", "b", "x"])))

    assert (raw.platform, raw.certainty) == ("kobo", "certain")
    assert raw.delimiter == "semicolon"
    assert [c.header for c in raw.answers()] == ["role"]
    assert roles(raw)["_submission_time"] is Role.SUBMITTED
    assert roles(raw)["_submitted_by"] is Role.IDENTITY
    assert roles(raw)["start"] is Role.STARTED


def test_rows_of_tags_are_set_aside(export):
    text = kobo(
        ["role", "tools"],
        ["x", "y"],
        tags=[["#affected", ""], ["#affected+f", "#tool"]],
    )

    raw = read_export(export(text))

    assert dict(raw.left_out)["HXL tags"] == 2
    assert raw.frame["role"].tolist() == ["x"]


def test_answer_that_begins_with_a_hash_is_no_tag(export):
    raw = read_export(export(kobo(["role"], ["#yes"])))

    assert raw.frame["role"].tolist() == ["#yes"]


class TestSeveralAnswers:
    def test_both_forms(self, export):
        names = ["grp/tools", "grp/tools/py", "grp/tools/r", "grp/age"]
        text = kobo(
            names, ["py r", "1", "1", "3"], ["r", "0", "1", "4"], ["", "", "", "5"]
        )

        raw = read_export(export(text))

        assert parts(raw) == {
            "grp/tools/py": ("grp/tools", "py"),
            "grp/tools/r": ("grp/tools", "r"),
        }
        assert roles(raw)["grp/tools"] is Role.METADATA
        assert "grp/age" in [c.header for c in raw.answers()]

    def test_labels_with_blanks_and_slashes(self, export):
        header = ["Tools?", "Tools?/R/Bioconductor", "Tools?/Visual Basic"]
        text = kobo(header, ["R/Bioconductor Visual Basic", "1", "1"])

        raw = read_export(export(text))

        assert parts(raw) == {
            "Tools?/R/Bioconductor": ("Tools?", "R/Bioconductor"),
            "Tools?/Visual Basic": ("Tools?", "Visual Basic"),
        }

    def test_details_alone_are_said_to_be_taken_for_options(self, export):
        text = kobo(["t/py", "t/r", "g/a", "g/b"], ["1", "0", "7", "0"], [""] * 4)

        raw = read_export(export(text))

        assert set(parts(raw)) == {"t/py", "t/r"}
        assert any("columns under 't' are taken" in note for note in raw.notes)

    def test_names_alone_are_split_where_headers_are_names(self, export):
        rows = [["py r"], ["r"], ["py julia"], ["julia"]]

        raw = read_export(export(kobo(["tools"], *rows)))

        (question,) = [c.question for c in raw.columns if c.question]
        assert (question.answers, question.separator) == (Answers.SEVERAL, " ")
        draft = draft_codebook(raw)
        assert 'separator = " "' in draft
        assert '{ code = "julia", label = "julia" }' in draft

    def test_sentences_are_not_split(self, export):
        rows = [["it works well"], ["well it works"], ["works"]]

        raw = read_export(export(kobo(["What do you think?"], *rows)))

        assert parts(raw) == {}
        assert raw.separator is None


def test_place_is_personal(export):
    header = ["loc", "_loc_latitude", "_loc_longitude", "_loc_altitude"]
    header += ["_loc_precision", "role"]
    text = kobo(header, ["46.2 6.1 0 0", "46.2", "6.1", "0", "0", "x"])

    raw = read_export(export(text))

    assert [c.header for c in raw.answers()] == ["role"]
    assert roles(raw)["loc"] is Role.IDENTITY
    assert any("says where somebody was" in note for note in raw.notes)


def test_truncated_cells_are_counted(export):
    cell = "<WARNING: Truncated to Excel limit of 32767 characters!>so"

    notes = read_export(export(kobo(["why"], [cell], ["so"]))).notes

    assert "cells that Kobo cut off at 32,767 characters, and marks as such: 1" in notes


def test_workbook_and_its_formulas(tmp_path):
    path = tmp_path / "kobo.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("form")
        sheet.write_row(0, 0, ["why", *META])
        sheet.write_row(1, 0, ["=) nice", *OWN])
        sheet.write_row(2, 0, ["fine", *OWN])

    raw = read_export(path)

    assert raw.platform == "kobo"
    assert raw.frame["why"].iloc[1] == "fine"
    assert any("begins with = is a formula" in note for note in raw.notes)


def test_sheet_of_a_repeated_group(tmp_path):
    path = tmp_path / "kobo.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("form").write_row(0, 0, ["role", *META])
        book.worksheets()[0].write_row(1, 0, ["x", *OWN])
        sheet = book.add_worksheet("members")
        header = ["age", "_index", "_parent_table_name", "_parent_index"]
        sheet.write_row(0, 0, [*header, "_submission__id"])
        sheet.write_row(1, 0, ["3", 1, "form", 1, 1])

    raw = read_export(path, sheet="members")

    assert (raw.platform, raw.certainty) == ("kobo", "strong")
    assert [c.header for c in raw.answers()] == ["age"]
    assert any("a row isn't a respondent" in note for note in raw.notes)


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="none of KoboToolbox's own columns"):
        read_export(export("Role,Years\nx,3\n"), platform="kobo")
