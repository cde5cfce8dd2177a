"""Which respondents of a wave the next release shows, and which wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis import Table
from surveytools.cleaning import Responses
from surveytools.cleaning.frozen import (
    Difference,
    aligned,
    difference,
    frozen,
    nothing_held,
    shown,
)
from surveytools.disclosure.admission import (
    PERSON,
    Admitted,
    Change,
    Counted,
    largest_choice,
)
from surveytools.disclosure.rules import grid_of, primary_cells
from surveytools.running.compared import Scope
from surveytools.running.linked import held_with_followers
from surveytools.study import PlannedTable, Study, TabPlan

__all__ = ["Frozen", "Offer", "offer", "offer_all"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """Respondents of a release.

    Attributes
    ----------
    responses
        All that they answered.
    held
        Which answers are held back: as `surveytools.cleaning.frozen.shown` takes it.
    """

    responses: Responses
    held: pd.DataFrame

    def shown(self) -> Responses:
        """Give what the release shows."""
        return shown(self.responses, self.held)


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What the next release would show of a wave.

    Attributes
    ----------
    frozen
        Its respondents.
    changes, admitted
        Respondents who came, went or answered anew, and those of them who are shown.
    answers
        Answers held back of respondents who are shown.
    late
        Answers that were held back and are shown now.
    """

    frozen: Frozen
    changes: int
    admitted: int
    answers: int
    late: int

    @property
    def waiting(self) -> int:
        """Respondents whose change waits."""
        return self.changes - self.admitted

    @property
    def something(self) -> bool:
        """Whether there is something new to show."""
        return self.admitted > 0 or self.late > 0


def offer_all(now: Responses) -> Offer:
    """Show everybody: of a wave of which nothing was released before."""
    number = len(now.frame)
    return Offer(Frozen(now, nothing_held(now)), number, number, 0, 0)


def offer(
    before: Frozen,
    now: Responses,
    *,
    study: Study,
    plan: TabPlan,
    earlier: Sequence[Frozen] = (),
    nobody: bool = False,
) -> Offer:
    """Choose what to show, after what was shown before.

    Parameters
    ----------
    before
        Respondents of the last release.
    now
        Respondents as the exports have them.
    earlier
        Respondents of the releases before that. Who goes or answers anew can take back
        what made a group differ by enough.
    nobody
        Whether to let all changes wait: what the last release would show if it were
        made with today's codebook.
    """
    scope = Scope(study, plan, now.wave, now.codebook)
    old = _aligned(before, now, scope)
    found = difference(before.responses, now)
    wave = _Wave(old, now, found, _changes(old, found), scope)
    if nobody:
        return wave.offered(wave.none())
    return wave.offered(wave.chosen(earlier))


def few_between(before: Frozen, after: Frozen, scope: Scope) -> bool:
    """Say whether two releases differ anywhere by fewer than the threshold."""
    old = _aligned(before, after.responses, scope).shown()
    new = after.shown()
    found = difference(old, new)
    change = Change(found.old, found.new, np.zeros(len(found.old), dtype=bool))
    counted = scope.counted(old, new, [scope.table(old, t) for t in scope.tables()])
    demands = scope.demands(old, new, counted, change)
    all_ = largest_choice(demands, change, threshold=scope.threshold)
    return not (all_.people.all() and all(map(np.all, all_.answers.values())))


def _aligned(before: Frozen, now: Responses, scope: Scope) -> Frozen:
    held = held_with_followers(before.held, scope.follows)
    return Frozen(aligned(before.responses, now), held)


