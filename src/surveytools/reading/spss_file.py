"""SPSS files, ``.sav`` and ``.zsav``: cells as text, and what the file tells of them.

References
----------
.. [1] PSPP developers' guide, "System File Format": value labels, missing values,
   multiple-response sets, and dates as seconds from 14 October 1582.
"""

import hashlib
from pathlib import Path

import pandas as pd

from surveytools.errors import ExportError, Location
from surveytools.reading.grid import Grid, Source
from surveytools.reading.guard import FileKind
from surveytools.reading.limits import LIMITS, Limits
from surveytools.reading.spss_parser import parse_spss
from surveytools.reading.spss_values import texts_of
from surveytools.reading.spss_variables import notes_on, questions_of

__all__ = ["read_spss"]


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
    parsed = parse_spss(data, where, cells=limits.cells)
    texts = {
        number: texts_of(parsed.columns[name], parsed.formats[name])
        for number, name in enumerate(parsed.names, start=1)
    }
    frame = pd.DataFrame(
        {number: array.to_pandas() for number, array in texts.items()}
    ).astype("str")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    blank = frame.isna().all(axis="columns")
    if blank.all():
        problem = "the file has variables but no case with a value"
        raise ExportError(problem, where, "export the survey once it has responses")
    told = questions_of(frame, parsed)
    source = Source(
        file=path.name,
        kind=FileKind.SPSS.value,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=parsed.encoding,
        notes=(*parsed.notes, *notes_on(told, parsed, data)),
    )
    return Grid(
        frame=frame.loc[~blank],
        header=dict(enumerate(parsed.names, start=1)),
        source=source,
        left_out=(("blank rows", int(blank.sum())),) if blank.any() else (),
        told=told,
    )
