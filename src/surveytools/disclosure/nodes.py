"""Numbers of many tables as one list of cells, each number once."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from surveytools.analysis.meaning import Population
from surveytools.disclosure.attack import Bools, Floats, Needs, System
from surveytools.disclosure.rules import Need

__all__ = ["NOBODY", "Nodes"]

NOBODY = -1
"""Position of a table that doesn't exist: the number is printed nowhere."""


@dataclass(slots=True)
class _Rows:
    """Rows of a sparse matrix in the making; none twice."""

    factors: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    known: set[Hashable] = field(default_factory=set)
    length: int = 0

    def add(self, plus: list[int], minus: list[int]) -> None:
        """Add a row: the sum of some cells minus the sum of others."""
        key = (tuple(sorted(plus)), tuple(sorted(minus)))
        if key in self.known:
            return
        self.known.add(key)
        for factor, columns in ((1.0, plus), (-1.0, minus)):
            self.columns += columns
            self.factors += [factor] * len(columns)
            self.rows += [self.length] * len(columns)
        self.length += 1

    def matrix(self, width: int) -> csr_array:
        """Give the rows as a matrix; entries at one place add up."""
        entries = (self.factors, (self.rows, self.columns))
        return csr_array(entries, shape=(self.length, width), dtype=float)


@dataclass(slots=True)
class Nodes:
    """A system in the making.

    Attributes
    ----------
    values
        True values.
    printed
        Position of the first table that prints each number, or `NOBODY`.
    hidden
        Numbers that are hidden in themselves.
    firm
        Numbers that are shown, if they aren't.
    counted
        Numbers that would be printed, were they 0, so that nobody takes a hidden one
        for 0.
    veiled
        Numbers that would be hidden, were they 0.
    """

    values: list[int] = field(default_factory=list)
    printed: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    firm: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)
    veiled: set[int] = field(default_factory=set)
    _places: dict[Hashable, int] = field(default_factory=dict)
    _under: set[tuple[int, int]] = field(default_factory=set)
    _equal: _Rows = field(default_factory=_Rows)
    _less: _Rows = field(default_factory=_Rows)
    _high: dict[int, int] = field(default_factory=dict)
    _width: dict[int, int] = field(default_factory=dict)

    def find(self, key: Hashable) -> int | None:
        """Place of the number of that name, if there is one."""
        return self._places.get(key)

    def named(self, wave: str) -> list[tuple[Population, int]]:
        """List the numbers of a wave that are named by the people they count."""
        return [
            (key[1], place)
            for key, place in self._places.items()
            if isinstance(key, tuple)
            and key[0] == wave
            and isinstance(key[1], frozenset)
        ]

    def concerns(self, place: int) -> bool:
        """Say whether a number is hidden, or needs protection."""
        return place in self.hidden or place in self._high or place in self._width

    def number(
        self,
        key: Hashable | None,
        value: int,
        *,
        table: int = NOBODY,
        weight: float = 1.0,
    ) -> int:
        """Give the place of a number, a new one if it is new.

        Numbers of one name that differ aren't the same after all, and neither are
        those without a name.
        """
        place = self._places.get(key) if key is not None else None
        if place is None or self.values[place] != value:
            place = len(self.values)
            self.values.append(value)
            self.printed.append(NOBODY)
            self.weights.append(weight)
            if key is not None:
                self._places.setdefault(key, place)
        if table != NOBODY and self.printed[place] == NOBODY:
            self.printed[place] = table
            self.weights[place] = weight
        return place

    def depends(self, count: int, base: int) -> None:
        """Note that a count is hidden wherever its base is."""
        if count != base:
            self._under.add((base, count))

    def equal(self, plus: ArrayLike, minus: ArrayLike) -> bool:
        """Note that two sums are the same, and say whether they are."""
        up, down = _listed(plus), _listed(minus)
        if sorted(up) == sorted(down):
            return True
        self._equal.add(up, down)
        return self._sum(up) == self._sum(down)

    def less(self, plus: ArrayLike, minus: ArrayLike) -> bool:
        """Note that a sum is at most another, and say whether it is."""
        up, down = _listed(plus), _listed(minus)
        if sorted(up) == sorted(down):
            return True
        self._less.add(up, down)
        return self._sum(up) <= self._sum(down)

    def suppose_equal(self, plus: ArrayLike, minus: ArrayLike) -> bool:
        """As `equal`, but only if it holds."""
        up, down = _listed(plus), _listed(minus)
        return self._sum(up) == self._sum(down) and self.equal(up, down)

    def suppose_less(self, plus: ArrayLike, minus: ArrayLike) -> bool:
        """As `less`, but only if it holds."""
        up, down = _listed(plus), _listed(minus)
        return self._sum(up) <= self._sum(down) and self.less(up, down)

    def need(self, places: NDArray[np.intp], need: Need, where: Bools) -> None:
        """Note how uncertain an observer must stay; of two needs, the greater holds."""
        for place, high, width in zip(
            places[where].tolist(),
            need.high[where].tolist(),
            need.width[where].tolist(),
            strict=True,
        ):
            if high or width:
                self._high[place] = max(high, self._high.get(place, 0))
                self._width[place] = max(width, self._width.get(place, 0))

    def system(self) -> System:
        """Make the system; a number that no table prints isn't published."""
        size = len(self.values)
        values = np.array(self.values, dtype=float)
        some = np.zeros(size, dtype=bool)
        some[list(self.counted - self.veiled)] = True
        return System(
            values=values,
            equal=self._equal.matrix(size),
            less=self._less.matrix(size),
            published=np.array(self.printed, dtype=np.intp) != NOBODY,
            under=np.array(sorted(self._under), dtype=np.intp).reshape(-1, 2),
            weights=np.array(self.weights),
            some=some & (values >= 1),
        )

    def needs(self) -> Needs:
        """Give the needs, one a number."""
        return Needs(self._array(self._high), self._array(self._width))

    def _array(self, entries: dict[int, int]) -> Floats:
        found = np.zeros(len(self.values))
        found[list(entries)] = list(entries.values())
        return found

    def _sum(self, places: list[int]) -> int:
        return sum(self.values[place] for place in places)


def _listed(places: ArrayLike) -> list[int]:
    found: list[int] = np.ravel(places).astype(np.intp).tolist()
    return found
