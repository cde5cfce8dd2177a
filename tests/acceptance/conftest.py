"""Running whole studies, and searching all that they wrote for people."""

import html
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest


@pytest.fixture(scope="session")
def run_study() -> Callable[[Path], str]:
    """Run a study with the command, as a person does; give what it printed."""

    def run(study: Path) -> str:
        command = [Path(sys.executable).with_name("surveytools"), "run", "--verbose"]
        done = subprocess.run(
            [*command, "--study", study],
            capture_output=True,
            text=True,
            check=False,
            cwd=study.parent,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == 0, printed
        return printed

    return run


@pytest.fixture(scope="session")
def leaks() -> Callable[[Iterable[Path], Iterable[str]], set[tuple[str, str]]]:
    """Find names in files, whatever the file's type: pairs of file and name.

    Every byte of a file is searched; archives (xlsx, pptx, also those inside others)
    member by member, parquet value by value. Capital or small letters don't matter.
    """

    def found(folders: Iterable[Path], names: Iterable[str]) -> set[tuple[str, str]]:
        spellings = [(name, each) for name in names for each in _spellings(name)]
        files = (path for folder in folders for path in sorted(folder.rglob("*")))
        return {
            (str(path), name)
            for path in files
            if path.is_file()
            for content in _contents(path.read_bytes())
            for name, spelling in spellings
            if spelling in content
        }

    return found


def _spellings(name: str) -> set[bytes]:
    """Write a name as plain text, JSON, HTML and XML do, in small letters."""
    texts = {name, html.escape(name), html.escape(name, quote=False)}
    # JSON writes other codes for capital and for small letters outside ASCII.
    texts |= {json.dumps(each)[1:-1] for each in (name, name.lower())}
    return {text.lower().encode() for text in texts}


def _contents(data: bytes) -> Iterator[bytes]:
    """Give a file's bytes in small letters, and those of what is packed in it."""
    yield _small(data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _contents(archive.read(name))
    elif data.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(data))
        values = json.dumps(table.to_pylist(), default=str, ensure_ascii=False)
        yield _small(values.encode())
        yield _small(str(table.schema).encode())


def _small(data: bytes) -> bytes:
    return data.decode("utf-8", errors="replace").lower().encode()
