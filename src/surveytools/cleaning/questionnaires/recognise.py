"""Which questionnaire file it is, told by its content and never by its name."""

from collections.abc import Callable, Mapping
from pathlib import Path

from surveytools.cleaning.questionnaires.files import start_of
from surveytools.cleaning.questionnaires.indico import read_indico
from surveytools.cleaning.questionnaires.limesurvey import (
    read_limesurvey_lss,
    read_limesurvey_txt,
)
from surveytools.cleaning.questionnaires.qualtrics import read_qualtrics
from surveytools.cleaning.questionnaires.redcap import FIRST_COLUMN, read_redcap
from surveytools.cleaning.questionnaires.shape import Questionnaire
from surveytools.cleaning.questionnaires.xlsform import read_xlsform
from surveytools.cleaning.sheets import sheet_names
from surveytools.errors import ExportError, Location
from surveytools.reading.encoding import sniff_unicode

__all__ = ["READERS", "read_questionnaire", "recognise"]

_STRUCTURE = ("class", "type/scale", "name", "relevance", "text")

READERS: Mapping[str, Callable[[Path], Questionnaire]] = {
    "indico": read_indico,
    "limesurvey-lss": read_limesurvey_lss,
    "limesurvey-txt": read_limesurvey_txt,
    "qualtrics": read_qualtrics,
    "redcap": read_redcap,
    "xlsform": read_xlsform,
}
"""Reader of each format by its name in commands."""


def read_questionnaire(path: Path) -> Questionnaire | None:
    """Read a questionnaire file; ``None`` for what is none, such as an export.

    Raises
    ------
    ExportError
        If the file is a questionnaire that can't be read, or nothing that any reader
        here knows.
    """
    name = recognise(path)
    return READERS[name](path) if name else None


def recognise(path: Path) -> str | None:
    """Name the format of a questionnaire file; ``None`` if it is none.

    Raises
    ------
    ExportError
        If there is no such file, or it is JSON or XML of another kind.
    """
    start = start_of(path)
    if start.startswith(b"PK"):
        names = {name.strip().lower() for name in _sheets(path)}
        return "xlsform" if {"survey", "choices"} <= names else None
    text = start.decode(sniff_unicode(start) or "utf-8", "ignore").lstrip(
        "\ufeff \r\n\t"
    )
    if text.startswith("{"):
        return _json_kind(text, path)
    if text.startswith("<"):
        return "limesurvey-lss" if "<LimeSurveyDocType>" in text[:2000] else None
    return _table_kind(text)


def _table_kind(text: str) -> str | None:
    """Tell by the header; the rest of the file isn't looked at."""
    header = text.splitlines()[0] if text else ""
    names = [name.strip('"\ufeff ').lower() for name in header.split("\t")]
    if set(_STRUCTURE) <= set(names):
        return "limesurvey-txt"
    if header.lstrip('"\ufeff ').startswith(FIRST_COLUMN):
        return "redcap"
    return None


def _sheets(path: Path) -> tuple[str, ...]:
    try:
        return sheet_names(path)
    except ExportError:
        return ()  # the reader of exports says what is wrong with it


def _json_kind(text: str, path: Path) -> str:
    if '"SurveyElements"' in text or '"SurveyEntry"' in text:
        return "qualtrics"
    if '"sections"' in text or '"version"' in text:
        return "indico"
    problem = "this JSON is no questionnaire of Indico or Qualtrics"
    raise ExportError(problem, Location(path.name), "name the exported questionnaire")
