"""Codebook files as workbooks, for people who prefer a spreadsheet, and back."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from surveytools.cleaning.document import (
    ChoiceEntry,
    DerivedEntry,
    Document,
    GroupEntry,
    IgnoredEntry,
    ItemEntry,
    PseudonymEntry,
)
from surveytools.cleaning.sheets import Row, read_sheets, write_sheets
from surveytools.errors import (
    CodebookError,
    Location,
    SurveyError,
    collected,
    raise_all,
)
from surveytools.study.problems import closest, problems_of

__all__ = ["document_from_xlsx", "document_to_xlsx"]

_SHEETS = (
    "codebook",
    "items",
    "choices",
    "lists",
    "ignored",
    "pseudonyms",
    "derived",
    "groups",
)
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_UNESCAPED = {"n": "\n", "r": "\r", "e": ""}
_EMPTY_LIST = "[]"
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Cells = dict[str, str | float]


def document_to_xlsx(document: Document, path: Path) -> None:
    """Write a codebook file as a workbook.

    Sheets: ``codebook`` (title, base), ``items``, ``choices`` (of the items, and rows
    of matrices), ``lists``, ``ignored``, ``pseudonyms``, ``derived`` and its
    ``groups``. A text in several languages has a column for each: ``label.en``.
    Several texts stand in one cell, one a line. Comments of the file aren't kept.

    Raises
    ------
    CodebookError
        If a text is longer than a cell can be.
    """
    rows: dict[str, list[Cells]] = {
        "codebook": [
            {"key": key, "value": value}
            for key, value in _cells(document, skip=set(_SHEETS)).items()
        ],
        "items": [_cells(entry) for entry in document.items],
        "choices": [row for entry in document.items for row in _choice_rows(entry)],
        "lists": [row for name in document.lists for row in _list_rows(document, name)],
        "ignored": [_cells(entry) for entry in document.ignored],
        "pseudonyms": [_cells(entry) for entry in document.pseudonyms],
        "derived": [_cells(entry) for entry in document.derived],
        "groups": [
            {"item": entry.code, "code": code, **_cells(group)}
            for entry in document.derived
            for code, group in entry.groups.items()
        ],
    }
    first = {
        "codebook": ("key", "value"),
        "items": _fields(ItemEntry),
        "choices": ("item", "of", "list", *_fields(ChoiceEntry)),
        "lists": ("list", *_fields(ChoiceEntry)),
        "ignored": _fields(IgnoredEntry),
        "pseudonyms": _fields(PseudonymEntry),
        "derived": _fields(DerivedEntry),
        "groups": ("item", "code", *_fields(GroupEntry)),
    }
    write_sheets(path, {name: _table(rows[name], first[name]) for name in _SHEETS})


def document_from_xlsx(path: Path) -> Document:
    """Read a codebook file that was written, or edited, as a workbook.

    Raises
    ------
    ExportError
        If the file isn't a workbook that can be read.
    CodebookError, SurveyErrors
        For each cell that a codebook can't hold.
    """
    sheets = read_sheets(path)
    problems: list[SurveyError] = []
    table: dict[str, Any] = {}
    with collected(problems):
        _refuse_other_sheets(path, sheets)
    for row in sheets.get("codebook", ()):
        with collected(problems):
            table |= _from_cells(
                Row(row.where, {row.get("key"): row.get("value")}), Document
            )
    table["items"] = _entries(sheets.get("items", ()), ItemEntry, problems)
    table["ignored"] = _entries(sheets.get("ignored", ()), IgnoredEntry, problems)
    kept = sheets.get("pseudonyms", ())
    table["pseudonyms"] = _entries(kept, PseudonymEntry, problems)
    table["derived"] = _entries(sheets.get("derived", ()), DerivedEntry, problems)
    table["lists"] = {}
    _put_choices(sheets.get("choices", ()), table, problems)
    _put_lists(sheets.get("lists", ()), table, problems)
    _put_groups(sheets.get("groups", ()), table, problems)
    raise_all(problems)
    table = {key: value for key, value in table.items() if value not in ([], {})}
    try:
        return Document.model_validate(table)
    except ValidationError as cause:
        found = problems_of(cause, table, Document, path.name, error=CodebookError)
        raise_all(found)
        raise


def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _form(annotation: object) -> str:
    """Name how a field stands in a cell, after its type."""
    parts = set(_parts(annotation))
    if any(isinstance(part, type) and issubclass(part, BaseModel) for part in parts):
        return "groups" if dict in parts else "sheet"
    if dict in parts:
        return "languages"
    if tuple in parts:
        return "lines"
    if bool in parts:
        return "flag"
    return "number" if parts & {int, float} else "text"


def _parts(annotation: object) -> Iterator[object]:
    origin = get_origin(annotation)
    yield origin or annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _cells(entry: BaseModel, *, skip: Iterable[str] = ()) -> Cells:
    """Write the keys that were set, each into the cells of its form."""
    cells: Cells = {}
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        key = field.alias or name
        if key in skip or name not in entry.model_fields_set or value is None:
            continue
        form = _form(field.annotation)
        if isinstance(value, str):
            cells[key] = _escaped(str(value))
        elif form == "languages":
            cells |= {f"{key}.{code}": _escaped(text) for code, text in value.items()}
        elif form == "lines" or (form in {"sheet", "groups"} and not value):
            cells[key] = "\n".join(map(_line, value)) if value else _EMPTY_LIST
        elif form == "flag":
            cells[key] = "yes" if value else "no"
        elif form == "number":
            cells[key] = value if _is_plain(value) else repr(value)
    return cells


def _is_plain(number: float) -> bool:
    """Whether a spreadsheet shows and keeps a number as it is."""
    usual = number == 0 or 1e-6 <= abs(number) < 1e12  # noqa: PLR2004
    return usual and float(f"{number:.9G}") == number


def _choice_rows(entry: ItemEntry) -> Iterator[Cells]:
    for key in ("choices", "rows"):
        parts = getattr(entry, key)
        if isinstance(parts, str):
            continue
        for part in parts:
            place: Cells = {"item": entry.code, "of": key}
            own: Cells = {"list": part} if isinstance(part, str) else _cells(part)
            yield place | own


def _list_rows(document: Document, name: str) -> Iterator[Cells]:
    if not document.lists[name]:
        yield {"list": name}
    for choice in document.lists[name]:
        yield {"list": name, **_cells(choice)}


def _table(
    rows: Sequence[Cells], first: Sequence[str]
) -> list[list[str | float | None]]:
    """Give each key a column; languages stand behind the key that they belong to."""
    keys = list(dict.fromkeys([key for row in rows for key in row]))
    columns: list[str] = []
    for name in first:
        columns += [name, *(key for key in keys if key.startswith(f"{name}."))]
    body = [[row.get(column) for column in columns] for row in rows]
    used = [
        at
        for at, column in enumerate(columns)
        if any(row[at] is not None for row in body)
        or not any(key.startswith(f"{column}.") for key in keys)
    ]
    return [[columns[at] for at in used], *([row[at] for at in used] for row in body)]


def _line(text: str) -> str:
    """Write one of several texts of a cell on one line."""
    line = "".join(_ESCAPED.get(character, character) for character in text)
    if not line:
        return "\\e"
    return f"\\{line}" if line == _EMPTY_LIST else line


def _lines(cell: str) -> tuple[str, ...]:
    if cell.strip() == _EMPTY_LIST:
        return ()
    return tuple(
        re.sub(r"\\(.)", lambda m: _UNESCAPED.get(m[1], m[1]), line)
        for line in cell.replace("\r\n", "\n").split("\n")
        if line
    )


def _escaped(text: str) -> str:
    """Write a text so that a blank one differs from none."""
    if not text:
        return "\\e"
    return f"\\{text}" if text.startswith("\\") else text


def _unescaped(cell: str) -> str:
    if cell == "\\e":
        return ""
    return cell.removeprefix("\\")


def _from_cells(row: Row, model: type[BaseModel]) -> dict[str, Any]:
    """Read the keys of an entry from a row.

    Raises
    ------
    CodebookError, SurveyErrors
        For headers that the entry has no key for, and for cells that say neither
        yes nor no.
    """
    forms = {f.alias or n: _form(f.annotation) for n, f in model.model_fields.items()}
    entry: dict[str, Any] = {}
    problems: list[SurveyError] = []
    for header, cell in row.cells.items():
        key, _, language = header.partition(".")
        form = forms.get(key)
        if form is None or (language and form != "languages"):
            msg = f"there is no key {header!r}"
            problems.append(CodebookError(msg, row.where, closest(key, list(forms))))
        elif language:
            texts = entry.setdefault(key, {})
            if isinstance(texts, dict):
                texts[language] = _unescaped(cell)
        elif form == "lines" or (form == "sheet" and cell.strip() == _EMPTY_LIST):
            entry[key] = _lines(cell)
        elif form == "groups" and cell.strip() == _EMPTY_LIST:
            entry[key] = {}
        elif form == "flag":
            if cell.strip().lower() not in _FLAGS:
                msg = f"{header!r} is {cell!r}"
                problems.append(CodebookError(msg, row.where, "write yes or no"))
            entry[key] = _FLAGS.get(cell.strip().lower())
        elif form == "number":
            entry[key] = cell.strip()
        else:
            entry[key] = _unescaped(cell)
    raise_all(problems)
    return entry


def _entries(
    rows: Sequence[Row], model: type[BaseModel], problems: list[SurveyError]
) -> list[dict[str, Any]]:
    entries = []
    for row in rows:
        entry: dict[str, Any] = {"code": row.get("code")}
        with collected(problems):
            entry = _from_cells(row, model)
        entries.append(entry)
    return entries


def _put_choices(
    rows: Sequence[Row], table: dict[str, Any], problems: list[SurveyError]
) -> None:
    """Give each item the choices and rows that stand in their own sheet."""
    items = {entry.get("code"): entry for entry in table["items"]}
    for row in rows:
        with collected(problems):
            item = _owner(row, items)
            key = row.get("of").strip() or "choices"
            if key not in {"choices", "rows"}:
                msg = f"'of' is {key!r}"
                raise CodebookError(msg, row.where, "write choices or rows")
            if isinstance(item.get(key), str):
                msg = f"item {item['code']!r} has a list as its {key}, too"
                raise CodebookError(msg, row.where, "keep one of the two")
            item.setdefault(key, []).append(
                row.get("list") or _without(row, ("item", "of", "list"), ChoiceEntry)
            )


def _put_lists(
    rows: Sequence[Row], table: dict[str, Any], problems: list[SurveyError]
) -> None:
    for row in rows:
        with collected(problems):
            choices = table["lists"].setdefault(row.get("list"), [])
            entry = _without(row, ("list",), ChoiceEntry)
            choices += [entry] if entry else []


def _put_groups(
    rows: Sequence[Row], table: dict[str, Any], problems: list[SurveyError]
) -> None:
    derived = {entry.get("code"): entry for entry in table["derived"]}
    for row in rows:
        with collected(problems):
            groups = _owner(row, derived).setdefault("groups", {})
            groups[row.get("code")] = _without(row, ("item", "code"), GroupEntry)


def _owner(row: Row, entries: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    code = row.get("item")
    if code not in entries:
        msg = f"there is no item {code!r}"
        known = [str(entry) for entry in entries]
        raise CodebookError(msg, row.where, closest(code, known))
    return entries[code]


def _without(
    row: Row, headers: Sequence[str], model: type[BaseModel]
) -> dict[str, Any]:
    cells = {key: text for key, text in row.cells.items() if key not in headers}
    return _from_cells(Row(row.where, cells), model)


def _refuse_other_sheets(path: Path, sheets: Mapping[str, object]) -> None:
    if "items" not in sheets and "derived" not in sheets:
        msg = "this workbook holds no codebook"
        names = ", ".join(map(repr, _SHEETS))
        where = Location(path.name)
        raise CodebookError(msg, where, f"it needs the sheets {names}")
