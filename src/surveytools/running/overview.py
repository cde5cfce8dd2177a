"""What was read and what became of it, in numbers of cells: nobody's answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from surveytools.cleaning import summary
from surveytools.reading import Role
from surveytools.running.processed import Source

if TYPE_CHECKING:
    from surveytools.running.survey import Survey

__all__ = ["accounting", "clean", "columns_of", "findings_summary", "without_few"]


def clean(self: "Survey") -> pd.DataFrame:
    """Clean all waves whose inputs changed, and count what came out.

    Returns
    -------
    DataFrame
        One row a wave: respondents, items, changes in the audit, findings.
    """
    rows = {
        name: {
            "respondents": len(responses.frame),
            "items": len(responses.codebook.items),
            "changes": len(responses.audit),
            "findings": len(responses.findings),
        }
        for name, responses in self.all_responses().items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("wave")


def columns_of(sources: Sequence[Source]) -> pd.DataFrame:
    """Describe the columns of the exports without their contents.

    Returns
    -------
    DataFrame
        One row a column: wave, export, header, role, number of cells, of filled ones
        and of distinct texts.
    """
    return pd.DataFrame(
        [
            {
                "wave": source.wave.name,
                "export": raw.file,
                "column": column.header,
                "role": column.role.value,
                "cells": len(raw.frame),
                "filled": int(raw.frame[column.name].count()),
                "distinct": int(raw.frame[column.name].nunique()),
            }
            for source in sources
            for raw in source.raws()
            for column in raw.columns
        ]
    )


def without_few(columns: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Leave out numbers that count answers, of columns as `columns_of` gives them.

    Many platforms give each option a column of its own that holds one text or nothing:
    how many cells are filled is then how many selected the option, which tables may
    have to withhold. Of other columns it is how many answered, and left out if small.
    """
    if threshold == 1:
        return columns
    filled, several = columns["filled"], columns["distinct"].gt(1)
    shown = columns["role"].ne(Role.ANSWER.value) | (filled.ge(threshold) & several)
    numbers = columns[["filled", "distinct"]].astype("Int64").where(shown)
    return columns.assign(**numbers)


def accounting(self: "Survey") -> pd.DataFrame:
    """Say what became of every cell of the exports.

    Returns
    -------
    DataFrame
        One row an outcome, one column a wave, numbers of cells; the last row sums to
        all cells of the exports.
    """
    waves = self.all_responses().items()
    cells = {name: dict(summary(each.accounting)) for name, each in waves}
    frame = pd.DataFrame(cells).fillna(0).astype("int64")
    frame.loc["all cells"] = frame.sum()
    return frame.rename_axis("outcome")


def findings_summary(self: "Survey") -> pd.DataFrame:
    """Count the findings; what was found stays in ``data/processed``.

    Returns
    -------
    DataFrame
        One row a wave, kind and item: number of findings, and of their cells.
    """
    frames = [
        responses.findings.assign(wave=name)
        .fillna({"item": ""})
        .groupby(["wave", "kind", "item"], sort=False)
        .agg(findings=("kind", "size"), cells=("cells", "sum"))
        for name, responses in self.all_responses().items()
    ]
    return pd.concat(frames).reset_index()
