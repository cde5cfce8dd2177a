"""How much of a file is taken on, in one place."""

from dataclasses import dataclass

__all__ = ["LARGE", "LIMITS", "MAX_COLUMNS", "MAX_ROWS", "Limits"]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
"""What a sheet of Excel can hold."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken on; see `LIMITS` and `LARGE`.

    Attributes
    ----------
    text
        Bytes of a text file, unpacked.
    text_cells
        Cells of a text file, blank ones too. Of each, some 20 bytes are kept.
    cells
        Cells of one sheet of a workbook, blank ones within its used range too. The
        parser takes room for all of them, about 100 bytes each.
    characters
        Characters in all cells of one sheet of a workbook: a text is stored once, and
        may stand in a million cells.
    unpacked
        Bytes of all parts of a zip file together.
    ratio
        How many times its packed size one part of a zip file, or a gzip file, may
        have; counts from `ratio_from` bytes on.
    parts
        Parts of a zip file.
    """

    text: int = 1 << 30
    text_cells: int = 100_000_000
    cells: int = 30_000_000
    characters: int = 2_000_000_000
    unpacked: int = 2 << 30
    ratio: int = 200
    ratio_from: int = 16 << 20
    parts: int = 10_000


LIMITS = Limits()
"""What fits into 4 GB of memory."""

LARGE = Limits(
    text=16 << 30,
    text_cells=4_000_000_000,
    cells=500_000_000,
    characters=50_000_000_000,
    unpacked=32 << 30,
    ratio=2_000,
    parts=100_000,
)
"""What a person who knows the file may ask for, by ``--large``."""
