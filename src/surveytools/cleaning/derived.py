"""From the entry of a derived item to an item with its own kind and choices."""

from collections.abc import Iterator

from surveytools.cleaning.choices import YES_NO
from surveytools.cleaning.codebook import Choice, Codebook, Derivation, Item, Kind
from surveytools.cleaning.conditions import Condition, parse_condition
from surveytools.cleaning.document import DerivedEntry
from surveytools.errors import CodebookError, Location, raise_all
from surveytools.study.problems import closest
from surveytools.study.units import Units

__all__ = ["derived_item"]

_NEEDS = {
    "regroup": ("from", "groups"),
    "net": ("from", "groups"),
    "selected": ("from", "groups"),
    "first": ("from",),
    "count": ("from",),
    "midpoint": ("from",),
    "condition": ("condition",),
    "where": ("from", "condition"),
    "merge-units": ("from",),
}
_SOURCES = {
    "regroup": {Kind.SINGLE, Kind.LIKERT, Kind.MATRIX},
    "net": {Kind.MULTIPLE},
    "selected": {Kind.MATRIX},
    "first": {Kind.RANKING},
    "count": {Kind.MULTIPLE},
    "midpoint": {Kind.SINGLE, Kind.LIKERT},
    "where": set(Kind) - {Kind.RANKING},
    "merge-units": {Kind.SINGLE},
}
_KINDS = {
    "net": Kind.SINGLE,
    "selected": Kind.MULTIPLE,
    "first": Kind.SINGLE,
    "count": Kind.NUMBER,
    "midpoint": Kind.NUMBER,
    "merge-units": Kind.SINGLE,
}
_ONE_GROUP = {"net": "yes", "selected": "selected"}


def derived_item(
    entry: DerivedEntry, codebook: Codebook, *, units: Units | None
) -> Item:
    """Make the item that an entry under ``derived`` describes.

    Parameters
    ----------
    entry
        The entry.
    codebook
        The items before it, from which it may be computed.
    units
        Needed for ``merge-units``.

    Raises
    ------
    CodebookError, SurveyErrors
        If the entry lacks what its ``how`` needs, or names items, choices or units
        that don't exist, or a source of a kind that can't be treated so.
    """
    where = Location(codebook.file, column=f"derived[{entry.code}]")
    raise_all(list(_key_problems(entry, where)))
    if entry.source is None:
        return _from_condition(entry, codebook, where)
    source = _source(entry, codebook, where)
    if entry.how == "where":
        _check_condition(entry, source, codebook, where)
    if entry.how == "merge-units":
        choices, groups = _merged(source, units, where)
    else:
        raise_all(list(_group_problems(entry, source, where)))
        choices = _choices(entry, source)
        groups = {code: group.of for code, group in entry.groups.items()}
    return Item(
        code=entry.code,
        label=entry.label,
        kind=_KINDS.get(entry.how) or _kept_kind(entry, source),
        choices=choices,
        rows=source.rows if entry.how in {"regroup", "where"} else (),
        unit=entry.unit or source.unit,
        sensitive=source.sensitive if entry.sensitive is None else entry.sensitive,
        derivation=Derivation(source.code, entry.how, groups, entry.condition),
    )


def _from_condition(entry: DerivedEntry, codebook: Codebook, where: Location) -> Item:
    condition = parse_condition(
        entry.condition or "", codebook, where=_key(where, "condition")
    )
    _refuse_rows(condition, _key(where, "condition"))
    used = [codebook.item(code) for code in condition.items()]
    sensitive = any(item.sensitive for item in used)
    return Item(
        code=entry.code,
        label=entry.label,
        kind=Kind.SINGLE,
        choices=YES_NO,
        unit=entry.unit or "respondent",
        sensitive=sensitive if entry.sensitive is None else entry.sensitive,
        derivation=Derivation("", entry.how, condition=entry.condition),
    )


def _key_problems(entry: DerivedEntry, where: Location) -> Iterator[CodebookError]:
    """Name the keys that the ``how`` lacks, and those that it has no use for."""
    given = {
        "from": entry.source is not None,
        "groups": bool(entry.groups),
        "condition": entry.condition is not None,
    }
    needed = _NEEDS[entry.how]
    for key, is_given in given.items():
        if key in needed and not is_given:
            yield CodebookError(f"{entry.how!r} needs {key!r}", where, "add it")
        elif is_given and key not in needed:
            msg = f"{entry.how!r} has no use for {key!r}"
            yield CodebookError(msg, where, "remove it, or correct `how`")


