"""The parts of a ``.qsf`` file, whatever is missing in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from surveytools.cleaning.codebook import Label
from surveytools.cleaning.questionnaires.expressions import Reference
from surveytools.cleaning.questionnaires.files import bounded_json
from surveytools.cleaning.questionnaires.texts import label_of, plain_text
from surveytools.cleaning.truth import (
    Combination,
    Comparison,
    Condition,
    Negation,
)
from surveytools.errors import ExportError, Location

__all__ = [
    "Node",
    "display_logic",
    "in_all_languages",
    "in_order",
    "listed",
    "questions_of",
    "shown_text",
    "survey_language",
    "survey_title",
    "text_of",
]

Node = Mapping[str, Any]

_SELECTED = {"Selected": True, "NotSelected": False}
_DEEPEST = 20


def questions_of(path: Path) -> tuple[Node, list[Node]]:
    """Give the survey's entry and its questions in the order of blocks and flow.

    Raises
    ------
    ExportError
        If the file isn't JSON, or isn't a survey of Qualtrics.
    """
    table = bounded_json(path)
    elements = table.get("SurveyElements") if isinstance(table, dict) else None
    if not isinstance(table, dict) or not isinstance(elements, list):
        problem = "the JSON has no 'SurveyElements'"
        hint = "export the survey as .qsf"
        raise ExportError(problem, Location(path.name), hint)
    nodes: list[Node] = [element for element in elements if isinstance(element, dict)]
    found = {}
    for node in nodes:
        payload = node.get("Payload")
        if node.get("Element") == "SQ" and isinstance(payload, dict):
            name = text_of(payload, "QuestionID") or text_of(node, "PrimaryAttribute")
            found[name] = {"QuestionID": name, **payload}
    blocks = dict(_blocks(nodes))
    order = [b for b in dict.fromkeys(_flow(nodes)) if b in blocks]
    order += [block for block in blocks if block not in order]
    asked = [q for block in order for q in blocks[block]]
    if not blocks:
        asked = list(found)
    return table, [found[name] for name in dict.fromkeys(asked) if name in found]


def survey_title(survey: Node) -> str:
    """Name of the survey."""
    entry = survey.get("SurveyEntry")
    return plain_text(text_of(entry, "SurveyName")) if isinstance(entry, dict) else ""


def text_of(node: Node, key: str) -> str:
    """Text under a key; ``""`` where there is none, or something else."""
    value = node.get(key)
    return value if isinstance(value, str) else ""


def shown_text(node: Node) -> str:
    """Words of a question, or of an answer."""
    raw = text_of(node, "QuestionText") or text_of(node, "Display")
    return plain_text(raw)


def survey_language(survey: Node) -> str:
    """Code of the language in which the survey was written."""
    entry = survey.get("SurveyEntry")
    code = text_of(entry, "SurveyLanguage") if isinstance(entry, dict) else ""
    return code.lower() or "en"


def in_all_languages(
    question: Node, text: str, language: str, *, part: tuple[str, str] | None = None
) -> Label:
    """Put the translations of a text beside it.

    Parameters
    ----------
    question
        The question, which holds translations under ``Language``.
    text
        The text in the language of the survey.
    language
        Code of that language.
    part
        ``("Choices", "2")`` for the text of an answer; else it is the question's.
    """
    texts = {language: text}
    given = question.get("Language")
    for code, own in given.items() if isinstance(given, dict) else ():
        node: object = own
        for key in part or ():
            node = dict(_pairs(node)).get(key)
        if isinstance(node, dict):
            texts.setdefault(str(code).lower(), shown_text(node))
    return label_of(texts)


def in_order(question: Node, key: str, order: str) -> list[tuple[str, Node]]:
    """List the answers or rows of a question in the order in which they are shown."""
    given = question.get(key)
    pairs = _pairs(given)
    entries = {str(k): v for k, v in pairs if isinstance(v, dict)}
    wanted = question.get(order)
    names = [str(name) for name in wanted] if isinstance(wanted, list) else []
    shown = [name for name in names if name in entries]
    shown += [name for name in entries if name not in shown]
    return [(name, entries[name]) for name in shown]


def listed(question: Node, key: str) -> dict[str, str]:
    """Give the texts of a table such as ``RecodeValues``; empty lists mean none."""
    value = question.get(key)
    pairs = value.items() if isinstance(value, dict) else ()
    return {str(k): str(v) for k, v in pairs if isinstance(v, str | int)}


def display_logic(
    logic: object, known: Mapping[tuple[str, str], Reference]
) -> tuple[Condition | None, str]:
    """Turn display logic into a condition, and give its words for a person.

    Returns
    -------
    condition, rule
        No condition where the logic says more than a condition can; ``""`` where
        there is no logic.
    """
    if not isinstance(logic, dict):
        return None, ""
    told = " ".join(_words(logic, 0)) or "a display logic"
    groups = [node for _, node in _pairs(logic) if _is_group(node)]
    condition = None
    for group in groups:
        own = _group(group, known)
        if own is None:
            return None, told
        joined = _joint(group)
        condition = own if condition is None else Combination(joined, (condition, own))
    return condition, told


def _is_group(node: object) -> bool:
    return isinstance(node, dict) and any(
        isinstance(part, dict) and "LogicType" in part for part in node.values()
    )


def _group(group: Node, known: Mapping[tuple[str, str], Reference]) -> Condition | None:
    """Join the expressions of a group; "and" binds no closer than "or" there."""
    condition: Condition | None = None
    for _, part in _pairs(group):
        if not isinstance(part, dict) or "LogicType" not in part:
            continue
        own = _expression(part, known)
        if own is None:
            return None
        joint = _joint(part)
        condition = own if condition is None else Combination(joint, (condition, own))
    return condition


def _joint(node: Node) -> str:
    # The file spells it "Conjuction".
    word = text_of(node, "Conjuction") or text_of(node, "Conjunction")
    return (
        "or" if word.lower() in {"or", "orif"} or node.get("Type") == "OrIf" else "and"
    )


def _expression(
    part: Node, known: Mapping[tuple[str, str], Reference]
) -> Condition | None:
    """Turn ``q://QID2/SelectableChoice/3`` and an operator."""
    chosen = _SELECTED.get(text_of(part, "Operator"))
    place = unquote(text_of(part, "ChoiceLocator")).split("/")
    if chosen is None or len(place) < 5 or text_of(part, "LogicType") != "Question":  # noqa: PLR2004
        return None
    question, kind, tail = place[2], place[3], place[4:]
    found = known.get((question, tail[0]))
    if found is None or kind != "SelectableChoice":
        return None
    if found.row is not None:
        code = found.answers.get(tail[1]) if len(tail) > 1 else None
    else:
        code = found.answers.get(tail[0])
    if code is None:
        return None
    comparison = Comparison(found.item.code, "=", (code,), found.row)
    return comparison if chosen else Negation(comparison)


