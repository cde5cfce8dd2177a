"""What exports tell of blank cells: not shown, shown and left, not reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.columns import ColumnMatch, Matched
from surveytools.cleaning.flags import is_true, state_is
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.options import YES_NO
from surveytools.cleaning.responses import State
from surveytools.reading.table import Answers, RawTable, Role

__all__ = ["Told", "blank_states", "empty_ticks", "told_by"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Told:
    """Answers of which the exports tell why they are blank, or that they were asked.

    Attributes
    ----------
    index
        Export and row.
    not_shown, shown
        By state column: the file says that the question was not shown, or that it
        was shown and left. One value a row of ``index``.
    unclear
        By state column: there is no answer, and the file says itself that it could be
        for either reason.
    unreached
        By state column: questions behind the last one that a partial row answered.
    ticks
        By code of a multiple-response item: rows in which it has a column an option
        that can only be ticked or not, so that without a tick there is no answer.
    """

    index: pd.Index[str]
    not_shown: Mapping[str, Flags]
    shown: Mapping[str, Flags]
    unclear: Mapping[str, Flags]
    unreached: Mapping[str, Flags]
    ticks: Mapping[str, Flags]

    def of_rows(self, rows: pd.Index[str]) -> Told:
        """Keep what is told of some of the rows, in their order."""
        if len(rows) == len(self.index):
            return self
        at = self.index.get_indexer(rows)
        kept = [
            {name: flags[at] for name, flags in marks.items()}
            for marks in self._marks()
        ]
        return Told(rows, *kept)

    def _marks(self) -> tuple[Mapping[str, Flags], ...]:
        return (
            self.not_shown,
            self.shown,
            self.unclear,
            self.unreached,
            self.ticks,
        )


def told_by(
    raws: Sequence[RawTable],
    matches: Sequence[Matched],
    codebook: Codebook,
    index: pd.Index[str],
    *,
    reached: bool,
) -> Told:
    """Gather what exports tell of blank cells, by item.

    A multiple-response item with a column an option was not shown where none of its
    columns was.

    Parameters
    ----------
    raws, matches
        The exports, and which of their columns hold which item.
    codebook
        What was asked.
    index
        Rows of all exports, in order.
    reached
        Whether partial rows were asked only the questions up to the last one, in the
        order of the export's columns, that they answered.
    """
    marks: tuple[dict[str, Flags], ...] = ({}, {}, {}, {}, {})
    start = 0
    for raw, match in zip(raws, matches, strict=True):
        here = slice(start, start + len(raw.frame))
        start = here.stop
        last = _last_answered(raw, match, codebook) if reached else None
        for item in codebook.asked():
            entries = [
                entry
                for entry in match.columns
                if entry.item == item.code and not entry.write_in
            ]
            if not entries:
                continue
            for name in item.state_columns():
                own = [e for e in entries if name in (e.item, e.name)]
                _note(marks[0], name, _all_marked(own, raw.not_shown), here, index)
                _note(marks[1], name, _any_marked(own, raw.skipped), here, index)
                _note(marks[2], name, _all_marked(own, raw.unanswered), here, index)
                if last is not None:
                    first = min(entry.column.position for entry in entries)
                    _note(marks[3], name, last < first, here, index)
            if item.kind is Kind.MULTIPLE and all(map(_is_option, entries)):
                ones = np.ones(len(raw.frame), dtype=bool)
                _note(marks[4], item.code, ones, here, index)
    return Told(index, *marks)


def _note(
    marks: dict[str, Flags],
    name: str,
    flags: Flags | None,
    here: slice,
    index: pd.Index[str],
) -> None:
    if flags is not None and flags.any():
        whole = marks.setdefault(name, np.zeros(len(index), dtype=bool))
        whole[here] = flags


def _is_option(entry: ColumnMatch) -> bool:
    question = entry.column.question
    return (
        entry.part is not None
        and question is not None
        and question.answers is Answers.OPTION
    )


def _all_marked(
    entries: Sequence[ColumnMatch], marks: Mapping[str, Flags]
) -> Flags | None:
    """Rows marked in each column of which the file tells anything."""
    told = [marks[e.column.name] for e in entries if e.column.name in marks]
    return np.logical_and.reduce(told) if told else None


def _any_marked(
    entries: Sequence[ColumnMatch], marks: Mapping[str, Flags]
) -> Flags | None:
    told = [marks[e.column.name] for e in entries if e.column.name in marks]
    return np.logical_or.reduce(told) if told else None


def _last_answered(
    raw: RawTable, match: Matched, codebook: Codebook
) -> NDArray[np.int64] | None:
    """Give each row the last column with an answer; completed rows reached them all.

    An option that is said not to be ticked is no answer: platforms write that of
    questions that nobody saw, too.
    """
    if raw.partial is None or not raw.partial.any():
        return None
    several = {i.code for i in codebook.asked() if i.kind is Kind.MULTIPLE}
    unticked = {normalise(no) for _, no in (*raw.labels, *YES_NO)}
    last = np.zeros(len(raw.frame), dtype=np.int64)
    for entry in match.columns:
        if entry.item is None or entry.column.role is not Role.ANSWER:
            continue
        name = entry.column.name
        texts = raw.frame[name]
        given = texts.notna().to_numpy(dtype=bool)
        for marks in (raw.not_shown, raw.unanswered):
            if name in marks:
                given = given & ~marks[name]
        if entry.part is not None and entry.item in several:
            none = [t for t in texts.dropna().unique() if normalise(t) in unticked]
            given = given & ~texts.isin(none).to_numpy(dtype=bool) if none else given
        if name in raw.skipped:
            given = given | raw.skipped[name]
        last[given] = entry.column.position
    everything = max(column.position for column in raw.columns)
    return np.where(raw.partial, last, everything)


def blank_states(states: pd.DataFrame, told: Told) -> pd.DataFrame:
    """Mark blank answers as not asked where the file says so, or nobody got there.

    Where the file has a mark for "left or not shown", that is unknown.
    """
    changed = {}
    for name in told.not_shown.keys() | told.unreached.keys() | told.unclear.keys():
        absent = np.zeros(len(states), dtype=bool)
        for marks in (told.not_shown, told.unreached):
            if name in marks:
                absent |= marks[name]
        blank = state_is(states[name], State.NO_ANSWER)
        state = states[name].mask(blank & absent, State.NOT_ASKED.value)
        if name in told.unclear:
            unclear = blank & ~absent & told.unclear[name]
            state = state.mask(unclear, State.UNKNOWN.value)
        changed[name] = state
    return states.assign(**changed)


def empty_ticks(
    item: Item,
    frame: pd.DataFrame,
    states: pd.DataFrame,
    lost: Mapping[str, Flags],
    told: Told,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take options none of which is ticked as no answer; `Told.ticks` says where.

    Whether a platform writes nothing, ``No`` or ``0`` beside an option that isn't
    ticked must not decide who answered.
    """
    names = list(item.columns())
    none = ~np.logical_or.reduce([is_true(frame[name]) for name in names])
    answered = state_is(states[item.code], State.ANSWERED)
    empty = told.ticks[item.code] & answered & none
    if not empty.any():
        return frame, states
    unknown = np.zeros(len(frame), dtype=bool)
    for name in names:
        if name in lost:
            unknown |= lost[name]
    state = states[item.code].mask(empty & ~unknown, State.NO_ANSWER.value)
    state = state.mask(empty & unknown, State.UNRESOLVED.value)
    blank = {name: frame[name].mask(empty) for name in names}
    return frame.assign(**blank), states.assign(**{item.code: state})
