"""From a study to its outputs: the facade, the runner and what it needs.

The facade is imported on first use: it brings pandas, which a run with nothing to do
doesn't need.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveytools.running.survey import Survey, open_study

__all__ = ["Survey", "open_study"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from surveytools.running import survey  # noqa: PLC0415

        return getattr(survey, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
