"""Joining waves: what is the same question, and what is refused."""

import pytest

from surveytools.analysis import tabulate
from surveytools.cleaning import WAVE, clean, join_waves, load_codebook
from surveytools.errors import CodebookError, SurveyErrors
from surveytools.reading import read_export
from surveytools.study import Crosswalk, load_crosswalk

YES_NO = '[{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]'


@pytest.fixture
def wave(tmp_path):
    """Clean a small export with a codebook written out."""

    def make(name, rows, *items):
        export, book = tmp_path / f"{name}.csv", tmp_path / f"{name}.toml"
        export.write_text("\n".join(rows))
        book.write_text("\n".join(f"[[items]]\n{item}" for item in items))
        return clean([read_export(export)], load_codebook(book), wave=name)

    return make


def item(code, header, choices=YES_NO, kind="single-response", **more):
    lines = [f'code = "{code}"', f'header = "{header}"', f'kind = "{kind}"']
    lines += [f"choices = {choices}"] if choices else []
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items())])


def crosswalk(text, tmp_path):
    path = tmp_path / "crosswalk.toml"
    path.write_text(text)
    return load_crosswalk(path)


def by_wave(joined, code, **options):
    table = tabulate(joined.responses, code, by=WAVE, **options)
    cells = table.cells.set_index(["group", "answer"])
    return {
        key: (int(row["count"]), int(row["base"]))
        for key, row in cells.iterrows()
        if key[0] != "total"
    }


def test_the_same_item_is_counted_by_wave(wave):
    old = wave("2023", ["Use?", "Yes", "No", "No"], item("use", "Use?"))
    new = wave("2024", ["Use?", "Yes", "Yes"], item("use", "Use?"))

    joined = join_waves([old, new], Crosswalk())

    assert dict(joined.refused) == {}
    assert by_wave(joined, "use") == {
        ("2023", "yes"): (1, 3),
        ("2023", "no"): (2, 3),
        ("2024", "yes"): (2, 2),
        ("2024", "no"): (0, 2),
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            item("use", "Use?", YES_NO[:-1] + ', { code = "m", label = "Maybe" }]'),
            "choice m",
            id="new choice",
        ),
        pytest.param(item("use", "Use?", kind="likert"), "kind", id="other kind"),
        pytest.param(item("use", "Use?", unit='"team"'), "unit", id="other unit"),
        pytest.param(
            item("use", "Is the coffee good here?"), "header", id="another question"
        ),
    ],
)
def test_what_changed_its_meaning_is_refused(wave, changed, said):
    header = "Use?" if "Use?" in changed else "Is the coffee good here?"
    old = wave("2023", ["Use?", "Yes", "No"], item("use", "Use?"))
    new = wave("2024", [header, "Yes", "No"], changed)

    joined = join_waves([old, new], Crosswalk())

    with pytest.raises(CodebookError, match="isn't the same in all waves") as error:
        joined.require("use")
    assert said in str(error.value)
    assert "crosswalk.toml" in str(error.value)


def test_the_crosswalk_renames_items_and_choices_and_says_why_they_compare(
    wave, tmp_path
):
    three = (
        '[{ code = "often", label = "Often" }, { code = "rare", label = "Now and then" '
        '}, { code = "no", label = "Never" }]'
    )
    old = wave(
        "2023", ["Ask", "Often", "Now and then", "Never"], item("q1", "Ask", three)
    )
    new = wave("2024", ["Use?", "Yes", "No"], item("use", "Use?"))
    rules = crosswalk(
        "[[items]]\n"
        'code = "use"\n'
        'waves = { "2023" = "q1" }\n'
        'choices = { "2023" = { often = "yes", rare = "yes" } }\n'
        'comparable = "often and now and then are use"\n',
        tmp_path,
    )

    joined = join_waves([old, new], rules)

    assert dict(joined.accepted) == {"use": "often and now and then are use"}
    assert by_wave(joined, "use") == {
        ("2023", "yes"): (2, 3),
        ("2023", "no"): (1, 3),
        ("2024", "yes"): (1, 2),
        ("2024", "no"): (1, 2),
    }


