"""What differs between two codebooks, and whether the meaning may have changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import fuzz, utils

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind, Label
from surveytools.cleaning.matching import normalise
from surveytools.study.text import texts_of

__all__ = ["Change", "Sort", "differences", "pairs_of"]

_E = TypeVar("_E", Choice, Item)

_MEANING = ("kind", "unit", "asked_if", "max_choices")
_READING = (
    "headers",
    "occurrence",
    "separator",
    "missing_texts",
    "suffixes",
    "minimum",
    "maximum",
    "optional",
    "sensitive",
)


class Sort(StrEnum):
    """What a change may do to numbers that are compared."""

    MEANING = "meaning"
    WORDING = "wording"
    READING = "reading"


_OF_CHOICE = {
    ("value", "missing", "write_in"): Sort.MEANING,
    ("short",): Sort.WORDING,
    ("aliases",): Sort.READING,
}
_ALIKE = 60.0  # per cent of two texts, words in any order


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes
    ----------
    sort
        ``meaning`` where answers may stand for something else, so that numbers don't
        compare as they are; ``wording`` for texts that were written otherwise;
        ``reading`` for how cells are found, checked and protected.
    item
        Code of the item, in the second codebook if it has it.
    what
        What changed: a key of the item or choice, ``item``, ``code``, ``order``.
    part
        ``choice x`` or ``row x``, where it is about one.
    before, after
        What stood and stands there; ``None`` for what is new or gone.
    """

    sort: Sort
    item: str
    what: str
    part: str | None = None
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        place = f"{self.item}, {self.part}" if self.part else self.item
        if self.before is None or self.after is None:
            verb = "added" if self.before is None else "removed"
            shown = self.after if self.before is None else self.before
            named = f"{self.what} {verb}" if self.what not in {"part", "item"} else verb
            return f"{place}: {named}: {shown}" if shown else f"{place}: {named}"
        return f"{place}: {self.what}: {self.before} -> {self.after}"


def differences(before: Codebook, after: Codebook) -> tuple[Change, ...]:
    """List what differs between the codebooks of two waves.

    Items are matched by their code, then by a header that both have; choices and rows
    by their code, then by a label that both have. Capitals, blanks and typographic
    marks don't make texts differ when they are matched, but do when they are compared.

    Parameters
    ----------
    before, after
        The codebooks.

    Returns
    -------
    tuple of Change
        In the order of ``after``, items that are gone at the end.
    """
    pairs = pairs_of(before.items, after.items)
    changes = [change for old, new in pairs for change in _of_item(old, new)]
    order, kept = _orders(pairs, before.items)
    if order != kept:
        was, now = _list(order), _list(kept)
        changes.append(Change(Sort.WORDING, "codebook", "order", None, was, now))
    return (*changes, *_of_ignored(before, after))


def pairs_of(
    before: Sequence[_E], after: Sequence[_E]
) -> list[tuple[_E | None, _E | None]]:
    """Match items, choices or rows: by code, then by a text that both have."""
    left = {entry.code: entry for entry in before}
    matched: dict[str, _E] = {}
    for entry in after:
        if entry.code in left:
            matched[entry.code] = left.pop(entry.code)
    for entry in after:
        if entry.code in matched:
            continue
        texts = _texts(entry)
        same = [code for code, old in left.items() if texts & _texts(old)]
        if same:
            matched[entry.code] = left.pop(same[0])
    pairs: list[tuple[_E | None, _E | None]] = []
    pairs += [(matched.get(entry.code), entry) for entry in after]
    pairs += [(entry, None) for entry in left.values()]
    return pairs


def _texts(entry: Choice | Item) -> set[str]:
    if isinstance(entry, Item) and entry.header:
        return {normalise(text) for text in texts_of(entry.header)}
    return {normalise(text) for text in texts_of(entry.label)}


def _orders(
    pairs: Sequence[tuple[_E | None, _E | None]], before: Sequence[_E]
) -> tuple[list[str], list[str]]:
    """Give the order in which entries that stayed stood and stand, by new codes."""
    renamed = {old.code: new.code for old, new in pairs if old and new}
    order = [renamed[entry.code] for entry in before if entry.code in renamed]
    return order, [new.code for old, new in pairs if old and new]


def _of_ignored(before: Codebook, after: Codebook) -> Iterator[Change]:
    old = {normalise(rule.header): repr(rule.header) for rule in before.ignored}
    new = {normalise(rule.header): repr(rule.header) for rule in after.ignored}
    for key in [key for key in new if key not in old]:
        yield Change(Sort.READING, "ignored", "column", after=new[key])
    for key in [key for key in old if key not in new]:
        yield Change(Sort.READING, "ignored", "column", before=old[key])


