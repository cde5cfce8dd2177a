"""Keys of pseudonyms: a file that lies outside the study, for its owner's eyes only."""

import os
import secrets
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from surveytools.errors import Location, StudyError

__all__ = ["VARIABLE", "key_path", "new_key", "read_key"]

VARIABLE = "SURVEYTOOLS_KEY_FILE"
"""Environment variable that names the key file, and wins over ``study.toml``."""

_BYTES = 32  # of a new key, and characters that a key must have
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_path(
    environ: Mapping[str, str],
    *,
    key_file: Path | None = None,
    home: Path | None = None,
) -> Path | None:
    """Say which key file to use, if any is named.

    Parameters
    ----------
    environ
        Environment variables.
    key_file, home
        ``key_file`` of ``study.toml``, and the folder that it is relative to.
    """
    named = environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    if key_file is None:
        return None
    return (home or Path()) / key_file.expanduser()


def read_key(path: Path, *, apart_from: Iterable[Path] = ()) -> bytes:
    """Read a key, if it is kept as one must be.

    Parameters
    ----------
    path
        The key file.
    apart_from
        Folders in which it must not lie: the study's, and where results go. Nor may
        it lie in any folder that git looks after.

    Raises
    ------
    StudyError
        If the file can't be read, lies where it might be passed on together with the
        data, can be read by others, or holds too short a key.
    """
    where = Location(str(path))
    hint = "make one: surveytools key new PATH"
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
        text = real.read_bytes().strip() if stat.S_ISREG(mode) else b""
    except OSError as cause:
        msg = f"the key can't be read ({cause.strerror})"
        raise StudyError(msg, where, f"check {VARIABLE}, or {hint}") from cause
    if not stat.S_ISREG(mode):
        msg = "the key is not a file"
        raise StudyError(msg, where, hint)
    _refuse_near_data(real, where, apart_from)
    if os.name == "posix" and mode & _OTHERS:
        msg = f"others may read the key (mode {stat.S_IMODE(mode):04o})"
        raise StudyError(msg, where, f"take the right away: chmod 600 {path}")
    if len(text) < _BYTES:
        msg = f"the key has {len(text)} characters, and {_BYTES} are needed"
        raise StudyError(msg, where, hint)
    return text


def new_key(path: Path) -> None:
    """Write a new random key that only its owner can read.

    Raises
    ------
    StudyError
        If the file exists, can't be written, or would lie in a folder that git looks
        after.
    """
    where = Location(str(path))
    _refuse_near_data(path.resolve(), where, ())
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(path, flags, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123 - a path can't be opened with permissions
            file.write(f"{secrets.token_hex(_BYTES)}\n")
    except FileExistsError as cause:
        msg = "the file exists, and who loses a key loses its pseudonyms"
        raise StudyError(msg, where, "name another file") from cause
    except OSError as cause:
        msg = f"can't be written ({cause.strerror})"
        raise StudyError(msg, where, "name another file") from cause


def _refuse_near_data(real: Path, where: Location, apart_from: Iterable[Path]) -> None:
    hint = "keep it elsewhere, for example in ~/.config/surveytools"
    folders = {folder.resolve() for folder in apart_from}
    for folder in real.parents:
        if folder in folders:
            msg = f"the key lies in {folder}, together with the data"
            raise StudyError(msg, where, hint)
        if (folder / ".git").exists():
            msg = f"the key lies in {folder}, which git looks after"
            raise StudyError(msg, where, hint)