def _changes(old: Frozen, found: Difference) -> Change:
    some = np.asarray(old.held.to_numpy(dtype=bool).any(axis=1))
    waits = some[found.same_old]
    return Change(
        old=np.concatenate([found.old, found.same_old[waits]]),
        new=np.concatenate([found.new, found.same_new[waits]]),
        late=np.arange(len(found.old) + waits.sum()) >= len(found.old),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    old: Frozen
    now: Responses
    found: Difference
    change: Change
    scope: Scope

    def none(self) -> Admitted:
        nobody = self.change.late.copy()
        return Admitted(nobody, dict.fromkeys(self._held(), ~self.change.late))

    def chosen(self, earlier: Sequence[Frozen]) -> Admitted:
        """Choose until no number is small that wasn't before."""
        threshold = self.scope.threshold
        if threshold == 1 or not len(self.change):
            return Admitted(np.ones(len(self.change), dtype=bool), {})
        before, planned = self.old.shown(), self.scope.tables()
        tables = [self.scope.table(before, each) for each in planned]
        counted = self.scope.counted(before, self.now, tables)
        demands = self.scope.demands(
            before, self.now, counted, self.change, held=self._held()
        )
        refused: list[tuple[str, Bools]] = []
        small = [self._small(table) for table in tables]
        while True:
            admitted = largest_choice(
                demands, self.change, threshold=threshold, refused=refused
            )
            offered = self.offered(admitted)
            if not offered.something:
                return admitted
            if any(few_between(each, offered.frozen, self.scope) for each in earlier):
                refused += self._without_returns(admitted)
                continue
            after = offered.frozen.shown()
            new = [
                each
                for plan, table, known in zip(planned, counted, small, strict=True)
                for each in self._newly_small(after, plan, table, known, admitted)
            ]
            if not new:
                return admitted
            refused += new

    def _without_returns(self, admitted: Admitted) -> list[tuple[str, Bools]]:
        """Give changes that may bring back what an earlier release showed; then all."""
        returns = (self.change.old >= 0) & ~self.change.late
        if not (returns & admitted.people).any():
            returns = np.ones(len(self.change), dtype=bool)
        answers = {PERSON, *admitted.answers, *self._held()}
        return [(answer, returns) for answer in sorted(answers)]

    def _small(self, counted: Table) -> set[tuple[str, str, str]]:
        """List the numbers of a table that are withheld in themselves."""
        rules = self.scope.study.disclosure
        primary = primary_cells(
            counted,
            grid_of(counted),
            threshold=rules.threshold,
            profile=rules.profile,
        )
        rows = [row.code for row in counted.rows] or [""]
        return {
            (counted.groups[g].code, rows[r], counted.answers[a].code)
            for g, r, a in zip(*np.nonzero(primary.count), strict=True)
        }

    def _newly_small(
        self,
        after: Responses,
        planned: PlannedTable,
        table: Counted,
        small: set[tuple[str, str, str]],
        admitted: Admitted,
    ) -> Iterator[tuple[str, Bools]]:
        """Give the changes by which a number became small that wasn't before."""
        counted = self.scope.table(after, planned)
        new = {(group, row) for group, row, _ in self._small(counted) - small}
        if not new:
            return
        codes = [group.code for group in counted.groups]
        rows = [row.code for row in counted.rows] or [""]
        before, later = list(table.before.columns()), list(table.after.columns())
        for name, row, at in table.bases():
            anew = self.change.anew(table.before.blocks[row], table.after.blocks[row])
            for group, code in enumerate(codes):
                if (code, rows[row]) not in new:
                    continue
                place = (group + 1) % len(codes)  # the total stands first
                members = self.change.touching(
                    before[place] & table.before.blocks[row][1][at],
                    later[place] & table.after.blocks[row][1][at],
                    anew,
                )
                if (members & admitted.of(name)).any():
                    yield name, members

    def offered(self, admitted: Admitted) -> Offer:
        """Put the respondents together."""
        size = len(self.found.old)
        people = admitted.people[:size]
        shown_all = all(admitted.of(name).all() for name in admitted.answers)
        responses, origin = frozen(
            self.old.responses,
            self.now,
            self.found,
            people,
            whole=bool(people.all()) and shown_all,
        )
        entry = np.full(len(self.now.frame), -1)
        has = self.change.new >= 0
        entry[self.change.new[has]] = np.flatnonzero(has)
        places = np.where(origin >= 0, origin, len(entry))
        own = np.append(entry, -1)[places]  # their change, if any
        kept = origin < 0
        names = self._held()
        columns = {}
        for name in dict.fromkeys([*names, *admitted.answers]):
            if name == PERSON:
                continue
            shown_of = admitted.answers.get(name, np.ones(len(self.change), dtype=bool))
            column = ~np.append(shown_of, np.True_)[own]
            if name in names and kept.any():
                column[kept] = self._waited(name)[-1 - origin[kept]]
            if column.any():
                columns[name] = column
        held = pd.DataFrame(columns, index=responses.frame.index, dtype=bool)
        late = [
            self._waited(name)[self.change.old] & self.change.late & admitted.of(name)
            for name in names
        ]
        return Offer(
            Frozen(responses, held),
            changes=size,
            admitted=int(people.sum()),
            answers=int(held.to_numpy(dtype=bool).sum()),
            late=sum(int(shown_now.sum()) for shown_now in late),
        )

    def _held(self) -> list[str]:
        names = [str(name) for name in self.old.held]
        return [name for name in names if name in self.now.states]

    def _waited(self, name: str) -> Bools:
        return self.old.held[name].to_numpy(dtype=bool)
