"""XLSForm workbooks of KoboToolbox and ODK: sheets survey, choices and settings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from surveytools.cleaning.codebook import Choice, Ignored, Item, Kind, Label, Missing
from surveytools.cleaning.questionnaires.expressions import Reference, condition_of
from surveytools.cleaning.questionnaires.rules import number_of
from surveytools.cleaning.questionnaires.shape import (
    Asked,
    Questionnaire,
    choices_of,
    finished,
)
from surveytools.cleaning.questionnaires.texts import code_for, label_of, one_line
from surveytools.cleaning.sheets import Row, read_sheets

__all__ = ["read_xlsform"]

_REFERENCE = r"\$\{[^}]+\}"
_LANGUAGE = re.compile(r"^(?P<key>label|hint)\s*::?\s*(?P<language>.+)$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([A-Za-z]{2,3}(?:-\w+)*)\)\s*$")
_BOUND = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_MOST = re.compile(r"count-selected\(\s*\.\s*\)\s*<=\s*(\d+)")
_SELECT = {
    "select_one": Kind.SINGLE,
    "select1": Kind.SINGLE,
    "select_multiple": Kind.MULTIPLE,
    "rank": Kind.RANKING,
}
_NUMBERS = {"integer", "int", "decimal", "range"}
_TEXTS = {"text", "string"}
_SILENT = {"note", "end", "start"} | {
    "xml-external",
    "csv-external",
    "background-audio",
}
_OF_DEVICE = {
    "start",
    "end",
    "today",
    "deviceid",
    "subscriberid",
    "simserial",
    "phonenumber",
    "username",
    "email",
    "audit",
    "start-geopoint",
}
_COMPUTED = {"calculate", "hidden"}
_MISSING = {kind.value: kind for kind in Missing}


@dataclass(frozen=True, slots=True)
class _Group:
    """A group that is open where a row stands."""

    name: str
    label: Label
    rule: str
    table: bool
    repeats: bool
    members: list[Item] = field(default_factory=list)


def read_xlsform(path: Path) -> Questionnaire:
    """Read an XLSForm.

    Groups that are shown as a table of one list become matrices. Skip rules of groups
    hold for what is in them. Repeats are left out: their answers stand in a sheet of
    their own.

    Raises
    ------
    ExportError
        If the file isn't a workbook that can be read.
    """
    sheets = read_sheets(path, ("survey", "choices", "settings"))
    lists: dict[str, list[Row]] = {}
    for row in sheets.get("choices", ()):
        name = row.get("list_name") or row.get("list name")
        lists.setdefault(name.strip(), []).append(row)
    form = _Form({name: _choices(rows) for name, rows in lists.items()})
    for row in sheets.get("survey", ()):
        form.take(row)
    settings = sheets.get("settings", ())
    title = (
        settings[0].get("form_title") or settings[0].get("title") if settings else ""
    )
    return finished(
        path.name,
        "XLSForm",
        list(form.with_rules()),
        title=one_line(title),
        ignored=form.ignored,
        notes=form.notes(),
    )


class _Form:
    """Goes through the rows of the sheet survey, with the groups that are open."""

    def __init__(self, lists: Mapping[str, tuple[tuple[str, Choice], ...]]) -> None:
        self.lists = lists
        self.groups: list[_Group] = []
        self.asked: list[tuple[Asked, str]] = []
        self.ignored: list[Ignored] = []
        self.named: dict[str, Reference] = {}
        self.codes: list[str] = []
        self.repeated = 0

    def take(self, row: Row) -> None:
        words = row.get("type").replace("_", " ").lower().split()
        if not words:
            return
        if words[0] in {"begin", "end"} and len(words) > 1:
            self.begin(row, words) if words[0] == "begin" else self.end()
        elif any(group.repeats for group in self.groups):
            self.repeated += 1
        else:
            self.question(row)

    def begin(self, row: Row, words: Sequence[str]) -> None:
        group = _Group(
            name=row.get("name").strip(),
            label=_label(row),
            rule=_rule(row),
            table="table-list" in row.get("appearance"),
            repeats=words[1] == "repeat",
        )
        self.groups.append(group)

    def end(self) -> None:
        if not self.groups:
            return
        group = self.groups.pop()
        if not group.table or not group.members:
            return
        code = self.code(group.name)
        rows: list[Choice] = []
        taken: list[str] = []
        for member in group.members:
            name = member.headers[0]
            short = name.removeprefix(f"{group.name}_").lstrip("_") or name
            taken.append(code_for(short, taken))
            own = f"{group.name}__{taken[-1]}" == name
            rows.append(
                Choice(taken[-1], member.header, aliases=() if own else (name,))
            )
        lists = {repr(member.choices) for member in group.members}
        item = Item(
            code=code,
            label="",
            kind=Kind.MATRIX,
            header=group.label or group.name,
            headers=() if code == group.name else (group.name,),
            rows=tuple(rows),
            choices=group.members[0].choices,
        )
        mixed = ("its rows offer different choices",) if len(lists) > 1 else ()
        for member, entry in zip(group.members, rows, strict=True):
            answers = self.named[member.headers[0]].answers
            self.named[member.headers[0]] = Reference(item, entry.code, None, answers)
        self.asked.append((Asked(item, decide=mixed), self.rule_here(group.rule)))

    def question(self, row: Row) -> None:
        name = row.get("name").strip()
        words = row.get("type").split()
        kind = words[0].lower()
        if kind == "select" and len(words) > 2:  # noqa: PLR2004 - "select one from x"
            kind, words = f"select_{words[1].lower()}", [words[0], words[-1]]
        if kind in _OF_DEVICE or kind in _COMPUTED:
            what = "computed by the form" if kind in _COMPUTED else "of the device"
            self.ignored += [Ignored(name, what)] if name else []
            return
        if kind in _SILENT or not name:
            return
        in_table = bool(self.groups) and self.groups[-1].table
        item, decide, answers = self.item(row, name, kind, words)
        if in_table and item.kind is Kind.SINGLE:
            self.named[name] = Reference(item, answers=answers)
            self.groups[-1].members.append(replace(item, headers=(name,)))
            return
        code = self.code(name)
        paths = "/".join([*(g.name for g in self.groups), name])
        headers = [] if code == name.lower() else [name]
        headers += [paths, paths.replace("/", "-")] if self.groups else []
        item = replace(item, code=code, headers=tuple(headers))
        self.named[name] = Reference(item, answers=answers)
        self.asked.append((Asked(item, decide=decide), self.rule_here(_rule(row))))

    def item(
        self, row: Row, name: str, kind: str, words: Sequence[str]
    ) -> tuple[Item, tuple[str, ...], Mapping[str, str]]:
        """Make the item, its code still that of no other."""
        decide: tuple[str, ...] = ()
        found = Kind.TEXT
        choices: tuple[Choice, ...] = ()
        answers: Mapping[str, str] = {}
        if kind in _SELECT:
            found = _SELECT[kind]
            listed = self.lists.get(words[1] if len(words) > 1 else "", ())
            choices = tuple(choice for _, choice in listed)
            answers = {raw: choice.code for raw, choice in listed}
            if words[-1].lower() == "or_other":
                choices = (*choices, Choice("other", "Other", write_in=True))
        elif kind == "acknowledge":
            found, choices = Kind.SINGLE, (Choice("ok", "OK"),)
        elif kind in _NUMBERS:
            found = Kind.NUMBER
        elif kind not in _TEXTS:
            decide = (f"the form's type is {row.get('type').strip()!r}, read as text",)
        bounds = _bounds(row) if found is Kind.NUMBER else {}
        most = _MOST.search(row.get("constraint"))
        item = Item(
            code=name,
            label="",
            kind=found,
            header=_label(row) or name,
            choices=choices,
            max_choices=int(most[1]) if most and found is Kind.MULTIPLE else None,
            minimum=bounds.get(">="),
            maximum=bounds.get("<="),
        )
        return item, decide, answers

    def code(self, name: str) -> str:
        self.codes.append(code_for(name, self.codes, start="q"))
        return self.codes[-1]

    def rule_here(self, own: str) -> str:
        rules = [*(group.rule for group in self.groups), own]
        given = [rule for rule in rules if rule]
        return (
            " and ".join(f"({rule})" for rule in given) if given[1:] else "".join(given)
        )

    def with_rules(self) -> Iterator[Asked]:
        """Turn the rules, now that all questions are known."""
        for one, rule in self.asked:
            if not rule:
                yield one
                continue
            found = condition_of(rule, _REFERENCE, self.resolve)
            yield replace(one, rule=rule, condition=found)

    def resolve(self, text: str) -> Reference | None:
        return self.named.get(text[2:-1].strip())

    def notes(self) -> list[str]:
        if not self.repeated:
            return []
        return [f"{self.repeated} questions in repeats are left out"]


def _choices(rows: Sequence[Row]) -> tuple[tuple[str, Choice], ...]:
    """Read a list; columns ``score`` and ``missing`` are those of our own exports."""
    names = [(row.get("name") or row.get("value")).strip() for row in rows]
    labels = [_label(row) for row in rows]
    made = choices_of(list(zip(names, labels, strict=True)))
    read = []
    for row, name, choice in zip(rows, names, made, strict=True):
        score = number_of(row.get("score"))
        full = replace(
            choice,
            value=score,
            missing=_MISSING.get(row.get("missing")),
        )
        read.append((name, full))
    return tuple(read)


def _label(row: Row) -> Label:
    """Read the label in all its languages: ``label``, ``label::French (fr)``."""
    texts: dict[str, str] = {}
    for header, text in row.cells.items():
        found = _LANGUAGE.match(header)
        if found and found["key"].lower() == "label":
            code = _IN_BRACKETS.search(found["language"])
            language = code[1] if code else found["language"]
            texts[language.strip().lower()] = one_line(text)
    plain = one_line(row.get("label"))
    return label_of(texts) or plain


def _rule(row: Row) -> str:
    return one_line(row.get("relevant") or row.get("relevance"))


def _bounds(row: Row) -> dict[str, float]:
    found = {
        sign: float(limit) for sign, limit in _BOUND.findall(row.get("constraint"))
    }
    if row.get("type").lower().startswith("range"):
        pairs = re.findall(r"(start|end)=(-?\d+(?:\.\d+)?)", row.get("parameters"))
        found |= {{"start": ">=", "end": "<="}[key]: float(n) for key, n in pairs}
    return found
