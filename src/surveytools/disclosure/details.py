"""What a table is shown with: letters, nets, a summary of the scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.analysis.statistics import Correction, ProportionTest
from surveytools.disclosure.banner import Comparisons, compare_groups
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.summaries import net_answers, summarise_scale
from surveytools.disclosure.weighted import Weighted
from surveytools.study.tabplan import PlannedTable

__all__ = ["PLAIN", "Details", "details_of", "planned_details"]


@dataclass(frozen=True, slots=True, repr=False)
class Details:
    """What `details_of` computed of a protected table; ``None`` where not asked for.

    Attributes
    ----------
    comparisons
        Letters and comparisons with the rest.
    nets
        Several answers counted together, as `net_answers` gives them.
    summary
        Boxes and means, as `summarise_scale` gives them.
    box
        Levels in each box of the summary.
    intervals
        Whether intervals of shares stand in the cells.
    weighted
        Weighted shares, as `protect_weighted` gives them.
    unweighted
        Why weighted shares that are declared aren't there: ``release`` or ``unit``.
    """

    comparisons: Comparisons | None = None
    nets: pd.DataFrame | None = None
    summary: pd.DataFrame | None = None
    box: int = 2
    intervals: bool = False
    weighted: Weighted | None = None
    unweighted: str = ""


PLAIN = Details()
"""The cells alone."""


def details_of(
    safe: SafeTable,
    *,
    correction: Correction | None = None,
    test: ProportionTest = "z",
    nets: Mapping[str, Sequence[str]] | None = None,
    summary: bool = False,
    box: int = 2,
    intervals: bool = False,
    weighted: Weighted | None = None,
) -> Details:
    """Compute what a table is shown with, of shown numbers only.

    Parameters
    ----------
    correction, test
        As in `compare_groups`; without a correction nothing is compared.
    nets
        As in `net_answers`.
    summary, box
        Whether to summarise the scale, and by boxes of how many levels.
    intervals
        Whether to show the intervals of shares.
    weighted
        As `protect_weighted` gives them.

    Raises
    ------
    ParameterError
        As `net_answers` and `summarise_scale`.
    """
    return Details(
        comparisons=(
            compare_groups(safe, correction=correction, test=test)
            if correction is not None
            else None
        ),
        nets=net_answers(safe, nets) if nets else None,
        summary=summarise_scale(safe, box=box) if summary else None,
        box=box,
        intervals=intervals,
        weighted=weighted,
    )


def planned_details(
    safe: SafeTable, planned: PlannedTable, *, language: str = "en"
) -> Details:
    """Compute what the tab plan asks a table to be shown with, of shown numbers only.

    Raises
    ------
    ParameterError
        As `details_of`.
    """
    return details_of(
        safe,
        correction=planned.compare,
        test=planned.test,
        nets=planned.nets_in(language),
        summary=planned.summary,
        box=planned.box,
    )
