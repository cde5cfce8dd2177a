"""Lists and surveys of SharePoint, whose cells join options with ``;#``."""

from surveytools.reading.grid import Grid
from surveytools.reading.platform import Certainty, Match, Platform, Shape

__all__ = ["SHAREPOINT"]

_SEPARATOR = ";#"
_ENOUGH = 2


def _matches(grid: Grid) -> Match | None:
    joined = {position: _joined(grid, position) for position in grid.header}
    cells, columns = sum(joined.values()), sum(map(bool, joined.values()))
    if cells < _ENOUGH:
        return None
    reason = f"{cells} cells in {columns} columns join options with {_SEPARATOR!r}"
    return Match(Certainty.STRONG, reason)


def _joined(grid: Grid, position: int) -> int:
    counts = grid.counts(position)
    return int(counts[counts.index.str.contains(_SEPARATOR, regex=False)].sum())


def _shape(_: Grid) -> Shape:
    return Shape(separator=_SEPARATOR)


SHAREPOINT = Platform("sharepoint", "SharePoint list", _matches, _shape)
