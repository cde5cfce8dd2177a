"""Trends by ``surveytools trend``."""

import json

import openpyxl
import pytest
from click.testing import CliRunner
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from surveytools.cli import main

ITEM = """\
title = "Small survey"
[[items]]
code = "use"
header = "Use?"
label = "Use of ML"
kind = "single-response"
choices = [
  { code = "yes", label = "Yes" }, { code = "trial", label = "Trial" },
  { code = "no", label = "No" },
]
"""
OLD, NEW = {"Yes": 20, "Trial": 30, "No": 50}, {"Yes": 45, "Trial": 30, "No": 45}


@pytest.fixture
def run(tmp_path):
    def invoke(waves, *options, codebooks=None):
        folders = []
        for name, answers in waves.items():
            rows = [text for text, count in answers.items() for _ in range(count)]
            export, book = tmp_path / f"{name}.csv", tmp_path / f"{name}.toml"
            export.write_text("\n".join(["Use?", *rows, ""]))
            book.write_text((codebooks or {}).get(name, ITEM))
            out = str(tmp_path / name)
            clean = ["clean", str(export), "--codebook", str(book), "--out", out]
            made = CliRunner().invoke(main, clean)
            assert made.exit_code == 0, made.output
            folders.append(out)
        return CliRunner().invoke(
            main, ["trend", "use", *folders, "--threshold", "5", *options]
        )

    return invoke


def cells_of(result):
    assert result.exit_code == 0, result.output
    cells = json.loads(result.stdout)["cells"]
    return {(cell["wave"], cell["answer"]): cell for cell in cells}


def test_differences_intervals_and_p_are_those_of_statsmodels(run):
    cells = cells_of(run({"2023": OLD, "2024": NEW}, "--format", "json"))
    tests = []
    for code, text in (("yes", "Yes"), ("trial", "Trial"), ("no", "No")):
        new, old, cell = NEW[text], OLD[text], cells["2024", code]
        bounds = confint_proportions_2indep(new, 120, old, 100, method="newcomb")
        tests.append(proportions_ztest([new, old], [120, 100])[1])

        assert cell["difference"] == pytest.approx(new / 120 - old / 100)
        found = (cell["difference_low"], cell["difference_high"])
        assert found == pytest.approx(bounds)
        assert cell["p"] == pytest.approx(tests[-1])
        assert cells["2023", code]["difference"] is None
    holm = multipletests(tests, method="holm")[1]
    adjusted = [cells["2024", code]["adjusted"] for code in ("yes", "trial", "no")]
    assert adjusted == pytest.approx(list(holm))


def test_a_trend_for_people(run, tmp_path):
    text = run({"2023": OLD, "2024": NEW}).stdout

    assert "**Use of ML: 2023 to 2024**" in text
    assert "| Use of ML | 2023 | 2024 | Difference | p |" in text
    assert (
        "| Yes | 20.0 % (20 of 100) | 37.5 % (45 of 120) | +17.5 (+5.4 to +28.6) "
        "| 0.014 |" in text
    )
    assert "two-proportion z test, Holm's correction over the table" in text
    book = tmp_path / "trend.xlsx"
    waves = {"2023": OLD, "2024": NEW}
    assert run(waves, "--format", "xlsx", "--out", str(book)).exit_code == 0
    assert openpyxl.load_workbook(book).sheetnames == ["Trend", "About"]


def test_a_small_wave_is_withheld_and_nothing_is_compared_with_it(run):
    outputs = [
        run({"2023": old, "2024": NEW}, "--format", "json")
        for old in ({"Yes": 1, "No": 3}, {"Yes": 2, "Trial": 2})
    ]
    cells = cells_of(outputs[0])

    assert outputs[0].stdout == outputs[1].stdout
    assert cells["2023", "yes"]["base"] is None
    assert cells["2024", "yes"]["share"] == pytest.approx(45 / 120)
    assert cells["2024", "yes"]["difference"] is None


def test_below_a_base_of_30_there_is_a_difference_and_no_p(run):
    cells = cells_of(
        run({"2023": {"Yes": 9, "No": 20}, "2024": NEW}, "--format", "json")
    )

    assert cells["2024", "yes"]["difference"] == pytest.approx(45 / 120 - 9 / 29)
    assert cells["2024", "yes"]["p"] is None


def test_what_changed_its_meaning_needs_a_reason(run, tmp_path):
    changed = {"2024": ITEM.replace('label = "Trial"', 'label = "Pilot"')}
    waves = {"2023": OLD, "2024": {"Yes": 45, "Pilot": 30, "No": 45}}
    refused = run(waves, codebooks=changed)
    crosswalk = tmp_path / "crosswalk.toml"
    reason = 'comparable = "a pilot is a trial"'
    crosswalk.write_text(f'[[items]]\ncode = "use"\n{reason}\n')
    accepted = run(waves, "--crosswalk", str(crosswalk), codebooks=changed)

    assert refused.exit_code == 1
    assert "item 'use' isn't the same in all waves: 2023: " in refused.stderr
    assert "Compared although the question changed: a pilot is a trial" in (
        accepted.stdout
    )


def test_options_that_not_every_wave_offered_are_named(run, tmp_path):
    new = ITEM.replace("single-", "multiple-")
    old = new.replace('"trial", label = "Trial"', '"pilot", label = "Pilot"')
    books = {"2023": old, "2024": new}
    crosswalk = tmp_path / "crosswalk.toml"
    crosswalk.write_text('[[items]]\ncode = "use"\ncomparable = "few tried"\n')
    waves = {"2023": {"Yes": 40, "Pilot": 20, "No": 40}, "2024": OLD}

    text = run(waves, "--crosswalk", str(crosswalk), codebooks=books).stdout

    assert "| Yes | 40.0 % (40 of 100) | 20.0 % (20 of 100)" in text
    assert "Left out, since not every wave offered it: Pilot, Trial." in text


def test_one_wave_is_no_trend(run):
    result = run({"2024": NEW})

    assert result.exit_code == 1
    assert "a trend needs two waves or more" in result.stderr


@pytest.mark.parametrize("words", [["xyz"], ["wave"], ["use", "--where", "xyz = a"]])
def test_an_unknown_item_is_told_with_the_codebooks_own(run, tmp_path, words):
    """Not with the item that tells joined waves apart, which no codebook has."""
    run({"2023": OLD, "2024": NEW})
    stub, *options = words
    folders = [str(tmp_path / "2023"), str(tmp_path / "2024")]

    done = CliRunner().invoke(
        main, ["trend", stub, *folders, "--threshold", "5", *options]
    )

    assert done.exit_code == 1
    (line,) = (x for x in done.stderr.splitlines() if x.startswith("error: "))
    assert line.startswith("error: 2024.toml: ")
    assert line.endswith((" it has use", " it may be use"))
