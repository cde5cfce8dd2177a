"""REDCap's data dictionary: a CSV file with one field a row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from surveytools.cleaning.codebook import Choice, Ignored, Item, Kind
from surveytools.cleaning.questionnaires.expressions import Reference, condition_of
from surveytools.cleaning.questionnaires.files import bounded_bytes
from surveytools.cleaning.questionnaires.rules import number_of
from surveytools.cleaning.questionnaires.shape import (
    Asked,
    Questionnaire,
    choices_of,
    finished,
)
from surveytools.cleaning.questionnaires.texts import code_for, plain_text
from surveytools.errors import ExportError, Location, NoResponsesError
from surveytools.reading.delimited import read_delimited

__all__ = ["FIRST_COLUMN", "read_redcap"]

FIRST_COLUMN = "Variable / Field Name"
_TYPE, _LABEL, _CHOICES = (
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
)
_VALIDATION = "Text Validation Type OR Show Slider Number"
_LOW, _HIGH = "Text Validation Min", "Text Validation Max"
_PERSONAL, _RULE, _GRID = (
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Matrix Group Name",
)
_REFERENCE = r"\[[^\[\]]+\](?!\[)"
_LISTS = {"radio": Kind.SINGLE, "dropdown": Kind.SINGLE, "checkbox": Kind.MULTIPLE}
_NUMBERS = re.compile(r"^(?:number|integer)", re.IGNORECASE)
_YES_NO = {"yesno": ("Yes", "No"), "truefalse": ("True", "False")}
_SILENT = {"descriptive"}
_OF_PEOPLE = {"email", "phone"}
_IN_NAME = re.compile(r"[^a-z0-9_]")

Fields = Mapping[str, str]


def read_redcap(path: Path) -> Questionnaire:
    """Read a data dictionary.

    Fields that are marked as identifying people are left out. Raw exports name a
    column by its field, a box to tick ``field___code``.

    Raises
    ------
    ExportError
        If the file isn't text, or has none of a dictionary's columns.
    """
    bounded_bytes(path)
    try:
        grid = read_delimited(path, header_row=1)
    except NoResponsesError as error:
        raise ExportError(error.problem, error.where, "download it again") from error
    titles = [title.strip() for title in grid.titles()]
    if not {FIRST_COLUMN, _TYPE, _LABEL} <= set(titles):
        problem = "the file lacks columns of a data dictionary"
        hint = f"it needs {FIRST_COLUMN!r}, {_TYPE!r} and {_LABEL!r}"
        raise ExportError(problem, Location(path.name, row=1), hint)
    rows = [
        {
            t: text
            for t, text in zip(titles, texts, strict=True)
            if isinstance(text, str)
        }
        for texts in grid.frame.astype(object).to_numpy()
    ]
    reader = _Dictionary()
    for row in rows[1:]:
        reader.take(row)
    ignored = [Ignored(rows[0].get(FIRST_COLUMN, ""), "record id"), *reader.ignored]
    return finished(
        path.name,
        "REDCap data dictionary",
        list(reader.with_rules()),
        ignored=ignored,
    )


@dataclass
class _Dictionary:
    """Goes through the fields; those of one matrix group make one item."""

    asked: list[tuple[Asked, str]] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    named: dict[str, Reference] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    group: str = ""

    def take(self, row: Fields) -> None:
        name = row.get(FIRST_COLUMN, "").strip()
        kind = row.get(_TYPE, "").strip().lower()
        if not name or kind in _SILENT:
            return
        if row.get(_PERSONAL, "").strip().lower() == "y" or (
            row.get(_VALIDATION, "").strip().lower() in _OF_PEOPLE
        ):
            self.ignored.append(Ignored(name, "personal data"))
            return
        group = row.get(_GRID, "").strip()
        item, decide, answers = _item(name, kind, row)
        if group and item.kind is Kind.SINGLE and group == self.group:
            self.add_row(name, item, answers)
            return
        self.group = group if item.kind is Kind.SINGLE else ""
        if self.group:
            row_of = Choice(name, item.header, aliases=())
            item = replace(
                item,
                code=group,
                kind=Kind.MATRIX,
                header=plain_text(row.get("Section Header", "")) or group,
                rows=(_row(name, row_of, ()),),
            )
        item = replace(item, code=self.code(item.code))
        self.asked.append((Asked(item, decide=decide), row.get(_RULE, "")))
        self.name(name, item, answers)

    def add_row(self, name: str, item: Item, answers: Mapping[str, str]) -> None:
        """Add a row to the matrix that was begun."""
        (begun, rule) = self.asked[-1]
        taken = [row.code for row in begun.item.rows]
        row = _row(name, Choice(name, item.header), taken)
        matrix = replace(begun.item, rows=(*begun.item.rows, row))
        self.asked[-1] = (replace(begun, item=matrix), rule)
        self.name(name, matrix, answers)

    def code(self, name: str) -> str:
        self.codes.append(code_for(name, self.codes, start="q"))
        return self.codes[-1]

    def name(self, name: str, item: Item, answers: Mapping[str, str]) -> None:
        row = item.rows[-1].code if item.rows else None
        self.named[name] = Reference(item, row, answers=answers)
        if item.kind is Kind.MULTIPLE:
            for raw, code in answers.items():
                self.named[f"{name}({raw})"] = Reference(item, choice=code)

    def with_rules(self) -> Iterator[Asked]:
        """Turn the branching logic, now that all fields are known."""
        for one, rule in self.asked:
            found = condition_of(rule, _REFERENCE, self.find) if rule else None
            yield replace(one, rule=rule, condition=found)

    def find(self, text: str) -> Reference | None:
        return self.named.get(text[1:-1].strip())


def _row(name: str, row: Choice, taken: Sequence[str]) -> Choice:
    """Make a row that is found by its field's name, too."""
    code = code_for(name, taken)
    return replace(row, code=code, aliases=(name,))


