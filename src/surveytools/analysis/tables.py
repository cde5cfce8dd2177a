"""Tables of a stub by a banner: full grid, codebook order, base beside each count."""

import dataclasses
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.combinations import combinations_of
from surveytools.analysis.estimation import (
    Headcounts,
    estimation_of,
    intervals_of,
    require_enough_people,
)
from surveytools.analysis.meaning import meaning_of
from surveytools.analysis.membership import (
    Membership,
    Places,
    cross,
    everyone,
)
from surveytools.analysis.people import People
from surveytools.analysis.statistics import IntervalMethod
from surveytools.analysis.stubs import Block, Classes, classes_of, countable
from surveytools.analysis.table import CELLS, TOTAL, Table
from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.responses import Responses
from surveytools.errors import SurveyError
from surveytools.study.tabplan import BaseKind
from surveytools.study.text import in_language
from surveytools.words import words_for

__all__ = ["fulfilling", "tabulate"]


def tabulate(
    responses: Responses,
    stub: str,
    *,
    by: str | None = None,
    where: str | None = None,
    base: BaseKind = BaseKind.ANSWERED,
    combinations: bool = False,
    interval: IntervalMethod = "wilson",
    level: float = 0.95,
    headcounts: Headcounts | None = None,
    id: str | None = None,  # noqa: A002  # the name that Table and TabPlan use
    title: str | None = None,
) -> Table:
    """Count the answers of an item by the groups of another.

    Every answer appears for every group, also where nobody gave it. The group `TOTAL`
    counts the respondents who are in some group, so that groups of a single-response
    banner add up to it; the others are counted in ``no_group``.

    Parameters
    ----------
    stub
        Code of the item in the rows: single-response, Likert, multiple-response or
        matrix, also derived. Of a numeric item it is counted who gave a number.
    by
        Code of the item in the columns. The groups of a multiple-response item
        overlap.
    where
        Condition that respondents must fulfil, in the grammar of
        `surveytools.cleaning.conditions`. Who can't be judged is left out.
    base
        Which respondents a share is a share of:
        ``all``: everybody; ``asked``: everybody but those who were not asked, or of
        whom that isn't known; ``answered``: those with a coded answer other than
        "don't know" and "not applicable", which are then no answers of the table.
        Under ``all`` and ``asked``, each kind of missing answer that occurs is a row
        of its own, unless each choice of the stub has its own base. ``selected-any``:
        those who selected a choice of a multiple-response item. ``mentions``: the
        selected choices of those who answered, not respondents; such shares have no
        intervals.
    combinations
        Whether to count the exact sets of choices of a multiple-response item.
    interval, level
        Method and coverage of the intervals of shares.
    headcounts
        People in the departments: intervals of groups whose headcount is known allow
        for how many of them answered. Where only some were asked, it stands for them
        and the intervals are rather too wide.
    id, title
        By default made from the items' codes and labels.

    Raises
    ------
    SurveyError
        If the codebook lacks an item, an item can't be tabulated that way, or a
        headcount is smaller than the number of respondents.
    """
    base = BaseKind(base)  # a notebook may write "answered"
    codebook = responses.codebook
    item, banner = countable(codebook.item(stub)), codebook.item(by) if by else None
    if banner is not None:
        _require_groups(banner)
    chosen = fulfilling(responses, where)
    classes = classes_of(chosen, item, base)
    if combinations:
        classes = combinations_of(classes, item, language=codebook.language)
    groups = classes_of(chosen, banner, BaseKind.ANSWERED) if banner else None
    estimation = estimation_of(
        item,
        banner,
        codebook,
        method=interval,
        level=level,
        headcounts=headcounts,
        base=base,
        total=TOTAL,
    )
    counted = _count(classes, groups, base, len(chosen.frame))
    if headcounts is not None:
        require_enough_people(counted.cells, estimation, file=headcounts.file)
    low, high = intervals_of(counted.cells, estimation)
    label = in_language(item.label, codebook.language)
    banner_label = in_language(banner.label, codebook.language) if banner else None
    if banner_label and not title:
        words = words_for(codebook.language)
        title = words("title.by", stub=label, banner=banner_label)
    return Table(
        id=id or (f"{stub}_by_{by}" if by else stub),
        title=title or label,
        stub=stub,
        stub_label=label,
        stub_kind=item.kind,
        rows=classes.rows,
        answers=classes.answers,
        banner=by,
        banner_label=banner_label,
        groups=(*(groups.answers if groups else ()), Choice(TOTAL, "Total")),
        base=base,
        unit=item.unit,
        answers_partition=_partition(classes) or base is BaseKind.MENTIONS,
        groups_partition=groups is None or _partition(groups),
        sensitive=_sensitive(codebook, item, banner, where),
        where=where,
        wave=responses.wave,
        cells=counted.cells.assign(low=low, high=high)[list(CELLS)],
        unresolved=int(classes.unresolved.sum()),
        no_group=counted.no_group,
        respondents=counted.respondents,
        combinations=combinations,
        meaning=meaning_of(
            item,
            banner,
            answers=classes.answers,
            base=base,
            combinations=combinations,
            where=where,
            wave=responses.wave,
            codebook=codebook,
        ),
        people=People(responses),
        estimation=estimation,
    )


