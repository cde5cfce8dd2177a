"""``surveytools demo``: the synthetic exports that the demo study reads."""

from pathlib import Path

import click

from surveytools.cli.problems import problems_reported

__all__ = ["command"]


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/raw"),
    show_default=True,
    help="Folder to write to.",
)
@problems_reported()
def command(out: Path) -> None:
    """Write synthetic survey exports, nobody's answers, that the demo study reads.

    The same files each time: what is there with these names is replaced.
    """
    from surveytools.demo import write_demo  # noqa: PLC0415 - it brings openpyxl

    for path in write_demo(out):
        click.echo(path)
