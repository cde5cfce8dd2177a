"""A set of respondents that stays as it is until enough of them come, go or change."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.cleaning.codebook import Codebook, Kind
from surveytools.cleaning.derive import derive
from surveytools.cleaning.responses import Responses, State
from surveytools.errors import SurveyError

__all__ = ["Difference", "aligned", "difference", "frozen", "nothing_held", "shown"]

_MOST_PAIRS = 4_000_000
"""How many pairs of respondents are compared: a second or two."""

_AS_BEFORE = "as released before"
"""Export that respondents are said to be of who aren't in the exports any more."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Who came, went or answered anew, one entry a respondent.

    Attributes
    ----------
    old, new
        Position among the earlier and among the later respondents; -1 for who came,
        and for who went.
    guessed
        Who went and who came who are taken for one respondent, since nothing tells
        them apart: they answer most alike.
    same_old, same_new
        Positions of those who didn't change, among the earlier and among the later.
    """

    old: NDArray[np.intp]
    new: NDArray[np.intp]
    guessed: NDArray[np.bool_]
    same_old: NDArray[np.intp]
    same_new: NDArray[np.intp]


def difference(before: Responses, now: Responses) -> Difference:
    """Find who came, went or answered anew.

    A respondent is known by the pseudonym that both keep, made with one key; else by
    all answers to items that both have. Who has no pseudonym and answers anew seems to
    have gone, and somebody to have come. As many as may be are taken for one, so that
    nobody counts twice.

    Raises
    ------
    SurveyError
        If too many seem to have gone and come to compare each with each.
    """
    shared = [
        name for name in _asked(now) if name in before.frame and name in now.frame
    ]
    old_rows, new_rows = _answers(before, shared), _answers(now, shared)
    old_answers, new_answers = _digests(old_rows), _digests(new_rows)
    old_names = _names(before, now, old_answers)
    new_names = _names(now, before, new_answers)
    place = {name: position for position, name in enumerate(old_names)}
    pairs = [(place.get(name, -1), at) for at, name in enumerate(new_names)]
    same = [old >= 0 and old_answers[old] == new_answers[new] for old, new in pairs]
    known = {old for old, _ in pairs}
    changed = [pair for pair, equal in zip(pairs, same, strict=True) if not equal]
    changed += [(old, -1) for old in range(len(old_names)) if old not in known]
    went = [o for o, n in changed if n < 0 and old_names[o].by_answers]
    came = [n for o, n in changed if o < 0 and new_names[n].by_answers]
    alike = _most_alike([old_rows[at] for at in went], [new_rows[at] for at in came])
    guessed = [(went[old], came[new]) for old, new in alike]
    one = {(o, -1) for o, _ in guessed} | {(-1, n) for _, n in guessed}
    changed = [*(pair for pair in changed if pair not in one), *guessed]
    unchanged = [pair for pair, equal in zip(pairs, same, strict=True) if equal]
    old, new = np.array(changed, dtype=np.intp).reshape(-1, 2).T
    same_old, same_new = np.array(unchanged, dtype=np.intp).reshape(-1, 2).T
    late = np.arange(len(old)) >= len(old) - len(guessed)
    return Difference(old, new, late, same_old, same_new)


def nothing_held(responses: Responses) -> pd.DataFrame:
    """Hold back no answer of anybody."""
    return pd.DataFrame(index=responses.frame.index)


def shown(responses: Responses, held: pd.DataFrame) -> Responses:
    """Give responses without the answers that are held back.

    Parameters
    ----------
    held
        One column for each state of an answer (`Item.state_columns`) of which some is
        held back, saying whose. It is then as if it weren't known whether they were
        asked.
    """
    frame, states = responses.frame.copy(), responses.states.copy()
    for item in responses.codebook.items:
        for name in item.state_columns():
            if name not in held:
                continue
            whose = held[name].to_numpy(dtype=bool)
            for column in item.columns() if name not in frame else (name,):
                frame[column] = frame[column].mask(whose)
            states[name] = states[name].mask(whose, State.UNKNOWN.value)
    return dataclasses.replace(responses, frame=frame, states=states)


def aligned(before: Responses, now: Responses) -> Responses:
    """Give earlier answers the columns of later ones.

    Of an item that was not in the questionnaire it isn't known whether it was asked;
    an answer that isn't a choice any more is unresolved. Derived items are computed
    anew.
    """
    names = _asked(now)
    states = before.states.reindex(columns=_asked_states(now)).astype("str")
    states = states.fillna(State.UNKNOWN.value)
    frame = before.frame.reindex(columns=names)
    for item in now.codebook.items:
        own = [name for name in item.columns() if name in names]
        for name in own:
            dtype = now.frame[name].dtype
            if isinstance(dtype, pd.CategoricalDtype):
                old = frame[name].astype("object")
                gone = old.notna() & ~old.isin(dtype.categories)
                frame[name] = pd.Categorical(old.mask(gone), dtype=dtype)
                if name in states:
                    states.loc[gone, name] = State.UNRESOLVED.value
            else:
                frame[name] = frame[name].astype(dtype)
    kinds = pd.CategoricalDtype(pd.Index([s.value for s in State], dtype="str"))
    derived, why = derive(frame, states.astype(kinds), now.codebook)
    return dataclasses.replace(
        before,
        frame=derived[now.frame.columns],
        states=why[now.states.columns].astype(kinds),
        codebook=now.codebook,
        pseudonyms=before.pseudonyms.reindex(columns=now.pseudonyms.columns),
        key=now.key if now.key == before.key else None,
    )


def frozen(
    before: Responses,
    now: Responses,
    change: Difference,
    admitted: NDArray[np.bool_],
    *,
    whole: bool,
) -> tuple[Responses, NDArray[np.intp]]:
    """Give the respondents of a release.

    Parameters
    ----------
    before
        Respondents of the last release, `aligned` with ``now``.
    now
        Respondents as the exports have them.
    change
        How they differ.
    admitted
        Which of the changes the release shows. Of the others, those who came aren't
        in it yet, those who went still are, though none of their free texts, and those
        who answered anew are there with what they said before.
    whole
        Whether nothing waits. Only then is it told anew what was read and found, which
        is of all rows together.

    Returns
    -------
    responses
        The respondents.
    origin
        Position of each among ``now``; of those kept from before, -1 minus the
        position among ``before``.
    """
    new = np.sort(np.concatenate([change.same_new, _some(change.new[admitted])]))
    waiting = ~admitted
    old = _some(change.old[waiting])
    origin = np.concatenate([new, -1 - old])
    told = now if whole else before
    kept = before.frame.iloc[old].copy()
    went = np.isin(old, change.old[waiting & ((change.new < 0) | change.guessed)])
    for item in now.codebook.items:
        if item.kind is Kind.TEXT:
            kept[item.code] = kept[item.code].mask(went)
    index = pd.MultiIndex.from_arrays(
        [[_AS_BEFORE] * len(old), range(1, len(old) + 1)], names=now.frame.index.names
    )
    parts = (
        (now.frame.iloc[new], kept),
        (now.states.iloc[new], before.states.iloc[old]),
        (now.pseudonyms.iloc[new], before.pseudonyms.iloc[old]),
    )
    frame, states, pseudonyms = (
        pd.concat([later, earlier.set_axis(index)]) if len(old) else later
        for later, earlier in parts
    )
    responses = dataclasses.replace(
        now,
        frame=frame,
        states=states,
        pseudonyms=pseudonyms,
        accounting=told.accounting,
        audit=told.audit,
        findings=told.findings,
        unresolved=told.unresolved,
        rows=told.rows,
    )
    return responses, origin


def _some(positions: NDArray[np.intp]) -> NDArray[np.intp]:
    return positions[positions >= 0]


def _asked(responses: Responses) -> list[str]:
    """Columns of items that were asked, not computed."""
    derived = _columns_of_derived(responses.codebook)
    return [name for name in responses.frame.columns if name not in derived]


def _asked_states(responses: Responses) -> list[str]:
    derived = {
        name for item in responses.codebook.derived() for name in item.state_columns()
    }
    return [name for name in responses.states.columns if name not in derived]


def _columns_of_derived(codebook: Codebook) -> set[str]:
    return {name for item in codebook.derived() for name in item.columns()}


def _answers(responses: Responses, names: Sequence[str]) -> list[tuple[object, ...]]:
    """List the answers of each respondent, and why those missing are missing."""
    states = [name for name in responses.states.columns if name in names]
    columns = [responses.frame[name] for name in names]
    columns += [responses.states[name] for name in states]
    texts = [
        column.astype("object").where(column.notna(), None).tolist()
        for column in columns
    ]
    return list(zip(*texts, strict=True)) if texts else [()] * len(responses.frame)


def _digests(rows: Sequence[tuple[object, ...]]) -> list[bytes]:
    return [
        hashlib.blake2b(
            repr(row).encode("utf-8", "surrogatepass"), digest_size=20
        ).digest()
        for row in rows
    ]


class _Name(NamedTuple):
    """What tells a respondent from others; who can't be told is counted through."""

    by_answers: bool
    name: str
    number: int


