"""What a codebook must not contain: contradictions within and between items."""

import re
from collections.abc import Collection, Iterable, Iterator

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.conditions import KEYWORDS, parse_condition
from surveytools.cleaning.document import well_formed
from surveytools.cleaning.headers import headers_of, personal_headers
from surveytools.cleaning.matching import normalise
from surveytools.errors import CodebookError, Location, SurveyError, SurveyErrors
from surveytools.study.text import texts_of

__all__ = [
    "header_problems",
    "item_problems",
    "listed",
    "mentions",
    "skip_rule_problems",
]

WITH_CHOICES = {Kind.SINGLE, Kind.MULTIPLE, Kind.LIKERT, Kind.MATRIX, Kind.RANKING}
_ONLY_FOR = {
    "rows": {Kind.MATRIX},
    "choices": WITH_CHOICES,
    "max_choices": {Kind.MULTIPLE},
    "separator": {Kind.MULTIPLE, Kind.RANKING},
    "suffixes": {Kind.NUMBER},
    "minimum": {Kind.NUMBER},
    "maximum": {Kind.NUMBER},
}


def item_problems(item: Item, file: str) -> Iterator[CodebookError]:
    """Say what is wrong with an item by itself.

    A derived item is checked for its codes and texts only.
    """
    asked = item.derivation is None
    place = f"{'items' if asked else 'derived'}[{item.code}]"
    if item.code in KEYWORDS:
        msg = f"{item.code!r} is a word of conditions"
        yield CodebookError(msg, Location(file, column=place), "choose another code")
    for key, entries in (("choices", item.choices), ("rows", item.rows)):
        where = Location(file, column=f"{place}.{key}")
        yield from _same_texts(entries, where)
    if asked:
        yield from _needed_and_spare(item, file, place)


def _needed_and_spare(item: Item, file: str, place: str) -> Iterator[CodebookError]:
    """Name keys that the kind needs and lacks, or has no use for."""

    def problem(key: str, text: str, hint: str) -> CodebookError:
        return CodebookError(text, Location(file, column=f"{place}.{key}"), hint)

    if not headers_of(item):
        hint = "give the text over its column"
        yield problem("header", "no header is given", hint)
    if item.kind in WITH_CHOICES and not item.choices:
        yield problem("choices", f"a {item.kind} item needs choices", "add them")
    if item.kind is Kind.MATRIX and not item.rows:
        yield problem("rows", "a matrix needs rows", "add them")
    for key, kinds in _ONLY_FOR.items():
        if getattr(item, key) not in (None, ()) and item.kind not in kinds:
            msg = f"a {item.kind} item has no use for {key!r}"
            yield problem(key, msg, "remove it, or correct `kind`")
    low, high = item.minimum, item.maximum
    if low is not None and high is not None and low > high:
        msg = f"minimum {low:g} is above maximum {high:g}"
        yield problem("minimum", msg, "exchange them")


def _same_texts(entries: Iterable[Choice], where: Location) -> Iterator[CodebookError]:
    """Name codes that occur twice, and texts that stand for two choices."""
    codes: set[str] = set()
    owner: dict[str, str] = {}
    for entry in entries:
        if not well_formed(entry.code):
            msg = f"found code {entry.code!r}"
            yield CodebookError(msg, where, "use single _ between letters and digits")
        if entry.code in codes:
            msg = f"code {entry.code!r} stands there twice"
            yield CodebookError(msg, where, "remove one")
            continue
        codes.add(entry.code)
        for text in (*texts_of(entry.label), *entry.aliases):
            other = owner.setdefault(normalise(text), entry.code)
            if other != entry.code:
                msg = f"{text!r} stands for {other!r} and for {entry.code!r}"
                yield CodebookError(msg, where, "keep it in one")


def header_problems(codebook: Codebook) -> Iterator[CodebookError]:
    """Name items that would be found in one column, or in one of personal data."""
    personal = personal_headers(codebook)
    for item in codebook.asked():
        if not personal.isdisjoint(map(normalise, headers_of(item))):
            msg = "the codebook says that this column holds personal data"
            where = Location(codebook.file, column=f"items[{item.code}].header")
            hint = "remove the item, or take it off `personal` and `pseudonyms`"
            yield CodebookError(msg, where, hint)
    owner: dict[tuple[str, int], str] = {}
    for item in codebook.asked():
        if item.kind is Kind.MATRIX:
            continue  # the rows tell several matrices with one header apart
        for text in headers_of(item):
            other = owner.setdefault((normalise(text), item.occurrence), item.code)
            if other != item.code:
                msg = f"{other!r} has the header {text!r}, too"
                where = Location(codebook.file, column=f"items[{item.code}].header")
                yield CodebookError(msg, where, "say which it is with `occurrence`")


def skip_rule_problems(
    codebook: Codebook, *, broken: Collection[str]
) -> Iterator[SurveyError]:
    """Say what is wrong with skip rules, but for those that mention broken items."""
    derived = {item.code for item in codebook.derived()}
    for item in codebook.asked():
        if item.asked_if is None or mentions(item.asked_if, broken):
            continue
        where = Location(codebook.file, column=f"items[{item.code}].asked_if")
        try:
            condition = parse_condition(item.asked_if, codebook, where=where)
        except (CodebookError, SurveyErrors) as error:
            yield from listed(error)
            continue
        if condition.row_items():
            msg = "'.*' stands for a row, and there is none"
            yield CodebookError(msg, where, "name a row")
        for code in sorted(condition.items() & (derived | {item.code})):
            what = "itself" if code == item.code else f"the derived item {code!r}"
            msg = f"{item.code!r} can't be asked because of {what}"
            yield CodebookError(msg, where, "use another item")


def mentions(text: str, codes: Collection[str]) -> bool:
    """Whether a condition names one of the items, judged by its words alone."""
    return not set(codes).isdisjoint(re.findall(r"\w+", text))


def listed(error: SurveyError | SurveyErrors) -> list[SurveyError]:
    """Give the problems of one pass, whether one was raised or several."""
    if isinstance(error, SurveyErrors):
        return list(error.exceptions)
    return [error]
