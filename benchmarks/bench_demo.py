"""The demo study beside its notebooks run one after another by papermill.

    python benchmarks/bench_demo.py [ROUNDS]

Both begin without results and without cleaned data, in the same warm environment.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import BIN, Run, compare, run, show

ROOT = Path(__file__).parents[1]


def clean_out(place: Path) -> None:
    """Take away what an earlier run wrote."""
    for folder in ("reports", "data/processed"):
        shutil.rmtree(place / folder, ignore_errors=True)


def ours(place: Path) -> Run:
    """Time `surveytools run`."""
    clean_out(place)
    return run([str(BIN / "surveytools"), "run"], cwd=place)


def theirs(place: Path) -> Run:
    """Time the papermill command, one notebook after another."""
    clean_out(place)
    out = place / "reports" / "notebooks"
    out.mkdir(parents=True)
    start = time.perf_counter()
    runs = [
        run([str(BIN / "papermill"), str(book), str(out / book.name)], cwd=place)
        for book in sorted((place / "notebooks").glob("*.ipynb"))
    ]
    return Run(time.perf_counter() - start, max(each.peak for each in runs))


def main() -> None:
    """Copy the checkout, time in turn, print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        listed = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True)
        for name in listed.splitlines():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        figures = compare(lambda: ours(place), lambda: theirs(place), rounds=rounds)
    show("Demo study: surveytools run beside papermill, one by one", figures)


if __name__ == "__main__":
    main()
