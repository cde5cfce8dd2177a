"""A French study's numbers: nothing that people read there is in English."""

import csv
import json
import re
from io import StringIO

import openpyxl
import pytest
from click.testing import CliRunner

from surveytools.cli import main
from surveytools.words import load_words

CODEBOOK = """\
title = "Petite enquête"

[[items]]
code = "dept"
header = "Département ?"
label = { en = "Department", fr = "Département" }
kind = "single-response"
choices = [
  { code = "it", label = "SI" }, { code = "ep", label = "EP" },
  { code = "th", label = "TH" }, { code = "hse", label = "HSE" },
]

[[items]]
code = "avis"
header = "Avis ?"
label = { en = "Opinion", fr = "Avis" }
kind = "likert"
unit = "team"
choices = [
  { code = "bad", label = { en = "Bad", fr = "Mauvais" }, value = 1 },
  { code = "fair", label = { en = "Fair", fr = "Moyen" }, value = 2 },
  { code = "good", label = { en = "Good", fr = "Bon" }, value = 3 },
]

[[items]]
code = "outils"
header = "Outils ?"
label = { en = "Tools", fr = "Outils" }
kind = "multiple-response"
separator = ";"
choices = [{ code = "git", label = "Git" }, { code = "svn", label = "Subversion" }]

[[items]]
code = "heures"
header = "Heures ?"
label = { en = "Hours", fr = "Heures" }
kind = "number"
"""
ROWS = [
    *(f"SI,{answer},Git,{n % 40}" for n, answer in enumerate(["Bon", "Moyen"] * 60)),
    *(f"EP,{answer},Git;Subversion,{n}" for n, answer in enumerate(["Mauvais"] * 40)),
    *(f"TH,{answer},Subversion,{n}" for n, answer in enumerate(["Moyen", "Bon"] * 10)),
    "HSE,Bon,Git,3",
    ",Bon,Git,3",
    "SI,Bof,Git,3",
]
"""Letters, a base below 30, a group to withhold, an answer that nobody knows."""

POPULATION = """\
unit,year,headcount,source
it,2026,200,Liste
ep,2026,90,Liste
th,2026,30,Liste
"""
WEIGHTS = """\
[weights]
limits = [0.3, 3.5]
[[weights.margins]]
item = "dept"
without = ["hse"]
targets = { it = 0.5, ep = 0.3, th = 0.2 }
"""
CODES = {
    *("stub", "banner", "base", "unit", "profile", "interval", "test", "line", "table"),
    *("id", "group", "row", "answer", "other", "withheld", "where"),
}
"""Columns and keys whose values are codes: English in every language."""

TABLES = {
    "letters": "avis --by dept --compare holm --summary --box 1",
    "nets": "avis --net Content=fair,good --where outils=git --weights weights.toml",
    "intervals": "avis --by dept --interval wilson --population population.csv",
    "rates": "dept --base all --population population.csv",
    "mentions": "outils --by dept --base mentions --compare none --interval wilson",
    "fisher": "outils --by dept --compare benjamini-hochberg --test fisher",
    "overlap": "avis --by outils --compare holm",
    "numbers": "heures --by dept --compare holm",
    "numbers that overlap": "heures --by outils --compare holm",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    place = tmp_path_factory.mktemp("french")
    (place / "codebook.toml").write_text(CODEBOOK)
    (place / "population.csv").write_text(POPULATION)
    (place / "weights.toml").write_text(WEIGHTS)
    lines = ["Département ?,Avis ?,Outils ?,Heures ?", *ROWS, ""]
    (place / "export.csv").write_text("\n".join(lines))
    clean = ["clean", str(place / "export.csv"), "--language", "fr"]
    clean += ["--codebook", str(place / "codebook.toml")]
    for wave in ("2025", "2026"):
        result = CliRunner().invoke(main, [*clean, "--out", str(place / wave)])
        assert result.exit_code == 0, result.output
    return place


def english():
    """Give the words that the English texts have, and no French one."""
    spoken = {
        language: words_in(
            re.sub(r"{\w+}", " ", " ".join(load_words(language).texts.values()))
        )
        for language in ("en", "fr")
    }
    return spoken["en"] - spoken["fr"]


def words_in(text):
    return {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)}


def told(value, name=""):
    """Give the texts of a JSON value that are no codes."""
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in told(each, key)]
    if isinstance(value, list):
        return [text for each in value for text in told(each, name)]
    return [value] if isinstance(value, str) and name not in CODES else []


def read_by_people(path):
    """Give the texts of an output that are no names of columns, keys or codes."""
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path)["About"]
        return [str(row[0].value) for row in sheet.iter_rows()]
    content = path.read_text()
    if path.suffix == ".json":
        return told(json.loads(content))
    if path.suffix == ".csv":
        return told(list(csv.DictReader(StringIO(content))))
    return [re.sub(r"<[^>]*>", " ", content)]


@pytest.mark.parametrize("written", ["md", "html", "csv", "json", "xlsx"])
@pytest.mark.parametrize("kind", [*TABLES, "unprotected", "trend"])
def test_nothing_that_people_read_is_in_english(home, monkeypatch, kind, written):
    monkeypatch.chdir(home)
    command = ["table", "2026", *TABLES.get(kind, "avis").split()]
    if kind == "trend":
        command = ["trend", "avis", "2025", "2026"]
    least = "1" if kind == "unprotected" else "5"
    end = ["--threshold", least, "--format", written, "--out", f"out.{written}"]
    result = CliRunner().invoke(main, [*command, *end])
    assert result.exit_code == 0, result.output
    texts = read_by_people(home / f"out.{written}")

    said = "NON PROTÉGÉ" if kind == "unprotected" else "seuil 5|répondants masqués"
    assert re.search(said, " ".join(texts)) or (kind, written) == ("trend", "csv")
    assert {word for text in texts for word in words_in(text)} & english() == set()
