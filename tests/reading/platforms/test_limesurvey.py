"""LimeSurvey exports, written out byte by byte after its own source.

CSV: ``application/helpers/admin/export/CsvWriter.php`` (byte-order mark, every value in
quotation marks but NULL, CR LF); XLSX: ``ExcelWriter.php`` over XLSXWriter (texts that
begin with ``=`` are formulas of type ``s`` without a value); VV: ``vvexport`` of
``application/controllers/admin/Export.php``.
"""

import csv
from collections import Counter

import pytest

from surveytools.errors import ExportError
from surveytools.reading import PLATFORMS, Answers, Role, read_export

BOM = b"\xef\xbb\xbf"

CODES = [
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "seed",
    "startdate",
    "datestamp",
    "ipaddr",
    "refurl",
    "role",
    "role[other]",
    "tools[SQ001]",
    "tools[SQ001comment]",
    "tools[SQ002]",
    "tools[other]",
    "sat[SQ001]",
    "sat[SQ002]",
    "grid[SQ001_SQ002]",
    "dual[SQ001][1]",
    "dual[SQ001][2]",
    "first[1]",
    "first[2]",
    "cv",
    "cv[filecount]",
    "why",
]
WORDS = [
    "Response ID", "Date submitted", "Last page", "Start language", "Seed",
    "Date started", "Date last action", "IP address", "Referrer URL",
    "Your role?", "Your role? [Other]",
    "Tools? [PyTorch]", "Tools? [PyTorch][Comment]", "Tools? [JAX]", "Tools? [Other]",
    "Satisfied with: [Support]", "Satisfied with: [Storage]", "Hours [GPU][weekday]",
    "Rate [Disk][Scale 1]", "Rate [Disk][Scale 2]",
    "Order these [Rank 1]", "Order these [Rank 2]",
    "Upload", "filecount - Upload", "Why?",
]  # fmt: skip

SHORT = [
    ["1", "2026-09-01 10:00:00", "3", "en", "1804289383", "2026-09-01 09:50:00",
     "2026-09-01 10:00:00", "192.0.2.1", "https://example.org/", "A1", "",
     "Y", "fast", "", "", "1", "5", "12", "A1", "A2", "A2", "A1", "", "0",
     "line\nbreak"],
    ["2", None, "1", "de", "846930886", "2026-09-01 09:55:00", "2026-09-01 09:56:00",
     "192.0.2.2", "", "-oth-", "welder", None, None, None, None, None, None, None, None,
     None, None, None, None, None, None],
    ["3", "2026-09-01 11:00:00", "3", "en", "1681692777", "2026-09-01 10:50:00",
     "2026-09-01 11:00:00", "192.0.2.3", "", "", "", "", "", "", "", "2", "", "", "",
     "", "A1", "A2", "", "0", "N/A"],
]  # fmt: skip
LONG = [
    ["1", "2026-09-01 10:00:00", "3", "en", "1804289383", "2026-09-01 09:50:00",
     "2026-09-01 10:00:00", "192.0.2.1", "https://example.org/", "Physicist", "",
     "Yes", "fast", "No", "", "Good", "Bad", "12", "Low", "High", "JAX", "PyTorch", "",
     "0", "line\nbreak"],
    ["2", None, "1", "de", "846930886", "2026-09-01 09:55:00", "2026-09-01 09:56:00",
     "192.0.2.2", "", "Other", "welder", "N/A", None, "N/A", None, None, None, None,
     None, None, None, None, None, None, None],
    ["3", "2026-09-01 11:00:00", "3", "en", "1681692777", "2026-09-01 10:50:00",
     "2026-09-01 11:00:00", "192.0.2.3", "", "", "", "No", "", "No", "", "Bad", "", "",
     "", "", "PyTorch", "JAX", "", "0", "N/A"],
]  # fmt: skip


def written(header, rows, mark=","):
    """Write what CsvWriter.php writes: NULL is nothing, an empty string is ``""``."""

    def cell(value):
        return "" if value is None else '"' + value.replace('"', '""') + '"'

    lines = [mark.join(map(cell, row)) for row in (header, *rows)]
    return BOM + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def column(raw, header):
    (found,) = [c for c in raw.columns if c.header == header]
    return found


