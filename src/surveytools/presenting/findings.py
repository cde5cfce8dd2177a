"""Titles computed from the numbers: a claim where they support one, else neutral.

A rank or a difference is claimed only where 95 % Wilson intervals don't overlap and
everything that is compared is shown; mentions, which have no intervals, support none.
Intervals that don't overlap are a stricter test than a difference at 5 % needs, which
leaves room for the several comparisons of one figure.
"""

from collections.abc import Sequence

import pandas as pd

from surveytools.analysis.statistics import wilson_interval
from surveytools.analysis.table import TOTAL
from surveytools.disclosure.safe import SafeTable
from surveytools.presenting.cells import (
    drawn_cells,
    is_apart,
    lines_of,
    overall,
    require_safe,
    several,
)
from surveytools.presenting.measure import plain
from surveytools.study.tabplan import PlannedTable
from surveytools.study.text import in_language
from surveytools.words import Words

__all__ = ["finding"]

_MOST_LEADERS = 5
_HALF = 0.5


def finding(
    table: SafeTable,
    plan: PlannedTable,
    words: Words,
    *,
    second: SafeTable | None = None,
) -> str:
    """Give the title of a table's figure or slide.

    Parameters
    ----------
    second
        Who knows the services of which ``table`` says who uses them.

    Returns
    -------
    str
        One sentence, its numbers computed; or the plan's neutral title.

    Raises
    ------
    DisclosureError
        If a table isn't a `SafeTable`.
    """
    require_safe(table, *([second] if second is not None else []))
    title = _neutral(table, plan, words)
    if second is not None:
        found = _awareness(table, second, plan, words, title)
    elif table.estimation.method is None:
        found = None
    elif plan.figure in ("likert", "severity"):
        found = _top_two(table, plan, words, title)
    elif plan.figure == "stacked" and table.answers_partition:
        found = _by_group(table, plan, words, title)
    elif plan.figure == "heatmap" and len(table.rows or table.answers) > 1:
        found = _contrast(table, words, title) or _first(table, plan, words, title)
    else:
        found = _first(table, plan, words, title)
    return found or title


def _neutral(table: SafeTable, plan: PlannedTable, words: Words) -> str:
    """Give the plan's title; before it the group, where one was selected."""
    title = plain(in_language(plan.title, words.language))
    if table.banner is None or len(table.groups) > 1 or table.groups[0].code == TOTAL:
        return title
    group = plain(table.groups[0].axis(words.language))
    return words("finding.of_group", group=group, title=title)


def _leaders(cells: pd.DataFrame) -> pd.DataFrame:
    """Give the one to five rows that lie above all others, highest first; or none.

    Nothing leads where a row is withheld; rows that nobody answered don't count.
    """
    nobody = cells.iloc[:0]
    cells = _with_respondents(cells)
    if len(cells) < 2 or cells["share"].isna().any():  # noqa: PLR2004  # a pair
        return nobody
    ranked = cells.sort_values("share", ascending=False, kind="stable")
    for number in range(1, min(_MOST_LEADERS, len(ranked) - 1) + 1):
        if ranked["low"].iloc[:number].min() > ranked["high"].iloc[number:].max():
            return ranked.iloc[:number]
    return nobody


def _with_respondents(cells: pd.DataFrame) -> pd.DataFrame:
    """Leave out cells of which it is shown that nobody is in their base."""
    return cells[cells["base"].fillna(1).astype(float).gt(0)]


def _first(
    table: SafeTable, plan: PlannedTable, words: Words, title: str
) -> str | None:
    """Say which answer, row or group comes first."""
    cells = drawn_cells(table, words, answers=plan.answers)
    groups = cells[cells["group"].ne(TOTAL)]
    one_answer = not several(cells["answer"])
    if not table.rows and one_answer and several(groups["group"]):
        compared, column = groups, "group"
    else:
        no_total = TOTAL not in set(cells["group"]) and several(cells["group"])
        if no_total or (table.rows and not one_answer):
            return None
        compared, column = overall(cells), "row" if table.rows else "answer"
    # "Don't know" and its like are no answers that could come first.
    beside = {answer.code for answer in table.answers if is_apart(answer)}
    leaders = _leaders(compared[~compared["answer"].isin(beside)])
    if leaders.empty:
        return None
    labels = [str(label) for label in leaders[f"{column}_label"]]
    if len(labels) > 1:
        return words("finding.leading", title=title, labels=words.listing(labels))
    return words(
        "finding.first",
        title=title,
        label=labels[0],
        share=words.percent(leaders["share"].iloc[0]),
        of=_of(table, words),
    )


def _by_group(
    table: SafeTable, plan: PlannedTable, words: Words, title: str
) -> str | None:
    """Compare groups, or rows, by the first answer drawn; or name a majority."""
    codes = [
        a.code for a in table.answers if not plan.answers or a.code in plan.answers
    ]
    column, lines = lines_of(table, drawn_cells(table, words, answers=codes))
    cells = pd.concat([line.cells for line in lines])
    first = cells[cells["answer"].eq(codes[0])]
    groups = first[first["group"].ne(TOTAL)] if column == "group" else first
    answer = str(first["answer_label"].iloc[0])
    found = _highest(groups, column, words) or _differs(groups, column, words)
    if found is None:
        return _majority(cells, words, title)
    key, values = found
    return words(key, title=title, answer=answer, of=_of(table, words), **values)


def _of(table: SafeTable, words: Words) -> str:
    """Say what a share is a share of: 69 % of the 103 asked aren't of respondents."""
    return words(f"of.{table.base.value}")


