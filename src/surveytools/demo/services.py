"""Who uses which service, and how content the users are."""

import math

import numpy as np

from surveytools.demo import draws
from surveytools.demo.facts import Distribution, Questionnaire

__all__ = ["frequencies", "satisfaction", "users"]

USED = ("PAST", "OCC", "REG", "CRIT")

# Skill shifts the logit of use by this much per standard deviation.
_SKILL = 0.5
# Points of satisfaction that a GPU service loses per step of waiting time.
_PATIENCE = 0.25
_WAITING = {"8_24H": 1, "1_7D": 2, "GT7D": 3}
_NOT_APPLICABLE = 0.06


def users(
    rng: np.random.Generator,
    facts: Distribution,
    *,
    department: str,
    activity: str,
    skill: float,
    scaled: dict[str, float],
) -> dict[str, bool]:
    """Draw which services a respondent uses, also services outside CERN.

    Parameters
    ----------
    rng
        Source of chance.
    facts
        The invented numbers.
    department, activity
        Answers to Q01 and Q06.
    skill
        Latent skill, in standard deviations.
    scaled
        Factor on the share of users, by service; 0 for a service that did not exist.

    Returns
    -------
    dict
        Whether each service of ``p_use`` is used.
    """
    chance = {
        service: shares[department] * _multiplier(facts, service, activity)
        for service, shares in facts["p_use"].items()
    }
    chance = {key: share * scaled.get(key, 1.0) for key, share in chance.items()}
    profile = facts["profile"][department]
    ties = [tie for tie in facts["ties"] if tie.get("profile", profile) == profile]
    leaders = [service for tie in ties for service in tie["first"]]
    order = [*leaders, *(service for service in chance if service not in leaders)]

    used: dict[str, bool] = {}
    for service in order:
        shift = _SKILL * skill if service in facts["skill_services"] else 0.0
        for tie in ties:
            if service in tie["then"]:
                # Centred, so that a tie moves who uses a service, not how many do.
                none = math.prod(1 - chance[each] for each in tie["first"])
                has = any(used[each] for each in tie["first"])
                shift += tie["logit"] * (has - (1 - none))
        used[service] = draws.happens(rng, _shifted(chance[service], shift))
    return {service: used[service] for service in chance}


def _multiplier(facts: Distribution, service: str, activity: str) -> float:
    """Factor on the share of users among those who don't run ML yet."""
    table = facts["multipliers"]
    if service in table:
        return table[service].get(activity, 1.0)
    kind = "generic" if service in facts["generic_services"] else "compute"
    return table[kind].get(activity, 1.0)


def _shifted(probability: float, shift: float) -> float:
    """Probability after a shift of its logit; 0 and 1 stay."""
    if not 0 < probability < 1:
        return probability
    odds = probability / (1 - probability) * math.exp(shift)
    return odds / (1 + odds)


def frequencies(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    profile: str,
    used: dict[str, bool],
) -> dict[str, str]:
    """Draw the answers of Q13, by service."""
    answers = {}
    for row in asked.item("Q13").rows:
        service = row.code
        if used[service]:
            heavy = service in facts["heavy_services"]
            split = facts["frequency"]["heavy" if heavy else "usual"]
            answers[service] = draws.pick(rng, split)
            continue
        aware = facts["aware_nonusers"][service] + facts["aware_shift"][profile]
        past = facts["past_given_aware"]
        if not draws.happens(rng, aware):
            answers[service] = "UNK"
        elif draws.happens(rng, past.get(service, past["usual"])):
            answers[service] = "PAST"
        else:
            answers[service] = "KNOW"
    return answers


def satisfaction(
    rng: np.random.Generator,
    facts: Distribution,
    use: dict[str, str],
    wait: str | None,
) -> dict[str, str | None]:
    """Draw the answers of Q14 for the services that the respondent has used.

    Satisfaction with a GPU service falls with the waiting time of Q24: a planted
    effect.
    """
    answers: dict[str, str | None] = {}
    for service, frequency in use.items():
        if frequency not in USED:
            answers[service] = None
            continue
        mean = facts["satisfaction_mean"][service]
        if service in facts["gpu_services"] and wait is not None:
            mean -= _PATIENCE * _WAITING.get(wait, 0)
        score = draws.normal(rng, mean, 0.95)
        none = draws.happens(rng, _NOT_APPLICABLE)
        answers[service] = "NA" if none else str(min(5, max(1, round(score))))
    return answers
