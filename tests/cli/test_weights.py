"""Weighted shares by ``surveytools table --weights``."""

import csv
import json
import stat

import numpy as np
import pytest
from click.testing import CliRunner
from statsmodels.stats.proportion import proportion_confint

from surveytools.cli import main

CODEBOOK = """\
title = "Small survey"
[[items]]
code = "dept"
header = "Department?"
label = "Department"
kind = "single-response"
choices = [
  { code = "it", label = "IT" }, { code = "ep", label = "EP" },
  { code = "hse", label = "HSE" },
]
[[items]]
code = "site"
header = "Site?"
label = "Site"
kind = "single-response"
choices = [{ code = "m", label = "Meyrin" }, { code = "p", label = "Prévessin" }]
[[items]]
code = "use"
header = "Use?"
label = "Use"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
"""
PEOPLE = {"it": 100, "ep": 300, "hse": 50}
WEIGHTS = """\
[[weights.margins]]
item = "dept"
targets = { it = 100, ep = 300, hse = 50 }
"""


def rows_of(groups):
    """Respondents of departments: how many said yes, and how many no."""
    return [
        (dept, "mp"[at % 2], answer)
        for dept, (yes, no) in groups.items()
        for at, answer in enumerate(["yes"] * yes + ["no"] * no)
    ]


@pytest.fixture
def run(tmp_path):
    def invoke(groups, *options, weights=WEIGHTS):
        lines = ["Department?,Site?,Use?"]
        lines += [
            f"{dept.upper()},{'Meyrin' if site == 'm' else 'Prévessin'},{use.title()}"
            for dept, site, use in rows_of(groups)
        ]
        (tmp_path / "export.csv").write_text("\n".join([*lines, ""]), "utf-8")
        (tmp_path / "codebook.toml").write_text(CODEBOOK, "utf-8")
        (tmp_path / "study.toml").write_text(weights)
        export, codebook, clean, study = (
            str(tmp_path / name)
            for name in ("export.csv", "codebook.toml", "clean", "study.toml")
        )
        call = CliRunner().invoke
        made = call(main, ["clean", export, "--codebook", codebook, "--out", clean])
        assert made.exit_code == 0, made.output
        asked = ["table", clean, "use", "--threshold", "5", "--weights", study]
        return call(main, [*asked, *options])

    return invoke


GROUPS = {"it": (30, 10), "ep": (5, 15), "hse": (5, 5)}


def cells_of(result):
    assert result.exit_code == 0, result.output
    cells = json.loads(result.stdout)["cells"]
    return {(cell["group"], cell["answer"]): cell for cell in cells}


def test_shares_errors_and_bases_are_those_of_svy(run):
    svy = pytest.importorskip("svy", reason="needs the extra 'oracles'")
    polars = pytest.importorskip("polars", reason="needs the extra 'oracles'")
    rows = rows_of(GROUPS)
    sizes = {dept: sum(counts) for dept, counts in GROUPS.items()}
    weights = [PEOPLE[dept] / sizes[dept] for dept, _, _ in rows]
    data = polars.DataFrame({"use": [use for *_, use in rows], "w": weights})
    estimates = svy.Sample(data, svy.Design(wgt="w")).estimation.prop("use").estimates
    expected = dict(zip(("no", "yes"), estimates, strict=True))

    cells = cells_of(run(GROUPS, "--by", "dept", "--format", "json"))
    for answer, theirs in expected.items():
        ours = cells["total", answer]
        base = theirs.est * (1 - theirs.est) / theirs.se**2
        bounds = proportion_confint(theirs.est * base, base, method="wilson")
        assert ours["weighted_share"] == pytest.approx(theirs.est)
        found = (ours["weighted_low"], ours["weighted_high"])
        assert found == pytest.approx(bounds, rel=1e-6)
    w = np.array(weights)
    kish = w.sum() ** 2 / (w @ w)  # Kish 1965, 11.7
    assert cells["total", "yes"]["effective_base"] == pytest.approx(kish)
    assert cells["it", "yes"]["weighted_share"] == pytest.approx(0.75)


def test_raked_shares_are_those_of_svys_weights(run):
    svy = pytest.importorskip("svy", reason="needs the extra 'oracles'")
    polars = pytest.importorskip("polars", reason="needs the extra 'oracles'")
    groups = {"it": (30, 10), "ep": (5, 15), "hse": (10, 10)}
    targets = {"dept": PEOPLE, "site": {"m": 300, "p": 150}}
    rows = rows_of(groups)
    data = polars.DataFrame(rows, schema=["dept", "site", "use"], orient="row")
    sample = svy.Sample(data.with_columns(w=polars.lit(1.0)), svy.Design(wgt="w"))
    raked = sample.weighting.rake(controls=targets, wgt_name="raked").data["raked"]
    said = np.array([use == "yes" for *_, use in rows])
    expected = raked.to_numpy()[said].sum() / raked.sum()

    weights = f'{WEIGHTS}[[weights.margins]]\nitem = "site"\n'
    weights += "targets = { m = 300, p = 150 }\n"
    cells = cells_of(run(groups, "--format", "json", weights=weights))

    assert cells["total", "yes"]["weighted_share"] == pytest.approx(expected, rel=1e-4)


