"""Means and medians that may be shown, as Markdown, HTML, CSV, JSON or a workbook."""

import json
import math
from collections.abc import Iterator

import pandas as pd

from surveytools.disclosure.lines import Lines, protection_of
from surveytools.disclosure.number_letters import MeanComparisons
from surveytools.disclosure.number_rules import P, least_deviation
from surveytools.disclosure.numbers import SafeNumbers
from surveytools.disclosure.writing import (
    csv_text,
    html_of,
    markdown_of,
    records,
    workbook_of,
)

__all__ = [
    "number_lines",
    "numbers_csv",
    "numbers_html",
    "numbers_json",
    "numbers_markdown",
    "numbers_workbook",
    "tidy_numbers",
]

_WITHHELD = "withheld"
_NONE = "\N{EN DASH}"
_FLAGS = ("", " (below 100)", " (below 30)")


def tidy_numbers(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> pd.DataFrame:
    """Give protected numbers with labels: one row a group.

    Returns
    -------
    DataFrame
        Columns ``table``, ``group``, ``group_label``, those of
        `surveytools.disclosure.numbers.NUMBERS` from ``base`` on, ``letter``,
        ``letters`` and ``no_letters`` (why there are none) where means are compared,
        and ``protection``.
    """
    labels = {group.code: group.text(language) for group in safe.bases.groups}
    found = safe.cells.assign(
        table=safe.bases.id,
        group_label=safe.cells["group"].map(labels),
        protection=protection_of(safe.bases),
    )
    numbers = [name for name in safe.cells.columns if name != "group"]
    if compared is not None:
        for name in ("letter", "letters", "no_letters"):
            of_group: dict[str, str] = getattr(compared, name)
            found[name] = [of_group.get(code, "") for code in found["group"]]
            numbers.append(name)
    return found[["table", "group", "group_label", *numbers, "protection"]]


def number_lines(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> Lines:
    """Write protected numbers for people: one line a group."""
    level = f"{safe.bases.estimation.level:.0%}"
    head = (
        safe.bases.banner_label or safe.bases.stub_label,
        "Base",
        f"Mean ({level} interval)",
        "Standard deviation",
        f"Median ({level} interval)",
    )
    lines = []
    labels = {group.code: group.text(language) for group in safe.bases.groups}
    letters = compared.letters if compared is not None else {}
    for code, letter in (compared.letter if compared is not None else {}).items():
        labels[code] += f" ({letter})"
    for _, cell in safe.cells.iterrows():
        base = cell["base"]
        hidden = bool(pd.isna(base))
        first = _WITHHELD if hidden else f"{base}{_FLAGS[int(cell['low_base'])]}"
        empty = not hidden and int(base) == 0
        line = [labels[cell["group"]], first]
        if cell["withheld"] or empty:
            line += [_NONE if empty else _WITHHELD] * 3
        else:
            line += [
                (
                    _with_interval(cell["mean"], cell["low"], cell["high"])
                    + f" {letters.get(cell['group'], '')}"
                ).rstrip(),
                _number(cell["deviation"]),
                _with_interval(cell["median"], cell["median_low"], cell["median_high"]),
            ]
        lines.append(tuple(line))
    title = f"{safe.bases.title}: mean and median"
    notes = list(_notes(safe))
    if compared is not None:
        notes.insert(-1, f"Letters: {compared.note}")
    return Lines(title, head, tuple(lines), tuple(notes))


def _number(value: float) -> str:
    if math.isnan(value):
        return _WITHHELD
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.2f}"  # noqa: PLR2004


def _with_interval(value: float, low: float, high: float) -> str:
    if math.isnan(value) or math.isnan(low):
        return _number(value)
    return f"{_number(value)} ({_number(low)} to {_number(high)})"


def _notes(safe: SafeNumbers) -> Iterator[str]:
    bases = safe.bases
    speaks = "" if bases.unit == "respondent" else f"; answers speak of a {bases.unit}"
    yield f"Base: respondents who gave a number{speaks}"
    if bases.where:
        yield f"Only where {bases.where}"
    outside = {"unresolved answers": bases.unresolved, "no group": bases.no_group}
    for name, number in outside.items():
        if number != 0:
            yield f"Left out: {'a few' if number is None else number} ({name})"
    made = bases.estimation
    if made.population:
        source = f" ({made.source})" if made.source else ""
        yield f"Intervals allow for known headcounts{source}"
    yield (
        "Mean with its t interval, median with an interval from order statistics: they "
        "say how far chance may go. Volunteers answered, and self-selection isn't "
        "covered"
    )
    if bases.protected:
        least = bases.threshold
        yield (
            f"{protection_of(bases)}: withheld are groups below {least} respondents, "
            "those of which the second largest number would tell the largest to within "
            f"{P:.0f} %, those in which all gave the same number, and what would give "
            f"these away; deviations and intervals of means below "
            f"{least_deviation(least)} respondents, and others that would tell them; "
            f"medians with fewer than {least} numbers on either side; smallest and "
            "largest numbers"
        )
    else:
        yield "UNPROTECTED: a threshold of 1 hides nothing"


def numbers_markdown(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> str:
    """Write protected numbers as Markdown."""
    return markdown_of(number_lines(safe, compared=compared, language=language))


def numbers_html(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> str:
    """Write protected numbers as an HTML fragment."""
    return html_of(number_lines(safe, compared=compared, language=language))


def numbers_csv(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> str:
    """Write protected numbers as CSV."""
    return csv_text(tidy_numbers(safe, compared=compared, language=language))


def numbers_json(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> str:
    """Write protected numbers, and what they are, as JSON."""
    page = number_lines(safe, compared=compared, language=language)
    content = {
        "id": safe.bases.id,
        "title": page.title,
        "stub": safe.bases.stub,
        "banner": safe.bases.banner,
        "where": safe.bases.where,
        "wave": safe.bases.wave,
        "unit": safe.bases.unit,
        "protected": safe.bases.protected,
        "threshold": safe.bases.threshold,
        "profile": str(safe.bases.profile),
        "level": safe.bases.estimation.level,
        "notes": list(page.notes),
        "groups": records(tidy_numbers(safe, compared=compared, language=language)),
    }
    if compared is not None:
        content["pairs"] = records(compared.pairs)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def numbers_workbook(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> bytes:
    """Write protected numbers as a workbook."""
    page = number_lines(safe, compared=compared, language=language)
    frames = {"Table": tidy_numbers(safe, compared=compared, language=language)}
    if compared is not None:
        frames["Pairs"] = compared.pairs
    return workbook_of(frames, (page.title, *page.notes))
