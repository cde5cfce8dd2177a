"""Neither workers nor the order of notebooks change what is published."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long


def run(home, *options):
    command = [Path(sys.executable).with_name("surveytools"), "run", *options]
    done = subprocess.run(
        [*command, "--study", home / "study.toml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def published(home):
    reports = home / "reports"
    return {
        path.relative_to(reports).as_posix(): path.read_bytes()
        for path in sorted(reports.rglob("*"))
        if path.is_file() and ".work" not in path.parts and path.name != "manifest.json"
    }


def test_one_worker_or_two_forwards_or_backwards(demo_home, tmp_path):
    forwards = shutil.copytree(demo_home, tmp_path / "forwards" / "study")
    backwards = shutil.copytree(demo_home, tmp_path / "backwards" / "study")
    names = sorted(path.stem for path in (forwards / "notebooks").glob("2*.ipynb"))

    run(forwards, "--cores", "1")
    for name in reversed(names):
        run(backwards, "--only", name, "--cores", "1")
    run(backwards, "--cores", "2")

    one, other = published(forwards), published(backwards)
    assert len(names) > 1
    assert {"deck.pptx", "tables.xlsx", "index.html", "disclosure.json"} <= set(one)
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []
    record = json.loads(one["disclosure.json"])
    assert any(table["withheld"] for table in record["tables"])
