"""Options of all commands that show numbers, and writing what they show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from surveytools.files import atomic_path, write_text
from surveytools.study.study import Profile

__all__ = [
    "output_options",
    "protection_options",
    "require_file",
    "study_option",
    "write_content",
]

_FORMATS = ("md", "html", "csv", "json", "xlsx")
_OTHERS = {*_FORMATS, "toml", "parquet", "ipynb", "key"}
"""Ends of names that say what is in a file, also of those that commands read."""

_PROTECTION = (
    click.option(
        "--threshold",
        type=click.IntRange(min=1),
        help="Smallest number of respondents shown; 1 hides nothing. "
        "Needed, unless --study says so.",
    ),
    click.option(
        "--profile",
        type=click.Choice([profile.value for profile in Profile]),
        default=Profile.WORKSHOP.value,
        show_default=True,
        help="Who will see the numbers.",
    ),
)
_OUTPUT = (
    click.option(
        "--level",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        default=0.95,
        show_default=True,
        help="Coverage of the intervals.",
    ),
    click.option(
        "--format",
        "written",
        type=click.Choice(_FORMATS),
        default="md",
        show_default=True,
    ),
    click.option(
        "-o",
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File to write; by default, the numbers are printed.",
    ),
)

_Command = Callable[..., Any]

study_option = click.option(
    "--study",
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path),
    help="Tabulate this study, protected against what its tab plan declares.",
)
"""Which study the numbers are of."""


def protection_options(command: _Command) -> _Command:
    """Ask who will see the numbers, and how few respondents may be shown."""
    return _with(command, _PROTECTION)


def output_options(command: _Command) -> _Command:
    """Ask for the level of intervals, the format and the file."""
    return _with(command, _OUTPUT)


def _with(
    command: _Command, options: tuple[Callable[[_Command], _Command], ...]
) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command


def require_file(written: str, out: Path | None) -> None:
    """Refuse to print a workbook, and to write over a file of another kind.

    Raises
    ------
    click.UsageError
        If no file is named for a workbook, or the name ends as another format's do.
    """
    if written == "xlsx" and out is None:
        msg = "--format xlsx needs --out"
        raise click.UsageError(msg)
    end = "" if out is None else out.suffix.lower().removeprefix(".")
    if end in _OTHERS and end != written:
        say = f"say --format {end}, or " if end in _FORMATS else ""
        msg = f"--format {written} writes no .{end}: {say}name another file"
        raise click.UsageError(msg)


def write_content(content: str | bytes, out: Path | None) -> None:
    """Write a table to a file, or print it."""
    if out is None:
        ended = isinstance(content, bytes) or content.endswith("\n")
        click.echo(content, nl=not ended)
    elif isinstance(content, str):
        write_text(out, content)
    else:
        with atomic_path(out) as temporary:
            temporary.write_bytes(content)
