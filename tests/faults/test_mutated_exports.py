"""Real exports with damaged, cut and spliced bytes: read, or refused by one line.

For half an hour, or as long as ``SURVEYTOOLS_FUZZ_SECONDS`` says. Each file may take
ten seconds of the processor and a gigabyte of memory.
"""

import gzip
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

SECONDS = int(os.environ.get("SURVEYTOOLS_FUZZ_SECONDS", "1800"))
SEED = int(os.environ.get("SURVEYTOOLS_FUZZ_SEED", "1"))
WORKER = Path(__file__).with_name("mutating.py")
LARGEST = 200_000
STALLED = 120  # seconds in which a worker must go on to the next file


@pytest.fixture
def sources(shared_data, tmp_path, request):
    """Real exports that are small enough, also packed and saved by LibreOffice."""
    found = [
        path
        for path in sorted(shared_data.rglob("*"))
        if path.suffix in {".csv", ".xlsx", ".sav"}
        and "published" not in path.parts
        and path.stat().st_size < LARGEST
    ]
    folder = tmp_path / "sources"
    folder.mkdir()
    survey = shared_data / "sheffield" / "sheffield.csv"
    packed = folder / "sheffield.csv.gz"
    packed.write_bytes(gzip.compress(survey.read_bytes()))
    with zipfile.ZipFile(folder / "sheffield.csv.zip", "w") as archive:
        archive.write(survey, "sheffield.csv")
    small = shared_data / "indico" / "registrations_all_columns_ui-en.xlsx"
    try:
        convert = request.getfixturevalue("libreoffice")
    except pytest.skip.Exception:
        spreadsheets = []
    else:
        spreadsheets = [convert(small, kind) for kind in ("xls", "ods")]
    return [*found, *spreadsheets, *sorted(folder.iterdir())]


@pytest.mark.long
def test_only_expected_errors_come_out(sources, tmp_path):
    until = time.time() + SECONDS
    workers = max((os.cpu_count() or 2) - 1, 1)
    running = [
        Worker(tmp_path / str(n), SEED + n * 10**9, until) for n in range(workers)
    ]
    for worker in running:
        worker.start(sources)
    while any(worker.goes_on(sources) for worker in running):
        time.sleep(0.2)

    tried = sum(worker.tried for worker in running)
    read = sum(worker.read for worker in running)
    faults = [fault for worker in running for fault in worker.faults()]
    print(f"{tried:,} mutated files tried, {read:,} read, {len(faults)} faults")  # noqa: T201
    assert not faults, "\n".join(faults)
    assert tried > SECONDS / 10


class Worker:
    """A process that reads mutated files, and the next one if it dies."""

    def __init__(self, folder, seed, until):
        folder.mkdir()
        self.folder, self.seed, self.until = folder, seed, until
        self.tried = self.read = 0
        self.deaths = []
        self.process = None

    def start(self, sources):
        (self.folder / "counts.json").unlink(missing_ok=True)
        arguments = [self.folder, self.seed, self.until, *sources]
        with (self.folder / f"log-{self.seed}").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, WORKER, *map(str, arguments)],
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def goes_on(self, sources):
        """Tell whether it works; note its death, and begin again behind that file."""
        now = self.folder / "now.json"
        stalled = now.exists() and time.time() - now.stat().st_mtime > STALLED
        if stalled:
            self.process.kill()
            self.process.wait()
        status = self.process.poll()
        if status is None:
            return True
        counts = self.folder / "counts.json"
        if counts.exists():
            found = json.loads(counts.read_text())
            self.tried += found["tried"]
            self.read += found["read"]
        if status == 0:
            return False
        case = json.loads(now.read_text()) if now.exists() else {"seed": self.seed}
        path = self.folder / case.get("name", "")
        if path.is_file():
            path.rename(self.folder / f"death-{case['seed']}-{path.name}")
        self.deaths.append(f"died with status {status}: {case}, see {self.folder}")
        self.seed = case["seed"] + 1
        if len(self.deaths) > 20 or time.time() > self.until:
            return False
        self.start(sources)
        return True

    def faults(self):
        """All that went wrong, as texts."""
        lines = [
            line
            for log in sorted(self.folder.glob("log-*"))
            for line in log.read_text().splitlines()
        ]
        return [*self.deaths, *lines]
