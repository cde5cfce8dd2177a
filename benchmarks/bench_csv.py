"""Read and clean 1,000,000 x 60 answers beside pandas reading them alone.

python benchmarks/bench_csv.py [ROWS] [ROUNDS]
python benchmarks/bench_csv.py curve [MOST]
"""

import sys
import tempfile
from pathlib import Path

from answers import write_codebook, write_csv
from timing import BIN, Run, compare, curve, run, show

CLEAN = [str(BIN / "surveytools"), "clean", "export.csv", "--codebook", "codebook.toml"]
CLEAN += ["--out", "cleaned", "--no-workbook"]
READ = "pandas.read_csv('export.csv', dtype=str, keep_default_na=False)"
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def prepare(place: Path, rows: int) -> None:
    """Write an export and its codebook."""
    write_csv(place / "export.csv", rows=rows)
    write_codebook(place / "codebook.toml")


def ours(place: Path) -> Run:
    """Time `surveytools clean`: to Parquet, with audit and accounting."""
    return run(CLEAN, cwd=place)


def theirs(place: Path) -> Run:
    """Time pandas, which reads and does nothing more."""
    return run([sys.executable, "-c", f"import pandas; {READ}"], cwd=place)


def main() -> None:
    """Generate, time in turn, print."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if sys.argv[1:2] == ["curve"]:
            most = int(sys.argv[2]) if len(sys.argv) > 2 else SIZES[-1]
            points = []
            for rows in (size for size in SIZES if size <= most):
                prepare(place, rows)
                points.append((rows, ours(place), theirs(place)))
            curve("Growth: rows x 60 CSV, whole commands", points)
            return
        rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
        prepare(place, rows)
        figures = compare(lambda: ours(place), lambda: theirs(place), rounds=rounds)
    show(f"{rows:,} x 60 CSV: surveytools clean beside read_csv alone", figures)


if __name__ == "__main__":
    main()
