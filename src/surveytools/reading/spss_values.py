"""Values of SPSS variables as text: whole numbers, ISO dates, times."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

__all__ = ["code_text", "texts_of"]

_EPOCH = datetime(1582, 10, 14)
_LAST = (datetime(9999, 12, 31) - _EPOCH).total_seconds()
_DAY = 86_400
_EXACT = 1e15  # whole numbers below are exact, and written without an exponent
_DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "QYR", "MOYR", "WKYR")
_MOMENTS = ("DATETIME", "YMDHMS")
_TIMES = ("TIME", "DTIME", "MTIME")


def texts_of(values: Sequence[str | float | None], kind: str) -> pa.Array:
    """Write the values of one variable as text; what is missing stays missing.

    Parameters
    ----------
    values
        As the file holds them: text, or numbers; dates are seconds.
    kind
        Format of the variable, for example ``F8.2``, ``A40`` or ``ADATE10``.
    """
    # The values decide: in a damaged file, formats may be those of other variables.
    if any(isinstance(value, str) for value in values):
        texts = (str("" if v is None else v).rstrip(" ") for v in values)
        return pa.array([text or None for text in texts], pa.large_string())
    numbers = np.array(
        [np.nan if value is None else float(value) for value in values],
        dtype=np.float64,
    )
    distinct, codes = np.unique(numbers, return_inverse=True)
    written = pa.array(
        [_text(float(number), kind) for number in distinct], pa.large_string()
    )
    return written.take(pa.array(codes))


def code_text(code: str | float) -> str:
    """Write the code of a value label as the cells write it."""
    return code.rstrip(" ") if isinstance(code, str) else _number(float(code))


def _text(number: float, kind: str) -> str | None:
    if np.isnan(number):
        return None
    letters = kind.rstrip("0123456789.")
    if letters in _DATES and 0 <= number <= _LAST:
        return _moment(number).date().isoformat()
    if letters in _MOMENTS and 0 <= number <= _LAST:
        return _moment(number).isoformat(sep=" ")
    if letters in _TIMES:
        return _elapsed(number)
    return _number(number)


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    return repr(number)


def _moment(seconds: float) -> datetime:
    return _EPOCH + timedelta(microseconds=round(seconds * 1_000_000))


def _elapsed(seconds: float) -> str:
    """Write a time of day, or a span of time with as many hours as it has."""
    whole, rest = divmod(round(abs(seconds) * 1_000_000), 1_000_000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    sign = "-" if seconds < 0 else ""
    return f"{sign}{hours:02d}:{minute:02d}:{second:02d}{fraction}"
