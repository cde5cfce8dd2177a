"""The nastiest inputs that platforms make, by their numbers.

The numbers are those of the list that the project's readers are held against.
"""

import pandas as pd
import pyreadstat
import pytest

from surveytools.cleaning import clean
from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.options import reader_of_item
from surveytools.reading import Answers, Role, read_export
from surveytools.study.study import RowRules

# --- Forms, Google, Kobo, ODK, REDCap, SPSS, Indico registrations ------------------


META = '"_uuid";"_submission_time"'


class Test02SeparatorInsideAnOption:
    def test_02_kobo_labels_have_blanks(self, export):
        text = (
            f'"Tools?";"Tools?/Visual Basic";"Tools?/R";{META}\n'
            '"Visual Basic R";"1";"1";"a";"b"\n'
        )

        raw = read_export(export(text))

        parts = [c.question.part for c in raw.columns if c.question]
        assert parts == ["Visual Basic", "R"]
        assert raw.separator is None

    def test_02_known_options_count_before_the_mark(self, export):
        text = (
            "ID,Start time,Completion time,Email,Name,Where?\n"
            "1,7/27/26 19:06:23,7/27/26 19:17:10,anonymous,,Cloud (AWS; GCP);Laptop;\n"
        )
        raw = read_export(export(text))
        choices = (Choice("cloud", "Cloud (AWS; GCP)"), Choice("laptop", "Laptop"))
        item = Item("q", "Where?", Kind.MULTIPLE, "Where?", choices=choices)

        reader = reader_of_item(item, separators=[raw.separator])
        reading = reader.read(raw.frame["Where?"].iloc[0])

        assert reading.codes == ("cloud", "laptop")
        assert reading.unknown == ()

    def test_02_registrations_with_the_mark_in_a_caption(self, shared_data):
        raw = read_export(shared_data / "indico/registrations_all_columns_ui-en.csv")
        labels = ["PyTorch", "TensorFlow; Keras", "scikit-learn", "None"]
        choices = tuple(Choice(f"c{n}", label) for n, label in enumerate(labels))
        item = Item("tools", "Tools", Kind.MULTIPLE, "Tools", choices=choices)

        reader = reader_of_item(item, separators=[raw.separator])

        cells = raw.frame["Tools"].dropna()
        assert all(not reader.read(cell).unknown for cell in cells)


class Test03TheTwoGoogles:
    CELLS = (["AI", "HPC"], ["HPC", "Web"], ["AI", "Web"])

    @pytest.mark.parametrize(
        ("time", "own", "other"),
        [
            ("2019/12/23 6:35:31 PM EST", ";", ", "),
            ("11/17/2020 18:23:58", ", ", ";"),
        ],
    )
    def test_03_times_decide_and_cells_are_heard(self, export, time, own, other):
        for mark in (own, other):
            rows = "".join(f'{time},"{mark.join(cell)}"\n' for cell in self.CELLS)

            raw = read_export(export(f"Timestamp,Tools\n{rows}"))

            assert raw.separator == mark
            said = any("taken as separator" in note for note in raw.notes)
            assert said == (mark == other)


class Test04TrailingSemicolon:
    HEADER = "ID,Start time,Completion time,Email,Name,Tools?\n"
    TIMES = "7/27/26 19:06:23,7/27/26 19:17:10,anonymous,"

    def test_04_exactly_one_is_taken_off(self, export):
        cells = ["AI;HPC;", "AI;", "AI;;"]
        rows = "".join(f"{n},{self.TIMES},{cell}\n" for n, cell in enumerate(cells))

        raw = read_export(export(self.HEADER + rows))

        assert raw.frame["Tools?"].tolist() == ["AI;HPC", "AI", "AI;"]

    def test_04_same_set_in_every_row_is_a_ranking_in_order(self, export):
        cells = ["A;B;C;", "C;B;A;", "B;A;C;"]
        rows = "".join(f"{n},{self.TIMES},{cell}\n" for n, cell in enumerate(cells))

        raw = read_export(export(self.HEADER + rows))

        assert raw.columns[5].question.answers is Answers.RANK
        assert raw.frame["Tools?"].tolist() == ["A;B;C", "C;B;A", "B;A;C"]


