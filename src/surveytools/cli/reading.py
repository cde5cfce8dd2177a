"""Options of all commands that read an export."""

from collections.abc import Callable
from typing import Any, TypedDict

import click

from surveytools.reading import PLATFORMS

__all__ = ["Reading", "reading_options"]


class Reading(TypedDict):
    """How an export is to be read, as `surveytools.reading.read_export` takes it."""

    platform: str | None
    sheet: str | None
    header_row: int | None
    large: bool


_OPTIONS = (
    click.option(
        "--platform",
        type=click.Choice(list(PLATFORMS)),
        help="Platform, if it isn't recognised.",
    ),
    click.option("--sheet", help="Sheet of the workbook that holds the responses."),
    click.option(
        "--header-row",
        type=click.IntRange(min=1),
        metavar="N",
        help="Row of the headers in the spreadsheet, if it isn't found.",
    ),
    click.option("--large", is_flag=True, help="Read a file beyond the usual limits."),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, in the order in which its help shows them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
