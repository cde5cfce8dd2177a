"""XLSForm workbooks: read as their authors write them, written for pyxform."""

import shutil

import openpyxl
import pytest
from pyxform.xls2xform import convert

from surveytools.cleaning import Kind, Missing, clean, load_codebook
from surveytools.cleaning.questionnaires.export import export_codebook
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.errors import ExportError
from surveytools.reading import read_export
from surveytools.study import load_catalogue, load_units

# After the reference on xlsform.org: types, groups, skip logic, constraints, languages.
SURVEY = """
type|name|label::English (en)|label::French (fr)|relevant|appearance|constraint
start|start|||||
select_one yn|uses|Do you use it?|L'utilisez-vous ?|||
select_multiple tools or_other|tools|Which?|Quels ?|${uses} = 'yes'||TWO
integer|years|How many years?|Combien d'années ?|RULE||. >= 0 and . <= 60
begin_group|opinion|Do you agree?|D'accord ?|${years} > 1|table-list|
select_one agree|opinion__it_helps|It helps|Cela aide|||
select_one agree|it_hurts|It hurts|Cela gêne|||
end_group||||||
begin group|more|More|Plus|||
text|Why_Not|Why not?|Pourquoi pas ?|string-length(${uses}) > 2||
date|since|Since when?|Depuis quand ?|||
end group||||||
begin repeat|children|Children|Enfants|||
text|child|Name|Nom|||
end repeat||||||
calculate|total|||||
note|thanks|Thank you|Merci|||
"""
SURVEY = SURVEY.replace("TWO", "count-selected(.) <= 2").replace(
    "RULE", "selected(${tools}, 'a') and not(${uses} = 'no')"
)
CHOICES = """
list_name|name|label::English (en)|label::French (fr)
yn|yes|Yes|Oui
yn|no|No|Non
tools|a|Hammer|Marteau
tools|b c|Saw|Scie
agree|5|Strongly agree|Tout à fait d'accord
agree|4|Agree|D'accord
agree|3|Neutral|Neutre
agree|2|Disagree|Pas d'accord
agree|1|Strongly disagree|Pas du tout d'accord
agree|dk|I don't know|Je ne sais pas
"""
SETTINGS = """
form_title|form_id|default_language
Tools|tools|English (en)
"""


@pytest.fixture
def form(tmp_path):
    def write(survey=SURVEY, choices=CHOICES, settings=SETTINGS):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, text in (
            ("survey", survey),
            ("choices", choices),
            ("settings", settings),
        ):
            sheet = book.create_sheet(name)
            for line in text.strip().splitlines():
                sheet.append([cell or None for cell in line.split("|")])
        path = tmp_path / "form.xlsx"
        book.save(path)
        return path

    return write


def test_form_is_read_in_all_its_languages(form, drafted, tmp_path):
    book = drafted(form())

    assert [(item.code, item.kind) for item in book.items] == [
        ("uses", Kind.SINGLE),
        ("tools", Kind.MULTIPLE),
        ("years", Kind.NUMBER),
        ("opinion", Kind.MATRIX),
        ("why_not", Kind.TEXT),
        ("since", Kind.TEXT),
    ]
    assert book.item("uses").header == {
        "en": "Do you use it?",
        "fr": "L'utilisez-vous ?",
    }
    tools, years = book.item("tools"), book.item("years")
    assert tools.max_choices == 2
    assert [(c.code, c.aliases) for c in tools.choices] == [
        ("a", ()),
        ("b_c", ("b c",)),
        ("other", ()),
    ]
    assert (years.minimum, years.maximum) == (0, 60)
    assert [rule.header for rule in book.ignored] == ["start", "total"]
    text = (tmp_path / "drafted.toml").read_text("utf-8")
    assert "# note: 1 questions in repeats are left out" in text
    assert 'title = "Tools"' in text


def test_table_of_one_list_becomes_a_matrix_and_its_scale_is_recognised(form, drafted):
    opinion = drafted(form()).item("opinion")

    assert [row.code for row in opinion.rows] == ["it_helps", "it_hurts"]
    assert [(c.code, c.value) for c in opinion.choices[:5]] == [
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("4", 4),
        ("5", 5),
    ]
    assert opinion.choices[5].missing is Missing.DONT_KNOW


