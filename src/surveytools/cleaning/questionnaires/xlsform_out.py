"""A codebook as an XLSForm, for KoboToolbox, ODK and whatever reads XLSForms."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind, Label
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.headers import headers_of
from surveytools.cleaning.questionnaires.rules import number_text
from surveytools.cleaning.sheets import write_sheets
from surveytools.cleaning.truth import (
    Combination,
    Comparison,
    Condition,
    Negation,
)
from surveytools.files import safe_name
from surveytools.study.text import in_language

__all__ = ["languages_of", "write_xlsform"]

_NAMES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
}
_SIMPLE = {Kind.TEXT: "text", Kind.NUMBER: "decimal"}
_SELECT = {Kind.MULTIPLE: "select_multiple", Kind.RANKING: "rank"}

Cells = dict[str, str | float]


def languages_of(codebook: Codebook) -> tuple[str, ...]:
    """List the languages in which the questions of a codebook are written."""
    found: dict[str, None] = {}
    for item in codebook.asked():
        for label in (item.header, *(c.label for c in (*item.rows, *item.choices))):
            found |= dict.fromkeys(() if isinstance(label, str) else label)
    first = [codebook.language] if codebook.language in found else []
    return tuple(dict.fromkeys([*first, *found]))


def write_xlsform(codebook: Codebook, path: Path, *, title: str) -> None:
    """Write the form, in all languages of the codebook.

    A matrix becomes a group that is shown as a table. Scores and answers that mean
    "none" stand in columns of the sheet choices that a form doesn't show.
    """
    languages = languages_of(codebook)
    lists: dict[str, str] = {}
    survey: list[Cells] = []
    choices: list[Cells] = []
    for item in codebook.asked():
        if item.choices and repr(item.choices) not in lists:
            lists[repr(item.choices)] = item.code
            choices += _list_rows(item, languages)
        survey += _survey_rows(
            item, lists.get(repr(item.choices), ""), codebook, languages
        )
    settings: Cells = {"form_title": title, "form_id": safe_name(title)}
    if languages:
        settings["default_language"] = _language(languages[0])
    labels = _label({}, languages).keys()
    first = {
        "survey": ("type", "name", *labels, "relevant", "appearance", "constraint"),
        "choices": ("list_name", "name", *labels),
        "settings": tuple(settings),
    }
    rows = {"survey": survey, "choices": choices, "settings": [settings]}
    write_sheets(path, {name: _table(rows[name], first[name]) for name in rows})


def _table(
    rows: Sequence[Cells], first: Sequence[str]
) -> list[list[str | float | None]]:
    columns = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    return [list(columns), *([row.get(column) for column in columns] for row in rows)]


def _survey_rows(
    item: Item, listed: str, codebook: Codebook, languages: Sequence[str]
) -> Iterator[Cells]:
    rule: Cells = {}
    if item.asked_if is not None:
        rule["relevant"] = _rule(parse_condition(item.asked_if, codebook), codebook)
    header = item.header or headers_of(item)[0]
    label = _label(header, languages)
    if item.kind is not Kind.MATRIX:
        kind = (
            _SIMPLE.get(item.kind) or f"{_SELECT.get(item.kind, 'select_one')} {listed}"
        )
        yield {"type": kind, "name": item.code, **label, **rule, **_constraint(item)}
        return
    yield {
        "type": "begin group",
        "name": item.code,
        **label,
        **rule,
        "appearance": "table-list",
    }
    for row in item.rows:
        name = f"{item.code}__{row.code}"
        yield {
            "type": f"select_one {listed}",
            "name": name,
            **_label(row.label, languages),
        }
    yield {"type": "end group"}


def _list_rows(item: Item, languages: Sequence[str]) -> Iterator[Cells]:
    for choice in item.choices:
        row: Cells = {"list_name": item.code, "name": choice.code}
        row |= _label(choice.label, languages)
        row |= _more(choice)
        yield row


def _more(choice: Choice) -> Cells:
    more: Cells = {}
    if choice.value is not None:
        more["score"] = number_text(float(choice.value))
    if choice.missing is not None:
        more["missing"] = choice.missing.value
    return more


def _label(label: Label, languages: Sequence[str]) -> Mapping[str, str]:
    """Write a label into a column for each language; one text stands in all."""
    # A reference to a question, which the form would put the answer in.
    texts = {
        lang: in_language(label, lang) if label else "" for lang in languages or ("",)
    }
    shown = {lang: text.replace("${", "$ {") for lang, text in texts.items()}
    return {f"label::{_language(k)}" if k else "label": v for k, v in shown.items()}


def _language(code: str) -> str:
    return f"{_NAMES.get(code, code)} ({code})"


def _constraint(item: Item) -> Cells:
    if item.max_choices is not None:
        return {"constraint": f"count-selected(.) <= {item.max_choices}"}
    bounds = [(">=", item.minimum), ("<=", item.maximum)]
    parts = [f". {sign} {number_text(float(n))}" for sign, n in bounds if n is not None]
    return {"constraint": " and ".join(parts)} if parts else {}


def _rule(condition: Condition, codebook: Codebook) -> str:
    """Write a condition as XPath with XLSForm's names."""
    if isinstance(condition, Negation):
        return f"not({_rule(condition.part, codebook)})"
    if isinstance(condition, Combination):
        parts = [_rule(part, codebook) for part in condition.parts]
        return f"({f' {condition.word} '.join(parts)})"
    return _comparison(condition, codebook.item(condition.item))


def _comparison(part: Comparison, item: Item) -> str:
    name = f"{item.code}__{part.row}" if part.row else item.code
    question = f"${{{name}}}"
    if item.kind is Kind.NUMBER:
        return f"{question} {part.sign} {number_text(float(part.values[0]))}"
    if item.kind is Kind.MULTIPLE:
        chosen = [f"selected({question}, '{value}')" for value in part.values]
    else:
        chosen = [f"{question} = '{value}'" for value in part.values]
    text = chosen[0] if len(chosen) == 1 else f"({' or '.join(chosen)})"
    if part.sign != "!=":
        return text
    return (
        f"{question} != '{part.values[0]}'"
        if item.kind is not Kind.MULTIPLE
        else f"not({text})"
    )
