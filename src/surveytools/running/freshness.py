"""What a run is made from, and whether what it made is still what it would make.

Nothing here imports pandas, papermill or Snakemake: a run with nothing to do says so
in the time that those take to import.
"""

import hashlib
import json
import platform
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from surveytools.errors import (
    Location,
    ParameterError,
    StudyError,
    SurveyError,
    raise_all,
)
from surveytools.files import sha256_of
from surveytools.running.parameters import (
    closest,
    folder_of,
    is_secret,
    parameters_of,
    parse_parameters,
)

__all__ = ["MANIFEST", "Run", "describe_run", "read_json", "stale"]

MANIFEST = "manifest.json"
"""Name of the file that says what a folder of outputs was made from."""

WITHHELD = "_withheld"
"""Folder below that of cleaned data for what a run made and must not leave."""

_LIBRARIES = ("matplotlib", "numpy", "openpyxl", "pandas", "papermill", "python-pptx")
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """What is to be made, from what, and where.

    Attributes
    ----------
    study
        The file ``study.toml``.
    reports
        Folder that the outputs go to; with parameters, one inside the study's.
    withheld
        Folder for what a run made and must not leave.
    notebooks
        Notebooks of the run by name, in order.
    parameters
        Values that differ from the notebooks' defaults, by notebook.
    inputs
        Hash of each file that all notebooks depend on, by its path relative to the
        study.
    program
        Hash of this package, and versions of Python and of libraries.
    release
        Number of the release that is made; empty in a run.
    """

    study: Path
    reports: Path
    withheld: Path
    notebooks: Mapping[str, Path]
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    program: Mapping[str, str] = field(default_factory=dict)
    release: str = ""

    @property
    def work(self) -> Path:
        """Where a run works until all is there to be published."""
        return self.reports / ".work"

    @property
    def ended(self) -> Path:
        """Mark that Snakemake did all that it could do."""
        return self.work / "ended"

    @property
    def begun(self) -> Path:
        """Mark that the tab plan is sound: notebooks may start."""
        return self.work / "begun"

    def stamp(self, name: str) -> Path:
        """File that says that a notebook was executed, and what it wrote."""
        return self.work / "done" / f"{name}.json"

    def failure(self, name: str) -> Path:
        """File that says how a notebook failed."""
        return self.work / "failed" / f"{name}.json"

    def room(self, name: str) -> Path:
        """Folder in which a notebook's outputs wait to be published."""
        return self.work / "jobs" / name

    def executed(self, name: str) -> Path:
        """Name the executed copy, before it is published."""
        return self.room(name) / "notebooks" / f"{name}.ipynb"

    def needs(self, name: str) -> tuple[str, ...]:
        """Notebooks that must have been executed before: their numbers say so.

        ``1x`` prepare, ``2x`` and ``3x`` analyse what was prepared, ``4x`` and above
        collect what was analysed. ``0x`` stand alone.
        """
        needed = {0: "", 1: "", 2: "1", 3: "1"}.get(int(name[0]), "123")
        return tuple(other for other in self.notebooks if other[0] in needed)

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Hash of all that each notebook's outputs depend on."""
        found: dict[str, str] = {}
        for name, path in self.notebooks.items():
            parts = [
                sorted(self.inputs.items()),
                sorted(self.program.items()),
                sha256_of(path),
                sorted(self.parameters.get(name, {}).items()),
                self.release,
                [found[needed] for needed in self.needs(name)],
            ]
            text = json.dumps(parts, default=str)
            found[name] = hashlib.sha256(text.encode()).hexdigest()
        return found


def describe_run(
    study: Path | None = None,
    *,
    given: Mapping[str, str] | None = None,
    release: str = "",
) -> Run:
    """Find out what a run of a study depends on.

    Parameters
    ----------
    study
        The study file; without one, the nearest ``study.toml`` upward.
    given
        Parameters as typed. Each notebook takes those that it has; the outputs go to
        a folder of their own inside ``reports``.
    release
        Number of the release that is made, whose outputs wait to be one in
        ``releases/.work``.

    Raises
    ------
    StudyError
        If the study can't be read, or it names a file that isn't there.
    ParameterError
        If no notebook has a parameter, or it is of another type.
    """
    path = _study_file(study)
    content = _read_toml(path)
    if "waves" not in content:
        # Another file than that of a study is told as such, not by what it lacks here.
        from surveytools.study.load import load_study  # noqa: PLC0415 - as above

        load_study(path)
    home = path.parent
    places = content.get("places", {})
    notebooks = _notebooks(
        (home / places.get("notebooks", "notebooks")).resolve(), path
    )
    reports = (home / places.get("reports", "reports")).resolve()
    if release:
        reports = (home / places.get("releases", "releases") / ".work").resolve()
    return Run(
        study=path,
        reports=reports / folder_of(given) if given else reports,
        withheld=(home / places.get("processed", "data/processed")).resolve()
        / WITHHELD,
        notebooks=notebooks,
        parameters=_distributed(notebooks, given or {}),
        inputs=_inputs(path, content),
        program=_program(),
        release=release,
    )


