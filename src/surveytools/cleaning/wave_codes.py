"""What codes of an earlier wave are in the last one: renamed, merged, or gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.differences import pairs_of
from surveytools.cleaning.responses import Responses
from surveytools.study.crosswalk import Crosswalk, SameItem

__all__ = ["lost_answers", "new_choices", "new_rows", "of_wave", "recoded", "said_of"]

_ONE_ANSWER = (Kind.SINGLE, Kind.LIKERT)


def of_wave(wave: Responses, said: SameItem) -> Item | None:
    """Find an item in a wave, by the code that it has there."""
    code = said.waves.get(wave.wave, said.code)
    return next((item for item in wave.codebook.items if item.code == code), None)


def said_of(
    own: Item, said: SameItem, wave: str, crosswalk: Crosswalk
) -> dict[str, str]:
    """Give what the crosswalk says of the codes of choices in a wave."""
    codes = {choice.code for choice in own.choices}
    units = crosswalk.units.get(wave, {})
    # Departments: only where the item lists them, not where a choice is called "it".
    of_units = {old: new for old, new in units.items() if old in codes}
    return of_units | said.choices.get(wave, {})


def new_choices(
    own: Item, now: Item, said: SameItem, wave: str, crosswalk: Crosswalk
) -> dict[str, str]:
    """Give codes of choices in a wave, and what they are in the last.

    As the crosswalk says; of the rest, those of another code with a label that both
    have, as `surveytools.cleaning.differences.differences` matches them.
    """
    told = said_of(own, said, wave, crosswalk)
    return _same_label(own.choices, now.choices, told) | told


def new_rows(own: Item, now: Item, said: SameItem, wave: str) -> dict[str, str]:
    """Give codes of rows in a wave, and what they are in the last."""
    told = said.rows.get(wave, {})
    return _same_label(own.rows, now.rows, told) | told


def _same_label(
    before: Sequence[Choice], after: Sequence[Choice], told: Mapping[str, str]
) -> dict[str, str]:
    known = {choice.code for choice in after}
    left = [c for c in before if c.code not in told and c.code not in known]
    taken = {*told.values(), *(c.code for c in before if c.code not in told)}
    free = [choice for choice in after if choice.code not in taken]
    return {old.code: new.code for old, new in pairs_of(left, free) if old and new}


def recoded(
    choices: Sequence[Choice], names: Mapping[str, str], last: Sequence[Choice]
) -> tuple[Choice, ...]:
    """Give choices the codes of the last wave; several may become one."""
    now = {choice.code: choice for choice in last}
    found: dict[str, Choice] = {}
    for choice in choices:
        code = names.get(choice.code, choice.code)
        renamed = choice.code in names
        found.setdefault(
            code, now[code] if renamed and code in now else replace(choice, code=code)
        )
    order = {choice.code: at for at, choice in enumerate(last)}
    if names:  # merged and renamed choices stand where they stand now
        return tuple(
            sorted(found.values(), key=lambda c: order.get(c.code, len(order)))
        )
    return tuple(found.values())


def lost_answers(
    own: Item, now: Item, names: Mapping[str, str], wave: Responses
) -> Iterator[str]:
    """Say which answers of a wave have no place in the last one's item.

    Who gave one would be no respondent who answered, and shares of that wave would be
    of fewer than they are.
    """
    kinds = {own.kind, now.kind}
    if len(kinds) > 1 and not kinds <= set(_ONE_ANSWER):
        yield f"the answers of a {own.kind} item aren't those of a {now.kind} one"
        return
    if now.kind not in (*_ONE_ANSWER, Kind.MATRIX):
        return
    places = {choice.code for choice in now.choices}
    given = {
        str(code)
        for name in own.columns()
        if name in wave.frame
        for code in wave.frame[name].dropna().unique()
    }
    for choice in own.choices:
        code = choice.code
        gone = names.get(code, code) not in places
        if gone and code in given and choice.missing is None:
            yield f"no choice stands for {code!r}, which respondents chose"
