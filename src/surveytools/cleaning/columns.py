"""Which column of an export holds which item."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.headers import (
    Target,
    claims_on,
    headers_of,
    parts_of,
    personal_headers,
    targets,
)
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.others import item_of_write_in, other_choice
from surveytools.errors import CodebookError
from surveytools.reading.personal import is_personal
from surveytools.reading.table import Column, RawTable, Role

__all__ = ["ColumnMatch", "Matched", "match_columns"]

PSEUDONYM = "personal data, pseudonym kept"
"""Rule by which a column is left out of which a pseudonym is kept."""

_MAY_BE_WIDE = {Kind.MULTIPLE, Kind.RANKING}

HEADING = "heading without answers"
"""Rule by which a column that has a header but no answer at all is left out."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What the codebook says of one column.

    Attributes
    ----------
    column
        The column.
    item
        Code of the item that it holds; ``None`` where it holds none.
    part
        Row of a matrix, or choice of a multiple-response item that the platform
        writes as one column a choice.
    left_out
        Rule by which the column is left out. Where ``item`` is missing too, the
        codebook doesn't know the column.
    write_in
        Whether the column holds the text that goes with the choice ``part``.
    """

    column: Column
    item: str | None = None
    part: str | None = None
    left_out: str | None = None
    write_in: bool = False

    @property
    def name(self) -> str | None:
        """Name of the column after cleaning, for example ``q13__swan``."""
        if self.write_in:
            return f"{self.item}__{self.part}__text"
        return f"{self.item}__{self.part}" if self.part else self.item

    @property
    def unknown(self) -> bool:
        """Whether the codebook doesn't know the column."""
        return self.item is None and self.left_out is None


@dataclass(frozen=True, slots=True)
class Matched:
    """All columns of an export, in order, and what doesn't fit.

    Attributes
    ----------
    columns
        One entry a column of the export.
    absent
        Names of cleaned columns of optional items that the export lacks.
    problems
        Items that the export must have and lacks, and columns or items that can't
        be told apart.
    """

    columns: tuple[ColumnMatch, ...]
    absent: tuple[str, ...]
    problems: tuple[CodebookError, ...]


def match_columns(raw: RawTable, codebook: Codebook) -> Matched:
    """Say of each column of an export which item it holds, or why none.

    A header matches as a whole; or behind a section and ``: `` (Indico); or behind a
    code and ``. `` (LimeSurvey). The first way in which it matches counts. Rows of a
    matrix, and choices that have a column each, are found as ``item: row``,
    ``item [row]``, ``item - row`` or ``item/row``; rows also by their label alone.

    Parameters
    ----------
    raw
        The export.
    codebook
        What was asked. Columns of personal data are never matched.

    Returns
    -------
    Matched
        Columns and problems; nothing is raised.
    """
    claims = claims_on(raw, codebook)
    taken: dict[int, list[Target]] = {}
    matched: dict[str, int] = {}
    rivals: dict[int, str] = {}
    for target in targets(codebook):
        ways = claims.get(target.name)
        if not ways or target.name in matched or _is_spare_choice(target, matched):
            continue
        columns = ways[min(ways)]
        for column in (c for same in ways.values() for c in same):
            rivals.setdefault(column.position, target.item.code)
        if len(columns) >= target.item.occurrence:
            chosen = columns[target.item.occurrence - 1]
            taken.setdefault(chosen.position, []).append(target)
            matched[target.name] = chosen.position
    entries = _with_write_ins(
        tuple(_entry(raw, column, taken, codebook) for column in raw.columns), codebook
    )
    problems = [
        *_lacking(raw, codebook, matched, entries),
        *_contested(raw, taken),
        *_spare(raw, entries, rivals),
    ]
    return Matched(entries, _absent(codebook, matched), tuple(problems))


def _is_spare_choice(target: Target, matched: dict[str, int]) -> bool:
    """Whether a choice has a column although the item has one for all of them."""
    return target.item.kind in _MAY_BE_WIDE and target.item.code in matched


def _entry(
    raw: RawTable,
    column: Column,
    taken: dict[int, list[Target]],
    codebook: Codebook,
) -> ColumnMatch:
    if targets := taken.get(column.position):
        return ColumnMatch(column, targets[0].item.code, targets[0].part)
    return ColumnMatch(column, left_out=_left_out(raw, column, codebook))


def _left_out(raw: RawTable, column: Column, codebook: Codebook) -> str | None:
    """Give the rule by which a column that holds no item is left out, if any does."""
    text = normalise(column.header)
    for kept in codebook.pseudonyms:
        if text in {normalise(header) for header in (kept.header, *kept.headers)}:
            return PSEUDONYM
    if column.role is Role.IDENTITY or text in personal_headers(codebook):
        return Role.IDENTITY.value
    for rule in codebook.ignored:
        if normalise(rule.header) == text:
            return rule.reason
    if column.role is not Role.ANSWER:
        return Role.METADATA.value
    return HEADING if raw.frame[column.name].isna().all() else None


