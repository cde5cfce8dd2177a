"""The survey of research software engineers of 2017, against its published tables.

Every file in ``../shared/data/rse2017/*/published`` is one table of the authors, one
question each, or several; ``[PERC]`` in a name means percentages
(softwaresaved/international-survey). Both are compared with `tabulate`, for Canada and
for Germany. The codebooks were drafted by the program and edited by hand.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from surveytools.analysis import tabulate
from surveytools.cleaning import clean, load_codebook
from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.matching import normalise
from surveytools.reading import read_export
from surveytools.study.tabplan import BaseKind

COUNTRIES = {"can": 110, "de": 325}

# Questions of which the published data hold no column.
WITHHELD = {
    "de": {
        "currentEmp2", "currentEmp20de", "currentEmp21de", "currentEmp22de",
        "currentEmp23de", "currentEmp24de", "socio10de", "socio4", "startlanguage",
    },
    "can": {"fund1_can"},
}  # fmt: skip

# Numbers that the authors give, and that the export has.
NUMBERS = {
    "can": {"canarie2_can": (83, 83), "proj1_can": (99, 99), "soft1can": (98, 98)},
    "de": {
        "currentEmp11": (297, 325),
        "proj1can": (300, 300),
        "soft1can": (325, 325),
        "train2": (197, 197),
    },
}
RANKED = "Rank the following factors dependent on how strongly they influenced"


class Cell(NamedTuple):
    """A published number: of which question, row and answer."""

    question: str
    row: str | None
    answer: str
    value: float


class Cleaned:
    """An export and its tables, by the text of a question."""

    def __init__(self, country: str, root: Path, data: Path) -> None:
        folder = root / "tests" / "acceptance" / f"rse2017_{country}"
        self.folder = data / "rse2017" / country
        self.book = load_codebook(folder / "codebook.toml")
        self.raw = read_export(self.folder / "public_data.csv")
        self.responses = clean([self.raw], self.book, wave="2017")
        self.tables: dict[tuple[str, BaseKind], dict[tuple[str, str], tuple]] = {}

    def find(self, question: str, row: str | None) -> tuple[str, str] | None:
        """Item, and row of a matrix; a published title may stop at a full stop."""
        wanted = plain(question)
        for item in self.book.items:
            header = plain(str(item.header))
            if header == wanted or (len(wanted) > 40 and header.startswith(wanted)):
                return item.code, row or ""
            if any(plain(r.text()) == wanted for r in item.rows):
                return item.code, question
        return None

    def cells(self, code: str, base: BaseKind) -> dict[tuple[str, str], tuple]:
        """Count and base by the labels of row and answer."""
        if (code, base) not in self.tables:
            item = self.book.item(code)
            rows = {row.code: plain(row.text()) for row in item.rows}
            table = tabulate(self.responses, code, base=base)
            labels = {c.code: normalise(c.text()) for c in table.answers}
            self.tables[code, base] = {
                (rows.get(cell.row, ""), labels[cell.answer]): (cell[3], cell[4])
                for cell in table.cells[
                    ["group", "row", "answer", "count", "base"]
                ].itertuples(index=False)
            }
        return self.tables[code, base]


@pytest.fixture(scope="module", params=COUNTRIES)
def survey(request, root, shared_data):
    return Cleaned(request.param, root, shared_data)


@pytest.fixture(scope="module")
def country(survey):
    return survey.folder.name


def plain(text: str) -> str:
    """Question text without its code, and the brackets around an array's rows."""
    bare = re.sub(r"^[A-Za-z0-9_]+(\[[^\]]*\])?\. ", "", text.strip(" \ufeff"))
    bare = bare.removesuffix("[PERCENTAGE]")
    return normalise(bare).strip(" []?.:")


