"""From a file to a `RawTable`: text first, nothing decided."""

from surveytools.reading.describe import ColumnLook, describe
from surveytools.reading.detect import PLATFORMS, detect
from surveytools.reading.export import read_export
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Column, Question, RawTable, Role

__all__ = [
    "PLATFORMS",
    "Answers",
    "Certainty",
    "Column",
    "ColumnLook",
    "Match",
    "Platform",
    "Question",
    "RawTable",
    "Role",
    "Shape",
    "describe",
    "detect",
    "read_export",
]
