"""Qualtrics' survey file (``.qsf``): its questions as items, display logic as rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from surveytools.cleaning.codebook import Choice, Item, Kind, Label
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.questionnaires.expressions import Reference
from surveytools.cleaning.questionnaires.qualtrics_file import (
    Node,
    display_logic,
    in_all_languages,
    in_order,
    listed,
    questions_of,
    shown_text,
    survey_language,
    survey_title,
    text_of,
)
from surveytools.cleaning.questionnaires.shape import (
    Asked,
    Questionnaire,
    choices_of,
    finished,
)
from surveytools.cleaning.questionnaires.texts import code_for, short_label
from surveytools.study.text import texts_of

__all__ = ["read_qualtrics"]

_NO_WORD = re.compile(r"\W")
_SILENT = {"DB", "Timing", "Meta", "Captcha"}
_SEVERAL = {"MAVR", "MAHR", "MACOL", "MSB"}
_NUMBERS = {"Slider", "CS"}


def read_qualtrics(path: Path) -> Questionnaire:
    """Read a survey file; questions in the bin are left out.

    Answers are coded by their recode values, as exports have them. A matrix with
    several answers a row becomes an item for each row, a side-by-side question one for
    each of its parts.

    Raises
    ------
    ExportError
        If the file isn't JSON, or isn't a survey of Qualtrics.
    """
    survey, questions = questions_of(path)
    texts = Counter(normalise(shown_text(q)) for q in questions)
    repeated = {text for text, n in texts.items() if n > 1}
    reader = _Survey(repeated, survey_language(survey))
    for question in questions:
        reader.take(question)
    return finished(
        path.name,
        "Qualtrics survey",
        list(reader.with_rules()),
        title=survey_title(survey),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by which exports know a question or a part of it: tag and import id."""

    tag: str
    id: str
    others: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        return (self.tag, self.id, *self.others)

    def row(self, key: str, tags: Mapping[str, str]) -> _Names:
        """Names of a row: by its number, and by its own tag."""
        own = tags.get(key, key)
        bare = (own, _NO_WORD.sub("_", own)) if key in tags else ()
        more = (f"{self.tag}_{own}", f"{self.id}_{key}", *bare)
        return _Names(f"{self.tag}_{key}", f"{self.id}-{key}", more)

    def labelled(self, label: str, key: str, tags: Mapping[str, str]) -> _Names:
        """Names of a part, by its label too, as readers of exports put it."""
        row = self.row(key, tags)
        known = [f"{name} [{label}]" for name in (self.tag, self.id) if label]
        return replace(row, others=(*row.others, *known))

    def tailed(self, *tails: str) -> _Names:
        """Give names with other ends."""
        first, *more = tails
        others = [f"{name}{tail}" for name in (self.tag, self.id) for tail in more]
        kept = () if first else self.others
        return _Names(f"{self.tag}{first}", f"{self.id}{first}", (*kept, *others))


