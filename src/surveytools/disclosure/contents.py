"""All text that a file carries, also in metadata, attachments and parts."""

import base64
import binascii
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Piece", "pieces"]

_DEEPEST = 4  # a workbook in a chart in a deck is two archives deep
_MOST = 512 << 20  # bytes that one archive may unpack to
_TAG = re.compile(r"<[^>]*>")
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+))""")
_UNSEEN = re.compile(r"<[!?]([^>]*)>")
_INSIDE = re.compile(r"data:[\w.+/;=-]*;base64,([A-Za-z0-9+/=\s]+)")
_PNG = b"\x89PNG\r\n\x1a\n"
_MARK = (b"<", b"\xef\xbb\xbf<")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, and where in the file it stands.

    Attributes
    ----------
    place
        Words for people: ``cell 4, output``, ``ppt/charts/chart1.xml``; empty for the
        file as a whole.
    text
        The text without markup.
    """

    place: str
    text: str


def pieces(path: Path) -> Iterator[Piece]:
    """Give all text in a file.

    Notebooks cell by cell with their metadata, attachments and pictures; archives
    (PPTX, XLSX, ZIP, also those inside others) part by part; HTML, SVG and XML with
    the values of attributes; of PNG the text chunks. Other files are taken as text,
    JSON also with its escapes resolved.

    Raises
    ------
    OSError
        If the file can't be read.
    """
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        yield from _notebook(data)
    else:
        yield from _contents(data, "", 0)


def _contents(data: bytes, place: str, depth: int) -> Iterator[Piece]:
    if data.startswith(b"PK\x03\x04") and depth < _DEEPEST:
        yield from _archive(data, place, depth)
    elif data.startswith(_PNG):
        yield from (Piece(_inside(place, "metadata"), t) for t in _png_texts(data))
    elif data[:200].lstrip().startswith(_MARK):
        yield from _markup(data.decode("utf-8", "replace"), place)
    else:
        yield from _plain(data.decode("utf-8", "replace"), place)


def _plain(text: str, place: str) -> Iterator[Piece]:
    """Give a text as it is and, if it is JSON, what its escapes stand for."""
    yield Piece(place, text)
    if "\\" in text and text.lstrip()[:1] in {"{", "["}:
        try:
            yield Piece(place, "\n".join(_strings(json.loads(text))))
        except (ValueError, RecursionError):
            return


def _archive(data: bytes, place: str, depth: int) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.comment:
                yield Piece(place, archive.comment.decode("utf-8", "replace"))
            left = _MOST
            for part in archive.infolist():
                left -= part.file_size
                if left < 0:
                    return
                inner = _inside(place, part.filename)
                yield from _contents(archive.read(part), inner, depth + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        yield Piece(place, data.decode("utf-8", "replace"))


def _inside(place: str, part: str) -> str:
    return f"{place}, {part}" if place else part


def _png_texts(data: bytes) -> Iterator[str]:
    """Give the text chunks of a PNG file, unpacked."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        kind, chunk = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12
        if kind in {b"tEXt", b"eXIf"}:
            yield chunk.decode("utf-8", "replace")
        elif kind in {b"zTXt", b"iTXt"}:
            yield chunk.decode("utf-8", "replace")
            for start in range(min(len(chunk), 200)):
                try:
                    yield zlib.decompress(chunk[start:]).decode("utf-8", "replace")
                except zlib.error:
                    continue
                break


def _markup(text: str, place: str) -> Iterator[Piece]:
    """Give the text of a page, and what is packed into its addresses."""
    yield Piece(place, _without_markup(text))
    for packed in _INSIDE.findall(text):
        yield from _unpacked(packed, _inside(place, "data"))


def _unpacked(text: str, place: str) -> Iterator[Piece]:
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        data = text.encode()
    yield from _contents(data, place, _DEEPEST)


def _without_markup(text: str) -> str:
    """Give text between tags, in attributes and in comments, entities resolved.

    Tags become blanks, so that cells of a table are words of their own; a tag inside
    a word (``<b>A</b>da``) parts it, which is why the text without tags follows.
    """
    values = " ".join("".join(found) for found in _VALUE.findall(text))
    values += "\n" + "\n".join(_UNSEEN.findall(text))
    spaced, joined = _TAG.sub(" ", text), _TAG.sub("", text)
    return html.unescape(f"{spaced}\n{values}\n{joined}")


def _notebook(data: bytes) -> Iterator[Piece]:
    try:
        notebook = json.loads(data)
    except ValueError:
        yield Piece("", data.decode("utf-8", "replace"))
        return
    cells = notebook.pop("cells", []) if isinstance(notebook, dict) else []
    yield Piece("metadata", "\n".join(_strings(notebook)))
    for number, cell in enumerate(cells, start=1):
        outputs = cell.pop("outputs", [])
        attached = cell.pop("attachments", {})
        yield Piece(f"cell {number}", "\n".join(_strings(cell)))
        for name, shown in attached.items() if isinstance(attached, dict) else ():
            yield Piece(f"cell {number}, attachment", name)
            yield from _shown(shown, f"cell {number}, attachment")
        for output in outputs:
            yield from _output(output, f"cell {number}, output")


def _output(output: dict[str, object], place: str) -> Iterator[Piece]:
    shown = output.pop("data", {})
    yield Piece(place, "\n".join(_strings(output)))
    yield from _shown(shown, place)


def _shown(shown: object, place: str) -> Iterator[Piece]:
    for kind, value in shown.items() if isinstance(shown, dict) else ():
        text = _text(value)
        if kind.startswith("image/") and kind != "image/svg+xml":
            yield from _unpacked(text, _inside(place, kind))
        elif kind in {"text/html", "image/svg+xml"}:
            yield from _markup(text, _inside(place, kind))
        else:
            yield Piece(_inside(place, kind), text)


def _text(value: object) -> str:
    """Give an output as text: lines as Jupyter splits them, or any JSON."""
    lines = value if isinstance(value, list) else [value]
    plain = [line for line in lines if isinstance(line, str)]
    if len(plain) == len(lines):
        return "".join(plain)
    return "\n".join(_strings(value))


def _strings(value: object) -> Iterator[str]:
    """Give all strings of a JSON value, keys too, numbers as text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