def _words(node: object, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    if text := text_of(node, "Description"):
        yield plain_text(text)
    for _, part in _pairs(node):
        yield from _words(part, depth + 1)


def _pairs(value: object) -> list[tuple[str, Any]]:
    """Pairs of what JSON has as an object with numbers as keys, or as a list."""
    if isinstance(value, dict):
        return [(str(key), entry) for key, entry in value.items()]
    if isinstance(value, list):
        return [(str(at), entry) for at, entry in enumerate(value)]
    return []


def _blocks(nodes: list[Node]) -> Iterator[tuple[str, list[str]]]:
    """Blocks with their questions, but for the bin."""
    for node in nodes:
        if node.get("Element") != "BL":
            continue
        for _, block in _pairs(node.get("Payload")):
            if isinstance(block, dict) and block.get("Type") != "Trash":
                entries = [e for _, e in _pairs(block.get("BlockElements"))]
                names = [
                    text_of(e, "QuestionID") for e in entries if isinstance(e, dict)
                ]
                yield text_of(block, "ID"), [name for name in names if name]


def _flow(nodes: list[Node]) -> Iterator[str]:
    """Ids of blocks in the order of the survey's flow, branches as they stand."""
    waiting = [node.get("Payload") for node in nodes if node.get("Element") == "FL"]
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, dict):
            continue
        if "Block" in text_of(node, "Type") or text_of(node, "Type") == "Standard":
            yield text_of(node, "ID")
        inner = node.get("Flow")
        waiting = [*(inner if isinstance(inner, list) else []), *waiting]
