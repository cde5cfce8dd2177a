"""From the TOML files of a study to objects; each problem named by its key."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from surveytools.errors import Location, StudyError, SurveyError, raise_all
from surveytools.study.catalogue import Catalogue, Service
from surveytools.study.crosswalk import Crosswalk
from surveytools.study.problems import problems_of, without_unknown_keys
from surveytools.study.study import Study
from surveytools.study.tabplan import BaseKind, Net, PlannedTable, TabPlan
from surveytools.study.text import fold, texts_of
from surveytools.study.units import Ambiguous, Unit, Units

__all__ = [
    "find_study",
    "load_catalogue",
    "load_crosswalk",
    "load_study",
    "load_tabplan",
    "load_units",
    "read_as_far",
    "read_toml",
    "toml_table",
]

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How XLSX, ODS and zip files begin, and old or protected workbooks."""

_M = TypeVar("_M", bound=BaseModel)


def toml_table(
    path: Path, *, error: type[SurveyError] = StudyError
) -> dict[str, object]:
    """Read a TOML file as it stands.

    A byte order mark, as Windows editors write it, is passed over.

    Raises
    ------
    SurveyError
        Of the kind ``error``, if the file can't be read or isn't TOML; the message
        says at which line and column.
    """
    where = Location(path.name)
    try:
        content = path.read_bytes()
    except OSError as cause:
        msg = f"can't be read ({cause.strerror})"
        raise error(msg, where, f"check the path {path}") from cause
    if content.startswith(_WORKBOOKS):
        msg = "this is a workbook or an archive, and a TOML file is needed"
        raise error(msg, where, "check the names, and their order")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = cause.object[: cause.start].count(b"\n") + 1
        msg = f"line {line} is not UTF-8"
        raise error(msg, where, "save the file as UTF-8") from cause
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        reason = str(cause)
        msg = f"not TOML: {reason[:1].lower()}{reason[1:]}"
        hint = "correct the file there"
        if path.suffix.lower() != ".toml":
            hint = "name a file that ends in .toml; check the names, and their order"
        raise error(msg, where, hint) from cause


def read_toml(
    path: Path, model: type[_M], *, error: type[SurveyError] = StudyError
) -> _M:
    """Read a TOML file into a model.

    Parameters
    ----------
    path
        File to read.
    model
        What the file must be.
    error
        Kind of error to raise.

    Raises
    ------
    SurveyError
        Of the kind ``error``, for a file that can't be read, isn't TOML, or differs
        in one point from the model; the key stands in its location.
    SurveyErrors
        For several points.
    """
    table = toml_table(path, error=error)
    try:
        return model.model_validate(table)
    except ValidationError as cause:
        raise_all(problems_of(cause, table, model, path.name, error=error))
        raise


def read_as_far(
    path: Path, model: type[_M], *, error: type[SurveyError] = StudyError
) -> tuple[_M, list[SurveyError]]:
    """Read a TOML file into a model without the keys that the model doesn't have.

    So that what else is wrong with the file can be said together with a mistyped key.

    Returns
    -------
    model, problems
        What the file says but for unknown keys, and one problem for each of them.

    Raises
    ------
    SurveyError, SurveyErrors
        As `read_toml`, if anything else differs from the model.
    """
    table = toml_table(path, error=error)
    problems: list[SurveyError] = []
    try:
        return model.model_validate(table), problems
    except ValidationError as cause:
        problems = problems_of(cause, table, model, path.name, error=error)
        without = without_unknown_keys(table, cause)
    try:
        return model.model_validate(without), problems
    except ValidationError:
        raise_all(problems)
        raise


