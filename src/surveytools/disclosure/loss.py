"""What protecting a table cost, and how near that is to the least possible.

For the owner of the data alone: whether a cell is withheld for itself, and how good a
choice is, depends on the numbers that are hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from surveytools.disclosure.attack import Bools

__all__ = ["TINY", "Chosen", "Loss", "Unproven", "gap_of"]

TINY = 1e-6
"""What the solver rounds away is no gap."""


class Unproven(StrEnum):
    """Why it isn't known that no other choice costs less, as the owner reads it."""

    SIZE = "too many numbers hang together"
    STEPS = "the search came to its limit"
    AUDIT = "the audit refused the best choice"
    NOTHING = "no choice is enough, so all is withheld"


def gap_of(cost: float, bound: float) -> float:
    """How much dearer a choice may be than the best one, as a fraction of its cost."""
    missing = cost - bound
    return 0.0 if missing <= TINY else missing / cost


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Cells chosen to be hidden, and what is known of the choice.

    Attributes
    ----------
    hidden
        Whether each cell is hidden.
    greedy
        The same in the first answer, which was found step by step.
    cost
        Sum of the weights of the cells that are hidden beside those that must be.
    bound
        What every choice costs at least, on the condition that
        `surveytools.disclosure.optimal.Found` names; 0 where nothing is known.
    unproven
        Why ``bound`` doesn't reach ``cost``; ``None`` if it does.
    """

    hidden: Bools
    greedy: Bools
    cost: float
    bound: float
    unproven: Unproven | None = None

    @property
    def gap(self) -> float:
        """How much dearer it may be than the best one, as a fraction of its cost."""
        return gap_of(self.cost, self.bound)


@dataclass(frozen=True, slots=True)
class Loss:
    """What protecting one table cost. Cells are counts, as the table prints them.

    Attributes
    ----------
    complementary
        Cells withheld only for the sake of others.
    greedy
        How many that would be by the first answer.
    gap
        How much dearer the choice may be than the best one, as a fraction of its cost,
        which weighs cells; ``None`` where nothing is known.
    unproven
        Why it isn't 0, without repetition.
    """

    complementary: int = 0
    greedy: int = 0
    gap: float | None = 0.0
    unproven: tuple[Unproven, ...] = ()

    @classmethod
    def of(cls, parts: Sequence[Chosen], *, complementary: int, greedy: int) -> "Loss":
        """Sum up what was chosen for the lots of a table, which don't touch.

        The gap is that of the lots in which there is something to choose.
        """
        weighed = [part for part in parts if part.unproven is not Unproven.NOTHING]
        cost = sum(part.cost for part in weighed)
        bound = sum(part.bound for part in weighed)
        known = bound > 0 or all(part.unproven is None for part in weighed)
        reasons = {part.unproven for part in parts}
        return cls(
            complementary,
            greedy,
            gap_of(cost, bound) if known else None,
            tuple(reason for reason in Unproven if reason in reasons),
        )

    @classmethod
    def read(cls, written: Sequence[Any]) -> "Loss":
        """Take what `written` gave."""
        complementary, greedy, gap, unproven = written
        return cls(complementary, greedy, gap, tuple(map(Unproven, unproven)))

    def written(self) -> list[object]:
        """Give it as JSON holds it."""
        return [self.complementary, self.greedy, self.gap, [*self.unproven]]

    @property
    def proven(self) -> str:
        """Say whether nothing less would do, or why that isn't known."""
        return f"no: {', '.join(self.unproven)}" if self.unproven else "yes"
