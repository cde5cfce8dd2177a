"""Keeping the solver of integer programs from writing into what is printed.

HiGHS, as scipy brings it, sometimes writes a line of its own to standard output, past
Python: into a table that goes through a pipe.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator

__all__ = ["silent_solver"]


@contextlib.contextmanager
def silent_solver() -> Iterator[None]:
    """Send to nowhere what the body writes to standard output, libraries in C too."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a process may have no standard output
            kept = os.dup(1)
            stack.callback(os.close, kept)
            _flush()
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.close(nothing)
            stack.callback(os.dup2, kept, 1)
            stack.callback(_flush)
        yield


def _flush() -> None:
    """Write out what waits in Python's buffer and in that of libraries in C."""
    if sys.stdout is not None:
        sys.stdout.flush()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
