"""Reading study.toml, units.toml, services.toml and tabplan.toml."""

from pathlib import Path

import pytest

from surveytools.errors import StudyError, SurveyErrors
from surveytools.study import (
    Profile,
    find_study,
    load_catalogue,
    load_study,
    load_tabplan,
    load_units,
)

STUDY = """
title = "A study"
[disclosure]
profile = "workshop"
threshold = 5
[[waves]]
name = "2024"
codebook = "codebook.toml"
exports = [{ file = "a.xlsx" }, { file = "b.csv" }]
"""
UNITS = """
[[units]]
code = "ep"
label = { en = "Experimental Physics", fr = "Physique expérimentale" }
aliases = ["ph-ep"]
[[units]]
code = "it"
label = "Information Technology"
[[units]]
code = "th"
label = "Theory"
"""
SERVICES = """
[[services]]
code = "swan"
label = "SWAN"
aliases = ["swan.cern.ch"]
[[services]]
code = "eos"
label = "EOS"
"""
TABLES = """
[[tables]]
id = "use"
topic = "service"
stub = "service_use"
title = "Use"
"""


@pytest.fixture
def written(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def messages(caught):
    error = caught.value
    return [
        str(each)
        for each in (error.exceptions if isinstance(error, SurveyErrors) else [error])
    ]


def test_study_has_what_the_file_says(written):
    study = load_study(written("study.toml", STUDY))

    assert study.title == "A study"
    assert study.disclosure.profile is Profile.WORKSHOP
    assert study.disclosure.threshold == 5
    assert [str(export.file) for export in study.waves[0].exports] == [
        "a.xlsx",
        "b.csv",
    ]
    assert study.places.processed == Path("data/processed")


def test_byte_order_mark_of_windows_editors_is_passed_over(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + STUDY.encode())

    assert load_study(path).title == "A study"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ("title =", "titel ="),
            "study.toml, column 'titel': unknown key 'titel'; did you mean 'title'?",
            id="mistyped key",
        ),
        pytest.param(
            ('{ file = "b.csv" }', '{ flie = "b.csv" }'),
            "study.toml, column 'waves[0].exports[1].flie': unknown key 'flie'; "
            "did you mean 'file'?",
            id="mistyped key far inside",
        ),
        pytest.param(
            ('codebook = "codebook.toml"', ""),
            "study.toml, column 'waves[0].codebook': 'codebook' is missing; add it",
            id="missing key",
        ),
        pytest.param(
            ("threshold = 5", "threshold = 0"),
            "study.toml, column 'disclosure.threshold': found 0; "
            "it should be greater than or equal to 1",
            id="number too small",
        ),
        pytest.param(
            ('profile = "workshop"', 'profile = "everyone"'),
            "study.toml, column 'disclosure.profile': found 'everyone'; "
            "use 'internal', 'workshop' or 'public'",
            id="none of the words",
        ),
        pytest.param(
            ('name = "2024"', 'name = "Wave 2024"'),
            "study.toml, column 'waves[0].name': found 'Wave 2024'; "
            "use lower-case letters, digits and -",
            id="not a name",
        ),
        pytest.param(
            ('[{ file = "a.xlsx" }, { file = "b.csv" }]', "[]"),
            "study.toml, column 'waves[0].exports': found a list of 0; give at least 1",
            id="empty list",
        ),
        pytest.param(
            ("b.csv", "a.xlsx"),
            "study.toml, column 'waves[0].exports': export 'a.xlsx' stands there "
            "twice; remove one",
            id="same export twice",
        ),
    ],
)
def test_study_names_the_key_and_what_to_do(written, change, message):
    path = written("study.toml", STUDY.replace(*change))

    with pytest.raises(StudyError) as caught:
        load_study(path)

    assert str(caught.value) == message


def test_study_names_all_problems_at_once(written):
    text = STUDY.replace("title", "titel").replace("threshold = 5", 'threshold = "x"')

    with pytest.raises(SurveyErrors) as caught:
        load_study(written("study.toml", text))

    assert messages(caught) == [
        (
            "study.toml, column 'disclosure.threshold': found 'x'; write a "
            "whole number, without quotes"
        ),
        "study.toml, column 'titel': unknown key 'titel'; did you mean 'title'?",
    ]


