"""Office files whose bytes depend on their contents alone, and their units."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any, TypeAlias

from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Emu

from surveytools.words import Words

__all__ = [
    "FIXED_DATE",
    "PptxObject",
    "describe",
    "emu",
    "fix_zip_dates",
    "rgb",
    "share_format",
]

PptxObject: TypeAlias = Any
"""A slide, shape, chart or text frame of python-pptx, which has no types."""

FIXED_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Date of creation in every file: equal inputs give equal bytes."""

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def fix_zip_dates(path: Path) -> None:
    """Write a zip file again with one fixed date for all its members."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


def emu(points: float) -> Emu:
    """Turn points into the units of PowerPoint, 12,700 a point."""
    return Emu(round(points * 12_700))


def rgb(colour: str) -> PptxObject:
    """Turn ``#12436D`` into a colour of python-pptx."""
    return RGBColor.from_string(colour.lstrip("#"))  # type: ignore[no-untyped-call]


def share_format(words: Words) -> str:
    """Give the format of whole per cent, as Excel writes it: ``0%``, ``0" "%``."""
    blank = words("number.percent", n="").removesuffix("%")
    return f'0"{blank}"%' if blank else "0%"


def describe(shape: PptxObject, alt: str) -> None:
    """Set the alternative text of a chart, picture or table."""
    for properties in shape.element.iter(qn("p:cNvPr")):
        properties.set("descr", alt)
