"""Made-up answers and their codebook, for any number of rows."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

SCALE = ("Never", "Rarely", "Sometimes", "Often", "Always")
TOOLS = tuple(f"Tool number {n}" for n in range(12))
WORDS = ("more", "queues,", "GPU", "please", "storage", "slow", "fast", "thanks")
KINDS = ("single",) * 40 + ("multiple",) * 10 + ("number",) * 6 + ("text",) * 4
BLOCK = 50_000


def names() -> list[str]:
    """Headers of the 60 columns."""
    return [f"Item {n} ({kind})" for n, kind in enumerate(KINDS)]


def answers(rows: int) -> pa.Table:
    """40 single-response, 10 multiple-response, 6 number and 4 text items.

    One cell in ten is blank; one single-response cell in a hundred is spelt otherwise
    than in the codebook; texts have commas, and one in a hundred a line break.
    """
    rng = np.random.default_rng(20261123)
    columns = [_column(kind, rows, rng) for kind in KINDS]
    return pa.table(columns, names=names())


def write_csv(path: Path, *, rows: int) -> None:
    """Write the answers block by block, as platforms do: quoted where need be."""
    options = csv.WriteOptions(quoting_style="needed")
    schema = pa.schema([(name, pa.string()) for name in names()])
    with csv.CSVWriter(path, schema, write_options=options) as writer:
        table = answers(rows)
        for start in range(0, rows, BLOCK):
            writer.write(table.slice(start, BLOCK))


def _column(kind: str, rows: int, rng: np.random.Generator) -> pa.Array:
    if kind == "single":
        spelt = pa.array([*SCALE, *(text.upper() for text in SCALE), "Often "])
        usual = rng.integers(5, size=rows)
        other = rng.integers(5, len(spelt), size=rows)
        texts = spelt.take(pa.array(np.where(rng.random(rows) < 0.01, other, usual)))
    elif kind == "multiple":
        chosen = (rng.random((rows, len(TOOLS))) < 0.2) @ (1 << np.arange(len(TOOLS)))
        texts = _lists().take(pa.array(chosen.astype(np.int64)))
    elif kind == "number":
        texts = pa.array(rng.integers(500, size=rows)).cast(pa.string())
    else:
        words = [
            pa.array(WORDS).take(pa.array(rng.integers(len(WORDS), size=rows)))
            for _ in range(6)
        ]
        number = pa.array(np.arange(rows)).cast(pa.string())
        ends = pa.array([" ", "\n"]).take(pa.array((rng.random(rows) < 0.01) * 1))
        *words, last = words
        last = pc.binary_join_element_wise(last, number, ends)
        texts = pc.binary_join_element_wise(*words, last, " ")
    blank = pa.array(rng.random(rows) < 0.1)
    return pc.if_else(blank, None, texts)


def _lists() -> pa.Array:
    """Every set of tools as it stands in a cell, by its number."""
    sets = [
        "; ".join(tool for n, tool in enumerate(TOOLS) if number >> n & 1)
        for number in range(1 << len(TOOLS))
    ]
    return pa.array([text or None for text in sets], pa.string())


def write_codebook(path: Path) -> None:
    """Describe the 60 items."""
    scale = ", ".join(f'{{ code = "{t.lower()}", label = "{t}" }}' for t in SCALE)
    tools = ", ".join(
        f'{{ code = "t{n}", label = "{text}" }}' for n, text in enumerate(TOOLS)
    )
    lines = [
        'title = "Benchmark"',
        "[lists]",
        f"scale = [{scale}]",
        f"tools = [{tools}]",
    ]
    kinds = {
        "single": 'kind = "single-response"\nchoices = "scale"',
        "multiple": 'kind = "multiple-response"\nchoices = "tools"\nseparator = "; "',
        "number": 'kind = "number"',
        "text": 'kind = "text"',
    }
    for n, (name, kind) in enumerate(zip(names(), KINDS, strict=True)):
        lines += ["[[items]]", f'code = "i{n}"', f'header = "{name}"']
        lines += [f'label = "Item {n}"', kinds[kind]]
    path.write_text("\n".join(lines) + "\n")
