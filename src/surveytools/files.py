"""Writing files so that nothing is half-written, executed or misread."""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from surveytools.errors import Location, OutputError

__all__ = ["atomic_path", "formula_safe", "safe_name", "sha256_of", "write_text"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def atomic_path(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place if all goes well.

    The folder is made if need be. If the body raises, nothing is left behind and a
    file that was there before stays.

    Parameters
    ----------
    path
        Where the finished file shall be.
    mode
        Permissions of the finished file, whatever the umask.

    Raises
    ------
    OutputError
        If the folder or the file can't be written, or nothing more fits on the disk.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=path.suffix
        )
    except OSError as error:
        raise _unwritable(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> OutputError:
    msg = f"can't be written ({error.strerror or error})"
    hint = "name another place, or make room and see to the permissions"
    return OutputError(msg, Location(str(path)), hint)


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write UTF-8 text with Unix line ends, atomically."""
    with atomic_path(path, mode=mode) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def safe_name(text: str) -> str:
    """Turn any text into a file name: lower case, letters, digits, ``_`` and ``-``.

    Never empty, never above 80 characters, never a path: ``../../x`` becomes ``x``.
    """
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9_-]+", "-", folded.lower()).strip("-")[:80]
    return name or "unnamed"


def formula_safe(text: str) -> str:
    """Give text that no spreadsheet program takes for a formula when it opens a CSV.

    References
    ----------
    .. [1] OWASP, "CSV Injection": cells that begin with ``=``, ``+``, ``-``, ``@``,
       tab or carriage return.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
