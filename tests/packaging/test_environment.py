"""The conda environment offers what pyproject.toml asks for, range by range."""

import re
import tomllib

import yaml

PIP_ONLY = {"pip"}


def requirement(text):
    name, spec = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", text).groups()
    return name.lower().replace("_", "-"), frozenset(filter(None, spec.split(",")))


def test_conda_environment_equals_pyproject(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    environment = yaml.safe_load((root / "environment.yml").read_text())
    offered = [entry for entry in environment["dependencies"] if isinstance(entry, str)]

    python = f"python {project['requires-python']}"
    assert dict(map(requirement, [*asked, python])) == {
        name: spec for name, spec in map(requirement, offered) if name not in PIP_ONLY
    }


def test_conda_environment_installs_the_package_itself(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())

    assert environment["channels"] == ["conda-forge", "bioconda", "nodefaults"]
    assert {"pip": ["--editable ."]} in environment["dependencies"]


def test_lock_holds_hashes_for_all_and_no_addresses(root):
    lock = (root / "requirements.lock").read_text()
    pinned = re.findall(r"^([a-z0-9-]+)==", lock, flags=re.MULTILINE)
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]

    assert {requirement(text)[0] for text in asked} <= set(pinned)
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in lock
