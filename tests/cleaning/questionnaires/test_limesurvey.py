"""LimeSurvey's structure files, of the kinds that LimeSurvey itself writes.

The bytes are written by hand after real files. With texts in the tables (DBVersion
365): jerome-pfeiffer1/modeling-languages-for-digital-twins,
``limesurvey_survey_222232.lss``. With ``*_l10ns`` tables (DBVersion 485 and 495):
LimeSurvey's own test data, ``limesurvey_survey_allinoneCondition.lss`` and
``survey-dual-scale-question-api-test.lss``. What an import reads of a tab-separated
structure is ``TSVImportSurvey`` in LimeSurvey's ``import_helper.php``.
"""

import csv

import pytest

from surveytools.cleaning import Kind, Missing, check_codebook, clean, load_codebook
from surveytools.cleaning.questionnaires.export import export_codebook
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.errors import ExportError
from surveytools.reading import read_export
from surveytools.study import load_catalogue, load_units


def table(name, *rows):
    cells = (
        "".join(
            f"<{k}><![CDATA[{v}]]></{k}>" if v else f"<{k}/>" for k, v in row.items()
        )
        for row in rows
    )
    body = "".join(f"<row>{row}</row>" for row in cells)
    return f"<{name}><fields/><rows>{body}</rows></{name}>"


def lss(version, languages, *tables):
    spoken = "".join(f"<language>{code}</language>" for code in languages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<document>\n'
        "<LimeSurveyDocType>Survey</LimeSurveyDocType>"
        f"<DBVersion>{version}</DBVersion><languages>{spoken}</languages>"
        f"{''.join(tables)}</document>"
    )


def answer(qid, code, text, order, *, scale=0, value=0):
    keys = "qid code answer sortorder assessment_value language scale_id"
    cells = (qid, code, text, order, value, "de", scale)
    return dict(zip(keys.split(), map(str, cells), strict=True))


def question(qid, kind, title, text, order, **more):
    return {
        "qid": str(qid),
        "parent_qid": "0",
        "gid": "97",
        "type": kind,
        "title": title,
        "question": text,
        "other": "N",
        "question_order": str(order),
        "language": "de",
        "relevance": "1",
        **more,
    }


OLD = lss(
    365,
    ["de"],
    table(
        "answers",
        answer(483, "A01", " Stimme vollständig zu", 1, value=2),
        answer(483, "A02", " Stimme eher zu", 2, value=1),
        answer(483, "A05", "Weiß nicht", 5),
        answer(500, "J", "Ja, &amp; gern", 1),
        answer(500, "N", "Nein", 2),
    ),
    table("groups", {"gid": "97", "group_order": "1", "language": "de"}),
    table(
        "questions",
        question(500, "L", "nutzt", "<p>Nutzen Sie das?</p>", 1, other="Y"),
        question(
            483,
            "F",
            "meinung",
            "<b>Wie sehr</b> stimmen<br>Sie zu?",
            2,
            relevance='((222232X97X500.NAOK == "J"))',
        ),
        question(501, "M", "was", "Was nutzen Sie?", 3, relevance='nutzt.NAOK != "N"'),
        question(502, "N", "zahl", "Wie viele?", 4, relevance='was_SQ001.NAOK == "Y"'),
        question(503, "T", "text", "Warum?", 5, relevance="is_empty(zahl.NAOK)"),
        question(504, "X", "dank", "Danke!", 6),
    ),
    table(
        "subquestions",
        question(901, "T", "SQ001", "Werkzeuge", 1, parent_qid="501"),
        question(902, "T", "SQ002", "Daten", 2, parent_qid="501"),
        question(903, "T", "SQ001", "Es hilft", 1, parent_qid="483"),
        question(904, "T", "SQ002", "Es stört", 2, parent_qid="483"),
    ),
    table(
        "question_attributes",
        {"qid": "501", "attribute": "max_answers", "value": "1", "language": ""},
        {"qid": "502", "attribute": "min_num_value_n", "value": "0", "language": ""},
    ),
    table("surveys", {"sid": "222232", "language": "de"}),
    table(
        "surveys_languagesettings",
        {"surveyls_language": "de", "surveyls_title": "Umfrage &amp; mehr"},
    ),
)
NEW = lss(
    495,
    ["en", "fr"],
    table(
        "answers",
        {"aid": "13", "qid": "3", "code": "1", "sortorder": "0", "scale_id": "0"},
        {"aid": "14", "qid": "3", "code": "2", "sortorder": "1", "scale_id": "0"},
    ),
    table(
        "answer_l10ns",
        {"id": "1", "aid": "13", "answer": "Good", "language": "en"},
        {"id": "2", "aid": "13", "answer": "Bon", "language": "fr"},
        {"id": "3", "aid": "14", "answer": "Bad", "language": "en"},
        {"id": "4", "aid": "14", "answer": "Mauvais", "language": "fr"},
    ),
    table(
        "groups",
        {"gid": "1", "group_order": "0", "grelevance": "1"},
        {"gid": "2", "group_order": "1", "grelevance": '(Q4.NAOK == "Y")'},
    ),
    table(
        "questions",
        {"qid": "3", "parent_qid": "0", "gid": "2", "type": "L", "title": "Q00"},
        {"qid": "4", "parent_qid": "0", "gid": "1", "type": "Y", "title": "G01Q01"},
    ),
    table("subquestions"),
    table(
        "question_l10ns",
        {"id": "3", "qid": "3", "question": "How is it?", "language": "en"},
        {"id": "4", "qid": "3", "question": "Comment est-ce ?", "language": "fr"},
        {"id": "5", "qid": "4", "question": "Do you?", "language": "en"},
        {"id": "6", "qid": "4", "question": "Est-ce que ?", "language": "fr"},
    ),
    table("surveys", {"sid": "372723", "language": "en", "additional_languages": "fr"}),
)


