"""The study's weights: kinds of respondents who are weighted alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surveytools.analysis.estimation import Headcounts
from surveytools.analysis.statistics.arrays import Floats
from surveytools.analysis.weights import Margin, Weighting, margin, rake
from surveytools.cleaning.codebook import Item, Kind
from surveytools.cleaning.responses import Responses
from surveytools.errors import SurveyError
from surveytools.files import write_text
from surveytools.study.study import MarginRules, WeightRules
from surveytools.study.text import in_language
from surveytools.words import words_for

__all__ = ["MOST_KINDS", "REPORT", "StudyWeights", "weights_of"]

REPORT = "weighting.csv"
"""Where the weights are told to the owner of the data, beside the answers."""

MOST_KINDS = 60
"""Most kinds of respondents whose tables are protected together."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StudyWeights:
    """Kinds of respondents, and what each respondent of a kind counts. Never shown.

    Attributes
    ----------
    weighting
        Weights of all respondents, and how they were found.
    conditions
        One a kind: who belongs to it, in the grammar of conditions.
    weights
        Weight of each respondent of a kind.
    people
        Respondents of each kind.
    items, choices
        Codes of the items of the margins, and for each kind its choice of each.
    apart
        Whether the weight of a kind depends on its own number of respondents alone, as
        with one margin without limits, and not on those of other kinds.
    label
        What is weighted to, in words.
    left_out
        Respondents without weight: their category is unknown or left out.
    """

    weighting: Weighting
    conditions: tuple[str, ...]
    weights: Floats
    people: NDArray[np.intp]
    items: tuple[str, ...]
    choices: tuple[tuple[str, ...], ...]
    apart: bool
    label: str
    left_out: int

    def __repr__(self) -> str:
        return f"StudyWeights({self.label}, {len(self.conditions)} kinds)"

    def report(self, folder: Path) -> None:
        """Write `frame` to a folder that only the owner of the data reads."""
        text = self.frame().to_csv(index=False, lineterminator="\n")
        write_text(folder / REPORT, text, mode=0o600)

    def frame(self) -> pd.DataFrame:
        """Report the weights to the owner of the data: one row a kind.

        Returns
        -------
        DataFrame
            Columns ``kind``, ``respondents``, ``weight``, ``factor`` (the weight over
            the mean weight) and, the same in each row, ``base``, ``effective_base``,
            ``efficiency``, ``iterations``, ``trimmed``, ``left_out``.
        """
        report = self.weighting.report
        return pd.DataFrame(
            {
                "kind": self.conditions,
                "respondents": self.people,
                "weight": self.weights,
                "factor": self.weights / report.mean,
                "base": report.base,
                "effective_base": report.effective_base,
                "efficiency": report.efficiency,
                "iterations": self.weighting.iterations,
                "trimmed": self.weighting.trimmed,
                "left_out": self.left_out,
            }
        )


def weights_of(
    responses: Responses, rules: WeightRules, *, headcounts: Headcounts | None = None
) -> StudyWeights:
    """Weight respondents as a study says.

    Parameters
    ----------
    rules
        Margins and limits, as ``[weights]`` of ``study.toml`` has them.
    headcounts
        People in the departments, for margins without targets.

    Returns
    -------
    StudyWeights
        Respondents whose category isn't known in each margin have no weight.

    Raises
    ------
    SurveyError, SurveyErrors
        If an item of a margin isn't single-response, has no targets, or the margins
        can't be met; or if there are more than `MOST_KINDS` kinds of respondents.
    """
    items = [_item(responses, rule) for rule in rules.margins]
    targets = [
        _targets(responses, item, rule, headcounts)
        for item, rule in zip(items, rules.margins, strict=True)
    ]
    answers = [
        responses.frame[item.code].astype(object).where(_counted(responses, item, rule))
        for item, rule in zip(items, rules.margins, strict=True)
    ]
    known = np.logical_and.reduce([values.notna() for values in answers])
    margins: list[Margin] = [
        margin(item.code, values.where(known).to_numpy(), goals)
        for item, values, goals in zip(items, answers, targets, strict=True)
    ]
    done = rake(margins, base_weights=known.astype(float), limits=rules.limits)
    codes = [item.code for item in items]
    kinds = (
        pd.DataFrame(dict(zip(codes, answers, strict=True)))[known]
        .assign(weight=done.weights[known])
        .groupby(codes, sort=False)["weight"]
        .agg(["size", "first"])
        .reset_index()
    )
    if len(kinds) > MOST_KINDS:
        msg = f"margins {', '.join(codes)} make {len(kinds)} kinds of respondents"
        hint = f"weight to fewer margins or merged choices: at most {MOST_KINDS} kinds"
        raise SurveyError(msg, hint=hint)
    language = responses.codebook.language
    return StudyWeights(
        weighting=done,
        conditions=tuple(
            " and ".join(f"{code} = {row[code]}" for code in codes)
            for row in kinds.to_dict("records")
        ),
        weights=kinds["first"].to_numpy(dtype=float),
        people=kinds["size"].to_numpy(),
        items=tuple(codes),
        choices=tuple(kinds[codes].itertuples(index=False, name=None)),
        apart=len(codes) == 1 and rules.limits is None,
        label=_label(items, rules, headcounts, language),
        left_out=int((~known).sum()),
    )


def _item(responses: Responses, rule: MarginRules) -> Item:
    item = responses.codebook.item(rule.item)
    if item.kind is not Kind.SINGLE:
        msg = f"margin {item.code!r} is {item.kind}, and respondents need one category"
        raise SurveyError(msg, hint="name a single-response item")
    return item


def _targets(
    responses: Responses, item: Item, rule: MarginRules, headcounts: Headcounts | None
) -> Mapping[str, float]:
    if rule.targets:
        return rule.targets
    known = {} if headcounts is None else headcounts.of(item, responses.codebook)
    if not known:
        msg = f"margin {item.code!r} has no targets"
        hint = "write its targets, or give the headcounts of its choices"
        raise SurveyError(msg, hint=hint)
    # Also of those in which nobody answered: weights can't stand for them, and the
    # margin says so, where leaving them out would change the population in silence.
    return {
        code: float(people)
        for code, people in known.items()
        if code not in rule.without
    }


def _counted(responses: Responses, item: Item, rule: MarginRules) -> "pd.Series[bool]":
    """Say who has a category that is weighted."""
    missing = {choice.code for choice in item.choices if choice.missing is not None}
    values = responses.frame[item.code]
    return values.notna() & ~values.isin([*missing, *rule.without])


def _label(
    items: list[Item], rules: WeightRules, headcounts: Headcounts | None, language: str
) -> str:
    """Say what is weighted to: items, source of their targets, limits."""
    words = words_for(language)
    parts = []
    for item, rule in zip(items, rules.margins, strict=True):
        name = in_language(item.label, language)
        if headcounts is not None and headcounts.source and not rule.targets:
            name = f"{name} ({headcounts.source})"
        if rule.without:
            choices = ", ".join(rule.without)
            name = words("weights.without", item=name, choices=choices)
        parts.append(name)
    text = parts[0]
    for part in parts[1:]:  # no commas: they stand before what is left out
        text = words("number.and", rest=text, last=part)
    if rules.limits is None:
        return text
    low, high = map(words.short, rules.limits)
    return words("weights.limits", items=text, low=low, high=high)
