"""``surveytools inspect``: say what an export looks like."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Unpack

import click

from surveytools.cli.problems import problems_reported
from surveytools.cli.reading import Reading, reading_options
from surveytools.reading import (
    ColumnLook,
    RawTable,
    describe,
    read_export,
)
from surveytools.reading.progress import progress_shown

__all__ = ["command"]

_HEADER_WIDTH = 56
_FILE = click.Path(readable=False, path_type=Path)  # we say why


@click.command("inspect")
@click.argument("export", type=_FILE)
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@problems_reported()
def command(export: Path, *, as_json: bool, **reading: Unpack[Reading]) -> None:
    """Say what EXPORT looks like; write nothing.

    Prints the platform and why, and of each column how much it holds and of what
    kind. Shows no answers.
    """
    with progress_shown([export]):
        raw = read_export(export, **reading)
        looks = describe(raw)
    click.echo(_json(raw, looks) if as_json else _page(raw, looks))


def _json(raw: RawTable, looks: Sequence[ColumnLook]) -> str:
    rows, columns = raw.frame.shape
    page = {
        "file": raw.file,
        "sheet": raw.sheet,
        "sha256": raw.sha256,
        "platform": raw.platform,
        "certainty": raw.certainty,
        "reason": raw.reason,
        "encoding": raw.encoding,
        "delimiter": raw.delimiter,
        "separator": raw.separator,
        "rows": rows,
        "columns": columns,
        "left_out": dict(raw.left_out),
        "notes": list(raw.notes),
        "looks": [asdict(look) for look in looks],
    }
    return json.dumps(page, ensure_ascii=False, indent=2)


def _page(raw: RawTable, looks: Sequence[ColumnLook]) -> str:
    rows, columns = raw.frame.shape
    facts = [
        ("file", raw.file if raw.sheet is None else f"{raw.file}, sheet {raw.sheet!r}"),
        ("platform", f"{raw.platform} ({raw.certainty}: {raw.reason})"),
        ("encoding", raw.encoding),
        ("delimiter", raw.delimiter),
        ("responses", f"{rows} rows, {columns} columns"),
        ("left out", ", ".join(f"{n} {what}" for what, n in raw.left_out)),
    ]
    lines = [f"{name:<10} {text}" for name, text in facts if text]
    lines += [f"note       {note}" for note in raw.notes]
    lines += ["", f"{'column':>6} {'filled':>6} {'distinct':>8}  header | looks like"]
    lines += [_line(look) for look in looks]
    return "\n".join(lines)


def _line(look: ColumnLook) -> str:
    header = " ".join(_heading(look).split()) or "(none)"
    if len(header) > _HEADER_WIDTH:
        header = f"{header[: _HEADER_WIDTH - 1]}…"
    role = "" if look.role == "answer" else f"{look.role}: "
    numbers = f"{look.position:>6} {look.filled:>6} {look.distinct:>8}"
    return f"{numbers}  {header} | {role}{look.looks}"


def _heading(look: ColumnLook) -> str:
    """Write the header, and behind it what the platform tells of the question."""
    if look.question is None or look.question == look.header:
        return look.header
    asked = look.question if look.part is None else f"{look.question} [{look.part}]"
    return asked if asked == look.header else f"{look.header}: {asked}"
