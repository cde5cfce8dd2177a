"""Blank cells written as ``""``, told from blank cells of which nothing is written.

Some platforms quote every answer: ``""`` is a question that was shown and left blank,
``,,`` one that was not shown. A CSV reader makes the same blank of both.
"""

import re

__all__ = ["mark_quoted_blanks", "quotes_header"]

_REST = r'[^"]*+(?:""[^"]*+)*+(?:"|\Z)'  # of a quoted cell, up to its closing mark
_PRIVATE = range(0xE000, 0xF900)


def quotes_header(text: str, delimiter: str) -> bool:
    """Tell whether all cells of the first row with anything in it are quoted."""
    cut = re.escape(delimiter)
    header = re.compile(rf'[\r\n]*+"{_REST}(?:{cut}"{_REST})*+(?:[\r\n]|\Z)')
    return header.match(text) is not None


def mark_quoted_blanks(text: str, delimiter: str) -> tuple[str, str] | None:
    """Put a mark into the blank cells that are written as ``""``.

    Parameters
    ----------
    text
        A CSV file.
    delimiter
        What stands between its cells.

    Returns
    -------
    tuple or None
        The text, and the mark: a character that stood nowhere in it. ``None`` where a
        cell of the first row with anything in it isn't quoted, or no blank cell is.
    """
    cut = re.escape(delimiter)
    mark = next((chr(n) for n in _PRIVATE if chr(n) not in text), None)
    if mark is None or not quotes_header(text, delimiter):
        return None
    # All quoted cells are walked through, since `,"",` may stand inside of one. The
    # mark comes first in the patterns: then the search leaps from one to the next.
    begins = rf'"(?:(?<=[{cut}\r\n]")|(?<=\A"))'
    pattern = re.compile(rf'(?P<blank>{begins}"(?![^{cut}\r\n]))|{begins}{_REST}')

    def marked(found: re.Match[str]) -> str:
        return mark if found["blank"] else found[0]

    new = pattern.sub(marked, text)
    return (new, mark) if mark in new else None