_NO_GROUPS = {
    Kind.MATRIX: (
        "is a matrix",
        "derive an item from its rows ('selected'), and name that one",
    ),
    Kind.RANKING: ("is a ranking", "derive an item from it ('first')"),
    Kind.NUMBER: ("holds numbers", "name an item with choices"),
    Kind.TEXT: ("holds free text", "name an item with choices"),
}
"""Kinds of banner that give no groups, and what to do about them."""


def _require_groups(banner: Item) -> None:
    """See to it that the answers of an item are groups of respondents."""
    if banner.kind in _NO_GROUPS:
        what, hint = _NO_GROUPS[banner.kind]
        msg = f"item {banner.code!r} {what}, which gives no groups of respondents"
        raise SurveyError(msg, hint=hint)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Cells of a table, and what it has to say about respondents outside them."""

    cells: pd.DataFrame
    no_group: int
    respondents: tuple[int, ...]


def fulfilling(responses: Responses, where: str | None) -> Responses:
    """Keep the respondents who fulfil a condition; an unknown doesn't."""
    if where is None:
        return responses
    condition = parse_condition(where, responses.codebook)
    holds = condition.holds(responses.frame, responses.states, responses.codebook)
    kept = holds.to_numpy(dtype=bool, na_value=False)
    return dataclasses.replace(
        responses, frame=responses.frame[kept], states=responses.states[kept]
    )


def _sensitive(
    codebook: Codebook, item: Item, banner: Item | None, where: str | None
) -> bool:
    """Say whether a small count tells a sensitive answer.

    A count of department by opinion tells the same as one of opinion by department,
    and so does a count of departments where an opinion is given.
    """
    named = set(re.findall(r"[a-z][a-z0-9_]*", where or ""))
    asked = [other for other in codebook.items if other.code in named]
    return any(i.sensitive for i in (item, banner, *asked) if i is not None)


def _partition(classes: Classes) -> bool:
    return all(isinstance(block.answers, Places) for block in classes.blocks)


def _count(
    classes: Classes,
    groups: Classes | None,
    base: BaseKind,
    length: int,
) -> _Counted:
    columns = groups.blocks[0].answers if groups else None
    inside = columns.inside() if columns else np.ones(length, dtype=bool)
    counted = np.zeros(length, dtype=bool)
    for block in classes.blocks:
        counted = counted | block.base.inside()
    by_group = _with_total(columns, inside)
    grids = [_grid(block, by_group, base) for block in classes.blocks]
    codes = [group.code for group in groups.answers] if groups else []
    index = pd.MultiIndex.from_product(
        [
            [*codes, TOTAL],
            [row.code for row in classes.rows] or [""],
            [answer.code for answer in classes.answers],
        ],
        names=["group", "row", "answer"],
    )
    cells = index.to_frame(index=False).assign(
        count=np.stack([counts for counts, _ in grids], axis=1).ravel(),
        base=np.stack([bases for _, bases in grids], axis=1).ravel(),
    )
    share = cells["count"] / cells["base"].where(cells["base"].gt(0))
    people = _per_group(by_group, everyone(counted)).ravel()
    return _Counted(
        cells=cells.assign(share=share),
        no_group=int((counted & ~inside).sum()),
        respondents=tuple(int(n) for n in people),
    )


def _with_total(
    groups: Membership | None, inside: NDArray[np.bool_]
) -> tuple[Membership, ...]:
    total = everyone(inside)
    return (groups, total) if groups is not None else (total,)


def _per_group(
    groups: tuple[Membership, ...], columns: Membership
) -> NDArray[np.int64]:
    return np.concatenate([cross(group, columns) for group in groups])


def _grid(
    block: Block, groups: tuple[Membership, ...], base: BaseKind
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count one row: counts and bases, an array each of groups by answers."""
    counts = _per_group(groups, block.answers)
    if base is BaseKind.MENTIONS:
        bases = counts.sum(axis=1, keepdims=True)
    else:
        bases = _per_group(groups, block.base)
    return counts, np.broadcast_to(bases, counts.shape)
