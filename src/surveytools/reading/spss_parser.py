"""The parser of SPSS files, in a process of its own: a damaged file may crash it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyreadstat

from surveytools.errors import ExportError, Location
from surveytools.reading.apart import CrashedError, apart

__all__ = ["Parsed", "parse_spss"]

_FAULTS = (
    pyreadstat.ReadstatError,
    pyreadstat.PyreadstatError,
    ValueError,
    ArithmeticError,
    MemoryError,
)
_FALLBACK = "windows-1252"
_HINT = "open it in SPSS or PSPP and save it again, or export CSV with labels"

_Code = str | float


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values and dictionary of an SPSS file.

    Attributes
    ----------
    names
        Names of the variables, in order.
    columns
        Values by name; numbers, text, or ``None``. Dates are seconds.
    labels, formats
        Label, or ``None``, and format, such as ``F8.2``, by name.
    value_labels
        Label of each code, by name of the variable.
    missing
        Values and ranges (``lo``, ``hi``) that are declared missing, by name.
    sets
        Multiple-response sets by name: ``label``, ``type``, ``counted_value``,
        ``variable_list``.
    encoding
        Encoding of the texts.
    notes
        What a person should know.
    """

    names: tuple[str, ...]
    columns: Mapping[str, Sequence[_Code | None]]
    labels: Mapping[str, str | None]
    formats: Mapping[str, str]
    value_labels: Mapping[str, Mapping[_Code, str]]
    missing: Mapping[str, Sequence[_Code | Mapping[str, _Code]]]
    sets: Mapping[str, Mapping[str, Any]]
    encoding: str
    notes: tuple[str, ...] = ()


def parse_spss(data: bytes, where: Location, *, cells: int) -> Parsed:
    """Read an SPSS file with pyreadstat, whatever is in it.

    Parameters
    ----------
    data
        The file.
    where
        Its name, for messages.
    cells
        How many values fit.

    Raises
    ------
    ExportError
        If the file is damaged, too large or holds no variable.
    """
    notes: tuple[str, ...] = ()
    try:
        found = apart(lambda: _plain(data, None, cells))
        if "encoding" in str(found.get("fault", "")):
            named = "texts aren't in the encoding that the file names"
            notes = (f"{named}: read as {_FALLBACK}",)
            found = apart(lambda: _plain(data, _FALLBACK, cells))
    except CrashedError as error:
        problem = "the SPSS file can't be read (its parser crashed or didn't end)"
        raise ExportError(problem, where, _HINT) from error
    if "fault" in found:
        problem = f"the SPSS file can't be read ({found['fault']})"
        raise ExportError(problem, where, _HINT)
    if "problem" in found:
        raise ExportError(str(found["problem"]), where, str(found["hint"]))
    return Parsed(**{**found, "names": tuple(found["names"])}, notes=notes)


def _plain(data: bytes, encoding: str | None, cells: int) -> dict[str, Any]:
    """Parse the file to plain values, or say what is wrong with it."""
    try:
        return _parsed(data, encoding, cells)
    except _FAULTS as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        decoding = isinstance(error, UnicodeError)
        return {"fault": f"encoding: {reason}" if decoding else reason}


def _parsed(data: bytes, encoding: str | None, cells: int) -> dict[str, Any]:
    file = io.BytesIO(data)
    _, head = pyreadstat.read_sav(file, metadataonly=True, encoding=encoding)
    width, length = len(head.column_names), head.number_rows or 0
    if not width:
        return {"problem": "the file has no variables", "hint": _HINT}
    if width * length > cells:
        problem = f"{length:,} cases of {width:,} variables are too many"
        return {"problem": problem, "hint": "split the file, or read it with --large"}
    values, meta = pyreadstat.read_sav(
        io.BytesIO(data),
        encoding=encoding,
        user_missing=True,
        disable_datetime_conversion=True,
        output_format="dict",
        row_limit=cells // width,  # the head need not say how many there are
    )
    named = all(isinstance(name, str) for name in meta.column_names)
    if len(values) != width or not named:
        problem = "variables of the file have no name of their own"
        return {"problem": problem, "hint": _HINT}
    return {
        "names": list(meta.column_names),
        "columns": {name: list(column) for name, column in values.items()},
        "labels": dict(meta.column_names_to_labels),
        "formats": {n: str(f) for n, f in meta.original_variable_types.items()},
        "value_labels": dict(meta.variable_value_labels),
        "missing": dict(meta.missing_ranges),
        "sets": {name: dict(told) for name, told in meta.mr_sets.items()},
        "encoding": str(meta.file_encoding),
    }
