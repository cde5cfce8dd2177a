"""Any table with one header row, where no platform's signature was found."""

from surveytools.reading.grid import Grid
from surveytools.reading.platform import Certainty, Match, Platform, Shape

__all__ = ["GENERIC"]


def _matches(_: Grid) -> Match:
    return Match(Certainty.WEAK, "no platform's signature was found")


def _shape(_: Grid) -> Shape:
    return Shape()


GENERIC = Platform("generic", "table with one header row", _matches, _shape)
