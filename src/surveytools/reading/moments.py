"""Dates and times of a workbook: serial numbers to ISO text."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["Style", "serial_text", "style_of"]

_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), "hh:mm:ss"),
    22: "yyyy-mm-dd hh:mm",
    36: "yyyy-mm-dd",
    46: "[h]:mm:ss",
}
_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DAY = 86_400_000_000
_LAST = 2_958_466  # 1 January 10000, beyond what Excel shows
_LEAP_BUG = 60  # the serial of 29 February 1900, a day that never was
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)


class Style(StrEnum):
    """What the number format of a cell makes of a serial number."""

    DATE = "date"
    TIME = "time"
    MOMENT = "date and time"
    ELAPSED = "elapsed time"


def style_of(number: int, code: str | None) -> Style | None:
    """Tell whether a number format shows dates or times.

    Parameters
    ----------
    number
        ``numFmtId`` of the format.
    code
        Its format code, where the workbook defines one.
    """
    text = code if code is not None else _BUILT_IN.get(number, "")
    bare = _QUIET.sub("", text).split(";")[0].lower()
    if _ELAPSED.search(bare):
        return Style.ELAPSED
    days, hours = any(c in bare for c in "yd"), any(c in bare for c in "hs")
    if bare.replace("general", "") != bare or not (days or hours or "m" in bare):
        return None
    if days and hours:
        return Style.MOMENT
    return Style.TIME if hours else Style.DATE


def serial_text(serial: str, style: Style, *, from_1904: bool = False) -> str | None:
    """Write a serial number as ISO text, to the microsecond where it has them.

    A moment within the rounding of the serial's own last digit of a whole second is
    that one: ``44152.7666435185`` is 18:23:58, not 18:23:57.999998.

    Parameters
    ----------
    serial
        Days since the epoch, as the workbook's XML writes them.
    style
        How the cell shows it. A date with a time of day keeps the time.
    from_1904
        Whether the workbook counts from 1904.

    Returns
    -------
    str or None
        ``2026-09-14 13:44:20.973927``, ``2026-09-14``, ``13:44:20`` or, for elapsed
        time, ``30:00:01``. ``None`` where the number is no date.
    """
    try:
        days = float(serial)
    except ValueError:
        return None
    if not 0 <= days < _LAST:
        return None
    microseconds = _snapped(days * _DAY, serial)
    if style is Style.ELAPSED:
        return _elapsed(microseconds)
    epoch = _EPOCH_1904 if from_1904 else _EPOCH
    if not from_1904 and days < _LEAP_BUG and style is not Style.TIME:
        epoch += timedelta(days=1)
    moment = epoch + timedelta(microseconds=microseconds)
    if style is Style.TIME and days < 1:
        return moment.time().isoformat()
    if style is Style.DATE and microseconds % _DAY == 0:
        return moment.date().isoformat()
    return moment.isoformat(sep=" ")


def _snapped(microseconds: float, serial: str) -> int:
    """Round to the second if that is within the serial's precision."""
    digits = serial.partition(".")[2] if "e" not in serial.lower() else ""
    slack = min(0.5 * 10.0 ** -len(digits) * _DAY + 0.6, 5.0)
    second = round(microseconds / 1_000_000) * 1_000_000
    near = abs(second - microseconds) <= slack
    return second if near else round(microseconds)


def _elapsed(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    return f"{hours}:{minutes:02d}:{seconds:02d}{fraction}"
