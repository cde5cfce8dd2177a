"""How answers are spelt in the cells of an export."""

from collections.abc import Sequence

import numpy as np

from surveytools.demo import draws
from surveytools.demo.facts import Distribution, Item, Questionnaire
from surveytools.demo.free_text import texts
from surveytools.demo.respondents import Answer, Respondent, tuple_of

__all__ = ["Cells", "cells", "departments", "hostile", "numbers"]

Cells = dict[str, str]

_SEPARATORS = {"indico": "; ", "google": ";"}
_LANGUAGES = {"indico": "en", "google": "fr"}
# Single-response and number questions that the demo surveys ask as text.
_TYPED_ITEMS = ("Q01", "Q12", "Q20")
_LONG = 2000
_THOUSAND = 1000

# Typed departments that must occur, however few are drawn: PH, CMS; be/op, ATS; ...
_ALWAYS_TYPED = {"EP": 3, "IT": 1, "BE": 2, "SCE": 1}


def cells(asked: Questionnaire, person: Respondent, export: str) -> Cells:
    """Spell all answers of a respondent as a platform writes them."""
    return {
        column: _cell(item, person[column], export)
        for item in asked.items
        for column in item.columns()
    }


def _cell(item: Item, answer: Answer, export: str) -> str:
    """Spell one answer: labels, joined where there are several; blank for none."""
    if answer is None:
        return ""
    if item.code in _TYPED_ITEMS or item.kind == "text":
        return str(answer)
    selected = tuple_of(answer) or (answer,)
    labels = [c.label(_LANGUAGES[export]) for c in item.choices if c.code in selected]
    return _SEPARATORS[export].join(labels)


def departments(
    rng: np.random.Generator,
    facts: Distribution,
    asked: Questionnaire,
    rows: Sequence[Respondent],
) -> list[dict[str, str]]:
    """Spell Q01, a text question: code, full name, or typed in some way.

    Returns
    -------
    list of dict
        For each respondent the spelling by export.
    """
    mess = facts["mess"]
    typed = _typed(rng, rows, round(len(rows) * mess["department_typed"]))
    names = {each.code: each for each in asked.departments}
    spelt = []
    for index, person in enumerate(rows):
        code = str(person["Q01"])
        named = draws.happens(rng, mess["department_named"])
        if index in typed:
            spelt.append(dict.fromkeys(_LANGUAGES, typed[index]))
        elif named:
            spelt.append({k: names[code].label(v) for k, v in _LANGUAGES.items()})
        else:
            spelt.append(dict.fromkeys(_LANGUAGES, code))
    return spelt


def _typed(
    rng: np.random.Generator, rows: Sequence[Respondent], size: int
) -> dict[int, str]:
    """Choose who types the department freely, and what."""
    variants: dict[str, list[str]] = texts()["department_typed"]
    shuffled = draws.sample(rng, range(len(rows)), len(rows))
    always = [
        index
        for code, number in _ALWAYS_TYPED.items()
        for index in [i for i in shuffled if rows[i]["Q01"] == code][:number]
    ]
    chosen = list(dict.fromkeys([*always, *shuffled]))[:size]
    typed, seen = {}, dict.fromkeys(variants, 0)
    for index in chosen:
        code = str(rows[index]["Q01"])
        typed[index] = variants[code][seen[code] % len(variants[code])]
        seen[code] += 1
    return typed


def numbers(
    rng: np.random.Generator, facts: Distribution, rows: Sequence[Respondent]
) -> dict[int, Cells]:
    """Write some answers to Q12 and Q20 as "~100", "2-3", "1k", "1 000" or "100h".

    Returns
    -------
    dict
        Odd cells by position of the respondent; each form occurs where a number
        that fits it was given.
    """
    given = [
        (index, code, value)
        for index, person in enumerate(rows)
        for code in ("Q12", "Q20")
        if isinstance(value := person[code], int) and value > 1
    ]
    left = draws.sample(rng, given, len(given))
    odd: dict[int, Cells] = {}
    forms = ["1k", "1 000", "100h", "~100", "2-3"]
    for turn in range(round(len(given) * facts["mess"]["odd_number"])):
        form = forms[turn % len(forms)]
        for candidate in left:
            index, code, value = candidate
            cell = _odd_number(form, code, value)
            if cell is not None:
                odd.setdefault(index, {})[code] = cell
                left.remove(candidate)
                break
    return odd


def _odd_number(form: str, code: str, value: int) -> str | None:
    """Write a number in a form; None where the form doesn't fit it."""
    thousand = code == "Q20" and value % _THOUSAND == 0
    if form == "1k":
        return f"{value // _THOUSAND}k" if thousand else None
    if form == "1 000":
        return f"{value:,}".replace(",", " ") if value >= _THOUSAND else None
    if form == "100h":
        return f"{value}h" if code == "Q20" else None
    if form == "2-3":
        return f"{value - 1}-{value}" if code == "Q12" else None
    return f"~{value}"


def hostile(
    rng: np.random.Generator, rows: Sequence[Respondent], export: str
) -> dict[int, Cells]:
    """Replace some free texts by texts that tools stumble over.

    Returns
    -------
    dict
        Hostile cells by position in ``rows``; each text occurs once.
    """
    words = texts()["hostile"]
    long = (words["long"] * _LONG)[:_LONG].strip()
    planted = [("Q34", text) for text in [*words["both"], *words[export]]]
    planted += [("Q08", long.ljust(_LONG, "."))]
    planted += [("Q02", text) for text in words["groups"]]
    # Only those who saw the question: Q08 belongs to the use case, Q34 comes last.
    reached = [i for i, person in enumerate(rows) if person["Q31"] and person["Q09"]]
    cells_by_row = {}
    for index, (code, text) in zip(
        draws.sample(rng, reached, len(planted)), planted, strict=True
    ):
        # Indico keeps the browser's CR LF, Google Forms a plain LF.
        plain = text.replace("\r\n", "\n") if export == "google" else text
        cells_by_row[index] = {code: plain}
    return cells_by_row
