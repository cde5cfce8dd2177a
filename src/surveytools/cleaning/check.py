"""Whether a codebook and an export belong together, before anything is cleaned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.columns import ColumnMatch, match_columns
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.options import (
    CellReader,
    reader_of_choice,
    reader_of_item,
)
from surveytools.errors import CodebookError
from surveytools.reading.table import RawTable
from surveytools.study.units import Units

__all__ = ["check_codebook"]

_EXAMPLES = 5


def check_codebook(
    codebook: Codebook, raw: RawTable, *, units: Units | None = None
) -> list[CodebookError]:
    """List what the export has and the codebook doesn't, and the reverse.

    Parameters
    ----------
    codebook
        What should have been asked.
    raw
        The export.
    units
        Departments, for items whose choices are those.

    Returns
    -------
    list of CodebookError
        One entry for each column that the codebook doesn't know, each item (or row)
        that the export lacks, and each item with answers that the codebook doesn't
        know. Of items with choices the latter quotes the most frequent answers; never
        what somebody wrote as free text or instead of a number.
    """
    matched = match_columns(raw, codebook)
    said = {problem.where for problem in matched.problems}
    problems = list(matched.problems)
    for entry in matched.columns:
        where = raw.locate(column=entry.column.header)
        if entry.unknown and where not in said:
            msg = "the codebook doesn't know the column"
            hint = "add an item with this header, or ignore it"
            problems.append(CodebookError(msg, where, hint))
    for item in codebook.asked():
        columns = [
            entry
            for entry in matched.columns
            if entry.item == item.code and not entry.write_in
        ]
        problems += _unknown_answers(item, columns, raw, units)
    return problems


def _unknown_answers(
    item: Item, columns: list[ColumnMatch], raw: RawTable, units: Units | None
) -> Iterator[CodebookError]:
    """One problem for an item of which some answers aren't known."""
    if not columns or item.kind is Kind.TEXT:
        return
    where = raw.locate(column=columns[0].column.header)
    if item.kind is Kind.NUMBER:
        cells = _not_numbers(item, columns[0], raw)
        if cells:
            msg = f"item {item.code!r}: {_cells(cells)} no number"
            hint = "add `suffixes` or `missing_texts`, or make it a text item"
            yield CodebookError(msg, where, hint)
        return
    if item.kind is Kind.RANKING:  # columns of choices hold ranks, not answers
        own = {choice.code for choice in item.choices}
        columns = [entry for entry in columns if entry.part not in own]
    unknown: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    cells = 0
    for entry in columns:
        reader = _reader(item, entry, raw, units)
        for text, count in _texts(item, entry, raw):
            reading = reader.read(text)
            reasons |= reading.reasons
            cells += count if reading.unknown else 0
            for part in reading.unknown:
                unknown[part] += count
    if unknown:
        reader = _reader(item, columns[0], raw, units)
        examples = [
            _example(text, reasons.get(text), reader)
            for text, _ in unknown.most_common(_EXAMPLES)
        ]
        more = len(unknown) - len(examples)
        listed = ", ".join(examples) + (f" and {more} more" if more else "")
        msg = f"item {item.code!r}: {_cells(cells)} unknown answers: {listed}"
        yield CodebookError(msg, where, "add choices or aliases")


def _reader(
    item: Item, entry: ColumnMatch, raw: RawTable, units: Units | None
) -> CellReader:
    if item.kind is Kind.MULTIPLE and entry.part is not None:
        return reader_of_choice(item.choice(entry.part), labels=raw.labels)
    if item.kind is Kind.RANKING and entry.part is not None:
        item = replace(item, kind=Kind.SINGLE)
    separators = [raw.separator] if raw.separator else []
    return reader_of_item(item, separators=separators, labels=raw.labels, units=units)


def _texts(item: Item, entry: ColumnMatch, raw: RawTable) -> Iterator[tuple[str, int]]:
    """Texts of a column and how often each occurs; not those that mean no answer."""
    missing = {normalise(text) for text in item.missing_texts}
    counts = raw.frame[entry.column.name].value_counts()
    for text, count in counts.items():
        if normalise(str(text)) not in missing:
            yield str(text), int(count)


def _not_numbers(item: Item, entry: ColumnMatch, raw: RawTable) -> int:
    return sum(
        count
        for text, count in _texts(item, entry, raw)
        if plain_number(text, suffixes=item.suffixes) is None
    )


def _example(text: str, reason: str | None, reader: CellReader) -> str:
    if reason is not None:
        return f"{text!r} ({reason})"
    close = reader.index.suggest(text)
    return f"{text!r} (did you mean {close!r}?)" if close else repr(text)


def _cells(count: int) -> str:
    return "1 cell holds" if count == 1 else f"{count} cells hold"
