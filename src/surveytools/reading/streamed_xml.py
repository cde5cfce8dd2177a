"""XML read piece by piece, by a parser that is given no document type."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

from surveytools.errors import ExportError, Location

__all__ = ["Handlers", "parse_xml"]

_HINT = "open it in a spreadsheet program and save it again"


@dataclass(frozen=True, slots=True)
class Handlers:
    """What is called for each start of an element, its end, and text.

    Names are ``namespace}name`` where `parse_xml` resolves namespaces.
    """

    start: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None]
    characters: Callable[[str], None]


def parse_xml(
    chunks: Iterable[bytes],
    handlers: Handlers,
    where: Location,
    *,
    namespaces: bool = False,
) -> None:
    """Parse XML of any encoding.

    Raises
    ------
    ExportError
        If it isn't XML, or declares a document type: entities can make a gigabyte
        of a line, and external ones fetch files.
    """

    def doctype(*_: object) -> None:
        problem = "the sheet declares a document type, which no spreadsheet does"
        hint = "don't open it before you know who made it"
        raise ExportError(problem, where, hint)

    parser = expat.ParserCreate(namespace_separator="}" if namespaces else None)
    parser.buffer_text = True
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    parser.CharacterDataHandler = handlers.characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by position
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, LookupError, ValueError) as error:
        problem = f"the sheet is damaged ({error})"
        raise ExportError(problem, where, _HINT) from error
