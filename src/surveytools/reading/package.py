"""The parts of an XLSX file, unpacked in a stream and never beyond what they declare.

The parser that reads the cells unpacks whatever it finds and trusts what it reads; so
each part it will touch passes through here first.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from surveytools.errors import ExportError, Location
from surveytools.reading.moments import Style, style_of
from surveytools.reading.zipped import pieces

__all__ = ["Package", "SheetPart", "open_package"]

_DOCTYPE = b"<!DOCTYPE"
_WIDE_DOCTYPE = b"\0".join(bytes([byte]) for byte in _DOCTYPE)  # in UTF-16
_DOCTYPES = (_DOCTYPE, _WIDE_DOCTYPE)
_SMALL = 32 << 20
_DAMAGED = "the workbook is damaged"
_AGAIN = "download it again, or open and save it in a spreadsheet program"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: the name on its tab, and the part that holds its cells."""

    name: str
    part: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """An opened workbook; see `open_package`."""

    archive: zipfile.ZipFile
    where: Location

    def chunks(self, part: str) -> Iterator[bytes]:
        """Unpack a part piece by piece.

        Raises
        ------
        ExportError
            If it is missing, damaged, longer than it declares, or declares a
            document type (entities, external references).
        """
        try:
            info = self.archive.getinfo(part)
        except KeyError as error:
            problem = f"{_DAMAGED}: it lacks {part!r}"
            raise self._error(problem) from error
        rest = b""
        for piece in pieces(self.archive, info, self.where):
            seam = rest + piece[: len(_WIDE_DOCTYPE)]
            if any(sign in text for sign in _DOCTYPES for text in (piece, seam)):
                raise self._doctype(part)
            rest = piece[-len(_WIDE_DOCTYPE) :]
            yield piece

    def size(self, part: str) -> int:
        """Give the bytes of a part as it declares them; 0 where it is missing."""
        found = (i.file_size for i in self.archive.infolist() if i.filename == part)
        return next(found, 0)

    def check(self, part: str) -> None:
        """Unpack a part, keep nothing."""
        for _ in self.chunks(part):
            pass

    def check_shared(self) -> None:
        """Unpack all that the parser reads beside the sheet."""
        for info in self.archive.infolist():
            name = info.filename
            is_text = name.endswith((".xml", ".rels"))
            if is_text and not name.startswith("xl/worksheets/"):
                self.check(name)

    def sheets(self) -> tuple[SheetPart, ...]:
        """List the worksheets in the order of their tabs."""
        workbook = self._workbook()
        folder, name = posixpath.split(workbook)
        targets = self._targets(f"{folder}/_rels/{name}.rels", "/worksheet")
        found = []
        for sheet in _named(self._tree(workbook), "sheet"):
            target = targets.get(_relation_id(sheet))
            if target is not None:
                part = _absolute(target, folder)
                hidden = sheet.get("state", "visible") != "visible"
                found.append(SheetPart(sheet.get("name", ""), part, hidden))
        if len({sheet.name.casefold() for sheet in found}) < len(found):
            problem = f"{_DAMAGED}: two sheets have one name"
            raise self._error(problem)
        return tuple(found)

    def comments(self, part: str) -> int:
        """Count the comments on the cells of a sheet."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if relations not in self.archive.namelist():
            return 0
        targets = self._targets(relations, "/comments").values()
        known = set(self.archive.namelist())
        parts = known & {_absolute(target, folder) for target in targets}
        trees = [self._tree(one) for one in sorted(parts)]
        return sum(1 for tree in trees for _ in _named(tree, "comment"))

    def from_1904(self) -> bool:
        """Whether the workbook counts its days from 1904."""
        properties = next(_named(self._tree(self._workbook()), "workbookPr"), None)
        flag = "0" if properties is None else properties.get("date1904", "0")
        return flag.lower() in {"1", "true", "on"}

    def date_styles(self) -> Mapping[int, Style]:
        """Cell styles (``s`` of a cell) that show dates or times."""
        if "xl/styles.xml" not in self.archive.namelist():
            return {}
        tree = self._tree("xl/styles.xml")
        codes = {
            _number(format_): format_.get("formatCode", "")
            for format_ in _named(tree, "numFmt")
        }
        cell_styles = next(_named(tree, "cellXfs"), None)
        if cell_styles is None:
            return {}
        numbers = [_number(style) for style in cell_styles]
        shown = {i: style_of(n, codes.get(n)) for i, n in enumerate(numbers)}
        return {i: style for i, style in shown.items() if style is not None}

    def _workbook(self) -> str:
        targets = self._targets("_rels/.rels", "/officeDocument")
        if len(targets) != 1:
            problem = f"{_DAMAGED}: it names {len(targets)} workbooks"
            raise self._error(problem)
        return _absolute(next(iter(targets.values())), "")

    def _targets(self, part: str, kind: str) -> Mapping[str, str]:
        """Targets of a part's relations of one kind, by their ids."""
        relations = list(self._tree(part))
        if len({relation.get("Id") for relation in relations}) < len(relations):
            problem = f"{_DAMAGED}: {part!r} names a relation twice"
            raise self._error(problem)
        return {
            relation.get("Id", ""): relation.get("Target", "")
            for relation in relations
            if relation.get("Type", "").endswith(kind)
        }

    def _tree(self, part: str) -> Element:
        content = b""
        for chunk in self.chunks(part):
            content += chunk
            if len(content) > _SMALL:
                problem = f"{part!r} is too large"
                raise self._error(problem)
        try:
            return fromstring(content, forbid_dtd=True)
        except DefusedXmlException as error:
            raise self._doctype(part) from error
        except (ParseError, LookupError, ValueError) as error:
            problem = f"{_DAMAGED}: {part!r} isn't XML ({error})"
            raise self._error(problem) from error

    def _error(self, problem: str) -> ExportError:
        return ExportError(problem, self.where, _AGAIN)

    def _doctype(self, part: str) -> ExportError:
        problem = f"{part!r} declares a document type, which no spreadsheet does"
        hint = "don't open it before you know who made it"
        return ExportError(problem, self.where, hint)


@contextmanager
def open_package(data: bytes, where: Location) -> Iterator[Package]:
    """Open the bytes of a workbook that `check_file` let through.

    Raises
    ------
    ExportError
        If a part is damaged, or isn't what it declares.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield Package(archive, where)


def _named(tree: Element, name: str) -> Iterator[Element]:
    """Elements of a local name; strict and transitional files differ in namespace."""
    return (node for node in tree.iter() if node.tag.rpartition("}")[2] == name)


def _absolute(target: str, folder: str) -> str:
    """Path of a part within the package, as the parser of the cells resolves it."""
    if target.startswith("/"):
        return target[1:]
    if folder and not target.startswith(f"{folder}/"):
        return posixpath.normpath(posixpath.join(folder, target))
    return target


def _number(format_: Element) -> int:
    text = format_.get("numFmtId", "0")
    return int(text) if text.isdecimal() else 0


def _relation_id(sheet: Element) -> str:
    ids = (value for key, value in sheet.items() if key.endswith("}id"))
    return next(ids, "")
