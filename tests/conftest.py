"""Fixtures shared by all tests."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real exports, which are never part of the repository."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data, the real exports")
    return folder


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory) -> Path:
    """Folder with a copy of the demo study, where tests may write."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copy2(ROOT / "study.toml", home)
    shutil.copytree(ROOT / "config", home / "config")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    raw = home / "data" / "raw"
    raw.mkdir(parents=True)
    for path in (ROOT / "data" / "raw").glob("synthetic-*"):
        shutil.copy2(path, raw)
    return home