def test_two_waves_of_one_name_are_named(written):
    wave = STUDY[STUDY.index("[[waves]]") :]

    with pytest.raises(StudyError) as caught:
        load_study(written("study.toml", STUDY + wave))

    assert str(caught.value) == (
        "study.toml, column 'waves': wave '2024' stands there twice; remove one"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            b'title = "A"\nlanguage == "en"\n',
            "study.toml: not TOML: invalid value (at line 2, column 11); "
            "correct the file there",
            id="syntax",
        ),
        pytest.param(
            'title = "A"\nsource = "Universit\u00e9"\n'.encode("latin-1"),
            "study.toml: line 2 is not UTF-8; save the file as UTF-8",
            id="encoding",
        ),
    ],
)
def test_unreadable_file_names_the_line(tmp_path, text, message):
    path = tmp_path / "study.toml"
    path.write_bytes(text)

    with pytest.raises(StudyError) as caught:
        load_study(path)

    assert str(caught.value) == message


def test_absent_file_is_named_with_its_path(tmp_path):
    path = tmp_path / "study.toml"

    with pytest.raises(StudyError) as caught:
        load_study(path)

    assert str(caught.value) == (
        f"study.toml: can't be read (No such file or directory); check the path {path}"
    )


def test_study_is_found_from_a_folder_below(tmp_path, written):
    path = written("study.toml", STUDY)
    below = tmp_path / "notebooks" / "drafts"
    below.mkdir(parents=True)

    assert find_study(below) == path.resolve()


def test_study_not_found_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(StudyError) as caught:
        find_study(tmp_path)

    assert str(caught.value) == (
        f"no study.toml in {tmp_path.resolve()} nor in a folder above; "
        "go to the study's folder, or name the file"
    )