def told(raw, header):
    question = column(raw, header).question
    return question.text, question.part, question.answers


ROLES = {
    0: Role.METADATA,
    1: Role.SUBMITTED,
    2: Role.COMPLETENESS,
    3: Role.LANGUAGE,
    4: Role.METADATA,
    5: Role.STARTED,
    6: Role.METADATA,
    7: Role.IDENTITY,
    8: Role.METADATA,
    23: Role.METADATA,
}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("header", "rows"), [(CODES, SHORT), (WORDS, LONG)], ids=["codes", "words"]
)
def test_roles_rows_and_cells(export, header, rows, mark):
    raw = read_export(export(written(header, rows, mark)))

    assert raw.platform == "limesurvey"
    assert len(raw.frame) == 3
    assert [c.role for c in raw.columns] == [
        ROLES.get(at, Role.ANSWER) for at in range(25)
    ]
    assert raw.partial.tolist() == [False, True, False]
    assert raw.test is None
    for at, each in enumerate(raw.columns):
        blank_is_none = [row[at] or None for row in rows]
        cells = raw.frame[each.name]
        assert cells.astype(object).where(cells.notna(), None).tolist() == blank_is_none


def test_codes_say_question_and_part(export):
    raw = read_export(export(written(CODES, SHORT)))

    assert (raw.certainty, raw.reason) == (
        "certain",
        "it has the columns 'id', 'submitdate', 'lastpage', 'startlanguage'",
    )
    assert told(raw, "role") == ("role", None, None)
    assert told(raw, "role[other]") == ("role", "other", Answers.WRITE_IN)
    assert told(raw, "tools[SQ001]") == ("tools", "SQ001", Answers.OPTION)
    assert told(raw, "tools[SQ002]")[2] is Answers.OPTION
    comment = ("tools", "SQ001, comment", Answers.WRITE_IN)
    assert told(raw, "tools[SQ001comment]") == comment
    assert told(raw, "grid[SQ001_SQ002]")[:2] == ("grid", "SQ001, SQ002")
    assert told(raw, "dual[SQ001][2]")[:2] == ("dual [Scale 2]", "SQ001")
    assert column(raw, "sat[SQ001]").question.id == "sat"
    assert column(raw, "cv[filecount]").role is Role.METADATA


def test_full_headings_say_question_and_part(export):
    raw = read_export(export(written(WORDS, LONG)))

    assert raw.certainty == "strong"
    assert raw.reason.endswith("(the first is headed 'Response ID')")
    assert told(raw, "Your role? [Other]") == ("Your role?", "Other", Answers.WRITE_IN)
    assert told(raw, "Tools? [JAX]") == ("Tools?", "JAX", Answers.OPTION)
    comment = ("Tools?", "PyTorch, Comment", Answers.WRITE_IN)
    assert told(raw, "Tools? [PyTorch][Comment]") == comment
    assert told(raw, "Satisfied with: [Support]")[1:] == ("Support", Answers.ROW)
    assert told(raw, "Rate [Disk][Scale 1]")[:2] == ("Rate [Scale 1]", "Disk")
    assert told(raw, "Order these [Rank 2]")[1:] == ("Rank 2", Answers.RANK)
    ids = {column(raw, h).question.id for h in WORDS[10:15]}
    assert ids == {"Your role?", "Tools?"}


def test_expression_manager_codes_have_no_brackets(export):
    """``viewHelper::getFieldCode`` with LEMcompat; scales are then counted from 0."""
    codes = [
        code.replace("[1]", "_0").replace("[2]", "_1")
        if code.startswith("dual")
        else code
        for code in CODES
    ]
    codes = [code.replace("[", "_").replace("]", "") for code in codes]

    raw = read_export(export(written(codes, SHORT)))

    assert told(raw, "tools_SQ001") == ("tools", "SQ001", Answers.OPTION)
    assert told(raw, "tools_SQ001comment")[1] == "SQ001, comment"
    assert told(raw, "dual_SQ001_0")[:2] == ("dual [Scale 1]", "SQ001")
    assert told(raw, "grid_SQ001_SQ002")[:2] == ("grid", "SQ001, SQ002")
    assert column(raw, "role_other").question.answers is Answers.WRITE_IN