def _of_item(old: Item | None, new: Item | None) -> Iterator[Change]:
    if old is None or new is None:
        item = new or old
        if item is not None:
            shown = _shown(item.label)
            before, after = (None, shown) if old is None else (shown, None)
            yield Change(Sort.MEANING, item.code, "item", None, before, after)
        return
    code = new.code
    if old.code != code:
        yield Change(Sort.WORDING, code, "code", None, old.code, code)
    yield from _values(old, new, _MEANING, Sort.MEANING)
    if _derivation(old) != _derivation(new):
        was, now = _derivation(old), _derivation(new)
        yield Change(Sort.MEANING, code, "derivation", None, was, now)
    yield from _parts(old.rows, new.rows, "row", new)
    if (
        old.derivation is None
        or new.derivation is None
        or old.kind is not Kind.MULTIPLE
    ):
        yield from _parts(old.choices, new.choices, "choice", new)
    yield from _wording(old.header, new.header, code)
    if old.label != new.label:
        labels = (_shown(old.label), _shown(new.label))
        yield Change(Sort.WORDING, code, "label", None, *labels)
    yield from _values(old, new, _READING, Sort.READING)


def _parts(
    old: Sequence[Choice], new: Sequence[Choice], what: str, item: Item
) -> Iterator[Change]:
    pairs = pairs_of(old, new)
    for was, now in pairs:
        yield from _of_part(was, now, what, item, old)
    order, kept = _orders(pairs, old)
    if order != kept:
        # On a scale the order is the meaning.
        scale = what == "choice" and item.kind in {Kind.LIKERT, Kind.MATRIX}
        sort = Sort.MEANING if scale else Sort.WORDING
        name = f"order of {what}s"
        yield Change(sort, item.code, name, None, _list(order), _list(kept))


def _of_part(
    was: Choice | None, now: Choice | None, what: str, item: Item, old: Sequence[Choice]
) -> Iterator[Change]:
    entry = now or was
    part = f"{what} {entry.code}" if entry else what
    if was is None or now is None:
        texts = [None if e is None else _shown(e.label) for e in (was, now)]
        yield Change(Sort.MEANING, item.code, "part", part, *texts)
        return
    if was.code != now.code:
        yield Change(Sort.WORDING, item.code, "code", part, was.code, now.code)
    others = {text for e in old if e is not was for text in _texts(e)}
    taken = bool(_texts(now) & others)
    yield from _wording(was.label, now.label, item.code, part, taken=taken)
    for keys, sort in _OF_CHOICE.items():
        for change in _values(was, now, keys, sort):
            yield replace(change, item=item.code, part=part)


def _values(
    old: Item | Choice, new: Item | Choice, keys: Sequence[str], sort: Sort
) -> Iterator[Change]:
    for key in keys:
        was, now = getattr(old, key), getattr(new, key)
        if was != now:
            yield Change(sort, new.code, key, None, _value(was), _value(now))


def _wording(
    old: Label, new: Label, item: str, part: str | None = None, *, taken: bool = False
) -> Iterator[Change]:
    """Compare a text in each language.

    Where hardly anything of a text is left, or where it now says what another choice
    said (``taken``: a scale that was turned round), its meaning may have changed.
    """
    if old == new:
        return
    what = "label" if part else "header"
    if isinstance(old, str) or isinstance(new, str):
        alike = any(_alike(a, b) for a in texts_of(old) for b in texts_of(new))
        sort = Sort.WORDING if alike and not taken else Sort.MEANING
        yield Change(sort, item, what, part, _shown(old), _shown(new))
        return
    for language in dict.fromkeys((*old, *new)):
        was, now = old.get(language), new.get(language)
        if was == now:
            continue
        alike = was is None or now is None or _alike(was, now)
        sort = Sort.WORDING if alike and not taken else Sort.MEANING
        texts = [None if text is None else repr(text) for text in (was, now)]
        yield Change(sort, item, f"{what} ({language})", part, *texts)


def _alike(one: str, other: str) -> bool:
    texts = [utils.default_process(normalise(text)) for text in (one, other)]
    return fuzz.token_set_ratio(*texts) >= _ALIKE


def _derivation(item: Item) -> str | None:
    how = item.derivation
    if how is None:
        return None
    groups = "; ".join(f"{code}: {_list(of)}" for code, of in how.groups.items())
    parts = [how.how, how.source and f"of {how.source}", how.condition, groups]
    return ", ".join(part for part in parts if part)


def _shown(label: Label) -> str:
    return (
        repr(label) if isinstance(label, str) else " / ".join(map(repr, label.values()))
    )


def _value(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _list(value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _list(values: Sequence[str]) -> str:
    return ", ".join(values)
