"""LimeSurvey's questions as items, and its expressions as skip rules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from surveytools.cleaning.codebook import Choice, Item, Kind, Label
from surveytools.cleaning.questionnaires.expressions import Reference, condition_of
from surveytools.cleaning.questionnaires.limesurvey_files import (
    Answer,
    Question,
    Survey,
    read_lss,
    read_structure,
)
from surveytools.cleaning.questionnaires.rules import number_of
from surveytools.cleaning.questionnaires.shape import (
    Asked,
    Questionnaire,
    choices_of,
    finished,
)
from surveytools.cleaning.questionnaires.texts import code_for, label_of

__all__ = ["read_limesurvey_lss", "read_limesurvey_txt"]

_REFERENCE = (
    r"[A-Za-z0-9][A-Za-z0-9_]*\.(?:NAOK|code|value|shown|valueNAOK)|\d+X\d+X\w+"
)
_SUFFIX = re.compile(r"\.\w+$")
_SGQA = re.compile(r"^\d+X\d+X(\d+)(\w*)$")
_ALWAYS = {"", "1"}
_LISTS = {"L", "!", "O"}
_GRIDS = {"F", "H"}
_TEXTS = {"S", "T", "U"}
_OTHER = "-oth-"


def _fixed(*answers: tuple[str, str, Label]) -> tuple[tuple[str, Choice], ...]:
    return tuple((raw, Choice(c, label, aliases=(raw,))) for raw, c, label in answers)


_YES = {"en": "Yes", "fr": "Oui", "de": "Ja"}
_NO = {"en": "No", "fr": "Non", "de": "Nein"}
_FIXED = {
    "Y": _fixed(("Y", "yes", _YES), ("N", "no", _NO)),
    "G": _fixed(
        ("F", "female", {"en": "Female", "fr": "Féminin", "de": "weiblich"}),
        ("M", "male", {"en": "Male", "fr": "Masculin", "de": "männlich"}),
    ),
    "C": _fixed(
        ("Y", "yes", _YES),
        ("U", "uncertain", {"en": "Uncertain", "fr": "Indécis", "de": "Unsicher"}),
        ("N", "no", _NO),
    ),
    "E": _fixed(
        ("D", "decrease", {"en": "Decrease", "fr": "Diminution", "de": "Abnahme"}),
        ("S", "same", {"en": "Same", "fr": "Identique", "de": "Gleich"}),
        ("I", "increase", {"en": "Increase", "fr": "Augmentation", "de": "Zunahme"}),
    ),
}
"""Answers of types without a list of their own; exports hold the code or the label."""

_POINTS = {"5": 5, "A": 5, "B": 10}


def read_limesurvey_lss(path: Path) -> Questionnaire:
    """Read a survey's structure in XML; errors as of `read_lss`."""
    return _questionnaire(path.name, "LimeSurvey structure", read_lss(path))


def read_limesurvey_txt(path: Path) -> Questionnaire:
    """Read a survey's structure as text; errors as of `read_structure`."""
    return _questionnaire(path.name, "LimeSurvey structure", read_structure(path))


def _questionnaire(file: str, source: str, survey: Survey) -> Questionnaire:
    names = _Names()
    asked = [one for q in survey.questions for one in _asked(q, names)]
    silent = [q.code for q in survey.questions if q.type in {"X", "I", "|"}]
    notes = [f"not answers, left out: {', '.join(silent)}"] if silent else []
    ruled = []
    for one in asked:
        found = condition_of(one.rule, _REFERENCE, names.find) if one.rule else None
        ruled.append(replace(one, condition=found))
    return finished(file, source, ruled, title=survey.title, notes=notes)


@dataclass
class _Names:
    """Codes in use, and what expressions may name."""

    codes: list[str] = field(default_factory=list)
    known: dict[str, Reference] = field(default_factory=dict)

    def code(self, name: str) -> str:
        self.codes.append(code_for(name, self.codes, start="q"))
        return self.codes[-1]

    def put(self, question: Question, sub: str, found: Reference) -> None:
        tail = f"_{sub}" if sub else ""
        self.known[f"{question.code}{tail}"] = found
        self.known[f"Q{question.id}{tail}"] = found
        self.known[f"{question.id}:{sub}"] = found

    def find(self, text: str) -> Reference | None:
        sgqa = _SGQA.match(_SUFFIX.sub("", text))
        if sgqa:
            return self.known.get(f"{sgqa[1]}:{sgqa[2]}")
        return self.known.get(_SUFFIX.sub("", text))


