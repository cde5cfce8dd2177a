"""Lists and surveys of SharePoint, whose cells join options with ``;#``."""

from collections.abc import Mapping

from surveytools.reading.grid import Grid
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Role

__all__ = ["SHAREPOINT"]

_SEPARATOR = ";#"
_ENOUGH = 2
_OWN: Mapping[str, Role] = {
    "ID": Role.METADATA,
    "Created": Role.SUBMITTED,
    "Created By": Role.IDENTITY,
    "Modified": Role.METADATA,
    "Modified By": Role.IDENTITY,
    "Item Type": Role.METADATA,
    "Path": Role.METADATA,
}
_LIST = ("Item Type", "Path")


def _matches(grid: Grid) -> Match | None:
    joined = {position: _joined(grid, position) for position in grid.header}
    cells, columns = sum(joined.values()), sum(map(bool, joined.values()))
    if cells < _ENOUGH:
        if grid.titles()[-2:] == _LIST:
            return Match(Certainty.STRONG, "the last headers are 'Item Type', 'Path'")
        return None
    reason = f"{cells} cells in {columns} columns join options with {_SEPARATOR!r}"
    return Match(Certainty.STRONG, reason)


def _joined(grid: Grid, position: int) -> int:
    counts = grid.counts(position)
    joined = [_SEPARATOR in text for text in counts.index]
    return int(counts[joined].sum()) if any(joined) else 0


def _shape(grid: Grid) -> Shape:
    # A question may be called Created: a list has at least two of the names.
    own = {n: _OWN[text] for n, text in grid.header.items() if text in _OWN}
    return Shape(own if len(own) >= _ENOUGH else {}, separator=_SEPARATOR)


SHAREPOINT = Platform("sharepoint", "SharePoint list", _matches, _shape)
