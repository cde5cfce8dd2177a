"""What stands below a table: how groups were compared, why some weren't, what it means.

Method, level and conditions are those that the details were computed with.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from surveytools.analysis.table import TOTAL
from surveytools.disclosure.association import FEW_EXPECTED, groups_with_respondents
from surveytools.disclosure.banner import Comparisons, Method
from surveytools.disclosure.details import Details
from surveytools.disclosure.safe import SafeTable
from surveytools.words import Words, plain

__all__ = [
    "legend_of",
    "letters_in_words",
    "method_words",
    "p_text",
    "reasons_in_words",
    "trend_legend",
]

_LEAST_P = 0.001


def legend_of(
    safe: SafeTable, details: Details, words: Words, *, rest: bool = True
) -> Iterator[str]:
    """Give the sentences below a table; without details, only why there is no interval.

    Parameters
    ----------
    rest
        Whether each group's comparison with all others is shown.
    """
    without_intervals = safe.estimation.method is None
    yield from _weights(safe, details, words)
    if details.comparisons is not None:
        yield from letters_in_words(safe, details.comparisons, words)
        if rest and details.comparisons.cells["rest_difference"].notna().any():
            yield words(
                "legend.rest", **method_words(details.comparisons.method, words)
            )
        yield from _associations(safe, details.comparisons.associations, words)
    if without_intervals:
        yield f"{words('note.mentions')}."
    if details.summary is not None:
        yield words("legend.means")
    asked = (details.comparisons, details.summary, details.nets, details.weighted)
    if any(each is not None for each in asked) and not without_intervals:
        yield words("legend.chance")


def _weights(safe: SafeTable, details: Details, words: Words) -> Iterator[str]:
    """Say what is weighted to, and what that costs; or why nothing is weighted."""
    if details.unweighted:
        yield words(f"legend.unweighted_{details.unweighted}")
    if details.weighted is None:
        return
    yield words("legend.weighted", label=details.weighted.label)
    everybody = safe.cells["group"].eq(TOTAL)
    effective = details.weighted.cells.loc[everybody, "effective_base"].max()
    base = safe.cells.loc[everybody, "base"].max()
    if not safe.rows and not pd.isna(effective) and not pd.isna(base):
        yield words(
            "legend.effective",
            effective=words.decimal(effective, 1),
            base=words.number(int(base)),
        )


def letters_in_words(
    safe: SafeTable, compared: Comparisons, words: Words
) -> Iterator[str]:
    """Say what a letter means and which groups have none; or why there are none."""
    if compared.reason:
        yield words(f"legend.{compared.reason}")
        return
    method = compared.method
    yield words("legend.letters", **method_words(method, words))
    yield from _extra(compared, words)
    if parts := list(_letterless(safe, compared, words)):
        yield words("legend.letterless", groups=words("legend.join").join(parts))
    by_chance = words.percent(1 - method.level)
    yield words(f"legend.chance_{method.correction}", share=by_chance)


def _extra(compared: Comparisons, words: Words) -> Iterator[str]:
    """Say how nets, boxes and means were compared, if they were."""
    lines = set(compared.below["line"])
    if not lines:
        return
    which = "all" if {"net", "mean"} <= lines else "nets" if "net" in lines else "scale"
    text = words(f"legend.like_answers_{which}")
    if compared.method.correction != "none":
        text = words("legend.one_family", text=text)
    yield f"{text}."


def method_words(method: Method, words: Words) -> dict[str, object]:
    """Name test, correction, level and least base, for the sentences of a legend."""
    return {
        "test": words(f"legend.test_{method.test}"),
        "correction": words(f"legend.{method.correction}"),
        "level": words.percent(method.level),
        "base": method.min_base,
    }


def _letterless(safe: SafeTable, compared: Comparisons, words: Words) -> Iterator[str]:
    """Name the groups that have no letters, by the reason."""
    given = {
        group
        for lines in (compared.cells, compared.below)
        for group in lines.loc[lines["letters"].ne(""), "group"]
    }
    largest = safe.cells["base"].mask(safe.cells["withheld"])
    base = largest.groupby(safe.cells["group"]).max()
    found: dict[str, list[str]] = {"withheld": [], "below": [], "alike": []}
    for group in safe.groups:
        if group.code in (TOTAL, *given):
            continue
        known = base[group.code]
        if pd.isna(known):
            reason = "withheld"
        else:
            reason = "below" if known < compared.method.min_base else "alike"
        found[reason].append(plain(group.axis(words.language)))
    for reason, groups in found.items():
        if groups:
            least = compared.method.min_base
            text = words.listing(groups)
            means = reason == "alike" and compared.below["line"].eq("mean").any()
            said = f"legend.letterless_{reason}{'_means' if means else ''}"
            yield words(said, groups=text, base=least)


def _associations(safe: SafeTable, found: pd.DataFrame, words: Words) -> Iterator[str]:
    """Give one sentence for each row that was tested."""
    labels = {row.code: plain(row.axis(words.language)) for row in safe.rows}
    groups = groups_with_respondents(safe)
    for _, line in found[found["test"].ne("")].iterrows():
        parts = [
            words(
                f"legend.{line['test']}",
                statistic=words.decimal(line["statistic"], 1),
                degrees=f"{line['degrees']:.0f}",
                p=p_text(line["adjusted"], words),
            )
        ]
        if line["test"] == "chi-square":
            v, low, high = (
                words.decimal(line[name], 2)
                for name in ("corrected_v", "v_low", "v_high")
            )
            interval = words("number.interval", low=low, high=high)
            parts.append(words("legend.cramer", v=v, interval=interval))
        if line["smallest_expected"] < FEW_EXPECTED:
            parts.append(words("legend.few", number=FEW_EXPECTED))
        if line["groups"] < groups:
            parts.append(words("legend.some", n=line["groups"], all=groups))
        before = words("legend.row", row=labels[line["row"]]) if line["row"] else ""
        yield words(
            "legend.association", text=before + words("legend.join").join(parts)
        )


def p_text(p: float, words: Words) -> str:
    """Print ``p = 0.034``, or that it is smaller than what is worth printing."""
    if p < _LEAST_P:
        return words("number.p_below", p=words.decimal(_LEAST_P, 3))
    return words("number.p", p=words.decimal(p, 3))


def trend_legend(
    method: Method, accepted: str, words: Words, *, left_out: Sequence[str] = ()
) -> Iterator[str]:
    """Give the sentences below a trend: why it compares, how, and what it means."""
    if accepted:
        yield words("legend.accepted", reason=plain(accepted))
    if left_out:
        labels = ", ".join(plain(label) for label in left_out)
        yield words("legend.not_offered", labels=labels)
    yield words("legend.waves", **method_words(method, words))
    yield words("legend.chance")


def reasons_in_words(frame: pd.DataFrame, method: Method, words: Words) -> pd.DataFrame:
    """Say in words why a cell, a net, a box or a mean has no letters."""
    said = {
        why: words(f"no_letters.{why}", base=method.min_base) if why else ""
        for why in frame["no_letters"].unique()
    }
    return frame.assign(no_letters=frame["no_letters"].map(said))
