"""What a file of another format doesn't hold, found by reading it back."""

from dataclasses import replace

from surveytools.cleaning.codebook import Choice, Codebook, Item, Label
from surveytools.cleaning.differences import Change, differences
from surveytools.cleaning.questionnaires.texts import short_label
from surveytools.study.text import in_language

__all__ = ["NAMES", "in_one_language", "listed", "lost"]

_LISTED = 6
NAMES = {
    "asked_if": "skip rules",
    "label": "short labels",
    "headers": "other headers",
    "aliases": "other spellings of answers",
    "short": "texts for axes",
    "value": "scores of answers",
    "missing": "answers that say why there is none",
    "write_in": "answers in one's own words",
    "unit": "what an answer speaks of",
    "sensitive": "marks of sensitive items",
    "optional": "marks of optional items",
    "max_choices": "limits of choices",
    "missing_texts": "texts that mean no answer",
    "suffixes": "units behind numbers",
    "minimum": "smallest numbers",
    "maximum": "largest numbers",
    "separator": "separators",
    "kind": "kinds of item",
    "code": "codes",
    "column": "columns left out",
    "header": "wording of questions",
}
"""Words for what may be lost, by the key of an item or a choice."""

_OF_PART = {"label": "wording of answers", "code": "codes of answers"}
_NOTHING = {None, "no", "none"}


def lost(before: Codebook, after: Codebook) -> list[str]:
    """Say what a codebook had and what was read back from a file hasn't.

    Parameters
    ----------
    before
        The codebook that was written.
    after
        What reading the written file gave.

    Returns
    -------
    list of str
        One line for each kind of loss, with the items. Nobody keeps a list of what a
        format can't hold, so none can be out of date.
    """
    derived = {item.code for item in before.derived()}
    found: dict[str, dict[str, None]] = {}
    for change in differences(before, after):
        name = _name(change, derived)
        if name is not None:
            shown = change.before if change.what == "column" else change.item
            found.setdefault(name, {})[short_label(shown or change.item)] = None
    return [f"{name}: {listed(list(items))}" for name, items in found.items()]


def in_one_language(codebook: Codebook, language: str) -> Codebook:
    """Keep the texts of one language."""
    items = tuple(_item_in(item, language) for item in codebook.items)
    return replace(codebook, items=items, language=language)


def _item_in(item: Item, language: str) -> Item:
    return replace(
        item,
        header=_text_in(item.header, language),
        label=_text_in(item.label, language),
        choices=tuple(_choice_in(choice, language) for choice in item.choices),
        rows=tuple(_choice_in(row, language) for row in item.rows),
    )


def _choice_in(choice: Choice, language: str) -> Choice:
    return replace(choice, label=_text_in(choice.label, language))


def _text_in(label: Label, language: str) -> str:
    return in_language(label, language) if label else ""


def _name(change: Change, derived: set[str]) -> str | None:
    """Name the kind of loss; ``None`` where the file says more than the codebook."""
    gone = change.before is not None
    if change.what == "item":
        kind = "computed items" if change.item in derived else "items"
        return kind if gone else "columns that the platform's exports have beside these"
    if change.what == "part":
        return "answers or rows" if gone else "answers that it adds"
    if change.before in _NOTHING and change.what != "kind":
        return None
    key = change.what.split(" ")[0]
    names = _OF_PART if change.part is not None and key in _OF_PART else NAMES
    return names.get(key, change.what)


def listed(items: list[str]) -> str:
    """Codes of items for a line, the first six of them."""
    more = len(items) - _LISTED
    text = ", ".join(items[:_LISTED])
    return f"{text} and {more} more" if more > 0 else text