def _names(own: Responses, other: Responses, answers: Sequence[bytes]) -> list[_Name]:
    names = [(True, digest.hex()) for digest in answers]
    same_key = own.key is not None and own.key == other.key
    for code in own.pseudonyms if same_key else ():
        if code in other.pseudonyms:
            names = [
                name if pd.isna(pseudonym) else (False, f"{code} {pseudonym}")
                for name, pseudonym in zip(names, own.pseudonyms[code], strict=True)
            ]
            break
    seen: Counter[tuple[bool, str]] = Counter()
    numbered = []
    for name in names:
        numbered.append(_Name(*name, seen[name]))
        seen[name] += 1
    return numbered


def _most_alike(
    old: Sequence[tuple[object, ...]], new: Sequence[tuple[object, ...]]
) -> list[tuple[int, int]]:
    """Pair as many as there are of both, so that they differ in as little as can be."""
    if not old or not new:
        return []
    if len(old) * len(new) > _MOST_PAIRS:
        msg = (
            f"{len(old)} respondents seem to have gone and {len(new)} to have come, "
            "too many to compare each with each"
        )
        raise SurveyError(msg, hint="keep a pseudonym in the codebook: it tells who is")
    # Imported only now: few releases need it.
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    apart = np.zeros((len(old), len(new)), dtype=np.int32)
    for was, now in zip(zip(*old, strict=True), zip(*new, strict=True), strict=True):
        codes, _ = pd.factorize(np.array([*was, *now], dtype="object"))
        apart += codes[: len(old), None] != codes[None, len(old) :]
    return [
        (int(o), int(n)) for o, n in zip(*linear_sum_assignment(apart), strict=True)
    ]
