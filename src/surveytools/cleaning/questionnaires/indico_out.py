"""A codebook as a questionnaire that Indico imports.

Indico's import is strict: one entry that it doesn't expect, and nothing is imported.
What is written here obeys what was found by importing files into Indico 3.3.13 and
3.3.14.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from surveytools.cleaning.choices import YES_NO
from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.headers import headers_of
from surveytools.cleaning.questionnaires.indico import EXTRA
from surveytools.study.text import in_language

__all__ = ["indico_json", "indico_notes"]

_MOST_RADIO_BUTTONS = 12


def indico_json(codebook: Codebook, *, language: str) -> str:
    """Write the questionnaire, in one language.

    A matrix becomes a section with one question a row, since Indico's surveys have no
    matrices. Codes stand under a key of their own, which Indico passes over.
    """
    sections: list[dict[str, Any]] = []
    for is_matrix, items in groupby(codebook.asked(), lambda i: i.kind is Kind.MATRIX):
        if is_matrix:
            sections += [_matrix(item, language) for item in items]
        else:
            content = [_question(item, language) for item in items]
            sections.append(
                {"type": "section", "display_as_section": False, "content": content}
            )
    survey = {"version": 1, "sections": sections}
    return json.dumps(survey, ensure_ascii=False, indent=1) + "\n"


def indico_notes(codebook: Codebook) -> Iterator[str]:
    """Say what Indico does otherwise than the codebook."""
    limited = [i.code for i in codebook.asked() if i.max_choices is not None]
    if limited:
        yield (
            f"a limit of choices ({', '.join(limited)}) makes Indico up to 3.3.13 "
            "refuse the file; 3.3.14 takes it"
        )
    if any(item.kind is Kind.NUMBER for item in codebook.asked()):
        yield "Indico takes whole numbers only"


def _matrix(item: Item, language: str) -> dict[str, Any]:
    questions = []
    for row in item.rows:
        question = _titled(row.text(language), *_one_of(item, language))
        question[EXTRA] = {**_codes(item), "row": row.code}
        questions.append(question)
    return {
        "type": "section",
        "display_as_section": True,
        "title": _header(item, language),
        "description": "",
        "content": questions,
    }


def _question(item: Item, language: str) -> dict[str, Any]:
    data: dict[str, Any]
    if item.kind is Kind.TEXT:
        data = {"max_length": None, "max_words": None, "multiline": True}
        kind = "text"
    elif item.kind is Kind.NUMBER:
        kind = "number"
        data = {"min_value": _whole(item.minimum), "max_value": _whole(item.maximum)}
    elif item.kind in {Kind.MULTIPLE, Kind.RANKING}:  # the nearest that it has
        kind = "multiselect"
        data = {"min_choices": None, "max_choices": item.max_choices}
        data["options"] = _options(item, language)
    elif item.choices == YES_NO:
        kind, data = "bool", {}
    else:
        kind, data = _one_of(item, language)
    question = _titled(_header(item, language), kind, data)
    question[EXTRA] = _codes(item)
    return question


def _titled(title: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "question",
        "title": title,
        "description": "",
        "is_required": False,
        "field_type": kind,
        "field_data": data,
    }


def _one_of(item: Item, language: str) -> tuple[str, dict[str, Any]]:
    radio = len(item.choices) <= _MOST_RADIO_BUTTONS
    data = {
        "display_type": "radio" if radio else "select",
        "radio_display_type": "vertical" if radio else None,
        "options": _options(item, language),
    }
    return "single_choice", data


def _options(item: Item, language: str) -> list[dict[str, str]]:
    return [{"option": choice.text(language)} for choice in item.choices]


def _codes(item: Item) -> dict[str, Any]:
    return {"item": item.code, "choices": [choice.code for choice in item.choices]}


def _header(item: Item, language: str) -> str:
    return in_language(item.header, language) if item.header else headers_of(item)[0]


def _whole(number: float | None) -> int | None:
    return int(number) if number is not None and number.is_integer() else None
