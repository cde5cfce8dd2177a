"""Codebooks into questionnaire files, each with what it doesn't hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from surveytools.cleaning.codebook import Codebook
from surveytools.cleaning.questionnaires.indico import read_indico
from surveytools.cleaning.questionnaires.indico_out import indico_json, indico_notes
from surveytools.cleaning.questionnaires.limesurvey import read_limesurvey_txt
from surveytools.cleaning.questionnaires.limesurvey_out import (
    limesurvey_notes,
    limesurvey_txt,
)
from surveytools.cleaning.questionnaires.lost import in_one_language, lost
from surveytools.cleaning.questionnaires.page import not_on_page, questionnaire_page
from surveytools.cleaning.questionnaires.shape import Questionnaire
from surveytools.cleaning.questionnaires.xlsform import read_xlsform
from surveytools.cleaning.questionnaires.xlsform_out import languages_of, write_xlsform
from surveytools.errors import CodebookError, Location
from surveytools.files import write_text

__all__ = ["FORMATS", "Exported", "export_codebook"]

FORMATS = ("indico", "limesurvey", "xlsform", "html")
"""Formats that `export_codebook` writes, by their names in commands."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what wasn't.

    Attributes
    ----------
    items
        Number of questions in the file.
    left_out
        What the file doesn't hold, one line a kind.
    notes
        What the platform does otherwise.
    """

    items: int
    left_out: tuple[str, ...]
    notes: tuple[str, ...] = ()


def export_codebook(
    codebook: Codebook,
    path: Path,
    *,
    to: str,
    title: str,
    language: str | None = None,
) -> Exported:
    """Write a codebook as a questionnaire file.

    The file is read back, as `surveytools codebook draft` would, and compared with the
    codebook: what differs is what the format can't hold. A page isn't read back; it
    says which keys it doesn't show.

    Parameters
    ----------
    codebook
        The codebook. Computed items, and columns that are left out, aren't asked.
    path
        File to write.
    to
        One of `FORMATS`.
    title
        Title of the survey.
    language
        Language of the texts, for formats that hold one; else the first.

    Raises
    ------
    CodebookError
        If the codebook asks nothing, or has no texts in that language.
    """
    if not codebook.asked():
        msg = "no item is asked"
        raise CodebookError(msg, Location(codebook.file), "add items")
    chosen = _language(codebook, language)
    return _WRITERS[to](codebook, path, title, chosen)


def _indico(codebook: Codebook, path: Path, title: str, language: str) -> Exported:  # noqa: ARG001
    write_text(path, indico_json(codebook, language=language))
    return _compared(
        codebook, read_indico(path), language, tuple(indico_notes(codebook))
    )


def _limesurvey(codebook: Codebook, path: Path, title: str, language: str) -> Exported:  # noqa: ARG001
    languages = languages_of(codebook)
    write_text(path, limesurvey_txt(codebook, title=title, languages=languages))
    notes = tuple(limesurvey_notes(codebook))
    return _compared(codebook, read_limesurvey_txt(path), None, notes)


def _xlsform(codebook: Codebook, path: Path, title: str, language: str) -> Exported:  # noqa: ARG001
    write_xlsform(codebook, path, title=title)
    return _compared(codebook, read_xlsform(path), None)


def _html(codebook: Codebook, path: Path, title: str, language: str) -> Exported:
    page = questionnaire_page(codebook, title=title, language=language)
    write_text(path, page)
    others = [code for code in languages_of(codebook) if code != language]
    left_out = [f"languages: {', '.join(others)}"] if others else []
    return Exported(len(codebook.asked()), (*left_out, *not_on_page(codebook)))


def _compared(
    codebook: Codebook,
    again: Questionnaire,
    language: str | None,
    notes: tuple[str, ...] = (),
) -> Exported:
    """Compare a codebook with what was read back, in one language or all."""
    left_out = []
    others = [code for code in languages_of(codebook) if code != language]
    if language is not None and others:
        left_out.append(f"languages: {', '.join(others)}")
    found = again.codebook()
    if language is not None:
        codebook = in_one_language(codebook, language)
        found = in_one_language(found, language)
    left_out += lost(codebook, found)
    return Exported(len(again.items), tuple(left_out), notes)


def _language(codebook: Codebook, wanted: str | None) -> str:
    known = languages_of(codebook)
    if wanted is not None and known and wanted not in known:
        msg = f"the codebook has no texts in {wanted!r}"
        raise CodebookError(msg, Location(codebook.file), f"it has {', '.join(known)}")
    return wanted or next(iter(known), codebook.language)


_WRITERS: Mapping[str, Callable[[Codebook, Path, str, str], Exported]] = {
    "indico": _indico,
    "limesurvey": _limesurvey,
    "xlsform": _xlsform,
    "html": _html,
}