class Test18Dates:
    def test_18_zone_that_is_stated_stays(self, export):
        cell = "2019/12/23 6:35:31 PM EST"
        raw = read_export(export(f"Timestamp,Role\n{cell},x\n"))

        assert raw.frame["Timestamp"].tolist() == [cell]
        assert "times are in the zone EST" in raw.notes

    def test_18_day_first_is_told_by_the_whole_column(self, export):
        meta = "Id,Startzeit,Fertigstellungszeit,E-Mail,Name,Seit\n"
        times = "27.07.26 19:06,27.07.26 19:17,anonymous,"
        text = f"{meta}1,{times},03/04/2026\n2,{times},13/04/2026\n"

        notes = read_export(export(text)).notes

        assert "column 2, 3, 6 has dates with the day first" in notes
        assert "column 2, 3 has years of two digits" in notes

    def test_18_unclear_where_no_cell_settles_it(self, export):
        raw = read_export(export("Role,Since\nx,03/04/2026\ny,05/06/2026\n"))

        assert any(
            "column 2 has dates with the day or the month" in n for n in raw.notes
        )
        assert raw.frame["Since"].tolist() == ["03/04/2026", "05/06/2026"]

    def test_18_serial_numbers_of_cells_without_format(self, workbook, sheet):
        rows = (
            '<row r="1"><c r="A1" t="str"><v>Date</v></c></row>'
            '<row r="2"><c r="A2"><v>45000</v></c></row>'
        )

        raw = read_export(workbook(sheet(rows)))

        assert raw.frame["Date"].tolist() == ["45000"]
        assert any("numbers in place of dates" in note for note in raw.notes)

    @pytest.mark.parametrize(
        ("properties", "day"),
        [("", "2022-03-15"), ('<workbookPr date1904="1"/>', "2026-03-16")],
    )
    def test_18_workbooks_that_count_from_1904(self, workbook, sheet, properties, day):
        rows = (
            '<row r="1"><c r="A1" t="str"><v>Date</v></c></row>'
            '<row r="2"><c r="A2" s="2"><v>44635</v></c></row>'
        )

        raw = read_export(workbook(sheet(rows), properties=properties))

        assert raw.frame["Date"].tolist() == [day]

    def test_18_zones_of_indico_are_said(self, shared_data):
        folder = shared_data / "indico"
        text = read_export(folder / "survey_ui-en.csv")
        book = read_export(folder / "survey_ui-en.xlsx")

        assert "submission times are UTC" in text.notes
        assert any("event's time zone" in note for note in book.notes)


class Test19Ids:
    def test_19_spss_numbers_have_no_decimals(self, tmp_path):
        path = tmp_path / "ids.sav"
        pyreadstat.write_sav(pd.DataFrame({"id": [12390574951.0, 7.0]}), path)

        assert read_export(path).frame["id"].tolist() == ["12390574951", "7"]

    def test_19_more_than_fifteen_digits_are_said(self, export):
        raw = read_export(export("Role,Id\nx,12345678901234567\ny,1.23906E+10\n"))

        assert raw.frame["Id"].tolist() == ["12345678901234567", "1.23906E+10"]
        assert any("more than 15 digits" in note for note in raw.notes)


class Test20Numbers:
    def test_20_two_decimal_marks_in_one_file(self, shared_data):
        raw = read_export(shared_data / "redcap/decimal-comma/data.csv")

        assert any("decimal commas" in note for note in raw.notes)

    def test_20_one_decimal_mark_is_nothing_to_say(self, export):
        raw = read_export(export('record_id,x,a_complete\n1,"1,5",2\n2,"2,5",2\n'))

        assert not any("decimal" in note for note in raw.notes)