def test_renamed_departments_are_joined_without_a_word_of_the_item(wave, tmp_path):
    was = '[{ code = "gs", label = "GS" }, { code = "it", label = "IT" }]'
    now = '[{ code = "sce", label = "SCE" }, { code = "it", label = "IT" }]'
    old = wave("2023", ["Dept", "GS", "IT", "GS"], item("dept", "Dept", was))
    new = wave("2024", ["Dept", "SCE", "IT"], item("dept", "Dept", now))

    refused = join_waves([old, new], Crosswalk())
    joined = join_waves(
        [old, new], crosswalk('[units]\n"2023" = { gs = "sce" }\n', tmp_path)
    )

    assert "dept" in refused.refused
    assert by_wave(joined, "dept")["2023", "sce"] == (2, 3)


def test_a_row_that_came_later_was_not_asked_before(wave):
    def matrix(*rows):
        listed = ", ".join(f'{{ code = "{r.lower()}", label = "{r}" }}' for r in rows)
        return item("often", "Often", kind="matrix", rows=f"[{listed}]")

    old = wave("2023", ["Often [SWAN],x", "Yes,1", "No,1"], matrix("SWAN"))
    rows = ["Often [SWAN],Often [LXB]", "Yes,No", ",Yes"]
    new = wave("2024", rows, matrix("SWAN", "LXB"))

    joined = join_waves([old, new], Crosswalk())

    table = tabulate(joined.responses, "often", by=WAVE, base="asked")
    cells = table.cells.set_index(["group", "row", "answer"])
    assert cells.loc[("2023", "lxb", "yes"), "base"] == 0
    assert cells.loc[("2023", "swan", "yes"), "base"] == 2
    assert cells.loc[("2024", "lxb", "yes"), "count"] == 1
    assert cells.loc[("2024", "swan", "~no_answer"), "count"] == 1


def test_options_that_a_wave_did_not_offer_are_left_out_of_accepted_items(
    wave, tmp_path
):
    def tools(*labels):
        listed = [f'{{ code = "{t.lower()}", label = "{t}" }}' for t in labels]
        return item("tools", "Tools", f"[{', '.join(listed)}]", "multiple-response")

    old = wave("2023", ["Tools", "Git; Svn", "Git"], tools("Git", "Svn"))
    new = wave("2024", ["Tools", "Git; Jj", "Svn"], tools("Git", "Svn", "Jj"))
    rules = crosswalk(
        '[[items]]\ncode = "tools"\ncomparable = "a late tool changes little"\n',
        tmp_path,
    )

    assert "tools" in join_waves([old, new], Crosswalk()).refused
    found = by_wave(join_waves([old, new], rules), "tools")
    assert {answer for _, answer in found} == {"git", "svn"}
    assert found["2023", "git"] == (2, 2)


def test_all_wrong_codes_of_a_crosswalk_are_told_at_once(wave, tmp_path):
    old = wave("2023", ["Use?", "Yes"], item("use", "Use?"))
    new = wave("2024", ["Use?", "Yes"], item("use", "Use?"))
    rules = crosswalk(
        '[[items]]\ncode = "other"\n'
        '[[items]]\ncode = "use"\nwaves = { "2022" = "q1" }\n'
        'choices = { "2023" = { perhaps = "yes", yes = "maybe" } }\n',
        tmp_path,
    )

    with pytest.raises(SurveyErrors) as errors:
        join_waves([old, new], rules)

    for problem in ("'other' isn't in", "no wave '2022'", "'perhaps'", "'maybe'"):
        assert problem in str(errors.value)


def test_choices_of_another_code_and_the_same_label_are_the_same(wave):
    """`codebook diff` calls it a change of the code alone."""
    was = '[{ code = "y", label = "Yes" }, { code = "n", label = "No" }]'
    old = wave("2023", ["Use?", "Yes", "No", "No"], item("use", "Use?", was))
    new = wave("2024", ["Use?", "Yes", "Yes"], item("use", "Use?"))

    found = by_wave(join_waves([old, new], Crosswalk()), "use")

    assert found["2023", "yes"] == (1, 3)
    assert found["2023", "no"] == (2, 3)