def _source(entry: DerivedEntry, codebook: Codebook, where: Location) -> Item:
    known = [item.code for item in codebook.items]
    if entry.source not in known:
        msg = f"there is no item {entry.source!r} before it"
        raise CodebookError(msg, _key(where, "from"), closest(str(entry.source), known))
    source = codebook.item(entry.source)
    if source.kind not in _SOURCES[entry.how]:
        kinds = ", ".join(sorted(_SOURCES[entry.how]))
        msg = f"{entry.how!r} can't be applied to {source.code!r}, a {source.kind} item"
        raise CodebookError(msg, _key(where, "from"), f"use a source of kind {kinds}")
    return source


def _group_problems(
    entry: DerivedEntry, source: Item, where: Location
) -> Iterator[CodebookError]:
    """Name groups that don't fit the choices of the source."""
    only = _ONE_GROUP.get(entry.how)
    if only is not None and set(entry.groups) != {only}:
        msg = f"{entry.how!r} has one group, {only!r}"
        yield CodebookError(msg, _key(where, "groups"), f"name it {only!r}")
    known = [choice.code for choice in source.choices]
    group_of: dict[str, str] = {}
    for name, group in entry.groups.items():
        place = _key(where, f"groups.{name}.of")
        if entry.how == "regroup" and group.label is None:
            yield CodebookError("no label is given", _key(where, f"groups.{name}"))
        for code in group.of:
            if code not in known:
                msg = f"item {source.code!r} has no choice {code!r}"
                yield CodebookError(msg, place, closest(code, known))
            elif code in group_of:
                msg = f"{code!r} is also in group {group_of[code]!r}"
                yield CodebookError(msg, place, "keep it in one")
            group_of.setdefault(code, name)
    left = [c.code for c in source.choices if not c.missing and c.code not in group_of]
    if entry.how == "regroup" and left:
        msg = f"no group has {', '.join(map(repr, left))} of item {source.code!r}"
        yield CodebookError(msg, _key(where, "groups"), "put each into a group")
    if entry.how == "midpoint":
        bare = [c.code for c in source.choices if c.value is None and not c.missing]
        if bare:
            msg = f"{', '.join(map(repr, bare))} of item {source.code!r} has no value"
            yield CodebookError(msg, where, "give each choice a value")


def _check_condition(
    entry: DerivedEntry, source: Item, codebook: Codebook, where: Location
) -> None:
    """Check that each row of the source is a row of the matrices compared with."""
    place = _key(where, "condition")
    condition = parse_condition(entry.condition or "", codebook, where=place)
    if source.kind is not Kind.MATRIX:
        _refuse_rows(condition, place)
    rows = [row.code for row in source.rows]
    problems = []
    for code in sorted(condition.row_items()):
        has = {row.code for row in codebook.item(code).rows}
        lost = [row for row in rows if row not in has]
        if lost:
            msg = f"{code!r} has no row {', '.join(map(repr, lost))}"
            hint = f"give {code!r} and {source.code!r} the same rows"
            problems.append(CodebookError(msg, place, hint))
    raise_all(problems)


def _refuse_rows(condition: Condition, where: Location) -> None:
    for code in sorted(condition.row_items()):
        msg = f"'{code}.*' stands for a row, and there is none"
        raise CodebookError(msg, where, f"name a row: {code}.<row>")


def _kept_kind(entry: DerivedEntry, source: Item) -> Kind:
    if entry.how == "regroup" and source.kind is Kind.LIKERT:
        return Kind.SINGLE
    return source.kind


def _choices(entry: DerivedEntry, source: Item) -> tuple[Choice, ...]:
    if entry.how == "regroup":
        return tuple(
            Choice(code, group.label or code, group.short, value=group.value)
            for code, group in entry.groups.items()
        )
    if entry.how == "net":
        return YES_NO
    if entry.how == "selected":
        return source.rows
    return source.choices if entry.how in {"where", "first"} else ()


def _merged(
    source: Item, units: Units | None, where: Location
) -> tuple[tuple[Choice, ...], dict[str, tuple[str, ...]]]:
    """Put merged groups in the place of their first member."""
    if units is None:
        msg = "merging needs the units, and no file of units is given"
        raise CodebookError(msg, where, "name the file units.toml")
    group_of = {member: group for group in units.merged for member in group.members}
    choices: dict[str, Choice] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for choice in source.choices:
        group = group_of.get(choice.code)
        merged = Choice(group.code, group.label, group.short) if group else choice
        choices.setdefault(merged.code, merged)
        groups[merged.code] = (*groups.get(merged.code, ()), choice.code)
    return tuple(choices.values()), groups


def _key(where: Location, key: str) -> Location:
    return Location(where.file, column=f"{where.column}.{key}")
