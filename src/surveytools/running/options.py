"""Options that a notebook gives in words: refused in words, too, where mistyped."""

from typing import get_args

from surveytools.analysis.statistics import Correction, IntervalMethod, ProportionTest
from surveytools.errors import ParameterError
from surveytools.running.parameters import closest
from surveytools.study import BaseKind, PlannedTable

__all__ = ["require_options"]

_KNOWN: dict[str, tuple[str, ...]] = {
    "base": tuple(kind.value for kind in BaseKind),
    "correction": get_args(Correction),
    "interval": get_args(IntervalMethod),
    "test": get_args(ProportionTest),
    "topic": get_args(PlannedTable.model_fields["topic"].annotation),
}


def require_options(*, level: float = 0.95, **given: str | None) -> None:
    """Refuse options that there aren't; ``None`` is one that wasn't given.

    Raises
    ------
    ParameterError
        With the options that there are, or the closest.
    """
    for name, option in given.items():
        if option is not None and option not in _KNOWN[name]:
            msg = f"there is no {name} {option!r}"
            hint = closest(option, _KNOWN[name], all_of="there are")
            raise ParameterError(msg, hint=hint)
    if not 0 < level < 1:
        msg = f"a level lies between 0 and 1, and {level:g} doesn't"
        raise ParameterError(msg, hint="0.95 is usual")
