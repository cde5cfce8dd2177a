"""What a study released so far, kept in ``data/processed``.

A release is there as soon as its folder in ``releases/`` is, which takes its name when
all is in it. What the folder must not hold (answers, who waits, where what is withheld)
lies in ``data/processed/_released/<number>/``.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from surveytools.cleaning import read_responses, write_responses
from surveytools.disclosure import SafeTable
from surveytools.disclosure.kept import Place, withheld_places
from surveytools.errors import DisclosureError, Location, SurveyError
from surveytools.files import atomic_path, sha256_of, write_text
from surveytools.presenting import Words
from surveytools.running.admitting import Frozen
from surveytools.running.dating import with_dates
from surveytools.running.job import RELEASE
from surveytools.study import PlannedTable, Study, TabPlan

__all__ = [
    "Released",
    "all_withheld",
    "current_release",
    "key_of",
    "mark_published",
    "numbers_of",
    "released",
    "require_declared",
    "status_of",
    "write_released",
]

_FOLDER = "_released"
_RECORD = "release.json"
_HELD, _COLUMNS = "held.parquet", "columns.parquet"
_PRIVATE = 0o600


@dataclass(frozen=True)
class Released:
    """A release as the program keeps it; not for showing.

    Attributes
    ----------
    folder
        Where it lies.
    """

    folder: Path

    @cached_property
    def record(self) -> Mapping[str, Any]:
        """What was written down of it.

        Raises
        ------
        SurveyError
            If it isn't there, or isn't what was written.
        """
        path = self.folder / _RECORD
        try:
            record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self._lost(path) from error
        for name, sha256 in record["files"].items():
            file = self.folder / name
            if not file.is_file() or sha256_of(file) != sha256:
                raise self._lost(file)
        return record

    def _lost(self, path: Path) -> SurveyError:
        msg = f"release {self.folder.name} is not whole"
        hint = "restore it from a backup: the next is checked against it"
        return SurveyError(msg, Location(str(path)), hint)

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.folder.name)

    @property
    def date(self) -> str:
        """Its date, as year-month-day."""
        return str(self.record["date"])

    @property
    def waves(self) -> tuple[str, ...]:
        """Names of its waves."""
        return tuple(self.record["waves"])

    def frozen(self, wave: str) -> Frozen:
        """Give the respondents of a wave.

        Raises
        ------
        SurveyError
            If the release has no such wave.
        """
        if wave not in self.record["waves"]:
            msg = f"release {self.number} has no wave {wave!r}"
            raise SurveyError(msg)
        held = pd.read_parquet(self.folder / wave / _HELD)
        return Frozen(read_responses(self.folder / wave), held)

    def columns(self) -> pd.DataFrame:
        """Describe the exports as `surveytools.running.overview.columns_of` did."""
        return pd.read_parquet(self.folder / _COLUMNS)

    def dated(self, planned: PlannedTable, safe: SafeTable, study: Study) -> SafeTable:
        """Give a table that says since when its numbers are these."""
        known = self.record.get("tables", {})
        return with_dates(safe, known.get(key_of(planned, study)))

    def withheld(self, study: Study, plan: TabPlan) -> dict[str, frozenset[Place]]:
        """Say what was withheld of tables, now or before, by their id."""
        known = self.record["withheld"]
        return {
            table.id: frozenset((g, r, a, w) for g, r, a, w in known[key])
            for table in plan.tables
            if (key := key_of(table, study)) in known
        }


def key_of(table: PlannedTable, study: Study) -> str:
    """Name a table by what it counts, whatever it is called."""
    wave = table.wave or study.waves[-1].name
    parts = [wave, table.stub, table.by, table.where, table.base, table.combinations]
    return json.dumps(parts)


def _kept_in(home: Path, study: Study) -> Path:
    return home / study.places.processed / _FOLDER


def numbers_of(home: Path, study: Study) -> dict[int, Path | None]:
    """List the releases of a study, and the folder of outputs of each, if it is there.

    One of which only the outputs, or only the answers are there is one, too.
    """
    found: dict[int, Path | None] = {}
    kept = _kept_in(home, study)
    for path in sorted(kept.iterdir()) if kept.is_dir() else ():
        if path.name.isdigit() and (path / "published").is_file():
            found[int(path.name)] = None
    folder = home / study.places.releases
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = re.fullmatch(r"([0-9]+)-[0-9-]{10}", path.name)
        if name and (path / _RECORD).is_file():
            found[int(name[1])] = path
    return dict(sorted(found.items()))


def released(home: Path, study: Study, number: int) -> Released:
    """Give a release by its number."""
    return Released(_kept_in(home, study) / str(number))


def current_release(home: Path, study: Study) -> Released | None:
    """Give the release that is being made, as the command set it in the environment."""
    number = os.environ.get(RELEASE, "")
    return released(home, study, int(number)) if number else None


def status_of(release: Released | None, words: Words, home: Path, study: Study) -> str:
    """Say in a few words that outputs are a draft, or what release they are.

    Of a study that never released anything, nothing is said.
    """
    if release is None:
        return words("release.draft") if numbers_of(home, study) else ""
    return words("release.released", number=release.number, date=release.date)


def require_declared(release: Released | None, what: str) -> None:
    """Refuse, in a release, what isn't in the tab plan.

    Raises
    ------
    DisclosureError
        In a release: nothing says what earlier ones showed of it.
    """
    if release is not None:
        msg = f"a release shows the tables of the tab plan, not {what}"
        raise DisclosureError(msg, hint="declare it in the tab plan, or use run")


def write_released(
    release: Released,
    waves: Mapping[str, Frozen],
    *,
    columns: pd.DataFrame,
    record: Mapping[str, Any],
) -> None:
    """Write down a release; what was there of an unfinished one is removed.

    Everything can be read by its owner alone, and the record, which has the hashes of
    the others, is written last.
    """
    folder = release.folder
    shutil.rmtree(folder, ignore_errors=True)
    for name, frozen in waves.items():
        write_responses(frozen.responses, folder / name, raws=(), workbook=False)
        _write_frame(frozen.held, folder / name / _HELD)
    _write_frame(columns, folder / _COLUMNS)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {str(path.relative_to(folder)): sha256_of(path) for path in files}
    content = dict(record) | {"waves": list(waves), "files": hashes}
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_text(folder / _RECORD, text, mode=_PRIVATE)
    for path in (folder.parent, folder, *(folder / name for name in waves)):
        path.chmod(0o700)


def mark_published(release: Released) -> None:
    """Note that the outputs are where they belong."""
    write_text(release.folder / "published", "", mode=_PRIVATE)


def all_withheld(
    tables: Iterable[SafeTable],
    plan: TabPlan,
    study: Study,
    *,
    before: Mapping[str, Iterable[Sequence[str]]],
) -> dict[str, list[Place]]:
    """Add what tables withhold to what was withheld before, by `key_of` the table."""
    found = {
        key: {(g, r, a, what) for g, r, a, what in places}
        for key, places in before.items()
    }
    for table, planned in zip(tables, plan.tables, strict=True):
        own = found.setdefault(key_of(planned, study), set())
        own.update(withheld_places(table))
    return {key: sorted(places) for key, places in found.items()}


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    with atomic_path(path, mode=_PRIVATE) as temporary:
        frame.to_parquet(temporary)
