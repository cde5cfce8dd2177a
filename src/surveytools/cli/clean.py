"""``surveytools clean``: from exports and a codebook to cleaned responses."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, Unpack

import click

from surveytools.cleaning import (
    Responses,
    clean,
    read_inputs,
    summary,
    too_many_unresolved,
    unresolved_problems,
    write_responses,
)
from surveytools.cli.lists import lists_for
from surveytools.cli.problems import problems_reported
from surveytools.cli.reading import Reading, reading_options
from surveytools.errors import SurveyError, SurveyErrors, raise_all
from surveytools.reading import RawTable
from surveytools.reading.progress import progress_shown
from surveytools.study import Export, RowRules, find_study, load_study
from surveytools.study.keys import key_path, read_key

__all__ = ["command"]

_FILE = click.Path(readable=False, path_type=Path)  # we say why


@click.command("clean")
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True, type=_FILE)
@click.option("--codebook", required=True, type=_FILE, help="Codebook of the wave.")
@click.option("--out", required=True, type=_FILE, help="Folder for the results.")
@click.option("--wave", help="Name of the wave; by default the folder's name.")
@click.option(
    "--units", type=_FILE, help="Departments; by default units.toml by the codebook."
)
@click.option(
    "--services",
    type=_FILE,
    help="Services; by default services.toml by the codebook.",
)
@click.option("--language", default="en", show_default=True, help="Language of labels.")
@reading_options
@click.option(
    "--duplicates",
    type=click.Choice(["keep", "later", "earlier"]),
    default="keep",
    show_default=True,
    help="Which of rows that are the same to leave out.",
)
@click.option(
    "--duplicates-by",
    multiple=True,
    metavar="PSEUDONYM",
    help="Take rows of one person as the same; by default, rows with equal answers.",
)
@click.option(
    "--partial",
    type=click.Choice(["reached", "keep", "drop"]),
    default="reached",
    show_default=True,
    help="Count rows not completed for what they reached, or as all, or not at all.",
)
@click.option(
    "--tests",
    type=click.Choice(["drop", "keep"]),
    default="drop",
    show_default=True,
    help="What to do with rows that the platform marks as tests or previews.",
)
@click.option("--test-word", multiple=True, help="Leave out rows that say only this.")
@click.option("--strict", is_flag=True, help="Write nothing if a cell is unresolved.")
@click.option(
    "--max-unresolved",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Write nothing if more than this share of an item is unresolved.",
)
@click.option(
    "--workbook/--no-workbook",
    default=True,
    help="Also write responses.xlsx for people, unless it is too large.",
)
@problems_reported()
def command(
    *,
    exports: tuple[Path, ...],
    codebook: Path,
    out: Path,
    wave: str | None,
    units: Path | None,
    services: Path | None,
    language: str,
    duplicates: Literal["keep", "later", "earlier"],
    duplicates_by: tuple[str, ...],
    partial: Literal["reached", "keep", "drop"],
    tests: Literal["drop", "keep"],
    test_word: tuple[str, ...],
    max_unresolved: float | None,
    strict: bool,
    workbook: bool,
    **reading: Unpack[Reading],
) -> None:
    """Clean EXPORT... with a codebook and write the responses to a folder.

    Every cell ends as a coded answer, free text, a kind of missing, unresolved, or
    left out by a rule; the counts are printed. What was noticed stands in
    findings.csv.

    Exit status: 0 done, 1 the data or the codebook must be corrected, 2 the command
    was mistyped.
    """
    known_units, catalogue = lists_for(codebook, units=units, services=services)
    with progress_shown(exports):
        raws, book = read_inputs(
            [Export(file=path, **reading) for path in exports],
            codebook,
            units=known_units,
            catalogue=catalogue,
            language=language,
        )
        responses = clean(
            raws,
            book,
            wave=wave or out.resolve().name,
            rows=RowRules(
                duplicates=duplicates,
                duplicates_by=duplicates_by or ("answers",),
                test_words=test_word,
                partial=partial,
                tests=tests,
            ),
            units=known_units,
            key=_key(codebook, out) if book.pseudonyms else None,
        )
        if strict:
            raise_all(unresolved_problems(responses))
        if max_unresolved is not None:
            raise_all(too_many_unresolved(responses, at_most=max_unresolved))
        write_responses(responses, out, raws=raws, workbook=workbook)
    _say_what_was_read(raws)
    _say_which_rows_count(responses)
    _say_what_became_of_the_cells(responses, len(raws))
    _say_what_was_noticed(responses)
    click.echo(f"{len(responses.frame):,} respondents -> {out}")


def _key(codebook: Path, out: Path) -> bytes | None:
    """Read the key that the environment names, or the study of the codebook."""
    apart_from, key_file, home = [out], None, None
    with suppress(SurveyError, SurveyErrors):  # no study, or one for others to mend
        home = find_study(codebook.parent).parent
        apart_from.append(home)
        key_file = load_study(home / "study.toml").key_file
    path = key_path(os.environ, key_file=key_file, home=home)
    return read_key(path, apart_from=apart_from) if path else None


def _say_what_was_read(raws: Sequence[RawTable]) -> None:
    for raw in raws:
        click.echo(f"{raw.file}: {raw.platform} ({raw.reason})")
        for note in raw.notes:
            click.echo(f"  note: {note}")


def _say_which_rows_count(responses: Responses) -> None:
    counts = dict(responses.rows)
    kept = f"{counts.pop('kept'):,} kept"
    if "partial" in counts:
        kept += f" ({counts.pop('partial'):,} partial)"
    parts = [f"{counts.pop('read'):,} read", kept]
    parts += [f"{what} {number:,}" for what, number in counts.items()]
    click.echo(f"  rows: {', '.join(parts)}")


def _say_what_became_of_the_cells(responses: Responses, exports: int) -> None:
    outcomes = dict(summary(responses.accounting))
    width = max(map(len, outcomes), default=0)
    total = f"{sum(outcomes.values()):,}"
    for outcome, cells in outcomes.items():
        click.echo(f"  {outcome:<{width}}  {f'{cells:,}':>{len(total)}}")
    files = "1 export" if exports == 1 else f"{exports} exports"
    click.echo(f"  {'':<{width}}  = all {total} cells of {files}")


def _say_what_was_noticed(responses: Responses) -> None:
    kinds = responses.findings["kind"].value_counts()
    if kinds.empty:
        click.echo("no findings")
        return
    parts = ", ".join(f"{kind}: {number}" for kind, number in kinds.items())
    click.echo(f"{int(kinds.sum())} findings ({parts}), see findings.csv")