@pytest.mark.parametrize("between", [". ", "._.", " - ", ": "])
def test_codes_and_texts_with_any_separator(export, between):
    header = [f"{code}{between}{word}" for code, word in zip(CODES, WORDS, strict=True)]

    raw = read_export(export(written(header, LONG)))

    assert raw.platform == "limesurvey"
    if between != " - ":  # blanks before the mark make it no code
        assert [c.role for c in raw.columns[:9]] == [ROLES[at] for at in range(9)]
        assert told(raw, header[13]) == ("Tools?", "JAX", Answers.OPTION)
        assert column(raw, header[13]).question.id == "tools"


def test_published_file_without_own_columns(export):
    """As rse2017: only ``code[SQ001]. text [option]`` is left to tell it by."""
    header = ["socio1. In which country?", "rse3[SQ001]. Who uses it? []",
              "t[1]. Tools? [A]", "t[2]. Tools? [B]"]  # fmt: skip
    rows = [["Canada", "2", "Yes", "No"], ["Canada", "3", "No", "Yes"]]

    raw = read_export(export(written(header, rows)))

    assert (raw.platform, raw.certainty) == ("limesurvey", "strong")
    assert "code, '.' and a text" in raw.reason
    assert told(raw, header[1])[:2] == ("Who uses it?", None)
    assert told(raw, header[3]) == ("Tools?", "B", Answers.OPTION)
    assert raw.partial is None


def test_numbered_questions_are_no_codes(export):
    raw = read_export(export("Q1. Role?,Q2. Years?,Q3. Why?\nx,1,y\n"))

    assert raw.platform == "generic"


def test_own_columns_in_german(export):
    """Headings as in exports that people read by these names."""
    header = ["Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache",
              "Zufallsgeneratorstartwert", "Datum gestartet", "Datum letzte Aktivität",
              "IP-Adresse", "Weiterleitungs-URL",
              "Mögen Sie Kaffee?", "Womit? [Milch]", "Womit? [Zucker]",
              "Womit? [Sonstiges]"]  # fmt: skip
    rows = [
        [*LONG[0][:9], "Ja", "Ja", "Nein", "Honig"],
        [*LONG[2][:9], "N/A", "N/A", "N/A", ""],
    ]

    raw = read_export(export(written(header, rows)))

    assert [c.role for c in raw.columns[:9]] == [ROLES[at] for at in range(9)]
    assert told(raw, "Womit? [Sonstiges]")[2] is Answers.WRITE_IN
    assert raw.labels == (("ja", "nein"),)
    assert raw.not_shown["Womit? [Milch]"].tolist() == [False, True]
    assert raw.unanswered["Mögen Sie Kaffee?"].tolist() == [False, True]


def test_own_columns_in_a_language_that_is_not_known(export):
    """In Polish; the cells of the first four columns give them away."""
    header = ["ID odpowiedzi", "Data wysłania", "Ostatnia strona", "Język początkowy",
              "Ziarno", "Data rozpoczęcia", "Data ostatniej akcji", "Adres IP",
              "Adres URL", "Rola?", "Dlaczego?"]  # fmt: skip
    rows = [[*row[:9], "a", "b"] for row in LONG]

    raw = read_export(export(written(header, rows)))

    assert (raw.platform, raw.certainty) == ("limesurvey", "strong")
    assert [c.role for c in raw.columns[:9]] == [ROLES[at] for at in range(9)]
    assert [c.header for c in raw.answers()] == ["Rola?", "Dlaczego?"]


def test_null_is_not_shown_and_an_empty_string_is_skipped(export):
    raw = read_export(export(written(CODES, SHORT)))

    assert raw.not_shown["sat[SQ001]"].tolist() == [False, True, False]
    assert raw.skipped["sat[SQ002]"].tolist() == [False, False, True]
    assert raw.skipped["why"].tolist() == [False, False, False]
    # An option that wasn't ticked beside one that was is an answer: no.
    assert raw.skipped["tools[SQ002]"].tolist() == [False, False, True]
    assert raw.not_shown["tools[SQ002]"].tolist() == [False, True, False]
    assert not any("blank cells" in note for note in raw.notes)


