"""Which changes of respondents a new release may show.

Whoever holds two releases subtracts one from the other, and has a table of those who
came, went or answered anew between them. So these few are protected as respondents are
in any table, by letting some of them wait for the next release:

* each group that a table counts has none or at least ``threshold`` of them, and so has
  what a group has more than another group within it;
* in tables of sensitive items and of groups, and for profile ``public`` in all tables,
  the same holds of each answer;
* where a profile withholds that everybody in a group gave one answer, not all of them
  in a group give the same.

A respondent waits where a group of people is concerned. Where it is those in a group
who answered one item, it is enough that the answer to this item waits, if the
respondent is new. What is admitted by two choices that fulfil all this can be united,
so there is one largest choice, which doesn't depend on the order of looking for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.counting import Counting
from surveytools.disclosure.rules import cell_by_cell
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = [
    "Admitted",
    "Change",
    "Counted",
    "Demands",
    "largest_choice",
    "note_people",
    "note_table",
]

Bools = NDArray[np.bool_]
Block = tuple[tuple[Bools, ...], tuple[Bools, ...]]
"""Who gave which answer in a row of a table, and who is in its base."""

PERSON = ""
"""What waits where a whole respondent does, in place of the name of an answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Who changed between two sets of respondents, one entry a change.

    Attributes
    ----------
    old, new
        Position of the respondent in the earlier and in the later set, -1 where the
        respondent came or went. Who answered anew has both.
    late
        Whether the respondent is the same, and some answers waited.
    """

    old: NDArray[np.intp]
    new: NDArray[np.intp]
    late: Bools

    def __len__(self) -> int:
        return len(self.old)

    @property
    def divisible(self) -> Bools:
        """Whether single answers can wait: of those who came, or are the same."""
        return (self.old < 0) | self.late

    @property
    def stayed(self) -> Bools:
        """Of whom both are known, what they answered before and what they do now."""
        found: Bools = (self.old >= 0) & (self.new >= 0)
        return found

    def crossing(self, before: Bools, after: Bools) -> Bools:
        """Say which changes are of respondents who came into a class, or left it."""
        return _at(before, self.old) ^ _at(after, self.new)

    def touching(self, before: Bools, after: Bools, anew: Bools) -> Bools:
        """Say by which changes the numbers of a class change.

        Parameters
        ----------
        anew
            Which changes are of respondents who answer anew what the class is counted
            by. Who only answers something else anew changes none of its numbers.
        """
        old, new = _at(before, self.old), _at(after, self.new)
        return (old ^ new) | (old & new & anew)

    def anew(self, before: Block, after: Block) -> Bools:
        """Say which changes are of respondents who answer one row of a table anew."""
        found = np.zeros(len(self), dtype=bool)
        for old_part, new_part in zip(before, after, strict=True):
            for old, new in zip(old_part, new_part, strict=False):
                found |= self.crossing(old, new)
        return found & self.stayed


@dataclass(frozen=True, slots=True)
class Counted:
    """A table as it counts the earlier and the later respondents.

    Attributes
    ----------
    family
        Name of what is counted; tables of one family can be subtracted.
    answers
        Name of the answer that each row, or each choice of the only row, counts:
        what waits where an answer does.
    sensitive, names_groups, base
        As in `surveytools.analysis.table.Table`.
    alike
        Whether all in a group may give one answer: to which department they belong.
    root
        Name of what the family is computed from; families of one root can be
        subtracted, too.
    answered
        Those who answered, before and after, where that isn't what the table counts.
    """

    family: str
    answers: tuple[str, ...]
    before: Counting
    after: Counting
    base: BaseKind
    sensitive: bool = False
    names_groups: bool = False
    alike: bool = False
    root: str = ""
    answered: tuple[Counting, Counting] | None = None

    def bases(self) -> Iterator[tuple[str, int, int]]:
        """List row and position of each base, with the answer that it is of."""
        for row, (_, bases) in enumerate(self.before.blocks):
            for at in range(len(bases)):
                yield self.answers[max(row, at)], row, at


@dataclass(frozen=True, slots=True, eq=False)
class Admitted:
    """What a release shows of the changes.

    Attributes
    ----------
    people
        Whether each change is admitted.
    answers
        By the name of an answer, of which changes it is.
    """

    people: Bools
    answers: dict[str, Bools]

    def of(self, answer: str) -> Bools:
        """Of which changes an answer is admitted."""
        if answer in self.answers:
            return self.people & self.answers[answer]
        return self.people


@dataclass(slots=True, eq=False)
class _Classes:
    """Classes of changes of which the same waits."""

    enough: dict[bytes, Bools] = field(default_factory=dict)
    mixed: dict[bytes, tuple[Bools, Bools]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Demands:
    """What must hold of the changes that are admitted.

    Attributes
    ----------
    firm
        Answers that can't wait without their respondents: what groups are made of.
    follows
        By the name of an answer, those that wait where it does.
    held
        Answers of which some wait since the earlier release.
    """

    firm: frozenset[str]
    follows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    classes: dict[str, _Classes] = field(default_factory=dict)

    def want_enough(self, answer: str, members: Bools) -> None:
        """Want none or at least ``threshold`` of a class of changes."""
        if members.any():
            own = self.classes.setdefault(self._name(answer), _Classes())
            own.enough.setdefault(np.packbits(members).tobytes(), members)

    def want_mixed(self, answer: str, members: Bools, others: Bools) -> None:
        """Want of a class none, or some who gave another answer than one."""
        if members.any():
            own = self.classes.setdefault(self._name(answer), _Classes())
            key = np.packbits([members, others]).tobytes()
            own.mixed.setdefault(key, (members, others))

    def _name(self, answer: str) -> str:
        return PERSON if answer in self.firm else answer


def largest_choice(
    demands: Demands,
    change: Change,
    *,
    threshold: int,
    refused: Iterable[tuple[str, Bools]] = (),
) -> Admitted:
    """Find the largest choice of changes that fulfils all demands.

    Parameters
    ----------
    threshold
        Smallest number of respondents that may be shown.
    refused
        What waits in any case: an answer, and of which changes.
    """
    found = Admitted(np.ones(len(change), dtype=bool), {})
    for answer, members in refused:
        _wait(found, demands, change, answer, members)
    stacks = {
        answer: (
            _stacked(list(own.enough.values()), len(change)),
            _stacked([pair[0] for pair in own.mixed.values()], len(change)),
            _stacked([pair[1] for pair in own.mixed.values()], len(change)),
        )
        for answer, own in demands.classes.items()
    }
    again = True
    while again:
        again = False
        for answer, (enough, mixed, others) in stacks.items():
            shown = found.of(answer)
            now = shown.astype(np.float32)
            number = enough @ now
            few = (number > 0) & (number < threshold)
            alike = (mixed @ now > 0) & (others @ now == 0)
            waiting = enough[few].any(axis=0) | mixed[alike].any(axis=0)
            if (waiting & shown).any():
                _wait(found, demands, change, answer, waiting)
                again = True
    return found


def _wait(
    found: Admitted, demands: Demands, change: Change, answer: str, members: Bools
) -> None:
    """Let an answer wait; with their respondents, where it can't wait alone."""
    alone, names = change.divisible.copy(), demands.follows.get(answer, {answer})
    if answer == PERSON or answer in demands.firm:
        alone &= change.late  # they are in the earlier release already
        names = {*names, PERSON, *demands.held}  # what waited waits on
    found.people[members & ~alone] = False
    if (members & alone).any():
        for name in sorted(names):
            shown = found.answers.setdefault(name, np.ones(len(change), dtype=bool))
            shown[members & alone] = False