def test_units_keep_the_order_of_the_file(written):
    units = load_units(written("units.toml", UNITS))

    assert [unit.code for unit in units.units] == ["ep", "it", "th"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            '[[units]]\ncode = "ep"\nlabel = "Other"\n',
            "units.toml, column 'units[ep]': 'ep' is also a spelling of 'ep'; "
            "keep it in one place, or in ambiguous",
            id="same code",
        ),
        pytest.param(
            '[[units]]\ncode = "be"\nlabel = "Beams"\naliases = ["PH-EP"]\n',
            "units.toml, column 'units[be]': 'ph-ep' is also a spelling of 'ep'; "
            "keep it in one place, or in ambiguous",
            id="same alias",
        ),
        pytest.param(
            '[[units]]\ncode = "be"\nlabel = "Beams"\naliases = ["x", "X "]\n',
            "units.toml, column 'units[be]': an alias stands there twice; remove one",
            id="alias twice",
        ),
        pytest.param(
            '[[ambiguous]]\ntext = "PH-EP"\nreason = "old"\n',
            "units.toml, column 'ambiguous': 'PH-EP' is also a spelling of 'ep'; "
            "keep it in one place",
            id="ambiguous and not",
        ),
        pytest.param(
            '[[merged]]\ncode = "m"\nlabel = "M"\nmembers = ["it", "tt"]\n',
            "units.toml, column 'merged[m]': there is no unit 'tt'; "
            "use codes of units: ep, it, th",
            id="unknown member",
        ),
        pytest.param(
            '[[merged]]\ncode = "m"\nlabel = "M"\nmembers = ["it", "ep"]\n'
            '[[merged]]\ncode = "n"\nlabel = "N"\nmembers = ["th", "ep"]\n',
            "units.toml, column 'merged[n]': unit 'ep' is also in 'm'; "
            "keep it in one group",
            id="member of two groups",
        ),
        pytest.param(
            '[[merged]]\ncode = "ep"\nlabel = "M"\nmembers = ["it", "th"]\n',
            "units.toml, column 'merged[ep]': code 'ep' is already taken; "
            "choose another code",
            id="group named like a unit",
        ),
        pytest.param(
            '[[units]]\ncode = "BE"\nlabel = "Beams"\n',
            "units.toml, column 'units[BE].code': found 'BE'; "
            "use lower-case letters, digits and _, a letter first",
            id="code in capitals",
        ),
        pytest.param(
            '[[units]]\ncode = "be"\nlabel = { en = "Beams", fr = " " }\n',
            "units.toml, column 'units[be].label': a text is empty; correct it",
            id="empty text",
        ),
        pytest.param(
            '[[units]]\ncode = "be"\nlabel = 7\n',
            "units.toml, column 'units[be].label': found 7; write a text, in quotes",
            id="number for a text",
        ),
    ],
)
def test_units_that_contradict_each_other_are_named(written, more, message):
    with pytest.raises(StudyError) as caught:
        load_units(written("units.toml", UNITS + more))

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            '[[services]]\ncode = "hub"\nlabel = "Hub"\naliases = ["Swan.CERN.ch"]\n',
            "services.toml, column 'services[hub]': 'swan.cern.ch' is also a spelling "
            "of 'swan'; keep it in one place, or in ambiguous",
            id="same alias",
        ),
        pytest.param(
            '[[services]]\ncode = "hub"\nlabel = "Hub"\nscope = "outside"\n',
            "services.toml, column 'services[hub].scope': found 'outside'; "
            "use 'internal' or 'external'",
            id="unknown scope",
        ),
        pytest.param(
            '[[services]]\ncode = "hub"\nlable = "Hub"\n',
            "services.toml, column 'services[hub].lable': unknown key 'lable'; "
            "did you mean 'label'?",
            id="mistyped key names the service",
        ),
    ],
)
def test_services_that_contradict_each_other_are_named(written, more, message):
    with pytest.raises(StudyError) as caught:
        load_catalogue(written("services.toml", SERVICES + more))

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            TABLES,
            "tabplan.toml, column 'tables': table 'use' stands there twice; remove one",
            id="same id",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + 'with_table = "aware"\n',
            "tabplan.toml, column 'tables[known].with_table': there is no table "
            "'aware'; use one of use, known",
            id="unknown second table",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + 'figure = "pie"\n',
            "tabplan.toml, column 'tables[known].figure': found 'pie'; use 'bars', "
            "'stacked', 'heatmap', 'awareness', 'likert' or 'severity'",
            id="unknown figure",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + 'compare = "holm"\n',
            "tabplan.toml, column 'tables[known].compare': there are no groups to "
            "compare; add by = ...",
            id="letters without groups",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + 'test = "fisher"\n',
            "tabplan.toml, column 'tables[known].test': nothing is compared; "
            'add compare = "holm", or remove test',
            id="test of nothing",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + "box = 1\n",
            "tabplan.toml, column 'tables[known].box': no scale is summarised; "
            "add summary = true, or remove box",
            id="box of no summary",
        ),
        pytest.param(
            '[[trends]]\nid = "use"\nstub = "q13"\ntitle = "Use"\n',
            "tabplan.toml, column 'trends[use]': 'use' is a table already; "
            "choose another id",
            id="trend named like a table",
        ),
        pytest.param(
            2 * '[[trends]]\nid = "t"\nstub = "q13"\ntitle = "Use"\n',
            "tabplan.toml, column 'trends': trend 't' stands there twice; remove one",
            id="same trend",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + 'weights = true\nbase = "all"\n',
            "tabplan.toml, column 'tables[known].weights': weighted shares are of "
            "those who answered, by single answers; leave out base and combinations, "
            "or weights",
            id="weights of another base",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"') + "nets = { Any = [] }\n",
            "tabplan.toml, column 'tables[known].nets': net 'Any' needs a label and "
            'answers, each once; write nets = { label = ["code", "code"] }',
            id="empty net",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"')
            + 'nets.B = ["d"]\nnets.a = { label.fr = "B", of = ["c"] }\n',
            "tabplan.toml, column 'tables[known].nets': two nets have one label; "
            "give each a label of its own",
            id="one label for two nets",
        ),
        pytest.param(
            TABLES.replace('"use"', '"known"')
            + 'nets.a = { label = "", of = ["c"] }\n',
            "tabplan.toml, column 'tables[known].nets.a.label': a text is empty; "
            "correct it",
            id="net without label",
        ),
    ],
)
def test_tab_plans_that_contradict_themselves_are_named(written, more, message):
    with pytest.raises(StudyError) as caught:
        load_tabplan(written("tabplan.toml", TABLES + more))

    assert str(caught.value) == message


def test_nets_have_one_label_or_one_a_language(written):
    nets = """nets."Any use" = ["a", "b"]
nets.all.label = { en = "All", fr = "Tous" }
nets.all.of = ["a", "b", "c"]
"""
    (table,) = load_tabplan(written("tabplan.toml", TABLES + nets)).tables

    both = {"Any use": ("a", "b")}
    assert table.nets_in("en") == both | {"All": ("a", "b", "c")}
    assert table.nets_in("fr") == both | {"Tous": ("a", "b", "c")}
    assert table.nets_in("de") == table.nets_in("en")  # the first that it has
