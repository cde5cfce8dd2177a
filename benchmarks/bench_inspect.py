"""`surveytools inspect` on 300 rows beside importing pandas.

python benchmarks/bench_inspect.py [ROUNDS]
"""

import sys
import tempfile
from pathlib import Path

from answers import write_csv
from timing import BIN, compare, run, show


def main() -> None:
    """Generate, time in turn, print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_csv(place / "export.csv", rows=300)
        ours = [str(BIN / "surveytools"), "inspect", "export.csv"]
        theirs = [sys.executable, "-c", "import pandas"]
        figures = compare(
            lambda: run(ours, cwd=place), lambda: run(theirs, cwd=place), rounds=rounds
        )
    show("300 x 60 CSV: surveytools inspect beside import pandas", figures)


if __name__ == "__main__":
    main()
