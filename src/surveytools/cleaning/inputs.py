"""The exports of a wave and its codebook, read together."""

from collections.abc import Sequence
from pathlib import Path

from surveytools.cleaning.codebook import Codebook
from surveytools.cleaning.columns import match_columns
from surveytools.cleaning.load import read_codebook
from surveytools.errors import SurveyError, collected, raise_all
from surveytools.reading import RawTable, read_export
from surveytools.study import Catalogue, Export, Units

__all__ = ["read_inputs", "read_listed"]


def read_listed(export: Export) -> RawTable:
    """Read a file of a wave as the study says; convert nothing.

    Raises
    ------
    ExportError
        As `surveytools.reading.read_export` does.
    """
    return read_export(
        export.file,
        platform=export.platform,
        sheet=export.sheet,
        header_row=export.header_row,
        large=export.large,
    )


def read_inputs(
    exports: Sequence[Export],
    codebook: Path,
    *,
    units: Units | None = None,
    catalogue: Catalogue | None = None,
    language: str = "en",
) -> tuple[list[RawTable], Codebook]:
    """Read exports and codebook; say at once all that is wrong with any of them.

    Parameters
    ----------
    exports
        Files, platforms and sheets; paths from the working directory or absolute.
    codebook, units, catalogue, language
        As in `surveytools.cleaning.load_codebook`.

    Raises
    ------
    SurveyError, SurveyErrors
        For files that can't be read, a codebook that contradicts itself, and items
        that an export lacks.
    """
    problems: list[SurveyError] = []
    raws: list[RawTable] = []
    books: list[Codebook] = []  # one, unless nothing could be made of the file
    with collected(problems):
        book, wrong = read_codebook(
            codebook, units=units, catalogue=catalogue, language=language
        )
        books.append(book)
        problems += wrong
    for export in exports:
        with collected(problems):
            raws.append(read_listed(export))
    if problems:  # without any, cleaning matches the columns and says what is wrong
        pairs = [(raw, book) for raw in raws for book in books]
        problems += [p for pair in pairs for p in match_columns(*pair).problems]
    raise_all(problems)
    return raws, books[0]