def _with_write_ins(
    entries: tuple[ColumnMatch, ...], codebook: Codebook
) -> tuple[ColumnMatch, ...]:
    """Give columns of text for "other" to their items, one column an item."""
    beside = [(e.column, codebook.item(e.item)) for e in entries if e.item is not None]
    owner: dict[str, int] = {}
    found: list[ColumnMatch] = []
    for entry in entries:
        item = item_of_write_in(entry.column, beside) if entry.unknown else None
        choice = other_choice(item) if item else None
        column = entry.column
        if item is None or choice is None:
            found.append(entry)
        elif owner.setdefault(item.code, column.position) == column.position:
            found.append(ColumnMatch(column, item.code, choice.code, write_in=True))
        else:
            found.append(entry)
    return tuple(found)


def _wide(item: Item, matched: dict[str, int]) -> bool:
    """Whether a multiple-response item or a ranking has a column a choice."""
    return (
        item.kind in _MAY_BE_WIDE
        and item.code not in matched
        and any(name in matched for name in item.columns())
    )


def _wanted(item: Item, matched: dict[str, int]) -> tuple[str, ...]:
    if item.kind is Kind.MATRIX or _wide(item, matched):
        return item.columns()
    given = tuple(f"{item.code}__{place.code}" for place in item.places())
    if any(name in matched for name in given):  # as many places as could be given
        return tuple(name for name in given if name in matched)
    return (item.code,)


def _absent(codebook: Codebook, matched: dict[str, int]) -> tuple[str, ...]:
    return tuple(
        name
        for item in codebook.asked()
        if item.optional
        for name in _wanted(item, matched)
        if name not in matched
    )


def _lacking(
    raw: RawTable,
    codebook: Codebook,
    matched: dict[str, int],
    entries: tuple[ColumnMatch, ...],
) -> Iterator[CodebookError]:
    """One problem an item, or a row of a matrix, that the export lacks."""
    for item in codebook.asked():
        wanted = _wanted(item, matched)
        lost = [name for name in wanted if name not in matched]
        if item.optional or not lost:
            continue
        header = next(iter(headers_of(item)), item.code)
        if len(lost) == len(wanted):
            yield _lack(raw, codebook, f"item {item.code!r}", header, entries)
            continue
        parts = {f"{item.code}__{part.code}": part for part in parts_of(item)}
        for name in lost:
            what = f"{parts[name].code!r} of item {item.code!r}"
            header_of_part = f"{header}: {parts[name].text(codebook.language)}"
            yield _lack(raw, codebook, what, header_of_part, entries)


def _lack(
    raw: RawTable,
    codebook: Codebook,
    what: str,
    header: str,
    entries: tuple[ColumnMatch, ...],
) -> CodebookError:
    if any(_same_header(entry, header) for entry in entries):
        msg = f"the column of {what} counts as personal data, which is never an item"
        hint = f"take it out of {codebook.file}, or keep a pseudonym of it"
        if is_personal(header):
            hint = (
                "if it holds none, write a longer header in a copy of the export and in"
                f" {codebook.file}, such as 'Name of the service'"
            )
        return CodebookError(msg, raw.locate(column=header), hint)
    spare = [entry.column.header for entry in entries if entry.unknown]
    by_text = {normalise(text): text for text in spare}
    close = difflib.get_close_matches(normalise(header), by_text, n=1, cutoff=0.5)
    hint = f"correct the header in {codebook.file}, or mark the item optional"
    if all(entry.item is None for entry in entries):
        hint = (
            "take the codebook of this export, or name the row of the headers with "
            "--header-row (header_row in study.toml)"
        )
    if close:
        hint = f"the export has {by_text[close[0]]!r}; add it to `headers` if it is it"
    msg = f"no column for {what}"
    return CodebookError(msg, raw.locate(column=header), hint)


def _same_header(entry: ColumnMatch, header: str) -> bool:
    """Tell whether a column was left out as personal though an item asks for it."""
    same = normalise(entry.column.header) == normalise(header)
    return same and entry.left_out is not None and entry.column.role is Role.IDENTITY


def _contested(
    raw: RawTable, taken: dict[int, list[Target]]
) -> Iterator[CodebookError]:
    headers = {column.position: column.header for column in raw.columns}
    for position, rivals in taken.items():
        if len(rivals) > 1:
            names = " and ".join(repr(target.name) for target in rivals)
            msg = f"the column fits {names}"
            hint = "give each its whole header, or an `occurrence`"
            yield CodebookError(msg, raw.locate(column=headers[position]), hint)


def _spare(
    raw: RawTable, entries: tuple[ColumnMatch, ...], rivals: dict[int, str]
) -> Iterator[CodebookError]:
    """Columns that fit an item as well as the one that it took."""
    for entry in entries:
        item = rivals.get(entry.column.position)
        if item is not None and entry.unknown:
            msg = f"a second column fits item {item!r}"
            hint = (
                "give the item its whole header or an `occurrence`, or list the column"
            )
            yield CodebookError(msg, raw.locate(column=entry.column.header), hint)