class Test21NotShownSkippedOrUnticked:
    CHECKBOXES = "redcap/checkboxes-1/data.csv"

    def test_21_redcap_zero_can_mean_both(self, shared_data):
        raw = read_export(shared_data / self.CHECKBOXES)

        (note,) = [note for note in raw.notes if "isn't ticked" in note]
        assert "never shown" in note

    def test_21_redcap_form_that_nobody_began(self, shared_data):
        raw = read_export(shared_data / self.CHECKBOXES)

        # Record 4 has 0 in all boxes, no text, and both forms are incomplete; record
        # 2 is incomplete, too, but has answers.
        boxes = [f"check_one___{n}" for n in (1, 2, 3, 4)]
        for name in [*boxes, "desired_result"]:
            assert raw.not_shown[name].tolist() == [False, False, False, True]

    def test_21_redcap_blank_boxes_of_a_form_exported_blank(self, export):
        text = "record_id,t___1,t___2,x,a_complete\n1,1,0,y,2\n2,,,y,0\n3,0,0,y,2\n"

        raw = read_export(export(text))

        assert raw.not_shown["t___1"].tolist() == [False, True, False]
        assert "x" not in raw.not_shown

    def test_21_redcap_survey_that_was_begun_is_not_hidden(self, shared_data):
        raw = read_export(shared_data / "redcap/survey/data.csv")

        # Record 1 opened the questionnaire on morale and didn't complete it.
        assert raw.not_shown["pmq1"].tolist() == [False, True]

    def test_21_kobo_blank_is_not_zero(self, export):
        text = f'"t";"t/py";"t/r";{META}\n"py";"1";"0";"a";"b"\n"";"";"";"c";"d"\n'

        raw = read_export(export(text))

        assert raw.frame["t/r"].iloc[0] == "0"
        assert raw.frame["t/r"].isna().tolist() == [False, True]
        assert any("only 0 in the column" in note for note in raw.notes)


class Test22PartialRows:
    def test_22_redcap_not_completed(self, shared_data):
        raw = read_export(shared_data / "redcap/survey/data.csv")

        assert raw.partial.tolist() == [True, False]

    def test_22_redcap_without_survey_does_not_tell(self, shared_data):
        raw = read_export(shared_data / "redcap/checkboxes-1/data.csv")

        assert raw.partial is None


class Test23Duplicates:
    def test_23_rows_of_one_person_stay_and_the_address_is_kept_apart(self, export):
        text = (
            "ID,Start time,Completion time,Email,Name,Role?\n"
            "1,7/27/26 19:06:23,7/27/26 19:17:10,ada@example.org,Ada,x\n"
            "2,7/27/26 19:20:23,7/27/26 19:21:10,ada@example.org,Ada,x\n"
        )

        raw = read_export(export(text))

        assert len(raw.frame) == 2
        kept_apart = [c.header for c in raw.columns if c.role is Role.IDENTITY]
        assert kept_apart == ["Email", "Name"]


# --- LimeSurvey, Qualtrics, Kaggle, SurveyMonkey, Alchemer --------------------------

LIME = '"id","submitdate","lastpage","startlanguage"'
DONE = '"{}","2026-09-01 10:00:00","3","en"'


def limesurvey(columns, *rows):
    """Write CSV as LimeSurvey: byte-order mark, quotes, NULL as nothing."""
    head = ",".join([LIME, *(f'"{column}"' for column in columns)])
    lines = [f"{DONE.format(n)},{row}" for n, row in enumerate(rows, start=1)]
    return "\ufeff" + "\r\n".join([head, *lines]) + "\r\n\r\n"


class Test05ThreeHeaderRows:
    """Newlines, HTML, entities, single-quoted pseudo-JSON."""

    TEXT = (
        "StartDate,Q1,Q2_1,Q2_2\n"
        'Start Date,"How <strong>often</strong>\nin a week?",'
        "Tools &amp; more - C &lt; C++,Tools &amp; more - <em>R</em>\n"
        "{},{},{},{}\n"
        "2026-07-18 08:28:09,3,1,\n"
    )

    @pytest.mark.parametrize(
        "written",
        ['"{{""ImportId"":""{}""}}"', "{{'ImportId': '{}'}}"],
        ids=["JSON", "single quotes"],
    )
    def test_05_rows_are_cut_after_parsing(self, export, written):
        ids = map(written.format, ("startDate", "QID1", "QID2_1", "QID2_2"))

        raw = read_export(export(self.TEXT.format(*ids)))

        assert raw.frame.index.tolist() == [4]
        assert [c.question.text for c in raw.answers()] == [
            "How often in a week?",
            "Tools & more",
            "Tools & more",
        ]
        assert [c.question.part for c in raw.answers()] == [None, "C < C++", "R"]


