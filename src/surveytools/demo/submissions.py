"""Rows of the exports: respondents, those who answered twice, and test rows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from surveytools.demo import draws, free_text, spelling
from surveytools.demo.facts import Questionnaire, distribution, questionnaire
from surveytools.demo.mess import export_of, spoilt
from surveytools.demo.respondents import Respondent

__all__ = ["Submission", "submissions"]

EXACT, NEAR, TEST, GENUINE = "exact duplicate", "near duplicate", "test", "genuine"

# Who answers twice: kind, export of the first and of the second submission.
_TWICE = {
    2023: [(EXACT, "indico", "indico")] * 3 + [(NEAR, "indico", "indico")] * 2,
    2024: [
        (EXACT, "indico", "indico"),
        (EXACT, "google", "google"),
        (EXACT, "indico", "google"),
        (NEAR, "indico", "indico"),
        (NEAR, "google", "indico"),
    ],
}
_TESTS = {2023: ("indico", "indico"), 2024: ("indico", "google")}
# Answers that somebody who answers twice has given, so that the copy is no accident.
_ENOUGH = 60


@dataclass(frozen=True, slots=True)
class Submission:
    """One row of an export.

    Attributes
    ----------
    respondent
        Row of `mess.answered` and `respondents.simulate`; None for test rows.
    kind
        ``genuine``, ``exact duplicate``, ``near duplicate`` or ``test``.
    export
        ``indico`` or ``google``.
    submitted
        Local time of Zurich, naive.
    name
        Invented name of the submitter; None where the submission is anonymous.
    cells
        Text by column (question code, ``Q13.ML_CERN`` for matrix rows); blank where
        nothing was answered.
    """

    respondent: int | None
    kind: str
    export: str
    submitted: datetime
    name: str | None
    cells: spelling.Cells


def submissions(wave: int) -> list[Submission]:
    """Make the rows of all exports of a wave, in order of submission.

    Parameters
    ----------
    wave
        2023 (247 rows, all Indico) or 2024 (317 rows, Indico and Google Forms):
        respondents, 3 exact and 2 near duplicates, 2 test rows. In 2024 one exact
        and one near duplicate lie across the two exports.

    Returns
    -------
    list of Submission
        In order of submission; the rows of one export in file order.
    """
    facts, asked = distribution(), questionnaire(wave)
    settings = facts["waves"][str(wave)]
    rng = np.random.Generator(np.random.PCG64([settings["seed"], 2]))
    rows = spoilt(wave)
    spelt = spelling.departments(rng, facts, asked, rows)
    odd = spelling.numbers(rng, facts, rows)
    names = _names(rng, rows, wave)
    genuine = []
    for index, person in enumerate(rows):
        export = export_of(person, wave)
        cells = spelling.cells(asked, person, export) | odd.get(index, {})
        cells["Q01"] = spelt[index][export]
        when, name = _time(person), names.get(index)
        genuine.append(Submission(index, GENUINE, export, when, name, cells))
    # Whoever answers twice got to the end and wrote nothing that needs correction.
    twice = [
        each
        for index, each in enumerate(genuine)
        if each.cells["Q01"] == rows[index]["Q01"]
        and index not in odd
        and sum(map(bool, each.cells.values())) > _ENOUGH
        and each.cells["Q31"]
    ]
    copies = _copies(rng, asked, rows, draws.sample(rng, twice, len(twice)), wave)
    kept = {copy.respondent for copy in copies}
    planted = _planted(rng, rows, genuine, kept)
    tests = [
        _test_row(asked, export, settings["opened"], number)
        for number, export in enumerate(_TESTS[wave])
    ]
    return sorted([*planted, *copies, *tests], key=lambda each: each.submitted)


def _time(person: Respondent) -> datetime:
    """Time of submission."""
    return datetime.fromisoformat(str(person["submitted"]))


def _names(
    rng: np.random.Generator, rows: list[Respondent], wave: int
) -> dict[int, str]:
    """Name some who answered with Indico while the survey was not anonymous."""
    size = distribution()["waves"][str(wave)]["named"]
    candidates = [i for i, row in enumerate(rows) if export_of(row, wave) == "indico"]
    named = draws.sample(rng, candidates, size)
    return dict(zip(named, free_text.invented_names(rng, size), strict=True))


def _copies(
    rng: np.random.Generator,
    asked: Questionnaire,
    rows: list[Respondent],
    candidates: list[Submission],
    wave: int,
) -> list[Submission]:
    """Let some respondents answer a second time within 30 minutes."""
    copies = []
    left = list(candidates)
    for turn, (kind, first, second) in enumerate(_TWICE[wave]):
        # A name is known where both submissions are Indico's and not anonymous.
        named = first == second == "indico" and turn == 0
        original = next(
            each
            for each in left
            if each.export == first and (each.name is not None) == named
        )
        left.remove(original)
        assert original.respondent is not None  # noqa: S101  # for mypy
        person = rows[original.respondent]
        if kind == NEAR:
            person = person | _second_thoughts(person)
        cells = spelling.cells(asked, person, second)
        # A double click, or a second visit within half an hour.
        clicked = kind == EXACT and first == second
        shortest, spread = (30, 60) if clicked else (300, 1200)
        seconds = round(shortest + spread * float(rng.random()))
        when = original.submitted + timedelta(seconds=seconds)
        copies.append(
            Submission(original.respondent, kind, second, when, original.name, cells)
        )
    return copies


def _second_thoughts(person: Respondent) -> Respondent:
    """Change three answers, as somebody who answers again does."""
    growth = "X2" if person["Q31"] != "X2" else "X5"
    interest = "5" if person["Q30.AIMP"] != "5" else "4"
    talk = "YES" if person["Q35"] != "YES" else "NO"
    return {"Q31": growth, "Q30.AIMP": interest, "Q35": talk}


def _planted(
    rng: np.random.Generator,
    rows: list[Respondent],
    genuine: list[Submission],
    kept: set[int | None],
) -> list[Submission]:
    """Plant hostile texts and write-ins, but not in who answered twice."""
    changed = list(genuine)
    for export in ("indico", "google"):
        free = [
            index
            for index, each in enumerate(genuine)
            if each.export == export and each.respondent not in kept
        ]
        if not free:
            continue
        hostile = spelling.hostile(rng, [rows[i] for i in free], export)
        for position, cells in hostile.items():
            index = free[position]
            changed[index] = replace(genuine[index], cells=genuine[index].cells | cells)
        if export == "google":
            untouched = [i for n, i in enumerate(free) if n not in hostile]
            changed = _written_in(changed, untouched)
    return changed


def _written_in(rows: list[Submission], free: list[int]) -> list[Submission]:
    """Add to two multiple-response answers what was typed after "other"."""
    changed = list(rows)
    taken = []
    for code, text in free_text.texts()["write_in"].items():
        index = next(i for i in free if i not in taken and rows[i].cells[code])
        taken.append(index)
        cells = rows[index].cells | {code: f"{rows[index].cells[code]};{text}"}
        changed[index] = replace(rows[index], cells=cells)
    return changed


def _test_row(
    asked: Questionnaire, export: str, opened: str, number: int
) -> Submission:
    """Make a row of somebody who tried the form before or after it opened."""
    blank: Respondent = dict.fromkeys(asked.columns())
    typed: Respondent = {
        "Q01": ("test", "asdf")[number],
        "Q02": ("asdf", "TEST-TEST")[number],
        "Q04": "PHYS",
        "Q06": "PROD",
        "Q08": ("test", "asdf asdf")[number],
        "Q34": ("test", "asdf")[number],
    }
    when = datetime.fromisoformat(opened) + timedelta(hours=7, minutes=31 + 9 * number)
    cells = spelling.cells(asked, blank | typed, export)
    return Submission(None, TEST, export, when, None, cells)