def _highest(
    groups: pd.DataFrame, column: str, words: Words
) -> tuple[str, dict[str, str]] | None:
    """Give key and values of the words that name the one group above all others."""
    leaders = _leaders(groups)
    if len(leaders) != 1:
        return None
    return "finding.answer_first", {
        "label": str(leaders[f"{column}_label"].iloc[0]),
        "share": words.percent(leaders["share"].iloc[0]),
    }


def _differs(
    groups: pd.DataFrame, column: str, words: Words
) -> tuple[str, dict[str, str]] | None:
    """Give key and values of the words that set the highest against the lowest."""
    groups = _with_respondents(groups)
    if len(groups) < 2 or groups["share"].isna().any():  # noqa: PLR2004  # a pair
        return None
    ranked = groups.sort_values("share", ascending=False, kind="stable")
    high, low = ranked.iloc[0], ranked.iloc[-1]
    if not high["low"] > low["high"]:  # an interval that is missing tells nothing
        return None
    return "finding.answer_differs", {
        "high": str(high[f"{column}_label"]),
        "high_share": words.percent(high["share"]),
        "low": str(low[f"{column}_label"]),
        "low_share": words.percent(low["share"]),
    }


def _majority(cells: pd.DataFrame, words: Words, title: str) -> str | None:
    """Name the answer that more than half of everybody gave, beyond its interval."""
    if set(cells["row"]) != {""}:
        return None
    groups = set(cells["group"])
    if TOTAL not in groups and len(groups) > 1:
        return None
    found = overall(cells)
    found = found[found["low"].gt(_HALF)]
    if found.empty:
        return None
    answer, share = found[["answer_label", "share"]].iloc[0]
    return words(
        "finding.majority", title=title, answer=answer, share=words.percent(share)
    )


def _top_two(
    table: SafeTable, plan: PlannedTable, words: Words, title: str
) -> str | None:
    """Say where the two strongest levels together are highest."""
    levels = [a for a in table.answers if not is_apart(a)]
    levels = [a for a in levels if not plan.answers or a.code in plan.answers][-2:]
    if len(levels) < 2 or not table.answers_partition:  # noqa: PLR2004  # the two
        return None
    cells = drawn_cells(table, words, answers=[level.code for level in levels])
    column, lines = lines_of(table, cells)
    rows = []
    for line in lines:
        if line.key == TOTAL and column == "group":
            continue
        if line.empty:
            continue
        hidden = line.cells["count"].isna().any()
        count = None if hidden else int(line.cells["count"].sum())
        rows.append((line.label, count, line.bases()[0] if line.bases() else None))
    leaders = _leaders(_with_intervals(rows))
    if leaders.empty:
        return None
    one, other = (level.text(words.language) for level in levels)
    labels: Sequence[str] = list(leaders["label"])
    if len(labels) > 1:
        return words(
            "finding.top_leading",
            title=title,
            labels=words.listing(labels),
            one=plain(one),
            other=plain(other),
        )
    return words(
        "finding.top_two",
        title=title,
        label=labels[0],
        share=words.percent(leaders["share"].iloc[0]),
        of=_of(table, words),
        one=plain(one),
        other=plain(other),
    )


def _with_intervals(
    rows: Sequence[tuple[str, int | None, int | None]],
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["label", "count", "base"])
    numbers = frame[["count", "base"]].astype(float)
    frame["share"] = numbers["count"] / numbers["base"]
    known = frame["share"].notna()
    low, high = wilson_interval(numbers.loc[known, "count"], numbers.loc[known, "base"])
    frame.loc[known, "low"], frame.loc[known, "high"] = low, high
    return frame


def _awareness(
    table: SafeTable, second: SafeTable, plan: PlannedTable, words: Words, title: str
) -> str | None:
    """Say which services most respondents don't know; else which are used most."""
    along = "row" if second.rows else "answer"
    known = _with_respondents(overall(drawn_cells(second, words)))
    if known.empty or known["share"].isna().any():
        return None
    unknown = known[known["high"].lt(_HALF)].sort_values("share", kind="stable")
    if len(unknown) == len(known) or unknown.empty:
        return _first(table, plan, words, title)
    labels = [str(label) for label in unknown[f"{along}_label"]]
    if len(labels) > _MOST_LEADERS:
        number = words.number(len(labels))
        return words(
            "finding.unknown_many", title=title, n=number, all=words.number(len(known))
        )
    return words("finding.unknown", title=title, labels=words.listing(labels))


def _contrast(table: SafeTable, words: Words, title: str) -> str | None:
    """Name the answer whose share differs most between two groups.

    So many pairs are compared that each interval gets the level that keeps all of
    them together at 95 % (Bonferroni). Answers with a withheld group don't take part.
    """
    cells = _with_respondents(drawn_cells(table, words))
    cells = cells[cells["group"].ne(TOTAL)]
    along = "row" if table.rows else "answer"
    complete = cells[~cells[along].isin(cells.loc[cells["share"].isna(), along])]
    if complete.empty or not several(complete["group"]):
        return None
    level = 1 - 0.05 / len(complete)
    low, high = wilson_interval(
        complete["count"].astype(float), complete["base"].astype(float), level=level
    )
    bounds = complete.assign(low=low, high=high)
    highest = bounds.loc[bounds.groupby(along, sort=False)["low"].idxmax()]
    lowest = bounds.loc[bounds.groupby(along, sort=False)["high"].idxmin()]
    apart = highest["low"].to_numpy() - lowest["high"].to_numpy()
    best = int(apart.argmax())
    if apart[best] <= 0:
        return None
    above, below = highest.iloc[best], lowest.iloc[best]
    return words(
        "finding.contrast",
        title=title,
        answer=str(above[f"{along}_label"]),
        high=str(above["group_label"]),
        high_share=words.percent(above["share"]),
        low=str(below["group_label"]),
        low_share=words.percent(below["share"]),
    )