def note_people(demands: Demands, table: Counted, change: Change) -> None:
    """Note what the groups of a table demand, whatever their members answer."""
    for before, after in zip(
        table.before.columns(), table.after.columns(), strict=True
    ):
        demands.want_enough(PERSON, change.crossing(before, after))


def note_table(
    demands: Demands, table: Counted, change: Change, *, profile: Profile
) -> None:
    """Note what the numbers of one table demand."""
    before, after = table.before, table.after
    each = cell_by_cell(sensitive=table.sensitive, profile=profile)
    for answer in table.answers:
        members = change.crossing(before.unresolved, after.unresolved)
        demands.want_enough(answer, members)
    columns = list(zip(before.columns(), after.columns(), strict=True))
    for name, row, at in table.bases():
        (old_given, old_bases), (new_given, new_bases) = (
            before.blocks[row],
            after.blocks[row],
        )
        anew = change.anew(before.blocks[row], after.blocks[row])
        # Kinds of missing answers, behind the others, occur or don't.
        given = list(zip(old_given, new_given, strict=False))
        if len(old_bases) > 1:
            given = given[at : at + 1]
        for old_column, new_column in columns:
            old, new = old_column & old_bases[at], new_column & new_bases[at]
            members = change.touching(old, new, anew)
            demands.want_enough(name, members)
            for old_answer, new_answer in given if len(old_given) > 1 else ():
                others = change.touching(old & ~old_answer, new & ~new_answer, anew)
                if each or table.names_groups:
                    given_it = change.crossing(old & old_answer, new & new_answer)
                    demands.want_enough(name, given_it)
                if each and not before.answers_partition:
                    demands.want_enough(name, others)
                if profile is not Profile.INTERNAL and not table.alike:
                    demands.want_mixed(name, members, others)


def _at(members: Bools, positions: NDArray[np.intp]) -> Bools:
    """Say which positions are of members; -1 is nobody's."""
    found: Bools = np.append(members, np.False_)[positions]
    return found


def _stacked(classes: Sequence[Bools], size: int) -> Bools:
    return np.array(classes, dtype=bool).reshape(len(classes), size)
