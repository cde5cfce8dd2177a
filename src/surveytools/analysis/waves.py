"""The same item through the waves of a study: one table a wave, of the same answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surveytools.analysis.statistics import IntervalMethod
from surveytools.analysis.table import Table
from surveytools.analysis.tables import tabulate
from surveytools.cleaning import WAVE, Joined, Responses, join_waves, parse_condition
from surveytools.cleaning.codebook import Item, Kind
from surveytools.cleaning.crosswalk import has_own_codes
from surveytools.cleaning.wave_codes import new_choices, of_wave
from surveytools.errors import SurveyError
from surveytools.study.crosswalk import Crosswalk
from surveytools.study.text import in_language

__all__ = ["WaveTables", "tabulate_waves"]

_COUNTED = (Kind.SINGLE, Kind.LIKERT, Kind.MULTIPLE, Kind.MATRIX)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WaveTables:
    """One item in each wave. Unprotected: never shown.

    Attributes
    ----------
    tables
        One a wave, the latest last, all with the same rows and answers.
    labels
        Label of each wave.
    own
        Whether each table counts what the wave itself asked, in the codes of the last:
        the crosswalk renames nothing of it.
    accepted
        Why the item compares although something changed, as the crosswalk says.
    left_out
        Options of a multiple-response item that not every wave offered, in words.
    """

    tables: tuple[Table, ...]
    labels: tuple[str, ...]
    own: tuple[bool, ...]
    accepted: str | None
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"WaveTables({self.tables[-1].stub}, {len(self.tables)} waves)"


def tabulate_waves(
    waves: Sequence[Responses],
    stub: str,
    crosswalk: Crosswalk,
    *,
    where: str | None = None,
    interval: IntervalMethod = "wilson",
    level: float = 0.95,
    labels: Mapping[str, str] | None = None,
) -> WaveTables:
    """Count the answers of an item in each wave, of those who answered it.

    Parameters
    ----------
    waves
        Cleaned waves, the latest last.
    stub
        Code of the item in the last wave.
    crosswalk
        What the codebooks don't tell.
    where, interval, level
        As in `tabulate`; codes are those of the last wave.
    labels
        Label of each wave by name; by default the name.

    Raises
    ------
    SurveyError, SurveyErrors
        If there are fewer than two waves, two of one name, or the item isn't the same
        in all of them; as `tabulate` and `surveytools.cleaning.join_waves`.
    """
    names = [wave.wave for wave in waves]
    if len(set(names)) != len(names) or len(names) < 2:  # noqa: PLR2004  # a pair
        msg = f"a trend needs two waves or more, each once, not {', '.join(names)}"
        raise SurveyError(msg, hint="give the folders of different waves")
    # Asked of the last wave itself: joined waves have an item of their own, the wave.
    last = waves[-1].codebook
    last.item(stub)
    named = {stub} | (parse_condition(where, last).items() if where else set())
    joined = join_waves(waves, crosswalk, labels=labels)
    for code in sorted(named):
        joined.require(code)
    items = [joined.responses.codebook.item(code) for code in sorted(named)]
    item = joined.responses.codebook.item(stub)
    if item.kind not in _COUNTED:
        msg = f"item {stub!r} is {item.kind}, and trends are of shares"
        raise SurveyError(msg, hint="derive an item with classes from it")
    own = [all(has_own_codes(i, wave, crosswalk) for i in items) for wave in waves]
    tables = [
        tabulate(
            wave if is_own else _only(joined, wave.wave),
            stub,
            where=where,
            interval=interval,
            level=level,
            id=f"{stub}_{wave.wave}",
        )
        for wave, is_own in zip(waves, own, strict=True)
    ]
    shown = joined.responses.codebook.item(WAVE).choices
    return WaveTables(
        tuple(
            _as_joined(table, item, last.language) if is_own else _by_itself(table)
            for table, is_own in zip(tables, own, strict=True)
        ),
        tuple(choice.text(joined.responses.codebook.language) for choice in shown),
        tuple(own),
        joined.accepted.get(stub),
        _left_out(waves, item, crosswalk, last.language),
    )


def _left_out(
    waves: Sequence[Responses], item: Item, crosswalk: Crosswalk, language: str
) -> tuple[str, ...]:
    """Name the options of some wave that aren't those of the joined item."""
    if item.kind is not Kind.MULTIPLE:
        return ()
    said, kept = crosswalk.item(item.code), {choice.code for choice in item.choices}
    found: dict[str, None] = {}
    for wave in waves:
        own = of_wave(wave, said)
        if own is not None:
            names = new_choices(own, item, said, wave.wave, crosswalk)
            for choice in own.choices:
                if names.get(choice.code, choice.code) not in kept:
                    found[choice.text(language)] = None
    return tuple(found)


def _only(joined: Joined, wave: str) -> Responses:
    own = joined.responses.frame[WAVE].eq(wave).to_numpy()
    return replace(
        joined.responses,
        frame=joined.responses.frame[own],
        states=joined.responses.states[own],
        wave=wave,
    )


def _as_joined(table: Table, item: Item, language: str) -> Table:
    """Give the table of a wave the words of the last."""
    label = in_language(item.label, language)
    now = {choice.code: choice for choice in (*item.choices, *item.rows)}
    return replace(
        table,
        rows=tuple(now.get(row.code, row) for row in table.rows),
        answers=tuple(now.get(answer.code, answer) for answer in table.answers),
        stub_label=label,
        title=label,
    )


def _by_itself(table: Table) -> Table:
    """Say that nobody knows whom a table counts: its codes aren't those of its wave."""
    return replace(table, meaning=None, people=None)
