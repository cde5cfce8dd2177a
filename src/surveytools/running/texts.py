"""A protected table as people read it: labels, per cent, and what is withheld."""

import pandas as pd

from surveytools.disclosure import SafeTable
from surveytools.presenting import Words
from surveytools.presenting.cells import Line, base_text, drawn_cells

__all__ = ["text_table"]


def text_table(table: SafeTable, words: Words) -> pd.DataFrame:
    """Lay a protected table out as text.

    Returns
    -------
    DataFrame
        One row an answer (of each row of a matrix), below them their bases; one
        column a group. Cells are shares in per cent, or the word for withheld.
    """
    cells = drawn_cells(table, words)
    shares = cells["share"].map(words.percent, na_action="ignore")
    hidden = cells["withheld"]
    cells["text"] = shares.fillna("").mask(hidden, words("figure.withheld"))
    groups = cells[["group", "group_label"]].drop_duplicates()
    lines = []
    for (_, row), of_row in cells.groupby(["row", "row_label"], sort=False):
        for (_, answer), of_answer in of_row.groupby(
            ["answer", "answer_label"], sort=False
        ):
            shown = of_answer.set_index("group")["text"]
            lines.append([row, answer, *(shown[group] for group in groups["group"])])
        bases = [
            base_text(Line(group, group, of_row[of_row["group"].eq(group)]), words)
            for group in groups["group"]
        ]
        lines.append([row, "", *bases])
    heads = [words("column.row"), words("column.answer"), *groups["group_label"]]
    frame = pd.DataFrame(lines, columns=heads)
    index = heads[:2] if table.rows else heads[1:2]
    return frame.set_index(index)[list(groups["group_label"])]
