"""Several waves as one: what is the same question is joined, what isn't is refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.differences import Change, Sort, differences
from surveytools.cleaning.responses import Responses, State
from surveytools.cleaning.wave_codes import (
    lost_answers,
    new_choices,
    new_rows,
    of_wave,
    recoded,
    said_of,
)
from surveytools.errors import CodebookError, Location, SurveyError, raise_all
from surveytools.study.crosswalk import Crosswalk, SameItem

__all__ = ["WAVE", "Joined", "has_own_codes", "join_waves"]

_Type = str | pd.CategoricalDtype

WAVE = "wave"
"""Code of the item that says of which wave a respondent is."""


@dataclass(frozen=True, slots=True, repr=False)
class Joined:
    """Waves joined into one set of responses.

    Attributes
    ----------
    responses
        Respondents of all waves, in the order of the waves, with the items of the
        last wave that could be joined and an item `WAVE`. Items that a wave lacks
        are not asked there.
    refused
        Why items of the last wave weren't joined, by code.
    accepted
        Why items compare although something changed, as the crosswalk says, by code.
    """

    responses: Responses
    refused: Mapping[str, str]
    accepted: Mapping[str, str]

    def __repr__(self) -> str:
        waves = len(self.responses.codebook.item(WAVE).choices)
        return f"Joined({waves} waves, {len(self.refused)} items refused)"

    def require(self, code: str) -> None:
        """Make sure that an item was joined.

        Raises
        ------
        CodebookError
            If it wasn't; the message says what changed.
        """
        if code in self.refused:
            msg = f"item {code!r} isn't the same in all waves: {self.refused[code]}"
            hint = (
                "say in crosswalk.toml why it compares (comparable = ...) and what "
                "choices stand for now (choices = ...), or leave it"
            )
            raise CodebookError(msg, hint=hint)
        self.responses.codebook.item(code)


def join_waves(
    waves: Sequence[Responses],
    crosswalk: Crosswalk,
    *,
    labels: Mapping[str, str] | None = None,
) -> Joined:
    """Join the waves of a study.

    An item is joined if it is the same in every wave that has it: matched by code, or
    as the crosswalk says; kind, unit, skip rule and choices unchanged. Rows of a
    matrix may come and go: where they were not there, they were not asked. Whatever
    else may have changed the meaning keeps an item apart, unless the crosswalk gives
    a reason why its answers compare. Choices and rows that have another code and the
    same label are the same. Of a multiple-response item that is accepted so, the
    options that all waves offered are kept. An item of one answer stays apart if
    respondents gave one that no choice stands for now: shares of those who answered
    would leave them out.

    Parameters
    ----------
    waves
        Cleaned waves, the latest last; its codebook is that of the result.
    crosswalk
        What the codebooks don't tell.
    labels
        Label of each wave by name; by default the name.

    Raises
    ------
    SurveyError, SurveyErrors
        If the crosswalk names a wave, item or choice that there isn't.
    """
    raise_all(list(_problems(waves, crosswalk)))
    last = waves[-1]
    refused: dict[str, str] = {}
    accepted: dict[str, str] = {}
    kept: list[Item] = []
    for item in last.codebook.items:
        said = crosswalk.item(item.code)
        changes = [
            f"{wave.wave}: {change}"
            for wave in waves[:-1]
            for change in _changes(wave, last, said, crosswalk)
        ]
        lost = [
            f"{wave.wave}: {why}"
            for wave in waves[:-1]
            for why in _lost(wave, item, said, crosswalk)
        ]
        if lost or (changes and said.comparable is None):
            refused[item.code] = "; ".join([*changes, *lost])
            continue
        if changes and said.comparable is not None:
            accepted[item.code] = said.comparable
        kept.append(_offered_by_all(item, waves, crosswalk))
    parts = [_as_last(wave, kept, crosswalk) for wave in waves]
    frame = pd.concat([part[0] for part in parts])
    states = pd.concat([part[1] for part in parts])
    codebook = replace(last.codebook, items=(_wave_item(waves, labels or {}), *kept))
    frame = frame.astype({n: kind for item in kept for n, kind in _types(item)})
    responses = replace(
        last,
        frame=_with_wave(frame, waves),
        states=states.assign(**{WAVE: State.ANSWERED.value}),
        codebook=codebook,
        wave="+".join(wave.wave for wave in waves),
        accounting=pd.concat([wave.accounting for wave in waves], ignore_index=True),
        audit=pd.concat([wave.audit for wave in waves], ignore_index=True),
        findings=pd.concat([wave.findings for wave in waves], ignore_index=True),
    )
    return Joined(responses, refused, accepted)


def has_own_codes(item: Item, wave: Responses, crosswalk: Crosswalk) -> bool:
    """Say whether joining waves left an item of a wave as it is there.

    Then what counts the joined item counts what the wave's own one does.

    Parameters
    ----------
    item
        The joined item.
    """
    said = crosswalk.item(item.code)
    own = of_wave(wave, said)
    if own is None or wave.wave in said.rows:
        return False

    def codes(of: Item) -> tuple[object, ...]:
        choices = [choice.code for choice in of.choices]
        return of.code, of.kind, choices, [row.code for row in of.rows]

    renamed = new_choices(own, item, said, wave.wave, crosswalk)
    return not renamed and codes(own) == codes(item)


def _changes(
    wave: Responses, last: Responses, said: SameItem, crosswalk: Crosswalk
) -> list[Change]:
    """List what may have changed the meaning of an item since a wave."""
    own = of_wave(wave, said)
    if own is None:
        return []
    told = said_of(own, said, wave.wave, crosswalk)
    before = replace(
        own,
        code=said.code,
        choices=recoded(own.choices, told, last.codebook.item(said.code).choices),
        rows=recoded(own.rows, said.rows.get(wave.wave, {}), ()),
    )
    old = replace(wave.codebook, items=(before,), ignored=())
    new = replace(last.codebook, items=(last.codebook.item(said.code),), ignored=())
    return [
        change
        for change in differences(old, new)
        if change.sort is Sort.MEANING and not _is_row(change)
    ]


def _lost(
    wave: Responses, item: Item, said: SameItem, crosswalk: Crosswalk
) -> list[str]:
    own = of_wave(wave, said)
    if own is None:
        return []
    names = new_choices(own, item, said, wave.wave, crosswalk)
    return list(lost_answers(own, item, names, wave))


def _is_row(change: Change) -> bool:
    """Tell a row that came or went: it changes nothing about the others."""
    return (
        change.what == "part"
        and change.part is not None
        and change.part.startswith("row ")
    )


def _offered_by_all(
    item: Item, waves: Sequence[Responses], crosswalk: Crosswalk
) -> Item:
    """Leave out options that some wave didn't offer: nobody there could tick them."""
    if item.kind is not Kind.MULTIPLE:
        return item
    said = crosswalk.item(item.code)
    offered = [choice.code for choice in item.choices]
    for wave in waves:
        own = of_wave(wave, said)
        if own is not None:
            names = new_choices(own, item, said, wave.wave, crosswalk)
            here = {names.get(choice.code, choice.code) for choice in own.choices}
            offered = [code for code in offered if code in here]
    return replace(
        item, choices=tuple(c for c in item.choices if c.code in set(offered))
    )


