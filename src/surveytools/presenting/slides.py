"""The kinds of slide that a deck has, and how text fits on them."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.captions import base_sentence, wave_label, withheld_of
from surveytools.presenting.charts import NativeChart, add_chart
from surveytools.presenting.measure import LINE, plain, wrap
from surveytools.presenting.ooxml import PptxObject, describe, emu, rgb
from surveytools.presenting.page import (
    BOTTOM,
    HEIGHT,
    MARGIN,
    TOP,
    WIDTH,
    Box,
    SurveyFigure,
    frame_of,
    marks_width,
)
from surveytools.presenting.style import ALERT, INK, MUTED, SMALLEST_TEXT
from surveytools.study.study import Study
from surveytools.words import Words

__all__ = ["Builder", "WithheldRow", "notes_of"]

_COVER_SIZES = (40.0, 36.0, 32.0, 28.0, 24.0)
_LANGUAGES = {"en": MSO_LANGUAGE_ID.ENGLISH_UK, "fr": MSO_LANGUAGE_ID.FRENCH}
_COVER_LINES = 3
_DPI = 150
_TITLE_LAYOUT, _PLAIN_LAYOUT = 0, 5
_TEMPLATE_WIDTH = 10 * 72.0
_ROW = 24.0
_LEGEND, _THICKEST = 70.0, 64.0
_TABLE_COLUMNS = (650.0, 120.0, 120.0)


@dataclass(frozen=True, slots=True)
class WithheldRow:
    """A published table: its title, its cells, and how many are withheld."""

    title: str
    cells: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Builder:
    """Adds slides to a presentation of python-pptx, which has no types."""

    presentation: PptxObject
    words: Words

    def __post_init__(self) -> None:
        """Widen the template from 4:3 to 16:9, with the layouts that are used."""
        deck = self.presentation
        deck.slide_width, deck.slide_height = emu(WIDTH), emu(HEIGHT)
        layouts = list(deck.slide_layouts)
        kept = [layouts[_TITLE_LAYOUT], layouts[_PLAIN_LAYOUT]]
        for layout in layouts:
            if layout not in kept:
                deck.slide_layouts.remove(layout)
        for holder in (deck.slide_master, *kept):
            for shape in holder.placeholders:
                shape.left = round(shape.left * WIDTH / _TEMPLATE_WIDTH)
                shape.width = round(shape.width * WIDTH / _TEMPLATE_WIDTH)

    def title(self, title: str, lines: Sequence[str], mark: str) -> None:
        """Add the first slide."""
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[0])
        heading, below = slide.shapes.title, slide.placeholders[1]
        size = _cover_size(title)
        _place(heading, Box(70, 300, WIDTH - 70, HEIGHT - 60))
        self._write(heading, [title], size=size, bold=True)
        heading.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        _place(below, Box(70, 130, WIDTH - 70, 290))
        self._write(below, lines, size=18, colour=MUTED)
        if mark:
            # A title slide without this line could be taken for real results.
            self._text(slide, mark, Box(70, 70, WIDTH - 70, 110), 18, colour=ALERT)
        _note(slide, "\n".join([title, *lines, mark]))

    def chart(
        self,
        title: str,
        *charts: NativeChart,
        alt: str,
        footer: str,
        marks: str,
        notes: str,
    ) -> None:
        """Add a slide with a native chart, or with several side by side."""
        slide, body = self._page(title, footer, marks)
        width = body.width / len(charts)
        most = max(len(chart.categories) for chart in charts)
        for column, chart in enumerate(charts):
            # Few bars don't become thick, and a shorter column not thicker ones.
            height = min(body.height, _LEGEND + _THICKEST * len(chart.categories))
            height = min(height, body.height * len(chart.categories) / most)
            left = body.left + column * width
            place = Box(left, body.top - height, left + width, body.top)
            add_chart(slide, chart, place, alt=alt)
        _note(slide, notes)

    def picture(self, figure: SurveyFigure, *, notes: str) -> None:
        """Add a slide with the drawn part of a figure; title and footer as text."""
        slide, _ = self._page(figure.title_text, figure.footer, figure.marks)
        png = io.BytesIO(figure.png(dpi=_DPI, part=figure.body))
        shape = slide.shapes.add_picture(
            png,
            0,
            emu(HEIGHT - figure.body.top),
            emu(figure.body.width),
            emu(figure.body.height),
        )
        describe(shape, figure.alt)
        shape.name = figure.name
        _note(slide, notes)

    def withheld(self, rows: Sequence[WithheldRow], threshold: int) -> None:
        """Add the last slides: what is withheld, table by table, and why."""
        words = self.words
        why = words("deck.withheld_why", n=threshold)
        if not any(row.withheld for row in rows):
            why = words("deck.withheld_none")
        width = WIDTH - 2 * MARGIN
        lines = wrap(why, width - 20, 14.0)
        height = len(lines) * LINE * 14.0 + 16
        room = HEIGHT - 130 - height
        pages = _pages(rows, int(room // _ROW) - 1)
        for number, page in enumerate(pages, start=1):
            title = words("deck.withheld_title")
            if len(pages) > 1:
                title = words("deck.withheld_continued", part=number, parts=len(pages))
            slide, body = self._page(title, "", "")
            box = Box(body.left, body.top - height, body.right, body.top)
            self._text(slide, why, box, 14.0)
            self._table(slide, page, body.top - height - 4)
            _note(slide, f"{title}\n{why}")

    def _table(
        self, slide: PptxObject, rows: Sequence[WithheldRow], top: float
    ) -> None:
        words = self.words
        shape = slide.shapes.add_table(
            len(rows) + 1,
            len(_TABLE_COLUMNS),
            emu(MARGIN),
            emu(HEIGHT - top),
            emu(sum(_TABLE_COLUMNS)),
            emu(_ROW * (len(rows) + 1)),
        )
        describe(shape, words("deck.withheld_title"))
        table = shape.table
        heads = [words(f"deck.{name}") for name in ("table", "cells", "withheld")]
        texts = [heads] + [
            [row.title, words.number(row.cells), words.number(row.withheld)]
            for row in rows
        ]
        for column, width in enumerate(_TABLE_COLUMNS):
            table.columns[column].width = emu(width)
        for place, cells in enumerate(texts):
            table.rows[place].height = emu(_ROW)
            for column, text in enumerate(cells):
                cell = table.cell(place, column)
                cell.margin_top = cell.margin_bottom = emu(2)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                self._fill(cell.text_frame, [text], SMALLEST_TEXT, bold=place == 0)
                if place == 0:
                    cell.fill.solid()
                    cell.fill.fore_color.rgb = rgb("#D9E6F2")
                if column:
                    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT

    def _page(self, title: str, footer: str, marks: str) -> tuple[PptxObject, Box]:
        """Add a slide with title and footer; give it and the room between."""
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[1])
        frame = frame_of(title, footer, marks)
        heading = Box(MARGIN, frame.top, WIDTH - MARGIN, HEIGHT - TOP + 4)
        _place(slide.shapes.title, heading)
        self._write(slide.shapes.title, [title], size=frame.size, bold=True)
        used = marks_width(marks)
        if footer:
            box = Box(MARGIN, BOTTOM - 4, WIDTH - MARGIN - used + 8, frame.bottom)
            self._text(slide, footer, box, SMALLEST_TEXT, colour=MUTED)
        if marks:
            box = Box(WIDTH - MARGIN - used, BOTTOM - 4, WIDTH - MARGIN, frame.bottom)
            self._text(slide, marks, box, SMALLEST_TEXT, colour=ALERT, right=True)
        return slide, Box(MARGIN, frame.bottom + 2, WIDTH - MARGIN, frame.top - 2)

    def _text(
        self,
        slide: PptxObject,
        text: str,
        box: Box,
        size: float,
        *,
        colour: str = INK,
        right: bool = False,
    ) -> None:
        shape = slide.shapes.add_textbox(0, 0, 0, 0)
        _place(shape, box)
        self._write(shape, [text], size=size, colour=colour, bold=colour == ALERT)
        if right:
            shape.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM

    def _write(
        self,
        shape: PptxObject,
        lines: Sequence[str],
        *,
        size: float,
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        frame = shape.text_frame
        frame.word_wrap = True
        frame.auto_size = MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = emu(2)
        frame.margin_top = frame.margin_bottom = emu(1)
        frame.vertical_anchor = MSO_ANCHOR.TOP
        self._fill(frame, lines, size, colour=colour, bold=bold)

    def _fill(
        self,
        frame: PptxObject,
        lines: Sequence[str],
        size: float,
        *,
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = line
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = rgb(colour)
            run.font.language_id = _LANGUAGES[self.words.language]


def _cover_size(title: str) -> float:
    """Give the largest size at which a title fits on three lines of the cover.

    Measured in DejaVu Sans, which is wider than the fonts of slides.
    """
    for size in _COVER_SIZES:
        if len(wrap(title, WIDTH - 144, size, "bold")) <= _COVER_LINES:
            return size
    return _COVER_SIZES[-1]


def notes_of(
    table: SafeTable,
    words: Words,
    study: Study,
    *,
    alt: str,
    second: SafeTable | None = None,
) -> str:
    """Give the notes of a slide: where its numbers come from, one fact a line."""
    tables = [table] if second is None else [table, second]
    unit = words.either(f"unit.{table.unit.replace(' ', '_')}", plain(table.unit))
    lines = [
        words("notes.table", id=", ".join(part.id for part in tables)),
        words("notes.stub", stub=plain(table.stub_label)),
        words("notes.base", base=base_sentence(table, words)),
        words("notes.unit", unit=unit),
        words("notes.wave", wave=wave_label(table.wave, study)),
        words("notes.filter", where=plain(table.where))
        if table.where
        else words("notes.no_filter"),
        *_method(tables, words),
        words(
            "notes.protection",
            n=table.threshold,
            withheld=withheld_of(*tables),
            cells=sum(len(part.cells) for part in tables),
        ),
        words("notes.alt", alt=alt),
    ]
    if table.banner_label:
        lines.insert(2, words("notes.by", banner=plain(table.banner_label)))
    return "\n".join(lines)


def _method(tables: Sequence[SafeTable], words: Words) -> Iterator[str]:
    """Say how intervals were made, and why some tables have none."""
    without = [table.estimation.method is None for table in tables]
    if not all(without):
        yield words("notes.method")
    if any(without):
        yield words("note.mentions")


def _pages(rows: Sequence[WithheldRow], size: int) -> list[Sequence[WithheldRow]]:
    """Split rows over slides; long titles take the room of two lines."""
    pages: list[list[WithheldRow]] = [[]]
    used = 0
    for row in rows:
        lines = len(wrap(row.title, _TABLE_COLUMNS[0] - 20, SMALLEST_TEXT))
        if pages[-1] and used + lines > size:
            pages.append([])
            used = 0
        pages[-1].append(row)
        used += lines
    return list(pages)


def _place(shape: PptxObject, box: Box) -> None:
    shape.left, shape.top = emu(box.left), emu(HEIGHT - box.top)
    shape.width, shape.height = emu(box.width), emu(box.height)


def _note(slide: PptxObject, text: str) -> None:
    slide.notes_slide.notes_text_frame.text = text
