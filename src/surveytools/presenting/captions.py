"""What stands under every figure and slide: base, unit, wave, filter, protection."""

from collections.abc import Sequence

import pandas as pd

from surveytools.analysis.table import TOTAL
from surveytools.disclosure.rates import response_rates
from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.measure import plain
from surveytools.study.study import Study
from surveytools.study.tabplan import BaseKind
from surveytools.words import Words

__all__ = [
    "axis_text",
    "base_sentence",
    "dated_groups",
    "footer_text",
    "marks",
    "unresolved_of",
    "wave_label",
    "withheld_of",
]


def base_sentence(table: SafeTable, words: Words) -> str:
    """Say which respondents a share is a share of, and what an answer speaks of."""
    text = words(f"base.{table.base.value}")
    if table.unit == "respondent":
        return text
    unit = words.either(f"unit.{table.unit.replace(' ', '_')}", plain(table.unit))
    return words("unit.speaks", base=text, unit=unit)


def axis_text(table: SafeTable, words: Words, base: str | None = None) -> str:
    """Name an axis of shares; with the base, where one holds for all bars."""
    kind = "mentions" if table.base is BaseKind.MENTIONS else "respondents"
    if base is None:
        return words(f"axis.{kind}")
    return words(f"axis.{kind}_base", base=base)


def wave_label(name: str, study: Study) -> str:
    """Give the name of a wave on paper."""
    for wave in study.waves:
        if wave.name == name:
            return plain(wave.label or wave.name)
    return name


def withheld_of(*tables: SafeTable) -> int:
    """Count the cells that are withheld."""
    return sum(int(table.cells["withheld"].sum()) for table in tables)


def unresolved_of(tables: Sequence[SafeTable]) -> int:
    """Give the greatest number of unresolved answers that may be shown."""
    return max((table.unresolved or 0 for table in tables), default=0)


def footer_text(
    table: SafeTable,
    words: Words,
    study: Study,
    *,
    second: SafeTable | None = None,
    notes: Sequence[str] = (),
    base: str | None = None,
) -> str:
    """Give the sentences of the footer, on one line.

    Parameters
    ----------
    second
        The other table of a figure that shows two.
    notes
        What the figure leaves out or adds, one sentence each, without full stop.
    base
        What the numbers are; by default the table's shares.
    """
    tables = [table] if second is None else [table, second]
    sentences = [
        words("footer.base", base=base or base_sentence(table, words)),
        words("footer.wave", wave=wave_label(table.wave, study)),
    ]
    sentences += dict.fromkeys(text for each in tables for text in _dates(each, words))
    if table.where:
        sentences.append(words("footer.filter", where=plain(table.where)))
    sentences += notes
    if unresolved := unresolved_of(tables):
        sentences.append(words.count("footer.unresolved", unresolved))
    if table.banner and table.no_group:
        sentences.append(words.count("footer.no_group", table.no_group))
    if hidden := withheld_of(*tables):
        sentences.append(words.count("footer.withheld", hidden))
    sentences += _headcounts(table, words)
    if study.source:
        sentences.append(words("footer.source", source=plain(study.source)))
    return ". ".join(sentences) + "."


def _dates(table: SafeTable, words: Words) -> list[str]:
    """Say of a release since when its numbers are these."""
    dated = dated_groups(table, words)
    if not dated:
        return []
    latest, *earlier = dated
    found = [words("footer.as_of", date=latest)]
    for date in earlier:
        if old := dated[date]:
            text = words("footer.as_of_before", groups=words.listing(old), date=date)
            found.append(text)
    return found


def dated_groups(table: SafeTable, words: Words) -> dict[str, list[str]]:
    """List the groups of a table in a release whose shown numbers are of each date.

    The latest date stands first.
    """
    shown = table.cells[~table.cells["withheld"]]
    drawn = {*shown["group"], *shown["answer"]}
    labels = {each.code: plain(each.axis(words.language)) for each in table.answers}
    labels |= {each.code: plain(each.axis(words.language)) for each in table.groups}
    labels[TOTAL] = words("figure.everybody")
    dates = dict(table.as_of)
    return {
        date: [labels[c] for c, on in dates.items() if on == date and c in drawn]
        for date in sorted(set(dates.values()), reverse=True)
    }


def _headcounts(table: SafeTable, words: Words) -> list[str]:
    """Say what was known of the people whom the respondents come from."""
    made = table.estimation
    source = plain(made.source)
    rates = response_rates(table)
    if rates is not None:
        labels = {a.code: plain(a.axis(words.language)) for a in table.answers}
        labels[TOTAL] = words("figure.everybody")
        known = [
            words("footer.rate", label=labels[code], share=words.percent(rate))
            for code, rate in zip(rates["answer"], rates["rate"], strict=True)
            if not pd.isna(rate)
        ]
        text = ", ".join(known)
        return [words("footer.rates", rates=text, source=source)] if known else []
    if made.population:
        return [words("footer.headcounts", source=source)]
    return []


def marks(tables: Sequence[SafeTable], words: Words, study: Study) -> str:
    """Give the words that stand out: invented data, missing protection; or nothing."""
    found = []
    if study.synthetic:
        found.append(words("footer.synthetic"))
    if any(not table.protected for table in tables):
        found.append(words("footer.unprotected"))
    return " · ".join(found)
