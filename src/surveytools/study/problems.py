"""What pydantic found wrong in a TOML file, in words for the person who edits it."""

import copy
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from surveytools.errors import Location, SurveyError

__all__ = ["closest", "key_path", "problems_of", "without_unknown_keys"]

Loc = tuple[int | str, ...]

_PATTERNS = {
    "^[a-z][a-z0-9_]*$": "use lower-case letters, digits and _, a letter first",
    "^[a-z0-9][a-z0-9_]*$": "use lower-case letters, digits and _",
    "^[a-z0-9][a-z0-9-]*$": "use lower-case letters, digits and -",
}

_WRITTEN = {
    "int_parsing": "a whole number, without quotes",
    "int_from_float": "a whole number",
    "float_parsing": "a number, without quotes",
    "bool_parsing": "true or false, without quotes",
    "bool_type": "true or false, without quotes",
    "string_type": "a text, in quotes",
}


def problems_of(
    cause: ValidationError,
    table: Mapping[str, Any],
    model: type[BaseModel],
    file: str,
    *,
    error: type[SurveyError],
) -> list[SurveyError]:
    """Turn each thing that pydantic found into an error of ours.

    Where a key may hold one of several shapes, pydantic complains once for each; only
    the complaint that goes deepest into the file is kept.

    Parameters
    ----------
    cause
        What pydantic raised.
    table
        The file's contents as tomllib gave them.
    model
        What the file should have been, for the names of keys.
    file
        Name of the file.
    error
        Kind of error to make.
    """
    found: dict[Loc, ErrorDetails] = {}
    for detail in cause.errors(include_url=False):
        found.setdefault(_in_file(detail, table), detail)
    return [
        error(problem, Location(file, column=key_path(loc, table) or None), hint)
        for loc in found
        if not _follows_from_another(loc, found, model)
        for problem, hint in [_words(found[loc], loc, model)]
    ]


def without_unknown_keys(
    table: Mapping[str, Any], cause: ValidationError
) -> dict[str, Any]:
    """Copy a file's contents without the keys that pydantic doesn't know."""
    kept = copy.deepcopy(dict(table))
    for detail in cause.errors(include_url=False):
        if detail["type"] == "extra_forbidden":
            *path, last = _in_file(detail, table)
            inner: Any = kept
            for part in path:
                inner = _step(inner, part)
            if isinstance(inner, dict):
                inner.pop(last, None)
    return kept


def _follows_from_another(
    loc: Loc, found: Mapping[Loc, ErrorDetails], model: type[BaseModel]
) -> bool:
    """Whether a complaint goes away when another one is seen to."""
    detail = found[loc]
    if detail["type"] == "missing":
        mistyped = [
            difflib.get_close_matches(str(other[-1]), _keys_at(loc[:-1], model), n=1)
            for other in found
            if other[:-1] == loc[:-1] and found[other]["type"] == "extra_forbidden"
        ]
        return [loc[-1]] in mistyped
    in_union = len(loc) < len(detail["loc"]) or detail["type"] == "too_short"
    return in_union and any(
        len(other) > len(loc) and other[: len(loc)] == loc for other in found
    )


def key_path(loc: Loc, table: Any) -> str:  # noqa: ANN401 (contents of a TOML file)
    """Write a place in a TOML file: ``items[q13].choices[0].label``.

    Entries of a list are named by their code or id, where they have one, else by
    their number from 0.
    """
    path = ""
    for part in loc:
        entry = _step(table, part)
        if isinstance(part, int):
            path += f"[{_name_of(entry) or part}]"
        else:
            path += f".{part}" if path else part
        table = entry
    return path


def nearest(name: str, known: Sequence[str], *, cutoff: float = 0.6) -> str | None:
    """Find the known name that a mistyped one is most like: ``q06`` for ``q6``."""
    for other in known:
        if _without_zeros(other) == _without_zeros(name):
            return other
    close = difflib.get_close_matches(name, known, n=1, cutoff=cutoff)
    return close[0] if close else None


def _without_zeros(name: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", name).casefold()


def closest(name: str, known: Sequence[str]) -> str:
    """Advise on a name that isn't known: the closest one, or all."""
    if close := nearest(name, known):
        return f"did you mean {close!r}?"
    return f"it may be {', '.join(known)}" if known else "remove it"


def _in_file(detail: ErrorDetails, table: Any) -> Loc:  # noqa: ANN401
    """Keep the parts of pydantic's location that are keys of the file.

    The others name branches of a union. A missing key is the last part.
    """
    kept: list[int | str] = []
    *parts, last = detail["loc"] or ("",)
    for part in (*parts, last):
        entry = _step(table, part)
        if entry is not None:
            kept.append(part)
            table = entry
    if detail["type"] == "missing" or (detail["loc"] and not kept):
        kept.append(last)
    return tuple(kept)


def _step(table: Any, part: int | str) -> Any:  # noqa: ANN401
    if isinstance(table, dict):
        return table.get(part)
    if isinstance(table, list) and isinstance(part, int) and part < len(table):
        return table[part]
    return None


def _name_of(entry: Any) -> str | None:  # noqa: ANN401
    if isinstance(entry, dict):
        name = entry.get("code", entry.get("id"))
        return name if isinstance(name, str) else None
    return None


def _words(detail: ErrorDetails, loc: Loc, model: type[BaseModel]) -> tuple[str, str]:
    """Say what was found, and what to do about it."""
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    problem = f"found {_shown(given)}"
    hint = f"it should {detail['msg'].removeprefix('Input should ')}"
    if kind == "missing":
        problem, hint = f"{key!r} is missing", "add it"
    elif kind == "extra_forbidden":
        problem, hint = f"unknown key {key!r}", closest(key, _keys_at(loc[:-1], model))
    elif kind in _WRITTEN:
        hint = f"write {_WRITTEN[kind]}"
    elif kind in {"literal_error", "enum"}:
        hint = f"use {context['expected']}"
    elif kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        hint = _PATTERNS.get(pattern, f"match {pattern}")
    elif kind == "too_short":
        hint = f"give at least {context['min_length']}"
    elif kind == "value_error":
        problem, _, advice = str(context["error"]).partition("; ")
        hint = advice or "correct it"
    return problem, hint


def _shown(given: Any) -> str:  # noqa: ANN401
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list):
        return f"a list of {len(given)}"
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


def _keys_at(loc: Loc, model: type[BaseModel]) -> list[str]:
    """List the keys that a table at that place may have."""
    models = [model]
    for part in loc:
        if isinstance(part, str):
            models = [
                inner
                for outer in models
                for name, field in outer.model_fields.items()
                if (field.alias or name) == part
                for inner in _models_in(field.annotation)
            ]
    return [
        field.alias or name
        for outer in models
        for name, field in outer.model_fields.items()
    ]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
