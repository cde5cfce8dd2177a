"""The same item through the waves of a study: one table a wave, of the same answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surveytools.analysis.people import People
from surveytools.analysis.statistics import IntervalMethod
from surveytools.analysis.table import Table
from surveytools.analysis.tables import tabulate
from surveytools.cleaning import WAVE, Joined, Responses, join_waves, parse_condition
from surveytools.cleaning.codebook import Kind
from surveytools.errors import SurveyError
from surveytools.study.crosswalk import Crosswalk

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
    accepted
        Why the item compares although something changed, as the crosswalk says.
    """

    tables: tuple[Table, ...]
    labels: tuple[str, ...]
    accepted: str | None

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
    own = waves[-1].codebook
    own.item(stub)
    if where is not None:
        parse_condition(where, own)
    joined = join_waves(waves, crosswalk, labels=labels)
    joined.require(stub)
    item = joined.responses.codebook.item(stub)
    if item.kind not in _COUNTED:
        msg = f"item {stub!r} is {item.kind}, and trends are of shares"
        raise SurveyError(msg, hint="derive an item with classes from it")
    tables = [
        _known(
            tabulate(
                _only(joined, wave.wave),
                stub,
                where=where,
                interval=interval,
                level=level,
                id=f"{stub}_{wave.wave}",
            ),
            wave,
            _renamed(wave, crosswalk)
            or (wave is not waves[-1] and bool(joined.accepted)),
        )
        for wave in waves
    ]
    shown = joined.responses.codebook.item(WAVE).choices
    return WaveTables(
        tuple(tables),
        tuple(choice.text(joined.responses.codebook.language) for choice in shown),
        joined.accepted.get(stub),
    )


def _only(joined: Joined, wave: str) -> Responses:
    own = joined.responses.frame[WAVE].eq(wave).to_numpy()
    return replace(
        joined.responses,
        frame=joined.responses.frame[own],
        states=joined.responses.states[own],
        wave=wave,
    )


def _known(table: Table, wave: Responses, changed: bool) -> Table:  # noqa: FBT001
    """Say whom a wave's table counts, where its codes are those of the wave itself."""
    if changed:  # the last wave's codebook may say something else of it
        return replace(table, meaning=None, people=None)
    return replace(table, people=People(wave))


def _renamed(wave: Responses, crosswalk: Crosswalk) -> bool:
    return wave.wave in crosswalk.units or any(
        wave.wave in {*said.waves, *said.choices, *said.rows}
        for said in crosswalk.items
    )
