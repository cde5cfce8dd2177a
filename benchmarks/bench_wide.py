"""Read and clean 24,000 x 300 answers under two header rows beside pandas reading them.

python benchmarks/bench_wide.py [ROWS] [ROUNDS]

The file looks like SurveyMonkey's: the question stands above the first of its options
only, and each of 40 multiple-response questions has a column an option. The codebook is
what `surveytools codebook draft` makes of it; making it isn't timed.
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
from answers import SCALE
from timing import BIN, compare, run, show

SETS, OPTIONS, SINGLES = 40, 6, 51
ABOUT = ("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address")
ABOUT += ("Email Address", "First Name", "Last Name", "Custom Data 1")
BLOCK = 2_000


def write_export(path: Path, *, rows: int) -> None:
    """Write 9 columns of the platform, 40 x 6 options and 51 single-response items."""
    rng = np.random.default_rng(20261123)
    titles, parts = list(ABOUT), [""] * len(ABOUT)
    choices: list[np.ndarray] = []
    for number in range(SETS):
        titles += [f"Which of set {number} do you use?", *[""] * (OPTIONS - 1)]
        labels = [f"Option {part} of set {number}" for part in range(OPTIONS)]
        parts += labels
        choices += [np.array([label, ""], dtype=object) for label in labels]
    for number in range(SINGLES):
        titles.append(f"How often do you meet case {number}?")
        parts.append("Response")
        choices.append(np.array([*SCALE, ""], dtype=object))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([titles, parts])
        for start in range(0, rows, BLOCK):
            numbers = range(start + 1, min(start + BLOCK, rows) + 1)
            columns = [
                texts[rng.integers(len(texts), size=len(numbers))] for texts in choices
            ]
            for number, cells in zip(numbers, zip(*columns, strict=True), strict=True):
                day = f"11/{number % 28 + 1:02d}/2026 10:{number % 60:02d}:00 AM"
                about = [f"{11_000_000_000 + number}", "431", day, day, "", "", "", ""]
                writer.writerow([*about, "", *cells])


def main() -> None:
    """Generate, time in turn, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 24_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    surveytools = str(BIN / "surveytools")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_export(place / "export.csv", rows=rows)
        draft = ["codebook", "draft", "export.csv", "-o", "codebook.toml"]
        run([surveytools, *draft], cwd=place)
        ours = [surveytools, "clean", "export.csv", "--codebook", "codebook.toml"]
        ours += ["--out", "cleaned", "--no-workbook"]
        read = "pandas.read_csv('export.csv', dtype=str, keep_default_na=False)"
        theirs = [sys.executable, "-c", f"import pandas; {read}"]
        figures = compare(
            lambda: run(ours, cwd=place), lambda: run(theirs, cwd=place), rounds=rounds
        )
    show(f"{rows:,} x 300 CSV: surveytools clean beside read_csv alone", figures)


if __name__ == "__main__":
    main()
