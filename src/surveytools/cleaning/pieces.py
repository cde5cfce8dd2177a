"""Cells that hold several options: where one option ends, judged by all cells."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from surveytools.cleaning.matching import normalise

__all__ = ["inseparable", "is_ranked", "pieces_of"]

_OFTEN = 3  # rows; two options that fewer ticked may stand together by chance
_FEWEST_RANKED = 3  # options; every cell of two may hold both by chance
_ROWS_RANKED = 5
_BEGIN_LARGE = 0.95  # share of cells from which on a small letter continues an option
_BRACKETS = (("(", ")"), ("[", "]"))


def pieces_of(texts: Mapping[str, int], mark: str) -> dict[str, list[str]]:
    """Split cells into options, although options may contain the mark.

    Nothing is split within brackets. Pieces that never stand apart are one option:
    ``Slurm, PBS or LSF`` where ``PBS or LSF`` always follows ``Slurm``, and ``Slurm``
    always precedes it. Where cells begin with capitals, a piece that begins with a
    small letter and always follows the same one belongs to it, even if that stands
    alone elsewhere.

    Parameters
    ----------
    texts
        Cells and how often each occurs.
    mark
        What parts options.

    Returns
    -------
    dict
        Options of each cell, in its order.
    """
    cells = {text: _split(text, mark) for text in texts}
    small = _begin_large(cells, texts)
    while True:
        pair = _inseparable_pair(cells, texts, small_continues=small)
        if pair is None:
            return cells
        cells = {text: _joined(parts, pair, mark) for text, parts in cells.items()}


def is_ranked(cells: Mapping[str, Sequence[str]], texts: Mapping[str, int]) -> bool:
    """Tell a ranking: every cell holds the same options, not always in one order.

    Parameters
    ----------
    cells
        Options of each cell, as `pieces_of` gives them.
    texts
        How often each cell occurs.
    """
    orders = {tuple(map(normalise, options)) for options in cells.values()}
    sets = {frozenset(order) for order in orders}
    enough = sum(texts.values()) >= _ROWS_RANKED
    return (
        enough
        and len(sets) == 1
        and len(orders) > 1
        and len(next(iter(sets))) >= _FEWEST_RANKED
    )


def inseparable(options: Iterable[str], mark: str) -> list[str]:
    """List the options that hold the mark outside of brackets."""
    return [option for option in options if len(_split(option, mark)) > 1]


def _split(text: str, mark: str) -> list[str]:
    parts: list[str] = []
    for piece in text.split(mark):
        if parts and any(parts[-1].count(a) > parts[-1].count(b) for a, b in _BRACKETS):
            parts[-1] += mark + piece
        else:
            parts.append(piece)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _begin_large(cells: Mapping[str, Sequence[str]], texts: Mapping[str, int]) -> bool:
    """Whether nearly all cells begin with a capital or a digit."""
    begun = [(parts[0], texts[text]) for text, parts in cells.items() if parts]
    large = sum(n for part, n in begun if not part[:1].islower())
    return large >= _BEGIN_LARGE * sum(n for _, n in begun)


def _inseparable_pair(
    cells: Mapping[str, Sequence[str]],
    texts: Mapping[str, int],
    *,
    small_continues: bool,
) -> tuple[str, str] | None:
    """Give two pieces that are one option, the most frequent pair first."""
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    small: set[str] = set()
    for text, parts in cells.items():
        keys = [normalise(part) for part in parts]
        small |= {k for k, p in zip(keys, parts, strict=True) if p[:1].islower()}
        for key in keys:
            alone[key] += texts[text]
        for pair in itertools.pairwise(keys):
            pairs[pair] += texts[text]
    for (first, second), n in pairs.most_common():
        follows = n == alone[second] and n >= _OFTEN and first != second
        continues = small_continues and second in small
        if follows and (continues or n == alone[first]):
            return first, second
    return None


def _joined(parts: Sequence[str], pair: tuple[str, str], mark: str) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and (normalise(joined[-1]), normalise(part)) == pair:
            joined[-1] += mark + part
        else:
            joined.append(part)
    return joined
