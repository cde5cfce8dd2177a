"""``surveytools codebook``: draft one, check it against an export; and other rooms."""

from pathlib import Path
from typing import Unpack

import click

from surveytools.cleaning import check_codebook, draft_codebook, load_codebook
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.cleaning.questionnaires.write import questionnaire_toml
from surveytools.cli.codebook_diff import diff
from surveytools.cli.codebook_export import export
from surveytools.cli.codebook_xlsx import from_xlsx, refuse_replacing, to_xlsx
from surveytools.cli.lists import lists_for
from surveytools.cli.problems import problems_reported
from surveytools.cli.reading import Reading, reading_options
from surveytools.errors import raise_all
from surveytools.files import write_text
from surveytools.reading import read_export

__all__ = ["command"]

_FILE = click.Path(readable=False, path_type=Path)  # we say why


@click.group("codebook")
def command() -> None:
    """Draft, check, compare, export and convert codebooks."""


for other in (diff, export, to_xlsx, from_xlsx):
    command.add_command(other)


@command.command("draft")
@click.argument("source", metavar="EXPORT", type=_FILE)
@click.option("-o", "--out", type=_FILE, required=True, help="Codebook to write.")
@reading_options
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@problems_reported()
def draft(source: Path, out: Path, *, force: bool, **reading: Unpack[Reading]) -> None:
    """Write a codebook for EXPORT, an export or a questionnaire file, to be edited.

    Questionnaire files: Indico (JSON), LimeSurvey (.lss or .txt), XLSForm, REDCap
    dictionary, Qualtrics (.qsf); they are told by their content. The codebook can be
    used as it is. Lines with "# decide" say what a person must look at.
    """
    refuse_replacing(out, source, force=force)
    # Who says how an export is to be read has no questionnaire.
    told = any(reading[key] for key in ("platform", "sheet", "header_row"))
    asked = None if told else read_questionnaire(source)
    if asked is not None:
        text = questionnaire_toml(asked)
    else:
        text = draft_codebook(read_export(source, **reading))
    write_text(out, text)
    items, decisions = text.count("\n[[items]]\n"), text.count("# decide: ")
    click.echo(f"{items} items, {decisions} decisions to take -> {out}")


@command.command("check")
@click.argument("codebook", type=_FILE)
@click.argument("export", type=_FILE)
@click.option("--units", type=_FILE, help="Default: units.toml beside the codebook.")
@click.option("--services", type=_FILE, help="Default: services.toml beside it.")
@reading_options
@problems_reported()
def check(
    codebook: Path,
    export: Path,
    *,
    units: Path | None,
    services: Path | None,
    **reading: Unpack[Reading],
) -> None:
    """Say what EXPORT has and CODEBOOK doesn't, and the reverse.

    Names columns and items without a counterpart, and answers that the codebook
    doesn't know, with the choice that looks most like each. Exit status: 0 if all fit,
    1 if something must be corrected.
    """
    known_units, catalogue = lists_for(codebook, units=units, services=services)
    book = load_codebook(codebook, units=known_units, catalogue=catalogue)
    raw = read_export(export, **reading)
    raise_all(check_codebook(book, raw, units=known_units))
    click.echo(f"{raw.file} fits {book.file}: {len(book.asked())} items")
