"""Filling in ``choices = "@units"``, ``"@services.internal.2023"``, ``"sat5"``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveytools.cleaning.codebook import Choice
from surveytools.cleaning.document import ChoiceEntry, Choices
from surveytools.errors import CodebookError, Location
from surveytools.study.catalogue import Catalogue
from surveytools.study.problems import closest
from surveytools.study.units import Units

__all__ = ["YES_NO", "Lists", "choice_of"]

YES_NO = (
    Choice("yes", {"en": "Yes", "fr": "Oui"}),
    Choice("no", {"en": "No", "fr": "Non"}),
)
"""Choices of derived items that say whether something holds."""

_SCOPES = ("internal", "external")


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that choices and rows may name.

    Attributes
    ----------
    shared
        Lists of the codebook itself.
    units, catalogue
        What ``@units`` and ``@services`` stand for, where they are known.
    """

    shared: Mapping[str, Sequence[ChoiceEntry]]
    units: Units | None = None
    catalogue: Catalogue | None = None

    def choices(self, wanted: Choices, where: Location) -> tuple[Choice, ...]:
        """Write out choices, in the order in which they are wanted.

        Raises
        ------
        CodebookError
            If a list is named that isn't known.
        """
        parts = (wanted,) if isinstance(wanted, str) else wanted
        return tuple(choice for part in parts for choice in self._part(part, where))

    def _part(self, part: str | ChoiceEntry, where: Location) -> Iterable[Choice]:
        if isinstance(part, ChoiceEntry):
            return [choice_of(part)]
        if part == "@units":
            return self._of_units(where)
        if part.split(".")[0] == "@services":
            return self._of_services(part, where)
        if part not in self.shared:
            known = [*self.shared, "@units", "@services"]
            msg = f"there is no list {part!r}"
            raise CodebookError(msg, where, closest(part, known))
        return map(choice_of, self.shared[part])

    def _of_units(self, where: Location) -> Iterator[Choice]:
        if self.units is None:
            msg = "'@units' stands for units, and no file of units is given"
            raise CodebookError(msg, where, "name the file units.toml")
        for unit in self.units.units:
            yield Choice(unit.code, unit.label, unit.short, unit.aliases)

    def _of_services(self, part: str, where: Location) -> Iterator[Choice]:
        if self.catalogue is None:
            msg = f"{part!r} stands for services, and no file of services is given"
            raise CodebookError(msg, where, "name the file services.toml")
        scopes, year = set(_SCOPES), None
        for word in part.split(".")[1:]:
            if word in _SCOPES:
                scopes = {word}
            elif word.isdecimal():
                year = int(word)
            else:
                msg = f"found {word!r} in {part!r}"
                raise CodebookError(msg, where, "use internal, external or a year")
        for service in self.catalogue.services:
            offered = year is None or service.since is None or service.since <= year
            if service.scope in scopes and offered:
                yield Choice(
                    service.code, service.label, service.short, service.aliases
                )


def choice_of(entry: ChoiceEntry) -> Choice:
    """Make a choice of its entry in a file."""
    return Choice(
        entry.code,
        entry.label,
        entry.short,
        entry.aliases,
        entry.value,
        entry.missing,
        entry.write_in,
    )
