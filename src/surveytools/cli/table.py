"""``surveytools table``: tabulate cleaned responses, small groups hidden."""

from collections.abc import Callable
from pathlib import Path

import click
from click.core import ParameterSource

from surveytools.analysis.statistics import Correction, IntervalMethod, ProportionTest
from surveytools.cleaning.codebook import Kind
from surveytools.cli.problems import problems_reported
from surveytools.cli.showing import (
    output_options,
    protection_options,
    require_file,
    study_option,
    write_content,
)
from surveytools.cli.sources import (
    Folder,
    Source,
    refuse_beside_study,
    require_threshold,
    tell_of_its_study,
)
from surveytools.disclosure import SafeNumbers
from surveytools.disclosure.details import details_of
from surveytools.disclosure.number_letters import compare_numbers
from surveytools.disclosure.number_writing import (
    numbers_csv,
    numbers_html,
    numbers_json,
    numbers_markdown,
    numbers_workbook,
)
from surveytools.disclosure.writing import (
    as_csv,
    as_html,
    as_json,
    as_markdown,
    as_workbook,
)
from surveytools.errors import ParameterError
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["command"]

_WRITERS: dict[str, Callable[..., str | bytes]] = {
    "md": as_markdown,
    "html": as_html,
    "csv": as_csv,
    "json": as_json,
    "xlsx": as_workbook,
}
_NUMBER_WRITERS: dict[str, Callable[..., str | bytes]] = {
    "md": numbers_markdown,
    "html": numbers_html,
    "csv": numbers_csv,
    "json": numbers_json,
    "xlsx": numbers_workbook,
}


@click.command("table")
@click.argument("named", nargs=-1, metavar="[RESPONSES] STUB")
@study_option
@click.option("--wave", metavar="NAME", help="Wave of the study; by default the last.")
@click.option("--by", metavar="BANNER", help="Item whose answers are the columns.")
@click.option(
    "--where",
    "conditions",
    metavar="'ITEM=CHOICE'",
    multiple=True,
    help="Count only who fulfils this; all of them, if given several times.",
)
@click.option("--combinations", is_flag=True, help="Count exact sets of choices.")
@click.option(
    "--base",
    type=click.Choice([kind.value for kind in BaseKind]),
    default=BaseKind.ANSWERED.value,
    show_default=True,
    help="What a share is a share of.",
)
@protection_options
@click.option(
    "--compare",
    "correction",
    type=click.Choice(["holm", "benjamini-hochberg", "none"]),
    help="Give letters to groups that differ; p corrected over the table like this.",
)
@click.option(
    "--test",
    type=click.Choice(["z", "fisher"]),
    default="z",
    show_default=True,
    help="How two groups are compared.",
)
@click.option(
    "--net",
    "nets",
    metavar="'LABEL=ANSWER,ANSWER'",
    multiple=True,
    help="Count these answers together, too.",
)
@click.option("--summary", is_flag=True, help="Top and bottom box and mean of a scale.")
@click.option(
    "--box",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Levels in each box.",
)
@click.option(
    "--interval",
    type=click.Choice(["wilson", "clopper-pearson", "agresti-coull"]),
    help="Show intervals of shares, by this method.",
)
@click.option(
    "--population",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file (unit, headcount) of the groups, or of the item's answers.",
)
@click.option(
    "--weights",
    "weighting",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Show weighted shares too, as [weights] of this file (study.toml) says.",
)
@output_options
def command(
    named: tuple[str, ...],
    *,
    study: Path | None,
    wave: str | None,
    by: str | None,
    conditions: tuple[str, ...],
    combinations: bool,
    base: str,
    threshold: int | None,
    profile: str,
    correction: Correction | None,
    test: ProportionTest,
    nets: tuple[str, ...],
    summary: bool,
    box: int,
    interval: IntervalMethod | None,
    level: float,
    population: Path | None,
    weighting: Path | None,
    written: str,
    out: Path | None,
) -> None:
    """Tabulate item STUB of the folder RESPONSES that `clean` wrote, or of a study.

    With --study, threshold and profile are the study's, and the numbers are protected
    against all tables that its tab plan declares. Of a numeric item: mean, median and
    standard deviation; with another base than 'answered', how many gave a number. Small
    groups are withheld, and what would give them away. Exit status: 0 done, 1 the
    codebook has no such item or it can't be counted so, 2 the command was mistyped.
    """
    require_file(written, out)
    for option, needed, given in (
        ("test", "compare", correction),
        ("box", "summary", summary),
    ):
        if _is_given(option) and not given:
            msg = f"--{option} says how --{needed} does its work, and needs it"
            raise click.UsageError(msg)
    *folders, stub = _named(named, study)
    source: Source
    with problems_reported():
        if study is not None:
            # What draws figures comes with a study, and takes seconds to import.
            from surveytools.cli.declared import Declared, tell_of_plan  # noqa: PLC0415

            refuse_beside_study("threshold", "profile", "population")
            source = Declared.at(study, wave=wave, weighting=weighting)
            tell_of_plan(source.survey)
        else:
            tell_of_its_study(Path(folders[0]))
            source = Folder(
                Path(folders[0]),
                require_threshold(threshold),
                Profile(profile),
                population,
                weighting,
            )
        where = _both(conditions)
        number = source.codebook.item(stub).kind is Kind.NUMBER
        if number and base == BaseKind.ANSWERED:
            _refuse_options_of_counts(stub)
            content = _numbers(
                source.numbers(stub, by=by, where=where, level=level),
                written=written,
                correction=correction,
                language=source.language,
            )
        else:
            safe, weighted = source.table(
                stub,
                by=by,
                where=where,
                base=BaseKind(base),
                combinations=combinations,
                interval=interval or "wilson",
                level=level,
            )
            details = details_of(
                safe,
                correction=correction,
                test=test,
                nets=_nets(nets),
                summary=summary,
                box=box,
                intervals=interval is not None,
                weighted=weighted,
            )
            content = _WRITERS[written](safe, details=details, language=source.language)
    if threshold == 1:
        click.echo("warning: UNPROTECTED, a threshold of 1 hides nothing", err=True)
    write_content(content, out)