def test_a_file_that_was_saved_again_does_not_tell(export):
    rows = "\n".join(",".join(v or "" for v in row[:-1]) for row in SHORT)
    raw = read_export(export(f"{','.join(CODES[:-1])}\n{rows}\n"))

    assert not raw.skipped
    assert not raw.not_shown
    assert (
        sum("doesn't tell a question that was not shown" in n for n in raw.notes) == 1
    )


def test_n_a_is_the_platforms_mark_in_options_and_an_answer_in_text(export):
    raw = read_export(export(written(WORDS, LONG)))

    assert raw.not_shown["Tools? [PyTorch]"].tolist() == [False, True, False]
    assert "Why?" not in raw.unanswered
    assert raw.given("Why?").tolist()[2] == "N/A"


def test_n_a_of_a_yes_no_question_is_skipped_or_not_shown(export):
    header = [*WORDS[:9], "Any GPU?", "Gender?", "Agree?"]
    rows = [
        [*LONG[0][:9], "Yes", "Female", "Yes"],
        [*LONG[1][:9], "N/A", "N/A", "N/A"],
        [*LONG[2][:9], "No", "Male", "Perhaps"],
    ]

    raw = read_export(export(written(header, rows)))

    assert raw.unanswered["Any GPU?"].tolist() == [False, True, False]
    assert raw.unanswered["Gender?"].tolist() == [False, True, False]
    assert raw.given("Any GPU?").isna().tolist() == [False, True, False]
    assert "Agree?" not in raw.unanswered
    (note,) = [n for n in raw.notes if n.startswith("N/A in a yes-no")]
    assert note.endswith("the file doesn't tell which: 2 columns")


def test_survey_without_dates_writes_1980(export):
    rows = [[r[0], "1980-01-01 00:00:00" if r[1] else None, *r[2:]] for r in SHORT]

    raw = read_export(export(written(CODES, rows)))

    assert raw.partial.tolist() == [False, True, False]
    assert raw.frame["submitdate"].isna().all()
    assert any(note.endswith("left out: 2") for note in raw.notes)


def test_quoted_equations_lose_their_mark_again(export):
    rows = [[*row[:-1], text] for row, text in zip(
        SHORT, ["'=1+1", "'quoted'", "'=A1"], strict=True)]  # fmt: skip

    raw = read_export(export(written(CODES, rows)))

    assert raw.frame["why"].tolist() == ["=1+1", "'quoted'", "=A1"]
    assert any("before = was taken off again: 2 cells" in note for note in raw.notes)


def test_answers_that_begin_with_an_equals_sign_in_xlsx(workbook, sheet):
    """XLSXWriter writes ``t="s"`` with a formula and no value."""

    def row(number, texts):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" t="s"><f>{text[1:]}</f></c>'
            if text.startswith("=")
            else f'<c r="{chr(65 + at)}{number}" t="str"><v>{text}</v></c>'
            for at, text in enumerate(texts)
        )
        return f'<row r="{number}">{cells}</row>'

    header = ["id", "submitdate", "lastpage", "startlanguage", "why"]
    rows = [row(1, header), row(2, ["1", "2026-09-01 10:00:00", "1", "en", "=1+1"])]

    raw = read_export(workbook(sheet("".join(rows))))

    assert raw.platform == "limesurvey"
    assert raw.frame["why"].tolist() == ["=1+1"]


VV = (
    "Response ID\tDate submitted\tLast page\tStart language\tRole?\t"
    "Tools? (A)\tTools? (B)\tWhy?\r\n"
    "id\tsubmitdate\tlastpage\tstartlanguage\trole\ttools_SQ001\ttools_SQ002\twhy\n"
    '1\t"2026-09-01 10:00:00"\t2\ten\tA1\tY\t\t"one{newline}two{tab}{lbrace}newline}"\n'
    "2\t{question_not_shown}\t1\ten\t\t{question_not_shown}\t{question_not_shown}\t"
    '{quote}so"\n'
)