def _asked(question: Question, names: _Names) -> Iterator[Asked]:
    rules = [rule.strip() for rule in question.rules if rule.strip() not in _ALWAYS]
    rule = " and ".join(f"({one})" for one in rules) if rules[1:] else "".join(rules)
    for one in _items(question, names):
        yield replace(one, rule=rule)


def _items(question: Question, names: _Names) -> Iterator[Asked]:
    """Make the items of a question; its columns differ by its type."""
    kind = question.type
    if kind in _LISTS or kind in {"Y", "G", "5"}:
        yield from _list(question, names)
    elif kind in {"M", "P"}:
        yield from _several(question, names)
    elif kind in _GRIDS or kind in {"A", "B", "C", "E"}:
        yield Asked(_grid(question, names, question.wanted or question.code))
    elif kind == "1":
        yield from _dual(question, names)
    elif kind == "R":
        yield Asked(_ranks(question, names))
    elif kind in {"K", "Q", ":", ";"}:
        yield from _apart(question, names)
    elif kind == "N":
        yield Asked(_number(question, names))
    elif kind not in {"X", "I", "|"}:
        told = (
            () if kind in _TEXTS else (f"LimeSurvey's type is {kind!r}, read as text",)
        )
        item = _item(question, names, Kind.TEXT)
        names.put(question, "", Reference(item))
        yield Asked(item, decide=told)


def _item(question: Question, names: _Names, kind: Kind) -> Item:
    code = names.code(question.wanted or question.code)
    headers = (
        () if question.code.lower() == code or question.wanted else (question.code,)
    )
    header = label_of(question.texts)
    return Item(code, "", kind, header=header, headers=headers)


def _list(question: Question, names: _Names) -> Iterator[Asked]:
    answers = _answers(question)
    item = replace(
        _item(question, names, Kind.SINGLE), choices=tuple(c for _, c in answers)
    )
    names.put(question, "", Reference(item, answers={r: c.code for r, c in answers}))
    yield Asked(item)
    if question.other or question.type == "O":
        kind, text = (
            ("other", "Other") if question.type != "O" else ("comment", "Comment")
        )
        yield Asked(_beside(question, names, item, kind, text))


def _several(question: Question, names: _Names) -> Iterator[Asked]:
    choices = [*_choices(question.subs), *_other(question)]
    most = number_of(
        next(iter(question.attributes.get("max_answers", {}).values()), "")
    )
    item = replace(
        _item(question, names, Kind.MULTIPLE),
        choices=tuple(choice for _, choice in choices),
        max_choices=int(most) if most else None,
    )
    for raw, choice in choices:
        name = "other" if raw == _OTHER else raw
        names.put(question, name, Reference(item, choice=choice.code))
    yield Asked(item)
    if question.type == "P":
        for sub in question.subs:
            kind, text = f"{sub.code}comment", f"{_any(sub.texts)}][Comment"
            yield Asked(_beside(question, names, item, kind, text))


def _beside(
    question: Question, names: _Names, item: Item, part: str, text: str
) -> Item:
    """Make the item of a column for words of one's own."""
    return Item(
        code=names.code(f"{item.code}_{part}"),
        label="",
        kind=Kind.TEXT,
        header=f"{_any(question.texts) or question.code} [{text}]",
        headers=(f"{question.code}[{part}]", f"{question.code}_{part}"),
        optional=True,
    )