def test_the_note_says_what_is_weighted_to_and_the_owner_gets_a_report(run, tmp_path):
    population = tmp_path / "population.csv"
    lines = ["unit,headcount,source", "it,100,HR list", "ep,300,HR list"]
    population.write_text("\n".join(lines))
    weights = '[[weights.margins]]\nitem = "dept"\nwithout = ["hse"]\n'
    weights = f'[files]\npopulation = "population.csv"\n{weights}'
    result = run(GROUPS, weights=weights)

    assert "Weighted to Department (HR list), without hse." in result.stdout
    assert "| Yes, weighted | 37.5 % (" in result.stdout  # (100 x 75 + 300 x 25)/400
    assert "effective base 33.7 of 60" in result.stderr  # 400² / (40 x 2.5² + 20 x 15²)
    report = tmp_path / "clean" / "weighting.csv"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    with report.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["dept = it", "dept = ep"]
    assert [float(row["weight"]) for row in rows] == [2.5, 15]
    assert {row["left_out"] for row in rows} == {"10"}


def test_nobody_stands_for_a_department_in_which_nobody_answered(run, tmp_path):
    """R's postStratify refuses as well, unless told to leave strata out (partial)."""
    people = "unit,headcount\nit,100\nep,300\nhse,5000\n"
    (tmp_path / "population.csv").write_text(people)
    weights = '[files]\npopulation = "population.csv"\n'
    weights += '[[weights.margins]]\nitem = "dept"\n'
    groups = {"it": (30, 10), "ep": (5, 15)}

    refused = run(groups, weights=weights)
    left_out = run(groups, weights=f'{weights}without = ["hse"]\n')

    assert refused.exit_code == 1
    assert (
        "margin 'dept' has a target for 'hse' and nobody in it; merge it with one that "
        "has respondents, or leave it out (without)"
    ) in refused.stderr
    assert "| Yes, weighted | 37.5 % (" in left_out.stdout  # (100 x 75 + 300 x 25)/400
    assert "Weighted to Department, without hse." in left_out.stdout


def test_weighted_totals_do_not_give_a_small_department_away(run):
    # The four of HSE are 1 or 3 for yes; with EP's, which goes with them, 6 either way.
    outputs = [
        run({"it": (30, 10), "ep": ep, "hse": hse}, "--by", "dept", "--format", "json")
        for ep, hse in [((5, 15), (1, 3)), ((3, 17), (3, 1))]
    ]
    cells = cells_of(outputs[0])

    assert outputs[0].stdout == outputs[1].stdout
    assert cells["total", "yes"]["share"] == pytest.approx(36 / 64)
    assert cells["total", "yes"]["weighted_share"] is None
    assert cells["it", "yes"]["weighted_share"] == pytest.approx(0.75)


def test_without_groups_a_small_department_is_not_weighted_in_either(run):
    cells = cells_of(
        run({"it": (30, 10), "ep": (5, 15), "hse": (1, 3)}, "--format", "json")
    )

    assert cells["total", "yes"]["count"] == 36
    assert cells["total", "yes"]["weighted_share"] is None
    assert cells["total", "yes"]["effective_base"] is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            WEIGHTS.replace(", hse = 50", ""),
            (
                "error: margin 'dept' has respondents in 'hse' and no target; give it "
                "a target, merge it with another category, or leave them out\n"
            ),
        ),
        (
            f"[weights]\nlimits = [0.9, 1.1]\n{WEIGHTS}",
            (
                "error: no weights from 0.9 to 1.1 met all margins: after 1000 passes, "
                "margin 'dept' has 0.5373 in 'it' where 0.2222 is wanted; widen the "
                "limits, merge its categories, or leave the margin out\n"
            ),
        ),
        (
            f"[weights]\nlimits = [3, 0.3]\n{WEIGHTS}",
            (
                "error: study.toml, column 'weights': found limits 3 and 0.3; put the "
                "mean weight, 1, between\n"
            ),
        ),
        (
            '[[weights.margins]]\nitem = "dept"\n',
            (
                "error: margin 'dept' has no targets; write its targets, or give the "
                "headcounts of its choices\n"
            ),
        ),
        (
            'title = "Study"\n',
            (
                "error: study.toml: has no section [weights]; say there what to weight "
                "to\n"
            ),
        ),
    ],
    ids=["no target", "limits", "limits the wrong way", "no headcounts", "no section"],
)
def test_what_can_not_be_met_is_named(run, weights, message):
    result = run(GROUPS, weights=weights)

    assert result.exit_code == 1
    assert result.stderr == message
