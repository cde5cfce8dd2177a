"""The deck: who answered, a slide a finding, and what is withheld."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pptx import Presentation

from surveytools.analysis.table import TOTAL
from surveytools.disclosure.safe import SafeTable
from surveytools.files import atomic_path
from surveytools.presenting.captions import (
    footer_text,
    marks,
    wave_label,
    withheld_of,
)
from surveytools.presenting.cells import drawn_cells, overall, require_safe
from surveytools.presenting.charts import (
    MOST_CATEGORIES,
    NativeChart,
    Series,
    chart_of,
)
from surveytools.presenting.drawing import draw
from surveytools.presenting.measure import plain, unbroken
from surveytools.presenting.ooxml import FIXED_DATE, fix_zip_dates
from surveytools.presenting.page import SurveyFigure
from surveytools.presenting.slides import Builder, WithheldRow, notes_of
from surveytools.study.study import Study
from surveytools.study.tabplan import BaseKind, PlannedTable
from surveytools.study.text import in_language
from surveytools.words import Words

__all__ = ["Slide", "build_deck"]

_COUNT_COLOUR = "#6BACE6"


@dataclass(frozen=True, slots=True)
class Slide:
    """One finding: a protected table and how it is shown.

    Attributes
    ----------
    second
        For the family ``awareness``: who knows the services that ``table`` says who
        uses.
    """

    table: SafeTable
    plan: PlannedTable
    second: SafeTable | None = None


def build_deck(
    slides: Sequence[Slide],
    path: Path,
    *,
    study: Study,
    words: Words,
    respondents: SafeTable | None = None,
    status: str = "",
) -> Path:
    """Write the slides of a study as a PowerPoint file, 16:9.

    A title slide, who answered, one slide a finding, and what is withheld. Bars and
    scales are native charts, others pictures; all carry alternative texts, and each
    slide has notes with base, wave, filter, method and table. Equal inputs give equal
    bytes.

    Parameters
    ----------
    slides
        In order. Tables without a figure count only on the last slide.
    respondents
        Respondents by department: a table of the department item, or any table with
        departments as banner, of which the bases are shown. Without it the slide is
        left out.
    status
        Whether it is a draft or released, in a few words.

    Raises
    ------
    DisclosureError
        If a table isn't a `SafeTable`.
    """
    tables = [slide.table for slide in slides]
    seconds = [slide.second for slide in slides if slide.second is not None]
    counted = [respondents] if respondents is not None else []
    require_safe(*tables, *seconds, *counted)
    builder = Builder(Presentation(), words)
    everything = [*counted, *tables]
    _title(builder, everything, study, status)
    if respondents is not None:
        _who(builder, respondents, study)
    for slide in slides:
        if slide.plan.figure is not None:
            _finding(builder, slide, study)
    rows = _withheld_rows(slides, words, counted)
    builder.withheld(rows, study.disclosure.threshold)
    _save(builder, path, study)
    return path


def _title(
    builder: Builder, tables: Sequence[SafeTable], study: Study, status: str
) -> None:
    words = builder.words
    waves = [wave_label(name, study) for name in dict.fromkeys(t.wave for t in tables)]
    waves = waves or [wave_label(wave.name, study) for wave in study.waves]
    lines = [words("deck.waves", waves=words.listing(waves))]
    if any(table.protected for table in tables):
        n = study.disclosure.threshold
        lines.append(words("deck.protection", n=n))
    if study.source:
        lines.append(words("footer.source", source=plain(study.source)))
    profile = words(f"profile.{study.disclosure.profile.value}")
    lines.append(words("deck.profile", profile=profile))
    lines += [status] if status else []
    mark = marks(tables, words, study)
    if study.synthetic:
        mark = mark.replace(words("footer.synthetic"), words("deck.synthetic"))
    builder.title(plain(study.title), lines, mark)


def _who(builder: Builder, table: SafeTable, study: Study) -> None:
    words = builder.words
    names, counts, whole = _counts(table, words)
    title = _who_title(table, whole, words)
    shown = [
        f"{name} {words('figure.withheld') if count is None else words.number(count)}"
        for name, count in zip(names, counts, strict=True)
    ]
    alt = f"{title}. {words('chart.bars')}. {', '.join(shown)}."
    builder.chart(
        title,
        *_count_charts(names, counts, words),
        alt=alt,
        footer=footer_text(table, words, study, base=words("base.count")),
        marks=marks([table], words, study),
        notes=notes_of(table, words, study, alt=alt),
    )


def _who_title(table: SafeTable, whole: int | None, words: Words) -> str:
    """Say how many answered; whose group isn't known stands only in base ``all``."""
    if whole is None:
        return words("deck.who")
    if table.base is BaseKind.ALL:
        return words("deck.who_title", n=words.number(whole))
    group = table.stub_label if table.banner is None else table.banner_label
    return words("deck.who_known", n=words.number(whole), stub=plain(group or ""))


