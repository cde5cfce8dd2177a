"""Native charts of a deck, which people can restyle; their workbook hides as much.

python-pptx writes the numbers of a chart twice: into the slide, and into a workbook
that opens on "Edit data". Both are made here from the drawn data, in which withheld
numbers are missing.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from surveytools.presenting.cells import several
from surveytools.presenting.measure import text_width, unbroken
from surveytools.presenting.ooxml import (
    FIXED_DATE,
    PptxObject,
    describe,
    emu,
    rgb,
    share_format,
)
from surveytools.presenting.page import Box, SurveyFigure
from surveytools.presenting.style import INK, PRIMARY, text_on
from surveytools.words import Words

__all__ = ["MOST_CATEGORIES", "NativeChart", "Series", "add_chart", "chart_of"]

_BAR = "#6BACE6"
MOST_CATEGORIES = 20
"""Number of bars in one chart, above which PowerPoint leaves labels out."""

_WIDEST_LABEL = 380.0
_PLOT, _INSET = 860.0, 6.0  # room for labels and bars; of a number from its bar's foot
_SIZE, _LARGER, _FEW = 12.0, 14.0, 12
_ENDS = (0.25, 0.5, 0.75, 1.0)  # of the axis
_ROOM = 1.15  # of the longest bar: for the number beside it
_LARGE = '[<0.045]"";'  # no room for a number in a part below 4.5 %


@dataclass(frozen=True, slots=True)
class Series:
    """One series: a value a category, ``None`` where it is withheld.

    Attributes
    ----------
    errors
        Distance to the lower and upper end of the interval, ``None`` where withheld;
        none at all where there are no intervals.
    """

    name: str
    values: tuple[float | None, ...]
    colour: str
    errors: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class NativeChart:
    """What a native bar chart shows, categories from top to bottom.

    Attributes
    ----------
    numbers
        How they are printed, as Excel writes it.
    counts
        Whether the values are numbers of respondents, not shares.
    end
        Of the axis; by default chosen for the values.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    stacked: bool
    numbers: str = "0"
    counts: bool = False
    end: float | None = None


def chart_of(figure: SurveyFigure, words: Words) -> NativeChart | None:
    """Give a figure as native chart, or ``None`` where a picture is better.

    Heat maps and pairs of dots have no native type; above 20 categories, or with long
    labels, PowerPoint leaves labels out; and the interval of a small share would cross
    its number, which only a picture can place elsewhere.
    """
    if figure.family not in ("bars", "stacked", "likert", "severity"):
        return None
    data, stacked = figure.data, figure.family != "bars"
    along = figure.line
    if not stacked and several(data["answer"]):
        along = "answer"
    lines = [cells for _, cells in data.groupby(along, sort=False)]
    categories = _categories(lines, along, words)
    widest = max(text_width(category, _SIZE) for category in categories)
    if len(categories) > MOST_CATEGORIES or widest > _WIDEST_LABEL:
        return None
    numbers = share_format(words)
    if stacked:
        parts = _parts(figure, lines)
        return NativeChart(categories, parts, stacked=True, numbers=numbers)
    errors = _errors(lines)
    values = tuple(_value(cells["share"].iloc[0]) for cells in lines)
    bars = Series(words("deck.share"), values, _BAR, errors)
    chart = NativeChart(categories, (bars,), stacked=False, numbers=numbers)
    return None if _crossed(chart, _PLOT - widest, words) else chart


def _crossed(chart: NativeChart, width: float, words: Words) -> bool:
    """Say whether some interval begins before the number at its bar's foot ends."""
    (bars,) = chart.series
    if not bars.errors:
        return False
    size, scale = _size_of(chart), width / _end(chart)
    return any(
        (value - error[0]) * scale < text_width(words.percent(value), size) + _INSET
        for value, error in zip(bars.values, bars.errors, strict=True)
        if value is not None and error is not None
    )


def _categories(
    lines: Sequence[pd.DataFrame], along: str, words: Words
) -> tuple[str, ...]:
    bases = {int(base) for cells in lines for base in cells["base"].dropna()}
    texts = []
    for cells in lines:
        text = str(cells[f"{along}_label"].iloc[0])
        own = sorted({int(base) for base in cells["base"].dropna()})
        if (len(bases) > 1 or len(lines) == 1) and len(own) == 1:
            base = unbroken(words("figure.base", n=words.number(own[0])))
            text = words("figure.with_base", label=text, base=base)
        if cells["withheld"].any():
            key = "withheld" if cells["withheld"].all() else "partly"
            mark = words(f"figure.{key}")
            text = words("figure.with_base", label=text, base=mark)
        texts.append(text)
    return tuple(texts)


def _parts(figure: SurveyFigure, lines: Sequence[pd.DataFrame]) -> tuple[Series, ...]:
    names = figure.data.drop_duplicates("answer").set_index("answer")["answer_label"]
    by_answer = [cells.set_index("answer")["share"] for cells in lines]
    return tuple(
        Series(
            str(names[code]),
            tuple(_value(shares.get(code)) for shares in by_answer),
            colour,
        )
        for code, colour in figure.colours.items()
        if code in names.index
    )


def _value(share: Any) -> float | None:  # noqa: ANN401  # float, NA or None
    return None if share is None or pd.isna(share) else float(share)