def test_texts_in_the_tables_are_read(drafted, written):
    book = drafted(written(OLD, "survey.lss"))

    assert [(item.code, item.kind) for item in book.items] == [
        ("nutzt", Kind.SINGLE),
        ("nutzt_other", Kind.TEXT),
        ("meinung", Kind.MATRIX),
        ("was", Kind.MULTIPLE),
        ("zahl", Kind.NUMBER),
        ("text", Kind.TEXT),
    ]
    uses, opinion = book.item("nutzt"), book.item("meinung")
    assert uses.header == "Nutzen Sie das?"
    assert [(c.code, c.label) for c in uses.choices] == [
        ("j", "Ja, & gern"),
        ("n", "Nein"),
        ("other", "Other"),
    ]
    assert uses.choices[2].write_in
    assert opinion.header == "Wie sehr stimmen Sie zu?"
    assert [row.label for row in opinion.rows] == ["Es hilft", "Es stört"]
    assert [(c.label, c.value, c.missing) for c in opinion.choices] == [
        ("Stimme vollständig zu", 2, None),
        ("Stimme eher zu", 1, None),
        ("Weiß nicht", None, Missing.DONT_KNOW),
    ]
    assert book.item("was").max_choices == 1
    assert book.item("zahl").minimum == 0


def test_relevance_becomes_a_skip_rule_where_it_can(drafted, written, tmp_path):
    book = drafted(written(OLD, "survey.lss"))

    assert {item.code: item.asked_if for item in book.items if item.asked_if} == {
        "meinung": "nutzt = j",
        "was": "nutzt != n",
        "zahl": "was = sq001",
    }
    text = (tmp_path / "drafted.toml").read_text("utf-8")
    assert "# decide: who is asked? The file says: is_empty(zahl.NAOK)\n" in text
    assert "# note: not answers, left out: dank\n" in text
    assert 'title = "Umfrage & mehr"\n' in text


def test_texts_in_tables_of_their_own_are_read_in_all_languages(drafted, written):
    book = drafted(written(NEW, "survey.lss"))

    first, second = book.items
    assert (first.code, second.code) == ("g01q01", "q00")
    assert second.header == {"en": "How is it?", "fr": "Comment est-ce ?"}
    assert [c.label for c in second.choices] == [
        {"en": "Good", "fr": "Bon"},
        {"en": "Bad", "fr": "Mauvais"},
    ]
    assert second.asked_if == "g01q01 = yes"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        pytest.param(
            '"Nutzen Sie das?","Nutzen Sie das? [Sonstiges]",'
            '"Wie sehr stimmen Sie zu? [Es hilft]",'
            '"Wie sehr stimmen Sie zu? [Es stört]","Was nutzen Sie? [Werkzeuge]",'
            '"Was nutzen Sie? [Daten]","Wie viele?","Warum?"',
            '"Ja, & gern","","Stimme eher zu","Weiß nicht","Yes","No","3","So"',
            id="texts",
        ),
        pytest.param(
            '"nutzt","nutzt[other]","meinung[SQ001]","meinung[SQ002]",'
            '"was[SQ001]","was[SQ002]","zahl","text"',
            '"J","","A02","A05","Y","","3","So"',
            id="codes",
        ),
    ],
)
def test_draft_cleans_exports_of_both_heading_styles(drafted, written, header, row):
    book = drafted(written(OLD, "survey.lss"))
    start = '"id","submitdate","lastpage","startlanguage",'
    lines = [start + header, '"1","2026-09-01 10:00:00","2","de",' + row]
    export = written("\ufeff" + "\r\n".join(lines) + "\r\n", "results-survey.csv")

    frame = clean([read_export(export)], book, wave="w").frame

    assert frame["nutzt"].tolist() == ["j"]
    assert frame["meinung__sq001"].tolist() == ["a02"]
    assert frame["was__sq001"].tolist() == [True]
    assert frame["zahl"].tolist() == [3]


