"""Forms of a REDCap export, and which of them nobody began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from surveytools.reading.grid import Grid
from surveytools.reading.table import Role

__all__ = ["Form", "forms_of", "not_begun", "without_tick"]

_UNTICKED = ("0", "Unchecked")
_INCOMPLETE = ("0", "Incomplete")


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its fields, its time, and the column that says if it is complete."""

    fields: tuple[int, ...]
    stamps: tuple[int, ...]
    state: int


def forms_of(grid: Grid, roles: Mapping[int, Role]) -> tuple[Form, ...]:
    """Part the columns into forms: the state of a form stands behind its fields."""
    forms: list[Form] = []
    fields: list[int] = []
    stamps: list[int] = []
    for n in grid.header:
        role = roles.get(n, Role.ANSWER)
        if role is Role.COMPLETENESS:
            forms.append(Form(tuple(fields), tuple(stamps), n))
            fields, stamps = [], []
        elif role is Role.SUBMITTED:
            stamps.append(n)
        elif role is Role.ANSWER:
            fields.append(n)
    return tuple(forms)


def not_begun(
    frame: pd.DataFrame, forms: Sequence[Form], boxes: Mapping[int, str]
) -> dict[int, "pd.Series[bool]"]:
    """Mark the fields of forms that nobody began, and boxes exported blank.

    Such a form is incomplete, has no time, no answer and no tick. Where others have 0
    or 1 in the boxes of a question and a row has nothing, the form is exported blank
    because nobody began it.

    Parameters
    ----------
    frame
        Cells, by column number.
    forms
        The forms.
    boxes
        Columns of checkboxes, and the question of each.

    Returns
    -------
    dict
        Marks by column number, only of columns that have any.
    """
    marks: dict[int, pd.Series[bool]] = {}
    for form in forms:
        if not form.fields:
            continue
        nothing = frame[[*form.stamps, *form.fields]].isna()
        ticks = [n for n in form.fields if n in boxes]
        nothing[ticks] |= frame[ticks].isin(_UNTICKED)
        state = frame[form.state]
        idle = (state.isna() | state.isin(_INCOMPLETE)) & nothing.all(axis="columns")
        if idle.any():
            marks |= dict.fromkeys(form.fields, idle)
    for question in dict.fromkeys(boxes.values()):
        family = [n for n, name in boxes.items() if name == question]
        blank = frame[family].isna().all(axis="columns")
        ticked = frame[family].isin([*_UNTICKED, "1", "Checked"]).any(axis=None)
        if ticked and blank.any():
            for n in family:
                marks[n] = marks[n] | blank if n in marks else blank
    return marks


def without_tick(
    frame: pd.DataFrame, boxes: Mapping[int, str]
) -> dict[int, "pd.Series[bool]"]:
    """Mark the boxes of questions none of which is ticked: left, or never shown.

    Parameters
    ----------
    frame
        Cells, by column number.
    boxes
        Columns of checkboxes, and the question of each.
    """
    marks: dict[int, pd.Series[bool]] = {}
    for question in dict.fromkeys(boxes.values()):
        family = [n for n, name in boxes.items() if name == question]
        none = frame[family].isin(_UNTICKED).all(axis="columns")
        marks |= dict.fromkeys(family, none)
    return marks
