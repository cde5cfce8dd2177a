"""The nastiest inputs that platforms make, by their numbers.

The numbers are those of the list that the project's readers are held against.
"""

from surveytools.reading import Answers, read_export

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
