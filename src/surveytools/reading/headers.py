"""Exports with several header rows, which no platform here reads yet.

Read as one header row, the others would count as respondents.
"""

from collections.abc import Iterable

from surveytools.errors import ExportError
from surveytools.reading.grid import Grid

__all__ = ["refuse_several_header_rows"]

_IMPORT_ID = r"\s*\{[\"']ImportId[\"'].*"
_SURVEYMONKEY = {"Response", "Open-Ended Response"}
_KAGGLE = "Time from Start to Finish (seconds)"
_HINT = "delete all but one header row, or name the platform generic to keep them"


def refuse_several_header_rows(grid: Grid) -> None:
    """Stop where the rows under the header are plainly further header rows.

    Raises
    ------
    ExportError
        If Qualtrics, SurveyMonkey or Kaggle wrote the export; the row is named.
    """
    for row, what in _signs(grid):
        problem = f"this row is one more header row, as {what} writes them"
        raise ExportError(problem, grid.locate(row), _HINT)


def _signs(grid: Grid) -> Iterable[tuple[int, str]]:
    """Rows that are further headers, and the platform that writes such."""
    titles = grid.titles()
    for row, cells in grid.frame.head(3).iterrows():
        texts = cells.dropna()
        if texts.str.fullmatch(_IMPORT_ID).mean() >= 0.5:  # noqa: PLR2004
            yield int(str(row)), "Qualtrics"
    second = grid.frame.iloc[0]
    row = int(grid.frame.index[0])
    if titles[0] == "V1" and {"ResponseID", "ResponseSet"} <= set(second.dropna()):
        yield row, "Qualtrics"
    respondent = titles[0].replace(" ", "") == "RespondentID"
    if respondent and _SURVEYMONKEY & set(second.dropna()):
        yield row, "SurveyMonkey"
    if titles[0] == _KAGGLE:
        yield row, "Kaggle"
