"""Exports that come packed: ``.gz``, and ``.zip`` with one table in it."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from surveytools.errors import ExportError, Location
from surveytools.reading.guard import FileKind
from surveytools.reading.limits import Limits
from surveytools.reading.zipped import check_parts, directory, pieces

__all__ = ["Unpacked", "unpacked"]

_BLOCK = 1 << 16
_CHUNK = 1 << 20
_GZIP = 31  # window bits with a gzip header around
_TABLES = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".sav")
_BESIDE = ("__macosx/", "media/")
_NAMED = 10
_AGAIN = "download it again"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file out of an archive, for as long as it is read.

    Attributes
    ----------
    path
        The file, in a folder that only this user can read. It is named like the
        archive, so that messages name what the user has.
    note
        What was unpacked, in words.
    """

    path: Path
    note: str


@contextmanager
def unpacked(path: Path, kind: FileKind, limits: Limits) -> Iterator[Unpacked]:
    """Unpack the table in an archive; take it away again at the end.

    Parameters
    ----------
    path
        An archive that `surveytools.reading.guard.check_file` let through.
    kind
        ``GZIP`` or ``ZIP``.
    limits
        How much may come out of it.

    Raises
    ------
    ExportError
        If the archive is damaged, protected, too large once unpacked, or holds no
        table or several.
    """
    where = Location(path.name)
    with tempfile.TemporaryDirectory(prefix="surveytools-") as folder:
        target = Path(folder) / path.name
        if kind is FileKind.GZIP:
            _unpack_gzip(path, target, where, limits)
            note = "unpacked from a gzip file"
        else:
            member = _member(directory(path, where), where)
            check_parts([member], where, limits)
            _fits(member.file_size, where, limits)
            with zipfile.ZipFile(path) as archive, target.open("wb") as out:
                for piece in pieces(archive, member, where):
                    out.write(piece)
            note = f"unpacked from a zip file: {member.filename!r}"
        if not target.stat().st_size:
            problem = "there is nothing in the archive's file"
            raise ExportError(problem, where, _AGAIN)
        yield Unpacked(target, note)


def _unpack_gzip(path: Path, target: Path, where: Location, limits: Limits) -> None:
    try:
        with path.open("rb") as packed, target.open("wb") as out:
            for text in _gunzipped(packed, where, limits):
                out.write(text)
    except zlib.error as error:
        problem = f"the gzip file is damaged ({error})"
        raise ExportError(problem, where, _AGAIN) from error


def _gunzipped(packed: BinaryIO, where: Location, limits: Limits) -> Iterator[bytes]:
    """Unpack in pieces of a megabyte; what follows in the file is one more archive."""
    stream = zlib.decompressobj(_GZIP)
    taken = given = 0
    while block := packed.read(_BLOCK):
        taken += len(block)
        while block:
            if stream.eof:
                stream = zlib.decompressobj(_GZIP)
            text = stream.decompress(block, _CHUNK)
            given += len(text)
            _fits(given, where, limits)
            if given > max(limits.ratio_from, limits.ratio * taken):
                problem = f"the file unpacks to over {limits.ratio:,} times its size"
                hint = "if you know who made it, read it with --large"
                raise ExportError(problem, where, hint)
            yield text
            block = stream.unconsumed_tail or stream.unused_data.lstrip(b"\0")
    yield stream.flush()
    if not stream.eof:
        problem = "the gzip file is cut off"
        raise ExportError(problem, where, _AGAIN)


def _fits(size: int, where: Location, limits: Limits) -> None:
    if size > limits.text:
        problem = f"the file unpacks to over {limits.text:,} bytes"
        hint = "split it into several exports, or read it with --large"
        raise ExportError(problem, where, hint)


def _member(parts: tuple[zipfile.ZipInfo, ...], where: Location) -> zipfile.ZipInfo:
    """Take the only table, or the only file."""
    files = [part for part in parts if not part.is_dir() and not _is_beside(part)]
    tables = [part for part in files if part.filename.lower().endswith(_TABLES)]
    if len(tables) == 1:
        return tables[0]
    if len(files) == 1:
        return files[0]
    found = tables or files
    names = ", ".join(repr(part.filename) for part in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    what = "tables" if tables else "files, none of them named like a table"
    problem = f"the zip file holds {len(found)} {what}"
    problem += f": {names}{more}" if found else ""
    raise ExportError(problem, where, "unpack it, and name the one with the responses")


def _is_beside(part: zipfile.ZipInfo) -> bool:
    """Tell attachments and what an operating system adds."""
    name = part.filename.lower()
    return any(
        name.startswith(folder) or f"/{folder}" in name for folder in _BESIDE
    ) or name.rpartition("/")[2].startswith(".")