def _grid(question: Question, names: _Names, name: str, scale: str = "0") -> Item:
    answers = _answers(question, scale)
    item = replace(
        _item(replace(question, wanted=name), names, Kind.MATRIX),
        rows=tuple(choice for _, choice in _choices(question.subs)),
        choices=tuple(choice for _, choice in answers),
        headers=() if question.wanted else (question.code,),
    )
    if item.headers == (item.code,) or question.code.lower() == item.code:
        item = replace(item, headers=())
    known = {raw: choice.code for raw, choice in answers}
    for raw, row in _choices(question.subs):
        sub = raw if question.type != "1" else f"{raw}_{scale}"
        names.put(question, sub, Reference(item, row.code, answers=known))
    return item


def _dual(question: Question, names: _Names) -> Iterator[Asked]:
    """Make two matrices of a grid with two scales: ``[row][Scale 1]``."""
    for scale in ("0", "1"):
        number = int(scale) + 1
        item = _grid(question, names, f"{question.code}_{number}", scale)
        rows = [
            replace(
                row, aliases=(f"{_any(s.texts)}][Scale {number}", f"{s.code}][{number}")
            )
            for row, s in zip(item.rows, question.subs, strict=True)
        ]
        yield Asked(replace(item, rows=tuple(rows), headers=(question.code,)))


def _ranks(question: Question, names: _Names) -> Item:
    """Make a ranking; exports have a column a place, its answer the option on it."""
    options = _choices(question.answers or question.subs)
    item = _item(question, names, Kind.RANKING)
    return replace(item, choices=tuple(choice for _, choice in options))


def _apart(question: Question, names: _Names) -> Iterator[Asked]:
    """Make an item a column of grids of numbers or texts."""
    kind = Kind.NUMBER if question.type in {"K", ":"} else Kind.TEXT
    rows = [sub for sub in question.subs if sub.scale == "0"]
    columns = [sub for sub in question.subs if sub.scale != "0"]
    for row in rows:
        pairs: list[tuple[Answer, ...]] = [(row, column) for column in columns]
        for subs in pairs or [(row,)]:
            name = "_".join(sub.code for sub in subs)
            shown = "".join(f"[{_any(sub.texts)}]" for sub in subs)
            item = Item(
                code=names.code(f"{question.code}_{name}"),
                label=", ".join(_any(sub.texts) for sub in subs),
                kind=kind,
                header=f"{_any(question.texts) or question.code} {shown}",
                headers=(f"{question.code}[{name}]", f"{question.code}_{name}"),
            )
            names.put(question, name, Reference(item))
            yield Asked(item)


def _number(question: Question, names: _Names) -> Item:
    bounds = [
        number_of(next(iter(question.attributes.get(name, {}).values()), ""))
        for name in ("min_num_value_n", "max_num_value_n")
    ]
    item = replace(
        _item(question, names, Kind.NUMBER), minimum=bounds[0], maximum=bounds[1]
    )
    names.put(question, "", Reference(item))
    return item


def _answers(question: Question, scale: str = "0") -> list[tuple[str, Choice]]:
    """Answers of a list or grid, those of fixed types too, and "other"."""
    if question.type in _FIXED:
        return list(_FIXED[question.type])
    if question.type in _POINTS:
        points = range(1, _POINTS[question.type] + 1)
        return [(str(p), Choice(str(p), str(p), value=float(p))) for p in points]
    own = [answer for answer in question.answers if answer.scale == scale]
    return [*_choices(own), *_other(question)]


def _other(question: Question) -> list[tuple[str, Choice]]:
    if not question.other:
        return []
    texts = question.attributes.get("other_replace_text", {})
    taken = [part.wanted for part in (*question.subs, *question.answers)]
    kept = next(iter(question.attributes.get("codebook_other", {}).values()), "other")
    return [
        (
            _OTHER,
            Choice(code_for(kept, taken), label_of(texts) or "Other", write_in=True),
        )
    ]


def _choices(parts: Sequence[Answer]) -> list[tuple[str, Choice]]:
    parts = [part for part in parts if part.scale == "0"] or list(parts)
    made = choices_of([(p.wanted or p.code, label_of(p.texts)) for p in parts])
    scored = any(part.value for part in parts)
    return [
        (part.code, replace(choice, value=part.value if scored else None))
        for part, choice in zip(parts, made, strict=True)
    ]


def _any(texts: Mapping[str, str]) -> str:
    return next((text for text in texts.values() if text), "")
