"""Kernels of this very environment that nobody else can listen to.

A kernel normally talks over TCP ports that every user of the host can connect to and
whose traffic is in clear. Here it talks over sockets in a folder of mode 0700.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any, cast

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

__all__ = ["PrivateKernelManager", "forked_manager"]


class PrivateKernelManager(AsyncKernelManager):
    """Starts ``python3`` as this interpreter, with sockets in a private folder.

    A kernelspec of that name in the user's home could otherwise stand for another
    environment, in which another version of this package is installed.
    """

    rooms: str | None = None
    """Folder in which private folders are made; by default the system's."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._room = Path(tempfile.mkdtemp(prefix="surveytools-", dir=self.rooms))
        self.transport = "ipc"
        self.ip = str(self._room / "k")
        self.connection_file = str(self._room / "connection.json")

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The interpreter that runs now, for ``python3``; else as Jupyter finds it."""
        if self.kernel_name == "python3":
            return KernelSpec(**get_kernel_dict())
        return super().kernel_spec

    async def cleanup_resources(  # type: ignore[override]  # as in its base
        self,
        restart: bool = False,  # noqa: FBT001, FBT002 - Jupyter's signature
    ) -> None:
        """Remove the private folder with the connection."""
        await super().cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._room, ignore_errors=True)


def forked_manager(nursery: str) -> type[PrivateKernelManager]:
    """Make a kernel manager that lets a nursery fork its ``python3`` kernels.

    Such a kernel has pandas and matplotlib imported already.

    Parameters
    ----------
    nursery
        Path of the socket of `surveytools.running.workers`.
    """

    class ForkedKernelManager(PrivateKernelManager):
        rooms = str(Path(nursery).parent)

        def __init__(self, **options: Any) -> None:  # noqa: ANN401
            super().__init__(**options)
            if self.kernel_name == "python3":
                self.kernel_id = str(uuid.uuid4())
                self.provisioner = _ForkProvisioner(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
                )
                self.provisioner.nursery = nursery

    return ForkedKernelManager


class _ForkProvisioner(LocalProvisioner):
    """Asks the nursery for a process where `LocalProvisioner` starts one."""

    nursery = ""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:  # noqa: ANN401
        self.cwd = options.get("cwd") or Path.cwd()
        process = _ForkedProcess(
            self.nursery,
            argv=cmd[3:],  # behind: python -m ipykernel_launcher
            cwd=os.fspath(self.cwd),
            env=options.get("env") or dict(os.environ),
        )
        self.process = cast("subprocess.Popen[bytes]", process)
        self.pid = self.pgid = process.pid
        return self.connection_info


class _ForkedProcess:
    """A process that the nursery forked, seen as `subprocess.Popen` shows its own."""

    stdin = stdout = stderr = None

    def __init__(
        self, nursery: str, *, argv: list[str], cwd: str, env: dict[str, str]
    ) -> None:
        wish = {"do": "kernel", "argv": argv, "cwd": cwd, "env": env}
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._line.connect(nursery)
        self._line.sendall(json.dumps(wish).encode() + b"\n")
        # Byte by byte, so that what follows the first answer stays in the socket.
        answer = b"".join(iter(lambda: self._line.recv(1).rstrip(b"\n"), b""))
        self.pid: int = json.loads(answer)["pid"]
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit status, or nothing while it runs."""
        try:
            return self.wait(timeout=0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                told = self._line.recv(4096)
            except (TimeoutError, BlockingIOError) as error:
                raise subprocess.TimeoutExpired(sys.executable, timeout or 0) from error
            except ConnectionResetError:
                told = b""
            self.returncode = json.loads(told)["exit"] if told else -signal.SIGKILL
            self._line.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless the process ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)
