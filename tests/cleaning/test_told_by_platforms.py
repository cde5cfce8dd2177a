"""What platforms tell of blank cells, from their bytes to the bases of tables."""

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
