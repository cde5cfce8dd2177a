"""Which sheet of a workbook holds the responses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surveytools.errors import ExportError, Location

__all__ = ["Sheet", "choose_sheet"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, by the name on its tab.

    Attributes
    ----------
    name
        Name on the tab.
    hidden
        Whether a spreadsheet program hides it.
    holds
        Tells whether any cell of it holds something.
    """

    name: str
    hidden: bool
    holds: Callable[[], bool]


def choose_sheet(
    sheets: Sequence[Sheet], asked: str | None, where: Location
) -> tuple[int, tuple[str, ...]]:
    """Take the sheet asked for, or the only visible one that holds something.

    Parameters
    ----------
    sheets
        All sheets in the order of their tabs.
    asked
        Name of the sheet, if a person names one.
    where
        The file, for an error message.

    Returns
    -------
    tuple
        Index of the sheet, and what a person should know of the others.

    Raises
    ------
    ExportError
        If there is no such sheet, none holds anything, or it is unclear which one.
    """
    if asked is not None:
        known = [sheet.name for sheet in sheets]
        if asked not in known:
            problem = f"no sheet {asked!r}"
            raise ExportError(problem, where, f"the file has {_named(sheets)}")
        return known.index(asked), ()
    if len(sheets) == 1 and not sheets[0].hidden:
        return 0, ()
    filled = [sheet for sheet in sheets if sheet.holds()]
    shown = [sheet for sheet in filled if not sheet.hidden]
    if not filled:
        problem = "all sheets are blank"
        raise ExportError(problem, where, "download the export again")
    if len(shown) == 1:
        hidden = [sheet for sheet in filled if sheet.hidden]
        note = f"hidden sheets that hold something, not read: {_named(hidden)}"
        return sheets.index(shown[0]), (note,) if hidden else ()
    problem = (
        f"{len(shown)} sheets hold something"
        if shown
        else "only hidden sheets hold something"
    )
    hint = f"name one with --sheet: {_named(shown or filled)}"
    raise ExportError(problem, where, hint)


def _named(sheets: Sequence[Sheet]) -> str:
    return ", ".join(repr(sheet.name) for sheet in sheets)
