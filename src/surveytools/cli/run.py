"""``surveytools run``: from a study to its outputs, executing what is stale."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from surveytools.cli.problems import problems_reported
from surveytools.errors import ParameterError, SurveyErrors
from surveytools.running.freshness import Run, describe_run, stale
from surveytools.running.selection import selected, with_needs

__all__ = ["command"]


@click.command("run")
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    help="The study file; by default the nearest study.toml upward.",
)
@click.option("--only", multiple=True, metavar="NOTEBOOK", help="Name or number.")
@click.option(
    "-p",
    "--parameter",
    "given",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A parameter of the notebooks; outputs go to reports/NAME/VALUE/.",
)
@click.option(
    "--cores",
    type=click.IntRange(min=1),
    help="How many notebooks at a time; by default all cores.",
)
@click.option("--dry-run", is_flag=True, help="Say what would run, and why.")
@click.option("--force", is_flag=True, help="Run also what is up to date.")
@click.option(
    "--verbose/--quiet",
    default=None,
    help="Say what was done, or only what went wrong; by default as a terminal or a "
    "log wants it.",
)
@problems_reported()
def command(
    study: Path | None,
    only: tuple[str, ...],
    given: tuple[tuple[str, str], ...],
    cores: int | None,
    *,
    dry_run: bool,
    force: bool,
    verbose: bool | None,
) -> None:
    """Run the notebooks of a study; write its reports folder.

    Only what is out of date runs. Work goes on in reports/.work and is published at
    the end, so a failed run leaves the last good deck where it was. What is wrong with
    the study or its tab plan is told before any notebook starts.

    Exit status: 0 done, 1 the data or the codebook must be corrected, 2 the command
    was mistyped, 3 a notebook failed, 4 an output held what must not leave: all that
    the run made is then in data/processed/_withheld.
    """
    quiet = not (sys.stdout.isatty() if verbose is None else verbose)
    try:
        run, names, reasons = _planned(study, only, dict(given), force=force)
        if dry_run:
            for name, reason in reasons.items():
                click.echo(f"{name} would run: {reason}")
            if not reasons and verbose is not False:
                click.echo(f"nothing would run: {_near(run.reports)} is up to date")
        elif reasons:
            written = _run(run, names, reasons, cores=cores, force=force, quiet=quiet)
            if not quiet:
                _say_written(run, written)
        elif not quiet:
            _say_written(run, ())
    except (ParameterError, SurveyErrors) as error:
        if _mistyped(error):
            raise click.UsageError(str(error)) from error
        raise


def _mistyped(error: Exception) -> bool:
    parts = error.exceptions if isinstance(error, SurveyErrors) else (error,)
    return all(isinstance(part, ParameterError) for part in parts)


def _planned(
    study: Path | None, only: Sequence[str], given: dict[str, str], *, force: bool
) -> tuple[Run, tuple[str, ...], dict[str, str]]:
    """Find the notebooks that shall be up to date, and those that aren't, with why."""
    run = describe_run(study, given=given)
    names = selected(run, only)
    old = stale(run)
    reasons = {name: old[name] for name in with_needs(run, names) if name in old}
    if force:
        reasons = dict.fromkeys(names, "it is forced") | reasons
    return (
        run,
        names,
        {name: reasons[name] for name in run.notebooks if name in reasons},
    )


def _run(
    run: Run,
    names: Sequence[str],
    reasons: dict[str, str],
    *,
    cores: int | None,
    force: bool,
    quiet: bool,
) -> tuple[Path, ...]:
    # Imported only now: a run with nothing to do needs no pydantic.
    from surveytools.running.pipeline import run_notebooks  # noqa: PLC0415

    watched = sys.stderr.isatty() and not quiet
    if watched:
        click.echo(f"running {len(reasons)} notebooks of {run.study.name}", err=True)

    def progress(name: str, state: str) -> None:
        if watched:
            click.echo(f"  {name}: {state}", err=True)

    return run_notebooks(
        run,
        names,
        stale=tuple(reasons),
        cores=cores or _cores(),
        force=force,
        progress=progress,
    )


def _cores() -> int:
    """Count the cores that this process may use, as a batch system grants them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _say_written(run: Run, written: Sequence[Path]) -> None:
    """Say what was written, and where: single files by name, others by number."""
    if not written:
        click.echo(f"nothing changed: {_near(run.reports)} is up to date")
        return
    top = [path.name for path in written if path.parent == run.reports]
    rooms = Counter(path.parent.name for path in written if path.parent != run.reports)
    parts = [*top, *(f"{number} in {room}/" for room, number in sorted(rooms.items()))]
    click.echo(f"wrote {', '.join(parts)} -> {_near(run.reports)}")


def _near(path: Path) -> str:
    here, path = Path.cwd(), path.resolve()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}/"
