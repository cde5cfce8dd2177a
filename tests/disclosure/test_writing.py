import dataclasses
import json
from io import BytesIO, StringIO

import openpyxl
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from surveytools.analysis.estimation import Estimation
from surveytools.cleaning.codebook import Choice
from surveytools.disclosure import protect
from surveytools.disclosure.writing import (
    as_csv,
    as_json,
    as_markdown,
    as_workbook,
    tidy,
)
from surveytools.study.study import Profile


@pytest.fixture
def safe(make_table):
    table = make_table(
        [[2, 1], [10, 12], [20, 30]],
        answers=(Choice("a0", "=1+1"), Choice("a1", {"en": "No | <b>", "fr": "Non"})),
        no_group=3,
        where="use != none",
    )
    return protect(table, threshold=5, profile=Profile.WORKSHOP)


def test_markdown_is_for_people(safe):
    assert as_markdown(safe) == (
        "**Use by Department**\n"
        "\n"
        "| Use | G0 | G1 | G2 | Total |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| =1+1 | withheld | withheld | 40.0 % (20) | 42.7 % (32) |\n"
        "| No \\| &lt;b> | withheld | withheld | 60.0 % (30) | 57.3 % (43) |\n"
        "| Base | withheld | withheld | 50 | 75 |\n"
        "\n"
        "Base: respondents who answered\n"
        "\n"
        "Only where use != none\n"
        "\n"
        "Left out: a few (no group)\n"
        "\n"
        "Base below 100: G2, Total\n"
        "\n"
        "4 of 8 cells withheld\n"
        "\n"
        "threshold 5, profile workshop: groups of 1 to 4 respondents withheld; answers "
        "that all of a group gave withheld; and what would give these away\n"
    )


def test_markdown_speaks_the_language_of_the_codebook(safe):
    nb = "\N{NO-BREAK SPACE}"
    text = as_markdown(safe, language="fr")

    assert f"| Non | masqué | masqué | 60,0{nb}% (30) | 57,3{nb}% (43) |" in text
    assert text.partition(f"| 75 |\n\nBase{nb}: ")[2] == (
        "répondants qui ont répondu\n"
        "\n"
        "Seulement si use != none\n"
        "\n"
        f"Laissés de côté{nb}: quelques-uns (sans groupe)\n"
        "\n"
        f"Base de moins de 100{nb}: G2, Total\n"
        "\n"
        f"Cases masquées{nb}: 4 sur 8\n"
        "\n"
        f"seuil 5, profil atelier{nb}: groupes de 1 à 4 répondants masqués{nb}; "
        f"réponses données par tout un groupe masquées{nb}; "
        "et ce qui les révélerait\n"
    )


def test_markdown_says_when_nothing_was_protected(make_table):
    safe = protect(make_table([[2, 1]]), threshold=1, profile=Profile.WORKSHOP)

    assert as_markdown(safe).endswith("UNPROTECTED: a threshold of 1 hides nothing\n")


def test_csv_has_a_row_a_cell_and_no_formula(safe):
    cells = pd.read_csv(StringIO(as_csv(safe)), keep_default_na=False, dtype=str)

    assert len(cells) == 8
    assert set(cells["answer_label"]) == {"'=1+1", "No | <b>"}
    assert cells["withheld"].tolist() == ["true"] * 4 + ["false"] * 4
    assert (
        cells.loc[:3, ["count", "base", "share", "low", "high"]].eq("").all(axis=None)
    )
    assert cells.loc[4:, "count"].tolist() == ["20", "30", "32", "43"]
    assert set(cells["protection"]) == {"threshold 5, profile workshop"}


def test_json_has_null_for_what_is_withheld(safe):
    content = json.loads(as_json(safe))

    assert content["protected"] is True
    assert content["no_group"] is None
    first, last = content["cells"][0], content["cells"][-1]
    assert (first["count"], first["base"], first["share"]) == (None, None, None)
    assert (last["count"], last["base"], last["withheld"]) == (43, 75, False)


def test_workbook_holds_texts_as_texts(safe):
    book = openpyxl.load_workbook(BytesIO(as_workbook(safe)))

    rows = list(book["Table"].iter_rows())
    header = [cell.value for cell in rows[0]]
    label, count = header.index("answer_label"), header.index("count")
    assert (rows[1][label].value, rows[1][label].data_type) == ("=1+1", "s")
    assert rows[1][count].value is None
    assert rows[5][count].value == 20
    assert "4 of 8 cells withheld" in [
        row[0].value for row in book["About"].iter_rows()
    ]


def test_equal_tables_give_equal_bytes(safe):
    assert as_workbook(safe) == as_workbook(safe)


def test_an_answer_with_its_own_base_shows_it(make_table):
    table = make_table([[2, 9], [10, 12]])
    own = table.cells.assign(base=[20, 30, 20, 30, 40, 60])
    table = make_table(
        [[2, 9], [10, 12]], cells=own, answers_partition=False, groups_partition=False
    )

    text = as_markdown(protect(table, threshold=1, profile=Profile.WORKSHOP))

    assert "(2 of 20)" in text
    assert "| Base |" not in text


def test_a_withheld_count_has_no_response_rate(make_table):
    made = make_table([[12, 3, 20, 40]], names_groups=True)
    table = dataclasses.replace(
        made,
        banner=None,
        groups=made.groups[1:],
        cells=made.cells[made.cells["group"].eq("total")],
        estimation=Estimation(headcounts={"a0": 50, "a1": 50, "a2": 40}),
    )
    safe = protect(table, threshold=5, profile=Profile.WORKSHOP)
    cells = tidy(safe).set_index("answer")

    assert cells.loc["a0", "withheld"]  # or subtraction would tell the second
    assert cells["response_rate"].isna().tolist() == [True, True, False, True]
    assert cells.loc["a2", "response_rate"] == 20 / 40
    assert "| A1 | withheld | 50 | withheld |" in as_markdown(safe)


def test_intervals_are_made_from_shown_numbers(make_table):
    population = {"g0": 30, "g1": 60, "g2": 70}
    made = make_table(
        [[2, 1], [10, 12], [20, 30]], estimation=Estimation(population=population)
    )
    cells = tidy(protect(made, threshold=5, profile=Profile.WORKSHOP))
    found = cells.set_index(["group", "answer"]).loc[("g2", "a0")]
    corrected = 50 * 69 / 20  # n* = n (N - 1) / (N - n)
    low, high = proportion_confint(0.4 * corrected, corrected, method="wilson")

    assert (found["low"], found["high"]) == pytest.approx((low, high))
    assert cells[cells["withheld"]][["low", "high"]].isna().all(axis=None)
    assert cells["population"].dropna().unique().tolist() == [30, 60, 70]
    assert cells["low_base"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