def _count_charts(
    names: Sequence[str], counts: Sequence[int | None], words: Words
) -> list[NativeChart]:
    """Spread departments over columns of at most so many that labels keep apart."""
    categories = [
        words("figure.with_base", label=name, base=words("figure.withheld"))
        if count is None
        else name
        for name, count in zip(names, counts, strict=True)
    ]
    columns = math.ceil(len(categories) / MOST_CATEGORIES)
    size = math.ceil(len(categories) / columns)
    name = words("deck.respondents")
    end = max((count for count in counts if count is not None), default=0) or 1
    return [
        NativeChart(
            tuple(categories[start : start + size]),
            (Series(name, tuple(counts[start : start + size]), _COUNT_COLOUR),),
            stacked=False,
            counts=True,
            end=1.15 * end,  # room for the number beside the longest bar
        )
        for start in range(0, len(categories), size)
    ]


def _counts(
    table: SafeTable, words: Words
) -> tuple[list[str], list[int | None], int | None]:
    """Give departments, their respondents, and all respondents where shown."""
    cells = drawn_cells(table, words)
    if table.banner is None:
        column, number, chosen = "answer_label", "count", overall(cells)
        everybody = chosen["base"]
    else:
        first = cells.groupby("group", sort=False).head(1)
        column, number = "group_label", "base"
        chosen = first[first["group"].ne(TOTAL)]
        everybody = first.loc[first["group"].eq(TOTAL), "base"]
    counts = [None if pd.isna(n) else int(n) for n in chosen[number]]
    whole = everybody.dropna().unique()
    names = [str(name) for name in chosen[column]]
    return names, counts, int(whole[0]) if len(whole) == 1 else None


def _finding(builder: Builder, slide: Slide, study: Study) -> None:
    words = builder.words
    figure = draw(
        slide.table, slide.plan, words=words, study=study, second=slide.second
    )
    notes = notes_of(slide.table, words, study, alt=figure.alt, second=slide.second)
    chart = chart_of(figure, words)
    if chart is None:
        builder.picture(figure, notes=notes)
        return
    builder.chart(
        figure.title_text,
        chart,
        alt=figure.alt,
        footer=f"{figure.footer} {_whole_base(figure, words)}".strip(),
        marks=figure.marks,
        notes=notes,
    )


def _whole_base(figure: SurveyFigure, words: Words) -> str:
    """Print the base that all bars have; a native chart has no axis to say it on."""
    bases = set(figure.data["base"].dropna())
    open_bases = figure.data["base"].isna().any()
    if figure.family != "bars" or len(bases) != 1 or open_bases:
        return ""
    return unbroken(words("figure.base", n=words.number(int(bases.pop())))) + "."


def _withheld_rows(
    slides: Sequence[Slide], words: Words, others: Sequence[SafeTable]
) -> list[WithheldRow]:
    """Count cells a table, each table once."""
    titles = {table.id: (table, plain(table.title)) for table in others}
    for slide in slides:
        title = plain(in_language(slide.plan.title, words.language))
        titles[slide.table.id] = (slide.table, title)
    for slide in slides:
        if slide.second is not None:
            second = (slide.second, plain(slide.second.title))
            titles.setdefault(slide.second.id, second)
    return [
        WithheldRow(title, len(table.cells), withheld_of(table))
        for table, title in titles.values()
    ]


def _save(builder: Builder, path: Path, study: Study) -> None:
    properties = builder.presentation.core_properties
    properties.title = plain(study.title)
    properties.author = "surveytools"
    properties.last_modified_by = "surveytools"
    properties.language = builder.words.language
    properties.created = properties.modified = FIXED_DATE
    properties.revision = 1
    with atomic_path(path) as temporary:
        builder.presentation.save(str(temporary))
        fix_zip_dates(temporary)
