"""``surveytools trend``: one item through the waves, small groups hidden."""

from collections.abc import Callable
from pathlib import Path

import click

from surveytools.analysis.statistics import Correction, ProportionTest
from surveytools.analysis.waves import tabulate_waves
from surveytools.cleaning import read_responses
from surveytools.cli.problems import problems_reported
from surveytools.cli.table import write_content
from surveytools.disclosure import Ledger
from surveytools.disclosure.trends import (
    protect_trend,
    trend_csv,
    trend_html,
    trend_json,
    trend_markdown,
    trend_workbook,
)
from surveytools.study import Crosswalk, load_crosswalk
from surveytools.study.study import Profile

__all__ = ["command"]

_WRITERS: dict[str, Callable[..., str | bytes]] = {
    "md": trend_markdown,
    "html": trend_html,
    "csv": trend_csv,
    "json": trend_json,
    "xlsx": trend_workbook,
}


@click.command("trend")
@click.argument("stub")
@click.argument(
    "waves",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--crosswalk",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="crosswalk.toml: what is the same in the waves, and why it compares.",
)
@click.option("--where", metavar="'ITEM=CHOICE'", help="Count only who fulfils this.")
@click.option(
    "--threshold",
    type=click.IntRange(min=1),
    required=True,
    help="Smallest number of respondents shown; 1 hides nothing.",
)
@click.option(
    "--profile",
    type=click.Choice([profile.value for profile in Profile]),
    default=Profile.WORKSHOP.value,
    show_default=True,
    help="Who will see it.",
)
@click.option(
    "--compare",
    "correction",
    type=click.Choice(["holm", "benjamini-hochberg", "none"]),
    default="holm",
    show_default=True,
    help="How p is corrected over all differences.",
)
@click.option(
    "--test",
    type=click.Choice(["z", "fisher"]),
    default="z",
    show_default=True,
    help="How two waves are compared.",
)
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Coverage of the intervals.",
)
@click.option(
    "--format",
    "written",
    type=click.Choice(list(_WRITERS)),
    default="md",
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; by default, the trend is printed.",
)
def command(
    stub: str,
    waves: tuple[Path, ...],
    *,
    crosswalk: Path | None,
    where: str | None,
    threshold: int,
    profile: str,
    correction: Correction,
    test: ProportionTest,
    level: float,
    written: str,
    out: Path | None,
) -> None:
    """Compare the answers to item STUB in the folders WAVES that `clean` wrote.

    The latest wave comes last; STUB is the item's code there. Shares of those who
    answered, and differences to the wave before with intervals and p. An item whose
    meaning changed is refused, unless the crosswalk says why it compares.
    """
    if written == "xlsx" and out is None:
        msg = "--format xlsx needs --out"
        raise click.UsageError(msg)
    with problems_reported():
        known = Crosswalk() if crosswalk is None else load_crosswalk(crosswalk)
        cleaned = [read_responses(folder) for folder in waves]
        counted = tabulate_waves(cleaned, stub, known, where=where, level=level)
        trend = protect_trend(
            counted,
            ledger=Ledger.of((), threshold=threshold, profile=Profile(profile)),
            correction=correction,
            test=test,
            language=cleaned[-1].codebook.language,
        )
        content = _WRITERS[written](trend)
    if threshold == 1:
        click.echo("warning: UNPROTECTED, a threshold of 1 hides nothing", err=True)
    write_content(content, out)
