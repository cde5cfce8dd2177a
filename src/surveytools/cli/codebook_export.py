"""``surveytools codebook export``: a codebook as a questionnaire to put on-line."""

from pathlib import Path

import click

from surveytools.cleaning import load_codebook
from surveytools.cleaning.document import Document
from surveytools.cleaning.questionnaires.export import FORMATS, export_codebook
from surveytools.cli.codebook_xlsx import refuse_replacing
from surveytools.cli.lists import lists_for
from surveytools.cli.problems import problems_reported
from surveytools.errors import CodebookError
from surveytools.study.load import read_toml

__all__ = ["export"]

_FILE = click.Path(readable=False, path_type=Path)  # we say why


@click.command("export")
@click.argument("codebook", type=_FILE)
@click.option(
    "--to", "format_", type=click.Choice(FORMATS), required=True, help="Format."
)
@click.option("-o", "--out", type=_FILE, required=True, help="File to write.")
@click.option("--language", help="Language, for formats that hold one; else the first.")
@click.option("--title", help="Title of the survey; else the codebook's.")
@click.option("--units", type=_FILE, help="Default: units.toml beside the codebook.")
@click.option("--services", type=_FILE, help="Default: services.toml beside it.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@problems_reported()
def export(
    codebook: Path,
    format_: str,
    out: Path,
    *,
    language: str | None,
    title: str | None,
    units: Path | None,
    services: Path | None,
    force: bool,
) -> None:
    """Write CODEBOOK as a questionnaire that a survey platform imports, or as a page.

    Says what the format can't hold: lines that begin with "left out".
    """
    refuse_replacing(out, codebook, force=force)
    known_units, catalogue = lists_for(codebook, units=units, services=services)
    book = load_codebook(codebook, units=known_units, catalogue=catalogue)
    document = read_toml(codebook, Document, error=CodebookError)
    named = title or document.title or codebook.stem
    done = export_codebook(book, out, to=format_, title=named, language=language)
    click.echo(f"{done.items} questions -> {out}")
    for line in done.left_out:
        click.echo(f"left out: {line}")
    for line in done.notes:
        click.echo(f"note: {line}")