def _errors(lines: Sequence[pd.DataFrame]) -> tuple[tuple[float, float] | None, ...]:
    """Give the interval of each bar; nothing where no bar has one."""
    found = tuple(_error(cells.iloc[0]) for cells in lines)
    return found if any(found) else ()


def _error(cell: pd.Series) -> tuple[float, float] | None:
    if pd.isna(cell["share"]) or pd.isna(cell["low"]):
        return None
    low, high = cell["share"] - cell["low"], cell["high"] - cell["share"]
    return max(0.0, float(low)), max(0.0, float(high))


def add_chart(slide: PptxObject, chart: NativeChart, box: Box, *, alt: str) -> None:
    """Put a native bar chart on a slide.

    Parameters
    ----------
    slide
        Slide of python-pptx, which has no types.
    box
        Place in points, from the lower left corner of a page of 540 points.
    alt
        Alternative text.
    """
    data: PptxObject = CategoryChartData(  # type: ignore[no-untyped-call]
        number_format=chart.numbers
    )
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    kind = XL_CHART_TYPE.BAR_STACKED if chart.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame = slide.shapes.add_chart(
        kind,
        emu(box.left),
        emu(540 - box.top),
        emu(box.width),
        emu(box.height),
        data,
    )
    describe(frame, alt)
    native = frame.chart
    native.part.chart_workbook.update_from_xlsx_blob(_workbook(chart))
    size = _size_of(chart)
    native.font.size = Pt(size)
    native.font.color.rgb = rgb(INK)
    native.has_title = False
    native.has_legend = chart.stacked
    if chart.stacked:
        native.legend.position = XL_LEGEND_POSITION.TOP
        native.legend.include_in_layout = False
        native.legend.font.size = Pt(size)
    _axes(native, chart, size)
    _colour(native.plots[0], chart, size)


def _size_of(chart: NativeChart) -> float:
    return _LARGER if len(chart.categories) <= _FEW else _SIZE


def _axes(native: PptxObject, chart: NativeChart, size: float) -> None:
    axis = native.category_axis
    axis.reverse_order = True
    axis.tick_labels.font.size = Pt(size)
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    axis.format.line.color.rgb = rgb("#595959")
    # PowerPoint drops every second label where it thinks them crowded.
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>')
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)  # noqa: SLF001
    values = native.value_axis
    values.visible = False
    values.has_major_gridlines = False
    values.minimum_scale = 0
    if chart.end is not None:
        values.maximum_scale = chart.end
    elif not chart.counts:
        values.maximum_scale = _end(chart)


def _end(chart: NativeChart) -> float:
    if chart.stacked:
        return 1.0
    (bars,) = chart.series
    errors = bars.errors or (None,) * len(bars.values)
    highs = [
        (value or 0.0) + (error[1] if error else 0.0)
        for value, error in zip(bars.values, errors, strict=True)
    ]
    largest = max(highs, default=0.0)
    if bars.errors:
        return next((end for end in _ENDS if largest <= end), 1.0)
    return next((end for end in _ENDS if _ROOM * largest <= end), _ROOM * largest)


def _colour(plot: PptxObject, chart: NativeChart, size: float) -> None:
    plot.gap_width = 35
    if chart.stacked:
        plot.overlap = 100
    for native, series in zip(plot.series, chart.series, strict=True):
        native.format.fill.solid()
        native.format.fill.fore_color.rgb = rgb(series.colour)
        edge = "#FFFFFF" if chart.stacked else PRIMARY
        native.format.line.color.rgb = rgb(edge)
        labels = native.data_labels
        labels.show_value = True
        labels.font.size = Pt(size)
        labels.font.color.rgb = rgb(text_on(series.colour))
        labels.number_format_is_linked = False
        labels.number_format = (_LARGE if chart.stacked else "") + chart.numbers
        labels.position = XL_LABEL_POSITION.CENTER
        if not chart.stacked:
            labels.position = XL_LABEL_POSITION.INSIDE_BASE
        if chart.counts or not (chart.stacked or series.errors):
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
        if series.errors:
            _add_error_bars(native, series)


def _add_error_bars(native: PptxObject, series: Series) -> None:
    """Write the intervals, which python-pptx has no call for, as literal numbers."""
    sides = [
        f"<c:{name}><c:numLit><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(series.errors)}"/>'
        + "".join(
            f'<c:pt idx="{place}"><c:v>{error[side]:.6f}</c:v></c:pt>'
            for place, error in enumerate(series.errors)
            if error is not None
        )
        + f"</c:numLit></c:{name}>"
        for side, name in ((1, "plus"), (0, "minus"))
    ]
    bars = parse_xml(
        f"<c:errBars {nsdecls('c', 'a')}>"
        '<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f"{''.join(sides)}"
        '<c:spPr><a:ln w="19050"><a:solidFill>'
        f'<a:srgbClr val="{INK[1:]}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    native._element.find(qn("c:cat")).addprevious(bars)  # noqa: SLF001


def _workbook(chart: NativeChart) -> bytes:
    """Write the workbook behind a chart: texts stay texts, withheld cells empty."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(buffer, {**options, "strings_to_urls": False}) as book:
        book.set_properties({"created": FIXED_DATE})
        sheet = book.add_worksheet()
        share = book.add_format({"num_format": chart.numbers})
        for row, category in enumerate(chart.categories, start=1):
            sheet.write_string(row, 0, category)
        for column, series in enumerate(chart.series, start=1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value, share)
    return buffer.getvalue()
