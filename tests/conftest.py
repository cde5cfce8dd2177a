"""Fixtures shared by all tests."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples each time, however slow the machine is: what fails fails again.
# `pytest --hypothesis-profile default` draws others.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

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


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory):
    """Let LibreOffice convert a file to another kind, and give the new one's path."""
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice's command soffice")
    home = tmp_path_factory.mktemp("libreoffice")

    def convert(path, kind):
        profile = f"-env:UserInstallation=file://{home}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", str(home), str(path)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return home / f"{path.stem}.{kind}"

    return convert