def _as_last(
    wave: Responses, items: Sequence[Item], crosswalk: Crosswalk
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write a wave's answers in the columns and codes of the last wave."""
    frame: dict[str, pd.Series] = {}
    states: dict[str, pd.Series] = {}
    for item in items:
        said = crosswalk.item(item.code)
        own = of_wave(wave, said)
        names, rows = {}, {}
        if own is not None:
            names = new_choices(own, item, said, wave.wave, crosswalk)
            rows = new_rows(own, item, said, wave.wave)
        columns = _columns(wave, own, rows=rows, choices=names)
        for name, state_name in _wanted(item):
            cells = columns.get(name.removeprefix(item.code))
            frame[name] = _blank(wave) if cells is None else _coded(cells, names)
            of = rows if item.kind is Kind.MATRIX else names
            told = _states(wave, own, state_name.removeprefix(item.code), of)
            states[state_name] = _not_asked(wave) if told is None else told
    return (
        pd.DataFrame(frame, index=wave.frame.index),
        pd.DataFrame(states, index=wave.frame.index),
    )


def _wanted(item: Item) -> Iterator[tuple[str, str]]:
    states = item.state_columns()
    for name in item.columns():
        yield name, name if name in states else states[0]


def _columns(
    wave: Responses,
    item: Item | None,
    *,
    rows: Mapping[str, str],
    choices: Mapping[str, str],
) -> dict[str, pd.Series]:
    """Columns of an item in a wave, by what stands behind its code, renamed."""
    found: dict[str, pd.Series] = {}
    for name in item.columns() if item is not None else ():
        if name not in wave.frame:
            continue
        part = name.removeprefix(item.code if item else "").removeprefix("__")
        names = rows if item is not None and item.kind is Kind.MATRIX else choices
        key = f"__{names.get(part, part)}" if part else ""
        cells = wave.frame[name]
        merged = key in found and item is not None and item.kind is Kind.MULTIPLE
        found[key] = found[key] | cells if merged else cells
    return found


def _states(
    wave: Responses, item: Item | None, behind: str, names: Mapping[str, str]
) -> pd.Series | None:
    for name in item.state_columns() if item is not None else ():
        part = name.removeprefix(item.code if item else "").removeprefix("__")
        key = f"__{names.get(part, part)}" if part else ""
        if key == behind and name in wave.states:
            return wave.states[name].astype("str")
    return None


def _coded(cells: pd.Series, names: Mapping[str, str]) -> pd.Series:
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.astype("str").replace(dict(names))
    return cells


def _blank(wave: Responses) -> pd.Series:
    return pd.Series(pd.NA, index=wave.frame.index, dtype="object")


def _not_asked(wave: Responses) -> pd.Series:
    return pd.Series(State.NOT_ASKED.value, index=wave.frame.index, dtype="str")


def _types(item: Item) -> Iterator[tuple[str, _Type]]:
    """Give joined columns the types of `Responses.frame`."""
    kind: _Type = {Kind.MULTIPLE: "boolean", Kind.TEXT: "str"}.get(item.kind, "Float64")
    if item.kind in (Kind.SINGLE, Kind.LIKERT, Kind.MATRIX):
        codes = pd.Index([choice.code for choice in item.choices], dtype="str")
        kind = pd.CategoricalDtype(codes, ordered=True)
    yield from ((name, kind) for name in item.columns())


def _wave_item(waves: Sequence[Responses], labels: Mapping[str, str]) -> Item:
    choices = tuple(
        Choice(wave.wave, labels.get(wave.wave, wave.wave)) for wave in waves
    )
    label = {"en": "Wave", "fr": "Enquête"}
    return Item(WAVE, label, Kind.SINGLE, choices=choices)


def _with_wave(frame: pd.DataFrame, waves: Sequence[Responses]) -> pd.DataFrame:
    names = [wave.wave for wave in waves]
    own = [wave.wave for wave in waves for _ in range(len(wave.frame))]
    wave = pd.Categorical(own, categories=pd.Index(names, dtype="str"), ordered=True)
    return frame.assign(**{WAVE: wave})


def _problems(
    waves: Sequence[Responses], crosswalk: Crosswalk
) -> Iterator[SurveyError]:
    """Name what the crosswalk speaks of and isn't there."""
    known = {wave.wave: wave.codebook for wave in waves}
    last = waves[-1].codebook
    for said in crosswalk.items:
        if said.code not in {item.code for item in last.items}:
            yield _problem(f"item {said.code!r} isn't in the last wave", said.code)
            continue
        named = {*said.waves, *said.choices, *said.rows}
        for wave in sorted(named - set(known)):
            yield _problem(f"there is no wave {wave!r}", said.code)
        for wave in sorted(named & set(known)):
            yield from _wrong_codes(said, wave, known[wave], last)


def _wrong_codes(
    said: SameItem, wave: str, codebook: Codebook, last: Codebook
) -> Iterator[SurveyError]:
    code = said.waves.get(wave, said.code)
    own = next((item for item in codebook.items if item.code == code), None)
    if own is None:
        yield _problem(f"wave {wave} has no item {code!r}", said.code)
        return
    now = last.item(said.code)
    pairs = (
        ("choice", said.choices, own.choices, now.choices),
        ("row", said.rows, own.rows, now.rows),
    )
    for what, names, before, after in pairs:
        for old, new in names.get(wave, {}).items():
            if old not in {entry.code for entry in before}:
                problem = f"item {code!r} of wave {wave} has no {what} {old!r}"
                yield _problem(problem, said.code)
            if new not in {entry.code for entry in after}:
                problem = f"item {said.code!r} of the last wave has no {what} {new!r}"
                yield _problem(problem, said.code)


def _problem(problem: str, code: str) -> SurveyError:
    where = Location("crosswalk.toml", column=f"items[{code}]")
    return CodebookError(problem, where, "correct the code")