@dataclass
class _Survey:
    """Goes through the questions, and remembers what their ids stand for."""

    repeated: set[str]
    language: str
    asked: list[tuple[Asked, Any]] = field(default_factory=list)
    known: dict[tuple[str, str], Reference] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    def take(self, question: Node) -> None:
        kind = text_of(question, "QuestionType")
        if kind in _SILENT:
            return
        name = text_of(question, "QuestionID")
        names = _Names(text_of(question, "DataExportTag") or name, name)
        text = shown_text(question) or names.tag
        spoken = in_all_languages(question, text, self.language)
        for one in self.items(question, kind, names, text):
            whole = one.item.header == text and spoken != text
            item = replace(one.item, header=spoken, label="") if whole else one.item
            self.asked.append((replace(one, item=item), question.get("DisplayLogic")))

    def items(self, q: Node, kind: str, of: _Names, text: str) -> Iterator[Asked]:
        """Make the items of a question, after its type."""
        selector = text_of(q, "Selector")
        if kind == "MC":
            yield from self.choice(q, of, text)
        elif kind == "SBS":
            yield from self.side_by_side(q, of, text)
        elif kind == "Matrix" and selector in {"Likert", "Bipolar"}:
            yield from self.matrix(q, of, text)
        elif kind == "Matrix":
            yield from self.cells(q, of, text)
        elif kind == "RO":
            choices = tuple(
                _answers(q, "Choices", "ChoiceOrder", self.language).values()
            )
            yield Asked(replace(self.item(Kind.RANKING, of, text), choices=choices))
        elif kind in _NUMBERS or (kind == "TE" and selector == "FORM"):
            found = Kind.NUMBER if kind in _NUMBERS else Kind.TEXT
            for key, entry in in_order(q, "Choices", "ChoiceOrder"):
                names = of.labelled(shown_text(entry), key, _row_tags(q))
                yield Asked(self.part(found, names, text, shown_text(entry)))
        else:
            told = (f"Qualtrics' type is {kind!r}, read as text",)
            yield Asked(
                self.item(Kind.TEXT, of, text), decide=() if kind == "TE" else told
            )

    def choice(self, q: Node, of: _Names, text: str) -> Iterator[Asked]:
        """Make an item of a list, and one of each field for words of one's own."""
        several = text_of(q, "Selector") in _SEVERAL
        answers = _answers(q, "Choices", "ChoiceOrder", self.language)
        item = self.item(Kind.MULTIPLE if several else Kind.SINGLE, of, text)
        item = replace(item, choices=tuple(answers.values()))
        for key, choice in answers.items():
            found = Reference(item, choice=choice.code if several else None)
            found = replace(found, answers={key: choice.code})
            self.known[text_of(q, "QuestionID"), key] = found
        yield Asked(item)
        for key, entry in in_order(q, "Choices", "ChoiceOrder"):
            if entry.get("TextEntry"):
                label = f"{short_label(text)}: {shown_text(entry)}"
                tails = (f"_{answers[key].code}_TEXT", f"_{key}_TEXT", "_TEXT")
                own = self.part(Kind.TEXT, of.tailed(*tails), text, label)
                yield Asked(replace(own, optional=True))

    def side_by_side(self, q: Node, of: _Names, text: str) -> Iterator[Asked]:
        parts = q.get("AdditionalQuestions")
        for key, part in parts.items() if isinstance(parts, dict) else ():
            if isinstance(part, dict):
                tags = {"ChoiceDataExportTags": q.get("ChoiceDataExportTags")}
                own = {
                    **part,
                    **tags,
                    "QuestionID": f"{text_of(q, 'QuestionID')}#{key}",
                }
                names = _Names(f"{of.tag}#{key}", f"{of.id}#{key}")
                heading = f"{text} - {shown_text(part)}"
                kind = text_of(part, "QuestionType")
                yield from self.items(own, kind, names, heading)

    def matrix(self, q: Node, of: _Names, text: str) -> Iterator[Asked]:
        answers = _answers(q, "Answers", "AnswerOrder", self.language)
        rows = in_order(q, "Choices", "ChoiceOrder")
        tags = _row_tags(q)
        if text_of(q, "SubSelector") == "MultipleAnswer":
            for key, entry in rows:
                item = self.part(
                    Kind.MULTIPLE, of.row(key, tags), text, shown_text(entry)
                )
                yield Asked(replace(item, choices=tuple(answers.values())))
            return
        made = choices_of(
            [(tags.get(key, key), self.row_text(q, key, entry)) for key, entry in rows]
        )
        made = tuple(
            replace(row, aliases=_unique((*row.aliases, *of.row(key, tags).all())))
            for (key, _), row in zip(rows, made, strict=True)
        )
        item = replace(
            self.item(Kind.MATRIX, of, text), choices=tuple(answers.values()), rows=made
        )
        raw = {key: choice.code for key, choice in answers.items()}
        for (key, _), row in zip(rows, item.rows, strict=True):
            found = Reference(item, row.code, answers=raw)
            self.known[text_of(q, "QuestionID"), key] = found
        yield Asked(item)

    def cells(self, q: Node, of: _Names, text: str) -> Iterator[Asked]:
        """Make an item of each cell of a matrix in which people write."""
        for key, row in in_order(q, "Choices", "ChoiceOrder"):
            for at, column in in_order(q, "Answers", "AnswerOrder"):
                names = of.row(key, _row_tags(q))
                label = f"{shown_text(row)}, {shown_text(column)}"
                named = names.labelled(shown_text(column), at, {}).tailed("", "_TEXT")
                yield Asked(self.part(Kind.TEXT, named, text, label))

    def part(self, kind: Kind, names: _Names, text: str, label: str) -> Item:
        """Make an item of one part of a question, which has columns of its own."""
        code = self.code(names.tag)
        shown = f"{text} - {label}"
        header = names.tag if self.is_unclear(text) else shown
        others = _unique(tuple(name for name in names.all() if name != header))
        return Item(
            code, short_label(label or shown), kind, header=header, headers=others
        )

    def item(self, kind: Kind, names: _Names, text: str) -> Item:
        """Make an item that is found by its text, or by its tag where texts repeat."""
        code = self.code(names.tag)
        header = names.tag if self.is_unclear(text) else text
        others = _unique(tuple(name for name in names.all() if name != header))
        return Item(code, short_label(text), kind, header=header, headers=others)

    def row_text(self, q: Node, key: str, entry: Node) -> Label:
        part = ("Choices", key)
        return in_all_languages(q, shown_text(entry), self.language, part=part)

    def is_unclear(self, text: str) -> bool:
        key = normalise(text)
        return any(key.startswith(same) for same in self.repeated if same)

    def code(self, name: str) -> str:
        self.codes.append(code_for(name, self.codes, start="q"))
        return self.codes[-1]

    def with_rules(self) -> Iterator[Asked]:
        """Turn the display logic, now that all questions are known."""
        for one, logic in self.asked:
            condition, told = display_logic(logic, self.known)
            yield replace(one, condition=condition, rule=told)


def _answers(q: Node, key: str, order: str, language: str) -> dict[str, Choice]:
    """Make choices of answers, coded by their recode values."""
    entries = in_order(q, key, order)
    recodes = listed(q, "RecodeValues")
    names = listed(q, "VariableNaming")
    made = choices_of(
        [
            (
                recodes.get(k, k),
                in_all_languages(q, shown_text(e), language, part=(key, k)),
            )
            for k, e in entries
        ]
    )
    answers = {}
    for (at, _), choice in zip(entries, made, strict=True):
        other = names.get(at, "")
        spelt = normalise(other) not in {"", *map(normalise, texts_of(choice.label))}
        aliases = (*choice.aliases, other) if spelt else choice.aliases
        answers[at] = replace(choice, aliases=aliases)
    return answers


def _row_tags(q: Node) -> Mapping[str, str]:
    """Names of rows in exports, without the question's own tag before them."""
    return listed(q, "ChoiceDataExportTags")


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    by_text = {normalise(name): name for name in reversed(names) if name}
    return tuple(name for name in dict.fromkeys(names) if name in by_text.values())
