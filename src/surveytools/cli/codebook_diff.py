"""``surveytools codebook diff``: what changed from one wave's codebook to the next."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from surveytools.cleaning import load_codebook
from surveytools.cleaning.codebook import Codebook
from surveytools.cleaning.differences import Change, Sort, differences
from surveytools.cli.lists import lists_for
from surveytools.cli.problems import problems_reported

__all__ = ["diff"]

_FILE = click.Path(readable=False, path_type=Path)  # we say why
_HEADINGS = {
    Sort.MEANING: "The meaning may have changed:",
    Sort.WORDING: "Only words, names or order of answers changed:",
    Sort.READING: "How cells are found, checked or protected changed:",
}


@click.command("diff")
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("--units", type=_FILE, help="Default: units.toml beside the codebook.")
@click.option("--services", type=_FILE, help="Default: services.toml beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@problems_reported()
def diff(
    before: Path,
    after: Path,
    *,
    units: Path | None,
    services: Path | None,
    as_json: bool,
    exit_code: bool,
) -> None:
    """Say what differs between the codebooks of two waves.

    Changes after which numbers may not compare come first. Items are matched by code,
    then by header; choices by code, then by label. Exit status: 0, or with
    --exit-code 1 if anything differs, as git does it.
    """
    books = [_load(path, units, services) for path in (before, after)]
    changes = differences(*books)
    click.echo(_json(books, changes) if as_json else _text(books, changes))
    if exit_code and changes:
        raise SystemExit(1)


def _load(path: Path, units: Path | None, services: Path | None) -> Codebook:
    known_units, catalogue = lists_for(path, units=units, services=services)
    return load_codebook(path, units=known_units, catalogue=catalogue)


def _text(books: Sequence[Codebook], changes: Sequence[Change]) -> str:
    lines = [f"{books[0].file} -> {books[1].file}: {_count(changes)}"]
    for sort, heading in _HEADINGS.items():
        found = [change for change in changes if change.sort is sort]
        if found:
            lines += ["", heading, *(f"  {_on_one_line(change)}" for change in found)]
    return "\n".join(lines)


def _count(changes: Sequence[Change]) -> str:
    if not changes:
        return "no difference"
    number = len(changes)
    meaning = sum(change.sort is Sort.MEANING for change in changes)
    plural = "" if number == 1 else "s"
    return f"{number} difference{plural}, {meaning} of which may change the meaning"


def _on_one_line(change: Change) -> str:
    return " ".join(str(change).split())


def _json(books: Sequence[Codebook], changes: Sequence[Change]) -> str:
    result = {
        "before": books[0].file,
        "after": books[1].file,
        "changes": [asdict(change) for change in changes],
    }
    return json.dumps(result, ensure_ascii=False, indent=2)
