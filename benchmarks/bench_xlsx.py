"""Read and clean 100,000 x 60 answers beside pandas reading them alone.

python benchmarks/bench_xlsx.py [ROWS] [ROUNDS]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import xlsxwriter
from timing import BIN, compare, run, show

SCALE = ("Never", "Rarely", "Sometimes", "Often", "Always")
TOOLS = tuple(f"Tool number {n}" for n in range(12))
WORDS = ("more", "queues", "GPU", "please", "storage", "slow", "fast", "thanks")


def write_export(path: Path, *, rows: int) -> None:
    """Write 40 single-response, 10 multiple-response, 6 number and 4 text items."""
    rng = np.random.default_rng(20261123)
    kinds = ["single"] * 40 + ["multiple"] * 10 + ["number"] * 6 + ["text"] * 4
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, [f"Item {n} ({kind})" for n, kind in enumerate(kinds)])
        for row in range(1, rows + 1):
            for column, kind in enumerate(kinds):
                if rng.random() < 0.1:
                    continue
                if kind == "single":
                    sheet.write_string(row, column, SCALE[rng.integers(5)])
                elif kind == "multiple":
                    chosen = np.flatnonzero(rng.random(12) < 0.2)
                    if len(chosen):
                        cell = "; ".join(TOOLS[i] for i in chosen)
                        sheet.write_string(row, column, cell)
                elif kind == "number":
                    sheet.write_number(row, column, int(rng.integers(500)))
                else:
                    words = rng.choice(WORDS, 6)
                    sheet.write_string(row, column, " ".join([*words, str(row)]))


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
    names = ["single"] * 40 + ["multiple"] * 10 + ["number"] * 6 + ["text"] * 4
    for n, kind in enumerate(names):
        lines += ["[[items]]", f'code = "i{n}"', f'header = "Item {n} ({kind})"']
        lines += [f'label = "Item {n}"', kinds[kind]]
    path.write_text("\n".join(lines) + "\n")


def main() -> None:
    """Generate, time in turn, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_export(place / "export.xlsx", rows=rows)
        write_codebook(place / "codebook.toml")
        ours = [str(BIN / "surveytools"), "clean", "export.xlsx"]
        ours += ["--codebook", "codebook.toml", "--out", "cleaned"]
        read = "pandas.read_excel('export.xlsx', engine='openpyxl')"
        theirs = [sys.executable, "-c", f"import pandas; {read}"]
        figures = compare(
            lambda: run(ours, cwd=place), lambda: run(theirs, cwd=place), rounds=rounds
        )
    show(f"{rows:,} x 60 XLSX: surveytools clean beside read_excel alone", figures)


if __name__ == "__main__":
    main()