class Test06TwoHeaderRows:
    def test_06_legacy_drops_the_trailing_column_and_says_so(self, export):
        text = (
            "V1,V2,V8,Q1,\nResponseID,ResponseSet,StartDate,Age?,\n"
            "R_1,Default,2017-07-18 08:28:09,7,\n"
        )

        raw = read_export(export(text))

        assert raw.frame.index.tolist() == [3]
        assert dict(raw.left_out) == {"blank columns": 1}

    def test_06_kaggle_with_one_header_row_only(self, export):
        text = "Time from Start to Finish (seconds),Q1\n510,22-24\n423,30-34\n"

        raw = read_export(export(text))

        assert raw.platform == "qualtrics"
        assert len(raw.frame) == 2


class Test07QuestionAboveItsFirstColumn:
    TEXT = (
        "Respondent ID,Collector ID,Start Date,Which tools?,,,Role?\n"
        ",,,PyTorch,JAX,Other (please specify),Response\n"
        "12390574951,7,x,PyTorch,,own,Developer\n"
        "12390574952,7,x,,JAX,,Developer\n"
    )

    def test_07_filled_inside_the_block_only(self, export):
        raw = read_export(export(self.TEXT))

        pairs = [(c.question.text, c.question.part) for c in raw.answers()]
        assert pairs == [
            ("Which tools?", "PyTorch"),
            ("Which tools?", "JAX"),
            ("Which tools?", "Other (please specify)"),
            ("Role?", None),
        ]
        assert all(c.question is None for c in raw.columns[:3])

    def test_07_ids_stay_text(self, export):
        raw = read_export(export(self.TEXT))

        assert raw.frame["Respondent ID"].tolist() == ["12390574951", "12390574952"]


class Test10QuotedEquations:
    def test_10_one_mark_is_taken_off_if_limesurvey_put_it_there(self, export):
        rows = ['"\'=1+1"', "\"''=x\"", '"\'tis"', '"=x"']

        raw = read_export(export(limesurvey(["why"], *rows)))

        assert raw.frame["why"].tolist() == ["=1+1", "''=x", "'tis", "=x"]
        assert sum("taken off again: 1 cell" in note for note in raw.notes) == 1

    def test_10_elsewhere_it_stays(self, export):
        raw = read_export(export("Role,Why\nx,'=1+1\ny,z\n"))

        assert raw.frame["Why"].tolist() == ["'=1+1", "z"]


class Test12YesAndNoInOneLanguage:
    def test_12_only_where_the_whole_column_is_of_one(self, export):
        columns = ["Kaffee?", "Thé?", "Both?"]
        rows = ['"Ja","Oui","Ja"', '"Nein","Non","Non"', '"N/A","N/A","N/A"']

        raw = read_export(export(limesurvey(columns, *rows)))

        assert raw.labels == (("ja", "nein"), ("oui", "non"))
        assert set(raw.unanswered) == {"Kaffee?", "Thé?"}

    def test_12_headings_of_the_platform_in_german(self, export):
        text = (
            "Antwort ID,Datum Abgeschickt,Letzte Seite,Start-Sprache,Kaffee?\n"
            "1,2026-09-01 10:00:00,3,de,Ja\n2,,1,de,Nein\n"
        )

        raw = read_export(export(text))

        assert raw.columns[1].role is Role.SUBMITTED
        assert raw.partial.tolist() == [False, True]