def stale(run: Run) -> dict[str, str]:
    """Say which notebooks' published outputs aren't what they would be now, and why."""
    manifest = read_json(run.reports / MANIFEST)
    recorded = manifest.get("notebooks", {})
    reasons = {
        name: _reason(run, recorded.get(name), run.digests[name])
        for name in run.notebooks
    }
    # The pages are written after the last notebook.
    last = list(run.notebooks)[-1]
    reasons[last] = reasons[last] or _damage(run, manifest.get("pages", {}))
    return {name: reason for name, reason in reasons.items() if reason}


def _reason(run: Run, record: Mapping[str, Any] | None, digest: str) -> str:
    if not record:
        return "it never ran to its end"
    if record["digest"] != digest:
        return "what it depends on changed"
    return _damage(run, record["outputs"])


def _damage(run: Run, outputs: Mapping[str, str]) -> str:
    for name, sha256 in outputs.items():
        path = run.reports / name
        if not path.is_file():
            return f"{name} is gone"
        if sha256_of(path) != sha256:
            return f"{name} was changed"
    return ""


def _distributed(
    notebooks: Mapping[str, Path], given: Mapping[str, str]
) -> dict[str, Mapping[str, object]]:
    """Give each notebook the parameters that it has, as values of their types."""
    known = {name: parameters_of(path) for name, path in notebooks.items()}
    everywhere = sorted({each.name for taken in known.values() for each in taken})
    for name in given:
        if name not in everywhere:
            msg = f"no notebook has a parameter {name!r}"
            raise ParameterError(msg, hint=closest(name, everywhere))
        if is_secret(name):
            # It would name a folder, and stand in the manifest and in logs.
            msg = f"parameter {name!r} looks like a secret"
            hint = "let the notebook read it from an environment variable"
            raise ParameterError(msg, hint=hint)
    values = {}
    for notebook, taken in known.items():
        names = [each.name for each in taken]
        own = {name: text for name, text in given.items() if name in names}
        values[notebook] = parse_parameters(taken, own, notebook=f"{notebook}.ipynb")
    return {notebook: own for notebook, own in values.items() if own}


def read_json(path: Path) -> dict[str, Any]:
    """Read a file that a run wrote; empty if it isn't there or isn't whole."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _study_file(given: Path | None) -> Path:
    if given is not None:
        path = given / "study.toml" if given.is_dir() else given
        if not path.is_file():
            msg = "there is no such study file"
            raise StudyError(msg, Location(str(given)), "give its path with --study")
        return path.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "study.toml").is_file():
            return (folder / "study.toml").resolve()
    msg = "there is no study.toml here or in a folder above"
    raise StudyError(msg, hint="change to the study's folder, or use --study")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # Imported only now: it brings pydantic. It says what is wrong, and where.
        from surveytools.study.load import toml_table  # noqa: PLC0415

        return toml_table(path)


def _notebooks(folder: Path, study: Path) -> dict[str, Path]:
    """List the notebooks whose names begin with two digits, in that order."""
    found = {path.stem: path for path in sorted(folder.glob("[0-9][0-9]*.ipynb"))}
    if not found:
        msg = f"there are no numbered notebooks in {folder.name}/"
        hint = "say where they are in places.notebooks"
        raise StudyError(msg, Location(study.name), hint)
    return found


def _inputs(study: Path, content: Mapping[str, Any]) -> dict[str, str]:
    home = study.parent
    inputs = {study.name: sha256_of(study)}
    missing: list[SurveyError] = []
    for name in dict.fromkeys(_named_files(home, content)):
        path = home / name
        if not path.is_file():
            msg = f"it names {name}, which isn't there"
            hint = "put the file there, or correct the path"
            if content.get("synthetic") and path.name.startswith("synthetic-"):
                hint = "write the demo files with: surveytools demo"
            missing.append(StudyError(msg, Location(study.name), hint))
        else:
            inputs[name] = sha256_of(path)
    raise_all(missing)
    return inputs


def _program() -> dict[str, str]:
    versions = {library: metadata.version(library) for library in _LIBRARIES}
    python = platform.python_version()
    return {"surveytools": _package_hash(), "python": python} | versions


def _named_files(home: Path, content: Mapping[str, Any]) -> Iterator[str]:
    """List the files that a study names, and those that its codebooks build on."""
    files = content.get("files", {})
    yield from (str(path) for path in files.values())
    for name in ("tabplan", "crosswalk"):
        default = f"config/{name}.toml"
        if name not in files and (home / default).is_file():
            yield default
    for wave in content.get("waves", ()):
        yield from (str(export["file"]) for export in wave.get("exports", ()))
        codebook = str(wave.get("codebook", ""))
        seen: set[str] = set()
        while codebook and codebook not in seen:
            seen.add(codebook)
            yield codebook
            path = home / codebook
            base = _read_toml(path).get("based_on") if path.is_file() else None
            codebook = str(Path(codebook).parent / str(base)) if base else ""


def _package_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(_PACKAGE)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
