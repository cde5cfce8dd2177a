"""The choice "other" of an item, and the column in which its text stands."""

import re
from collections.abc import Iterable

from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.matching import normalise
from surveytools.reading.table import Answers, Column
from surveytools.study.text import texts_of

__all__ = ["item_of_write_in", "other_choice", "write_in_name"]

_OTHER = re.compile(r"(?:other|autre|ander|sonstig|otr[oa]|altr[oa]|outr[oa])")
_WITH_OTHER = {Kind.SINGLE, Kind.LIKERT, Kind.MULTIPLE}


def other_choice(item: Item) -> Choice | None:
    """Give the choice that a text of one's own stands for, if it is certain.

    That is the write-in choice; without one, the only choice called "other".
    """
    if item.kind not in _WITH_OTHER:
        return None
    marked = [choice for choice in item.choices if choice.write_in]
    called = [
        choice
        for choice in item.choices
        if any(
            _OTHER.match(normalise(t)) for t in (*texts_of(choice.label), choice.code)
        )
    ]
    found = marked or called
    return found[0] if len(found) == 1 else None


def write_in_name(item: Item, choice: Choice) -> str:
    """Name the column of text that goes with a choice."""
    return f"{item.code}__{choice.code}__text"


def item_of_write_in(
    column: Column, beside: Iterable[tuple[Column, Item]]
) -> Item | None:
    """Find the item to which a column of text belongs, as the platform tells.

    Parameters
    ----------
    column
        Column that the codebook doesn't name.
    beside
        Other columns and their items.

    Returns
    -------
    Item or None
        The only item that has columns of the same question and a choice "other". A
        comment on another choice belongs to none.
    """
    told = column.question
    if told is None or told.answers is not Answers.WRITE_IN:
        return None
    items: dict[str, Item] = {}
    for other, item in beside:
        question = other.question
        if question is None:
            continue
        if told.id is not None or question.id is not None:
            same = told.id == question.id
        else:
            same = normalise(told.text) == normalise(question.text)
        if same:
            items[item.code] = item
    if len(items) != 1:
        return None
    (item,) = items.values()
    choice = other_choice(item)
    return None if choice is None or _comments(told.part, item, choice) else item


def _comments(part: str | None, item: Item, other: Choice) -> bool:
    """Whether the text is about a choice other than "other"."""
    key = normalise(part or "")
    return any(
        key == normalise(text)
        for choice in item.choices
        if choice != other
        for text in (*texts_of(choice.label), *choice.aliases)
    )