class Test21NotShownSkippedOrUntickedInCells:
    def test_21_limesurvey_null_and_empty_string(self, export):
        """``,,`` is NULL: not shown or not reached. ``""`` is shown, and left."""
        columns = ["role", "tools[A]", "tools[B]"]
        rows = ['"x","Y",""', '"","",""', ",,"]

        raw = read_export(export(limesurvey(columns, *rows)))

        assert raw.not_shown["role"].tolist() == [False, False, True]
        assert raw.skipped["role"].tolist() == [False, True, False]
        assert raw.skipped["tools[B]"].tolist() == [False, True, False]
        assert raw.not_shown["tools[B]"].tolist() == [False, False, True]

    def test_21_limesurvey_not_available_is_not_shown_never_no(self, export):
        rows = ['"Yes","No"', '"N/A","N/A"', '"No","No"']

        raw = read_export(export(limesurvey(["Tools? [A]", "Tools? [B]"], *rows)))

        assert raw.not_shown["Tools? [B]"].tolist() == [False, True, False]
        assert raw.given("Tools? [B]").isna().tolist() == [False, True, False]

    def test_21_vv_says_it_in_words(self, export):
        text = (
            "Response ID\tDate submitted\tLast page\tStart language\tRole?\n"
            "id\tsubmitdate\tlastpage\tstartlanguage\trole\n"
            "1\t2026-09-01 10:00:00\t3\ten\t{question_not_shown}\n"
            "2\t2026-09-01 10:00:00\t3\ten\t\n"
        )

        raw = read_export(export(text))

        assert raw.not_shown["Role?"].tolist() == [True, False]
        assert raw.skipped["Role?"].tolist() == [False, True]

    def test_21_qualtrics_seen_but_unanswered(self, export):
        text = (
            "StartDate,Q1,Q2_1,Q2_2\nStart Date,Age?,Tools? - A,Tools? - B\n"
            "{'ImportId': 'startDate'},{'ImportId': 'QID1'},{'ImportId': 'QID2-1'},"
            "{'ImportId': 'QID2-2'}\n"
            "2026-07-18 08:28:09,-99,1,0\n2026-07-18 08:28:09,,,\n"
        )

        raw = read_export(export(text))

        assert raw.skipped["Q1"].tolist() == [True, False]
        assert raw.not_shown["Q1"].tolist() == [False, True]
        assert raw.not_shown["Q2_2"].tolist() == [False, True]

    def test_21_the_difference_reaches_the_bases(self, export):
        """Three respondents, two of them asked, one answered."""
        text = limesurvey(["role"], '"Physicist"', '""', "")
        raw = read_export(export(text))
        book = Codebook(
            file="codebook.toml",
            items=(
                Item(
                    "role",
                    "Role",
                    Kind.SINGLE,
                    header="role",
                    choices=(Choice("physicist", "Physicist"),),
                ),
            ),
        )

        responses = clean([raw], book, wave="1", rows=RowRules(empty=False))

        assert responses.states["role"].tolist() == [
            "coded answer",
            "asked, no answer",
            "not asked",
        ]


class Test22PartialAndPreviewRows:
    def test_22_limesurvey_without_submission_date(self, export):
        text = limesurvey(["role"], '"x"').replace(
            "\r\n\r\n", '\r\n"2","","1","en",\r\n'
        )

        assert read_export(export(text)).partial.tolist() == [False, True]

    def test_22_alchemer_status(self, export):
        text = (
            "Time Started,Date Submitted,Status,Role?\n"
            "2015-12-21 22:21:47,2015-12-21 22:21:51,Partial,x\n"
            "2015-12-21 22:21:47,2015-12-21 22:21:51,Complete,y\n"
        )

        assert read_export(export(text)).partial.tolist() == [True, False]

    @pytest.mark.parametrize(
        ("finished", "progress", "partial"),
        [("1", "100", False), ("True", "100", False), ("False", "40", True),
         ("0", "100", True), ("TRUE", "99", True)],
    )  # fmt: skip
    def test_22_qualtrics_finished_and_progress(
        self, export, finished, progress, partial
    ):
        text = (
            "StartDate,EndDate,ResponseId,Finished,Progress,Q1\n"
            f"2026-07-18 08:28:09,2026-07-18 08:28:09,R_1,{finished},{progress},x\n"
        )

        assert read_export(export(text)).partial.tolist() == [partial]

    @pytest.mark.parametrize("channel", ["preview", "test", "anonymous"])
    def test_22_qualtrics_channel(self, export, channel):
        text = (
            "StartDate,EndDate,ResponseId,Status,DistributionChannel,Q1\n"
            f"2026-07-18 08:28:09,2026-07-18 08:28:09,R_1,0,{channel},x\n"
        )

        assert read_export(export(text)).test.tolist() == [channel != "anonymous"]


