"""Many tables as one system, protected one after the other.

The order of protection is the order in which tables are declared. A number that an
earlier table shows stays shown, so that whatever must be hidden because of a later
table is hidden there: the result depends on nothing but the tables and their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import connected_components

from surveytools.analysis.table import Table
from surveytools.disclosure.attack import Bools, Needs, System
from surveytools.disclosure.layout import Places, lay_out, meaning_in
from surveytools.disclosure.links import link
from surveytools.disclosure.loss import Loss
from surveytools.disclosure.nodes import Nodes
from surveytools.disclosure.rules import Need, grid_of, primary_cells
from surveytools.disclosure.suppression import suppress
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["Joint", "Pattern", "hide_together", "join"]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What is hidden of one table: arrays of groups by rows by answers.

    ``loss`` is what that cost: not for showing.
    """

    count: Bools
    base: Bools
    no_group: bool
    loss: Loss = field(default_factory=Loss)


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Tables as one system.

    Attributes
    ----------
    system
        All numbers of all tables, each once, and those that follow from them.
    places
        Where the numbers of each table are.
    hidden
        Whether each number is hidden in itself.
    firm
        Whether it is shown whatever else is hidden.
    given
        Whether it is known, whatever tables show.
    needs
        How uncertain an observer must stay about each.
    """

    system: System
    places: tuple[Places, ...]
    hidden: Bools
    firm: Bools
    given: Bools
    needs: Needs

    def of_table(self, position: int) -> NDArray[np.intp]:
        """Places of all numbers that a table prints."""
        place = self.places[position]
        return np.unique([*place.count.ravel(), *place.base.ravel(), place.no_group])


def join(tables: Sequence[Table], *, threshold: int, profile: Profile) -> Joint:
    """Make one system of tables.

    Parameters
    ----------
    threshold
        Smallest number of respondents that may be shown, at least 2.

    Raises
    ------
    DisclosureError
        If the numbers of a table don't add up.
    """
    nodes = Nodes()
    places = []
    for position, table in enumerate(tables):
        grid = grid_of(table)
        primary = primary_cells(table, grid, threshold=threshold, profile=profile)
        place = lay_out(table, grid, primary, nodes, position=position)
        if 1 <= table.no_group < threshold:
            nodes.hidden.add(place.no_group)
            nodes.counted.add(place.no_group)
            nodes.firm.discard(place.no_group)
            outside = np.array([place.no_group])
            need = Need(np.array([threshold]), np.array([threshold - 1]))
            nodes.need(outside, need, np.ones(1, dtype=bool))
        places.append(place)
    link(tables, places, nodes, threshold=threshold, profile=profile)
    given = _announced(tables, places, nodes)
    system = nodes.system()
    hidden, firm, known = (
        np.isin(np.arange(len(system.values)), list(some))
        for some in (nodes.hidden, nodes.firm, given)
    )
    return Joint(system, tuple(places), hidden, firm, known, nodes.needs())


def _announced(
    tables: Sequence[Table], places: Sequence[Places], nodes: Nodes
) -> set[int]:
    """Note how many answered in all, where groups of them are counted.

    Whoever runs a survey says so, whether a table shows it or not.
    """
    given = set()
    for table, place in zip(tables, places, strict=True):
        of_all = table.base is BaseKind.ALL and table.where is None
        if table.people is None or table.banner is None or not of_all:
            continue
        number = table.people.count(frozenset())
        if number is not None:
            everybody = nodes.number((meaning_in(table).wave, frozenset()), number)
            total = int(place.base[-1, 0, 0])
            if nodes.suppose_equal(everybody, [total, place.no_group]):
                given.add(everybody)
    return given


def hide_together(
    joint: Joint,
    *,
    known: Sequence[Pattern] = (),
    kept: Sequence[Pattern | None] = (),
) -> list[Pattern]:
    """Choose what to hide, table by table.

    Parameters
    ----------
    known
        What is hidden of the first tables, which isn't decided anew.
    kept
        What is hidden of tables in any case, for each of them, or ``None``.

    Returns
    -------
    list of Pattern
        One for each table that follows.
    """
    joint = replace(joint, hidden=joint.hidden.copy())
    for places, pattern in zip(joint.places, kept, strict=False):
        if pattern is not None:
            joint.hidden[places.count[pattern.count]] = True
            joint.hidden[places.base[pattern.base]] = True
            joint.hidden[places.no_group] |= pattern.no_group
    state = _State.of(joint)
    for position, pattern in enumerate(known):
        state.take(joint.places[position], pattern)
    decided = range(len(known), len(joint.places))
    losses = [_protect(joint, state, position) for position in decided]
    primary = joint.system.with_dependents(joint.hidden)
    hidden = state.hidden | primary
    return [
        Pattern(
            count=places.cells(hidden),
            base=hidden[places.base],
            no_group=bool(hidden[places.no_group]),
            loss=loss,
        )
        for places, loss in zip(joint.places[len(known) :], losses, strict=True)
    ]


@dataclass(slots=True, eq=False)
class _State:
    """What was decided of each number: hidden, shown, or neither yet."""

    hidden: Bools
    shown: Bools

    @classmethod
    def of(cls, joint: Joint) -> "_State":
        return cls(np.zeros(len(joint.hidden), dtype=bool), joint.given.copy())

    def take(self, places: Places, pattern: Pattern) -> None:
        """Note what a table showed and hid; what any table shows is known."""
        outside = np.array([places.no_group], dtype=np.intp)
        numbers = [
            (places.count, pattern.count),
            (places.base, pattern.base),
            (outside, np.array([pattern.no_group])),
        ]
        for at, hidden in numbers:
            self.shown[at[~hidden]] = True
            self.hidden[at[hidden]] = True
        self.hidden &= ~self.shown


def _protect(joint: Joint, state: _State, position: int) -> Loss:
    """Decide on the numbers of one table, and say what that cost."""
    system = joint.system
    primary = system.with_dependents(joint.hidden)
    open_ = np.zeros(len(state.hidden), dtype=bool)
    open_[joint.of_table(position)] = True
    state.shown |= open_ & joint.firm
    open_ &= ~state.shown & ~state.hidden
    needy = (joint.needs.high > 0) | (joint.needs.width > 0)
    hidden = state.hidden | (primary & open_)
    greedy, parts = hidden.copy(), []
    movable = _not_computed(system, ~state.shown, system.published | needy)
    for at in _reached(system, movable, open_, needy):
        part = _cut(system, at, published=open_ | state.hidden)
        needs = Needs(joint.needs.high[at], joint.needs.width[at])
        chosen = suppress(part, hidden[at], needs)
        may = (open_ | state.hidden)[at]
        hidden[at], greedy[at] = chosen.hidden & may, chosen.greedy & may
        parts.append(chosen)
    state.hidden = hidden
    state.shown |= open_ & ~hidden
    places = joint.places[position]
    own = places.cells(primary)
    return Loss.of(
        parts,
        complementary=int((places.cells(hidden) & ~own).sum()),
        greedy=int((places.cells(greedy) & ~own).sum()),
    )


def _not_computed(system: System, movable: Bools, kept: Bools) -> Bools:
    """Leave out numbers that follow from what doesn't move, one after the other."""
    rows = abs(system.equal)
    movable = movable.copy()
    while True:
        alone = rows @ movable.astype(float) == 1
        found = (rows[alone].sum(axis=0) > 0) & movable & ~kept
        if not found.any():
            return movable
        movable &= ~found


