"""SPSS files, ``.sav`` and ``.zsav``: cells as text, and what the file tells of them.

References
----------
.. [1] PSPP developers' guide, "System File Format": value labels, missing values,
   multiple-response sets, and dates as seconds from 14 October 1582.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyreadstat
from pyreadstat import metadata_container

from surveytools.errors import ExportError, Location
from surveytools.reading.grid import Grid, Source
from surveytools.reading.guard import FileKind
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.spss_values import texts_of
from surveytools.reading.spss_variables import notes_on, questions_of

__all__ = ["read_spss"]

_Values = Mapping[str, Sequence[str | float | None]]

_FAULTS = (
    pyreadstat.ReadstatError,
    pyreadstat.PyreadstatError,
    ValueError,
    ArithmeticError,
)
_FALLBACK = "windows-1252"
_HINT = "open it in SPSS or PSPP and save it again, or export CSV with labels"


def read_spss(path: Path, *, limits: Limits = LIMITS) -> Grid:
    """Read an SPSS file; every value becomes text.

    Whole numbers have no ``.0``, dates and times are ISO text, system-missing values
    are blank. Values that the file declares missing stay: 99 for "refused" is an
    answer that somebody gave. Rows are numbered by case, from 1.

    Parameters
    ----------
    path
        A file that `surveytools.reading.guard.check_file` let through.
    limits
        How many cells fit.

    Raises
    ------
    ExportError
        If the file is damaged, too large or holds no case.
    """
    where = Location(path.name)
    data = path.read_bytes()
    values, meta, notes = _values(data, where, limits)
    names: list[str] = list(meta.column_names)
    texts = {
        number: texts_of(values[name], str(meta.original_variable_types[name]))
        for number, name in enumerate(names, start=1)
    }
    frame = pd.DataFrame(
        {number: array.to_pandas() for number, array in texts.items()}
    ).astype("str")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    blank = frame.isna().all(axis="columns")
    if blank.all():
        problem = "the file has variables but no case with a value"
        raise ExportError(problem, where, "export the survey once it has responses")
    told = questions_of(frame, names, meta)
    source = Source(
        file=path.name,
        kind=FileKind.SPSS.value,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=str(meta.file_encoding),
        notes=(*notes, *notes_on(told, meta, data)),
    )
    return Grid(
        frame=frame.loc[~blank],
        header=dict(enumerate(names, start=1)),
        source=source,
        left_out=(("blank rows", int(blank.sum())),) if blank.any() else (),
        told=told,
    )


def _values(
    data: bytes, where: Location, limits: Limits
) -> tuple[_Values, metadata_container, tuple[str, ...]]:
    """Give the values of each variable, what the file says of them, and notes.

    Raises
    ------
    ExportError
        If the file is damaged or too large.
    """
    try:
        return (*_parsed(data, None, where, limits), ())
    except _FAULTS as error:
        if not _of_encoding(error):
            raise _refused(error, where) from error
    try:
        values, meta = _parsed(data, _FALLBACK, where, limits)
    except _FAULTS as error:
        raise _refused(error, where) from error
    note = f"texts aren't in the encoding that the file names: read as {_FALLBACK}"
    return values, meta, (note,)


def _parsed(
    data: bytes, encoding: str | None, where: Location, limits: Limits
) -> tuple[_Values, metadata_container]:
    file = io.BytesIO(data)
    _, head = pyreadstat.read_sav(file, metadataonly=True, encoding=encoding)
    width, length = len(head.column_names), head.number_rows or 0
    if not width:
        problem = "the file has no variables"
        raise ExportError(problem, where, _HINT)
    if width * length > limits.cells:
        problem = f"{length:,} cases of {width:,} variables are too many"
        raise ExportError(problem, where, "split the file, or read it with --large")
    values, meta = pyreadstat.read_sav(
        io.BytesIO(data),
        encoding=encoding,
        user_missing=True,
        disable_datetime_conversion=True,
        output_format="dict",
        row_limit=limits.cells // width,  # the head need not say how many there are
    )
    if len(values) != width:
        problem = "two variables of the file have one name"
        raise ExportError(problem, where, _HINT)
    return values, meta


def _of_encoding(error: Exception) -> bool:
    return isinstance(error, UnicodeError) or "encoding" in str(error)


def _refused(error: Exception, where: Location) -> ExportError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    problem = f"the SPSS file can't be read ({reason})"
    return ExportError(problem, where, _HINT)