def test_vv_has_two_header_rows_marks_and_escapes(export):
    """Written by ``fputcsv`` with tabs: quotes where a blank stands in a value."""
    raw = read_export(export(VV.replace('{quote}so"', "{quote}so"), "vvexport_1.csv"))

    assert (raw.platform, raw.certainty) == ("limesurvey", "certain")
    assert "(VV)" in raw.reason
    assert raw.frame.index.tolist() == [3, 4]
    assert [c.role for c in raw.columns[:4]] == [ROLES[at] for at in range(4)]
    assert raw.partial.tolist() == [False, True]
    assert raw.frame["Why?"].tolist() == ["one\ntwo\t{newline}", '"so']
    assert told(raw, "Tools? (B)") == ("Tools?", "B", Answers.OPTION)
    assert raw.not_shown["Tools? (A)"].tolist() == [False, True]
    assert raw.given("Tools? (A)").isna().tolist() == [False, True]
    assert raw.skipped["Role?"].tolist() == [False, True]
    assert raw.skipped["Tools? (B)"].tolist() == [False, False]


def test_attributes_and_timings_are_no_answers(export):
    header = ["id", "submitdate", "lastpage", "startlanguage", "token", "firstname",
              "lastname", "email", "attribute_1", "q1", "interviewtime",
              "groupTime8020", "q1Time"]  # fmt: skip
    rows = [["1", "2026-09-01 10:00:00", "1", "en", "Xy12", "Ada", "L", "a@b.ch", "EP",
             "x", "12.1", "12", "3"]]  # fmt: skip

    raw = read_export(export(written(header, rows)))

    assert [c.header for c in raw.answers()] == ["q1"]
    personal = {c.header for c in raw.columns if c.role is Role.IDENTITY}
    assert personal == {"token", "firstname", "lastname", "email"}


def test_yes_and_no_are_no_languages(export):
    text = "Nr,When,Age,Smokes,Weight\n1,2026-09-01 10:00,31,no,70\n2,,40,yes,80\n"

    assert read_export(export(text)).platform == "generic"


def test_own_columns_that_were_not_exported(export):
    """The dialog lets people choose; two that nobody else writes are enough."""
    header = [CODES[1], CODES[3], *CODES[9:]]
    rows = [[row[1], row[3], *row[9:]] for row in SHORT]

    raw = read_export(export(written(header, rows)))

    assert (raw.platform, raw.certainty) == ("limesurvey", "strong")
    assert [c.role for c in raw.columns[:3]] == [ROLES[1], ROLES[3], Role.ANSWER]
    assert told(raw, "tools[SQ002]") == ("tools", "SQ002", Answers.OPTION)


def test_codes_without_any_own_column_are_a_weak_sign(export):
    raw = read_export(export(written(CODES[9:], [row[9:] for row in SHORT])))

    assert (raw.platform, raw.certainty) == ("limesurvey", "weak")
    assert told(raw, "tools[SQ002]") == ("tools", "SQ002", Answers.OPTION)


def test_names_with_underscores_are_everybodys(export):
    text = "roles_roles,roles_keywords,roles_primary\na,b,c\nd,e,f\n"

    assert read_export(export(text)).platform == "generic"


def test_option_that_is_called_other(export):
    header = [*WORDS[:4], "Tools? [A]", "Tools? [Other]"]
    rows = [["1", "2026-09-01 10:00:00", "1", "en", "Yes", "No"]]

    raw = read_export(export(written(header, rows)))

    assert told(raw, "Tools? [Other]") == ("Tools?", "Other", Answers.OPTION)


def test_abbreviated_headings_are_said(export):
    """``viewHelper::ellipsize`` with ``..`` at the end."""
    header = [*WORDS[:4], "How often do yo.. [PyTorch]", "How often do yo.. [Tensor..]"]
    rows = [["1", "2026-09-01 10:00:00", "1", "en", "Yes", "No"]]

    raw = read_export(export(written(header, rows)))

    assert told(raw, header[5])[:2] == ("How often do yo..", "Tensor..")
    assert sum("abbreviated" in note for note in raw.notes) == 1


