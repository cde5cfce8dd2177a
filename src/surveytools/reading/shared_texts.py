"""How much text the cells of a sheet hold once the texts that they share are copied.

A workbook stores a text once, however many cells hold it. The parser copies it into
each: a text of 32,000 characters in a million cells is 32 GB, from a file of 30 kB.
"""

import re

from surveytools.reading.gathered import too_long
from surveytools.reading.limits import Limits
from surveytools.reading.package import Package

__all__ = ["check_shared_texts"]

_PART = "xl/sharedStrings.xml"
_START = re.compile(rb"<(?:\w+:)?si[\s>/]")
_REFERENCE = re.compile(
    rb"""\bt\s*=\s*["'](?:s|&\#)[^>]*>\s*(?:<\w*:?f[^>]*>(?:[^<]*</\w*:?f>)?\s*)?"""
    rb"<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})(?=\s*<)"
)
_KEPT = 4096  # bytes of a cell that goes on in the next chunk


def check_shared_texts(package: Package, sheet: str, most: int, limits: Limits) -> None:
    """Refuse a sheet whose cells would hold more text than fits.

    Parameters
    ----------
    package
        The workbook.
    sheet
        The part that holds the sheet.
    most
        Cells in its used range.
    limits
        How many characters fit.

    Raises
    ------
    ExportError
        If they would.
    """
    if package.size(_PART) * most <= limits.characters:
        return
    lengths = _lengths(package)
    if max(lengths, default=0) * most <= limits.characters:
        return
    usual = limits.characters // most
    long = {
        str(n).encode(): length for n, length in enumerate(lengths) if length > usual
    }
    total = 0
    rest = b""
    for chunk in package.chunks(sheet):
        block = rest + chunk
        end = 0
        for found in _REFERENCE.finditer(block):
            total += long.get(found[1], 0)
            end = found.end()
        rest = block[max(end, len(block) - _KEPT) :]
        if total > limits.characters:
            raise too_long(limits, package.where)


def _lengths(package: Package) -> list[int]:
    """Measure the shared texts, in bytes of XML with their tags."""
    lengths: list[int] = []
    open_ = 0
    rest = b""
    for chunk in package.chunks(_PART):
        block = rest + chunk
        cut = block.rfind(b"<") if b"<" in block[-99:] else len(block)
        block, rest = block[:cut], block[cut:]
        starts = [found.start() for found in _START.finditer(block)]
        if not starts:
            open_ += len(block)
            continue
        if lengths:
            lengths[-1] += open_ + starts[0]
        lengths += [
            b - a for a, b in zip(starts, [*starts[1:], len(block)], strict=True)
        ]
        open_ = 0
    if lengths:
        lengths[-1] += open_
    return lengths
