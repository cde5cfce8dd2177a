"""What goes wrong while people answer: blanks, break-offs, answers that disagree.

Everything here happens to coded answers; how cells are spelt is for `spelling`.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from surveytools.demo import draws
from surveytools.demo.facts import (
    Distribution,
    Item,
    Questionnaire,
    distribution,
    questionnaire,
)
from surveytools.demo.respondents import Answer, Respondent, simulate, tuple_of

__all__ = ["answered", "export_of", "frame", "people"]

_LAST_SECTIONS = "ABCDE"
_TOO_MANY = 6


def people(wave: int) -> list[Respondent]:
    """Simulate a wave, one dictionary a respondent; see `respondents.simulate`."""
    truth = simulate(wave)
    return [
        dict(zip(truth.columns, row, strict=True)) for row in truth.to_numpy().tolist()
    ]


def frame(respondents: Iterable[Respondent], wave: int) -> pd.DataFrame:
    """Lay respondents out as `respondents.simulate` does."""
    columns = ["language", "submitted", *questionnaire(wave).columns()]
    rows = [[person[column] for column in columns] for person in respondents]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def answered(wave: int) -> pd.DataFrame:
    """Coded answers as the exports hold them, before spelling.

    What a perfect cleaning gets back: `respondents.simulate` less the answers that
    were not given, with straight-lined matrices and impossible combinations.

    Parameters
    ----------
    wave
        2023 or 2024.

    Returns
    -------
    DataFrame
        Rows and columns of `respondents.simulate`.
    """
    return frame(spoilt(wave), wave)


def export_of(person: Respondent, wave: int) -> str:
    """Platform on which a respondent answered: ``indico`` or ``google``."""
    exports = distribution()["waves"][str(wave)]["exports"]
    return next(
        name for name, spoken in exports.items() if person["language"] in spoken
    )


def spoilt(wave: int) -> list[Respondent]:
    """Answers of `answered`, one dictionary a respondent."""
    facts, asked = distribution(), questionnaire(wave)
    seed = facts["waves"][str(wave)]["seed"]
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    rows = [_unanswered(rng, facts, asked, person) for person in people(wave)]
    rows = _straight_lined(rng, facts, asked, rows)
    rows = _broken_off(rng, facts, asked, rows)
    return _contradicted(rng, asked, rows, wave)


def _unanswered(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    person: Respondent,
) -> Respondent:
    """Leave single answers, and whole matrices, blank."""
    blank, required = facts["mess"]["blank"], facts["mess"]["required"]
    left = dict(person)
    for item in asked.items:
        matrix = item.kind == "matrix"
        usual = blank["matrix"] if matrix else blank["usual"]
        skipped = draws.happens(rng, blank.get(item.code, usual))
        for column in item.columns():
            row_skipped = matrix and draws.happens(rng, blank["matrix_row"])
            if item.code not in required and (skipped or row_skipped):
                left[column] = None
    return left


def _straight_lined(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    rows: list[Respondent],
) -> list[Respondent]:
    """Let a few respondents give one answer to all rows of Q27 or Q30."""
    lined = list(rows)
    size = round(len(rows) * facts["mess"]["straight_line"])
    for index in draws.sample(rng, range(len(rows)), size):
        item = asked.item(draws.one_of(rng, ["Q27", "Q30"]))
        score = draws.pick(rng, {"1": 0.15, "3": 0.6, "4": 0.15, "5": 0.1})
        lined[index] = rows[index] | dict.fromkeys(item.columns(), score)
    return lined


def _broken_off(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    rows: list[Respondent],
) -> list[Respondent]:
    """Blank everything from a section on, for those who gave up before it."""
    stopped = list(rows)
    left = list(range(len(rows)))
    for section, share in facts["mess"]["break_off"].items():
        unseen = _LAST_SECTIONS[_LAST_SECTIONS.index(section) :]
        columns = [
            column
            for item in asked.items
            if item.section in unseen
            for column in item.columns()
        ]
        for index in draws.sample(rng, left, round(len(rows) * share)):
            left.remove(index)
            stopped[index] = rows[index] | dict.fromkeys(columns)
    return stopped


# Each takes the answers of one respondent and returns those that then contradict
# others, or nothing where the respondent's other answers don't fit.
_Contradiction = Callable[[Respondent], Respondent | None]


def _contradictions(asked: Questionnaire) -> list[_Contradiction]:
    """List the impossible combinations of the questionnaire, one function each."""
    improvements: Item = asked.item("Q28")
    six = tuple(choice.code for choice in improvements.choices[:_TOO_MANY])

    def hours(person: Respondent) -> bool:
        return isinstance(person["Q20"], int) and person["Q20"] > 0

    def rated_unknown(person: Respondent) -> Respondent | None:
        unknown = [
            column.removeprefix("Q13.")
            for column in asked.item("Q13").columns()
            if person[column] == "UNK"
        ]
        return {f"Q14.{service}": "4" for service in unknown[:1]} or None

    return [
        lambda person: {"Q09": "OPER"} if person["Q06"] == "NONE" else None,
        lambda person: {"Q18": ("CPU",)} if person["Q19"] == "2_4" else None,
        lambda person: {"Q24": "NOGPU"} if hours(person) else None,
        lambda person: {"Q21": "NOTRAIN", "Q20": 5000} if hours(person) else None,
        rated_unknown,
        lambda person: _with_none(person, "Q16"),
        lambda person: _with_none(person, "Q26"),
        # Indico enforces the limit; Google Forms, as set up here, does not.
        lambda person: (
            {"Q28": six} if person["Q28"] and person["language"] == "fr" else None
        ),
    ]


def _with_none(person: Respondent, code: str) -> Respondent | None:
    """Select "none" beside other answers."""
    several = tuple_of(person[code])
    return {code: (*several, "NONE")} if several not in {(), ("NONE",)} else None


def _contradicted(
    rng: np.random.Generator,
    asked: Questionnaire,
    rows: list[Respondent],
    wave: int,
) -> list[Respondent]:
    """Plant each impossible combination once, each in another respondent."""
    changed = list(rows)
    left = draws.sample(rng, range(len(rows)), len(rows))
    for contradict in _contradictions(asked)[: 8 if _has_google(wave) else 7]:
        for index in left:
            answers: dict[str, Answer] | None = contradict(rows[index])
            if answers is not None:
                changed[index] = rows[index] | answers
                left.remove(index)
                break
    return changed


def _has_google(wave: int) -> bool:
    """Whether part of the wave was asked with Google Forms."""
    return "google" in distribution()["waves"][str(wave)]["exports"]