def test_same_question_twice_without_codes(export):
    header = [*WORDS[:4], "Tools? [A]", "Tools? [B]", "Tools? [A]", "Tools? [B]"]
    rows = [["1", "2026-09-01 10:00:00", "1", "en", "Yes", "No", "No", "Yes"]]

    raw = read_export(export(written(header, rows)))

    ids = [c.question.id for c in raw.answers()]
    assert ids == ["Tools?", "Tools?", "Tools? (2)", "Tools? (2)"]


def test_tags_entities_and_blanks_of_headings(export):
    header = [*WORDS[:4], "Media?  [Videos &amp; <b>Podcasts</b>]", "Media?  [Books]",
              "Size_of_your_team?_[Physicists]", "Size_of_your_team?_[Engineers]",
              "Length [cm]"]  # fmt: skip
    rows = [["1", "2026-09-01 10:00:00", "1", "en", "Yes", "No", "3", "4", "12"]]

    raw = read_export(export(written(header, rows)))

    assert told(raw, header[4])[:2] == ("Media?", "Videos & Podcasts")
    assert column(raw, header[4]).header == header[4]
    assert told(raw, header[6])[:2] == ("Size_of_your_team?", "Physicists")
    assert told(raw, "Length [cm]")[:2] == ("Length [cm]", None)


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="those of a LimeSurvey export"):
        read_export(export("Role,Years\nx,3\n"), platform="limesurvey")


def test_google_grid_is_told_by_its_times(export):
    rows = "11/17/2020 18:23:58,Good,Bad\n11/17/2020 18:24:58,Bad,Bad\n"
    raw = read_export(export(f"Timestamp,Rate [A],Rate [B]\n{rows}"))

    assert raw.platform == "google"


def test_bracketed_headers_alone_are_a_weak_sign(export):
    raw = read_export(export("Nr,Rate [A],Rate [B]\n1,Yes,N/A\n2,No,Yes\n"))

    assert (raw.platform, raw.certainty) == ("limesurvey", "weak")
    # Of another platform, it may be what somebody answered.
    assert not raw.not_shown
    assert not raw.unanswered


REAL = [("can", 110, 62), ("de", 325, 248)]


@pytest.mark.parametrize(("country", "rows", "columns"), REAL)
def test_rse2017_question_and_part_of_every_column(shared_data, country, rows, columns):
    """Beside a parse that knows nothing but this survey's headers."""
    path = shared_data / "rse2017" / country / "public_data.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))

    raw = read_export(path)

    assert (raw.platform, raw.certainty) == ("limesurvey", "strong")
    assert raw.frame.shape == (rows, columns)
    assert raw.columns[0].role is Role.METADATA
    for one, text in zip(raw.columns[1:], header[1:], strict=True):
        code, rest = text.split(". ", 1)
        code, bracket, _ = code.partition("[")
        part = None
        if bracket and rest.endswith("]"):
            rest, _, part = rest[:-1].rpartition("[")
        assert one.role is Role.ANSWER
        assert one.question.id == code
        assert one.question.text == (" ".join(rest.split()) or code)
        assert one.question.part == (" ".join(part.split()) if part else None)


def test_rse2017_kinds(shared_data):
    raw = read_export(shared_data / "rse2017" / "de" / "public_data.csv")

    kinds = {}
    for each in raw.answers():
        kinds.setdefault(each.question.id, Counter())[each.question.answers] += 1
    assert kinds["currentEmp13"] == {Answers.OPTION: 65}
    assert kinds["tool4can"] == {Answers.OPTION: 36}
    assert kinds["prevEmp2"] == {Answers.RANK: 5}
    assert kinds["likert2"] == {Answers.ROW: 20}
    assert kinds["ukrse2"] == {Answers.OPTION: 4}  # one of them is labelled N/A
    assert raw.labels == (("yes", "no"),)


def test_platform_is_registered():
    assert "limesurvey" in PLATFORMS
