"""Asking a prepared process of `surveytools.running.workers` to do something.

Whoever asks needs nothing of what those processes can do.
"""

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["ADDRESS", "address_of", "ask", "nursery_here"]

ADDRESS = "SURVEYTOOLS_WORKERS"
"""Environment variable by which jobs find nurseries: ``host:folder of sockets``."""


def address_of(path: Path) -> str:
    """Name the folder of sockets so that a job on another host sees it isn't there."""
    return f"{socket.gethostname()}:{path}"


def nursery_here(address: str) -> str | None:
    """Folder of the nursery's sockets, if this run has one and it is on this host."""
    host, _, folder = address.partition(":")
    return folder if folder and host == socket.gethostname() else None


def ask(folder: str, kind: str, wish: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Wish something of a nursery and wait for the end of the child that does it.

    Returns
    -------
    list of dict
        What the child said, and its exit status.

    Raises
    ------
    OSError
        If the nursery is gone.
    """
    wish = dict(wish) | {"cwd": str(Path.cwd()), "env": dict(os.environ)}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(f"{folder}/{kind}")
        line.sendall(json.dumps(wish).encode() + b"\n")
        with line.makefile("r", encoding="utf-8") as answers:
            return [json.loads(text) for text in answers]
