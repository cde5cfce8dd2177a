"""Google Forms: sheets in other languages, grids, quizzes; rows by hand."""

from datetime import datetime

import openpyxl
import pytest

from surveytools.cleaning import draft_codebook
from surveytools.reading import Answers, Role, read_export

FORM = "2020/10/06 1:12:44 pm GMT"
SHEET = "11/17/2020 18:23:58"


def roles(raw):
    return {c.header: c.role for c in raw.columns if c.role is not Role.ANSWER}


def test_workbook_of_a_japanese_sheet(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "フォームの回答 1"
    sheet.append(["タイムスタンプ", "メールアドレス", "スコア", "役割"])
    sheet.append([datetime(2026, 1, 2, 3, 4, 5), "a@example.org", 7, "物理学者"])
    sheet.cell(2, 3).number_format = '0" / 10"'
    path = tmp_path / "responses.xlsx"
    book.save(path)

    raw = read_export(path)

    assert (raw.platform, raw.certainty) == ("google", "strong")
    assert roles(raw) == {
        "タイムスタンプ": Role.SUBMITTED,
        "メールアドレス": Role.IDENTITY,
        "スコア": Role.METADATA,
    }


def test_question_called_score_stays_an_answer(export):
    text = f"Timestamp,Role,Team,Score\n{SHEET},x,a,7\n{SHEET},y,b,9\n"

    assert "Score" in [c.header for c in read_export(export(text)).answers()]


class TestGrids:
    def test_rows_of_a_grid(self, export):
        text = (
            "Timestamp,How good?  [Support],How good?  [Speed],Other [x]\n"
            f"{SHEET},good,bad,1\n{SHEET},bad,good,2\n"
        )

        raw = read_export(export(text))

        told = [(c.question.text, c.question.part) for c in raw.columns if c.question]
        assert told == [("How good?", "Support"), ("How good?", "Speed")]
        assert {c.question.answers for c in raw.columns if c.question} == {Answers.ROW}
        assert 'kind = "matrix"' in draft_codebook(raw)

    @pytest.mark.parametrize(("time", "joint"), [(FORM, ";"), (SHEET, ", ")])
    def test_rows_in_which_several_can_be_ticked(self, export, time, joint):
        cells = [["am", "pm"], ["am"], ["pm", "night"], ["night"]]
        rows = "".join(f'{time},"{joint.join(c)}","{c[0]}"\n' for c in cells)

        raw = read_export(export(f"Timestamp,When? [Mon],When? [Tue]\n{rows}"))

        told = {c.question.answers for c in raw.columns if c.question}
        assert told == {Answers.SEVERAL}
        assert draft_codebook(raw).count('kind = "multiple-response"') == 2

    def test_real_grids(self, shared_data):
        raw = read_export(shared_data / "sheffield/sheffield.csv")

        parts = [c.question.part for c in raw.columns if c.question]
        headers = [c.header for c in raw.columns if c.question]
        assert len(parts) > 2
        assert all(f"[{p}]" in h for p, h in zip(parts, headers, strict=True))


@pytest.mark.parametrize(
    ("times", "note"),
    [
        ([FORM, FORM], "times are in the zone GMT"),
        ([FORM, FORM.replace("GMT", "BST")], "times are in 2 zones: BST, GMT"),
        ([SHEET, SHEET], "times have no zone: they are in that of the sheet"),
    ],
)
def test_zone_is_said(export, times, note):
    rows = "".join(f"{time},x\n" for time in times)

    assert note in read_export(export(f"Timestamp,Role\n{rows}")).notes
