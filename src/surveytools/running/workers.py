"""Prepared processes: what takes seconds to import is imported once a run.

A nursery is a process that has imported papermill, IPython, pandas, matplotlib and this
package. It forks a *runner* for each notebook that it is asked to execute, and for
each runner a *kernel*; both begin where an ordinary process is after its imports. It
has no threads, no sockets of ZeroMQ and no pyplot, which don't survive a fork.

Everybody who can open its socket can run code as this user: it lies in a folder of
mode 0700, as an ordinary kernel's connection does.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

__all__ = ["ADDRESS", "address_of", "nursery"]

ADDRESS = "SURVEYTOOLS_WORKERS"
"""Environment variable by which jobs find the nursery: ``host:path of the socket``."""

_PREPARED = (
    "numpy",
    "pandas",
    "pyarrow",
    "fastexcel",
    "openpyxl",
    "pptx",
    "xlsxwriter",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "scipy.stats",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "papermill",
    "surveytools.running.survey",
    "surveytools.running.execute",
)
"""Not ``matplotlib.pyplot``: imported without a kernel it never shows a figure."""

_Task = Callable[[], None]


def address_of(path: Path) -> str:
    """Name a socket so that a job on another host sees that it isn't there."""
    return f"{socket.gethostname()}:{path}"


@contextlib.contextmanager
def nursery(log: IO[bytes] | None = None) -> Iterator[str]:
    """Start a nursery for the length of a run.

    Parameters
    ----------
    log
        Where the processes write what they write to standard error.

    Yields
    ------
    str
        Value for the environment variable `ADDRESS`.
    """
    room = Path(tempfile.mkdtemp(prefix="surveytools-"))  # of mode 0700
    path = room / "socket"
    environment = os.environ | {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
    }
    # Bound here: jobs can knock before the nursery has imported what it prepares.
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind(str(path))
    door.listen(64)
    module = "surveytools.running.workers"
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", module, str(path), str(door.fileno())],
        pass_fds=[door.fileno()],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=log,
        env=environment,
        cwd=room,
        start_new_session=True,  # Ctrl+C is the parent's to handle
    )
    door.close()
    try:
        yield address_of(path)
    finally:
        # The end of its standard input, also by kill -9, ends the nursery.
        process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(room, ignore_errors=True)


class _Nursery:
    """The loop of the process; what it owns, so that a child can let go of it."""

    def __init__(self, path: str, door: socket.socket) -> None:
        self.path = path
        self.door = door
        self.bell, self.wakeup = socket.socketpair()
        for end in (self.bell, self.wakeup):
            end.settimeout(0)
        self.events = selectors.DefaultSelector()
        self.children: dict[int, socket.socket] = {}

    def serve(self) -> _Task | None:
        """Answer wishes until standard input ends.

        Returns
        -------
        callable or None
            In a forked child, and only there, what it is to do.
        """
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wakeup.fileno(), warn_on_full_buffer=False)
        for source in (self.door, self.bell, sys.stdin):
            self.events.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in self.events.select():
                if key.fileobj is sys.stdin:
                    self._end()
                    return None
                if key.fileobj is self.bell:
                    with contextlib.suppress(BlockingIOError):
                        self.bell.recv(4096)
                    self._bury()
                elif key.fileobj is self.door:
                    if task := self._admit():
                        return task
                else:
                    self._orphaned(key.data)

    def _admit(self) -> _Task | None:
        line, _ = self.door.accept()
        line.settimeout(10)
        try:
            wish = json.loads(line.makefile("r", encoding="utf-8").readline())
        except (TimeoutError, ValueError):
            line.close()
            return None
        pid = os.fork()
        if pid == 0:
            self._let_go()
            line.settimeout(None)
            if wish["do"] == "kernel":
                line.close()
                return lambda: _be_kernel(wish)
            return lambda: _be_runner(wish, line, self.path)
        line.settimeout(None)
        self.children[pid] = line
        if wish["do"] == "kernel":
            line.sendall(json.dumps({"pid": pid}).encode() + b"\n")
        self.events.register(line, selectors.EVENT_READ, data=pid)
        return None

    def _orphaned(self, pid: int) -> None:
        """Kill a child whose wisher hung up."""
        self.events.unregister(self.children[pid])
        _kill(pid)

    def _bury(self) -> None:
        """Tell the wishers of ended children how they ended."""
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            line = self.children.pop(pid)
            with contextlib.suppress(KeyError, ValueError):
                self.events.unregister(line)
            with contextlib.suppress(OSError):
                code = os.waitstatus_to_exitcode(status)
                line.sendall(json.dumps({"exit": code}).encode() + b"\n")
            line.close()

    def _end(self) -> None:
        for pid in self.children:
            _kill(pid)

    def _let_go(self) -> None:
        """Close, in a child, what belongs to the nursery alone."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        self.events.close()
        for line in (self.door, self.bell, self.wakeup, *self.children.values()):
            line.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)


def _kill(pid: int) -> None:
    """Kill a child with all that it started."""
    for kill in (os.killpg, os.kill):  # it may have no group of its own yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _be_kernel(wish: Mapping[str, Any]) -> None:
    """Be an IPython kernel, as ``python -m ipykernel_launcher`` is."""
    import random  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    np.random.seed()  # noqa: NPY002 - all children would draw the same numbers
    random.seed()
    os.environ.clear()
    os.environ.update(wish["env"])
    os.chdir(wish["cwd"])
    watch = f"--IPKernelApp.parent_handle={os.getppid()}"
    sys.argv = ["ipykernel_launcher", *wish["argv"], watch]
    IPKernelApp.launch_instance()


def _be_runner(wish: Mapping[str, Any], line: socket.socket, nursery: str) -> None:
    """Execute a notebook and say how it ended."""
    from surveytools.running.job import run_job  # noqa: PLC0415

    os.environ.clear()
    os.environ.update(wish["env"])
    os.chdir(wish["cwd"])
    failure = run_job(wish["job"], nursery=nursery)
    line.sendall(json.dumps({"failure": failure}).encode() + b"\n")


def _main(path: str, door: str) -> None:
    home = _Nursery(path, socket.socket(fileno=int(door)))
    for name in _PREPARED:
        # A notebook that needs what can't be imported says so itself.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # so that children don't copy pages to count references
    if task := home.serve():
        task()


if __name__ == "__main__":
    _main(*sys.argv[1:])