def _reached(
    system: System, movable: Bools, start: Bools, needy: Bools
) -> list[NDArray[np.intp]]:
    """List the numbers that hang together, by way of numbers that may move.

    Returns
    -------
    list of ndarray
        Positions of each lot in which some number of ``start`` is and some is needy.
    """
    rows = csr_array(vstack([system.equal, system.less])).tocoo()
    size = len(movable)
    kept = movable[rows.col]
    ends = (rows.row[kept] + size, rows.col[kept])
    both = size + rows.shape[0]
    links = csr_array((np.ones(kept.sum()), ends), shape=(both, both))
    _, labels = connected_components(links, directed=False)
    own = labels[:size]
    wanted = np.intersect1d(own[start & movable], own[needy & movable])
    return [np.flatnonzero((own == label) & movable) for label in wanted]


def _cut(system: System, at: NDArray[np.intp], *, published: Bools) -> System:
    """Cut a system to some numbers; the others don't move."""
    new = np.full(len(system.values), -1)
    new[at] = np.arange(len(at))
    equal, less = system.equal[:, at], system.less[:, at]
    some, same = np.diff(equal.indptr) > 0, np.diff(less.indptr) > 0
    under = new[system.under]
    return System(
        values=system.values[at],
        equal=equal[some],
        less=less[same],
        published=published[at],
        under=under[(under >= 0).all(axis=1)],
        weights=system.weights[at],
        room=-(system.less @ system.values)[same],
        some=None if system.some is None else system.some[at],
    )
