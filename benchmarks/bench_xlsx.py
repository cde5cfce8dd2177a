"""Read and clean 100,000 x 60 answers beside pandas reading them alone.

python benchmarks/bench_xlsx.py [ROWS] [ROUNDS]
"""

import sys
import tempfile
from pathlib import Path

import xlsxwriter
from answers import KINDS, answers, names, write_codebook
from timing import BIN, compare, run, show


def write_export(path: Path, *, rows: int) -> None:
    """Write the answers as a platform does: numbers as numbers, all else as text."""
    columns = [column.to_pylist() for column in answers(rows).columns]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, names())
        for number, row in enumerate(zip(*columns, strict=True), start=1):
            for at, (text, kind) in enumerate(zip(row, KINDS, strict=True)):
                if text is None:
                    continue
                if kind == "number":
                    sheet.write_number(number, at, int(text))
                else:
                    sheet.write_string(number, at, text)


def main() -> None:
    """Generate, time in turn, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_export(place / "export.xlsx", rows=rows)
        write_codebook(place / "codebook.toml")
        ours = [str(BIN / "surveytools"), "clean", "export.xlsx"]
        ours += ["--codebook", "codebook.toml", "--out", "cleaned", "--no-workbook"]
        read = "pandas.read_excel('export.xlsx', engine='openpyxl')"
        theirs = [sys.executable, "-c", f"import pandas; {read}"]
        figures = compare(
            lambda: run(ours, cwd=place), lambda: run(theirs, cwd=place), rounds=rounds
        )
    show(f"{rows:,} x 60 XLSX: surveytools clean beside read_excel alone", figures)


if __name__ == "__main__":
    main()
