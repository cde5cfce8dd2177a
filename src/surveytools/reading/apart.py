"""Running a parser that may crash in a process of its own."""

import faulthandler
import marshal
import os
import select
import signal
import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, cast

__all__ = ["CrashedError", "apart"]

_CHUNK = 1 << 20
_SECONDS = 300.0
_T = TypeVar("_T")


class CrashedError(Exception):
    """The other process ended without a result, or took too long."""


def apart(work: Callable[[], _T], *, seconds: float = _SECONDS) -> _T:
    """Do work in a copy of this process, so that a crash ends only the copy.

    Where the system can't copy a process (Windows), the work is done here.

    Parameters
    ----------
    work
        Gives plain values: numbers, text, lists, tuples and dictionaries of them. It
        must not use threads, which the copy lacks.
    seconds
        How long it may take.

    Raises
    ------
    CrashedError
        If the copy crashed, or took longer.
    """
    if not hasattr(os, "fork"):
        return work()
    read_end, write_end = os.pipe()
    with warnings.catch_warnings():
        # Newer Pythons warn of threads, none of which the work uses.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _work_and_exit(work, write_end)
    os.close(write_end)
    done = False
    try:
        result = _received(read_end, time.monotonic() + seconds)
        done = result is not None
    finally:
        os.close(read_end)
        if not done:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if result is None or status != 0:
        raise CrashedError
    return cast("_T", marshal.loads(result))  # noqa: S302 - our own copy wrote it


def _work_and_exit(work: Callable[[], Any], write_end: int) -> None:
    """Write the result of the work, and end without any of the parent's clean-up."""
    status = 1
    try:
        faulthandler.disable()  # a crash is expected, and reported by the parent
        with os.fdopen(write_end, "wb") as pipe:
            pipe.write(marshal.dumps(work()))
        status = 0
    finally:
        os._exit(status)


def _received(read_end: int, deadline: float) -> bytes | None:
    """Read until the other end is closed; ``None`` where that takes too long."""
    chunks: list[bytes] = []
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([read_end], [], [], left)[0]:
            break
        chunk = os.read(read_end, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
    return None