def published(path: Path) -> Iterator[Cell]:
    """Give the numbers of a file, whichever way round it lies."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[cell.strip(" \ufeff") for cell in row] for row in csv.reader(file)]
    (corner, *heads), body = rows[0], rows[1:]
    for label, *values in body:
        for head, value in zip(heads, values, strict=True):
            number = float(value or 0)
            if heads[0] == "Yes":
                yield Cell(label, None, head, number)
            elif heads[0].startswith("Rank"):
                yield Cell(RANKED, head, label, number)
            else:
                several = head.startswith("Count")
                yield Cell(corner if several else head, None, label, number)


def files(survey, *, percent: bool) -> list[Path]:
    return [
        path
        for path in sorted((survey.folder / "published").glob("*.csv"))
        if ("[PERC]" in path.name) is percent and not lists_numbers(path)
    ]


def lists_numbers(path: Path) -> bool:
    """Tell the files that give the number of each respondent, one a line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return len(rows) > 20 and all(row[0].isdecimal() for row in rows)


def count(survey, cell: Cell) -> float | None:
    """Respondents who gave the answer, or none; ``None`` where there is no item."""
    found = survey.find(cell.question, cell.row)
    if found is None:
        return None
    code, row = found
    cells = survey.cells(code, BaseKind.ALL)
    if cell.answer:
        key = (plain(row), normalise(option_of(cell.answer)))
        return float(cells.get(key, (0, 0))[0])
    answered = survey.cells(code, BaseKind.ANSWERED)
    base = next(base for (at, _), (_, base) in answered.items() if at == plain(row))
    return float(len(survey.raw.frame) - base)


def option_of(answer: str) -> str:
    bare = answer.removesuffix(" [PERCENTAGE]")
    found = re.search(r"\[(.*)\]$", bare)
    return found[1] if found else bare


def test_export_is_limesurvey_and_nothing_is_unresolved(survey, country):
    assert survey.raw.platform == "limesurvey"
    assert len(survey.responses.frame) == COUNTRIES[country]
    assert not survey.responses.states.eq("unresolved").any(axis=None)


def test_published_counts(survey, country):
    compared, wrong, absent = 0, [], set()
    for path in files(survey, percent=False):
        for cell in published(path):
            ours = count(survey, cell)
            if ours is None:
                absent.add(path.stem)
            elif ours != cell.value:
                wrong.append((path.name, cell, ours))
            compared += ours is not None

    assert wrong == []
    assert absent == WITHHELD[country]
    assert compared == {"can": 191, "de": 671}[country]


def test_published_percentages(survey, country):
    compared, wrong = 0, []
    for path in files(survey, percent=True):
        if path.stem.removesuffix("[PERC]") in WITHHELD[country]:
            continue
        cells = [cell for cell in published(path) if cell.value]
        digits = 0 if all(cell.value.is_integer() for cell in cells) else 9
        for cell in cells:
            ours = share(survey, cell, path)
            if ours is not None:
                compared += 1
                if round(100 * ours, digits) != round(cell.value, digits):
                    wrong.append((path.name, cell, ours))

    assert wrong == []
    assert compared == {"can": 154, "de": 328}[country]


def share(survey, cell: Cell, path: Path) -> float | None:
    code, row = survey.find(cell.question, cell.row)
    several = survey.book.item(code).kind is Kind.MULTIPLE
    base = BaseKind.MENTIONS if several else BaseKind.ANSWERED
    cells = survey.cells(code, base)
    counted, of = cells[plain(row), normalise(option_of(cell.answer))]
    if cell.row is not None or path.stem.startswith("satisgen"):
        # Of the same answer in all ranks, and to both questions.
        of = sum(
            c
            for (_, a), (c, _) in cells.items()
            if a == normalise(option_of(cell.answer))
        )
    if path.stem.startswith("caf1"):  # "I'm not familiar with CAF" was left out
        of = sum(cells[plain(row), answer][0] for answer in ("yes", "no"))
    return counted / of


def test_published_numbers_of_each_respondent(survey, country):
    """Years, projects…; the authors' index is the position, from 0.

    Of the contracts in Germany they left out 28 long ones, and say nothing of it.
    """
    compared = {}
    for path in sorted((survey.folder / "published").glob("*.csv")):
        if "[PERC]" in path.name or not lists_numbers(path):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            head, *body = csv.reader(file)
        code, _ = survey.find(head[1], None)
        ours = survey.responses.frame[code]
        theirs = {int(at): float(value) for at, value in body if value}
        for at, value in theirs.items():
            assert ours.iloc[at] == pytest.approx(value, abs=0.001), (path.name, at)
        compared[path.stem] = (len(theirs), int(ours.notna().sum()))
    assert compared == NUMBERS[country]
