"""Whether dates have the day or the month first: what the cells of a column prove."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import pandas as pd

from surveytools.reading.grid import Grid, listed
from surveytools.reading.table import Role

__all__ = ["DateOrder", "date_notes", "order_of"]

_SAMPLE = 200
_MOST = 0.8
_MONTHS = 12
_TIME = r"(?:,?[ T]\d{1,2}[:.]\d\d.*)?"
_DATE = re.compile(
    rf"(?:\d{{4}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}|"
    rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})){_TIME}"
)
_SHORT = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_ISO = re.compile(r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}(?!\d)")
_DAY_LENGTH = 10  # characters of a date without its time
_STORED = re.compile(r"\d{4}-\d\d-\d\d.*")  # as the workbook's reader writes dates
_SERIAL = re.compile(r"(?:[34]\d|5[0-4])\d{3}(?:\.\d+)?")
_ASKS_DATE = re.compile(r"\b(?:date|datum|fecha|time|timestamp|horodateur|zeit\w*)\b")


class DateOrder(StrEnum):
    """Order of day, month and year, as far as a column's cells prove it."""

    YEAR_FIRST = "year first"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    BOTH = "day first and month first"
    UNCLEAR = "day or month first: unclear"


def order_of(texts: Sequence[str]) -> DateOrder | None:
    """Tell the order of dates in a column from all its cells together.

    A number above 12 is a day. Dates with dots have the day first wherever they are
    in use.

    Parameters
    ----------
    texts
        Cells that aren't blank.

    Returns
    -------
    DateOrder or None
        ``None`` where the cells aren't dates.
    """
    sample = texts[:_SAMPLE]
    likely = sum(_DATE.fullmatch(text) is not None for text in sample)
    if not sample or likely < _MOST * len(sample):
        return None
    days = _days(texts)
    dates = [match for day in days if (match := _SHORT.match(day)) is not None]
    years = sum(_ISO.match(day) is not None for day in days)
    if len(dates) + years < _MOST * len(days):
        return None
    if not dates:
        return DateOrder.YEAR_FIRST
    day = any(int(match[1]) > _MONTHS or match[2] == "." for match in dates)
    month = any(int(match[3]) > _MONTHS for match in dates)
    if day and month:
        return DateOrder.BOTH
    if day:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if month else DateOrder.UNCLEAR


def _days(texts: Sequence[str]) -> list[str]:
    """Give the different texts without their times, which are far fewer."""
    return list(dict.fromkeys(text.strip()[:_DAY_LENGTH] for text in texts))


def date_notes(grid: Grid, roles: Mapping[int, Role]) -> Iterator[str]:
    """Say which columns have dates of which order, without contents of cells."""
    found: dict[str, list[int]] = {}
    for n in grid.header:
        role = roles.get(n, Role.ANSWER)
        if role is not Role.IDENTITY:
            for words in _said(grid, n, role):
                found.setdefault(words, []).append(n)
    for words, columns in found.items():
        yield f"column {listed(columns)} {words}"


_WORDS = {
    DateOrder.DAY_FIRST: "has dates with the day first",
    DateOrder.MONTH_FIRST: "has dates with the month first",
    DateOrder.BOTH: "has dates with the day first beside dates with the month first",
    DateOrder.UNCLEAR: (
        "has dates with the day or the month first: no cell has a day above 12, which "
        "would settle it"
    ),
}
_SHORT_YEARS = "has years of two digits"
_SWAPPED = (
    "mixes dates of the spreadsheet with dates as text whose day is above 12: the "
    "others may have day and month swapped"
)
_SERIALS = "has numbers in place of dates: days, as a spreadsheet counts them"


def _said(grid: Grid, n: int, role: Role) -> Iterator[str]:
    texts = _dates_of(grid.frame[n])
    order = order_of(texts)
    if order is None:
        if _are_serials(texts, grid.header[n], role):
            yield _SERIALS
    elif order is not DateOrder.YEAR_FIRST:
        yield _WORDS[order]
        if _any_short_year(texts):
            yield _SHORT_YEARS
        if grid.source.kind == "XLSX" and _are_left_over(texts):
            yield _SWAPPED


def _dates_of(column: pd.Series) -> list[str]:
    """Give the cells that aren't blank, or few of them where they can't be dates."""
    # Plain lists: with few cells, each step over a Series costs more than all cells.
    sample = _stripped(column.head(_SAMPLE))
    dates = sum(_DATE.fullmatch(text) is not None for text in sample)
    serials = sum(_SERIAL.fullmatch(text) is not None for text in sample)
    if sample and max(dates, serials) < _MOST * len(sample):
        return sample
    return _stripped(column)


def _stripped(column: pd.Series) -> list[str]:
    return [text.strip() for text in column.tolist() if isinstance(text, str)]


def _any_short_year(texts: Sequence[str]) -> bool:
    matches = (_SHORT.match(day) for day in _days(texts))
    return any(m is not None and len(m[4]) == 2 for m in matches)  # noqa: PLR2004


def _are_left_over(texts: Sequence[str]) -> bool:
    """Tell dates that a spreadsheet couldn't read, beside others that it did read.

    A spreadsheet that expects the month first reads 3/4 as 4 March and leaves 13/4 as
    it is.
    """
    rest = [text for text in texts if _STORED.fullmatch(text) is None]
    matches = [_SHORT.match(day) for day in _days(rest)]
    above = [m is not None and max(int(m[1]), int(m[3])) > _MONTHS for m in matches]
    return len(rest) < len(texts) and len(above) > 0 and all(above)


def _are_serials(texts: Sequence[str], header: str, role: Role) -> bool:
    timed = role in {Role.SUBMITTED, Role.STARTED}
    if not timed and _ASKS_DATE.search(header.casefold()) is None:
        return False
    serials = sum(_SERIAL.fullmatch(text) is not None for text in texts)
    return len(texts) > 0 and serials >= _MOST * len(texts)
