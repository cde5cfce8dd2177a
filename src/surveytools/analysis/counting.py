"""Who is counted where in a table: sets of respondents, not numbers of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.membership import Membership, Places
from surveytools.analysis.stubs import classes_of
from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.responses import Responses
from surveytools.errors import SurveyError
from surveytools.study.tabplan import BaseKind

__all__ = ["Counting", "counting_of", "exact_combinations", "lists_of"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """Respondents of a table, as arrays of one value a respondent.

    Attributes
    ----------
    groups
        Members of each group of the banner; none without banner.
    everybody
        Who is in some group; without banner, everybody.
    chosen
        Who fulfils the table's condition.
    blocks
        For each row of the stub, who gave which answer, and who is in the base: one
        array, or one an answer.
    unresolved
        Who is left out of the base because an answer is unresolved.
    groups_partition, answers_partition
        As in `surveytools.analysis.table.Table`.
    """

    groups: tuple[Bools, ...]
    everybody: Bools
    chosen: Bools
    blocks: tuple[tuple[tuple[Bools, ...], tuple[Bools, ...]], ...]
    unresolved: Bools
    groups_partition: bool
    answers_partition: bool

    def columns(self) -> Iterator[Bools]:
        """Give those whom each column counts, and those whom none does."""
        yield self.chosen & self.everybody
        yield from (self.chosen & group for group in self.groups)
        if self.groups:
            yield self.chosen & ~self.everybody


def counting_of(
    responses: Responses,
    stub: str,
    *,
    by: str | None = None,
    where: str | None = None,
    base: BaseKind = BaseKind.ANSWERED,
) -> Counting:
    """Say whom `surveytools.analysis.tabulate` counts where.

    Parameters and errors are those of `tabulate`.
    """
    codebook, length = responses.codebook, len(responses.frame)
    chosen = np.ones(length, dtype=bool)
    if where is not None:
        condition = parse_condition(where, codebook)
        holds = condition.holds(responses.frame, responses.states, codebook)
        chosen = holds.to_numpy(dtype=bool, na_value=False)
    banner = codebook.item(by) if by else None
    if banner is not None and banner.kind is Kind.MATRIX:
        msg = f"item {banner.code!r} is a matrix, which gives no groups of respondents"
        raise SurveyError(msg, hint="name another item")
    classes = classes_of(responses, codebook.item(stub), BaseKind(base))
    members: Membership | None = None
    if banner is not None:
        members = classes_of(responses, banner, BaseKind.ANSWERED).blocks[0].answers
    return Counting(
        groups=lists_of(members) if members is not None else (),
        everybody=members.inside() if members is not None else chosen | True,
        chosen=chosen,
        blocks=tuple(
            (lists_of(block.answers), lists_of(block.base)) for block in classes.blocks
        ),
        unresolved=classes.unresolved & chosen,
        groups_partition=members is None or isinstance(members, Places),
        answers_partition=all(
            isinstance(block.answers, Places) for block in classes.blocks
        ),
    )


def lists_of(members: Membership) -> tuple[Bools, ...]:
    """List the members of each class."""
    if isinstance(members, Places):
        return tuple(members.codes == place for place in range(members.size))
    return members.columns


def exact_combinations(*countings: Counting) -> list[Counting]:
    """Count exact sets of choices, the same ones everywhere, in place of choices."""
    kinds = [_combinations(counting) for counting in countings]
    codes = {code: None for codes, _ in kinds for code in codes}
    found = []
    for counting, (own, answered) in zip(countings, kinds, strict=True):
        answers = tuple(
            np.array([code == each for each in own], dtype=bool) & answered
            for code in codes
        )
        block = (answers, (answered,))
        found.append(replace(counting, blocks=(block,), answers_partition=True))
    return found


def _combinations(counting: Counting) -> tuple[list[bytes], Bools]:
    ((answers, bases),) = counting.blocks
    answered: Bools = np.logical_and.reduce(bases)
    marks = np.array(answers, dtype=bool).reshape(len(answers), -1).T
    return [row.tobytes() for row in np.packbits(marks, axis=1)], answered
