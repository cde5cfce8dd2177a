"""Mutates real exports and reads them, in a process with little memory and time.

Run by ``test_mutated_exports.py``. Prints one JSON line a file that ends otherwise than
by being read or by a `SurveyError`, and how many were tried.
"""

import json
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from io import BytesIO
from pathlib import Path

from surveytools.errors import SurveyError, SurveyErrors
from surveytools.reading import describe, read_export
from surveytools.reading.spss_file import read_spss  # noqa: F401 - loaded beforehand

HANG = 10  # seconds of processor time
MEMORY = 1 << 30
INTERESTING = [
    b"1048576", b"XFD1048576", b"16384", b"99999999999", b"-1", b"0", b"1e999", b"nan",
    b"<!DOCTYPE a [", b"&a;", b"&#0;", b"]]>", b"<!--", b'"', b"'", b"\x00",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b",", b";", b"\t",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b'r="A0"', b't="e"', b't="d"',
    b' s="99"', b"<c", b"</row>", b"<v>", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
]  # fmt: skip


def limit() -> None:
    """Allow a gigabyte beyond what the program takes by itself."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def mutated(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Change bytes, or the bytes of a member of a zip file."""
    if data[:2] == b"PK" and dice.random() < 0.8:
        try:
            return _with_member(data, dice, others)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, KeyError):
            pass
    return _changed(data, dice, others)


def _with_member(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = package.namelist()
        contents = {name: package.read(name) for name in names}
    weights = [4 if "sheet" in n or "content" in n else 1 for n in names]
    name = dice.choices(names, weights)[0]
    deed = dice.random()
    if deed < 0.05:
        del contents[name]
    elif deed < 0.1:
        contents[name] = contents[dice.choice(names)]
    else:
        contents[name] = _changed(contents[name], dice, others)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in contents.items():
            package.writestr(part, content)
    packed = buffer.getvalue()
    return _changed(packed, dice, others) if deed > 0.97 else packed


def _changed(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
        if not changed:
            break
        at = dice.randrange(len(changed))
        length = min(dice.choice([1, 1, 2, 4, 16, 256, 5000]), len(changed) - at)
        deed = dice.randrange(8)
        if deed == 0:
            changed[at] ^= 1 << dice.randrange(8)
        elif deed == 1:
            changed[at : at + length] = dice.randbytes(length)
        elif deed == 2:
            del changed[at : at + length]
        elif deed == 3:
            del changed[at:]
        elif deed == 4:
            changed[at:at] = changed[at : at + length] * dice.choice([1, 2, 50])
        elif deed == 5:
            other = dice.choice(others)
            start = dice.randrange(len(other))
            changed[at : at + length] = other[start : start + length]
        elif deed == 6:
            word = dice.choice(INTERESTING)
            changed[at : at + len(word)] = word
        else:
            _renumber(changed, dice)
    return bytes(changed)


def _renumber(changed: bytearray, dice: random.Random) -> None:
    """Put another number in the place of one."""
    at = dice.randrange(len(changed))
    digits = b"0123456789"
    while at < len(changed) and changed[at] not in digits:
        at += 1
    end = at
    while end < len(changed) and changed[end] in digits:
        end += 1
    number = dice.choice([b"0", b"1", b"65536", b"1048577", b"4294967295", b"9" * 20])
    changed[at:end] = number


def main(folder: Path, seed: int, until: float, sources: list[Path]) -> None:
    """Try one file after the other; each is kept until it was read."""
    corpus = [(path.name, path.read_bytes()) for path in sources]
    others = [data for _, data in corpus]
    limit()
    tried = read = 0
    while time.time() < until:
        dice = random.Random(seed)  # noqa: S311 - no secret
        seed += 1
        name, data = dice.choice(corpus)
        path = folder / name
        path.write_bytes(mutated(data, dice, others))
        (folder / "now.json").write_text(json.dumps({"seed": seed - 1, "name": name}))
        signal.setitimer(signal.ITIMER_PROF, HANG)  # which ends the process
        try:
            describe(read_export(path))
            read += 1
        except (SurveyError, SurveyErrors) as error:
            if "\n" in str(error).replace(repr(name), ""):
                report(folder, path, seed - 1, f"more than one line: {error!r}")
        except BaseException:  # noqa: BLE001 - whatever else comes is a fault
            report(folder, path, seed - 1, traceback.format_exc())
        signal.setitimer(signal.ITIMER_PROF, 0)
        tried += 1
        path.unlink(missing_ok=True)
        counts = {"tried": tried, "read": read, "seed": seed}
        (folder / "counts.json").write_text(json.dumps(counts))


def report(folder: Path, path: Path, seed: int, fault: str) -> None:
    kept = folder / f"fault-{seed}-{path.name}"
    kept.write_bytes(path.read_bytes())
    line = {"seed": seed, "file": str(kept), "fault": fault}
    print(json.dumps(line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]),
        float(sys.argv[3]),
        [Path(name) for name in sys.argv[4:]],
    )
