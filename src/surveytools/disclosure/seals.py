"""How writers tell numbers that were computed here from numbers made by hand.

What a table is shown with (letters, nets, means, weighted shares) is computed of shown
numbers alone. It carries the hash of its numbers, which only its maker gives it: made
by hand, changed, or with other numbers by `dataclasses.replace`, it is refused. (Who
sets out to deceive can't be stopped within a program.)
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, NoReturn, Self

import pandas as pd
from pandas.util import hash_pandas_object

from surveytools.errors import DisclosureError

__all__ = ["Sealed", "refuse_kinds"]


class _Permit:
    """What `Sealed.sealed` gives, for these very numbers."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: str) -> None:
        self.numbers = numbers


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Sealed:
    """Numbers of which writers see whether their maker made them."""

    permit: object = field(default=None, compare=False)

    maker: ClassVar[str]
    """Who makes it, for the message."""
    words: ClassVar[tuple[str, ...]] = ()
    """Fields that aren't numbers and may be replaced."""

    def __init_subclass__(cls) -> None:
        if Sealed not in cls.__bases__:
            refuse_kinds(cls)

    def __post_init__(self) -> None:
        self.require_untouched()

    @classmethod
    def sealed(cls, **numbers: object) -> Self:
        """Make one; called by its maker alone."""
        return cls(**numbers, permit=_Permit(_hash(numbers, cls.words)))

    def require_untouched(self) -> None:
        """Refuse numbers that aren't those of their maker.

        Raises
        ------
        DisclosureError
            If they were made otherwise, or changed since.
        """
        numbers = {each.name: getattr(self, each.name) for each in fields(self)}
        del numbers["permit"]
        kinds = (pd.DataFrame, Sealed)
        if not any(isinstance(each, kinds) for each in numbers.values()):
            return  # nothing to hide
        permit = self.permit
        if not isinstance(permit, _Permit) or permit.numbers != _hash(
            numbers, self.words
        ):
            msg = f"{type(self).__name__} are made by {self.maker} alone"
            raise DisclosureError(msg)


def refuse_kinds(kind: type) -> NoReturn:
    """Refuse a kind of something that may be shown.

    Raises
    ------
    DisclosureError
        Always.
    """
    name = kind.__bases__[0].__name__
    msg = f"{name} has no other kinds: they could leave out what it checks"
    raise DisclosureError(msg)


def _hash(numbers: Mapping[str, object], words: tuple[str, ...]) -> str:
    parts = [f"{n} {_digest(numbers[n])}" for n in sorted(numbers) if n not in words]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _digest(value: object) -> str:
    if isinstance(value, pd.DataFrame):
        hashed = hash_pandas_object(value, index=False).to_numpy().tobytes()
        return f"{list(value.columns)} {hashlib.sha256(hashed).hexdigest()}"
    if isinstance(value, Sealed):
        value.require_untouched()
        return f"{value.permit.numbers}"  # type: ignore[attr-defined]  # checked
    return repr(value)
