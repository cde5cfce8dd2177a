"""``surveytools release``: outputs to pass on, checked against earlier ones."""

import datetime as dt
import os
import sys
from pathlib import Path

import click

from surveytools.cli.problems import problems_reported
from surveytools.running.freshness import describe_run

__all__ = ["command"]


def _day(
    _ctx: click.Context, _option: click.Parameter, text: str | None
) -> dt.date | None:
    """Read a date as year-month-day."""
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is no day as 2026-03-01"
        raise click.BadParameter(msg) from error


@click.command("release")
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    help="The study file; by default the nearest study.toml upward.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be shown, and what not.")
@click.option("--list", "listed", is_flag=True, help="List the releases so far.")
@click.option(
    "--accept-changes",
    "accepted",
    default="",
    metavar="REASON",
    help="Let tables change though their respondents didn't; the reason is recorded.",
)
@click.option(
    "--date",
    callback=_day,
    metavar="YYYY-MM-DD",
    help="The date that outputs are of; by default today.",
)
@click.option(
    "--cores",
    type=click.IntRange(min=1),
    default=lambda: (
        len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    ),
    help="How many notebooks at a time; by default all cores.",
)
@problems_reported()
def command(
    study: Path | None,
    accepted: str,
    date: dt.date | None,
    cores: int,
    *,
    dry_run: bool,
    listed: bool,
) -> None:
    """Make outputs to pass on, checked against those passed on before.

    Respondents who came, went or changed since the last release are shown only where
    they are enough that nobody can be found by comparing the two; others wait for the
    next. Outputs go to releases/NUMBER-DATE/.

    Exit status: 0 done, or nothing to show; 1 the data or the codebook must be
    corrected, or changes accepted, 2 the command was mistyped, 3 a notebook failed,
    4 the search for what must not leave found something. Only 0 makes a release.
    """
    # Imported only now: it brings pandas.
    from surveytools.running import release  # noqa: PLC0415

    if listed:
        releases = ["  ".join(map(str, each)) for each in release.list_releases(study)]
        click.echo("\n".join(releases) or "no release yet")
        return
    run = describe_run(study)
    if dry_run:
        for line in release.prospect_of(run).in_words():
            click.echo(line)
        return
    day = (date or dt.datetime.now(tz=dt.UTC).astimezone().date()).isoformat()
    watched = sys.stderr.isatty()

    def progress(name: str, state: str) -> None:
        if watched:
            click.echo(f"  {name}: {state}", err=True)

    prospect, folder = release.make_release(
        run, date=day, cores=cores, accepted=accepted.strip(), progress=progress
    )
    for line in prospect.in_words():
        click.echo(line)
    if folder is None:
        if not prospect.same_program:
            click.echo(
                "codebook, tab plan, notebooks or program changed, no number did: "
                "--accept-changes makes a release of it"
            )
        last = prospect.last.number if prospect.last else 0
        click.echo(f"nothing to show since release {last}: no new release")
    else:
        click.echo(f"release {prospect.number} -> {folder}/")
