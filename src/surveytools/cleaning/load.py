"""From codebook files to a `Codebook`; all problems of a file at once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from surveytools.cleaning.choices import Lists
from surveytools.cleaning.codebook import (
    Choice,
    Codebook,
    Ignored,
    Item,
    Kind,
    Pseudonym,
)
from surveytools.cleaning.consistency import (
    header_problems,
    item_problems,
    listed,
    mentions,
    skip_rule_problems,
)
from surveytools.cleaning.derived import derived_item
from surveytools.cleaning.document import CodedEntry, DerivedEntry, Document, ItemEntry
from surveytools.errors import (
    CodebookError,
    Location,
    SurveyError,
    SurveyErrors,
    raise_all,
)
from surveytools.study.catalogue import Catalogue
from surveytools.study.load import read_as_far
from surveytools.study.problems import closest
from surveytools.study.units import Units

__all__ = ["load_codebook", "read_codebook"]

_AS_WRITTEN = (
    "headers",
    "occurrence",
    "asked_if",
    "unit",
    "sensitive",
    "optional",
    "separator",
    "max_choices",
    "missing_texts",
    "suffixes",
    "minimum",
    "maximum",
)
_E = TypeVar("_E", bound=CodedEntry)


def load_codebook(
    path: Path,
    *,
    units: Units | None = None,
    catalogue: Catalogue | None = None,
    language: str = "en",
) -> Codebook:
    """Read a codebook file, and those that it is based on.

    Parameters
    ----------
    path
        The file; ``based_on`` is relative to it.
    units, catalogue
        What ``"@units"`` and ``"@services"`` stand for.
    language
        Language of the labels in outputs.

    Raises
    ------
    CodebookError, SurveyErrors
        For each point in which the file isn't a codebook or contradicts itself, with
        the key, for example ``items[q13].choices``. A file that it is based on must
        be sound by itself, and is reported alone.
    """
    codebook, problems = read_codebook(
        path, units=units, catalogue=catalogue, language=language
    )
    raise_all(problems)
    return codebook


def read_codebook(
    path: Path,
    *,
    units: Units | None = None,
    catalogue: Catalogue | None = None,
    language: str = "en",
) -> tuple[Codebook, list[SurveyError]]:
    """Read a codebook as far as it goes; parameters as in `load_codebook`.

    Returns
    -------
    codebook, problems
        Only without problems is the codebook one to clean with; with some, it serves
        to find what else is wrong.

    Raises
    ------
    CodebookError, SurveyErrors
        If the file can't be made sense of at all, or what it is based on isn't sound.
    """
    codebook, _, problems = _load(path, units, catalogue, language, ())
    return codebook, problems


def _load(
    path: Path,
    units: Units | None,
    catalogue: Catalogue | None,
    language: str,
    above: tuple[Path, ...],
) -> tuple[Codebook, Document, list[SurveyError]]:
    """Give the codebook, the document with its base filled in, and the problems."""
    document, mistyped = read_as_far(path, Document, error=CodebookError)
    problems: list[SurveyError] = [
        *mistyped,
        *_repeated(document.items, "items", path.name),
        *_repeated(document.derived, "derived", path.name),
        *_repeated(document.pseudonyms, "pseudonyms", path.name),
    ]
    if document.based_on is not None:
        base_path = path.parent / document.based_on
        if base_path.resolve() in {other.resolve() for other in (*above, path)}:
            msg = "it is based on itself"
            raise CodebookError(msg, Location(path.name, column="based_on"))
        _, base, wrong = _load(base_path, units, catalogue, language, (*above, path))
        raise_all(wrong)
        problems += _unknown_drops(document, base, path.name)
        document = _filled_in(document, base)
    lists = Lists(document.lists, units, catalogue)
    codebook, found = _built(document, path.name, language, lists)
    # What follows from a mistyped key goes away when the key is corrected.
    own = {_entry_of(problem) for problem in mistyped}
    problems += [problem for problem in found if _entry_of(problem) not in own]
    return codebook, document, problems


def _entry_of(problem: SurveyError) -> str:
    """Name the entry of the file that a problem lies in: ``items[q13]``."""
    column = problem.where.column if problem.where else None
    return (column or "").split(".")[0]


def _built(
    document: Document, file: str, language: str, lists: Lists
) -> tuple[Codebook, list[SurveyError]]:
    """Make the codebook as far as it goes, and list what is wrong with it.

    Where an item has a problem, what refers to it isn't complained about.
    """
    made = [_item(entry, lists, file) for entry in document.items]
    ignored = tuple(Ignored(entry.header, entry.reason) for entry in document.ignored)
    codebook = Codebook(
        file,
        tuple(item for item, _ in made),
        ignored,
        language,
        document.personal,
        tuple(Pseudonym(e.code, e.header, e.headers) for e in document.pseudonyms),
    )
    problems: list[SurveyError] = [problem for _, found in made for problem in found]
    broken = {item.code for item, found in made if found}
    for entry in document.derived:
        if mentions(f"{entry.source} {entry.condition}", broken):
            broken.add(entry.code)
            continue
        try:
            item = _derived(entry, codebook, lists.units)
        except (CodebookError, SurveyErrors) as error:
            problems += listed(error)
            broken.add(entry.code)
        else:
            codebook = replace(codebook, items=(*codebook.items, item))
    problems += header_problems(codebook)
    problems += skip_rule_problems(codebook, broken=broken)
    return codebook, problems


def _item(
    entry: ItemEntry, lists: Lists, file: str
) -> tuple[Item, list[CodebookError]]:
    """Make an item, as far as it goes, and list what is wrong with it."""
    place = f"items[{entry.code}]"
    problems = []
    resolved: dict[str, tuple[Choice, ...]] = {"choices": (), "rows": ()}
    for key, wanted in (("choices", entry.choices), ("rows", entry.rows)):
        try:
            where = Location(file, column=f"{place}.{key}")
            resolved[key] = lists.choices(wanted, where)
        except CodebookError as problem:
            problems.append(problem)
    if entry.kind is None:
        where = Location(file, column=place)
        hint = f"use {', '.join(Kind)}"
        problems.append(CodebookError("'kind' is missing", where, hint))
    header = entry.header or ""
    item = Item(
        code=entry.code,
        label=entry.label or header or entry.code,
        kind=entry.kind or Kind.TEXT,
        header=header,
        choices=resolved["choices"],
        rows=resolved["rows"],
        **{key: getattr(entry, key) for key in _AS_WRITTEN},
    )
    return item, problems or list(item_problems(item, file))


def _derived(entry: DerivedEntry, codebook: Codebook, units: Units | None) -> Item:
    if any(item.code == entry.code for item in codebook.items):
        where = Location(codebook.file, column=f"derived[{entry.code}]")
        msg = f"an item has the code {entry.code!r}, too"
        raise CodebookError(msg, where, "choose another code")
    item = derived_item(entry, codebook, units=units)
    raise_all(list(item_problems(item, codebook.file)))
    return item


def _repeated(
    entries: Iterable[CodedEntry], key: str, file: str
) -> Iterator[CodebookError]:
    seen: set[str] = set()
    for entry in entries:
        if entry.code in seen:
            where = Location(file, column=f"{key}[{entry.code}]")
            msg = f"code {entry.code!r} stands there twice"
            yield CodebookError(msg, where, "choose another code for one")
        seen.add(entry.code)


def _unknown_drops(
    document: Document, base: Document, file: str
) -> Iterator[CodebookError]:
    entries = (*base.items, *base.derived, *base.pseudonyms)
    known = [entry.code for entry in entries]
    for code in document.drop:
        if code not in known:
            msg = f"{document.based_on} has no item {code!r}"
            yield CodebookError(
                msg, Location(file, column="drop"), closest(code, known)
            )


def _filled_in(document: Document, base: Document) -> Document:
    """Put what the base has under what the document says."""
    return document.model_copy(
        update={
            "lists": {**base.lists, **document.lists},
            "ignored": (*base.ignored, *document.ignored),
            "personal": (*base.personal, *document.personal),
            "pseudonyms": _merged(base.pseudonyms, document.pseudonyms, document.drop),
            "items": _merged(base.items, document.items, document.drop),
            "derived": _merged(base.derived, document.derived, document.drop),
        }
    )


def _merged(
    base: Iterable[_E], own: Iterable[_E], drop: tuple[str, ...]
) -> tuple[_E, ...]:
    """Join entries by code: keys that the own entry gives win, new entries follow."""
    entries: dict[str, _E] = {
        entry.code: entry for entry in base if entry.code not in drop
    }
    for entry in own:
        given = {key: getattr(entry, key) for key in entry.model_fields_set}
        below = entries.get(entry.code)
        entries[entry.code] = below.model_copy(update=given) if below else entry
    return tuple(entries.values())