class Test25FormEditedWhileItRan:
    def test_25_a_question_added_later_was_not_shown_before(self, export):
        """LimeSurvey keeps NULL in the rows that were there when it was added."""
        text = limesurvey(["role", "late"], '"x",', '"y",', '"z","new"', '"z",""')

        raw = read_export(export(text))

        assert raw.not_shown["late"].tolist() == [True, True, False, False]
        assert raw.skipped["late"].tolist() == [False, False, False, True]

    def test_25_two_questions_under_one_name(self, export):
        """Qualtrics: the import id tells what export tags don't."""
        text = (
            "StartDate,Q1,Q1\nStart Date,Age?,Age now?\n"
            "{'ImportId': 'startDate'},{'ImportId': 'QID1'},{'ImportId': 'QID7'}\n"
            "2026-07-18 08:28:09,3,\n"
        )

        raw = read_export(export(text))

        assert [c.question.id for c in raw.answers()] == ["QID1", "QID7"]
        assert [c.name for c in raw.answers()] == ["Q1 (column 2)", "Q1 (column 3)"]


class Test13WhatGoesWrong:
    """Lines of the table of evidence that these platforms have."""

    def test_13_formula_without_stored_value(self, workbook, sheet):
        cells = "".join(
            f'<c r="{at}1" t="str"><v>{text}</v></c>'
            for at, text in zip(
                "ABCDE", ["id", "submitdate", "lastpage", "startlanguage", "why"],
                strict=True,
            )
        )  # fmt: skip
        row = (
            '<c r="A2"><v>1</v></c><c r="B2" t="str"><v>2026-09-01 10:00:00</v></c>'
            '<c r="C2"><v>3</v></c><c r="D2" t="str"><v>en</v></c>'
            '<c r="E2" t="s"><f>SUM(A1)</f></c>'
        )
        rows = f'<row r="1">{cells}</row><row r="2">{row}</row>'

        raw = read_export(workbook(sheet(rows)))

        assert raw.platform == "limesurvey"
        assert raw.frame["why"].tolist() == ["=SUM(A1)"]

    def test_13_byte_order_mark_before_a_quote(self, export):
        raw = read_export(export(limesurvey(["role"], '"x"')))

        assert raw.columns[0].header == "id"

    def test_13_utf_16(self, export):
        text = "StartDate\tEndDate\tResponseId\tRôle\n2026-07-18\t2026-07-18\tR_1\té\n"

        raw = read_export(export(b"\xff\xfe" + text.encode("utf-16-le"), "x.tsv"))

        assert raw.platform == "qualtrics"
        assert raw.frame["Rôle"].tolist() == ["é"]

    def test_13_newlines_in_headers(self, export):
        """qualtRics #59, #82: skipping two lines isn't skipping two rows."""
        text = (
            'StartDate,Q1\nStart Date,"one\ntwo\nthree"\n'
            "{'ImportId': 'startDate'},{'ImportId': 'QID1'}\n2026-07-18 08:28:09,x\n"
        )

        raw = read_export(export(text))

        assert raw.frame["Q1"].tolist() == ["x"]
        assert raw.answers()[0].question.text == "one two three"

    def test_13_extra_fields_in_a_row(self, export):
        """qualtRics #13, #81: columns must not shift in silence."""
        text = "StartDate,EndDate,ResponseId,Q1\n2026-07-18,2026-07-18,R_1,a,b\n"

        raw = read_export(export(text))

        assert raw.frame["Q1"].tolist() == ["a"]
        assert any(note.startswith("more cells than the header") for note in raw.notes)

    @pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
    def test_13_lone_cr(self, export, end):
        """As the Star Wars file was published: no LF in it at all."""
        lines = ["RespondentID,Seen any?,Fan?", ",Response,Response", "1,Yes,No",
                 '2,"No\rreally",Yes', "3,Yes,Yes"]  # fmt: skip

        raw = read_export(export(end.join(lines) + end))

        assert raw.platform == "surveymonkey"
        assert len(raw.frame) == 3
        assert raw.frame["Seen any?"].tolist()[1] == "No\rreally"

    def test_13_legacy_bytes_are_read_as_windows_1252_and_said(self, export):
        text = b"RespondentID,Fan?\x8c\xe6\n,Response\n1,Yes\n2,No\n"

        raw = read_export(export(text))

        assert raw.encoding == "Windows-1252"
        assert raw.columns[1].header == "Fan?Œæ"
        assert sum(note.startswith("read as Windows-1252") for note in raw.notes) == 1
