"""What each respondent would answer, if nothing ever went wrong.

240 respondents in 2023, 310 in 2024. Planted effects, to be found by the analysis (the
letters are those of the issue): (a) obstacles GPU and MULTI are higher in profile PHYS
than in ACC, (b) obstacle SKILL is higher in SUP and ACC than in PHYS, (c) CTRLNET is
needed in ACC only, (d) interest in DT and AUTO is highest in ACC, (e) ml.cern.ch is
known to far fewer than SWAN, (f) satisfaction with GPU services falls with the waiting
time, (g) NXCALS is used almost only in the ATS departments, (h) interest in GREEN
differs little between departments (null control). The seeds in ``distribution.json``
were chosen among 25 a wave so that all eight show in both.
"""

import math
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd

from surveytools.demo import draws, free_text, services
from surveytools.demo.facts import (
    Distribution,
    Questionnaire,
    Wave,
    distribution,
    questionnaire,
)

__all__ = ["ACTIVE", "Answer", "Respondent", "simulate", "tuple_of"]

Answer = str | int | tuple[str, ...] | datetime | None
Respondent = dict[str, Answer]

ACTIVE = ("PROD", "DEV", "EXPLORE")

# Answers that exclude all others of the same item.
EXCLUSIVE = ("NONE", "DK")

_GPUS = {"1": 1.0, "2_4": 3.0, "5_8": 6.0, "9_32": 18.0, "GT32": 48.0}
_CMS_LONG_TRAINING = 0.22
_LHCB_ONLINE = 0.25
# More skill, more models, libraries and practices: per standard deviation, log scale.
_SKILL = 0.3
_MOST_GPU_HOURS = 500_000
# GPU hours of those who train nothing, at most.
_INFERENCE_HOURS = 10


def simulate(wave: int) -> pd.DataFrame:
    """Simulate the true answers of a wave, before any mess.

    Parameters
    ----------
    wave
        2023 or 2024.

    Returns
    -------
    DataFrame
        One row a respondent (240 in 2023, 310 in 2024), numbered from 0 in order of
        submission. Columns: ``language`` (``en``, ``fr``), ``submitted`` (local time
        of Zurich, naive), then one a question code, ``Q13.ML_CERN`` for the row of a
        matrix. Single-response answers are codes, multiple-response answers tuples
        of codes, Q12 and Q20 integers; None where a question was not asked or does
        not apply.
    """
    facts, asked = distribution(), questionnaire(wave)
    settings = facts["waves"][str(wave)]
    rng = np.random.Generator(np.random.PCG64(settings["seed"]))
    people = [
        _respondent(rng, facts, asked, settings, department)
        for department, size in settings["departments"].items()
        for _ in range(size)
    ]
    for person, when in zip(
        draws.sample(rng, people, len(people)),
        submission_times(rng, settings["opened"], len(people)),
        strict=True,
    ):
        person["submitted"] = when
    people.sort(key=lambda person: str(person["submitted"]))
    columns = ["language", "submitted", *asked.columns()]
    rows = [[person.get(column) for column in columns] for person in people]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def submission_times(
    rng: np.random.Generator, opened: str, size: int
) -> list[datetime]:
    """Draw times of submission, in order: a decay, and a bump after each reminder.

    Answers come on weekdays from 8 to 19 h within 21 days; reminders go out on days 7
    and 14.
    """
    first = date.fromisoformat(opened)
    weights = {}
    for day in range(21):
        when = first + timedelta(days=day)
        decay = math.exp(-(math.log((day + 0.5) / 2.0) ** 2) / 2.0) / (day + 0.5)
        bump = {7: 0.25, 8: 0.12, 14: 0.15, 15: 0.08}.get(day, 0.0)
        weekend = when.weekday() >= 5  # noqa: PLR2004  # Saturday is 5
        weights[when.isoformat()] = 0.0 if weekend else decay + bump
    times = []
    for _ in range(size):
        day_drawn = date.fromisoformat(draws.pick(rng, weights))
        # Tenths of a millisecond are enough: Excel keeps no more.
        ticks = int(rng.random() * 11 * 3600 * 1000)
        start = datetime.combine(day_drawn, time(8))
        times.append(start + timedelta(milliseconds=ticks))
    return sorted(times)


