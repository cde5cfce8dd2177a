"""A bar on the terminal while large files are read and cleaned; else nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["begin", "progress_shown"]

_LARGE = 20_000_000  # bytes, of all files together
_COLUMNS, _ROWS = 70, 20  # of the terminal: some don't tell

_bar: ContextVar[tqdm[Any] | None] = ContextVar("bar", default=None)


@contextmanager
def progress_shown(paths: Iterable[Path]) -> Iterator[None]:
    """Show how far the work on some files is, if they are large.

    Only on a terminal, on standard error; nothing is left there at the end. A log
    stays free of it.
    """
    if not sys.stderr.isatty() or sum(map(_size, paths)) < _LARGE:
        yield
        return
    from tqdm import tqdm  # noqa: PLC0415 - where it is shown

    with tqdm(
        bar_format="{desc:<10} {percentage:3.0f} % |{bar:30}| {elapsed}",
        file=sys.stderr,
        leave=False,
        ncols=_COLUMNS,
        nrows=_ROWS,
        total=1,
    ) as bar:
        before = _bar.set(bar)
        try:
            yield
        finally:
            _bar.reset(before)


def begin(stage: str, total: int) -> Callable[[int], object]:
    """Begin a stage of work.

    Parameters
    ----------
    stage
        What is done, for example ``reading``.
    total
        How much there is to do, in any unit.

    Returns
    -------
    callable
        To be told, again and again, how much was done since. It may be called from
        any thread, and does nothing where no bar is shown.
    """
    bar = _bar.get()
    if bar is None:
        return _ignored
    bar.reset(total)
    bar.set_description_str(stage)
    return bar.update


def _ignored(_: int) -> None:
    pass


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # said clearly by whoever opens it
