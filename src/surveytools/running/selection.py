"""Which notebooks a person means, and which those need."""

from collections.abc import Collection, Sequence
from pathlib import Path

from surveytools.errors import ParameterError
from surveytools.running.freshness import Run
from surveytools.running.parameters import closest

__all__ = ["selected", "with_needs"]


def selected(run: Run, only: Sequence[str]) -> tuple[str, ...]:
    """Find the notebooks that a person means: by name, number or path.

    Raises
    ------
    ParameterError
        If there is no such notebook; the closest is named.
    """
    names = []
    for text in only:
        stem = Path(text).name.removesuffix(".ipynb")
        found = [name for name in run.notebooks if stem in (name, name[:2])]
        if not found:
            msg = f"there is no notebook {text!r}"
            raise ParameterError(msg, hint=closest(stem, list(run.notebooks)))
        names += found
    return tuple(names) or tuple(run.notebooks)


def with_needs(run: Run, names: Collection[str]) -> tuple[str, ...]:
    """Add the notebooks that some must run after."""
    needed = set(names)
    for name in reversed(list(run.notebooks)):
        if name in needed:
            needed.update(run.needs(name))
    return tuple(name for name in run.notebooks if name in needed)
