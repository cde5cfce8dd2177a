"""What every reader of questionnaires hands on: items, and what is to be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveytools.cleaning.codebook import (
    Choice,
    Codebook,
    Ignored,
    Item,
    Kind,
    Label,
)
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.headers import headers_of
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.questionnaires.rules import condition_text, simplified
from surveytools.cleaning.questionnaires.texts import code_for, one_line, short_label
from surveytools.cleaning.scales import missing_kind, scale_of
from surveytools.cleaning.truth import Condition
from surveytools.errors import SurveyError, SurveyErrors
from surveytools.reading.personal import is_personal
from surveytools.reading.table import Role
from surveytools.study.text import texts_of

__all__ = ["Asked", "Questionnaire", "choices_of", "finished"]

_WITH_CHOICES = {Kind.SINGLE, Kind.MULTIPLE, Kind.LIKERT, Kind.MATRIX, Kind.RANKING}
_IN_ANY_ORDER = {Kind.MULTIPLE, Kind.RANKING}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a file has it.

    Attributes
    ----------
    item
        The item, its code in use nowhere else; without skip rule.
    condition
        Who is asked, where the file's rule could be turned into a condition.
    rule
        The rule as it stands in the file; ``""`` where everybody is asked.
    decide
        What a person must look at.
    """

    item: Item
    condition: Condition | None = None
    rule: str = ""
    decide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire file, as far as a codebook can hold it.

    Attributes
    ----------
    file
        Name of the file.
    source
        What the file is, for example ``Indico questionnaire``.
    items
        Items in the order of the questionnaire.
    title
        Title of the survey, if the file has one.
    decide
        What a person must look at, by code of the item.
    ignored
        Columns that exports of the questionnaire have and that hold no answers.
    notes
        What the file has beyond that, one sentence each.
    """

    file: str
    source: str
    items: tuple[Item, ...]
    title: str | None = None
    decide: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()
    notes: tuple[str, ...] = ()

    def codebook(self) -> Codebook:
        """Give the items as a codebook."""
        return Codebook(self.file, self.items, self.ignored)


def finished(
    file: str,
    source: str,
    asked: Sequence[Asked],
    *,
    title: str | None = None,
    ignored: Sequence[Ignored] = (),
    notes: Sequence[str] = (),
) -> Questionnaire:
    """Make a questionnaire that loads as a codebook, whatever the file says.

    Scales are recognised; items that a codebook can't hold as they are (no choices,
    two choices of one text) are made so that it can, with a comment; skip rules that
    the items don't bear out become comments. Questions for names, addresses and the
    like are left out, as the readers of exports leave out their columns.
    """
    personal = [one for one in asked if _asks_for_person(one.item)]
    ignored = [*ignored, *(_left_out(one.item) for one in personal)]
    asked = [one for one in asked if one not in personal]
    decide = {one.item.code: list(one.decide) for one in asked}
    items = [_sound(one.item, decide[one.item.code]) for one in asked]
    items = _told_apart(items)
    book = Codebook(file, tuple(items))
    ruled = []
    for one, item in zip(asked, items, strict=True):
        text = _rule_text(one, book)
        if one.rule and text is None:
            rule = one_line(one.rule)
            decide[item.code].append(f"who is asked? The file says: {rule}")
        ruled.append(replace(item, asked_if=text))
    return Questionnaire(
        file=file,
        source=source,
        items=tuple(ruled),
        title=title or None,
        decide={code: tuple(texts) for code, texts in decide.items() if texts},
        ignored=tuple(ignored),
        notes=tuple(notes),
    )


def choices_of(answers: Sequence[tuple[str, Label]]) -> tuple[Choice, ...]:
    """Make choices of the names and labels that a file has.

    A name that can't be a code becomes an alias, since exports may hold it.
    """
    choices: list[Choice] = []
    known = {normalise(text) for _, label in answers for text in texts_of(label)}
    for name, label in answers:
        code = code_for(name, [choice.code for choice in choices])
        odd = normalise(name) not in {code, "", *known}
        choices.append(Choice(code, label or code, aliases=(name,) if odd else ()))
    return tuple(choices)


def _asks_for_person(item: Item) -> bool:
    return item.kind is Kind.TEXT and any(map(is_personal, headers_of(item)))


def _left_out(item: Item) -> Ignored:
    own = [text for text in headers_of(item) if is_personal(text)]
    return Ignored(own[0], str(Role.IDENTITY))


def _sound(item: Item, decide: list[str]) -> Item:
    """Make an item that a codebook can hold."""
    header = item.header or item.code
    if not item.header:
        decide.append("the file has no text for it")
    kind = item.kind
    if kind in _WITH_CHOICES and not item.choices:
        decide.append(f"the file lists no choices for this {kind} item")
        kind = Kind.TEXT
    if kind is Kind.MATRIX and not item.rows:
        decide.append("the file lists no rows for this matrix")
        kind = Kind.TEXT
    has_choices = kind in _WITH_CHOICES
    choices = _distinct(item.choices, decide) if has_choices else ()
    if has_choices:
        choices = tuple(map(_with_missing, choices))
    if has_choices and kind not in _IN_ANY_ORDER:
        kind, choices = _on_scale(kind, choices)
    return replace(
        item,
        header=header,
        label=item.label or _short(header),
        kind=kind,
        choices=choices,
        rows=_distinct(item.rows, decide) if kind is Kind.MATRIX else (),
        max_choices=item.max_choices if kind is Kind.MULTIPLE else None,
    )


def _short(header: Label) -> Label:
    if isinstance(header, str):
        return short_label(header)
    return {language: short_label(text) for language, text in header.items()}


def _distinct(entries: Sequence[Choice], decide: list[str]) -> tuple[Choice, ...]:
    """Tell choices of one text apart by their codes."""
    seen: set[str] = set()
    distinct = []
    for entry in entries:
        texts = {normalise(text) for text in texts_of(entry.label)}
        label = entry.label
        if texts & seen or not all(texts):
            label = f"{next(iter(texts_of(entry.label)), '')} ({entry.code})".strip()
            decide.append(f"another answer has the label of {entry.code!r}, too")
            texts = {normalise(label)}
        aliases = tuple(text for text in entry.aliases if normalise(text) not in seen)
        seen |= texts | {normalise(text) for text in aliases}
        distinct.append(replace(entry, label=label, aliases=aliases))
    return tuple(distinct)


def _on_scale(
    kind: Kind, choices: tuple[Choice, ...]
) -> tuple[Kind, tuple[Choice, ...]]:
    """Recognise the usual scales; their points are put in order, from low to high."""
    telling = [choice for choice in choices if choice.missing is None]
    for language in range(max((len(texts_of(c.label)) for c in telling), default=0)):
        labels = [
            texts_of(c.label)[min(language, len(texts_of(c.label)) - 1)]
            for c in telling
        ]
        scale = scale_of(labels)
        if scale is None or not scale.complete:
            continue
        points = [scale.points[label] for label in labels]
        if points not in (sorted(points), sorted(points, reverse=True)):
            break
        silent = [choice for choice in choices if choice.missing is not None]
        valued = [
            replace(c, value=float(point) if c.value is None else c.value)
            for point, c in sorted(
                zip(points, telling, strict=True), key=lambda p: p[0]
            )
        ]
        return Kind.LIKERT if kind is Kind.SINGLE else kind, (*valued, *silent)
    return kind, choices


def _with_missing(choice: Choice) -> Choice:
    """Mark an answer that says why there is none; such an answer has no score."""
    kinds = [choice.missing, *map(missing_kind, texts_of(choice.label))]
    missing = next((kind for kind in kinds if kind is not None), None)
    return replace(choice, missing=missing, value=None if missing else choice.value)


def _told_apart(items: Sequence[Item]) -> list[Item]:
    """Tell items under one header apart by their place in the file."""
    counts: dict[str, int] = {}
    numbered = []
    for item in items:
        if item.kind is Kind.MATRIX:
            numbered.append(item)
            continue
        keys = {normalise(text) for text in headers_of(item)}
        occurrence = max(counts.get(key, 0) for key in keys) + 1
        counts |= dict.fromkeys(keys, occurrence)
        numbered.append(replace(item, occurrence=occurrence))
    return numbered


def _rule_text(one: Asked, book: Codebook) -> str | None:
    """Write the condition, if the codebook would accept it."""
    if one.condition is None:
        return None
    text = condition_text(simplified(one.condition))
    try:
        condition = parse_condition(text, book)
    except (SurveyError, SurveyErrors):
        return None
    return None if one.item.code in condition.items() else text
