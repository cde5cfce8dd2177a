"""The questionnaire and the invented distribution, as the package carries them."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypedDict

__all__ = ["Choice", "Distribution", "Item", "Questionnaire", "Wave"]

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer, a matrix row, a section or a department, in both languages."""

    code: str
    en: str
    fr: str

    def label(self, language: str) -> str:
        """Text on paper in ``en`` or ``fr``."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the canonical questionnaire.

    ``asked_of`` lists the answers of Q06 that lead to the question; it is empty where
    everybody is asked.
    """

    code: str
    section: str
    kind: str
    en: str
    fr: str
    choices: tuple[Choice, ...]
    rows: tuple[Choice, ...]
    asked_of: tuple[str, ...]
    max_choices: int | None

    def text(self, language: str) -> str:
        """Question text in ``en`` or ``fr``."""
        return self.fr if language == "fr" else self.en

    def columns(self) -> list[str]:
        """Names of the columns: the code, or for a matrix ``code.row``."""
        if self.kind == "matrix":
            return [f"{self.code}.{row.code}" for row in self.rows]
        return [self.code]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What was asked in a wave, in questionnaire order."""

    sections: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    items: tuple[Item, ...]

    def item(self, code: str) -> Item:
        """Item of that code.

        Raises
        ------
        KeyError
            If the wave has no such item.
        """
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    def section(self, code: str) -> Choice:
        """Section of that code."""
        return next(each for each in self.sections if each.code == code)

    def columns(self) -> list[str]:
        """Names of all answer columns, in questionnaire order."""
        return [column for item in self.items for column in item.columns()]


class Wave(TypedDict):
    """Facts of one run of the survey."""

    seed: int
    opened: str
    absent: list[str]
    scaled: Weights
    exports: dict[str, list[str]]
    named: int
    departments: dict[str, int]


class Tie(TypedDict, total=False):
    """Services whose users are often the same people."""

    first: list[str]
    then: list[str]
    logit: float
    profile: str


class Mess(TypedDict):
    """How often something goes wrong in the answers, as a share."""

    break_off: Weights
    blank: Weights
    required: list[str]
    straight_line: float
    department_typed: float
    department_named: float
    service_alias: float
    odd_number: float


class Distribution(TypedDict):
    """All invented numbers; ``distribution.json`` says what each table means."""

    waves: dict[str, Wave]
    profile: dict[str, str]
    french: Weights
    groups: dict[str, list[str]]
    affiliation: dict[str, Weights]
    q06: dict[str, Weights]
    q09_given_q06: dict[str, Weights]
    q35_yes: Weights
    p_use: dict[str, Weights]
    generic_services: list[str]
    multipliers: dict[str, Weights]
    skill_services: list[str]
    gpu_services: list[str]
    ties: list[Tie]
    frequency: dict[str, Weights]
    heavy_services: list[str]
    past_given_aware: Weights
    aware_nonusers: Weights
    aware_shift: Weights
    satisfaction_mean: Weights
    single: dict[str, dict[str, Weights]]
    multi: dict[str, dict[str, Weights]]
    matrix_mean: dict[str, dict[str, Weights]]
    mess: Mess


@cache
def distribution() -> Distribution:
    """Read the invented numbers."""
    path = files("surveytools.demo") / "distribution.json"
    facts: Distribution = json.loads(path.read_text(encoding="utf-8"))
    return facts


@cache
def questionnaire(wave: int) -> Questionnaire:
    """Read what was asked in a wave: services that did not exist yet are left out."""
    path = files("surveytools.demo") / "questionnaire.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    absent = distribution()["waves"][str(wave)]["absent"]
    shared = {
        f"@services.{scope}": [
            {"code": service["id"], "en": service["label"], "fr": service["label"]}
            for service in facts["services"]
            if service["scope"] == scope and service["id"] not in absent
        ]
        for scope in ("int", "ext")
    }
    shared["@departments"] = facts["departments"]
    shared |= {f"@{name}": scale for name, scale in facts["scales"].items()}
    return Questionnaire(
        sections=_choices(facts["sections"], shared),
        departments=_choices(facts["departments"], shared),
        items=tuple(_item(question, shared) for question in facts["questions"]),
    )


def _item(question: dict[str, Any], shared: dict[str, Any]) -> Item:
    """Make one item; the skip rule always reads ``Q06 in A|B``."""
    rule = question.get("show_if", "")
    return Item(
        code=question["id"],
        section=question["section"],
        kind=question["type"],
        en=question["en"],
        fr=question["fr"],
        choices=_choices(question.get("options", []), shared)
        + _choices(question.get("more", []), shared),
        rows=_choices(question.get("rows", []), shared),
        asked_of=tuple(rule.removeprefix("Q06 in ").split("|")) if rule else (),
        max_choices=question.get("max_choices"),
    )


def _choices(
    entries: str | list[dict[str, str]], shared: dict[str, Any]
) -> tuple[Choice, ...]:
    """Make choices from a list, or from the shared list that the entry names."""
    listed = shared[entries] if isinstance(entries, str) else entries
    return tuple(Choice(each["code"], each["en"], each["fr"]) for each in listed)
