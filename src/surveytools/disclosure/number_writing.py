"""Means and medians that may be shown, as Markdown, HTML, CSV, JSON or a workbook."""

import json
import math
from collections.abc import Iterator

import pandas as pd

from surveytools.disclosure.legend import method_words
from surveytools.disclosure.lines import (
    Lines,
    base_text,
    counted_in_words,
    left_out_in_words,
)
from surveytools.disclosure.number_letters import MeanComparisons
from surveytools.disclosure.number_rules import P, least_deviation
from surveytools.disclosure.numbers import SafeNumbers
from surveytools.disclosure.record import protection_of, told
from surveytools.disclosure.writing import (
    csv_text,
    html_of,
    markdown_of,
    records,
    workbook_of,
)
from surveytools.words import Words, words_for

__all__ = [
    "number_lines",
    "numbers_csv",
    "numbers_html",
    "numbers_json",
    "numbers_markdown",
    "numbers_workbook",
    "tidy_numbers",
]

_NONE = "\N{EN DASH}"


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
    safe.require_untouched()
    words = words_for(language)
    labels = {group.code: group.text(language) for group in safe.bases.groups}
    found = safe.cells.assign(
        table=safe.bases.id,
        group_label=safe.cells["group"].map(labels),
        protection=protection_of(safe.bases, words),
    )
    numbers = [name for name in safe.cells.columns if name != "group"]
    if compared is not None:
        compared.require_untouched()
        base = compared.method.min_base
        why = {
            code: words(f"no_letters.{reason}", base=base) if reason else ""
            for code, reason in compared.no_letters.items()
        }
        for name, of_group in (
            ("letter", compared.letter),
            ("letters", compared.letters),
            ("no_letters", why),
        ):
            found[name] = [of_group.get(code, "") for code in found["group"]]
            numbers.append(name)
    return found[["table", "group", "group_label", *numbers, "protection"]]


def number_lines(
    safe: SafeNumbers, *, compared: MeanComparisons | None = None, language: str = "en"
) -> Lines:
    """Write protected numbers for people: one line a group."""
    safe.require_untouched()
    words = words_for(language)
    level = words.percent(safe.bases.estimation.level)
    head = (
        safe.bases.banner_label or safe.bases.stub_label,
        words("column.base"),
        words("table.mean", level=level),
        words("table.deviation"),
        words("table.median", level=level),
    )
    lines = []
    labels = {group.code: group.text(language) for group in safe.bases.groups}
    if compared is not None:
        compared.require_untouched()
    letters = compared.letters if compared is not None else {}
    for code, letter in (compared.letter if compared is not None else {}).items():
        labels[code] += f" ({letter})"
    for _, cell in safe.cells.iterrows():
        base = cell["base"]
        empty = not pd.isna(base) and int(base) == 0
        line = [labels[cell["group"]], base_text(base, int(cell["low_base"]), words)]
        if cell["withheld"] or empty:
            line += [_NONE if empty else words("figure.withheld")] * 3
        else:
            mean, median = (
                _with_interval(cell[name], cell[low], cell[high], words)
                for name, low, high in (
                    ("mean", "low", "high"),
                    ("median", "median_low", "median_high"),
                )
            )
            line += [
                f"{mean} {letters.get(cell['group'], '')}".rstrip(),
                _number(cell["deviation"], words),
                median,
            ]
        lines.append(tuple(line))
    title = words("title.numbers", title=safe.bases.title)
    notes = tuple(_notes(safe, compared, words))
    return Lines(title, head, tuple(lines), notes)


def _number(value: float, words: Words) -> str:
    if math.isnan(value):
        return words("figure.withheld")
    digits = 1 if abs(value) >= 100 else 2  # noqa: PLR2004
    return words.decimal(value, digits)


def _with_interval(value: float, low: float, high: float, words: Words) -> str:
    number = _number(value, words)
    if math.isnan(value) or math.isnan(low):
        return number
    ends = {"low": _number(low, words), "high": _number(high, words)}
    return f"{number} ({words('number.interval', **ends)})"


def _notes(
    safe: SafeNumbers, compared: MeanComparisons | None, words: Words
) -> Iterator[str]:
    bases = safe.bases
    yield from counted_in_words(bases, words, words("people.number"))
    yield from left_out_in_words(bases, words)
    made = bases.estimation
    if made.population:
        source = f" ({made.source})" if made.source else ""
        yield f"{words('note.known')}{source}"
    yield words("note.numbers")
    if compared is not None:
        yield _letters(compared, words)
    if not bases.protected:
        yield words("protection.nothing")
        return
    least = bases.threshold
    rules = words(
        "protection.numbers",
        least=least,
        p=f"{P:.0f}",
        deviation=least_deviation(least),
    )
    yield told(bases, rules, words)


def _letters(compared: MeanComparisons, words: Words) -> str:
    """Say what a letter means, or why there are none."""
    if compared.reason == "alone":
        return words("legend.alone")
    if compared.reason:
        return words("legend.means_overlap")
    said = method_words(compared.method, words)
    return words("legend.means_letters", **said | {"test": words("legend.test_welch")})


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
