"""Headers and answers as people wrote them: tags, entities, yes and no."""

import html
import re
from collections.abc import Iterable, Sequence

import pandas as pd

__all__ = ["YES_NO", "found_pairs", "plain_label", "yes_no_pair"]

YES_NO = (
    ("yes", "no"),
    ("oui", "non"),
    ("ja", "nein"),
    ("ja", "nee"),
    ("sí", "no"),
    ("sì", "no"),
    ("sim", "não"),
)
"""Yes and no as platforms translate them: en, fr, de, nl, es, it, pt."""

_NAMES = "a|b|big|em|font|i|img|label|small|span|strong|sub|sup|u"
_BLOCKS = "br|center|div|h[1-6]|hr|li|ol|p|table|tbody|td|th|tr|ul"
_FORM = r"</?(?:{})(?:\s[^<>]*=[^<>]*)?\s*/?>"
_TAG = re.compile(_FORM.format(_NAMES), re.IGNORECASE)
_BLOCK = re.compile(_FORM.format(_BLOCKS), re.IGNORECASE)


def plain_label(text: str) -> str:
    """Take tags out of a label, resolve its entities, and collapse blanks.

    Piped text such as ``${lm://Field/1}`` stays: what stood there isn't known.
    """
    return " ".join(html.unescape(_TAG.sub("", _BLOCK.sub(" ", text))).split())


def yes_no_pair(
    texts: Iterable[str], *, beside: Sequence[str] = ()
) -> tuple[str, str] | None:
    """Find the language whose yes and no are all that a column holds.

    Parameters
    ----------
    texts
        Its distinct texts.
    beside
        Case-folded texts that may stand there, too.

    Returns
    -------
    tuple or None
        ``None`` where no pair covers the column, or nothing but ``beside`` is there.
    """
    keys = {text.strip().casefold() for text in texts} - set(beside)
    if not keys:
        return None
    return next((pair for pair in YES_NO if keys <= set(pair)), None)


def found_pairs(
    columns: Iterable[pd.Series], *, beside: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """List the yes and no of each column that holds nothing else, each pair once."""
    pairs = (yes_no_pair(cells.dropna().unique(), beside=beside) for cells in columns)
    return tuple(dict.fromkeys(pair for pair in pairs if pair is not None))
