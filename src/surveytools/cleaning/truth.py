"""Conditions as trees, and which respondents they hold for.

Truth has three values, after Kleene [1]_: where an answer isn't known, so is the
comparison; *false and unknown* is false, *true or unknown* is true.

References
----------
.. [1] S. C. Kleene, "Introduction to Metamathematics", 1952, section 64.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import reduce

import pandas as pd

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.responses import State
from surveytools.errors import CodebookError

__all__ = [
    "EVERY_ROW",
    "Combination",
    "Comparison",
    "Condition",
    "Negation",
]

EVERY_ROW = "*"
"""Row of a comparison that goes row by row."""

_KNOWN = [State.ANSWERED, State.DONT_KNOW, State.NOT_APPLICABLE]

_NUMERIC = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item compared with codes of its choices, or with a number.

    Attributes
    ----------
    item, row
        Code of the item and, for a matrix, of its row.
    sign
        ``=``, ``!=``, ``in``, ``<``, ``<=``, ``>`` or ``>=``.
    values
        Codes of choices; or one number.
    """

    item: str
    sign: str
    values: tuple[str, ...] | tuple[float]
    row: str | None = None

    def holds(
        self,
        frame: pd.DataFrame,
        states: pd.DataFrame,
        codebook: Codebook,
        *,
        row: str | None = None,
    ) -> pd.Series[bool]:
        """Say for each respondent whether it holds; missing where not known.

        Parameters
        ----------
        frame, states
            As in `surveytools.cleaning.responses.Responses`.
        codebook
            The codebook that the condition was parsed with.
        row
            Code of the row that ``item.*`` stands for.

        Returns
        -------
        Series
            Nullable ``boolean``, with the index of ``frame``.

        Raises
        ------
        CodebookError
            If the comparison goes row by row and no row is given.
        """
        item = codebook.item(self.item)
        at_row = self._row(row)
        if item.kind is Kind.MULTIPLE:
            truth = self._selected(item, frame, states)
        else:
            column = f"{item.code}__{at_row}" if at_row else item.code
            truth = self._compared(item, frame[column])
            truth = truth.mask(~states[column].isin(_KNOWN))
        return ~truth if self.sign == "!=" else truth

    def items(self) -> frozenset[str]:
        """Codes of the items compared."""
        return frozenset({self.item})

    def row_items(self) -> frozenset[str]:
        """Codes of the matrix items that are compared row by row."""
        return self.items() if self.row == EVERY_ROW else frozenset()

    def _row(self, row: str | None) -> str | None:
        if self.row != EVERY_ROW:
            return self.row
        if row is None:
            msg = f"'{self.item}.*' stands for a row, and there is none"
            raise CodebookError(msg, hint=f"name a row: {self.item}.<row>")
        return row

    def _compared(self, item: Item, answers: pd.Series[str]) -> pd.Series[bool]:
        """Compare one column; ``!=`` as ``=``, since the caller turns it round."""
        if item.kind is Kind.NUMBER:
            sign = "=" if self.sign == "!=" else self.sign
            truth: pd.Series[bool] = _NUMERIC[sign](answers, self.values[0])
        else:
            truth = answers.isin(self.values)
        return truth.astype("boolean").mask(answers.isna())

    def _selected(
        self, item: Item, frame: pd.DataFrame, states: pd.DataFrame
    ) -> pd.Series[bool]:
        """Whether any of the choices was selected."""
        by_choice = item.state_columns() == item.columns()
        parts = []
        for value in self.values:
            column = f"{item.code}__{value}"
            state = states[column if by_choice else item.code]
            parts.append(frame[column].astype("boolean").mask(~state.isin(_KNOWN)))
        return reduce(operator.or_, parts)


@dataclass(frozen=True, slots=True)
class Negation:
    """``not`` and a condition."""

    part: Condition

    def holds(
        self,
        frame: pd.DataFrame,
        states: pd.DataFrame,
        codebook: Codebook,
        *,
        row: str | None = None,
    ) -> pd.Series[bool]:
        """Say for each respondent whether it holds, as `Comparison.holds`."""
        return ~self.part.holds(frame, states, codebook, row=row)

    def items(self) -> frozenset[str]:
        """Codes of the items compared."""
        return self.part.items()

    def row_items(self) -> frozenset[str]:
        """Codes of the matrix items that are compared row by row."""
        return self.part.row_items()


@dataclass(frozen=True, slots=True)
class Combination:
    """Conditions joined by one word, ``and`` or ``or``."""

    word: str
    parts: tuple[Condition, ...]

    def holds(
        self,
        frame: pd.DataFrame,
        states: pd.DataFrame,
        codebook: Codebook,
        *,
        row: str | None = None,
    ) -> pd.Series[bool]:
        """Say for each respondent whether it holds, as `Comparison.holds`."""
        joined = operator.and_ if self.word == "and" else operator.or_
        truths = (part.holds(frame, states, codebook, row=row) for part in self.parts)
        return reduce(joined, truths)

    def items(self) -> frozenset[str]:
        """Codes of the items compared."""
        return frozenset().union(*(part.items() for part in self.parts))

    def row_items(self) -> frozenset[str]:
        """Codes of the matrix items that are compared row by row."""
        return frozenset().union(*(part.row_items() for part in self.parts))


Condition = Comparison | Negation | Combination
