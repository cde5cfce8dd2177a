"""Headcounts of departments: how many people the respondents come from."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveytools.errors import Location, StudyError, raise_all
from surveytools.study.problems import closest
from surveytools.study.units import Units

__all__ = ["Headcount", "Population", "load_population"]

_COLUMNS = ("unit", "headcount", "year", "source")
_MOST = 10**9
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Headcount:
    """People in a unit in a year, and who says so; ``year`` is missing if not given."""

    unit: str
    people: int
    year: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Population:
    """The file ``population.csv``."""

    headcounts: tuple[Headcount, ...]

    def of_year(self, year: int | None) -> tuple[Headcount, ...]:
        """Give one headcount a unit, the one that holds in a year.

        That is the last one that isn't later, otherwise the first one that is. Without
        a year it is the last one.
        """
        found: dict[str, Headcount] = {}
        for entry in sorted(self.headcounts, key=lambda each: each.year or 0):
            if (
                entry.unit not in found
                or year is None
                or entry.year is None
                or entry.year <= year
            ):
                found[entry.unit] = entry
        return tuple(found.values())

    def source(self, year: int | None) -> str:
        """Say where the headcounts of a year come from: sources and years."""
        entries = self.of_year(year)
        texts = dict.fromkeys(each.source for each in entries if each.source)
        years = sorted({str(each.year) for each in entries if each.year})
        return ", ".join([*texts, *years])


def load_population(path: Path, units: Units | None = None) -> Population:
    """Read ``population.csv``: columns unit, headcount, and year and source if wanted.

    Parameters
    ----------
    units
        Units that there are; the file may also name merged groups. Without them any
        code of a unit is taken.

    Raises
    ------
    StudyError, SurveyErrors
        If the file can't be read, a column is missing, a unit isn't known or stands
        there twice for a year, a headcount is no whole number above 0, or a year is no
        number. All problems are told at once.
    """
    rows = _rows(path)
    header = [name.strip().casefold() for name in rows[0]] if rows else []
    missing = [name for name in _COLUMNS[:2] if name not in header]
    if missing:
        msg = f"has no column {' and no column '.join(map(repr, missing))}"
        hint = f"begin the file with {','.join(_COLUMNS)}"
        raise StudyError(msg, Location(path.name, row=1), hint)
    known = None if units is None else _codes(units)
    problems: list[StudyError] = []
    found: list[Headcount] = []
    seen: set[tuple[str, int | None]] = set()
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        own = list(_problems(row, Location(path.name, row=number), known))
        problems += own
        if own:
            continue
        year = int(row["year"]) if row.get("year") else None
        entry = Headcount(
            row["unit"], int(row["headcount"]), year, row.get("source", "")
        )
        if (entry.unit, year) in seen:
            msg = f"unit {entry.unit!r} stands there twice"
            msg += f" for {year}" if year else ""
            where = Location(path.name, row=number, column="unit")
            problems.append(StudyError(msg, where, "remove one"))
        seen.add((entry.unit, year))
        found.append(entry)
    raise_all(problems)
    return Population(tuple(found))


def _rows(path: Path) -> list[list[str]]:
    where = Location(path.name)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as cause:
        msg = f"can't be read ({cause.strerror})"
        raise StudyError(msg, where, f"check the path {path}") from cause
    except UnicodeDecodeError as cause:
        msg = "is not UTF-8"
        raise StudyError(msg, where, "save the file as UTF-8") from cause
    first = text.partition("\n")[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as cause:
        msg = f"is not CSV ({cause})"
        raise StudyError(msg, where, "save the file as CSV") from cause


def _codes(units: Units) -> list[str]:
    merged = [group.code for group in units.merged]
    return [*(unit.code for unit in units.units), *merged]


def _problems(
    row: Mapping[str, str], where: Location, known: Sequence[str] | None
) -> Iterator[StudyError]:
    def at(column: str) -> Location:
        return Location(where.file, row=where.row, column=column)

    unit, people, year = (row.get(name, "") for name in _COLUMNS[:3])
    if not unit:
        yield StudyError("names no unit", at("unit"), "write its code")
    elif known is not None and unit not in known:
        yield StudyError(f"there is no unit {unit!r}", at("unit"), closest(unit, known))
    if not _whole(people) or not 0 < int(people) < _MOST:
        msg = f"{people!r} is no number of people" if people else "has no headcount"
        yield StudyError(msg, at("headcount"), "write a whole number above 0")
    if year and not _whole(year):
        yield StudyError(f"{year!r} is no year", at("year"), "write it like 2024")


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