def test_types_without_answers_of_their_own(drafted, written):
    kinds = {"Y": "yes no", "G": "female male", "5": "1 2 3 4 5"}
    questions = [
        question(at, kind, f"q{kind}", f"Type {kind}?", at)
        for at, kind in enumerate([*kinds, "K", "R", "1", "D"], start=1)
    ]
    subs = [
        question(40, "T", "SQ001", "First", 1, parent_qid="4"),
        question(41, "T", "SQ001", "Disk", 1, parent_qid="6"),
    ]
    answers = [
        answer(5, "A1", "Red", 1),
        answer(5, "A2", "Blue", 2),
        answer(6, "1", "Good", 1),
        answer(6, "2", "Bad", 2),
        answer(6, "1", "Vital", 1, scale=1),
        answer(6, "2", "Useless", 2, scale=1),
    ]
    groups = table("groups", {"gid": "97", "group_order": "1", "language": "de"})
    text = lss(
        365,
        ["de"],
        table("answers", *answers),
        groups,
        table("questions", *questions),
        table("subquestions", *subs),
    )

    book = drafted(written(text, "survey.lss"))

    codes = {i.code: " ".join(c.code for c in i.choices) for i in book.items}
    assert {codes["qy"], codes["qg"], codes["q5"]} == set(kinds.values())
    numeric, ranking = book.item("qk_sq001"), book.item("qr")
    assert (numeric.kind, numeric.header) == (Kind.NUMBER, "Type K? [First]")
    assert (ranking.kind, codes["qr"]) == (Kind.RANKING, "a1 a2")
    assert codes["q1_1"] == codes["q1_2"] == "1 2"
    assert book.item("q1_2").rows[0].aliases == ("Disk][Scale 2", "SQ001][2")
    assert book.item("qd").kind is Kind.TEXT


@pytest.fixture(scope="module")
def exported(root, tmp_path_factory):
    config = root / "config"
    demo = load_codebook(
        config / "codebook-2024.toml",
        units=load_units(config / "units.toml"),
        catalogue=load_catalogue(config / "services.toml"),
    )
    out = tmp_path_factory.mktemp("limesurvey") / "survey.txt"
    done = export_codebook(demo, out, to="limesurvey", title="Survey")
    with out.open(encoding="utf-8", newline="") as file:
        return done, list(csv.DictReader(file, delimiter="\t"))


def test_exported_structure_has_what_the_import_reads(exported):
    _, rows = exported

    # The columns that TSVImportSurvey in LimeSurvey's import_helper.php reads.
    assert set(rows[0]) > {
        *(
            "id",
            "related_id",
            "class",
            "type/scale",
            "name",
            "relevance",
            "text",
            "help",
        ),
        *("language", "validation", "mandatory", "other", "default", "same_default"),
    }
    assert [(r["class"], r["name"], r["text"]) for r in rows[:2]] == [
        ("S", "language", "en"),
        ("S", "additional_languages", "fr"),
    ]
    assert {row["class"] for row in rows} == {"S", "SL", "G", "Q", "SQ", "A"}
    for kind, longest in (("Q", 20), ("SQ", 20), ("A", 5)):
        names = [row["name"] for row in rows if row["class"] == kind]
        assert all(name.isascii() and name.isalnum() for name in names)
        assert max(map(len, names)) <= longest
    assert {row["name"] for row in rows if row["class"] == "Q"} >= {"q01", "q35"}


def test_exported_skip_rules_are_expressions(exported):
    _, rows = exported

    (rule,) = {r["relevance"] for r in rows if r["class"] == "Q" and r["name"] == "q08"}
    assert rule == (
        '(q06.NAOK == "prod" or q06.NAOK == "dev" or q06.NAOK == "explo" or '
        'q06.NAOK == "plann")'
    )


def test_export_says_which_codes_are_others(exported):
    done, _ = exported

    (note,) = done.notes
    assert "codes are others in LimeSurvey" in note
    assert any(line.startswith("computed items: department") for line in done.left_out)
    assert not any(line.startswith("skip rules") for line in done.left_out)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(OLD[:900], "not XML", id="cut off"),
        pytest.param(
            OLD.replace("<document>", "<!DOCTYPE document><document>", 1),
            "declares a document type",
            id="document type",
        ),
        pytest.param(
            OLD.replace(">Survey<", ">Group<", 1),
            "holds a LimeSurvey group",
            id="group",
        ),
        pytest.param(
            b"class\ttype/scale\tname\trelevance\ttext\n", "header", id="blank"
        ),
    ],
)
def test_broken_files_get_one_clear_line(written, data, message):
    with pytest.raises(ExportError, match=message) as caught:
        read_questionnaire(written(data, "survey.lss"))
    assert "\n" not in str(caught.value)


def test_entity_bomb_is_refused_before_it_unfolds(written):
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = OLD.replace("<document>", f"{bomb}<document>", 1).replace("Nein", "&b;")

    with pytest.raises(ExportError, match="declares a document type"):
        read_questionnaire(written(data, "survey.lss"))


def test_column_check_knows_drafts(drafted, written):
    book = drafted(written(OLD, "survey.lss"))
    export = written('"nutzt","was[SQ009]"\r\n"J","Y"\r\n', "results.csv")

    problems = " ".join(map(str, check_codebook(book, read_export(export))))

    assert "no column for item 'meinung'" in problems
