"""Codebook files, written: the reverse of `surveytools.cleaning.load`."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from surveytools.cleaning.codebook import Choice, Ignored, Item, Kind
from surveytools.cleaning.document import (
    ChoiceEntry,
    DerivedEntry,
    Document,
    GroupEntry,
    IgnoredEntry,
    ItemEntry,
)

__all__ = ["codebook_toml", "document_of", "entry_key", "toml_text"]

_SHARED_FROM = 3  # answers; a shorter list is easier to read where it is used
_WIDTH = 88
_OF_DERIVATION = {"derivation", "kind", "choices", "rows"}
_EVERYWHERE = ("code", "label", "short", "aliases", "value", "missing", "write_in")


def document_of(
    items: Sequence[Item],
    *,
    title: str | None = None,
    ignored: Sequence[Ignored] = (),
) -> Document:
    """Give items the shape of a codebook file.

    Answers that several items share become a list, named after the first of them.

    Parameters
    ----------
    items
        Items in the order of the questionnaire, derived ones behind them.
    title
        Title of the survey.
    ignored
        Columns that are left out.

    Returns
    -------
    Document
        Loading it gives these items again. What stands behind ``"@units"`` and the
        like is written out.
    """
    asked = [item for item in items if item.derivation is None]
    long = [item for item in asked if len(item.choices) >= _SHARED_FROM]
    uses = Counter(repr(item.choices) for item in long)
    names: dict[str, str] = {}
    lists: dict[str, tuple[ChoiceEntry, ...]] = {}
    for item in long:
        same = repr(item.choices)
        if uses[same] > 1 and same not in names:
            names[same] = f"{item.code}_answers"
            lists[names[same]] = _entries(item.choices)
    given: dict[str, Any] = {
        "title": title,
        "lists": lists,
        "ignored": tuple(
            IgnoredEntry(header=i.header, reason=i.reason) for i in ignored
        ),
        "items": tuple(_item_entry(item, names) for item in asked),
        "derived": tuple(_derived_entry(item) for item in items if item.derivation),
    }
    return Document(**{key: value for key, value in given.items() if value})


def codebook_toml(
    document: Document,
    *,
    top: str = "",
    comments: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Write a codebook file.

    Parameters
    ----------
    document
        Contents. Only keys that were set are written, so that a file that is based
        on another keeps saying no more than its differences.
    top
        Comment at the head of the file, without ``#``; line by line.
    comments
        Lines to write over an entry, without ``#``, by `entry_key`.

    Returns
    -------
    str
        TOML; `surveytools.cleaning.load_codebook` reads from it what the document
        holds.
    """
    comments = comments or {}
    blocks = ["".join(f"{line}\n" for line in _comment(top))] if top else []
    tables: list[str] = []
    plain: list[str] = []
    for key, value in _given(document).items():
        if isinstance(value, Mapping):
            tables.append(f"[{key}]\n" + "".join(_pairs(value)))
        elif _is_entries(value):
            tables += [_table(key, entry, comments) for entry in value]
        else:
            plain.append(_pair(key, value))
    return "\n".join([*blocks, *(["".join(plain)] if plain else []), *tables])


def entry_key(section: str, entry: str) -> str:
    """Name an entry for `codebook_toml`: ``items[q13]``, ``ignored[header]``."""
    return f"{section}[{entry}]"


def toml_text(text: str) -> str:
    """Write a basic string of TOML: JSON's, with DEL escaped, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _item_entry(item: Item, names: Mapping[str, str]) -> ItemEntry:
    own: dict[str, Any] = {"code": item.code}
    default = Item(item.code, item.header or item.code, Kind.TEXT)
    for key in ItemEntry.model_fields:
        value = getattr(item, key)
        if key in {"label", "kind"} or value != getattr(default, key):
            own[key] = value
    if item.choices:
        own["choices"] = names.get(repr(item.choices)) or _entries(item.choices)
    if item.rows:
        own["rows"] = _entries(item.rows)
    return ItemEntry(**own)


def _entries(choices: Sequence[Choice]) -> tuple[ChoiceEntry, ...]:
    return tuple(ChoiceEntry(**_own(choice)) for choice in choices)


def _own(choice: Choice) -> dict[str, Any]:
    """Keys of a choice that say something."""
    default = Choice(choice.code, "")
    values = {key: getattr(choice, key) for key in _EVERYWHERE}
    return {
        key: value
        for key, value in values.items()
        if key == "code" or value != getattr(default, key)
    }


def _derived_entry(item: Item) -> DerivedEntry:
    how = item.derivation
    own: dict[str, Any] = {"code": item.code, "label": item.label}
    if how is None:
        return DerivedEntry(**own)
    own |= {"from": how.source or None, "how": how.how, "condition": how.condition}
    labels = {choice.code: choice for choice in item.choices}
    if how.how != "merge-units":
        own["groups"] = {
            code: _group(codes, labels.get(code) if how.how == "regroup" else None)
            for code, codes in how.groups.items()
        }
    own |= {"sensitive": item.sensitive, "unit": item.unit}
    return DerivedEntry(**{k: v for k, v in own.items() if v not in (None, {})})


def _group(codes: Sequence[str], choice: Choice | None) -> GroupEntry:
    own: dict[str, Any] = {"of": tuple(codes)}
    if choice is not None:
        own |= {
            k: v for k, v in _own(choice).items() if k in {"label", "short", "value"}
        }
    return GroupEntry(**own)


def _given(entry: BaseModel) -> dict[str, Any]:
    """Keys that were set, with the names that they have in the file."""
    fields = type(entry).model_fields
    return {
        field.alias or name: getattr(entry, name)
        for name, field in fields.items()
        if name in entry.model_fields_set and getattr(entry, name) is not None
    }


def _is_entries(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(v, BaseModel) for v in value)


def _table(key: str, entry: BaseModel, comments: Mapping[str, Sequence[str]]) -> str:
    name = str(getattr(entry, "code", None) or getattr(entry, "header", ""))
    texts = comments.get(entry_key(key, name), ())
    over = [line for text in texts for line in _comment(text)]
    lines = [*over, f"[[{key}]]"]
    return "".join(f"{line}\n" for line in lines) + "".join(_pairs(_given(entry)))


def _comment(text: str) -> Iterator[str]:
    """Write lines as comments; TOML allows no control characters in them."""
    for line in text.split("\n"):
        shown = "".join(c if c.isprintable() or c == "\t" else " " for c in line)
        yield f"# {shown}".rstrip()


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        yield _pair(key, value)


def _pair(key: str, value: object) -> str:
    short = f"{_key(key)} = {_value(value)}"
    if not isinstance(value, tuple) or not value:
        return f"{short}\n"
    if len(short) <= _WIDTH and not _is_entries(value):
        return f"{short}\n"
    inner = "".join(f"  {_value(entry)},\n" for entry in value)
    return f"{_key(key)} = [\n{inner}]\n"


def _value(value: object) -> str:
    """Write a value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):  # a kind is one, too
        return toml_text(str(value))
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, BaseModel):
        return _value(_given(value))
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_value, value))}]"
    msg = f"a codebook holds no {type(value).__name__}"
    raise TypeError(msg)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else toml_text(key)
