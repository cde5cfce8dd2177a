"""Zip files: their directory checked before anything is unpacked, then piece by piece.

A directory may lie. So no part is unpacked further than the length that it declares,
and all of it: another reader may go on where Python stops.
"""

import copy
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from surveytools.errors import ExportError, Location
from surveytools.reading.limits import Limits

__all__ = ["check_parts", "directory", "pieces"]

_CHUNK = 1 << 20
_AGAIN = "download it again"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
    RuntimeError,
)


def directory(path: Path, where: Location) -> tuple[zipfile.ZipInfo, ...]:
    """List the parts of a zip file.

    Raises
    ------
    ExportError
        If it is damaged, or two parts have one name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = tuple(archive.infolist())
    except _FAULTS as error:
        problem = f"the file is damaged or cut off ({error})"
        raise ExportError(problem, where, _AGAIN) from error
    if len({part.filename.lower() for part in parts}) < len(parts):
        # Two readers may take different ones.
        problem = "the file has two parts of one name"
        raise ExportError(problem, where, _AGAIN)
    return parts


def check_parts(
    parts: Sequence[zipfile.ZipInfo], where: Location, limits: Limits
) -> None:
    """Refuse parts that are protected, or that declare more than fits.

    Raises
    ------
    ExportError
        With the part, where it is one.
    """
    if any(part.flag_bits & 1 for part in parts):
        problem = "the file is protected by a password"
        raise ExportError(problem, where, "save it without a password")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.parts or unpacked > limits.unpacked:
        problem = f"the file unpacks to {unpacked:,} bytes in {len(parts):,} parts"
        hint = "export CSV, or read it with --large"
        raise ExportError(problem, where, hint)
    for part in parts:
        dense = part.file_size > limits.ratio * max(part.compress_size, 1)
        if dense and part.file_size > limits.ratio_from:
            ratio = part.file_size // max(part.compress_size, 1)
            problem = f"{part.filename!r} unpacks to {ratio:,} times its size"
            hint = "if you know who made it, read it with --large"
            raise ExportError(problem, where, hint)


def pieces(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, where: Location
) -> Iterator[bytes]:
    """Unpack a part piece by piece.

    Raises
    ------
    ExportError
        If it is damaged, or has another length than it declares.
    """
    # Python stops at the declared length, other readers don't: ask for all.
    probe = copy.copy(part)
    probe.file_size = part.file_size + 1
    unpacked = 0
    try:
        with archive.open(probe) as stream:
            while piece := stream.read(_CHUNK):
                unpacked += len(piece)
                yield piece
    except _FAULTS as error:
        problem = f"{part.filename!r} is damaged ({error})"
        raise ExportError(problem, where, _AGAIN) from error
    if unpacked != part.file_size:
        problem = f"{part.filename!r} has another size than it declares"
        raise ExportError(problem, where, _AGAIN)