def test_skip_rules_become_conditions_where_they_can(form, drafted, tmp_path):
    book = drafted(form())

    assert {item.code: item.asked_if for item in book.items if item.asked_if} == {
        "tools": "uses = yes",
        "years": "tools = a and uses != no",
        "opinion": "years > 1",
    }
    text = (tmp_path / "drafted.toml").read_text("utf-8")
    assert "# decide: who is asked? The file says: string-length(${uses}) > 2\n" in text


# KoboToolbox writes XML names, groups joined by "/", and a column a choice.
def test_draft_cleans_an_export_by_xml_names(form, drafted, written):
    header = (
        "uses;tools;tools/a;tools/b c;tools/other;years;opinion/opinion__it_helps;"
        "opinion/it_hurts;more/Why_Not;more/since;start;total;"
        "_id;_uuid;_submission_time;_index"
    )
    cells = "yes;a;1;0;0;3;4;dk;So;2026-01-01;;;1;u1;2026-09-01T10:00:00;1"
    lines = [
        ";".join(f'"{cell}"' for cell in line.split(";")) for line in (header, cells)
    ]
    raw = read_export(written("\n".join(lines) + "\n", "kobo.csv"))

    frame = clean([raw], drafted(form()), wave="w").frame

    assert frame["uses"].tolist() == ["yes"]
    assert frame["tools__a"].tolist() == [True]
    assert frame["opinion__it_helps"].tolist() == ["4"]
    assert frame["why_not"].tolist() == ["So"]


@pytest.fixture(scope="module")
def exported(root, tmp_path_factory):
    config = root / "config"
    demo = load_codebook(
        config / "codebook-2024.toml",
        units=load_units(config / "units.toml"),
        catalogue=load_catalogue(config / "services.toml"),
    )
    out = tmp_path_factory.mktemp("xlsform") / "form.xlsx"
    return export_codebook(demo, out, to="xlsform", title="ML survey"), out


def test_pyxform_converts_the_exported_form_without_a_warning(exported):
    done, out = exported
    survey = openpyxl.load_workbook(out)["survey"]
    several = sum("select_multiple" in cell.value for cell in survey["A"])

    made = convert(out, validate=False)

    assert (done.items, several) == (35, 13)

    assert made.warnings == []
    assert made.xform.count("<select ") == several
    assert "<h:title>ML survey</h:title>" in made.xform
    assert "count-selected(.) &lt;= 5" in made.xform


@pytest.mark.long
@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate needs Java")
def test_odk_validate_accepts_the_exported_form(exported):
    _, out = exported

    assert convert(out, validate=True).warnings == []


def test_exported_form_keeps_skip_rules_scores_and_languages(exported):
    done, out = exported

    book = openpyxl.load_workbook(out)
    survey = [[cell.value for cell in row] for row in book["survey"]]
    column = dict(zip(survey[0], zip(*survey[1:], strict=True), strict=True))
    choices = [cell.value for cell in book["choices"][1]]

    rules = dict(zip(column["name"], column["relevant"], strict=True))
    assert rules["q08"] == (
        "(${q06} = 'prod' or ${q06} = 'dev' or ${q06} = 'explore' "
        "or ${q06} = 'planned')"
    )
    assert {"label::English (en)", "label::French (fr)", "score"} <= set(choices)
    told = [line.split(":")[0] for line in done.left_out]
    assert "computed items" in told
    assert not {"skip rules", "scores of answers", "languages"} & set(told)


def test_texts_of_the_codebook_are_no_formulas_and_no_references(tmp_path):
    path = tmp_path / "book.toml"
    path.write_text(
        '[[items]]\ncode = "q1"\nheader = "=1+1 and ${q9}"\nkind = "text"\n', "utf-8"
    )

    export_codebook(load_codebook(path), tmp_path / "f.xlsx", to="xlsform", title="=T")

    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["survey"]
    assert [cell.data_type for cell in sheet[2]][2] == "s"
    assert convert(tmp_path / "f.xlsx", validate=False).warnings == []


def test_broken_form_gets_one_clear_line(form, written):
    data = form().read_bytes()

    cut = written(data[: len(data) // 2], "form.xlsx")

    # It isn't known for a form any more; the reader of exports says what is wrong.
    assert read_questionnaire(cut) is None
    with pytest.raises(ExportError, match="damaged or cut off"):
        read_export(cut)
