"""Nets, boxes and means of protected tables, of shown numbers only."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from surveytools.analysis.estimation import intervals_of, people_in
from surveytools.analysis.likert import likert_summary
from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.table import Table
from surveytools.cleaning.codebook import Choice, Kind
from surveytools.disclosure.safe import SafeTable
from surveytools.errors import ParameterError
from surveytools.study.problems import closest

__all__ = [
    "NETS",
    "SUMMARY",
    "net_answers",
    "require_nets",
    "require_scale",
    "summarise_scale",
]

NETS = ("group", "row", "net", "count", "base", "share", "low", "high")
"""Columns of `net_answers`."""

SUMMARY = (
    "group",
    "row",
    "base",
    "top",
    "top_low",
    "top_high",
    "bottom",
    "bottom_low",
    "bottom_high",
    "mean",
    "mean_low",
    "mean_high",
    "deviation",
    "below",
    "middle",
    "above",
)
"""Columns of `summarise_scale`."""


def net_answers(safe: SafeTable, nets: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Count several answers together.

    Parameters
    ----------
    nets
        Codes of the answers of each net, by its label.

    Returns
    -------
    DataFrame
        One row per group, row of a matrix and net, columns `NETS`. Numbers are
        missing where one of the answers is withheld; ``base`` is missing only where
        the table's is. Intervals are made like the table's, if it has any.

    Raises
    ------
    ParameterError
        If the answers of the table overlap (a net of a multiple-response item is a
        derived item of the codebook), it has no such answer, or a net names one twice.
    """
    require_nets(safe, nets)
    counts, bases = _counts(safe)
    codes = [answer.code for answer in safe.answers]
    parts = []
    for label, members in nets.items():
        count = counts[:, [codes.index(code) for code in members]].sum(axis=1)
        parts.append(_lines(safe).assign(net=label, count=count, base=bases))
    if not parts:
        return pd.DataFrame(columns=list(NETS))
    found = pd.concat(parts, ignore_index=True)
    # A base stays as the table shows it: 0 says that there is nobody, nothing else.
    found = found.assign(count=found["count"].where(found["base"].notna()))
    low, high = intervals_of(found, safe.estimation)
    share = found["count"] / found["base"].where(found["base"].gt(0))
    return found.assign(share=share, low=low, high=high)[list(NETS)]


def summarise_scale(safe: SafeTable, *, box: int = 2) -> pd.DataFrame:
    """Summarise a Likert item, or the rows of a matrix of scales.

    Levels that say that there is no opinion are outside. A level that nobody chose
    stays in its place.

    Parameters
    ----------
    box
        Levels at either end that are the top and the bottom box.

    Returns
    -------
    DataFrame
        One row per group and row, columns `SUMMARY`: shares of both boxes with
        intervals made like the table's, the mean of the levels' values (1, 2, 3 … where
        the codebook gives none) with its t interval and the standard deviation of these
        values, and the shares below, in and above the middle. Without intervals of the
        table there are none here. Numbers are missing where a level is withheld.
        ``base`` counts those with an opinion.

    Raises
    ------
    ParameterError
        If the item has no scale, or too few levels for the boxes.
    """
    scale = require_scale(safe, box)
    counts, _ = _counts(safe)
    places = [at for at, answer in enumerate(safe.answers) if answer in scale]
    levels = counts[:, places]
    shown = np.asarray(~np.isnan(levels).any(axis=1))
    found = likert_summary(
        np.where(shown[:, None], levels, 0),
        values=_values(scale),
        box=box,
        method=safe.estimation.method,
        level=safe.estimation.level,
        population=people_in(_lines(safe)["group"], safe.estimation),
    )
    numbers = {
        "base": found.base,
        "top": found.top.share,
        "top_low": found.top.low,
        "top_high": found.top.high,
        "bottom": found.bottom.share,
        "bottom_low": found.bottom.low,
        "bottom_high": found.bottom.high,
        "mean": found.moments.mean,
        "mean_low": found.low,
        "mean_high": found.high,
        "deviation": found.moments.deviation,
        "below": found.below,
        "middle": found.middle,
        "above": found.above,
    }
    hidden = {name: np.where(shown, values, np.nan) for name, values in numbers.items()}
    return _lines(safe).assign(**hidden)[list(SUMMARY)]


def require_nets(table: Table | SafeTable, nets: Mapping[str, Sequence[str]]) -> None:
    """See to it that a table has the answers of nets, and that they can be added up.

    Raises
    ------
    ParameterError
        As `net_answers`.
    """
    if nets and not table.answers_partition:
        msg = f"the answers of {table.stub!r} overlap, so they can't be added up"
        hint = "derive an item (how = 'net') in the codebook"
        raise ParameterError(msg, hint=hint)
    codes = [answer.code for answer in table.answers]
    for label, members in nets.items():
        if len(set(members)) < len(members):
            msg = f"net {label!r} names an answer twice, and would count it twice"
            raise ParameterError(msg, hint="name each answer once")
    for code in (code for members in nets.values() for code in members):
        if code not in codes:
            msg = f"item {table.stub!r} has no answer {code!r} to put into a net"
            raise ParameterError(msg, hint=closest(code, codes))


def require_scale(table: Table | SafeTable, box: int) -> list[Choice]:
    """Give the levels of a table's scale, without those that say no opinion.

    Raises
    ------
    ParameterError
        As `summarise_scale`.
    """
    scale = [answer for answer in table.answers if _is_level(answer)]
    if table.stub_kind not in (Kind.LIKERT, Kind.MATRIX) or not table.answers_partition:
        msg = f"item {table.stub!r} is {table.stub_kind}, not a scale"
        raise ParameterError(msg, hint="only Likert items and matrices are summarised")
    if not 1 <= box <= len(scale) // 2:
        msg = f"a scale of {len(scale)} levels has no box of {box}"
        raise ParameterError(msg, hint="take a smaller box")
    return scale


def _is_level(answer: Choice) -> bool:
    return answer.missing is None and not answer.code.startswith("~")


def _values(scale: Sequence[Choice]) -> list[float]:
    """Give the values of the levels, all from the codebook or all by their place."""
    given = [choice.value for choice in scale if choice.value is not None]
    if len(given) == len(scale):
        return given
    return [float(place) for place in range(1, len(scale) + 1)]


def _lines(safe: SafeTable) -> pd.DataFrame:
    """Give group and row of each line of a table."""
    first = safe.cells[safe.cells["answer"].eq(safe.answers[0].code)]
    return first[["group", "row"]].reset_index(drop=True)


def _counts(safe: SafeTable) -> tuple[Floats, Floats]:
    """Give the shown counts, lines by answers, and the base of each line."""
    size = max(len(safe.answers), 1)
    counts = safe.cells["count"].astype("Float64").mask(safe.cells["withheld"])
    bases = safe.cells["base"].astype("Float64")
    return _numbers(counts, size), _numbers(bases, size)[:, 0]


def _numbers(column: pd.Series, width: int) -> Floats:
    values: Floats = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return values.reshape(-1, width)
