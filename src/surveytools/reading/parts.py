"""What the columns of one question hold: options, ranks, rows of a matrix, texts."""

import re
from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from surveytools.reading.table import Answers
from surveytools.reading.wording import plain_label

__all__ = ["differ_in_each_row", "kind_of_parts", "looks_ranked", "texts_in"]

_MOST_ANSWERS = 12
_FEWEST = 2
_ENOUGH_ROWS = 5
_NUMBER = r"-?\d+(?:\.\d+)?"


def kind_of_parts(
    cells: pd.DataFrame, labels: Mapping[int, str], *, ranked: bool = True
) -> Answers | None:
    """Tell what columns that share a question hold.

    Parameters
    ----------
    cells
        The columns, without what was written in.
    labels
        Label of the part that each holds: platforms repeat it where an option was
        ticked, or write 1.
    ranked
        Whether different whole numbers in every row are ranks.

    Returns
    -------
    Answers or None
        ``None`` where all cells are blank.
    """
    every = texts_in(cells)
    if not every:
        return None
    own = bool(labels) and all(
        {plain_label(str(text)) for text in cells[n].dropna().unique()} <= {label}
        for n, label in labels.items()
    )
    if own or every == {"1"}:
        return Answers.OPTION
    if ranked and looks_ranked(cells):
        return Answers.RANK
    if len(every) <= _MOST_ANSWERS and int(cells.notna().sum().sum()) > len(every):
        return Answers.ROW
    numbers = all(re.fullmatch(_NUMBER, text) for text in every)
    return Answers.NUMBER if numbers else Answers.TEXT


def looks_ranked(cells: pd.DataFrame) -> bool:
    """Tell whether every row holds different places 1, 2, 3….

    Rows with fewer than two places say nothing; of those that do, five are needed:
    in fewer, answers of a scale differ by chance.

    Parameters
    ----------
    cells
        One column an option that was ranked.
    """
    texts = texts_in(cells)
    if not texts <= {str(place) for place in range(1, cells.shape[1] + 1)}:
        return False
    several = cells.notna().sum(axis="columns").ge(_FEWEST)
    return int(several.sum()) >= _ENOUGH_ROWS and differ_in_each_row(cells)


def differ_in_each_row(cells: pd.DataFrame) -> bool:
    """Tell whether no row holds one text twice; blank cells don't count."""
    pairs = combinations(cells.columns, 2)
    return not any(bool(cells[one].eq(cells[other]).any()) for one, other in pairs)


def texts_in(cells: pd.DataFrame) -> set[str]:
    """Collect the distinct texts of all columns."""
    return {str(text) for n in cells.columns for text in cells[n].dropna().unique()}
