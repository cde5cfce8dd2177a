"""Whether the notebooks still say what they said: nbval, in a copy of the tree.

``python -m surveytools.running.regression [NOTEBOOK...]`` copies what git knows of the
checkout to a temporary folder, executes the notebooks there and compares their outputs
with the stored ones. Without names, all run, the last first: none may depend on
another's having run before. The checkout is the same after as before.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from surveytools.errors import SurveyError

__all__ = ["copy_tree", "main"]


def copy_tree(home: Path, target: Path) -> dict[str, str]:
    """Copy the files that git tracks or would track, and give their hashes.

    What git ignores (cleaned waves, reports, real exports) isn't copied.

    Raises
    ------
    SurveyError
        If the folder isn't a checkout.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=home, capture_output=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        msg = f"{home.name}/ isn't a git checkout"
        hint = "change to the top folder of the checkout"
        raise SurveyError(msg, hint=hint) from error
    hashes = {}
    for name in listed.stdout.decode().split("\0"):
        source = home / name
        if name and source.is_file():
            hashes[name] = hashlib.sha256(source.read_bytes()).hexdigest()
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return hashes


def _compare(copy: Path, names: Sequence[str]) -> int:
    notebooks = sorted((copy / "notebooks").glob("[0-9]*.ipynb"), reverse=True)
    if names:
        wanted = {Path(name).name.removesuffix(".ipynb") for name in names}
        notebooks = [path for path in notebooks if path.stem in wanted]
    inside = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    for name in ("SURVEYTOOLS_REPORTS", "SURVEYTOOLS_STUDY"):
        inside.pop(name, None)
    # The copy's own package, and no kernelspec of the user's.
    inside |= {"PYTHONPATH": str(copy / "src"), "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    command += [str(path) for path in notebooks]
    return subprocess.run(command, cwd=copy, env=inside, check=False).returncode  # noqa: S603


def main(arguments: Sequence[str]) -> int:
    """Compare; exit status 0 if all outputs are as stored, else 1."""
    parser = argparse.ArgumentParser(prog="surveytools.running.regression")
    parser.add_argument("notebooks", nargs="*", help="names; without any, all")
    given = parser.parse_args(arguments)
    home = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="surveytools-") as folder:
        copy = Path(folder).resolve()
        before = copy_tree(home, copy)
        status = _compare(copy, given.notebooks)
    with tempfile.TemporaryDirectory(prefix="surveytools-") as folder:
        after = copy_tree(home, Path(folder))
    if changed := sorted(
        name for name in before | after if before.get(name) != after.get(name)
    ):
        sys.stderr.write(f"the checkout changed: {', '.join(changed)}\n")
        return 1
    return 1 if status else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except SurveyError as problem:
        sys.stderr.write(f"error: {problem}\n")
        raise SystemExit(1) from None
