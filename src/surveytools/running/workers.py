"""Prepared processes: what takes seconds to import is imported once a run.

A nursery is a process that has imported what its children need, and forks them. There
are two, so that both import at a time: one, with papermill, forks a *runner* for each
notebook that it is asked to execute; the other, with IPython, pandas, matplotlib and
this package, forks the *kernel* that a runner asks for. Children begin where an
ordinary process is after its imports. A nursery has no threads, no sockets of ZeroMQ
and no pyplot, which don't survive a fork.

Everybody who can open its socket can run code as this user: it lies in a folder of
mode 0700, as an ordinary kernel's connection does.
"""

import contextlib
import gc
import importlib
import importlib.util
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

from surveytools.running.asking import address_of

__all__ = ["nursery"]

_PREPARED = {
    "runner": ("papermill", "surveytools.running.execute"),
    "kernel": (
        "ipykernel.kernelapp",
        "ipykernel.ipkernel",
        "pyarrow.parquet",
        "surveytools.running.survey",
        "matplotlib.backends.backend_agg",
        "matplotlib.backends.backend_svg",
    ),
}
"""What each kind of child needs.

Not ``matplotlib.pyplot``: imported without a kernel it never shows a figure.
"""

_Task = Callable[[], None]


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
        Value for the environment variable `ADDRESS`; empty where processes with
        libraries such as Apple's Accelerate don't survive a fork.
    """
    if sys.platform != "linux":
        yield ""
        return
    room = Path(tempfile.mkdtemp(prefix="surveytools-"))  # of mode 0700
    nurseries = [_start(room, kind, log) for kind in _PREPARED]
    try:
        yield address_of(room)
    finally:
        for process in nurseries:
            # The end of its standard input, also by kill -9, ends a nursery. The
            # signal ends one that still imports, and is ignored afterwards.
            process.stdin.close()  # type: ignore[union-attr]
            process.terminate()
        for process in nurseries:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(room, ignore_errors=True)


def _start(room: Path, kind: str, log: IO[bytes] | None) -> subprocess.Popen[bytes]:
    # Bound here: jobs can knock before the nursery has imported what it prepares.
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(room / kind))
        door.listen(64)
        module = "surveytools.running.workers"
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", module, kind, str(door.fileno())],
            pass_fds=[door.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=os.environ
            | {
                "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                "OPENBLAS_NUM_THREADS": "1",
            },
            cwd=room,
            start_new_session=True,  # Ctrl+C is the parent's to handle
        )


class _Nursery:
    """The loop of the process; what it owns, so that a child can let go of it."""

    def __init__(self, door: socket.socket) -> None:
        self.room = Path.cwd()
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
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
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
            return lambda: _be_runner(wish, line)
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
        shutil.rmtree(self.room, ignore_errors=True)  # if the parent can't any more

    def _let_go(self) -> None:
        """Close, in a child, what belongs to the nursery alone."""
        signal.set_wakeup_fd(-1)
        for signum in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(signum, signal.SIG_DFL)
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
    launcher = importlib.util.find_spec("ipykernel_launcher")
    name = launcher.origin if launcher else None
    sys.argv = [name or "ipykernel_launcher", *wish["argv"], watch]
    IPKernelApp.launch_instance()


def _be_runner(wish: Mapping[str, Any], line: socket.socket) -> None:
    """Do what only some runs ask for, and so only those import."""
    from surveytools.running.tasks import TASKS  # noqa: PLC0415

    TASKS[wish["do"]](wish, line)


def _main(kind: str, door: str) -> None:
    home = _Nursery(socket.socket(fileno=int(door)))
    for name in _PREPARED[kind]:
        # A notebook that needs what can't be imported says so itself.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # so that children don't copy pages to count references
    if task := home.serve():
        task()


if __name__ == "__main__":
    _main(*sys.argv[1:])
