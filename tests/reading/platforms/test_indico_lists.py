"""Indico's lists beside surveys: headers as its source names them, cells by hand."""

import pytest
import xlsxwriter

from surveytools.errors import ExportError
from surveytools.reading import Role, read_export


def roles(raw):
    return {c.name: c.role for c in raw.columns if c.role is not Role.ANSWER}


class TestRegistrations:
    def test_field_may_be_called_like_a_column_of_indico(self, export):
        text = "ID,Name,Price,Registration state,Price\n1,A B,low,Completed,CHF0.00\n"

        raw = read_export(export(text))

        assert [c.role for c in raw.columns if c.header == "Price"] == [
            Role.ANSWER,
            Role.METADATA,
        ]

    def test_offset_of_local_mean_time_is_left_out(self, export):
        text = (
            "ID,Name,Arrival,Registration date\n"
            "1,A B,2026-12-03 00:00:00+00:34,2026-11-23 10:28:46+00:00\n"
        )

        raw = read_export(export(text))

        assert raw.frame["Arrival"].tolist() == ["2026-12-03 00:00:00"]
        assert raw.frame["Registration date"].tolist() == ["2026-11-23 10:28:46+00:00"]
        assert any("column 3 are local" in note for note in raw.notes)

    @pytest.mark.parametrize("offset", ["+02:00", "+05:30", "+05:45", "-03:30"])
    def test_offset_of_a_time_zone_stays(self, export, offset):
        cell = f"2026-12-03 00:00:00{offset}"
        text = f"ID,Name,Arrival,Price\n1,A B,{cell},CHF0.00\n"

        assert read_export(export(text)).frame["Arrival"].tolist() == [cell]

    def test_places_are_taken_off_options(self, export):
        text = (
            "ID,Name,Tools,Price\n1,A B,PyTorch (+2); JAX,CHF0.00\n"
            "2,C D,JAX (+ TPU),CHF0.00\n"
        )

        raw = read_export(export(text))

        assert raw.frame["Tools"].tolist() == ["PyTorch; JAX", "JAX (+ TPU)"]
        assert any("'option (+1)': 1" in note for note in raw.notes)

    def test_days_of_a_stay_belong_to_it(self, export):
        text = (
            "ID,Name,Hotel,Hotel (Arrival),Hotel (Departure),Talk (Arrival),Price\n"
            "1,A B,Hilton,3 Dec 2026,4 Dec 2026,x,CHF0.00\n"
        )

        raw = read_export(export(text))

        told = {c.header: c.question for c in raw.columns if c.question}
        assert {header: q.part for header, q in told.items()} == {
            "Hotel (Arrival)": "Arrival",
            "Hotel (Departure)": "Departure",
        }

    def test_two_headers_alone_are_no_sign(self, export):
        assert read_export(export("ID,Name,Role\n1,x,y\n")).platform == "generic"

    def test_named_by_a_person(self, export):
        path = export("ID,Name,Role\n1,x,y\n")

        assert read_export(path, platform="indico-registrations").separator == "; "
        with pytest.raises(ExportError, match="aren't those of Indico's registrations"):
            read_export(export("A,B\n1,2\n"), platform="indico-registrations")


class TestProgramme:
    def test_contributions(self, tmp_path):
        path = tmp_path / "contributions.xlsx"
        header = ["Id", "Title", "Description", "Date", "Duration", "Type", "Session"]
        header += ["Track", "Presenters", "Materials"]
        # As Indico makes its workbooks.
        with xlsxwriter.Workbook(
            path, {"strings_to_formulas": False, "strings_to_numbers": False}
        ) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, [1, "=GNN", "", "", "20m", "Talk", "", "ML", "A, B"])

        raw = read_export(path)

        assert (raw.platform, raw.certainty) == ("indico-programme", "certain")
        assert roles(raw) == {"Id": Role.METADATA, "Presenters": Role.IDENTITY}
        assert raw.frame["Title"].tolist() == ["=GNN"]

    def test_abstracts(self, export):
        text = (
            "Id,Title,State,Submitter,Submitter (affiliation),Submitter (email),"
            "Primary authors,Submission date\n"
            "3,GNN,Accepted,A B,A B (CERN),A B <a@b.ch>,A B,"
            "2026-01-02 03:04:05+00:00\n"
        )

        raw = read_export(export(text))

        assert (raw.platform, raw.certainty) == ("indico-programme", "strong")
        assert [c.header for c in raw.answers()] == ["Title", "State"]
