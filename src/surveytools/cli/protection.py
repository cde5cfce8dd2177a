"""``surveytools protection``: what protecting tables cost, for the owner."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surveytools.cli.problems import problems_reported

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["command"]


@click.command("protection")
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    help="The study file; by default the nearest study.toml upward.",
)
@click.option(
    "--format",
    "written",
    type=click.Choice(["text", "csv"]),
    default="text",
    show_default=True,
)
@problems_reported()
def command(study: Path | None, written: str) -> None:
    """Say what protecting the tables of the tab plan cost.

    For each table: its cells; how many are withheld in themselves (primary) and for the
    sake of others (complementary); how many the latter would be by the first, greedy
    answer (greedy); how much dearer the choice may be than the best one (gap); and
    whether it is proven that nothing less would do. What the proof supposes stands in
    docs/method.md.

    For the owner of the data: these numbers depend on what is hidden. They stand in no
    output of a run.

    Exit status: 0 done, 1 the data or the codebook must be corrected, 2 the command was
    mistyped.
    """
    # Imported only now: they bring pandas.
    from surveytools.disclosure import losses  # noqa: PLC0415
    from surveytools.running import open_study  # noqa: PLC0415

    survey = open_study(study)
    found = losses(survey.protected.ledger)
    if written == "csv":
        click.echo(found.to_csv(index=False, lineterminator="\n"), nl=False)
    elif len(found):
        for line in _lines(found):
            click.echo(line)
    else:
        click.echo("the tab plan declares no table")
    if survey.study.disclosure.threshold == 1:
        click.echo("a threshold of 1 hides nothing", err=True)
    click.echo("for the owner of the data: don't pass this on", err=True)


def _lines(found: "pd.DataFrame") -> Iterator[str]:
    """Lay the tables out in columns, with a sum if there are several."""
    counts = ["cells", "primary", "complementary", "greedy"]
    rows = [
        [
            *(str(one[name]) for name in ("id", *counts)),
            _percent(one["gap"]),
            one["proven"],
        ]
        for one in found.to_dict(orient="records")
    ]
    if len(rows) > 1:
        sums = found[counts].sum().astype(str)
        rows.append([f"all {len(rows)} tables", *sums, "", ""])
    rows.insert(0, ["table", *counts, "gap", "proven"])
    first, *others, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, *cells, proven in rows:
        numbers = [cell.rjust(w) for cell, w in zip(cells, others, strict=True)]
        yield "  ".join([name.ljust(first), *numbers, proven]).rstrip()


def _percent(gap: float) -> str:
    return "unknown" if math.isnan(gap) else f"{gap:.1%}".replace("%", " %")
