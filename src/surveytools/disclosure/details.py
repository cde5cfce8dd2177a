"""What a table is shown with: letters, nets, a summary of the scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.analysis.statistics import Correction, ProportionTest
from surveytools.disclosure.banner import Comparisons, compare_groups
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.seals import Sealed
from surveytools.disclosure.summaries import net_answers, summarise_scale
from surveytools.disclosure.weighted import Weighted
from surveytools.study.tabplan import PlannedTable

__all__ = ["PLAIN", "Details", "details_of", "planned_details"]


@dataclass(frozen=True, slots=True, repr=False)
class Details(Sealed):
    """What `details_of` computed of a protected table; ``None`` where not asked for.

    Made by hand, it is refused.

    Attributes
    ----------
    comparisons
        Letters and comparisons with the rest.
    nets
        Several answers counted together, as `net_answers` gives them; where groups are
        compared, beside them ``letter``, ``letters`` and ``no_letters`` as in
        `Comparisons.below`.
    summary
        Boxes and means, as `summarise_scale` gives them; where groups are compared,
        beside them ``letter``, ``top_letters``, ``bottom_letters``, ``mean_letters``
        and ``no_letters``.
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

    maker = "disclosure.details_of"
    words = ("unweighted",)


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
    safe.require_untouched()
    compared = None
    if correction is not None:
        compared = compare_groups(
            safe,
            correction=correction,
            test=test,
            nets=nets,
            box=box if summary else None,
        )
    found = net_answers(safe, nets) if nets else None
    scale = summarise_scale(safe, box=box) if summary else None
    return Details.sealed(
        comparisons=compared,
        nets=_beside_nets(found, compared),
        summary=_beside_summary(scale, compared),
        box=box,
        intervals=intervals,
        weighted=weighted,
        unweighted="",
    )


def _beside_nets(
    nets: pd.DataFrame | None, compared: Comparisons | None
) -> pd.DataFrame | None:
    """Put letters beside nets."""
    if nets is None or compared is None:
        return nets
    return nets.join(_lettered(compared, "net"))


def _beside_summary(
    summary: pd.DataFrame | None, compared: Comparisons | None
) -> pd.DataFrame | None:
    """Put letters beside boxes and means."""
    if summary is None or compared is None:
        return summary
    given = {line: _lettered(compared, line) for line in ("top", "bottom", "mean")}
    letters = {f"{line}_letters": own["letters"] for line, own in given.items()}
    # All levels are shown or none of the three is.
    mean = given["mean"]
    return summary.assign(
        letter=mean["letter"], **letters, no_letters=mean["no_letters"]
    )


def _lettered(compared: Comparisons, line: str) -> pd.DataFrame:
    own = compared.below[compared.below["line"].eq(line)]
    return own[["letter", "letters", "no_letters"]].reset_index(drop=True)


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
