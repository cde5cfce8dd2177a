"""From an exported survey spreadsheet to workshop slides, small groups hidden."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveytools.running import open_study

__all__ = ["__version__", "open_study"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import the facade on first use, so that a command that needs none stays fast."""
    if name == "open_study":
        from surveytools.running import open_study  # noqa: PLC0415

        return open_study
    msg = f"module 'surveytools' has no attribute {name!r}"
    raise AttributeError(msg)