def tuple_of(answer: Answer) -> tuple[str, ...]:
    """Choices of a multiple-response answer; none where there is no answer."""
    return answer if isinstance(answer, tuple) else ()


def _respondent(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    settings: Wave,
    department: str,
) -> Respondent:
    """Draw one respondent of a department."""
    profile = facts["profile"][department]
    skill = draws.normal(rng)
    activity = draws.pick(rng, facts["q06"][department])
    person: Respondent = {
        "language": ("fr" if draws.happens(rng, facts["french"][profile]) else "en"),
        "Q01": department,
        "Q02": draws.one_of(rng, facts["groups"][department]),
        "Q03": draws.subset(rng, facts["affiliation"].get(department, {})) or ("NONE",),
        "Q06": activity,
    }
    for code in ("Q04", "Q05", "Q31", "Q32", "Q33"):
        person[code] = draws.pick(rng, facts["single"][code][profile])
    if activity != "NONE":
        person |= _use_case(rng, facts, person, profile, skill)
        person |= _requirements(rng, facts, person, profile, skill)
    person |= _services(rng, facts, asked, settings, person=person, skill=skill)
    person |= _needs(rng, facts, profile)
    wants = draws.happens(rng, facts["q35_yes"][activity])
    person["Q35"] = "YES" if wants else "NO"
    alias = facts["mess"]["service_alias"]
    person["Q34"] = free_text.missing_today(rng, str(person["language"]), alias)
    return person


def _several(
    rng: np.random.Generator,
    facts: Distribution,
    code: str,
    profile: str,
    factor: float = 1.0,
) -> tuple[str, ...]:
    """Draw a multiple-response answer; nothing, "none" and "don't know" stay alone."""
    shares = {
        choice: min(0.97, by_profile[profile] * factor)
        for choice, by_profile in facts["multi"][code].items()
    }
    drawn = draws.subset(rng, shares)
    several = tuple(choice for choice in drawn if choice not in EXCLUSIVE)
    if several or drawn:
        return several or drawn[:1]
    last = [choice for choice in ("NONE", "OTHER") if choice in shares]
    return tuple(last[:1])


def _use_case(
    rng: np.random.Generator,
    facts: Distribution,
    person: Respondent,
    profile: str,
    skill: float,
) -> Respondent:
    """Draw Q07 to Q12."""
    areas = _several(rng, facts, "Q07", profile)
    people = max(1, round(draws.lognormal(rng, 3, 0.7)))
    return {
        "Q07": areas,
        "Q08": free_text.use_case(rng, areas[0], str(person["language"])),
        "Q09": draws.pick(rng, facts["q09_given_q06"][str(person["Q06"])]),
        "Q10": _several(rng, facts, "Q10", profile, math.exp(_SKILL * skill)),
        "Q11": _several(rng, facts, "Q11", profile),
        "Q12": people,
    }


def _requirements(
    rng: np.random.Generator,
    facts: Distribution,
    person: Respondent,
    profile: str,
    skill: float,
) -> Respondent:
    """Draw Q17 to Q26; Q19 to Q22 and Q24 only for those who run ML already."""
    factor = math.exp(_SKILL * skill)
    affiliation = tuple_of(person["Q03"])
    answers: Respondent = {
        "Q17": _several(rng, facts, "Q17", profile, factor),
        "Q23": _several(rng, facts, "Q23", profile),
        "Q26": _several(rng, facts, "Q26", profile, factor),
    }
    hardware = _several(rng, facts, "Q18", profile)
    deployed = _several(rng, facts, "Q25", profile)
    if "LHCB" in affiliation and draws.happens(rng, _LHCB_ONLINE):
        deployed = (*(c for c in deployed if c not in {"ONLINE", "NONE"}), "ONLINE")
    answers["Q25"] = deployed
    if person["Q06"] not in ACTIVE:
        return answers | {"Q18": hardware}
    single = facts["single"]
    gpus = draws.pick(rng, single["Q19"][profile])
    answers |= {
        "Q18": _plausible_hardware(hardware, gpus),
        "Q19": gpus,
        "Q20": _gpu_hours(rng, gpus),
        "Q21": draws.pick(rng, _training_time(single["Q21"][profile], affiliation)),
        "Q22": draws.pick(rng, single["Q22"][profile]),
        "Q24": "NOGPU",
    }
    if gpus in _GPUS:
        waits = {k: p for k, p in single["Q24"][profile].items() if k != "NOGPU"}
        answers["Q24"] = draws.pick(rng, waits)
    hours = answers["Q20"]
    if answers["Q21"] == "NOTRAIN" and isinstance(hours, int):
        answers["Q20"] = min(hours, _INFERENCE_HOURS)
    return answers


