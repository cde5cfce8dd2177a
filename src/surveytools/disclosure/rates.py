"""Response rates and low bases of protected tables, of shown numbers only."""

import numpy as np
import pandas as pd

from surveytools.analysis.estimation import people_in
from surveytools.analysis.statistics import low_base
from surveytools.analysis.table import TOTAL
from surveytools.disclosure.safe import SafeTable
from surveytools.study.tabplan import BaseKind

__all__ = ["RATES", "low_bases", "population_of", "response_rates"]

RATES = ("answer", "headcount", "rate")
"""Columns of `response_rates`."""


def response_rates(safe: SafeTable) -> pd.DataFrame | None:
    """Give the share of each department's people who answered.

    Returns
    -------
    DataFrame or None
        One row per department, columns `RATES`: the headcount and the shown count over
        it; missing where there is no headcount, or the count is withheld. Where each
        department has one, a last row `TOTAL` has the rate of the base. ``None`` for
        tables whose answers aren't departments, or that are broken down.
    """
    known = safe.estimation.headcounts
    if not known or safe.banner is not None:
        return None
    cells = safe.cells[safe.cells["group"].eq(TOTAL)]
    rows = [
        (code, known.get(code), count)
        for code, count in zip(cells["answer"], cells["count"], strict=True)
    ]
    everybody = safe.estimation.population.get(TOTAL)
    if everybody is not None and safe.base is BaseKind.ALL:
        rows.append((TOTAL, everybody, cells["base"].iloc[0]))
    found = pd.DataFrame(rows, columns=["answer", "headcount", "count"])
    found["headcount"] = found["headcount"].astype("Int64")
    rate = found["count"].astype("Float64") / found["headcount"]
    return found.assign(rate=rate)[list(RATES)]


def population_of(safe: SafeTable) -> pd.Series:
    """Give the headcount of each cell's group; missing where it isn't known."""
    people = people_in(safe.cells["group"], safe.estimation)
    return pd.Series(people, safe.cells.index).astype("Int64")


def low_bases(safe: SafeTable) -> pd.Series:
    """Say of each cell how low its base is.

    Returns
    -------
    Series
        0, 1 (below 100) or 2 (below 30); 0 where the base is withheld, or nobody is in
        it.
    """
    base = safe.cells["base"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    some = np.nan_to_num(base) > 0
    flags = np.where(some, low_base(np.where(some, base, 0)), 0)
    return pd.Series(flags, safe.cells.index)
