"""Reading questionnaire files within bounds, whatever is in them."""

import json
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from surveytools.errors import ExportError, Location

__all__ = ["bounded_bytes", "bounded_json", "bounded_xml", "start_of"]

MAX_BYTES = 32 << 20
"""Most bytes of a questionnaire file. The largest found in public has 0.4 MB."""

_START = 1 << 16


def start_of(path: Path) -> bytes:
    """Read the first bytes of a file.

    Raises
    ------
    ExportError
        If there is no such file, or it can't be opened or is empty.
    """
    where = Location(str(path))
    try:
        if path.is_dir():
            msg = "this is a folder"
            raise ExportError(msg, where, "name the file in it")
        with path.open("rb") as file:
            start = file.read(_START)
    except FileNotFoundError as error:
        problem = "there is no such file"
        raise ExportError(problem, where, "check the name and the folder") from error
    except OSError as error:
        problem = f"the file can't be opened ({error.strerror})"
        raise ExportError(problem, where, "check its permissions") from error
    if not start:
        msg = "the file is empty"
        raise ExportError(msg, where, "download it again")
    return start


def bounded_bytes(path: Path) -> bytes:
    """Read a file that may be a questionnaire by its size.

    Raises
    ------
    ExportError
        If it is larger than any questionnaire.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        problem = (
            f"the file has {size:,} bytes; a questionnaire has up to {MAX_BYTES:,}"
        )
        raise ExportError(
            problem, Location(path.name), "check that it is the right file"
        )
    return path.read_bytes()


def bounded_json(path: Path) -> object:
    """Read a JSON file.

    Raises
    ------
    ExportError
        If it is too large, isn't UTF-8 or isn't JSON.
    """
    where = Location(path.name)
    data = bounded_bytes(path)
    hint = "download it again"
    try:
        table: object = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        msg = "the file is not UTF-8"
        raise ExportError(msg, where, hint) from error
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} in line {error.lineno}"
        raise ExportError(problem, where, hint) from error
    except (RecursionError, ValueError) as error:
        msg = "the JSON goes too deep"
        raise ExportError(msg, where, hint) from error
    return table


def bounded_xml(path: Path) -> Element:
    """Read an XML file; document types and entities are refused.

    Raises
    ------
    ExportError
        If it is too large, isn't XML, or declares a document type.
    """
    where = Location(path.name)
    data = bounded_bytes(path)
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        problem = "the file declares a document type, which no questionnaire does"
        hint = "don't open it before you know who made it"
        raise ExportError(problem, where, hint) from error
    except (ParseError, LookupError, ValueError, RecursionError) as error:
        problem = f"not XML: {error}"
        raise ExportError(problem, where, "download it again") from error
