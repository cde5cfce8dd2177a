"""SPSS files as a platform; `surveytools.reading.spss_file` reads them."""

from collections.abc import Mapping

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid
from surveytools.reading.guard import FileKind
from surveytools.reading.platform import Certainty, Match, Platform, Shape
from surveytools.reading.table import Answers, Question

__all__ = ["SPSS"]

_SYSTEM_MISSING = (
    "a system-missing value or blank text may be a question that was not shown or one "
    "that was left: unknown whether asked, unless a skip rule says so"
)


def _matches(grid: Grid) -> Match | None:
    if grid.source.kind != FileKind.SPSS.value:
        return None
    return Match(Certainty.CERTAIN, "the file is an SPSS file")


def _shape(grid: Grid) -> Shape:
    if grid.source.kind != FileKind.SPSS.value:
        problem = "the file isn't an SPSS file"
        raise ExportError(problem, grid.locate(), "choose another platform")
    blank = {n: grid.frame[n].isna() for n in grid.header}
    some = any(cells.any() for cells in blank.values())
    return Shape(
        labels=_counted_pairs(grid.told),
        questions=grid.told,
        notes=(_SYSTEM_MISSING,) if some else (),
        unanswered=blank if some else {},
    )


def _counted_pairs(told: Mapping[int, Question]) -> tuple[tuple[str, str], ...]:
    """List codes for chosen and not chosen in the file's sets, other than 1 and 0."""
    pairs = {
        (question.labels[0][0], code): None
        for question in told.values()
        if question.answers is Answers.OPTION and question.labels
        for code, _ in question.labels[1:]
        if code not in question.missing
    }
    return tuple(pair for pair in pairs if pair != ("1", "0"))


SPSS = Platform("spss", "SPSS file", _matches, _shape)
