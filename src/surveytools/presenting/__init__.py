"""From `SafeTable` to figures, deck and pages."""

from surveytools.presenting.alt import alt_text
from surveytools.presenting.deck import Slide, build_deck
from surveytools.presenting.drawing import add_details, draw, save_figure
from surveytools.presenting.findings import finding
from surveytools.presenting.page import SurveyFigure
from surveytools.presenting.report import (
    NotebookRun,
    ShownFigure,
    build_index,
    read_figures,
    shown_figure,
)
from surveytools.presenting.style import slide_style
from surveytools.presenting.through import ShownTrend
from surveytools.presenting.workbook import write_tables
from surveytools.words import Words, load_words

__all__ = [
    "NotebookRun",
    "ShownFigure",
    "ShownTrend",
    "Slide",
    "SurveyFigure",
    "Words",
    "add_details",
    "alt_text",
    "build_deck",
    "build_index",
    "draw",
    "finding",
    "load_words",
    "read_figures",
    "save_figure",
    "shown_figure",
    "slide_style",
    "write_tables",
]
