"""``surveytools key``: keys of pseudonyms."""

from pathlib import Path

import click

from surveytools.cli.problems import problems_reported
from surveytools.study.keys import VARIABLE, new_key

__all__ = ["command"]


@click.group("key")
def command() -> None:
    """Make keys of pseudonyms."""


@command.command("new")
@click.argument("path", type=click.Path(path_type=Path))
@problems_reported()
def new(*, path: Path) -> None:
    """Write a new random key to PATH, outside the study, that only you can read.

    Exit status: 0 done, 1 the file exists or lies where it must not.
    """
    new_key(path.expanduser())
    click.echo(f"new key -> {path}")
    click.echo(f"use it: export {VARIABLE}={path}")
    click.echo("keep a copy in a safe place: without it the pseudonyms are lost")
