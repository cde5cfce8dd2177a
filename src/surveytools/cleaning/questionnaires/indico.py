"""Indico's questionnaire: the JSON file that managers of a survey download."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from surveytools.cleaning.choices import YES_NO
from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.guess import slug
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.questionnaires.files import bounded_json
from surveytools.cleaning.questionnaires.shape import (
    Asked,
    Questionnaire,
    finished,
)
from surveytools.cleaning.questionnaires.texts import code_for, one_line
from surveytools.errors import ExportError, Location
from surveytools.study.problems import problems_of

__all__ = ["EXTRA", "read_indico"]

EXTRA = "codebook"
"""Key under which an export of ours keeps codes; Indico passes over keys of others."""

_FEWEST_ROWS = 2
_NONE: tuple[Choice, ...] = ()


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Codes(_Part):
    """Codes that an export of ours keeps beside a question."""

    item: str
    row: str | None = None
    choices: tuple[str, ...] = ()


class _Option(_Part):
    option: str


class _Data(_Part):
    """What a field type has beyond its title; ``null`` as if it weren't there."""

    options: tuple[_Option, ...] | None = None
    min_choices: int | None = None
    max_choices: int | None = None
    min_value: float | None = None
    max_value: float | None = None


class _Question(_Part):
    type: str
    title: str = ""
    field_type: str = ""
    field_data: _Data = Field(default_factory=_Data)
    codebook: _Codes | None = None


class _Section(_Part):
    title: str | None = None
    display_as_section: bool = False
    content: tuple[_Question, ...] = ()


class _Survey(_Part):
    version: int
    sections: tuple[_Section, ...]


def read_indico(path: Path) -> Questionnaire:
    """Read a questionnaire of Indico.

    A section that is shown and whose questions all offer the same answers becomes a
    matrix. Answers are matched by text alone, so codes are made of the texts; codes
    that an export of ours left in the file come back.

    Raises
    ------
    ExportError, SurveyErrors
        If the file isn't such a questionnaire.
    """
    table = bounded_json(path)
    where = Location(path.name)
    try:
        survey = _Survey.model_validate(table)
    except ValidationError as cause:
        found = problems_of(
            cause, _mapping(table), _Survey, path.name, error=ExportError
        )
        raise found[0] from cause
    if survey.version != 1:
        problem = f"the questionnaire has version {survey.version}"
        raise ExportError(problem, where, "export it from Indico 3, version 1")
    return finished(path.name, "Indico questionnaire", list(_asked(survey)))


def _mapping(table: object) -> Mapping[str, object]:
    return table if isinstance(table, dict) else {}


def _asked(survey: _Survey) -> Iterator[Asked]:
    questions = [
        (section, question)
        for section in survey.sections
        for question in section.content
        if question.type == "question"
    ]
    titles = Counter(normalise(question.title) for _, question in questions)
    taken: list[str] = []
    digits = max(2, len(str(len(questions))))

    def code(question: _Question) -> str:
        wanted = question.codebook.item if question.codebook else ""
        number = f"q{len(taken) + 1:0{digits}}"
        taken.append(code_for(wanted or number, taken, start="q"))
        return taken[-1]

    for section in survey.sections:
        own = [one for one in section.content if one.type == "question"]
        if _is_matrix(section, own):
            yield Asked(_matrix(section, own, code(own[0])))
            continue
        for question in own:
            repeated = titles[normalise(question.title)] > 1
            yield _single(section, question, code(question), repeated=repeated)


def _is_matrix(section: _Section, own: list[_Question]) -> bool:
    shown = section.display_as_section and section.title
    if not shown or len(own) < _FEWEST_ROWS:
        return False
    names = {normalise(question.title) for question in own}
    alike = {question.field_data.options for question in own}
    kinds = {question.field_type for question in own}
    return (
        kinds == {"single_choice"}
        and len(alike) == 1
        and None not in alike
        and len(names) == len(own)
    )


def _matrix(section: _Section, own: list[_Question], code: str) -> Item:
    rows: list[Choice] = []
    for question in own:
        taken = [row.code for row in rows]
        kept = question.codebook.row if question.codebook else None
        title = one_line(question.title)
        rows.append(
            Choice(code_for(kept, taken) if kept else slug(title, taken), title)
        )
    return Item(
        code=code,
        label="",
        kind=Kind.MATRIX,
        header=one_line(section.title or ""),
        rows=tuple(rows),
        choices=_choices(own[0]),
    )


def _single(
    section: _Section, question: _Question, code: str, *, repeated: bool
) -> Asked:
    title = one_line(question.title)
    header = (
        f"{one_line(section.title)}: {title}" if repeated and section.title else title
    )
    data = question.field_data
    decide: tuple[str, ...] = ()
    kind, choices = Kind.TEXT, _NONE
    if question.field_type == "single_choice":
        kind, choices = Kind.SINGLE, _choices(question)
    elif question.field_type == "multiselect":
        kind, choices = Kind.MULTIPLE, _choices(question)
    elif question.field_type == "bool":
        kind, choices = Kind.SINGLE, YES_NO
    elif question.field_type == "number":
        kind = Kind.NUMBER
    elif question.field_type != "text":
        decide = (f"Indico's field type is {question.field_type!r}, read as text",)
    number = kind is Kind.NUMBER
    item = Item(
        code=code,
        label=title if len(title) <= len(header) else "",
        kind=kind,
        header=header,
        choices=choices,
        max_choices=data.max_choices or None if kind is Kind.MULTIPLE else None,
        minimum=data.min_value if number else None,
        maximum=data.max_value if number else None,
    )
    return Asked(item, decide=decide)


def _choices(question: _Question) -> tuple[Choice, ...]:
    kept = question.codebook.choices if question.codebook else ()
    options = [one_line(one.option) for one in question.field_data.options or ()]
    choices: list[Choice] = []
    for at, text in enumerate(options):
        taken = [choice.code for choice in choices]
        known = kept[at] if len(kept) == len(options) else None
        choices.append(
            Choice(code_for(known, taken) if known else slug(text, taken), text)
        )
    return tuple(choices)
