"""Families of figures, one a room: protected tables in, figures out."""

from surveytools.presenting.figures.awareness import draw_awareness
from surveytools.presenting.figures.bars import draw_bars
from surveytools.presenting.figures.heatmap import draw_heatmap
from surveytools.presenting.figures.likert import draw_likert
from surveytools.presenting.figures.stacked import draw_severity, draw_stacked

__all__ = [
    "draw_awareness",
    "draw_bars",
    "draw_heatmap",
    "draw_likert",
    "draw_severity",
    "draw_stacked",
]
