"""The tables that a study declares, and what was decided to hide of them.

Declared tables are protected together, in declared order; what is asked for beside
them is protected against all of them and never changes them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from surveytools.analysis.meaning import Literal
from surveytools.analysis.table import Table
from surveytools.disclosure.attack import Bools
from surveytools.disclosure.joint import Pattern, hide_together, join
from surveytools.disclosure.kept import Place, pattern_of
from surveytools.disclosure.layout import meaning_in
from surveytools.disclosure.loss import Loss
from surveytools.disclosure.safe import SafeTable
from surveytools.disclosure.withhold import prepared, withheld
from surveytools.study.study import Profile

__all__ = ["Ledger"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ledger:
    """Tables that were protected together.

    Attributes
    ----------
    tables
        In order of protection. Unprotected: never shown.
    patterns
        What is hidden of each.
    threshold, profile
        The owner's decision.
    kept
        What earlier releases withheld, by the id of the table: it stays withheld.
    """

    tables: tuple[Table, ...]
    patterns: tuple[Pattern, ...]
    threshold: int
    profile: Profile
    kept: Mapping[str, frozenset[Place]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        tables: Sequence[Table],
        *,
        threshold: int,
        profile: Profile,
        decided: str = "",
        kept: Mapping[str, frozenset[Place]] | None = None,
    ) -> "Ledger":
        """Protect tables together, in declared order.

        Parameters
        ----------
        threshold
            Smallest number of respondents that may be shown: 1 hides nothing.
        profile
            Who will see the outputs.
        decided
            What `decisions` of an earlier ledger gave. If it was of equal tables, it
            is taken over; otherwise it is ignored.
        kept
            What earlier releases withheld, by the id of the table.

        Raises
        ------
        ValueError
            If the threshold is below 1.
        """
        if threshold < 1:
            msg = f"a threshold is at least 1, not {threshold}"
            raise ValueError(msg)
        empty = cls((), (), threshold, Profile(profile), kept or {})
        return empty.grown(tables, decided=decided)

    def grown(self, tables: Sequence[Table], *, decided: str = "") -> "Ledger":
        """Protect more tables against those that are here, which stay as they are."""
        more = tuple(
            prepared(table, threshold=self.threshold, profile=self.profile)
            for table in tables
        )
        all_ = (*self.tables, *more)
        patterns = _read(decided, all_, self)
        if patterns is None:
            new = _decide(all_, self)
            patterns = (*self.patterns, *new)
        return replace(self, tables=all_, patterns=patterns)

    def safe(self) -> list[SafeTable]:
        """Give all tables, protected."""
        return [
            withheld(table, pattern, threshold=self.threshold, profile=self.profile)
            for table, pattern in zip(self.tables, self.patterns, strict=True)
        ]

    def beside(self, tables: Sequence[Table]) -> list[SafeTable]:
        """Protect tables that aren't declared, against those that are."""
        return self.grown(tables).safe()[len(self.tables) :]

    def decisions(self) -> str:
        """Write down what is hidden and what that cost; with a hash of the tables."""
        hidden = [
            [_text(p.count), _text(p.base), _text(np.array([p.no_group]))]
            for p in self.patterns
        ]
        losses = [p.loss.written() for p in self.patterns]
        name = _hash(self.tables, self)
        return json.dumps({"tables": name, "hidden": hidden, "losses": losses})


def _decide(tables: Sequence[Table], ledger: Ledger) -> list[Pattern]:
    kept = [pattern_of(table, ledger.kept.get(table.id, ())) for table in tables]
    known = ledger.patterns
    if ledger.threshold == 1:
        return kept[len(known) :]
    joint = join(tables, threshold=ledger.threshold, profile=ledger.profile)
    return hide_together(joint, known=known, kept=kept)


def _read(
    decided: str, tables: Sequence[Table], ledger: Ledger
) -> tuple[Pattern, ...] | None:
    content = json.loads(decided) if decided else {}
    if content.get("tables") != _hash(tables, ledger) or "losses" not in content:
        return None
    return tuple(
        Pattern(
            _bits(table, count), _bits(table, base), no_group == "1", Loss.read(loss)
        )
        for table, (count, base, no_group), loss in zip(
            tables, content["hidden"], content["losses"], strict=True
        )
    )


def _hash(tables: Sequence[Table], ledger: Ledger) -> str:
    """Hash all that a decision depends on."""
    kept = {id_: sorted(places) for id_, places in ledger.kept.items()}
    parts = [json.dumps([ledger.threshold, ledger.profile, sorted(kept.items())])]
    for table in tables:
        meaning = meaning_in(table)
        people = [meaning.outside, *meaning.groups, *meaning.rows]
        people += [each for row in meaning.counts for each in row]
        people += [each for row in meaning.bases for each in row]
        flags = [
            table.sensitive,
            table.names_groups,
            table.answers_partition,
            table.groups_partition,
            table.combinations,
        ]
        answered = table.people.count(frozenset()) if table.people else 0
        numbers = [answered, table.no_group, *table.respondents]
        parts.append(
            json.dumps(
                [table.id, meaning.wave, str(table.base), flags, numbers]
                + [_written(each) for each in people]
            )
        )
        for union in meaning.unions:
            named = [_written([each]) for each in (union.whole, *union.parts)]
            perhaps = _written(union.perhaps)
            parts.append(json.dumps([named, perhaps, union.disjoint]))
        parts.append(table.cells.to_csv(index=False))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _shape(table: Table) -> tuple[int, int, int]:
    return len(table.groups), len(table.rows) or 1, len(table.answers)


def _text(hidden: Bools) -> str:
    return "".join("01"[int(bit)] for bit in hidden.ravel())


def _bits(table: Table, text: str) -> Bools:
    bits: Bools = (np.array(list(text), dtype="U1") == "1").reshape(_shape(table))
    return bits


def _written(people: Iterable[Literal]) -> list[list[str]]:
    return sorted([each.attribute, *sorted(each.states)] for each in people)
