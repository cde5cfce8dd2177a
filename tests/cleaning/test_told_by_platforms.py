"""What platforms tell of blank cells, from their bytes to the bases of tables."""

import pandas as pd
import pyreadstat

from surveytools.analysis import tabulate
from surveytools.cleaning import State, clean, load_codebook
from surveytools.reading import read_export
from surveytools.study import BaseKind

BOOK = """
[[items]]
code = "use"
header = "use"
kind = "single-response"
choices = [{ code = "yes", label = "Y" }, { code = "no", label = "N" }]

[[items]]
code = "tools"
header = "tools"
kind = "multiple-response"
asked_if = "use = yes"
choices = [{ code = "sq001", label = "Git" }, { code = "sq002", label = "CVS" }]

[[items]]
code = "why"
header = "why"
kind = "text"
optional = true
"""

# LimeSurvey writes NULL (not shown, not reached) as nothing and a blank as "".
LIMESURVEY = (
    '"id","submitdate","lastpage","startlanguage","use","tools[SQ001]","tools[SQ002]",'
    '"why"\r\n'
    '"1","2026-09-01 10:00:00","3","en","Y","Y","","fast"\r\n'
    '"2","2026-09-01 10:05:00","3","en","Y","","",""\r\n'
    '"3","2026-09-01 10:10:00","3","en","N",,,""\r\n'
    '"4","2026-09-01 10:15:00","3","en","Y",,,""\r\n'
    '"5",,"1","en","Y",,,\r\n'
    '"6",,"2","en","Y","Y","Y",\r\n'
)


def bases(responses, code):
    return {
        kind.value: int(tabulate(responses, code, base=kind).cells["base"].iloc[0])
        for kind in (BaseKind.ALL, BaseKind.ASKED, BaseKind.ANSWERED)
    }


def test_limesurvey_tells_not_shown_from_left(tmp_path):
    (tmp_path / "book.toml").write_text(BOOK)
    (tmp_path / "results-survey1.csv").write_bytes(
        b"\xef\xbb\xbf" + LIMESURVEY.encode("utf-8")
    )
    raw = read_export(tmp_path / "results-survey1.csv")

    responses = clean([raw], load_codebook(tmp_path / "book.toml"), wave="w")

    assert raw.platform == "limesurvey"
    # shown to 1, 2 and 6; to 4 not, although the rule says so; 5 didn't get there
    assert bases(responses, "use") == {"all": 6, "asked": 6, "answered": 6}
    assert bases(responses, "tools") == {"all": 6, "asked": 3, "answered": 2}
    assert responses.states["why"].tolist() == [
        State.TEXT,
        State.NO_ANSWER,
        State.NO_ANSWER,
        State.NO_ANSWER,
        State.NOT_ASKED,
        State.NOT_ASKED,
    ]
    (finding,) = responses.findings.to_dict("records")
    assert (finding["kind"], finding["row"], finding["item"]) == (
        "not shown though asked",
        5,
        "tools",
    )
    assert responses.rows == {"read": 6, "kept": 6, "partial": 2}


# Kaggle-like and SurveyMonkey files repeat the option; both rows of headers count.
SURVEYMONKEY = (
    "Respondent ID,Collector ID,Start Date,End Date,Tools?,,,Why?\r\n"
    ",,,,Git,CVS,Other (please specify),Open-Ended Response\r\n"
    "12390574951,4001,2026-09-01 10:00:00,2026-09-01 10:01:00,Git,,svn,fast\r\n"
    "12390574952,4001,2026-09-01 10:00:00,2026-09-01 10:01:00,,,,x\r\n"
    "12390574953,4001,2026-09-01 10:00:00,2026-09-01 10:01:00,,CVS,,\r\n"
)


def test_surveymonkey_text_of_other_counts_without_a_box(tmp_path):
    (tmp_path / "book.toml").write_text(
        '[[items]]\ncode = "tools"\nheader = "Tools?"\nkind = "multiple-response"\n'
        'choices = [{ code = "git", label = "Git" }, { code = "cvs", label = "CVS" },'
        ' { code = "other", label = "Other (please specify)", write_in = true }]\n'
        '[[items]]\ncode = "why"\nheader = "Why?"\nkind = "text"\n'
    )
    (tmp_path / "export.csv").write_bytes(SURVEYMONKEY.encode("utf-8"))
    raw = read_export(tmp_path / "export.csv")

    responses = clean([raw], load_codebook(tmp_path / "book.toml"), wave="w")

    assert raw.platform == "surveymonkey"
    assert bases(responses, "tools") == {"all": 3, "asked": 3, "answered": 2}
    cells = tabulate(responses, "tools").cells
    assert cells["count"].tolist() == [1, 1, 1]


# The shape of REDCapR's checkboxes-1 and survey projects: a form's time, fields, state.
REDCAP = (
    "record_id,redcap_survey_identifier,form_timestamp,use,tools___sq001,"
    "tools___sq002,form_complete\n"
    "1,,2026-09-01 10:00:00,yes,1,0,2\n"
    "2,,2026-09-01 10:05:00,yes,0,0,2\n"
    "3,,2026-09-01 10:10:00,no,0,0,2\n"
)


def test_redcap_boxes_without_a_tick_are_unknown_unless_a_rule_says_more(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(REDCAP, encoding="utf-8")
    raw = read_export(path)
    assert raw.platform == "redcap"
    tools = {}
    for name, book in (("ruled", BOOK), ("free", BOOK.replace("asked_if", "# "))):
        (tmp_path / name).write_text(book)
        responses = clean([raw], load_codebook(tmp_path / name), wave="w")
        tools[name] = responses.states["tools"].tolist()

    # record 2 uses some, so tools was shown; record 3 doesn't
    assert tools["ruled"] == [State.ANSWERED, State.NO_ANSWER, State.NOT_ASKED]
    assert tools["free"] == [State.ANSWERED, State.UNKNOWN, State.UNKNOWN]


def test_system_missing_values_of_spss_are_unknown(tmp_path):
    use, numbers = [1.0, None, 99.0, 2.0], [1.0, 2.0, None, 4.0]
    frame = pd.DataFrame({"use": use, "n": numbers, "why": ["a", "b", "c", "d"]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "export.sav",
        variable_value_labels={"use": {1: "Y", 2: "N", 99: "Refused"}},
        missing_ranges={"use": [99]},
    )
    (tmp_path / "book.toml").write_text(
        '[[items]]\ncode = "use"\nheader = "use"\nkind = "single-response"\n'
        'choices = [{ code = "1", label = "Y" }, { code = "2", label = "N" }]\n'
        'missing_texts = ["99"]\n'
        '[[items]]\ncode = "n"\nheader = "n"\nkind = "number"\n'
        '[[items]]\ncode = "why"\nheader = "why"\nkind = "text"\n'
    )
    raw = read_export(tmp_path / "export.sav")

    responses = clean([raw], load_codebook(tmp_path / "book.toml"), wave="w")

    # 99 was given to somebody who was asked; a system-missing value may be either
    assert bases(responses, "use") == {"all": 4, "asked": 3, "answered": 2}
    assert responses.states["n"].tolist()[2] == State.UNKNOWN
    assert sum("system-missing" in note for note in raw.notes) == 1
