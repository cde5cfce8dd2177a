"""``surveytools codebook to-xlsx`` and ``from-xlsx``: a codebook in a spreadsheet."""

import re
from pathlib import Path

import click

from surveytools.cleaning.codebook_toml import codebook_toml
from surveytools.cleaning.codebook_xlsx import document_from_xlsx, document_to_xlsx
from surveytools.cleaning.document import Document
from surveytools.cli.problems import problems_reported
from surveytools.errors import CodebookError, Location, ParameterError
from surveytools.files import write_text
from surveytools.study.load import read_toml

__all__ = ["from_xlsx", "refuse_replacing", "to_xlsx"]

_FILE = click.Path(readable=False, path_type=Path)  # we say why
_COMMENT = re.compile(r"^\s*#", re.MULTILINE)


@click.command("to-xlsx")
@click.argument("codebook", type=_FILE)
@click.option("-o", "--out", type=_FILE, required=True, help="Workbook to write.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@problems_reported()
def to_xlsx(codebook: Path, out: Path, *, force: bool) -> None:
    """Write CODEBOOK as a workbook, to be edited and read back by from-xlsx.

    Nothing but comments is lost on the way. A file that is based on another keeps
    saying no more than its differences.
    """
    refuse_replacing(out, codebook, force=force)
    document = read_toml(codebook, Document, error=CodebookError)
    document_to_xlsx(document, out)
    entries = len(document.items) + len(document.derived)
    click.echo(f"{entries} items -> {out}")
    lost = len(_COMMENT.findall(codebook.read_text("utf-8-sig")))
    if lost:
        lines = "1 comment line" if lost == 1 else f"{lost} comment lines"
        click.echo(f"left out: {lines}, for which a workbook has no place")


@click.command("from-xlsx")
@click.argument("workbook", type=_FILE)
@click.option("-o", "--out", type=_FILE, required=True, help="Codebook to write.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@problems_reported()
def from_xlsx(workbook: Path, out: Path, *, force: bool) -> None:
    """Write the codebook that stands in WORKBOOK, as to-xlsx lays it out."""
    refuse_replacing(out, workbook, force=force)
    document = document_from_xlsx(workbook)
    write_text(out, codebook_toml(document))
    entries = len(document.items) + len(document.derived)
    click.echo(f"{entries} items -> {out}")


def refuse_replacing(out: Path, source: Path, *, force: bool) -> None:
    """Refuse to write over a file that exists, unless told to, and over the source.

    Raises
    ------
    ParameterError
        If the file exists and ``force`` isn't set, or it is the one that is read.
    """
    if out.exists() and source.exists() and out.samefile(source):
        msg = "is the file that is read"
        raise ParameterError(msg, Location(str(out)), "name another file")
    if out.exists() and not force:
        msg = "exists, and may hold somebody's work"
        raise ParameterError(msg, Location(str(out)), "name another file, or --force")
