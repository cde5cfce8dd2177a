"""Times whole commands in turn, A B A B, so that a drifting machine hits both."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Run:
    """Wall-clock seconds and peak memory (MB) of the largest process of one run.

    ``processor`` is the seconds that the processor worked for it, which other work on
    the machine changes less.
    """

    seconds: float
    peak: float
    processor: float = 0.0


def run(command: Sequence[str], *, cwd: Path) -> Run:
    """Run a command to its end; its output is thrown away, a failure stops all."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        message = process.stderr.read().decode() if process.stderr else ""
        raise SystemExit(f"{' '.join(command)} failed:\n{message}")
    unit = 1024 if sys.platform == "linux" else 1024**2
    processor = usage.ru_utime + usage.ru_stime
    return Run(seconds, usage.ru_maxrss / unit, processor)


def compare(
    ours: Callable[[], Run], theirs: Callable[[], Run], *, rounds: int
) -> dict[str, float]:
    """Median seconds and peaks of two runs in turn, and the median of the ratios."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    busy = [a.processor / b.processor for a, b in pairs if b.processor]
    return {
        "ours_seconds": statistics.median(a.seconds for a, _ in pairs),
        "theirs_seconds": statistics.median(b.seconds for _, b in pairs),
        "ratio": statistics.median(a.seconds / b.seconds for a, b in pairs),
        "processor_ratio": statistics.median(busy) if busy else 0.0,
        "ours_peak_mb": statistics.median(a.peak for a, _ in pairs),
        "theirs_peak_mb": statistics.median(b.peak for _, b in pairs),
    }


def show(title: str, figures: dict[str, float]) -> None:
    """Print one line a figure, ready for the README."""
    print(title)
    for name, value in figures.items():
        print(f"  {name:16} {value:10.2f}")


def curve(title: str, points: Sequence[tuple[int, Run, Run]]) -> None:
    """Print how time and memory grow, and how far from a straight line."""
    print(title)
    head = ("rows", "ours s", "theirs s", "ratio", "ours MB", "theirs MB", "s a 100k")
    print("  " + "".join(f"{text:>11}" for text in head))
    for rows, a, b in points:
        each = a.seconds / rows * 100_000
        numbers = f"{a.seconds:11.2f}{b.seconds:11.2f}{a.seconds / b.seconds:11.2f}"
        numbers += f"{a.peak:11.0f}{b.peak:11.0f}{each:11.2f}"
        print(f"  {rows:11,}{numbers}")
    (first, begin, _), (last, end, _) = points[0], points[-1]
    slope = (end.seconds - begin.seconds) / (last - first) * 100_000
    start = begin.seconds - slope * first / 100_000
    print(f"  line through the ends: {start:.2f} s + {slope:.2f} s per 100,000 rows")
    for rows, a, _ in points:
        line = start + slope * rows / 100_000
        print(f"  {rows:11,}  measured / line = {a.seconds / line:.2f}")
