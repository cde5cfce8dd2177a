"""Well-formed CSV to columns of text, by a parser that works in blocks.

It takes quotation marks, line ends and blank lines as the exact reader in
`surveytools.reading.delimited` does, some forty times faster; what it would take
otherwise, or can't hold, is left to that one.
"""

import pyarrow as pa
from pyarrow import csv

from surveytools.reading.progress import begin

__all__ = ["parse_blocks"]

_BLOCK = 16 << 20  # bytes; a row must fit into one
_BOM = b"\xef\xbb\xbf"


def parse_blocks(
    data: memoryview, delimiter: str, width: int, *, block: int = _BLOCK
) -> dict[int, pa.ChunkedArray] | None:
    """Cut a table in UTF-8 into its cells.

    Parameters
    ----------
    data
        The table, without byte-order mark.
    delimiter
        What stands between its cells.
    width
        Cells of each row that isn't blank.
    block
        Bytes that are parsed at once.

    Returns
    -------
    dict or None
        Cells of each column by its number, row 1 first: missing where nothing is
        written, blank text where ``""`` is. ``None`` where the exact reader must look:
        a row of another length, a quotation mark that may be left open, bytes that
        aren't UTF-8, a row longer than a block.
    """
    # The parser would take a second byte-order mark for the first.
    usual = delimiter.isascii() and delimiter not in '"\r\n'
    if not usual or not len(data) or data[: len(_BOM)] == _BOM:
        return None
    names = [str(number) for number in range(1, width + 1)]
    try:
        table = csv.read_csv(
            pa.PythonFile(_Blocks(data), mode="r"),
            csv.ReadOptions(column_names=names, block_size=block),
            csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    # A bare blank cell at the very end is taken for a quoted one.
    if bytes(data[-1:]) == delimiter.encode() or _may_end_open(data, table):
        return None
    return {number: table.column(number - 1) for number in range(1, width + 1)}


class _Blocks:
    """Hands out the data, never cutting between CR and LF.

    There the parser drops the LF, also inside of a cell.
    """

    closed = False

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0
        self._read = begin("reading", len(data))

    def read(self, size: int) -> bytes:
        block = bytes(self._data[self._at : self._at + size])
        if self._at + size < len(self._data):
            block = block.rstrip(b"\r")
            if not block:
                message = "a block of nothing but CR"
                raise pa.ArrowInvalid(message)
        self._at += len(block)
        self._read(len(block))
        return block

    def close(self) -> None:
        self.closed = True


def _may_end_open(data: memoryview, table: pa.Table) -> bool:
    """Tell whether the last cell may begin with a quotation mark that nothing closes.

    Such a cell holds all that follows its mark.
    """
    text = table.column(table.num_columns - 1)[-1].as_py() or ""
    tail = b'"' + text.replace('"', '""').encode()
    return bytes(data[-len(tail) :]) == tail
