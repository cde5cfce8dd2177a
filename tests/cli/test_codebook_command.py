"""``surveytools codebook draft`` and ``codebook check``."""

import json

import pytest
from click.testing import CliRunner

from surveytools.cli import main
from tests.reading.test_xls import container

EXPORT = """Which department?,How many people?
Physics,3
Informatics,4
Physics,10
Informatics,12
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")

    def invoke(*words):
        words = [str(tmp_path / w[1:]) if w.startswith("@") else w for w in words]
        return CliRunner().invoke(main, ["codebook", *words])

    return invoke


def test_draft_can_be_checked_as_it_is(run):
    drafted = run("draft", "@export.csv", "-o", "@book.toml")
    checked = run("check", "@book.toml", "@export.csv")

    assert (drafted.exit_code, checked.exit_code) == (0, 0), drafted.output
    assert drafted.stdout.startswith("2 items, 0 decisions to take -> ")
    assert checked.stdout == "export.csv fits book.toml: 2 items\n"


def test_draft_does_not_replace_a_codebook_unasked(run, tmp_path):
    (tmp_path / "book.toml").write_text("# edited for hours\n", encoding="utf-8")

    refused = run("draft", "@export.csv", "-o", "@book.toml")

    assert refused.exit_code == 1
    assert "exists, and may hold somebody's work; name another file" in refused.stderr
    assert (tmp_path / "book.toml").read_text("utf-8") == "# edited for hours\n"
    assert run("draft", "@export.csv", "-o", "@book.toml", "--force").exit_code == 0


def test_check_prints_each_problem_on_one_line_and_exits_with_1(run, tmp_path):
    (tmp_path / "book.toml").write_text(
        '[[items]]\ncode = "q1"\nheader = "Which department?"\n'
        'kind = "single-response"\nchoices = [{ code = "p", label = "Physics" }]\n',
        encoding="utf-8",
    )

    checked = run("check", "@book.toml", "@export.csv")

    assert checked.exit_code == 1
    assert checked.stderr.splitlines() == [
        (
            "error: export.csv, column 'How many people?': the codebook doesn't know "
            "the column; add an item with this header, or ignore it"
        ),
        (
            "error: export.csv, column 'Which department?': item 'q1': 2 cells hold "
            "unknown answers: 'Informatics'; add choices or aliases"
        ),
    ]


def test_check_finds_units_beside_the_codebook(run, tmp_path):
    (tmp_path / "book.toml").write_text(
        '[[items]]\ncode = "q1"\nheader = "Which department?"\n'
        'kind = "single-response"\nchoices = "@units"\n'
        '[[ignored]]\nheader = "How many people?"\nreason = "not needed"\n',
        encoding="utf-8",
    )
    (tmp_path / "units.toml").write_text(
        '[[units]]\ncode = "ep"\nlabel = "Physics"\n'
        '[[units]]\ncode = "it"\nlabel = "Informatics"\n',
        encoding="utf-8",
    )

    assert run("check", "@book.toml", "@export.csv").exit_code == 0


def test_mistyped_codebook_is_reported_without_traceback(run, tmp_path):
    (tmp_path / "book.toml").write_text("[[items]\n", encoding="utf-8")

    checked = run("check", "@book.toml", "@export.csv")

    assert checked.exit_code == 1
    assert checked.stderr.startswith("error: book.toml: not TOML: ")
    assert len(checked.stderr.splitlines()) == 1


WAVES = {
    "2025": '[[items]]\ncode = "q1"\nheader = "Why?"\nkind = "text"\n',
    "2026": '# New wording.\n[[items]]\ncode = "q1"\nheader = "Why, then?"\n'
    'label = "Why?"\nkind = "number"\n',
}


@pytest.fixture
def waves(tmp_path):
    for wave, text in WAVES.items():
        (tmp_path / f"{wave}.toml").write_text(text, encoding="utf-8")


def test_diff_prints_what_may_change_the_meaning_first(run, waves):
    compared = run("diff", "@2025.toml", "@2026.toml")

    assert compared.exit_code == 0
    assert compared.stdout.splitlines() == [
        "2025.toml -> 2026.toml: 2 differences, 1 of which may change the meaning",
        "",
        "The meaning may have changed:",
        "  q1: kind: text -> number",
        "",
        "Only words, names or order of answers changed:",
        "  q1: header: 'Why?' -> 'Why, then?'",
    ]


def test_diff_exits_with_1_only_when_asked_to_and_if_something_differs(run, waves):
    assert run("diff", "@2025.toml", "@2026.toml", "--exit-code").exit_code == 1
    assert run("diff", "@2025.toml", "@2025.toml", "--exit-code").exit_code == 0


def test_diff_gives_json(run, waves):
    result = json.loads(run("diff", "@2025.toml", "@2026.toml", "--json").stdout)

    assert result["changes"][0] == {
        "sort": "meaning",
        "item": "q1",
        "what": "kind",
        "part": None,
        "before": "text",
        "after": "number",
    }


def test_codebook_goes_into_a_workbook_and_back(run, waves, tmp_path):
    written = run("to-xlsx", "@2026.toml", "-o", "@book.xlsx")
    back = run("from-xlsx", "@book.xlsx", "-o", "@back.toml")

    assert (written.exit_code, back.exit_code) == (0, 0), written.output + back.output
    assert written.stdout.splitlines()[1] == (
        "left out: 1 comment line, for which a workbook has no place"
    )
    assert run("diff", "@2026.toml", "@back.toml").stdout.endswith("no difference\n")
    assert run("from-xlsx", "@book.xlsx", "-o", "@back.toml").exit_code == 1


QUESTIONNAIRE = {
    "version": 1,
    "sections": [
        {
            "type": "section",
            "display_as_section": False,
            "content": [
                {
                    "type": "question",
                    "title": "Which department?",
                    "field_type": "single_choice",
                    "field_data": {
                        "display_type": "radio",
                        "options": [{"option": "Physics"}, {"option": "Informatics"}],
                    },
                },
                {
                    "type": "question",
                    "title": "How many people?",
                    "field_type": "number",
                    "field_data": {"min_value": 1},
                },
            ],
        }
    ],
}


def test_draft_from_a_questionnaire_fits_the_export(run, tmp_path):
    path = tmp_path / "whatever.bin"  # told by its content
    path.write_text(json.dumps(QUESTIONNAIRE), encoding="utf-8")

    drafted = run("draft", "@whatever.bin", "-o", "@book.toml")
    checked = run("check", "@book.toml", "@export.csv")

    assert drafted.stdout.startswith("2 items, 0 decisions to take -> ")
    assert checked.stdout == "export.csv fits book.toml: 2 items\n"


ASKED = """title = "Tools"
[[items]]
code = "q1"
header = { en = "Do you?", fr = "Et vous ?" }
label = "Use"
kind = "single-response"
choices = [{ code = "y", label = "Y", aliases = ["yep"] }, { code = "n", label = "N" }]
[[items]]
code = "q2"
header = "How many?"
kind = "number"
asked_if = "q1 = y"
[[derived]]
code = "uses"
label = "Uses"
from = "q1"
how = "regroup"
groups = { u = { label = "U", of = ["y"] }, n = { label = "N", of = ["n"] } }
"""


def test_export_says_what_the_file_does_not_hold(run, tmp_path):
    (tmp_path / "book.toml").write_text(ASKED, encoding="utf-8")

    done = run("export", "@book.toml", "--to", "indico", "-o", "@survey.json")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        f"2 questions -> {tmp_path / 'survey.json'}",
        "left out: languages: fr",
        "left out: other spellings of answers: q1",
        "left out: short labels: q1",
        "left out: skip rules: q2",
        "left out: computed items: uses",
        "note: Indico takes whole numbers only",
    ]
    assert run("export", "@book.toml", "--to", "indico", "-o", "@survey.json").exit_code


def test_export_refuses_a_language_that_the_codebook_lacks(run, tmp_path):
    (tmp_path / "book.toml").write_text(ASKED, encoding="utf-8")

    done = run(
        *("export", "@book.toml", "--to", "indico", "-o", "@s.json"), "--language", "de"
    )

    assert done.exit_code == 1
    assert "no texts in 'de'; it has en, fr" in done.stderr
    assert not (tmp_path / "s.json").exists()


def test_draft_reads_as_an_export_what_is_said_to_be_one(run, tmp_path):
    path = tmp_path / "survey.json"
    path.write_text(json.dumps(QUESTIONNAIRE), encoding="utf-8")

    drafted = run("draft", "@survey.json", "-o", "@b.toml", "--platform", "indico")

    assert drafted.exit_code == 1
    assert "this is a JSON file, not an export" in drafted.stderr


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        pytest.param(
            "EncryptedPackage",
            "the workbook is protected by a password; save it without a password",
            id="password",
        ),
        pytest.param(
            "Workbook",
            "this is an old workbook (.xls), and an XLSX workbook is needed; "
            "save it as XLSX, or name another file",
            id="old",
        ),
    ],
)
def test_a_workbook_that_cant_be_read_says_why(run, tmp_path, stream, said):
    (tmp_path / "book.xlsx").write_bytes(container(bytes(9), stream))

    done = run("from-xlsx", "@book.xlsx", "-o", "@back.toml")

    assert done.exit_code == 1
    assert done.stderr == f"error: book.xlsx: {said}\n"
    assert not (tmp_path / "back.toml").exists()
