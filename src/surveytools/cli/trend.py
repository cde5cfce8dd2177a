"""``surveytools trend``: one item through the waves, small groups hidden."""

from collections.abc import Callable
from pathlib import Path

import click

from surveytools.analysis.statistics import Correction, ProportionTest
from surveytools.analysis.waves import tabulate_waves
from surveytools.cleaning import read_responses
from surveytools.cli.problems import problems_reported
from surveytools.cli.showing import (
    output_options,
    protection_options,
    require_file,
    study_option,
    write_content,
)
from surveytools.cli.sources import (
    refuse_beside_study,
    require_threshold,
    tell_of_its_study,
)
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
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@study_option
@click.option(
    "--crosswalk",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="crosswalk.toml: what is the same in the waves, and why it compares.",
)
@click.option("--where", metavar="'ITEM=CHOICE'", help="Count only who fulfils this.")
@protection_options
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
@output_options
def command(
    stub: str,
    waves: tuple[Path, ...],
    *,
    study: Path | None,
    crosswalk: Path | None,
    where: str | None,
    threshold: int | None,
    profile: str,
    correction: Correction,
    test: ProportionTest,
    level: float,
    written: str,
    out: Path | None,
) -> None:
    """Compare the answers to item STUB in the folders WAVES that `clean` wrote.

    The latest wave comes last; STUB is the item's code there. With --study, the waves,
    the crosswalk, threshold and profile are the study's, and the numbers are protected
    against all tables that its tab plan declares. Shares of those who answered, and
    differences to the wave before with intervals and p. An item whose meaning changed
    is refused, unless the crosswalk says why it compares.
    """
    require_file(written, out)
    if study is not None:
        if waves:
            msg = "with --study, name one item and no folder"
            raise click.UsageError(msg)
        refuse_beside_study("threshold", "profile", "crosswalk")
    elif not waves:
        msg = "name the folders that clean wrote, the latest last (or --study)"
        raise click.UsageError(msg)
    with problems_reported():
        if study is not None:
            # What draws figures comes with a study, and takes seconds to import.
            from surveytools.cli.declared import open_study, tell_of_plan  # noqa: PLC0415

            survey = open_study(study)
            tell_of_plan(survey)
            trend = survey.trend(
                stub, where=where, correction=correction, test=test, level=level
            )
        else:
            rules = Ledger.of(
                (), threshold=require_threshold(threshold), profile=Profile(profile)
            )
            tell_of_its_study(waves[-1])
            known = Crosswalk() if crosswalk is None else load_crosswalk(crosswalk)
            cleaned = [read_responses(folder) for folder in waves]
            trend = protect_trend(
                tabulate_waves(cleaned, stub, known, where=where, level=level),
                ledger=rules,
                correction=correction,
                test=test,
                language=cleaned[-1].codebook.language,
            )
        content = _WRITERS[written](trend)
    if threshold == 1:
        click.echo("warning: UNPROTECTED, a threshold of 1 hides nothing", err=True)
    write_content(content, out)
