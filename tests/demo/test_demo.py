"""The demo study: what the files look like, and what was planted in them.

Expected margins come from cern.md 7.6: differences of about one point in (a) and (b),
shares of 0.42 against 0.03 in (c), 0.55 against 0.88 in (e).
"""

import csv
import re
from collections import Counter
from datetime import timedelta
from functools import cache
from itertools import combinations

import openpyxl
import pandas as pd
import pytest

from surveytools.demo import respondents, write_demo
from surveytools.demo import submissions as rooms
from surveytools.demo.facts import distribution, questionnaire
from surveytools.demo.free_text import address
from surveytools.demo.mess import answered

WAVES = (2023, 2024)
PROFILE = distribution()["profile"]
ATS = ("BE", "SY", "TE", "EN")
LABEL_EN = "Synthetic demo data, nobody's answers"
LABEL_FR = "Données de démonstration synthétiques, réponses de personne"
NAMES = [
    "synthetic-2023-indico.xlsx",
    "synthetic-2024-indico.xlsx",
    "synthetic-2024-google.csv",
]


simulate = cache(respondents.simulate)
submissions = cache(rooms.submissions)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    write_demo(folder)
    return folder


@pytest.fixture(scope="module", params=WAVES)
def wave(request):
    return request.param


@pytest.fixture(scope="module")
def truth(wave):
    return simulate(wave)


@pytest.fixture(scope="module")
def given(wave):
    return answered(wave)


@pytest.fixture(scope="module")
def rows(wave):
    return submissions(wave)


@cache
def sheet(path):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Sheet1"]
    return book, list(book["Sheet1"].iter_rows())


def scores(frame, column):
    """Mean score by profile; "not applicable" and blanks don't count."""
    numbers = pd.to_numeric(frame[column].where(frame[column].ne("NA")))
    return numbers.groupby(frame["Q01"].map(PROFILE)).mean()


def test_two_runs_write_the_same_bytes(folder, tmp_path):
    paths = write_demo(tmp_path)

    assert [path.name for path in paths] == NAMES
    for path in paths:
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_the_committed_files_are_those_that_the_program_writes(folder, pytestconfig):
    committed = pytestconfig.rootpath / "data" / "raw"
    for name in NAMES:
        assert (committed / name).read_bytes() == (folder / name).read_bytes()


def test_respondents_by_department(wave, truth):
    sizes = distribution()["waves"][str(wave)]["departments"]

    assert truth["Q01"].value_counts().to_dict() == sizes
    assert len(truth) == {2023: 240, 2024: 310}[wave]


@pytest.mark.parametrize(
    ("name", "count", "columns", "label"),
    [
        (NAMES[0], 247, 3 + 112 + 1, LABEL_EN),
        (NAMES[1], 262, 3 + 116 + 1, LABEL_EN),
    ],
)
def test_indico_workbook(folder, name, count, columns, label):
    book, (header, *body) = sheet(folder / name)

    texts = [cell.value for cell in header]
    assert texts[:4] == [
        "Submitter",
        "Submitter Email",
        "Submission Date",
        "About you: Which department or unit do you work in?",
    ]
    assert (
        "How satisfied are you with the services you use?: "
        "SWAN (Service for Web-based ANalysis)"
    ) in texts
    assert texts[-1] == label
    assert len(texts) == len(set(texts)) == columns
    assert all(cell.font.bold for cell in header)
    assert len(body) == count
    assert {line[-1].value for line in body} == {"synthetic"}
    assert {line[2].number_format for line in body} == {"yyyy-mm-dd hh:mm"}
    # Formulas and numbers stay text, as in Indico's own workbooks.
    kinds = Counter(cell.data_type for line in body for cell in line if cell.value)
    assert set(kinds) == {"s", "d"}
    assert "SYNTHETIC" in book.properties.title
    assert "SYNTHETIC" in book.properties.description