def test_options_and_rows_of_another_code_and_the_same_label_are_the_same(wave):
    def items(code):
        listed = (
            f'[{{ code = "git", label = "Git" }}, {{ code = "{code}", label = "S" }}]'
        )
        return (
            item("tools", "Tools", listed, "multiple-response"),
            item("often", "Often", kind="matrix", rows=listed),
        )

    rows = ["Tools,Often [Git],Often [S]", "Git; S,Yes,No", "S,No,Yes", "Git,Yes,Yes"]
    waves = [wave("2023", rows, *items("s")), wave("2024", rows, *items("svn"))]

    joined = join_waves(waves, Crosswalk())

    assert by_wave(joined, "tools")["2023", "svn"] == (2, 3)
    often = tabulate(joined.responses, "often", by=WAVE).cells
    cells = often.set_index(["group", "row", "answer"])
    assert cells.loc[("2023", "svn", "yes"), ["count", "base"]].tolist() == [2, 3]


def test_an_answer_without_a_place_in_the_last_wave_keeps_an_item_apart(wave, tmp_path):
    """Left out, 1 of 4 who said yes would be 1 of 2 of "those who answered"."""
    was = YES_NO[:-1] + ', { code = "maybe", label = "Perhaps" }]'
    rows = ["Use?", "Yes", "No", "Perhaps", "Perhaps"]
    old = wave("2023", rows, item("use", "Use?", was))
    unused = wave("2022", rows[:3], item("use", "Use?", was))
    new = wave("2024", ["Use?", "Yes", "Yes"], item("use", "Use?"))
    reason = '[[items]]\ncode = "use"\ncomparable = "few chose it"\n'
    rules = crosswalk(reason, tmp_path)
    told = reason + 'choices = { "2023" = { maybe = "no" } }\n'

    refused = join_waves([old, new], rules)
    joined = join_waves([old, new], crosswalk(told, tmp_path))

    with pytest.raises(CodebookError, match="no choice stands for 'maybe'"):
        refused.require("use")
    assert by_wave(joined, "use")["2023", "yes"] == (1, 4)
    assert by_wave(joined, "use")["2023", "no"] == (3, 4)
    assert by_wave(join_waves([unused, new], rules), "use")["2022", "yes"] == (1, 2)


def test_one_answer_is_no_list_of_answers_whatever_the_crosswalk_says(wave, tmp_path):
    old = wave("2023", ["Use?", "Yes", "No"], item("use", "Use?"))
    several = item("use", "Use?", kind="multiple-response")
    new = wave("2024", ["Use?", "Yes; No", "No"], several)
    rules = crosswalk('[[items]]\ncode = "use"\ncomparable = "so be it"\n', tmp_path)

    joined = join_waves([old, new], rules)

    with pytest.raises(CodebookError, match="single-response item aren't those of a m"):
        joined.require("use")


def test_renamed_rows_are_renamed_in_what_is_derived_from_them(wave, tmp_path):
    def items(code, label):
        second = f'{{ code = "{code}", label = "{label}" }}'
        rows = f'[{{ code = "swan", label = "SWAN" }}, {second}]'
        used = (
            'code = "used"\nlabel = "Used"\nfrom = "often"\nhow = "selected"\n'
            'groups = { selected = { of = ["yes"] } }'
        )
        often = item("often", "Often", kind="matrix", rows=rows)
        return f"{often}\n[[derived]]\n{used}"

    answers = ["Yes,No", "No,Yes", "Yes,"]
    old = wave("2023", ["Often [SWAN],Often [Batch]", *answers], items("b", "Batch"))
    new = wave("2024", ["Often [SWAN],Often [Jobs]", *answers], items("j", "Jobs"))
    rules = crosswalk(
        '[[items]]\ncode = "used"\nchoices = { "2023" = { b = "j" } }\n', tmp_path
    )

    found = by_wave(join_waves([old, new], rules), "used")

    assert found["2023", "j"] == found["2024", "j"] == (1, 2)
