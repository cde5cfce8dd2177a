"""Cleaned waves: cleaned once, read as long as what they were made from is the same."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from surveytools.analysis.estimation import Headcounts
from surveytools.cleaning import (
    Codebook,
    Responses,
    clean,
    load_codebook,
    read_inputs,
    read_listed,
    read_responses,
    write_responses,
)
from surveytools.cleaning.unresolved import too_many_unresolved
from surveytools.errors import CodebookError, raise_all
from surveytools.files import sha256_of, write_text
from surveytools.reading import RawTable
from surveytools.running.asking import ADDRESS, ask, nursery_here
from surveytools.study import (
    Catalogue,
    Export,
    Study,
    Units,
    Wave,
    load_catalogue,
    load_population,
    load_units,
)
from surveytools.study.keys import key_path, read_key
from surveytools.study.load import toml_table

__all__ = ["Source", "cleaned_elsewhere"]

_PACKAGE = Path(__file__).parents[1]
_FINGERPRINT = "inputs.sha256"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a wave's answers come from, and where they are kept cleaned.

    Attributes
    ----------
    home
        Folder of the study file, to which its paths are relative.
    study, wave
        As the study file describes them.
    """

    home: Path
    study: Study
    wave: Wave

    @property
    def folder(self) -> Path:
        """Where the cleaned wave lies."""
        return self.home / self.study.places.processed / self.wave.name

    def raws(self) -> list[RawTable]:
        """Read the exports; convert nothing."""
        return [read_listed(each) for each in self.exports()]

    def exports(self) -> list[Export]:
        """List the exports, their paths from the study's folder on."""
        return [
            each.model_copy(update={"file": self.home / each.file})
            for each in self.wave.exports
        ]

    def units(self) -> Units | None:
        """Read the departments, if the study names a file of them."""
        path = self.study.files.units
        return load_units(self.home / path) if path else None

    def codebook(self) -> Codebook:
        """Read the codebook.

        Raises
        ------
        SurveyError, SurveyErrors
            If it, or the departments or services that it takes over, must be corrected.
        """
        path = self.home / self.wave.codebook
        return load_codebook(
            path,
            units=self.units(),
            catalogue=self._catalogue(),
            language=self.study.language,
        )

    def _catalogue(self) -> Catalogue | None:
        path = self.study.files.services
        return load_catalogue(self.home / path) if path else None

    def headcounts(self) -> Headcounts | None:
        """Read the headcounts of the departments in the year of the wave.

        None, if the study names no file of them, or no item that holds departments.

        Raises
        ------
        StudyError, SurveyErrors
            If the file must be corrected.
        """
        path, department = self.study.files.population, self.study.roles.department
        if path is None or department is None:
            return None
        population = load_population(self.home / path, self.units())
        date = self.wave.date or ""
        year = int(date[:4]) if date[:4].isdigit() else None
        people = {each.unit: each.people for each in population.of_year(year)}
        return Headcounts(department, people, population.source(year), path.name)

    def key(self) -> bytes | None:
        """Read the key of the pseudonyms, if one is named.

        Raises
        ------
        StudyError
            If it isn't kept as a key must be.
        """
        path = key_path(os.environ, key_file=self.study.key_file, home=self.home)
        return read_key(path, apart_from=[self.home]) if path else None

    def _keeps_pseudonyms(self) -> bool:
        paths = _codebooks(self.home / self.wave.codebook)
        return any(toml_table(p, error=CodebookError).get("pseudonyms") for p in paths)

    def fingerprint(self) -> str:
        """Hash of all that the cleaned wave depends on, this program included."""
        paths = [self.home / export.file for export in self.wave.exports]
        paths += [
            self.home / path
            for path in (self.study.files.units, self.study.files.services)
            if path
        ]
        paths += _codebooks(self.home / self.wave.codebook)
        for wing in ("study", "reading", "cleaning"):
            paths += sorted((_PACKAGE / wing).rglob("*.py"))
        parts = [sha256_of(path) for path in paths]
        parts += [self.wave.model_dump_json(), self.study.language]
        if self._keeps_pseudonyms():
            key = self.key()
            parts.append(hashlib.sha256(key).hexdigest() if key else "no key")
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def responses(self) -> Responses:
        """Give the cleaned wave; clean it first if its inputs changed.

        Several processes may ask at a time: one cleans, the others wait for it.

        Raises
        ------
        SurveyError, SurveyErrors
            If exports or codebook can't be read or don't fit, or more answers of an
            item are unresolved than the study allows.
        """
        wanted = self.fingerprint()
        mark = self.folder / _FINGERPRINT
        with _locked(self.folder, exclusive=False):
            if _text(mark) == wanted:
                return read_responses(self.folder)
        with _locked(self.folder, exclusive=True):
            if _text(mark) == wanted:  # another process cleaned it meanwhile
                return read_responses(self.folder)
            return self._cleaned(mark, wanted)

    def _cleaned(self, mark: Path, wanted: str) -> Responses:
        units = self.units()
        raws, codebook = read_inputs(
            self.exports(),
            self.home / self.wave.codebook,
            units=units,
            catalogue=self._catalogue(),
            language=self.study.language,
        )
        responses = clean(
            raws,
            codebook,
            wave=self.wave.name,
            rows=self.wave.rows,
            units=units,
            key=self.key() if codebook.pseudonyms else None,
        )
        mark.unlink(missing_ok=True)
        write_responses(responses, self.folder, raws=raws)
        if self.study.max_unresolved is not None:
            most = self.study.max_unresolved
            raise_all(too_many_unresolved(responses, at_most=most))
        write_text(mark, wanted, mode=0o600)
        return responses


@contextmanager
def cleaned_elsewhere(study: Path, waves: Sequence[str]) -> Iterator[None]:
    """Let forked processes clean some waves while the body does something else.

    Where there is no nursery nothing happens: who needs a wave cleans it. Nor is a
    problem told here, since who reads the wave meets it too.

    Parameters
    ----------
    study
        The study file.
    waves
        Names of waves.
    """
    folder = nursery_here(os.environ.get(ADDRESS, ""))
    if not folder or not waves:
        yield
        return
    wishes = [{"do": "clean", "study": str(study), "wave": wave} for wave in waves]
    with ThreadPoolExecutor(len(wishes)) as pool:
        for wish in wishes:
            pool.submit(ask, folder, "kernel", wish)
        yield


def _codebooks(path: Path) -> Iterator[Path]:
    """Give a codebook file and those that it is based on."""
    seen: set[Path] = set()
    while path.resolve() not in seen:
        seen.add(path.resolve())
        yield path
        base = toml_table(path, error=CodebookError).get("based_on")
        if base is None:
            return
        path = path.parent / str(base)


@contextmanager
def _locked(folder: Path, *, exclusive: bool) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder.parent / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