def test_google_table(folder):
    raw = (folder / NAMES[2]).read_bytes()
    text = raw.decode()

    assert not raw.startswith(b"\xef\xbb\xbf")
    assert "\r" not in text
    assert text.endswith('"synthétique"')
    header, *body = csv.reader(text.splitlines(keepends=True), strict=True)
    assert header[:2] == [
        "Horodateur",
        "Dans quel département ou quelle unité travaillez-vous ?",
    ]
    assert header[-1] == LABEL_FR
    assert "Quelle est la gravité des obstacles suivants pour vous ? " in (
        " ".join(header)
    )
    assert len(body) == 55
    assert {len(line) for line in body} == {118}
    stamp = re.compile(r"2024/03/\d\d ([1-9]|1[0-2]):\d\d:\d\d [AP]M CET")
    assert all(stamp.fullmatch(line[0]) for line in body)


def test_services_that_did_not_exist_were_not_asked():
    assert {"Q13.GENAI", "Q14.NGT"} <= set(simulate(2024))
    assert not {"Q13.GENAI", "Q13.NGT", "Q14.GENAI", "Q14.NGT"} & set(simulate(2023))


def test_external_assistants_doubled_between_the_waves():
    share = [simulate(w)["Q16"].map(lambda c: "EXT_LLM" in c).mean() for w in WAVES]

    assert 1.5 < share[1] / share[0] < 2.6


def test_only_who_was_asked_answered(wave, truth):
    none = truth[truth["Q06"].eq("NONE")]
    for item in questionnaire(wave).items:
        if item.asked_of:
            assert none[item.code].isna().all(), item.code


def test_truth_contradicts_nothing(truth):
    hours = pd.to_numeric(truth["Q20"])
    gpus = truth["Q19"].isin(["1", "2_4", "5_8", "9_32", "GT32"])

    assert not (truth["Q24"].eq("NOGPU") & hours.gt(0)).any()
    assert not (truth["Q21"].eq("NOTRAIN") & hours.gt(10)).any()
    assert not (gpus & truth["Q18"].map(lambda c: c == ("CPU",))).any()
    for item in ("Q16", "Q25", "Q26", "Q29"):
        several = truth[item].dropna()
        assert not several.map(lambda c: "NONE" in c and len(c) > 1).any()
    assert truth["Q28"].map(len).max() == 5


def test_only_used_services_are_rated(wave, truth, given):
    def rated_unused(frame):
        return sum(
            frame[f"Q14.{row.code}"].notna()
            & frame[f"Q13.{row.code}"].isin(["UNK", "KNOW"])
            for row in questionnaire(wave).item("Q13").rows
        ).sum()

    assert rated_unused(truth) == 0
    assert rated_unused(given) == 1


def test_planted_gpu_obstacles(truth, given):
    for frame in (truth, given):
        for row, margin in (("GPU", 0.6), ("MULTI", 0.8)):
            mean = scores(frame, f"Q27.{row}")
            assert mean["PHYS"] - mean["ACC"] > margin


def test_planted_lack_of_skill(truth, given):
    for frame in (truth, given):
        mean = scores(frame, "Q27.SKILL")
        assert mean["SUP"] - mean["PHYS"] > 1
        assert mean["ACC"] - mean["PHYS"] > 0.6


def test_planted_need_on_the_technical_network(truth, given):
    for frame in (truth, given):
        wants = frame["Q28"].dropna().map(lambda c: "CTRLNET" in c)
        share = wants.groupby(frame["Q01"].map(PROFILE)).mean()
        assert share.pop("ACC") > 0.3
        assert share.max() < 0.1


def test_planted_interest_of_the_accelerator_sector(truth, given):
    for frame in (truth, given):
        for row in ("DT", "AUTO"):
            mean = scores(frame, f"Q30.{row}")
            assert mean.pop("ACC") - mean.max() > 0.4


def test_planted_awareness(truth, given):
    for frame in (truth, given):
        aware = {
            service: frame[f"Q13.{service}"].dropna().ne("UNK").mean()
            for service in ("ML_CERN", "SWAN")
        }
        assert aware["SWAN"] - aware["ML_CERN"] > 0.2