def _named(named: tuple[str, ...], study: Path | None) -> list[str]:
    """Tell a folder from an item: a study has its own folders.

    Raises
    ------
    click.UsageError
        If there are too few or too many, or the folder isn't there.
    """
    if study is not None:
        if len(named) == 1:
            return [*named]
        msg = "with --study, name one item and no folder"
        raise click.UsageError(msg)
    if len(named) != 2:  # noqa: PLR2004  # a folder and an item
        msg = "name the folder that clean wrote and one item (or --study and one item)"
        raise click.UsageError(msg)
    if _is_given("wave"):
        msg = "--wave is a wave of a study, and needs --study"
        raise click.UsageError(msg)
    if not Path(named[0]).is_dir():
        is_file = Path(named[0]).exists()
        found = "is a file" if is_file else "does not exist"
        msg = f"{named[0]!r} {found}: name first the folder that clean wrote"
        raise click.BadParameter(msg, param_hint="'RESPONSES'")
    return [*named]


def _is_given(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is not ParameterSource.DEFAULT


def _refuse_options_of_counts(stub: str) -> None:
    """Leave no option without effect where means and medians are written.

    Raises
    ------
    ParameterError
        If one was given.
    """
    of_counts = {
        "combinations": "combinations",
        "nets": "net",
        "summary": "summary",
        "interval": "interval",
        "weighting": "weights",
    }
    given = [f"--{name}" for option, name in of_counts.items() if _is_given(option)]
    if given:
        msg = f"item {stub!r} holds numbers: {', '.join(given)} is of counts"
        hint = "leave it out; --base all counts who gave a number"
        raise ParameterError(msg, hint=hint)


def _numbers(
    safe: SafeNumbers, *, written: str, correction: Correction | None, language: str
) -> str | bytes:
    """Write means and medians of a numeric item."""
    compared = None
    if correction is not None:
        level = safe.bases.estimation.level
        compared = compare_numbers(safe, correction=correction, level=level)
    return _NUMBER_WRITERS[written](safe, compared=compared, language=language)


def _nets(given: tuple[str, ...]) -> dict[str, list[str]]:
    """Read ``LABEL=ANSWER,ANSWER``."""
    nets = {}
    for text in given:
        label, mark, codes = text.partition("=")
        if not (mark and label.strip() and codes.strip()):
            msg = f"--net {text!r} isn't LABEL=ANSWER,ANSWER"
            raise click.UsageError(msg)
        if label.strip() in nets:
            msg = (
                f"two --net are called {label.strip()!r}; give each a label of its own"
            )
            raise click.UsageError(msg)
        nets[label.strip()] = [code.strip() for code in codes.split(",")]
    return nets


def _both(conditions: tuple[str, ...]) -> str | None:
    """Join conditions that must all hold."""
    if len(conditions) < 2:  # noqa: PLR2004  # one needs no brackets
        return "".join(conditions) or None
    return " and ".join(f"({condition})" for condition in conditions)