def _item(
    name: str, kind: str, row: Fields
) -> tuple[Item, tuple[str, ...], Mapping[str, str]]:
    header = plain_text(row.get(_LABEL, "")) or name
    item = Item(name, "", Kind.TEXT, header=header, headers=(name,))
    validation = row.get(_VALIDATION, "").strip()
    decide: tuple[str, ...] = ()
    answers: Mapping[str, str] = {}
    if kind in _LISTS:
        pairs = list(_pairs(row.get(_CHOICES, "")))
        choices = choices_of([(raw, label) for raw, label in pairs])
        answers = {raw: c.code for (raw, _), c in zip(pairs, choices, strict=True)}
        item = replace(item, kind=_LISTS[kind], choices=_ticked(kind, pairs, choices))
    elif kind in _YES_NO:
        yes, no = _YES_NO[kind]
        choices = (Choice("1", yes), Choice("0", no))
        answers = {"1": "1", "0": "0"}
        item = replace(item, kind=Kind.SINGLE, choices=choices)
    elif kind in {"calc", "slider"} or _NUMBERS.match(validation):
        bounds = [number_of(row.get(key, "")) for key in (_LOW, _HIGH)]
        item = replace(item, kind=Kind.NUMBER, minimum=bounds[0], maximum=bounds[1])
    elif validation:
        decide = (f"REDCap validates it as {validation!r}, read as text",)
    elif kind not in {"text", "notes"}:
        decide = (f"REDCap's field type is {kind!r}, read as text",)
    return item, decide, answers


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Part ``1, Yes | 2, No`` at the bars, then at the first comma."""
    for part in text.split("|"):
        raw, _, label = part.partition(",")
        if raw.strip():
            yield raw.strip(), plain_text(label) or raw.strip()


def _ticked(
    kind: str, pairs: Sequence[tuple[str, str]], choices: Sequence[Choice]
) -> tuple[Choice, ...]:
    """Add the code as it stands in ``field___code``, where it was changed."""
    if kind != "checkbox":
        return tuple(choices)
    named = []
    for (raw, _), choice in zip(pairs, choices, strict=True):
        column = _IN_NAME.sub("_", raw.lower())
        odd = column not in {choice.code, *choice.aliases}
        aliases = (*choice.aliases, column) if odd else choice.aliases
        named.append(replace(choice, aliases=aliases))
    return tuple(named)