def find_study(start: Path) -> Path:
    """Find the nearest ``study.toml``, from a folder upward.

    Raises
    ------
    StudyError
        If neither the folder nor one above it has the file.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        path = candidate / "study.toml"
        if path.is_file():
            return path
    msg = f"no study.toml in {folder} nor in a folder above"
    raise StudyError(msg, hint="go to the study's folder, or name the file")


def load_study(path: Path) -> Study:
    """Read ``study.toml``.

    Raises
    ------
    StudyError, SurveyErrors
        As `read_toml`; also if two waves have one name, or a wave names a file twice.
    """
    study = read_toml(path, Study)
    problems = list(
        _repeated(path, "waves", "wave", (wave.name for wave in study.waves))
    )
    for index, wave in enumerate(study.waves):
        files = (
            f"{e.file}{f', sheet {e.sheet}' if e.sheet else ''}" for e in wave.exports
        )
        problems += _repeated(path, f"waves[{index}].exports", "export", files)
    raise_all(problems)
    return study


def load_units(path: Path) -> Units:
    """Read ``units.toml``.

    Raises
    ------
    StudyError, SurveyErrors
        As `read_toml`; also if two units share a code or a spelling, a spelling is
        called ambiguous and given to a unit, or a merged group names a unit that
        doesn't exist or that another group has.
    """
    units = read_toml(path, Units)
    raise_all(
        [
            *_shared_spellings(path, "units", units.units, units.ambiguous),
            *_merging_problems(path, units),
        ]
    )
    return units


def load_catalogue(path: Path) -> Catalogue:
    """Read ``services.toml``.

    Raises
    ------
    StudyError, SurveyErrors
        As `read_toml`; also if two services share a code or a spelling, or a spelling
        is called ambiguous and given to a service.
    """
    catalogue = read_toml(path, Catalogue)
    raise_all(
        list(
            _shared_spellings(path, "services", catalogue.services, catalogue.ambiguous)
        )
    )
    return catalogue


def load_tabplan(path: Path, *, study: Study | None = None) -> TabPlan:
    """Read ``tabplan.toml``.

    Parameters
    ----------
    study
        The study whose tab plan it is: without weights, no table can be weighted.

    Raises
    ------
    StudyError, SurveyErrors
        As `read_toml`; also if two tables or trends have one id, a table is shown
        together with one that the plan doesn't have, or asks for details that
        contradict each other.
    """
    plan = read_toml(path, TabPlan)
    ids = [table.id for table in plan.tables]
    problems = list(_repeated(path, "tables", "table", ids))
    problems += _repeated(path, "trends", "trend", (each.id for each in plan.trends))
    for trend in plan.trends:
        where = Location(path.name, column=f"trends[{trend.id}]")
        if trend.id in ids:
            msg = f"{trend.id!r} is a table already"
            problems.append(StudyError(msg, where, "choose another id"))
    for table in plan.tables:
        if table.with_table is not None and table.with_table not in ids:
            msg = f"there is no table {table.with_table!r}"
            where = Location(path.name, column=f"tables[{table.id}].with_table")
            problems.append(StudyError(msg, where, f"use one of {', '.join(ids)}"))
        problems += _details_in_vain(path, table)
        if table.weights and study is not None and study.weights is None:
            msg = "the study has no section [weights]"
            where = Location(path.name, column=f"tables[{table.id}].weights")
            hint = "say in study.toml what to weight to, or remove weights"
            problems.append(StudyError(msg, where, hint))
    raise_all(problems)
    return plan


def _details_in_vain(path: Path, table: PlannedTable) -> Iterator[StudyError]:
    """Find what a table asks for and can't be given."""
    given = table.model_fields_set
    found = []
    if table.compare is not None and table.by is None:
        found.append(("compare", "there are no groups to compare", "add by = ..."))
    if "test" in given and table.compare is None:
        msg = "nothing is compared"
        found.append(("test", msg, 'add compare = "holm", or remove test'))
    if "box" in given and not table.summary:
        msg = "no scale is summarised"
        found.append(("box", msg, "add summary = true, or remove box"))
    if table.weights and (table.base is not BaseKind.ANSWERED or table.combinations):
        msg = "weighted shares are of those who answered, by single answers"
        found.append(("weights", msg, "leave out base and combinations, or weights"))
    for name, net in table.nets.items():
        codes = net.of if isinstance(net, Net) else net
        if not name.strip() or not codes or len(set(codes)) < len(codes):
            msg = f"net {name!r} needs a label and answers, each once"
            found.append(("nets", msg, 'write nets = { label = ["code", "code"] }'))
    labels = [net.label for net in table.nets.values() if isinstance(net, Net)]
    named = {code for label in labels if isinstance(label, dict) for code in label}
    if any(len(table.nets_in(code)) < len(table.nets) for code in {"en", *named}):
        msg = "two nets have one label"
        found.append(("nets", msg, "give each a label of its own"))
    for key, msg, hint in found:
        where = Location(path.name, column=f"tables[{table.id}].{key}")
        yield StudyError(msg, where, hint)


def load_crosswalk(path: Path) -> Crosswalk:
    """Read ``crosswalk.toml``.

    Raises
    ------
    StudyError, SurveyErrors
        As `read_toml`.
    """
    return read_toml(path, Crosswalk)


def _repeated(
    path: Path, key: str, noun: str, names: Iterable[str]
) -> Iterator[StudyError]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            where = Location(path.name, column=key)
            yield StudyError(f"{noun} {name!r} stands there twice", where, "remove one")
        seen.add(name)


def _shared_spellings(
    path: Path,
    key: str,
    entries: Iterable[Unit] | Iterable[Service],
    ambiguous: Iterable[Ambiguous],
) -> Iterator[StudyError]:
    """Name each spelling that would stand for two entries."""
    owner: dict[str, str] = {}
    for entry in entries:
        codes = {fold(entry.code)}
        texts = {fold(text) for text in (*texts_of(entry.label), *entry.aliases)}
        where = Location(path.name, column=f"{key}[{entry.code}]")
        if len(entry.aliases) != len({fold(alias) for alias in entry.aliases}):
            yield StudyError("an alias stands there twice", where, "remove one")
        for text in sorted(codes | texts):
            if text in owner:
                msg = f"{text!r} is also a spelling of {owner[text]!r}"
                yield StudyError(msg, where, "keep it in one place, or in ambiguous")
            owner.setdefault(text, entry.code)
    for spelling in ambiguous:
        other = owner.get(fold(spelling.text))
        if other is not None:
            where = Location(path.name, column="ambiguous")
            msg = f"{spelling.text!r} is also a spelling of {other!r}"
            yield StudyError(msg, where, "keep it in one place")


def _merging_problems(path: Path, units: Units) -> Iterator[StudyError]:
    codes = [unit.code for unit in units.units]
    group_of: dict[str, str] = {}
    for group in units.merged:
        where = Location(path.name, column=f"merged[{group.code}]")
        if group.code in codes or group.code in group_of.values():
            msg = f"code {group.code!r} is already taken"
            yield StudyError(msg, where, "choose another code")
        for member in group.members:
            if member not in codes:
                msg = f"there is no unit {member!r}"
                yield StudyError(msg, where, f"use codes of units: {', '.join(codes)}")
            elif member in group_of:
                msg = f"unit {member!r} is also in {group_of[member]!r}"
                yield StudyError(msg, where, "keep it in one group")
            group_of.setdefault(member, group.code)
