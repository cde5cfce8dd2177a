"""What tables that count the same demand together of the changes that are admitted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surveytools.disclosure.admission import Change, Counted, Demands
from surveytools.disclosure.rules import cell_by_cell
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["note_families"]

Bools = NDArray[np.bool_]


def note_families(
    demands: Demands, tables: Sequence[Counted], change: Change, *, profile: Profile
) -> None:
    """Note what tables that count the same of different people demand together.

    Where all of one group are in another, the difference of the two is a group that
    whoever subtracts can see. Where answers are protected one by one, so they are of
    this group.
    """
    families: dict[tuple[str, BaseKind], list[Counted]] = {}
    linked: dict[str, list[Counted]] = {}
    for table in tables:
        families.setdefault((table.family, table.base), []).append(table)
        if len(list(table.bases())) == 1:
            linked.setdefault(table.root, []).append(table)
    groups = list(families.values())
    groups += [
        [_of_those_who_answered(table) for table in related]
        for related in linked.values()
        if len({(table.family, table.base) for table in related}) > 1
    ]
    for family in groups:
        each = any(
            cell_by_cell(sensitive=table.sensitive, profile=profile)
            or table.names_groups
            for table in family
        )
        for name, row, at in family[0].bases():
            anew = np.logical_or.reduce(
                [change.anew(t.before.blocks[row], t.after.blocks[row]) for t in family]
            )
            answers = _answers(family, row, at) if each else []
            for old, new in _differences(family, row, at):
                demands.want_enough(name, change.touching(old, new, anew))
                for before, after in answers:
                    demands.want_enough(
                        name, change.crossing(old & before, new & after)
                    )


def _of_those_who_answered(table: Counted) -> Counted:
    if table.answered is None:
        return table
    before, after = table.answered
    return replace(table, before=before, after=after)


def _answers(family: Sequence[Counted], row: int, at: int) -> list[tuple[Bools, Bools]]:
    """Give who gave each answer before and after, as each item of the family has it."""
    found = []
    for table in {table.family: table for table in family}.values():
        old, bases = table.before.blocks[row]
        pairs = list(zip(old, table.after.blocks[row][0], strict=False))
        found += pairs[at : at + 1] if len(bases) > 1 else pairs
    return found


def _differences(
    family: Sequence[Counted], row: int, base: int
) -> Iterator[tuple[Bools, Bools]]:
    """Give each group without those within it: one of them, or all of a banner."""
    cut = len(family[0].before.everybody)
    banners: list[list[Bools]] = []
    for table in family:
        old, new = table.before.blocks[row][1][base], table.after.blocks[row][1][base]
        banners.append(
            [
                np.concatenate([before & old, after & new])
                for before, after in zip(
                    table.before.columns(), table.after.columns(), strict=True
                )
            ]
        )
    whole = _distinct(group for banner in banners for group in banner)
    for group in whole:
        for banner in banners:
            within = [part for part in banner[1:] if part.any() and _in(part, group)]
            if within:
                left = group & ~np.logical_or.reduce(within)
                yield left[:cut], left[cut:]
        for part in whole:
            if part.any() and _in(part, group):
                left = group & ~part
                yield left[:cut], left[cut:]


def _distinct(groups: Iterable[Bools]) -> list[Bools]:
    return list({np.packbits(group).tobytes(): group for group in groups}.values())


def _in(part: Bools, whole: Bools) -> bool:
    return not (part & ~whole).any()
