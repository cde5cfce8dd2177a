"""Departments and services that a codebook refers to: named, or beside it."""

from pathlib import Path

from surveytools.study import (
    Catalogue,
    Units,
    load_catalogue,
    load_units,
)

__all__ = ["lists_for"]


def lists_for(
    codebook: Path, *, units: Path | None, services: Path | None
) -> tuple[Units | None, Catalogue | None]:
    """Read the files named, else ``units.toml`` and ``services.toml`` if there.

    Parameters
    ----------
    codebook
        The codebook; files that aren't named are looked for in its folder.
    units, services
        Files that the user named.

    Raises
    ------
    StudyError, SurveyErrors
        If a file must be corrected.
    """
    units = units or _beside(codebook, "units.toml")
    services = services or _beside(codebook, "services.toml")
    return (
        load_units(units) if units else None,
        load_catalogue(services) if services else None,
    )


def _beside(codebook: Path, name: str) -> Path | None:
    path = codebook.parent / name
    try:
        return path if path.is_file() else None
    except OSError:  # a folder that can't be looked into: reading the codebook says so
        return None