def test_planted_impatience(truth):
    long = truth["Q24"].isin(["8_24H", "1_7D", "GT7D"])
    short = truth["Q24"].isin(["NONE", "LT10M", "10_60M", "1_8H"])
    columns = [f"Q14.{code}" for code in distribution()["gpu_services"]]
    rated = truth[truth.columns.intersection(columns)]
    numbers = rated.where(rated.ne("NA")).apply(pd.to_numeric)
    mean = [numbers[who].melt()["value"].mean() for who in (short, long)]
    assert mean[0] - mean[1] > 0.25


def test_planted_use_of_nxcals(truth, given):
    for frame in (truth, given):
        uses = frame["Q13.NXCALS"].isin(["OCC", "REG", "CRIT"])
        accelerators = frame["Q01"].isin(ATS)
        assert uses[accelerators].mean() > 0.4
        assert uses[~accelerators].mean() < 0.06


def test_no_effect_is_planted_on_sustainability(truth, given):
    for frame in (truth, given):
        mean = scores(frame, "Q30.GREEN")
        assert mean.max() - mean.min() < 0.5


def test_rows_beside_the_genuine_ones(wave, rows):
    kinds = Counter(row.kind for row in rows)
    assert kinds == {
        "genuine": {2023: 240, 2024: 310}[wave],
        "exact duplicate": 3,
        "near duplicate": 2,
        "test": 2,
    }


def test_duplicates_repeat_the_answers(wave, rows, given):
    original = {row.respondent: row for row in rows if row.kind == "genuine"}
    copies = [row for row in rows if row.kind.endswith("duplicate")]
    across = [row for row in copies if row.export != original[row.respondent].export]

    assert len(across) == {2023: 0, 2024: 2}[wave]
    for copy in copies:
        first = original[copy.respondent]
        assert timedelta(0) < copy.submitted - first.submitted < timedelta(minutes=30)
        assert copy.name == first.name
        if copy.export == first.export:
            changed = {c for c in copy.cells if copy.cells[c] != first.cells[c]}
            assert len(changed) == (0 if copy.kind.startswith("exact") else 3)


def test_nobody_else_gave_the_same_answers(given):
    answers = given.drop(columns=["language", "submitted"])
    reached = answers[answers["Q31"].notna()].to_numpy().tolist()
    fewest = min(
        sum(a != b for a, b in zip(one, two, strict=True))
        for one, two in combinations(reached, 2)
    )
    assert fewest > 10


def test_typed_departments(rows, given):
    typed = [
        row.cells["Q01"]
        for row in rows
        if row.kind == "genuine" and row.cells["Q01"] not in PROFILE
    ]
    assert {"PH", "CMS", "ATS", "SMB", "be/op", "IT-PW-PI", "ep department"} <= {*typed}


def test_odd_numbers(rows):
    cells = [row.cells[code] for row in rows for code in ("Q12", "Q20")]
    odd = [cell for cell in cells if cell and not cell.isdigit()]

    for form in (r"~\d+", r"\d+-\d+", r"\d+k", r"\d+ \d{3}", r"\d+h"):
        assert any(re.fullmatch(form, cell) for cell in odd), form


@pytest.mark.parametrize("export", ["indico", "google"])
def test_hostile_texts(export):
    rows = [row for row in submissions(2024) if row.export == export]
    texts = [row.cells[code] for row in rows for code in ("Q02", "Q08", "Q34")]

    for start in ("=HYPERLINK(", "<script>", "None", "N/A", "../../x", "- ", "@", "+1"):
        assert any(text.startswith(start) for text in texts), start
    for part in (r"$\frac{1}{0}$", "🚀", "\n", "@example.org", "+33 1 99 00 12 34"):
        assert any(part in text for text in texts), part
    assert max(map(len, texts)) == 2000


def test_names_stand_in_the_workbooks_and_only_there(folder):
    for year, count in ((2023, 40), (2024, 44)):
        names = {row.name for row in submissions(year) if row.name}
        assert len(names) == count
        _, (_, *body) = sheet(folder / f"synthetic-{year}-indico.xlsx")
        people = {(line[0].value, line[1].value) for line in body} - {(None, None)}
        assert people == {(name, address(name)) for name in names}
        table = (folder / NAMES[2]).read_text(encoding="utf-8")
        assert not any(name in table for name in names)
