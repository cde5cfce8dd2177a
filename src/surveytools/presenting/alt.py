"""Alternative texts: what a figure shows, computed from the numbers that it drew."""

import pandas as pd

from surveytools.words import Words

__all__ = ["alt_text"]


def alt_text(
    data: pd.DataFrame,
    words: Words,
    *,
    title: str,
    family: str,
    footer: str,
    line: str,
    part: str,
) -> str:
    """Say in plain words what a figure shows, with every number that is shown.

    Parameters
    ----------
    data
        One row per drawn cell, as `SurveyFigure.data`.
    title, footer
        As they stand on the figure.
    family
        Kind of figure; bars are read out with their intervals, where they have any.
    line, part
        Columns of ``data``: one sentence is made per ``line``, one number per
        ``part``.
    """
    intervals = family == "bars"
    sentences = [
        _sentence(cells, words, line=line, part=part, intervals=intervals)
        for _, cells in data.groupby(line, sort=False)
    ]
    head = [f"{title}.", f"{words(f'chart.{family}')}.", footer]
    return " ".join([*head, *sentences])


def _sentence(
    cells: pd.DataFrame, words: Words, *, line: str, part: str, intervals: bool
) -> str:
    name = str(cells[f"{line}_label"].iloc[0])
    bases = sorted({int(base) for base in cells["base"].dropna()})
    if len(bases) == 1:
        base = words("figure.base", n=words.number(bases[0]))
        name = words("figure.with_base", label=name, base=base)
    return words(
        "alt.line",
        line=name,
        parts=_parts(cells, words, part=part, intervals=intervals),
    )


def _parts(cells: pd.DataFrame, words: Words, *, part: str, intervals: bool) -> str:
    if cells["withheld"].all():
        return words("alt.all_withheld")
    shown = cells[~cells["withheld"] & cells["share"].notna()]
    if shown.empty and not cells["withheld"].any():
        return words("alt.nobody")
    alone = len(cells) == 1
    texts = []
    for _, cell in shown.iterrows():
        share = words.percent(cell["share"])
        label = str(cell[f"{part}_label"])
        if not intervals:
            texts.append(words("alt.part", label=label, share=share))
            continue
        if pd.isna(cell["low"]):
            bare = words("alt.part", label=label, share=share)
            texts.append(share if alone else bare)
            continue
        span = words(
            "number.interval",
            low=words.percent(cell["low"]),
            high=words.percent(cell["high"]),
        )
        key = "alt.alone_interval" if alone else "alt.part_interval"
        texts.append(words(key, label=label, share=share, interval=span))
    hidden = [str(label) for label in cells.loc[cells["withheld"], f"{part}_label"]]
    if hidden:
        texts.append(words("alt.withheld_parts", labels=", ".join(hidden)))
    separator = words("alt.separator") if intervals or hidden else ", "
    return separator.join(texts)