def _plausible_hardware(hardware: tuple[str, ...], gpus: str) -> tuple[str, ...]:
    """Make Q18 agree with the number of GPUs of Q19."""
    if gpus == "0":
        return tuple(c for c in hardware if not c.startswith("GPU")) or ("CPU",)
    if gpus in _GPUS and not any(c.startswith("GPU") for c in hardware):
        return (*(c for c in hardware if c == "CPU"), "GPU_CONS")
    return hardware


def _gpu_hours(rng: np.random.Generator, gpus: str) -> int | None:
    """Draw Q20, rounded as people round; 0 without GPUs, None where unknown."""
    if gpus == "0":
        return 0
    if gpus not in _GPUS:
        return None
    hours = draws.lognormal(rng, 60 * _GPUS[gpus], 1.3)
    for below, step in ((10, 1), (50, 5), (100, 10), (500, 50), (2000, 100)):
        if hours < below:
            return max(1, round(hours / step) * step)
    return min(_MOST_GPU_HOURS, round(hours / 500) * 500)


def _training_time(
    shares: dict[str, float], affiliation: tuple[str, ...]
) -> dict[str, float]:
    """Tilt Q21: trainings are long in CMS and short in ALICE."""
    tilt = _CMS_LONG_TRAINING * (("CMS" in affiliation) - ("ALICE" in affiliation))
    moved = {"LT1H": -0.4, "1_8H": -0.6, "1_7D": 0.7, "GT7D": 0.3}
    return {k: max(0.0, p + tilt * moved.get(k, 0.0)) for k, p in shares.items()}


def _services(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    settings: Wave,
    *,
    person: Respondent,
    skill: float,
) -> Respondent:
    """Draw Q13 to Q16."""
    profile = facts["profile"][str(person["Q01"])]
    scaled = settings["scaled"] | dict.fromkeys(settings["absent"], 0.0)
    used = services.users(
        rng,
        facts,
        department=str(person["Q01"]),
        activity=str(person["Q06"]),
        skill=skill,
        scaled=scaled,
    )
    use = services.frequencies(rng, facts, asked, profile, used)
    wait = person.get("Q24")
    content = services.satisfaction(
        rng, facts, use, str(wait) if wait is not None else None
    )
    external = tuple(k for k, yes in used.items() if yes and k.startswith("EXT_"))
    answers: Respondent = {f"Q13.{k}": answer for k, answer in use.items()}
    answers |= {f"Q14.{k}": answer for k, answer in content.items()}
    reasons = draws.subset(
        rng, {k: p[profile] for k, p in facts["multi"]["Q15"].items()}
    )
    return answers | {"Q15": reasons or None, "Q16": external or ("NONE",)}


def _needs(rng: np.random.Generator, facts: Distribution, profile: str) -> Respondent:
    """Draw Q27 to Q30."""
    answers: Respondent = {}
    none = 0.18 if profile == "SUP" else 0.05
    for code, rows in facts["matrix_mean"].items():
        for row, means in rows.items():
            score = min(5, max(1, round(draws.normal(rng, means[profile], 1.1))))
            missing = draws.happens(rng, none)
            answers[f"{code}.{row}"] = "NA" if missing else str(score)
    weights = {k: p[profile] for k, p in facts["multi"]["Q28"].items()}
    wanted = []
    for _ in range(int(draws.pick(rng, {"3": 0.15, "4": 0.2, "5": 0.65}))):
        wanted.append(draws.pick(rng, weights))
        weights[wanted[-1]] = 0.0
    answers["Q28"] = tuple(code for code in weights if code in wanted)
    answers["Q29"] = _several(rng, facts, "Q29", profile)
    return answers
